"""Files of parallel data: CSV, TSV, TMX 1.4 and JSON lines, as Amazon Translate wants them.

The rules are those of "Parallel data input files" in its developer guide:
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from amts_bot import __version__
from amts_bot.errors import UsageError
from amts_bot.model import PairFormat
from amts_bot.text.languages import language

MOST_BYTES = 1000  # of one segment, in UTF-8
REFUSED_STARTS = ("+", "-", "=", "@")  # whether quoted or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One source text and its translation, each a line of running text.

    `page` is the target page it is from, `changed` when that page last changed (seconds since
    1970, 0 where nobody knows), `probability` how sure the aligner was of the pair.
    """

    source: str
    target: str
    page: str = ""
    changed: int = 0
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class PageOrigin:
    """Where on the web the two sides of a page are from, and the licence that they name, or ""."""

    source_address: str
    target_address: str
    licence: str


@dataclass(frozen=True, slots=True)
class PairTable:
    """The content of a file: its languages, its segments in order, and where pages are from, by `Segment.page`."""

    source_language: str
    target_language: str
    segments: tuple[Segment, ...]
    origins: Mapping[str, PageOrigin] = field(default_factory=dict)


# ------------------------------------------------------------------ rules for one field


def _is_empty(text: str) -> bool:
    return not text.strip()


def _is_too_long(text: str) -> bool:
    return len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES


def _has_refused_start(text: str) -> bool:
    return text.startswith(REFUSED_STARTS)


def _spans_lines(text: str) -> bool:
    return len(text.splitlines()) > 1 or text.splitlines() != [text]


# Control characters (Unicode's Cc), surrogates, and what else XML 1.0 has no place for.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _is_unwritable(text: str) -> bool:
    return _UNWRITABLE.search(text) is not None


FIELD_RULES: dict[str, Callable[[str], bool]] = {
    "empty": _is_empty,
    "more than one line": _spans_lines,
    "control characters": _is_unwritable,
    "begins with + - = or @": _has_refused_start,
    f"longer than {MOST_BYTES} bytes": _is_too_long,
}


def field_fault(text: str) -> str:
    """Why Amazon Translate, or a file format, would not take this text as a field; "" if they do."""
    return next((fault for fault, holds in FIELD_RULES.items() if holds(text)), "")


# ------------------------------------------------------------------ formats


def render(table: PairTable, file_format: PairFormat) -> str:
    """The file's text. `parse(render(table, f), f)` has the same languages and pairs.

    Languages are written as the service calls them. Raises ValueError for a segment that breaks a
    rule: segments are cleaned before.
    """
    for segment in table.segments:
        for text in (segment.source, segment.target):
            if fault := field_fault(text):
                raise ValueError(f"{fault}: {text[:60]!r}")
    return FORMATS[file_format].render(table)


def parse(text: str, file_format: PairFormat) -> PairTable:
    """Reads such a file; UsageError names the line that is none of it."""
    return FORMATS[file_format].parse(text)


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is written and read, and what Amazon Translate calls it, "" where it takes none."""

    render: Callable[[PairTable], str]
    parse: Callable[[str], PairTable]
    service_name: str = ""


def _service_code(code: str) -> str:
    return language(code).service_code or code


def _separated(separator: str, service_name: str) -> Format:
    """Every field quoted, quotes doubled: right for both readings of the guide's rule."""

    def write(table: PairTable) -> str:
        lines = io.StringIO()
        writer = csv.writer(
            lines, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n", strict=True
        )
        writer.writerow(map(_service_code, (table.source_language, table.target_language)))
        writer.writerows((segment.source, segment.target) for segment in table.segments)
        return lines.getvalue()

    def read(text: str) -> PairTable:
        rows = list(_rows(text, separator))
        if not rows:
            raise UsageError("the file is empty: its first line must name two languages")
        (source, target), *pairs = rows
        return PairTable(
            source, target, tuple(Segment(source=one, target=other) for one, other in pairs)
        )

    return Format(write, read, service_name)


