"""How far a translated page is: what of its English is translated, block by block."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass

from amts_bot.text.align.pages import Alignment, align, page
from amts_bot.text.markdown.sameness import as_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The blocks of the newest English of a page, each counted once.

    `step` have their translation; `behind` changed or came since; `unsure` are old, and no block of the translation
    is surely theirs; `untranslated` stand there in English.
    """

    step: int = 0
    behind: int = 0
    unsure: int = 0
    untranslated: int = 0

    def __add__(self, other: Standing) -> Standing:
        theirs = asdict(other)
        return Standing(**{name: count + theirs[name] for name, count in asdict(self).items()})


def standing(old: str, new: str, target: str, prose_keys: frozenset[str] | None) -> Standing:
    """How far a page is that was made from `old`, now that its English is `new`."""
    aligned = align(old, target, prose_keys)
    known = _known(aligned)
    counts: Counter[str] = Counter()
    for block in page(new, prose_keys).blocks:
        text = as_read(block)
        kinds = known.get(text)
        counts[kinds.pop() if kinds else "behind"] += 1
    return Standing(**counts)


def _known(aligned: Alignment) -> dict[str, list[str]]:
    """For each text of an old block, how each of its places is translated."""
    found: dict[str, list[str]] = {}
    for bead in aligned.beads:
        kind = "step" if bead.target else "unsure"
        if bead.target and not aligned.copies.isdisjoint(bead.target):
            kind = "untranslated"
        for number in bead.source:
            found.setdefault(as_read(aligned.source.blocks[number]), []).append(kind)
    return found
