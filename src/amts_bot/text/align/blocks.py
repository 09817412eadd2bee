"""Which target blocks are the translation of which English ones.

No dictionary and no model: what the translators left standing (code modulo comments, math, labels,
links, numbers, Latin words), the kind and level of blocks, and length carry the alignment. Lengths
follow Gale & Church 1993 with the heavier tail of a Student t; anchors are soft evidence, because
translators now and then translate even inline code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

from amts_bot.model import Bead, Block, SpanKind
from amts_bot.text import scripts
from amts_bot.text.align.chains import chain
from amts_bot.text.align.lattice import IMPOSSIBLE, Score, best_path
from amts_bot.text.code.bare import bare as bare_code
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.containers import directive_kind
from amts_bot.text.markdown.frames import flat
from amts_bot.text.markdown.leaves import bare, leaves

_DENSE = re.compile(rf"[{scripts.DENSE}]+")
_NUMBER_OR_LATIN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z][A-Za-z0-9_-]+")
_LETTERS = re.compile(r"[^\W_]+")
_NO_LETTERS = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())
_ANCHORS: frozenset[SpanKind] = frozenset(("code", "math", "role", "url"))
_TAB_NAME = re.compile(r"^[ \t]*(?:#@tab|%%tab)[ \t]+([\w ,]+)$", re.MULTILINE)
_PAIR: tuple[tuple[int, int], ...] = ((1, 1), (1, 0), (0, 1))
_BLOCK_SHAPES = (*_PAIR, (1, 2), (2, 1))


class Said(NamedTuple):
    """What can be compared of texts in two languages. `length` is in English characters.

    `anchors` are spans and numbers, which translations keep, `anchored` is how many they are; `words` are words in
    Latin letters. Both are counted.
    """

    length: float
    anchors: Mapping[str, int] = {}
    anchored: int = 0
    words: Mapping[str, int] = {}
    latin: bool = True


class Features(NamedTuple):
    """What can be compared of blocks in two languages."""

    group: str
    context: str
    level: int
    key: str  # as `shared_key` says
    said: Said
    container: str = ""


_GROUPS = {"paragraph": "prose", "item": "prose", "caption": "prose"}
_WORDS = frozenset({"prose", "heading", "row"})  # groups of blocks that are translated whole


_MOST_CHARACTERS = 4_000


def shared_key(block: Block) -> str:
    """What a block has on both sides of a translation, or ""."""
    group = _GROUPS.get(block.kind, block.kind)
    if group == "code":
        return bare_code(flat(block.text)[0] if block.container else block.text)
    return "" if group in _WORDS else bare(block)


@lru_cache(maxsize=512)
def features(block: Block) -> Features:
    """The comparable side of a block."""
    group = _GROUPS.get(block.kind, block.kind)
    if group == "code":
        return Features(
            group=group,
            context=_tab(block),
            level=0,
            key=shared_key(block),
            said=Said(len(block.text)),
        )
    if group in _WORDS:
        return Features(
            group=block.kind,
            context=block.context,
            level=block.level,
            key="",
            said=_said(block.text),
            container=block.container,
        )
    text = " ".join(leaf.text for leaf in leaves(block))
    return Features(
        group=group,
        context=block.context,
        level=block.level,
        key=shared_key(block),
        said=_said(text) if text else Said(len(block.text)),
    )


# The blocks of a page with more than fit into the cache above are looked at four times while it is merged.
@lru_cache(maxsize=4)
def page_features(page: tuple[Block, ...]) -> tuple[Features, ...]:
    """The comparable sides of all blocks of a page."""
    return tuple(map(features, page))


def _tab(block: Block) -> str:
    """The frameworks a cell is for; mxnet where the first line names none, as d2l books have it."""
    name = _TAB_NAME.search(block.text)
    return " ".join(sorted(re.split(r"[ ,]+", name[1].strip()))) if name else "mxnet"


class Whereabouts(NamedTuple):
    """What `features` knows of where a block stands."""

    group: str
    context: str


def whereabouts(block: Block) -> Whereabouts:
    """Where a block stands, for who asks nothing else of it."""
    is_code = block.kind == "code"
    return Whereabouts(block.kind, _tab(block) if is_code else block.context)


def same_place(a: Features | Whereabouts, b: Features | Whereabouts) -> bool:
    """Blocks of different tabs are never each other's counterpart; cells may share a framework."""
    if a.group != "code" or b.group != "code":
        return a.context == b.context
    mine, theirs = set(a.context.split()), set(b.context.split())
    return bool(mine & theirs) or "all" in mine | theirs


