"""Comments and docstrings that need a translation, as requests in their cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from amts_bot.model import Request
from amts_bot.text.code.cells import DOC, LINE, MARKER, Piece, collapse, comment_text, read_cell
from amts_bot.text.code.notes import comment_units, indent_of, unit_text

Pieces = Iterator[str | Request]


def opened(cell: str, wanted: Collection[str]) -> tuple[str | Request, ...]:
    """The cell with a request in the place of every comment of `wanted`, English with white space collapsed.

    What cannot be written back in the same lines (a docstring with sections, a comment in brackets) stays as it is.
    """
    found = read_cell(cell)
    pieces = [found.head, *(part for piece in found.pieces for part in _opened(piece, wanted))]
    return tuple(_joined([*pieces, found.tail]))


def _joined(pieces: Sequence[str | Request]) -> Pieces:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        yield piece
        text = ""
    if text:
        yield text


def _opened(piece: Piece, wanted: Collection[str]) -> Pieces:
    match piece.kind:
        case "comment":
            for unit in comment_units(LINE.findall(piece.raw)):
                yield from _comment(unit, wanted)
        case "doc" if piece.key in wanted:
            yield from _doc(piece.raw)
        case "code" if collapse(comment_text(piece.note)) in wanted:
            yield from _note(piece)
        case _:
            yield piece.raw


def _comment(lines: Sequence[str], wanted: Collection[str]) -> Pieces:
    leads = {found[0] for line in lines if (found := MARKER.match(line))}
    lead = leads.pop() if len(leads) == 1 else ""
    if not lead or "/*" in lead or collapse(unit_text(lines)) not in wanted:
        yield "".join(lines)
        return
    said = [line[len(lead) :].rstrip() for line in lines]
    yield lead
    yield Request("\n".join(said), indent=lead)
    yield lines[-1][len(lead) + len(said[-1]) :]


def _note(piece: Piece) -> Pieces:
    marker = MARKER.match(piece.note)
    text = piece.note[marker.end() :] if marker else ""
    if not text or piece.note.startswith("/*"):
        yield piece.raw
        return
    start = piece.raw.index(piece.note, len(piece.code)) + len(piece.note) - len(text)
    yield piece.raw[:start]
    yield Request(text)
    yield piece.raw[start + len(text) :]


def _doc(raw: str) -> Pieces:
    found = DOC.match(raw)
    first, *rest = found[3].split("\n") if found else ("",)
    indent = indent_of(raw)
    if found is None or any(indent_of(line) != indent or not line.strip() for line in rest):
        yield raw
        return
    yield found[1]
    yield Request("\n".join([first, *(line[len(indent) :] for line in rest)]), indent=indent)
    yield found[4]
