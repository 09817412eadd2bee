"""Which pieces of two versions of a cell belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from amts_bot.text.code.cells import CellBead, Piece
from amts_bot.text.code.notes import TOKEN, weighty

Pair = tuple[int, int]
Gap = tuple[range, range]


def gaps_between(pairs: Sequence[Pair], left: int, right: int) -> Iterator[Gap]:
    """The stretches between the pairs; one more than there are pairs."""
    i, j = 0, 0
    for a, b in (*pairs, (left, right)):
        yield range(i, a), range(j, b)
        i, j = a + 1, b + 1


def _two_sided(pairs: Sequence[Pair], left: int, right: int) -> Iterator[Gap]:
    """The stretches between the pairs that have pieces of both sides: few of two versions of a cell."""
    return (gap for gap in gaps_between(pairs, left, right) if gap[0] and gap[1])


def common_pairs(
    left: Sequence[str | None], right: Sequence[str | None], gap: Gap
) -> Iterator[Pair]:
    rows = [i for i in gap[0] if left[i]]
    columns = [j for j in gap[1] if right[j]]
    if not rows or not columns:
        return
    keys = [left[i] for i in rows], [right[j] for j in columns]
    for block in LCSseq.opcodes(*keys):
        if block.tag == "equal":
            yield from zip(
                rows[block.src_start : block.src_end],
                columns[block.dest_start : block.dest_end],
                strict=True,
            )


# Above this many comparisons a gap is left alone: such a stretch was rewritten, not edited.
_MOST_COMPARISONS = 4_000
_ALIKE = 0.55


def _similar(left: Sequence[Piece], right: Sequence[Piece], gap: Gap) -> list[Pair]:
    """The monotone pairs of alike pieces of one kind with the greatest sum of likeness."""
    rows = [i for i in gap[0] if left[i].kind != "blank"]
    columns = [j for j in gap[1] if right[j].kind != "blank"]
    if not rows or not columns or len(rows) * len(columns) > _MOST_COMPARISONS:
        return []
    score = [[_likeness(left[i], right[j]) for j in columns] for i in rows]
    return [(rows[i], columns[j]) for i, j in _best_path(score, _ALIKE)]


def _likeness(old: Piece, new: Piece) -> float:
    if old.kind != new.kind:
        return 0.0
    return fuzz.ratio(old.key, new.key) / 100


def _best_path(score: Sequence[Sequence[float]], least: float) -> Iterator[Pair]:
    n, m = len(score), len(score[0])
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            here = score[i][j] + best[i + 1][j + 1] if score[i][j] >= least else 0.0
            best[i][j] = max(here, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < n and j < m:
        if score[i][j] >= least and best[i][j] == score[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _matched(
    left: Sequence[Piece],
    right: Sequence[Piece],
    keys: Iterable[Callable[[Piece], str | None]],
) -> list[Pair]:
    """Equal pieces, by the sharpest key first."""
    pairs: list[Pair] = []
    for key in keys:
        pairs = _refine(pairs, [key(p) for p in left], [key(p) for p in right])
    return pairs


def _refine(
    pairs: list[Pair], left: Sequence[str | None], right: Sequence[str | None]
) -> list[Pair]:
    """`pairs` and, in every gap between them, those of the longest common subsequence of keys."""
    gaps = _two_sided(pairs, len(left), len(right))
    return sorted([*pairs, *(pair for gap in gaps for pair in common_pairs(left, right, gap))])


def _raw_key(piece: Piece) -> str | None:
    return None if piece.kind == "blank" else piece.raw.rstrip()


def _text_key(piece: Piece) -> str | None:
    if piece.kind == "blank":
        return None
    return piece.code if piece.kind == "code" else f"{piece.kind} {weighty(piece.key)}"


def _code_key(piece: Piece) -> str | None:
    return piece.code or None


def _mask_key(piece: Piece) -> str | None:
    return piece.mask or None


def _kind_key(piece: Piece) -> str | None:
    return None if piece.kind == "code" else piece.kind


def _blank_key(piece: Piece) -> str | None:
    return piece.kind if piece.kind == "blank" else None


def partners_of(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """New English piece -> the old English piece that it is, edited or moved."""
    pairs = _matched(old, new, (_raw_key, _text_key, _mask_key))
    gaps = list(_two_sided(pairs, len(old), len(new)))
    pairs = sorted([*pairs, *(pair for gap in gaps for pair in _edited(old, new, gap))])
    pairs = _refine(pairs, [_blank_key(p) for p in old], [_blank_key(p) for p in new])
    return {j: i for i, j in pairs} | _moved(pairs, old, new)


def _edited(old: Sequence[Piece], new: Sequence[Piece], gap: Gap) -> list[Pair]:
    """Alike pieces; a lone comment in the place of a lone comment is its new wording."""
    pairs = _similar(old, new, gap)
    rows = [i for i in gap[0] if old[i].kind in ("comment", "doc")]
    columns = [j for j in gap[1] if new[j].kind in ("comment", "doc")]
    if not pairs and len(rows) == len(columns) == 1:
        return [(rows[0], columns[0])] if old[rows[0]].kind == new[columns[0]].kind else []
    return pairs


def _moved(pairs: Iterable[Pair], old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Pieces that stand elsewhere now; closing brackets and the like say nothing."""
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    places: dict[str, list[int]] = {}
    for i, piece in enumerate(old):
        if i not in left and len(piece.key) > 3:
            places.setdefault(piece.kind + piece.key + piece.note, []).append(i)
    found: dict[int, int] = {}
    for j, piece in enumerate(new):
        rows = places.get(piece.kind + piece.key + piece.note)
        if j not in right and rows:
            found[j] = rows.pop(0)
    return found


