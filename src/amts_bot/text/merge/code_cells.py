"""The step of a code cell: merged, and its new comments asked for where a page has them translated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from amts_bot.model import Request
from amts_bot.model.steps import (
    Carry,
    Merge,
    Translate,
    Unit,
)
from amts_bot.text.code import api as code
from amts_bot.text.code.api import CodeMerge
from amts_bot.text.markdown.frames import lined

_STAND_IN = "\U00100000"  # for private use: no cell has it


def cell_step(
    units: tuple[Unit, ...], merged: CodeMerge, indent: str, *, asks: bool
) -> Carry | Merge | Translate:
    """What becomes of a cell; `indent` stands before its further lines, and `asks` is whether new comments wait."""
    reason = "code changed" if units[0].source_old else "new code"
    conflicts = tuple(f"{conflict.reason}: {conflict.ours}" for conflict in merged.conflicts)
    pieces = code.opened(merged.text, merged.left if asks else ())
    if any(isinstance(piece, Request) for piece in pieces):
        return Translate(units, placed(pieces, indent), reason, conflicts=conflicts)
    if units[0].source_old:
        return Merge(units, lined(merged.text, indent), reason, conflicts)
    return Carry(units, lined(merged.text, indent), reason)


def placed(pieces: Sequence[str | Request], indent: str) -> tuple[str | Request, ...]:
    """The pieces of a cell with `indent` before its further lines."""
    requests = (_indented(piece, indent) for piece in pieces if isinstance(piece, Request))
    text = "".join(_STAND_IN if isinstance(piece, Request) else piece for piece in pieces)
    split = re.split(f"({_STAND_IN})", lined(text, indent))
    return tuple(next(requests) if part == _STAND_IN else part for part in split if part)


def _indented(request: Request, indent: str) -> Request:
    return Request(request.source, indent=indent + request.indent)
