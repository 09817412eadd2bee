"""English that nobody has translated: target blocks that still are their English.

Much of a good translation equals its English: names, formulas, numbers, "GPU". So words decide: a block that reads
as an English sentence is a copy where it is one, and a shorter one (a heading, an item) where the sentences
around it are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from amts_bot.model import PROSE, Bead, Block, BlockKind
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.leaves import prose
from amts_bot.text.markdown.sameness import seen

# English has one in nearly every sentence, titles and names have few. None is a word of code or of a name.
_FUNCTION_WORDS = (
    "a an the this that these those it its we you they he she i our your their his her us them me my is "
    "are was were be been being has have had do does did can could will would should may might must not "
    "no and or but if so as than when while where which who what how why because then there here of in on "
    "at by for with from to into about after before between over under through let now also only each "
    "every some any all both more most very just such"
)
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_LEAST_SHARE = 0.25
_REFERENCE = re.compile(
    r"\((?:1[6-9]|20)\d\d[a-z]?\)"
)  # the year of a work, whose title is not translated
_RUNNING: frozenset[BlockKind] = frozenset({"paragraph"})


def copies(
    source: Sequence[Block], target: Sequence[Block], beads: Sequence[Bead]
) -> frozenset[int]:
    """The target blocks that are English still, by number; `beads` pair them with their `source`."""
    equal = [_is_equal(source, target, bead) for bead in beads]
    if not any(equal):  # so it is on nearly every page
        return frozenset()
    marks = [
        same if any(_reads_as_english(source[i]) for i in bead.source) and bead.target else None
        for bead, same in zip(beads, equal, strict=True)
    ]
    around = zip(_nearest(marks), [*_nearest(marks[::-1])][::-1], strict=True)
    return frozenset(
        beads[number].target[0]
        for number, sides in enumerate(around)
        if equal[number] and not _stands_beside_own(target, beads, number)
        if marks[number] or (True in sides and False not in sides)
    )


def is_english(page: str) -> bool:
    """Whether most paragraphs of a page read as English: it is an original that somebody kept, not a translation."""
    said = [block for block in split(page) if block.kind in _RUNNING]
    return 2 * sum(map(_reads_as_english, said)) > len(said)


def reads_as_english(text: str, kind: BlockKind) -> bool:
    """Whether a text is so much of an English sentence that no translation has it by chance."""
    if _REFERENCE.search(text):
        return False
    words = inline.skeleton(text)
    found = sum(word in _FUNCTION for word in words)
    least, fewest = (2, 3) if kind in _RUNNING else (3, 6)
    return found >= least and len(words) >= fewest and found >= _LEAST_SHARE * len(words)


def _reads_as_english(block: Block) -> bool:
    return any(reads_as_english(leaf.text, block.kind) for leaf in prose(block))


def _is_equal(source: Sequence[Block], target: Sequence[Block], bead: Bead) -> bool:
    """Whether a block with words stands in the target as it stands in the English."""
    if not len(bead.source) == len(bead.target) == 1:
        return False
    english, ours = source[bead.source[0]], target[bead.target[0]]
    same = english.kind == ours.kind and _text(english.text) == _text(ours.text)
    return same and any(inline.skeleton(leaf.text) for leaf in prose(english))


def _text(text: str) -> str:
    return " ".join(seen(text).split())


def _nearest(marks: Sequence[bool | None]) -> Iterator[bool | None]:
    """For each place the last mark before it that tells."""
    last: bool | None = None
    for mark in marks:
        yield last
        last = last if mark is None else mark


def _stands_beside_own(target: Sequence[Block], beads: Sequence[Bead], number: int) -> bool:
    """Whether text of the translators' own stands next to it: some books show the English and its translation."""
    around = (*beads[max(0, number - 1) : number], *beads[number + 1 : number + 2])
    return any(not bead.source and target[bead.target[0]].kind in PROSE for bead in around)