@lru_cache(maxsize=512)
def _said(text: str) -> Said:
    """Anchors and Latin words with their counts; the length is that of the rest, a CJK character
    counting as 2.6 Latin ones. Of a giant paragraph the head is enough to tell."""
    giant = max(1.0, len(text) / _MOST_CHARACTERS)
    text = text[:_MOST_CHARACTERS]
    anchors, words = dict[str, int](), dict[str, int]()
    for kind, start, end in inline.spans(text):
        if kind in _ANCHORS or end - start > 4:
            token = "".join(text[start:end].split())
            anchors[token] = anchors.get(token, 0) + 1
    rest = inline.mask(text, " ")
    for token in map(str.casefold, _NUMBER_OR_LATIN.findall(rest)):
        counted = words if token.isalpha() and token.isascii() else anchors
        counted[token] = counted.get(token, 0) + 1
    letters, dense = _letters(rest)
    return Said(
        length=giant * (letters + 1.6 * dense),
        anchors=anchors,
        anchored=sum(anchors.values()),
        words=words,
        latin=dense * 3 < letters,
    )


def _letters(text: str) -> tuple[int, int]:
    """How many letters and digits a text has, and how many of them are dense."""
    if text.isascii():
        return len(text.translate(_NO_LETTERS)), 0
    return sum(map(len, _LETTERS.findall(text))), sum(map(len, _DENSE.findall(text)))


# ------------------------------------------------------------------ blocks


def align_blocks(source: Sequence[Block], target: Sequence[Block]) -> list[Bead]:
    """Beads between the blocks of a page and of its translation, in order, both sides covered.

    Blanks are not expected. Blocks that read the same in both languages (code modulo comments, math,
    labels) and stand once on either side cut the pages into short stretches, aligned by themselves.
    """
    left, right = page_features(tuple(source)), page_features(tuple(target))
    ratio = _length_ratio(left, right)
    beads: list[Bead] = []
    i = j = 0
    for p, q in [*fixed_points(source, target), (len(left), len(right))]:
        ours, theirs = left[i:p], right[j:q]
        score = _block_score(ours, theirs, ratio)
        guide = partial(_guide, ours, theirs)
        inner = best_path(len(ours), len(theirs), _BLOCK_SHAPES, score, guide, alone=_ALONE)
        beads += [_shifted(bead, i, j) for bead in inner]
        if p < len(left):
            beads.append(Bead(range(p, p + 1), range(q, q + 1)))
        i, j = p + 1, q + 1
    return beads


def _shifted(bead: Bead, i: int, j: int) -> Bead:
    return Bead(
        range(bead.source.start + i, bead.source.stop + i),
        range(bead.target.start + j, bead.target.stop + j),
    )


def fixed_points(source: Sequence[Block], target: Sequence[Block]) -> list[tuple[int, int]]:
    """Pairs of blocks with the same key that stand once on either side, the longest rising chain.

    Such blocks read the same in both languages (code modulo comments, math, labels), so they cut two
    pages into short stretches.
    """
    left, right = (
        [f.key and (f.group, f.context, f.key) for f in page_features(tuple(side))]
        for side in (source, target)
    )
    return chain(left, right)


def _guide(left: Sequence[Features], right: Sequence[Features]) -> list[tuple[int, int]]:
    """Pairs of blocks with the same anchors that stand once on either side, the longest rising chain."""
    ours, theirs = (
        [f.said.anchors and (f.group, f.context, frozenset(f.said.anchors.items())) for f in side]
        for side in (left, right)
    )
    return chain(ours, theirs)


# A reading that is this much less likely, in nats, is still a reading: odds of one to seven.
_DOUBT = 2.0
_LONGEST_SHIFT = 8


def unlike(
    source: Sequence[Block], target: Sequence[Block], beads: Iterable[Bead], ratio: float
) -> frozenset[int]:
    """Target blocks of some beads that are hardly like their partner; `ratio` is the `length_ratio` of the pages."""
    score = _pair_scores(source, target, ratio)
    return frozenset(
        bead.target[0]
        for bead in beads
        if _is_pair(bead) and score(bead.source[0], bead.target[0]) < 0
    )


def ambiguous(
    source: Sequence[Block], target: Sequence[Block], beads: Sequence[Bead], ratio: float
) -> frozenset[int]:
    """Target blocks that may translate the neighbour of their partner.

    Where the translators left one of several similar blocks out, or made two of one, those next to the gap could
    all belong to their neighbours: they are in doubt where that is nearly as likely. `ratio` is as in `unlike`.
    """
    score = _pair_scores(source, target, ratio)
    found: set[int] = set()
    for at, bead in enumerate(beads):
        if len(bead.source) + len(bead.target) == 1:
            for step in (1, -1):
                found |= _shifted_by_one(beads, at, step, score)
    return frozenset(found)


