"""Sentence pairs that were made elsewhere, read as a stream: a corpus of the web has more than fit into memory.

TMX 1.4            one unit with both languages; more languages are left aside
Moses, OPUS        two files, line by line
TSV                two columns, or those that a header names as bitextor does
CSV                two columns, as `text.pairs.formats` writes them
JSON lines         source and target, as `text.pairs.formats` writes them, or {"translation": {"en": …, "es": …}}
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, BinaryIO
from xml.etree import ElementTree

from amts_bot.errors import UsageError
from amts_bot.model import counted
from amts_bot.text.pairs.formats import PageOrigin, Segment

Codes = tuple[str, str]  # of the source and the target language


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A pair of a corpus, and where it is from, where the corpus says so."""

    segment: Segment
    origin: PageOrigin | None = None


Reader = Callable[[Sequence[BinaryIO], Codes], Iterator[FoundPair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What was taken of a file: so many pairs were `read`, so many of them stood there before."""

    name: str
    pairs: tuple[FoundPair, ...]
    read: int
    repeated: int

    def __str__(self) -> str:
        words = f"{self.name}: {counted(self.read, 'pair')}"
        if self.repeated:
            words += f", {self.repeated:,} of them repeated"
        if len(self.pairs) + self.repeated < self.read:
            words += f"; {len(self.pairs):,} were taken by a hash of their text"
        return words


def take(name: str, found: Iterable[FoundPair], most: int) -> Corpus:
    """At most so many pairs, each once, in their order. Of more, those with the least hashes: the same in every run,
    and spread over the whole file. Memory holds what was taken, and no more."""
    kept: dict[int, FoundPair] = {}
    greatest: list[int] = []  # a heap of negative hashes
    read = repeated = 0
    for read, it in enumerate(found, 1):  # noqa: B007
        name_of = _hash(it.segment)
        if name_of in kept:
            repeated += 1
        elif len(greatest) < most:
            heapq.heappush(greatest, -name_of)
            kept[name_of] = it
        elif greatest and name_of < -greatest[0]:
            del kept[-heapq.heapreplace(greatest, -name_of)]
            kept[name_of] = it
    return Corpus(name=name, pairs=tuple(kept.values()), read=read, repeated=repeated)


def _hash(segment: Segment) -> int:
    text = f"{segment.source}\0{segment.target}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def read(suffix: str, streams: Sequence[BinaryIO], codes: Codes) -> Iterator[FoundPair]:
    """The pairs of a file of a kind: `tmx`, `jsonl`, `tsv`, `csv`, or `moses`, which are two files.

    Raises UsageError with the line that is none of its kind.
    """
    if suffix not in READERS:
        raise UsageError(f"pairs are read from files of these kinds: {', '.join(READERS)}")
    return READERS[suffix](streams, codes)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(stream, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"line {number}: not UTF-8 at byte {error.start} of it") from error
        yield number, text.rstrip("\r\n")


def _is(code: str, wanted: str) -> bool:
    """`en-US`, `en_GB` and `EN` are English; a region that is wanted is met by itself alone or by none."""
    found, meant = (it.replace("_", "-").casefold() for it in (code, wanted))
    return found == meant or found.split("-")[0] == meant or found == meant.split("-")[0]


# ------------------------------------------------------------------ the kinds of files


def _moses(streams: Sequence[BinaryIO], _codes: Codes) -> Iterator[FoundPair]:
    for ours, theirs in zip_longest(*map(_lines, streams)):
        if ours is None or theirs is None:
            number, _ = ours or theirs
            raise UsageError(
                f"line {number}: one of the two files ends before it, so no line of them is sure to belong to its "
                "neighbour"
            )
        yield FoundPair(Segment(source=ours[1], target=theirs[1]))


# What columns may be called, by what they hold: bitextor, then plain words.
_COLUMNS = {
    "source": ("src_text", "source"),
    "target": ("trg_text", "target"),
    "source_address": ("src_url",),
    "target_address": ("trg_url",),
}


def _tsv(streams: Sequence[BinaryIO], codes: Codes) -> Iterator[FoundPair]:
    """Of the web, where a quote is a quote; or of ours, where every field stands in quotes."""
    lines = _lines(streams[0])
    first = next(lines, None)
    if first is None:
        return iter(())
    lines = chain([first], lines)
    if _places([it.strip('"') for it in first[1].split("\t")], codes) and first[1][0] == '"':
        return _quoted(lines, "\t", codes)
    return _of_rows(((number, line.split("\t")) for number, line in lines if line), codes)


def _csv(streams: Sequence[BinaryIO], codes: Codes) -> Iterator[FoundPair]:
    return _quoted(_lines(streams[0]), ",", codes)


def _quoted(lines: Iterator[tuple[int, str]], delimiter: str, codes: Codes) -> Iterator[FoundPair]:
    reader = csv.reader((f"{line}\n" for _, line in lines), delimiter=delimiter, strict=True)
    try:
        yield from _of_rows(((reader.line_num, row) for row in reader if row), codes)
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num}: {error}") from error


def _of_rows(rows: Iterator[tuple[int, list[str]]], codes: Codes) -> Iterator[FoundPair]:
    """Rows with a header of names or of two languages, or without."""
    first = next(rows, None)
    if first is None:
        return
    places = _places(first[1], codes)
    if places is None:
        places = _BY_PLACE if first[1][0].startswith(_WEB) else {"source": 0, "target": 1}
        yield _of_row(*first, places)
    for number, row in rows:
        yield _of_row(number, row, places)


# What bitextor writes where it writes no header.
_BY_PLACE = {"source_address": 0, "target_address": 1, "source": 2, "target": 3}
_WEB = ("http://", "https://")


def _places(header: Sequence[str], codes: Codes) -> dict[str, int] | None:
    """Where each column is, None where the first row is no header."""
    found = {
        what: header.index(name)
        for what, names in _COLUMNS.items()
        for name in names
        if name in header
    }
    if {"source", "target"} <= found.keys():
        return found
    for source, target in ((0, 1), (1, 0)):
        if len(header) == 2 and _is(header[source], codes[0]) and _is(header[target], codes[1]):
            return {"source": source, "target": target}
    return None


def _of_row(number: int, row: Sequence[str], places: Mapping[str, int]) -> FoundPair:
    if len(row) <= max(places.values()):
        raise UsageError(f"line {number}: {len(row)} fields, expected {max(places.values()) + 1}")
    found = {what: row[place] for what, place in places.items()}
    return _pair(found["source"], found["target"], found)


def _pair(source: str, target: str, row: Mapping[str, Any]) -> FoundPair:
    """A pair with the addresses and the licence that a row has."""
    said = [str(row.get(name) or "") for name in ("source_address", "target_address", "licence")]
    origin = PageOrigin(*said) if any(said) else None
    page = str(row.get("page") or said[1])
    changed, sure = int(row.get("changed", 0)), float(row.get("probability", 1.0))
    segment = Segment(source=source, target=target, page=page, changed=changed, probability=sure)
    return FoundPair(segment, origin)


def _json_lines(streams: Sequence[BinaryIO], codes: Codes) -> Iterator[FoundPair]:
    for number, line in _lines(streams[0]):
        if line.strip():
            try:
                yield _of_json(json.loads(line), codes)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsageError(
                    f"line {number}: expected source and target in {' and '.join(codes)}, found {line[:60]!r}"
                ) from error


def _of_json(row: dict[str, Any], codes: Codes) -> FoundPair:
    if "translation" in row:
        texts = row["translation"]
        names = [next(name for name in texts if _is(name, code)) for code in codes]
        return _pair(_text(texts[names[0]]), _text(texts[names[1]]), row)
    spoken = (row.get("source_language", codes[0]), row.get("target_language", codes[1]))
    sides = ("source", "target")
    if _is(spoken[0], codes[1]) and _is(spoken[1], codes[0]):
        sides = ("target", "source")
        row = {**row, **_turned(row)}
    elif not (_is(spoken[0], codes[0]) and _is(spoken[1], codes[1])):
        raise ValueError(f"other languages: {spoken}")
    return _pair(_text(row[sides[0]]), _text(row[sides[1]]), row)


def _turned(row: Mapping[str, Any]) -> dict[str, Any]:
    addresses = (row.get("target_address"), row.get("source_address"))
    return dict(zip(("source_address", "target_address"), addresses, strict=True))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def _tmx(streams: Sequence[BinaryIO], codes: Codes) -> Iterator[FoundPair]:
    body: list[
        ElementTree.Element
    ] = []  # what units stand in, to be emptied: a corpus is no tree in memory
    try:
        for event, element in ElementTree.iterparse(streams[0], ("start", "end")):
            if event == "start" and element.tag == "body":
                body.append(element)
            elif event == "end" and element.tag == "tu":
                yield from _of_unit(element, codes)
                body[0].clear()
    except ElementTree.ParseError as error:
        raise UsageError(f"not XML: {error}") from error


def _of_unit(unit: ElementTree.Element, codes: Codes) -> Iterator[FoundPair]:
    variants = {_language(it): it for it in unit.iter("tuv")}
    found = [next((it for name, it in variants.items() if _is(name, code)), None) for code in codes]
    if found[0] is not None and found[1] is not None:
        addresses = zip(("source_address", "target_address"), map(_document, found), strict=True)
        texts = [_words(it.find("seg")) for it in found if it is not None]
        yield _pair(texts[0], texts[1], {**dict(addresses), **_properties(unit)})


def _document(variant: ElementTree.Element | None) -> str:
    """The page that a text is from, as bitextor writes it; the first of several."""
    named = variant.iter("prop") if variant is not None else ()
    return next((it.text or "" for it in named if it.get("type") == "source-document"), "")


def _language(variant: ElementTree.Element) -> str:
    return variant.get(_XML_LANGUAGE) or variant.get("lang") or ""


def _words(segment: ElementTree.Element | None) -> str:
    """The text of a segment. What stands in an element there is markup of another format, but for what is marked."""
    if segment is None:
        return ""
    inner = ((_words(it) if it.tag in ("hi", "sub") else "") + (it.tail or "") for it in segment)
    return " ".join(((segment.text or "") + "".join(inner)).split())


def _properties(unit: ElementTree.Element) -> dict[str, str]:
    """What `text.pairs.formats` writes of where a pair is from."""
    names = {"x-source-address", "x-target-address", "x-licence"}
    found = {it.get("type", ""): it.text or "" for it in unit.iter("prop")}
    return {k.removeprefix("x-").replace("-", "_"): v for k, v in found.items() if k in names}


READERS: dict[str, Reader] = {
    "tmx": _tmx,
    "jsonl": _json_lines,
    "tsv": _tsv,
    "csv": _csv,
    "moses": _moses,
}
