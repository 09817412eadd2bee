"""XLIFF 2.1, http://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html: one `file` for each page.

Code, formulas, links and the like are inline elements (`ph`), so that a tool shows them as tags and nobody has to type
them; the Markdown that they stand for is in the `originalData` of their unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from amts_bot.errors import UsageError
from amts_bot.text.exchange.units import OfferedUnit, OfferedUnits, ReturnedUnits
from amts_bot.text.markdown import inline

_NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"  # of 2.0 and of 2.1
_CORE = f"{{{_NAMESPACE}}}"
# What XML 1.0 cannot say is an element of its own.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CARRIAGE_RETURN = {"\r": "&#13;"}  # a reader would take it for a line end


def write(units: OfferedUnits) -> bytes:
    """The file, in UTF-8."""
    return "\n".join([*_lines(units), ""]).encode()


def _lines(units: OfferedUnits) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    languages = f'srcLang="en" trgLang={quoteattr(units.language)}'
    yield f'<xliff xmlns="{_NAMESPACE}" version="2.1" {languages}>'
    for number, (page, found) in enumerate(groupby(units.units, lambda unit: unit.page), 1):
        yield f' <file id="p{number}" original={quoteattr(page)} xml:space="preserve">'
        for unit in found:
            yield from _unit_lines(unit)
        yield " </file>"
    yield "</xliff>"


def _unit_lines(unit: OfferedUnit) -> Iterator[str]:
    spans = _spans(unit.english)
    yield f"  <unit id={quoteattr(unit.name)}>"
    yield "   <notes>"
    yield from (f"    <note>{_said(note)}</note>" for note in (*unit.notes, *_history(unit)))
    yield "   </notes>"
    if spans:
        data = (f'<data id="d{n}">{_said(span)}</data>' for n, span in enumerate(spans, 1))
        yield f"   <originalData>{''.join(data)}</originalData>"
    yield f'   <segment state="{"translated" if unit.target else "initial"}">'
    yield f"    <source>{_tagged(unit.english, spans)}</source>"
    if unit.target:
        yield f"    <target>{_tagged(unit.target, spans)}</target>"
    yield "   </segment>"
    yield "  </unit>"


def _history(unit: OfferedUnit) -> Iterator[str]:
    yield f"{unit.page}, line {unit.line}"
    if unit.english_before:
        yield f"English before: {unit.english_before}"
    if unit.before:
        yield f"Translation before: {unit.before}"


def _spans(text: str) -> tuple[str, ...]:
    return tuple(text[span.start : span.end] for span in inline.spans(text))


def _tagged(text: str, spans: Sequence[str]) -> str:
    """A text with a tag in the place of each span that the English has, too; another one is text."""
    free = [*enumerate(spans, 1)]
    pieces: list[str] = []
    position = 0
    for span in inline.spans(text):
        mine = next((it for it in free if it[1] == text[span.start : span.end]), None)
        if mine:
            free.remove(mine)
            pieces += (
                _said(text[position : span.start]),
                f'<ph id="{mine[0]}" dataRef="d{mine[0]}"/>',
            )
            position = span.end
    return "".join(pieces) + _said(text[position:])


def _said(text: str) -> str:
    return _NO_XML.sub(lambda it: f'<cp hex="{ord(it[0]):04X}"/>', escape(text, _CARRIAGE_RETURN))


# ------------------------------------------------------------------ back


def read(content: bytes) -> ReturnedUnits:
    """Raises UsageError where the content is no XLIFF 2."""
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        line, column = error.position
        raise UsageError(f"line {line}, column {column + 1}: no XML ({error.msg})") from error
    if root.tag != f"{_CORE}xliff":
        raise UsageError(
            f"no XLIFF 2, but {root.tag!r}: let your tool save the format that `amts-bot export` wrote"
        )
    texts = {
        (file.get("original", ""), unit.get("id", "")): _target_of(unit)
        for file in root.iter(f"{_CORE}file")
        for unit in file.iter(f"{_CORE}unit")
    }
    return ReturnedUnits(root.get("trgLang", ""), texts)


def _target_of(unit: ElementTree.Element) -> str:
    """The translation of a unit: its segments one after the other, with what stands between them."""
    data = {it.get("id", ""): _plain(it, {}) for it in unit.iter(f"{_CORE}data")}
    parts = [
        _plain(target, data)
        for part in unit
        if part.tag in (f"{_CORE}segment", f"{_CORE}ignorable")
        for target in part.findall(f"{_CORE}target")
    ]
    return "".join(parts)


def _plain(element: ElementTree.Element, data: Mapping[str, str]) -> str:
    """The text of an element as it stands in Markdown."""
    pieces = [element.text or ""]
    for child in element:
        pieces += (_inline(child, data), child.tail or "")
    return "".join(pieces)


def _inline(element: ElementTree.Element, data: Mapping[str, str]) -> str:
    match element.tag.removeprefix(_CORE):
        case "cp":
            return _character(element.get("hex", ""))
        case "pc":
            ends = (data.get(element.get(name, ""), "") for name in ("dataRefStart", "dataRefEnd"))
            start, end = ends
            return f"{start}{_plain(element, data)}{end}"
        case _:
            return data.get(element.get("dataRef", ""), "") + _plain(element, data)


def _character(code: str) -> str:
    """The character of a hexadecimal number; what no text can hold is shown as such."""
    try:
        character = chr(int(code, 16))
        character.encode()
    except (ValueError, OverflowError):  # half of a pair of UTF-16 is a ValueError, too
        return "\ufffd"
    return character