def _pair_scores(
    source: Sequence[Block], target: Sequence[Block], ratio: float
) -> Callable[[int, int], float]:
    """Of the blocks that are asked for: they are few, and features are dear."""
    return lambda i, j: _pair_score(features(source[i]), features(target[j]), ratio)


def _shifted_by_one(
    beads: Sequence[Bead], at: int, step: int, score: Callable[[int, int], float]
) -> set[int]:
    """The targets next to the gap `beads[at]`, on one side, that another reading takes for its neighbours'."""
    found: set[int] = set()
    passed: list[int] = []
    left_out = bool(beads[at].source)
    (free,) = beads[at].source or beads[at].target
    gain = 0.0
    for number in range(at + step, len(beads) if step > 0 else -1, step):
        bead = beads[number]
        if not (bead.source if left_out else bead.target):
            continue
        if not _is_pair(bead) or len(passed) == _LONGEST_SHIFT:
            break
        mine, its = bead.source[0], bead.target[0]
        passed.append(its)
        gain += (score(free, its) if left_out else score(mine, free)) - score(mine, its)
        if gain < IMPOSSIBLE / 2:
            break
        if gain > -_DOUBT:
            found.update(passed)
        free = mine if left_out else its
    return found


def _is_pair(bead: Bead) -> bool:
    return len(bead.source) == len(bead.target) == 1


def length_ratio(source: Sequence[Block], target: Sequence[Block]) -> float:
    """How much longer a translation is than its English, over all prose of two pages."""
    return _length_ratio(page_features(tuple(source)), page_features(tuple(target)))


def _length_ratio(left: Sequence[Features], right: Sequence[Features]) -> float:
    """Target length per source length, over all prose of the two pages."""
    source = sum(f.said.length for f in left if not f.key)
    target = sum(f.said.length for f in right if not f.key)
    return min(3.0, max(0.3, (target + 200) / (source + 200)))


_ALONE = -1.5  # what a block without a partner scores
_SPLIT = -3.0  # what is added where one has two


def _block_score(left: Sequence[Features], right: Sequence[Features], ratio: float) -> Score:
    one, other = _runs(left), _runs(right)

    def score(i: int, p: int, j: int, q: int) -> float:
        source, target = one[p - i][i], other[q - j][j]
        if source is None or target is None:
            return IMPOSSIBLE
        alike = _pair_score(source, target, ratio)
        return alike if p - i == q - j else alike + _SPLIT

    return _once_each(left, right, score)


def _once_each(left: Sequence[Features], right: Sequence[Features], score: Score) -> Score:
    """`score`, asked once for equal runs where most blocks are like others: a table of dashes."""
    ours, theirs = _numbers(left), _numbers(right)
    if 2 * (len(set(ours)) + len(set(theirs))) > len(ours) + len(theirs):
        return score
    known: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}

    def asked_once(i: int, p: int, j: int, q: int) -> float:
        runs = ours[i:p], theirs[j:q]
        if runs not in known:
            known[runs] = score(i, p, j, q)
        return known[runs]

    return asked_once


def _numbers(side: Sequence[Features]) -> tuple[int, ...]:
    """A number for each block, the same for equal ones; `_said` gives one object for equal texts."""
    numbers: dict[object, int] = {}
    names = [(it.group, it.context, it.level, it.key, it.container, id(it.said)) for it in side]
    return tuple(numbers.setdefault(name, len(numbers)) for name in names)


def _runs(side: Sequence[Features]) -> Mapping[int, Sequence[Features | None]]:
    """The features of one block and of two neighbours as one, by where they begin; None where they cannot be joined."""
    return {1: side, 2: [_joined(pair) if _fit(pair) else None for pair in pairwise(side)]}


_JOINED = frozenset({"paragraph", "item"})


def _fit(pair: tuple[Features, Features]) -> bool:
    return pair[0].group in _JOINED and pair[1].group in _JOINED


def _joined(parts: Sequence[Features]) -> Features:
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    same = len({(p.group, p.context, p.container) for p in parts}) == 1
    said = [part.said for part in parts]
    joined = Said(
        length=sum(it.length for it in said),
        anchors=_sum(it.anchors for it in said),
        anchored=sum(it.anchored for it in said),
        words=_sum(it.words for it in said),
        latin=first.said.latin,
    )
    return first._replace(group=first.group if same else "mixed", said=joined)


