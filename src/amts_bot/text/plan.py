"""The page merge: old English, new English and the reviewed target become a `Draft`.

Blocks of the three pages that belong together form a group; every group becomes one step. Groups
follow the new English order; what only the translators have stays beside its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from amts_bot.model import (
    PROSE,
    Bead,
    Block,
    Carry,
    Draft,
    Drop,
    Hold,
    Keep,
    Merge,
    Move,
    Part,
    Request,
    Step,
    Translate,
    Unit,
)
from amts_bot.text import code
from amts_bot.text.alignment import align_blocks, features, likeness
from amts_bot.text.changes import (
    Change,
    comparable,
    match_blocks,
    text_similarity,
    word_similarity,
)
from amts_bot.text.revision import Revision, fresh, revise
from amts_bot.text.segments import split
from amts_bot.text.threeway import three_way

# Below this share of matching prose the target is no translation of its source: measured, real pages are
# above 0.9, pages paired at random below 0.47.
LEAST_LIKENESS = 0.5
# A new paragraph at least this like an old one is made from it.
_LIKE = 0.5
_LEAST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """A page as content blocks, each with the blanks behind it, and the blanks before the first."""

    lead: str
    blocks: tuple[Block, ...]
    gaps: tuple[str, ...]


@lru_cache(maxsize=512)  # a run looks at each English page for its changes, its sums and the rest of the book
def page(text: str) -> Page:
    """Splits a page and sets its blanks aside."""
    lead, blocks, gaps = "", [], []  # type: str, list[Block], list[str]
    for block in split(text):
        if block.kind != "blank":
            blocks.append(block)
            gaps.append("")
        elif gaps:
            gaps[-1] += block.text
        else:
            lead += block.text
    return Page(lead, tuple(blocks), tuple(gaps))


@dataclass(slots=True)
class _Group:
    """Blocks that belong together: indices into the three pages."""

    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """An old English page and its translation, aligned: made once, used for merge and memory."""

    source: Page
    target: Page
    beads: tuple[Bead, ...]

    @property
    def likeness(self) -> float:
        return likeness(self.source.blocks, self.target.blocks, self.beads)


def align(source: str, target: str) -> Alignment:
    """Aligns the blocks of an English page with those of its translation."""
    left, right = page(source), page(target)
    return Alignment(left, right, tuple(align_blocks(left.blocks, right.blocks)))


def draft(
    alignment: Alignment, source_new: str, language: str, known: Mapping[str, str] | None = None
) -> Draft:
    """The plan for one page.

    `alignment`: the old English with its reviewed target; `known`: translations of whole blocks from
    elsewhere in the book, by stripped English text, for blocks that are new here.
    """
    new = page(source_new)
    planner = _Planner(alignment, new, language, known or {})
    return planner.run()


def block_pairs(alignment: Alignment) -> dict[str, str]:
    """Stripped English blocks with the target blocks that translate them, where that is one bead."""
    source, target = alignment.source.blocks, alignment.target
    return {
        source[bead.source[0]].text.strip(): _text(target, bead.target).strip()
        for bead in alignment.beads
        if len(bead.source) == 1 and bead.target
    }


def _text(page: Page, indices: Sequence[int]) -> str:
    """The blocks and the blanks between them, as they stand."""
    if not indices:
        return ""
    inner = "".join(page.blocks[i].text + page.gaps[i] for i in indices[:-1])
    return inner + page.blocks[indices[-1]].text


class _Planner:
    def __init__(
        self, alignment: Alignment, new: Page, language: str, known: Mapping[str, str]
    ) -> None:
        self._old, self._target, self._beads = alignment.source, alignment.target, alignment.beads
        self._new = new
        self._language = language
        self._known = {**block_pairs(alignment), **known}
        self._likeness = alignment.likeness
        self._comments = self._comment_memory()

    def run(self) -> Draft:
        changes = match_blocks(self._old.blocks, self._new.blocks)
        groups = _groups(changes, self._beads)
        self._join_ahead(groups)
        ordered = _ordered(groups, self._beads, len(self._target.blocks))
        parts = tuple(self._parts(ordered))
        return Draft(self._language, self._lead(ordered), parts, self._likeness)

    def _join_ahead(self, groups: Sequence[_Group]) -> None:
        """Translators may be ahead of the English: what it adds may stand in the target already."""
        own = {
            (block.kind, features(block).key): bead.target[0]
            for bead in self._beads
            if not bead.source and len(bead.target) == 1
            for block in [self._target.blocks[bead.target[0]]]
            if features(block).key
        }
        for group in groups:
            if group.old or len(group.new) != 1:
                continue
            block = self._new.blocks[group.new[0]]
            place = own.pop((block.kind, features(block).key), None)
            if place is not None:
                group.target = [place]

    # -- layout

    def _lead(self, ordered: Sequence[_Group]) -> str:
        first = next((g for g in ordered if g.new or g.target), None)
        if first and first.target and min(first.target) == 0:
            return self._target.lead
        return self._new.lead if first and first.new and first.new[0] == 0 else ""

    def _parts(self, ordered: Sequence[_Group]) -> Iterator[Part]:
        emitted = [(group, self._part(group)) for group in ordered]
        standing = [(group, part) for group, part in emitted if _text_length(part)]
        following = {id(a[0]): b[0] for a, b in zip(standing, standing[1:], strict=False)}
        for group, part in emitted:
            if not _text_length(part):
                yield part
                continue
            after = following.get(id(group))
            gap = self._gap(group, after) if after else self._tail(group)
            yield Part(part.step, part.own, _line_end(part, bool(after)) + gap)

    def _gap(self, left: _Group, right: _Group) -> str:
        """The blanks between two groups: as the target had them, else as the new English has them."""
        new = self._new.gaps[left.new[-1]] if _next_to(left.new, right.new) else None
        if _next_to(left.target, right.target):
            mine = self._target.gaps[left.target[-1]]
            old = self._old.gaps[left.old[-1]] if _next_to(left.old, right.old) else None
            return new if new is not None and mine == old else mine
        if new is not None:
            return new
        if left.target and not left.new:
            return self._target.gaps[left.target[-1]] or "\n"
        return "\n"

    def _tail(self, last: _Group) -> str:
        if last.target and last.target[-1] == len(self._target.blocks) - 1:
            return self._target.gaps[-1]
        if last.new and last.new[-1] == len(self._new.blocks) - 1:
            return self._new.gaps[-1]
        return ""

    # -- steps

    def _part(self, group: _Group) -> Part:
        if not group.old and not group.new:
            return Part(None, own=_text(self._target, group.target))
        return Part(self._step(group))

    def _step(self, group: _Group) -> Step:
        units = tuple(self._units(group))
        old, new, target = (
            _text(page, indices)
            for page, indices in (
                (self._old, group.old),
                (self._new, group.new),
                (self._target, group.target),
            )
        )
        if not group.new:
            return self._gone(group, units, old, target)
        if not group.old and target:
            return Keep(units, target, "the translators had it before the English")
        if not group.old:
            return self._fresh(units, new)
        if self._same(group):
            kind = Move if group.moved else Keep
            return kind(units, target, "" if target else "the translators left it out")
        if not group.target:
            return self._left_out(units, old, new)
        if {self._new.blocks[j].kind for j in group.new} <= PROSE:
            return _revised(units, revise(old, new, target, self._language), target)
        return self._merged(units, old, new, target)

    def _same(self, group: _Group) -> bool:
        return [self._old.blocks[i].text.rstrip() for i in group.old] == [
            self._new.blocks[j].text.rstrip() for j in group.new
        ]

    def _gone(self, group: _Group, units: tuple[Unit, ...], old: str, target: str) -> Step:
        is_code = [self._old.blocks[i].kind for i in group.old] == ["code"]
        if is_code and target and code.merge(old, target, old).added:
            return Hold(
                units, target, "gone from the English, but the translators added lines to it"
            )
        return Drop(units, target, "gone from the English")

    def _fresh(self, units: tuple[Unit, ...], new: str) -> Step:
        known = self._known.get(new.strip())
        if known is not None:
            return Move(units, known + new[len(new.rstrip()) :], "translated elsewhere in the book")
        if units[0].kind == "code":
            return Carry(units, code.translate_comments(new, self._comments), "new code")
        if units[0].kind not in PROSE:
            return Carry(units, new, f"new {units[0].kind}")
        like = self._like(new)
        if like is not None:
            return _revised(
                units, revise(*like, self._language), "", "like a paragraph elsewhere; "
            )
        return _translated(units, fresh(new), "new in the English")

    def _like(self, new: str) -> tuple[str, str, str] | None:
        """An old paragraph that the new one is made of, with its translation: (old, new, target).

        English copies paragraphs into framework tabs and changes a name or a sentence.
        """
        words = comparable(new)
        if len(words) < _LEAST_WORDS:
            return None
        alike, old = max(
            ((word_similarity(words, mine), old) for old, mine in self._old_words.items()),
            default=(0.0, ""),
        )
        return (old, new, self._known[old.strip()]) if alike >= _LIKE else None

    @cached_property
    def _old_words(self) -> dict[str, list[str]]:
        """The old paragraphs that have a translation of their own, in words."""
        paragraphs = (block.text for block in self._old.blocks if block.kind == "paragraph")
        return {text: comparable(text) for text in paragraphs if text.strip() in self._known}

    def _left_out(self, units: tuple[Unit, ...], old: str, new: str) -> Step:
        if units[0].kind not in PROSE or text_similarity(old, new) > 0.8:
            return Keep(units, "", "the translators left it out")
        return _translated(units, fresh(new), "changed in the English, and without a translation")

    def _merged(self, units: tuple[Unit, ...], old: str, new: str, target: str) -> Step:
        if _squeezed(units[0].kind, old) == _squeezed(units[0].kind, new):
            return Carry(units, target, "only white space changed in the English")
        if units[0].kind == "code":
            merged = code.merge(old, target, new, self._comments)
            conflicts = tuple(f"{c.reason}: {c.ours}" for c in merged.conflicts)
            return Merge(units, merged.text, "code changed", conflicts)
        text, clean = three_way(old, target, new)
        conflicts = () if clean else (f"the translators had: {target.strip()}",)
        return Merge(units, text, f"{units[0].kind} changed", conflicts)

    def _units(self, group: _Group) -> Iterator[Unit]:
        """One unit per new block, or per old one that is gone; the target stands with the first."""
        old = _range(self._old, group.old)
        target = _range(self._target, group.target)
        if not group.new:
            for i in group.old:
                block = self._old.blocks[i]
                yield Unit(block.kind, block.text, block.range, None, target)
                target = None
            return
        for j in group.new:
            block = self._new.blocks[j]
            yield Unit(block.kind, block.text, old, block.range, target)
            old = target = None

    def _comment_memory(self) -> dict[str, str]:
        """English comments of this page's cells that the translators translated."""
        memory: dict[str, str] = {}
        for bead in self._beads:
            if len(bead.source) == len(bead.target) == 1:
                source, target = (
                    self._old.blocks[bead.source[0]],
                    self._target.blocks[bead.target[0]],
                )
                if source.kind == target.kind == "code" and source.text != target.text:
                    memory.update(code.comment_pairs(source.text, target.text))
        return memory