def cell_beads(
    old: Sequence[Piece], mine: Sequence[Piece], became: Mapping[int, str] | None = None
) -> list[CellBead]:
    """The old English aligned with the translators' cell: every piece of both is in one bead.

    `became` says what code the new English has for an old piece: translators may be ahead of it.
    """
    pairs = _matched(old, mine, (_code_key, _mask_key))
    if became:
        ahead = [became.get(i) for i in range(len(old))]
        pairs = _refine(pairs, ahead, [_code_key(p) for p in mine])
    gaps = list(_two_sided(pairs, len(old), len(mine)))
    pairs = sorted([*pairs, *(pair for gap in gaps for pair in _touched(old, mine, gap))])
    beads = list[CellBead]()
    for gap, pair in zip(gaps_between(pairs, len(old), len(mine)), (*pairs, None), strict=True):
        if gap[0] or gap[1]:
            beads += _gap_beads(old, mine, gap)
        if pair:
            beads.append(_single(*pair))
    return beads


def one_by_one(pieces: Sequence[Piece]) -> list[CellBead]:
    """`cell_beads` of a cell with itself, as translators leave most."""
    return [_single(i, i) for i in range(len(pieces))]


def _single(i: int, j: int) -> CellBead:
    return CellBead(range(i, i + 1), range(j, j + 1))


def _code_in(pieces: Sequence[Piece], places: range) -> list[int]:
    return [i for i in places if pieces[i].kind == "code"]


def _touched(old: Sequence[Piece], mine: Sequence[Piece], gap: Gap) -> list[Pair]:
    """Code lines that the translators edited one by one; a line split in two is none of these.

    One that they wrote anew does not take its neighbours along.
    """
    rows, columns = _code_in(old, gap[0]), _code_in(mine, gap[1])
    if len(rows) != len(columns):
        return []
    pairs = zip(rows, columns, strict=True)
    return [(i, j) for i, j in pairs if _likeness(old[i], mine[j]) >= _ALIKE]


def _gap_beads(old: Sequence[Piece], mine: Sequence[Piece], gap: Gap) -> Iterator[CellBead]:
    """Between equal code lines: code that the translators rewrote is one bead, all of it."""
    rows, columns = _code_in(old, gap[0]), _code_in(mine, gap[1])
    if not rows or not columns:
        yield from _text_beads(old, mine, gap)
        return
    (i0, i1), (j0, j1) = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    # Translators' own comments on top of a rewrite speak of it and go where it goes.
    if i0 == gap[0].start and len(rows) != len(columns):
        j0 = gap[1].start
    yield from _text_beads(old, mine, (range(gap[0].start, i0), range(gap[1].start, j0)))
    yield CellBead(range(i0, i1), range(j0, j1))
    yield from _text_beads(old, mine, (range(i1, gap[0].stop), range(j1, gap[1].stop)))


def _text_beads(old: Sequence[Piece], mine: Sequence[Piece], gap: Gap) -> Iterator[CellBead]:
    """Comments, docstrings and blank lines of one gap; code here has nothing to go with."""
    rows, columns = gap
    for pair in (*_text_path(old, mine, gap), (gap[0].stop, gap[1].stop)):
        yield from (CellBead(range(i, i + 1), range(0)) for i in range(rows.start, pair[0]))
        if columns.start < pair[1]:
            yield CellBead(range(pair[0], pair[0]), range(columns.start, pair[1]))
        if pair[0] < gap[0].stop:
            yield _single(*pair)
        rows, columns = range(pair[0] + 1, gap[0].stop), range(pair[1] + 1, gap[1].stop)


def _text_path(old: Sequence[Piece], mine: Sequence[Piece], gap: Gap) -> list[Pair]:
    kinds, translated = [old[i].kind for i in gap[0]], [mine[j].kind for j in gap[1]]
    if kinds == translated and "code" not in kinds:
        return list(zip(*gap, strict=True))
    if not kinds or not translated:
        return []
    if len(kinds) * len(translated) > _MOST_COMPARISONS:
        keys = [_kind_key(p) for p in old], [_kind_key(p) for p in mine]
        return list(common_pairs(*keys, gap))
    score = [[_text_likeness(old[i], mine[j]) for j in gap[1]] for i in gap[0]]
    return [(gap[0][i], gap[1][j]) for i, j in _best_path(score, 0.1)]


def _text_likeness(old: Piece, mine: Piece) -> float:
    """Numbers, code and names survive translation; blank lines hold a place, no more."""
    if old.kind != mine.kind or old.kind == "code":
        return 0.0
    if old.kind == "blank":
        return 0.2
    a, b = set(TOKEN.findall(old.key)), set(TOKEN.findall(mine.key))
    return 1 + len(a & b) / max(1, len(a | b))
