"""Term bases in XML: TBX of both versions, by concept, and TMX, which some teams keep their terms in.

TBX 3 (ISO 30042:2019) says `conceptEntry`, `langSec`, `termSec`; TBX 2 `termEntry`, `langSet`, `tig` or `ntig`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from amts_bot.errors import UsageError

_ENTRIES = frozenset({"conceptEntry", "termEntry", "tu"})
_LANGUAGES = frozenset({"langSec", "langSet", "tuv"})
_SECTIONS = frozenset({"termSec", "tig", "ntig"})
_TERMS = frozenset({"term", "seg"})
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Values of `administrativeStatus` of terms that nobody shall write any more.
_GONE = ("deprecatedTerm", "supersededTerm", "obsoleteTerm")


@dataclass(frozen=True, slots=True)
class Concept:
    """What a term base calls one thing, by language, and the line where that begins."""

    line: int
    terms: Mapping[str, tuple[str, ...]]


def concepts(text: str, name: str) -> tuple[Concept, ...]:
    """The concepts of a term base. Raises UsageError where the text is no XML."""
    try:
        return tuple(_concepts(text))
    except ElementTree.ParseError as error:
        line, column = error.position
        raise UsageError(f"{name}:{line}: no XML at column {column + 1}") from error


def _concepts(text: str) -> Iterator[Concept]:
    parser: ElementTree.XMLPullParser[ElementTree.Element]
    parser = ElementTree.XMLPullParser(("start", "end"))
    began = 0
    # A declared encoding is that of the file, which is text by now.
    for number, line in enumerate(_undeclared(text).splitlines(keepends=True), 1):
        parser.feed(line)
        for found in parser.read_events():
            event, element = found[0], found[-1]
            if isinstance(element, ElementTree.Element) and _tag(element) in _ENTRIES:
                if event == "start":
                    began = number
                else:
                    yield Concept(began, _terms(element))
    parser.close()


def _undeclared(text: str) -> str:
    head, end, rest = text.partition("?>")
    return " " * len(head + end) + rest if end and head.lstrip().startswith("<?xml") else text


def _terms(entry: ElementTree.Element) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language in (it for it in entry.iter() if _tag(it) in _LANGUAGES):
        code = language.get(_XML_LANGUAGE) or language.get("lang") or ""
        found[code] = (*found.get(code, ()), *_of_language(language))
    return {code: tuple(dict.fromkeys(terms)) for code, terms in found.items() if code and terms}


def _of_language(language: ElementTree.Element) -> Iterator[str]:
    sections = [it for it in language if _tag(it) in _SECTIONS] or [language]
    for section in sections:
        notes = (it.text or "" for it in section.iter() if it.get("type") == "administrativeStatus")
        if any(note.strip().startswith(_GONE) for note in notes):
            continue
        for term in (it for it in section.iter() if _tag(it) in _TERMS):
            if words := " ".join("".join(term.itertext()).split()):
                yield words


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