def _next_to(left: Sequence[int], right: Sequence[int]) -> bool:
    return bool(left and right) and right[0] == left[-1] + 1


def _text_length(part: Part) -> int:
    step = part.step
    if step is None:
        return len(part.own)
    if isinstance(step, Drop):
        return 0
    if isinstance(step, Translate):
        return sum(1 if isinstance(piece, Request) else len(piece) for piece in step.pieces)
    return len(step.text)


def _line_end(part: Part, more: bool) -> str:
    """A line end for a last block without one that is not the last any more."""
    step = part.step
    if step is None:
        text: str | Request = part.own
    elif isinstance(step, Translate):
        text = step.pieces[-1]
    else:
        text = step.text
    ended = isinstance(text, str) and text.endswith(("\n", "\r"))
    return "\n" if more and not ended else ""


def _squeezed(kind: str, text: str) -> list[str]:
    """What is left when white space does not count: in code, only the one at line ends."""
    return [line.rstrip() for line in text.splitlines()] if kind == "code" else text.split()


def _range(page: Page, indices: Sequence[int]) -> tuple[int, int] | None:
    return (page.blocks[indices[0]].start, page.blocks[indices[-1]].end) if indices else None


def _revised(units: tuple[Unit, ...], revision: Revision, target: str, origin: str = "") -> Step:
    if revision.requests:
        reason = f"{origin}{revision.changed} of {revision.total} sentences changed"
        return Translate(units, revision.pieces, "; ".join([reason, *revision.notes]))
    text = "".join(piece for piece in revision.pieces if isinstance(piece, str))
    if revision.notes:
        return (
            Hold(units, text, "; ".join(revision.notes))
            if text == target
            else Carry(units, text, "; ".join(revision.notes))
        )
    if revision.changed or text != target:
        return Carry(units, text, "the same edit made in the translation")
    return Carry(
        units, text, "only white space, emphasis, case or punctuation changed in the English"
    )


