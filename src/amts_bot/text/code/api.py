"""Three-way merge of one code cell: the old English, the translators' and the new English version.

Translators change a cell in four ways: they translate comments and docstrings (wrapped anew), they
translate string literals such as plot labels, they add lines, and now and then they fix the code.
A cell is cut into pieces (a code line, a run of full-line comments, a docstring, a blank line), the
old English is aligned with both other sides, and the new English is then written piece by piece
with everything of the translators' that its English still supports.
"""

from __future__ import annotations

from collections.abc import Mapping

from amts_bot.text.code.asking import opened
from amts_bot.text.code.bare import bare
from amts_bot.text.code.cells import read_cell
from amts_bot.text.code.merger import (
    CodeConflict,
    CodeMerge,
    Merger,
    is_addition,
)
from amts_bot.text.code.notes import english_texts, known_translations
from amts_bot.text.code.pairing import cell_beads, one_by_one, partners_of

__all__ = [
    "CodeConflict",
    "CodeMerge",
    "bare",
    "comment_pairs",
    "comments",
    "merge",
    "new_cell",
    "opened",
    "translate_comments",
]


def merge(base: str, ours: str, theirs: str, memory: Mapping[str, str] | None = None) -> CodeMerge:
    """Merge a cell: `base` old English, `ours` the translators', `theirs` new English.

    All three are whole fenced slices. `memory` maps English comment texts (white space collapsed,
    without marker) to translations known from elsewhere; only new and changed comments use it.
    """
    if ours == base and not memory:
        left = () if base else comments(theirs)
        return CodeMerge(theirs, (), added=False, left=frozenset(left))
    if ours == base == theirs:
        return CodeMerge(ours, (), added=False)
    old, mine, new = read_cell(base), read_cell(ours), read_cell(theirs)
    partner = partners_of(old.pieces, new.pieces)
    became = {i: new.pieces[j].code for j, i in partner.items()}
    beads = one_by_one(old.pieces) if ours == base else cell_beads(old.pieces, mine.pieces, became)
    added = any(is_addition(bead, mine.pieces) for bead in beads)
    if theirs in (base, ours):
        return CodeMerge(ours, (), added)
    return Merger(old, mine, new, beads=beads, partner=partner, memory=memory or {}).run(added)


def comments(code: str) -> tuple[str, ...]:
    """The texts of the comments and docstrings in order, wrapped lines joined, without markers."""
    return tuple(text for p in read_cell(code).pieces for text in english_texts(p))


def comment_pairs(base: str, ours: str) -> dict[str, str]:
    """English comment text (white space collapsed) -> its translation; a value may have lines."""
    old, mine = read_cell(base).pieces, read_cell(ours).pieces
    return known_translations(old, mine, cell_beads(old, mine))


def new_cell(cell: str, memory: Mapping[str, str]) -> CodeMerge:
    """A wholly new cell with every comment that the memory knows translated; the others are `left`."""
    return merge("", "", cell, memory)


def translate_comments(cell: str, memory: Mapping[str, str]) -> str:
    """The text of a new cell."""
    return new_cell(cell, memory).text
