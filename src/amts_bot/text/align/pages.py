"""An English page beside its translation: blocks with their blanks, and the beads between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from amts_bot.model import Bead, Block
from amts_bot.text.align.blocks import align_blocks, length_ratio, likeness
from amts_bot.text.align.copies import copies
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.sameness import as_read

LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as content blocks, each with the blanks behind it, and the blanks before the first.

    `line_end` is the one line end of the page; "" where it has several kinds, or none. `prose_keys` are as in `split`.
    """

    lead: str
    blocks: tuple[Block, ...]
    gaps: tuple[str, ...]
    line_end: str
    prose_keys: frozenset[str] | None = None

    @property
    def text(self) -> str:
        """The page, as it was before it was split."""
        blocks = zip(self.blocks, self.gaps, strict=True)
        return self.lead + "".join(block.text + gap for block, gap in blocks)

    @property
    def is_ended(self) -> bool:
        """Whether the last line has its line end."""
        last = self.gaps[-1] or self.blocks[-1].text if self.blocks else self.lead
        return last.endswith(("\n", "\r"))


def page(text: str, prose_keys: frozenset[str] | None = None) -> Page:
    """Splits a page and sets its blanks aside."""
    return _page(text, prose_keys)  # one place in the cache, whether the default was said or not


# A run looks at each English page for its changes, its sums and the rest of the book.
@lru_cache(maxsize=1024)
def _page(text: str, prose_keys: frozenset[str] | None) -> Page:
    lead, blocks, gaps = "", [], []  # type: str, list[Block], list[str]
    for block in split(text, prose_keys):
        if block.kind != "blank":
            blocks.append(block)
            gaps.append("")
        elif gaps:
            gaps[-1] += block.text
        else:
            lead += block.text
    return Page(
        lead=lead,
        blocks=tuple(blocks),
        gaps=tuple(gaps),
        line_end=_line_end_of(text),
        prose_keys=prose_keys,
    )


def _line_end_of(text: str) -> str:
    kinds = set(LINE_END.findall(text) if "\r" in text else "\n" * ("\n" in text))
    return kinds.pop() if len(kinds) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """An old English page and its translation, aligned: made once, used for merge and memory.

    `copies` are the target blocks that are English still, by number: they translate nothing. `likeness` is how much
    the target looks like a translation, `ratio` how long it is for its English.
    """

    source: Page
    target: Page
    beads: tuple[Bead, ...]
    copies: frozenset[int] = frozenset()
    likeness: float = 1.0
    ratio: float = 1.0


def align(source: str, target: str, prose_keys: frozenset[str] | None = None) -> Alignment:
    """Aligns the blocks of an English page with those of its translation."""
    left, right = page(source, prose_keys), page(target, prose_keys)
    beads = tuple(align_blocks(left.blocks, right.blocks))
    return Alignment(
        source=left,
        target=right,
        beads=beads,
        copies=copies(left.blocks, right.blocks, beads),
        likeness=likeness(left.blocks, right.blocks, beads),
        ratio=length_ratio(left.blocks, right.blocks),
    )


def block_pairs(alignment: Alignment) -> dict[str, str]:
    """Stripped English blocks with the target that translates each of them alone."""
    source, target = alignment.source.blocks, alignment.target
    return {
        source[bead.source[0]].text.strip(): text_of(target, bead.target).strip()
        for bead in alignment.beads
        if len(bead.source) == 1 and bead.target and alignment.copies.isdisjoint(bead.target)
    }


def must_stand(alignment: Alignment, new: Page) -> tuple[Bead, ...]:
    """The beads whose English the new page still has, each block as often as before, anywhere.

    None of a copy: English that nobody has translated follows the English.
    """
    source = [as_read(block) for block in alignment.source.blocks]
    before, after = Counter(source), Counter(map(as_read, new.blocks))
    return tuple(
        bead
        for bead in alignment.beads
        if bead.target
        and alignment.copies.isdisjoint(bead.target)
        and all(after[source[i]] >= before[source[i]] for i in bead.source)
    )


def text_of(page: Page, indices: Sequence[int]) -> str:
    """The blocks and the blanks between them, as they stand."""
    if not indices:
        return ""
    inner = "".join(page.blocks[i].text + page.gaps[i] for i in indices[:-1])
    return inner + page.blocks[indices[-1]].text