def _translated(units: tuple[Unit, ...], pieces: tuple[str | Request, ...], reason: str) -> Step:
    if any(isinstance(piece, Request) for piece in pieces):
        return Translate(units, pieces, reason)
    return Carry(units, "".join(str(piece) for piece in pieces), reason)


# ------------------------------------------------------------------ groups


def _groups(changes: Sequence[Change], beads: Sequence[Bead]) -> list[_Group]:
    """Joins English changes and target beads that share an old block, in the new English order."""
    by_old: dict[int, Bead] = {i: bead for bead in beads for i in bead.source}
    groups: list[_Group] = []
    owner: dict[int, _Group] = {}  # old block -> its group
    for change in _contiguous(changes, by_old):
        mates = sorted({k for i in change.old for k in by_old[i].source} | set(change.old))
        found = list({id(owner[i]): owner[i] for i in mates if i in owner}.values())
        group = found[0] if found else _Group(moved=change.moved)
        for other in found[1:]:
            _absorb(group, other)
            groups.remove(other)
        if not found:
            groups.append(group)
        group.old = sorted({*group.old, *change.old})
        group.new = sorted({*group.new, *change.new})
        group.target = sorted({*group.target, *(j for i in change.old for j in by_old[i].target)})
        for other_old in {*group.old, *mates}:
            owner[other_old] = group
    return groups


