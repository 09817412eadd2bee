"""What a cell does, whatever is said about it: the key by which cells of two languages find each other."""

from __future__ import annotations

from functools import lru_cache

from amts_bot.text.code.cells import read_cell


@lru_cache(maxsize=16384)
def bare(code: str) -> str:
    """The code without comments, docstrings, blank lines and trailing white space."""
    cell = read_cell(code)
    parts = [cell.head, *(p.code for p in cell.pieces if p.kind == "code"), cell.tail]
    lines = (line.rstrip() for part in parts for line in part.splitlines())
    return "\n".join(line for line in lines if line)