def _sum(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for counted in counts:
        for token, times in counted.items():
            total[token] = total.get(token, 0) + times
    return total


_PROSE_GROUPS = frozenset({"paragraph", "item", "caption"})


def _pair_score(a: Features, b: Features, ratio: float) -> float:
    """How much more likely `b` is a translation of `a` than not, in nats, roughly."""
    if not same_place(a, b):
        return IMPOSSIBLE
    if a.key or b.key:
        return _key_score(a, b) + _said_score(a, b, ratio)
    if a.group == b.group:
        kind = float(a.level == b.level) - (a.container != b.container)
    elif {a.group, b.group} <= _PROSE_GROUPS:
        kind = -2.0
    else:
        return IMPOSSIBLE
    return kind + _length_evidence(a.said.length * ratio, b.said.length) + _kept(a.said, b.said)


def _key_score(a: Features, b: Features) -> float:
    if a.group != b.group:
        return IMPOSSIBLE
    if a.key == b.key:
        return 6.0
    if a.group == "directive":
        return 0.0 if directive_kind(a.key) == directive_kind(b.key) else IMPOSSIBLE
    return 8.0 * (Indel.normalized_similarity(a.key[:2000], b.key[:2000]) - 0.4)


def _said_score(a: Features, b: Features, ratio: float) -> float:
    """What the leaves of two frames say for each other: equal frames may stand side by side."""
    if a.group not in ("html", "directive") or not (a.key.count("…") and a.key == b.key):
        return 0.0
    return _length_evidence(a.said.length * ratio, b.said.length) + _kept(a.said, b.said)


_SPREAD = 0.35
_LOG_SPREAD = math.log(_SPREAD)


def _length_evidence(expected: float, length: float) -> float:
    """log t(ratio; nu=8, spread) - log N(ratio; 0, 1): length as a likelihood ratio."""
    ratio = math.log((length + 8) / (expected + 8))
    z = ratio / _SPREAD
    student = -4.5 * math.log1p(z * z / 8) - _LOG_SPREAD - 0.95
    return max(-6.0, student + 0.5 * ratio * ratio + 0.92)


def _kept(a: Said, b: Said) -> float:
    """Shared anchors speak for a pair, missing ones against it."""
    shared = _shared(a.anchors, b.anchors)
    total = a.anchored + b.anchored - shared
    if a.latin and b.latin:
        return 2.0 * min(shared + _cognates(a, b), 3.0) - 0.8 * min(total - shared, 3.0)
    # Latin words in a Chinese text stand out; the English words that it does not have say nothing.
    few, many = (a.words, b.words) if b.latin else (b.words, a.words)
    found = lost = 0.0
    for token, n in few.items():
        weight, has = 0.35 * n, 0.35 * min(n, many.get(token, 0))
        found += has
        lost += weight - has
    return 2.0 * min(shared + found, 3.0) - 0.8 * min(total - shared + lost, 3.0)


def _shared(a: Mapping[str, int], b: Mapping[str, int]) -> int:
    if not a or not b or a.keys().isdisjoint(b):  # as most blocks of a page are
        return 0
    return sum(min(n, b[token]) for token, n in a.items() if token in b)


def _cognates(a: Said, b: Said) -> float:
    """Equal words in two Latin languages: names, loan words, or English left standing, which may stand
    beside its translation. They count for little."""
    found = 0.0
    for token, n in a.words.items():
        if token in b.words:
            found += (0.1 if len(token) < 5 else 0.25) * min(n, b.words[token])
            if found >= 0.5:
                return 0.5
    return found


# What a label that both pages have says for them, in characters of prose: it is the page's own name.
_LABEL_WEIGHT = 300


def likeness(source: Sequence[Block], target: Sequence[Block], beads: Sequence[Bead]) -> float:
    """The share of the two pages, weighted by length, that found a plausible counterpart: 0 to 1."""
    left, right = page_features(tuple(source)), page_features(tuple(target))
    ratio = _length_ratio(left, right)
    good = total = 0.0
    for bead in beads:
        sides = [left[i] for i in bead.source], [right[j] for j in bead.target]
        weight = sum(f.said.length for side in sides for f in side)
        if sides[0] and sides[1] and _pair_score(_joined(sides[0]), _joined(sides[1]), ratio) > 0:
            same = sides[0][0].key == sides[1][0].key and sides[0][0].key.startswith(":label:")
            weight = max(weight, _LABEL_WEIGHT) if same else weight
            good += weight
        total += weight
    return good / total if total else 1.0