def _absorb(group: _Group, other: _Group) -> None:
    group.old += other.old
    group.new += other.new
    group.target += other.target


def _contiguous(changes: Sequence[Change], by_old: Mapping[int, Bead]) -> Iterator[Change]:
    """Takes a move apart when its old block shares a bead with others: a group must stay in one piece."""
    for change in changes:
        shared = any(len(by_old[i].source) > 1 for i in change.old)
        if change.moved and shared:
            yield Change(change.old, range(0))
            yield Change(range(0), change.new)
        else:
            yield change


def _ordered(groups: Sequence[_Group], beads: Sequence[Bead], size: int) -> list[_Group]:
    """The groups in new English order, with what only the target has beside its old neighbours."""
    by_target = {j: group for group in groups for j in group.target}
    ordered = [g for g in groups if g.new]
    strays = [g for g in groups if not g.new]
    own = [
        _Group(target=list(bead.target))
        for bead in beads
        if not bead.source and bead.target[0] not in by_target
    ]
    for group in sorted([*strays, *own], key=lambda g: g.target[0] if g.target else size):
        _insert(ordered, group, by_target)
        by_target.update(dict.fromkeys(group.target, group))
    return ordered


def _insert(ordered: list[_Group], group: _Group, by_target: Mapping[int, _Group]) -> None:
    """Behind the nearest standing block that it followed, else before the nearest that followed it."""
    places = {id(g): k for k, g in enumerate(ordered)}
    start, stop = (group.target[0], group.target[-1]) if group.target else (0, -1)
    before = by_target.get(start - 1)
    after = by_target.get(stop + 1)
    if before and id(before) in places and not before.moved:
        ordered.insert(places[id(before)] + 1, group)
    elif after and id(after) in places and not after.moved:
        ordered.insert(places[id(after)], group)
    else:
        earlier = (by_target.get(j) for j in range(start - 1, -1, -1))
        anchor = next((g for g in earlier if g and id(g) in places and not g.moved), None)
        ordered.insert(places[id(anchor)] + 1 if anchor else 0, group)


__all__: Iterable[str] = ["LEAST_LIKENESS", "Alignment", "Page", "align", "draft", "page"]