def _rows(text: str, separator: str) -> Iterator[tuple[str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            if len(row) != 2:
                raise UsageError(f"line {reader.line_num}: {len(row)} fields, expected two")
            yield row[0], row[1]
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num}: {error}") from error


def _write_tmx(table: PairTable) -> str:
    source, target = map(_service_code, (table.source_language, table.target_language))
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="amts-bot" creationtoolversion={quoteattr(__version__)} '
        'segtype="block" o-tmf="Markdown" adminlang="en" '
        f'srclang={quoteattr(source)} datatype="plaintext"/>\n<body>\n'
    )
    units = "".join(
        _unit(segment, source, target, table.origins.get(segment.page))
        for segment in table.segments
    )
    return f"{head}{units}</body>\n</tmx>\n"


def _unit(segment: Segment, source: str, target: str, origin: PageOrigin | None) -> str:
    date = ""
    if segment.changed:
        changed = datetime.fromtimestamp(segment.changed, UTC)
        date = f' changedate="{changed:%Y%m%dT%H%M%SZ}"'
    variants = "".join(
        f"<tuv xml:lang={quoteattr(code)}><seg>{escape(text)}</seg></tuv>"
        for code, text in ((source, segment.source), (target, segment.target))
    )
    return f"<tu{date}>{_properties(origin)}{variants}</tu>\n"


def _properties(origin: PageOrigin | None) -> str:
    """As TMX 1.4 has it: properties of a tool's own begin with x-."""
    said = asdict(origin) if origin else {}
    return "".join(
        f'<prop type="x-{name.replace("_", "-")}">{escape(value)}</prop>'
        for name, value in said.items()
        if value
    )


_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def _read_tmx(text: str) -> PairTable:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UsageError(f"not XML: {error}") from error
    header = root.find("header")
    source = header.get("srclang", "") if header is not None else ""
    found, target = [], ""
    for number, unit in enumerate(root.iter("tu"), 1):
        texts = {tuv.get(_XML_LANGUAGE, ""): tuv.findtext("seg", "") for tuv in unit.iter("tuv")}
        others = [code for code in texts if code != source]
        if source not in texts or len(others) != 1 or target not in ("", others[0]):
            raise UsageError(f"unit {number}: expected {source!r} and one other language")
        target = others[0]
        found.append(Segment(source=texts[source], target=texts[target], changed=_seconds(unit)))
    return PairTable(source, target, tuple(found))


def _seconds(unit: ElementTree.Element) -> int:
    changed = unit.get("changedate")
    if changed is None:
        return 0
    try:
        return int(datetime.strptime(changed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise UsageError(f"{changed!r} is no date such as 20250131T120000Z") from error


def _write_json_lines(table: PairTable) -> str:
    return "".join(f"{_json(row)}\n" for row in _json_rows(table))


def _json_rows(table: PairTable) -> Iterable[dict[str, Any]]:
    for segment in table.segments:
        yield {
            "source": segment.source,
            "target": segment.target,
            "source_language": table.source_language,
            "target_language": table.target_language,
            "page": segment.page,
            "changed": segment.changed,
            "probability": round(segment.probability, 4),
            **(asdict(origin) if (origin := table.origins.get(segment.page)) else {}),
        }


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _read_json_lines(text: str) -> PairTable:
    found, languages = [], ("", "")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            changed, probability = int(row.get("changed", 0)), float(row.get("probability", 1))
            page = str(row.get("page", ""))
            found.append(
                Segment(
                    source=row["source"],
                    target=row["target"],
                    page=page,
                    changed=changed,
                    probability=probability,
                )
            )
            languages = row["source_language"], row["target_language"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"line {number}: expected source, target and their languages, found {line[:60]!r}"
            ) from error
    return PairTable(*languages, tuple(found))


FORMATS: dict[PairFormat, Format] = {
    "csv": _separated(",", "CSV"),
    "tsv": _separated("\t", "TSV"),
    "tmx": Format(_write_tmx, _read_tmx, "TMX"),
    "jsonl": Format(_write_json_lines, _read_json_lines),
}
