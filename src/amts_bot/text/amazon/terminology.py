"""A repository's glossary as a custom terminology of Amazon Translate.

Glossaries are written for people: CSV or TSV, Markdown tables, or lines such as "saddle point; eyer
noktası"; or by tools for terms (`term_base`). `read_glossary` takes the file apart, `choose` picks what
the service may be told, and `terminology_csv` writes it. What is left out is named with its line.

The service forces a term wherever its source stands, in exactly that case, and asks for unambiguous
entries only: https://docs.aws.amazon.com/translate/latest/dg/ct-best-practices.html
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from amts_bot.errors import UsageError
from amts_bot.text.amazon.term_base import concepts
from amts_bot.text.languages import LANGUAGES, Language, language
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.line_numbers import line_number

# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
_LONGEST_TERM = 200  # bytes
_LARGEST_FILE = 10 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class TermRow:
    """The cells of one entry, and the line of the file where it stands."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is not used as it stands, and why."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """A glossary file: its rows, the names of its columns, () where it gives none, and what parts its
    cells: a cell that has that inside was quoted, and is no list of alternatives."""

    name: str
    header: tuple[str, ...]
    rows: tuple[TermRow, ...]
    remarks: tuple[Remark, ...] = ()
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a terminology: `source` becomes `target` wherever it stands.

    `others` are the translations that the glossary has beside it.
    """

    source: str
    target: str
    line: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terminology:
    """What one language pair takes from a glossary, sorted by source, and what it does not."""

    terms: tuple[Term, ...]
    remarks: tuple[Remark, ...]


# ------------------------------------------------------------------ the file


def read_glossary(text: str, name: str) -> Glossary:
    """The rows of a glossary; the suffix of `name` says how it is written: .csv, .tsv, .tbx, .tmx, else Markdown.

    A Markdown page is read by its tables; one without tables by its list items and lines, all with
    one separator. UsageError names file and line where it cannot be read.
    """
    text = text.removeprefix("\ufeff")
    suffix = name.rpartition(".")[2].lower()
    glossary = _READERS.get(suffix, _markdown)(text, name)
    if not glossary.rows:
        raise UsageError(
            f"{name}: no entries; write a table, or lines such as 'saddle point; eyer noktası'"
        )
    return glossary


def _separated(text: str, name: str) -> Glossary:
    separator = "\t" if name.lower().endswith(".tsv") else _separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[TermRow] = []
    try:
        for cells in reader:
            if any("\n" in cell or "\r" in cell for cell in cells):
                raise UsageError(f"{name}:{reader.line_num}: a cell goes over several lines")
            rows.append(TermRow(reader.line_num, tuple(" ".join(cell.split()) for cell in cells)))
    except csv.Error as error:
        raise UsageError(f"{name}:{reader.line_num}: {error}") from error
    rows = [row for row in rows if any(row.cells)]
    if rows and _is_header(rows[0].cells):
        return Glossary(name=name, header=rows[0].cells, rows=tuple(rows[1:]), separator=separator)
    return Glossary(name=name, header=(), rows=tuple(rows), separator=separator)


def _of_concepts(text: str, name: str) -> Glossary:
    """A row for each concept; several terms of a language are alternatives, the first of them preferred."""
    found = concepts(text, name)
    codes = tuple(dict.fromkeys(code for concept in found for code in concept.terms))
    rows = (
        TermRow(it.line, tuple("; ".join(it.terms.get(code, ())) for code in codes)) for it in found
    )
    return Glossary(name=name, header=codes, rows=tuple(rows))


# What tools call the columns of the files that they write.
_SOURCE_NAMES = frozenset({"source", "src", "original"})
_TARGET_NAMES = frozenset({"target", "tgt", "trg", "translation", "translated"})
_OTHER_NAMES = re.compile(
    "case|category|comments?|context|definition|description|domain|entry|example|forbidden|id|lang|language"
    "|locale|notes?|of|part|phrase|pos|remark|sensitive|speech|status|string|subject|tags?|terms?|text|words?"
)


def _is_header(cells: Sequence[str]) -> bool:
    """Does a first row name columns: a language, or two and nothing else that tools call theirs?"""
    if any(_names_a_language(cell) for cell in cells):
        return True
    named = [_name_words(cell) for cell in cells if cell]
    return len(named) > 1 and all(map(_is_column_name, frozenset().union(*named)))


def _is_column_name(word: str) -> bool:
    return word in _SOURCE_NAMES | _TARGET_NAMES or bool(_OTHER_NAMES.fullmatch(word))


def _name_words(cell: str) -> frozenset[str]:
    """The words of a column's name, such as "sourceTerm" or "Target_term"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell)
    return frozenset(re.findall(r"[^\W_]+", apart.casefold()) or [cell])


def _separator_of(text: str) -> str:
    """Spreadsheets write what their country writes; of equals not the comma, which cells hold too."""
    lines = text.splitlines()
    return max(";\t,", key=lambda separator: sum(separator in line for line in lines))


def _names_a_language(cell: str) -> bool:
    return cell in LANGUAGES or any(_is_called(row, cell) for row in LANGUAGES.values())


def _markdown(text: str, name: str) -> Glossary:
    blocks = split(text)
    lines = [(line_number(text, block.start), block) for block in blocks]
    table = [TermRow(line, _cells(block.text)) for line, block in lines if block.kind == "row"]
    if table:
        return _of_tables(table, name)
    entries = [
        (line + offset, _plain(_MARKER.sub("", entry)))
        for line, block in lines
        if block.kind in {"paragraph", "item"}
        for offset, entry in enumerate(block.text.split("\n"))
        if entry.strip()
    ]
    return _of_lines(entries, name)


_MARKER = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r":?-+:?")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")


def _cells(row: str) -> tuple[str, ...]:
    inner = row.strip().removeprefix("|")
    cells = [_plain(cell) for cell in _PIPE.split(inner)]
    return tuple(cells[:-1] if cells[-1] == "" else cells)


def _plain(cell: str) -> str:
    """The words of a cell, without Markdown."""
    words = _EMPHASIS.sub("", _LINK.sub(r"\1", cell)).replace("\\|", "|")
    return " ".join(words.split())


def _of_tables(rows: Sequence[TermRow], name: str) -> Glossary:
    """One glossary of all tables with the columns of the first, such as one table per letter."""
    entries: list[TermRow] = []
    remarks: list[Remark] = []
    header = columns = rows[0].cells
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if following is not None and _is_delimiter(following):
            columns = row.cells
            if columns != header:
                remarks.append(Remark(row.line, "a table with other columns is left out"))
        elif columns == header and not _is_delimiter(row):
            entries.append(row)
    return Glossary(name=name, header=header, rows=tuple(entries), remarks=tuple(remarks))


def _is_delimiter(row: TermRow) -> bool:
    return bool(row.cells) and all(_DELIMITER.fullmatch(cell) for cell in row.cells)


# What people put between a term and its translation; ahead of the comma, which stands inside too.
_SEPARATORS = ("\t", "=>", "->", "→", "=", " — ", " – ", " - ", "；", ";", "：", ":", "，", ",")


def _of_lines(entries: Sequence[tuple[int, str]], name: str) -> Glossary:
    def parts(separator: str, entry: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in entry.split(separator))

    def is_entry(cells: tuple[str, ...]) -> bool:
        return len(cells) == 2 and all(cells)

    best = max(
        _SEPARATORS,
        key=lambda separator: sum(is_entry(parts(separator, entry)) for _, entry in entries),
    )
    rows = [TermRow(line, parts(best, entry)) for line, entry in entries]
    good = tuple(row for row in rows if is_entry(row.cells))
    if 2 * len(good) < len(entries):
        raise UsageError(
            f"{name}: neither a table nor a list: most lines are not 'term{best} translation'"
        )
    unread = tuple(
        Remark(row.line, f"not 'term{best} translation': {best.join(row.cells)}")
        for row in rows
        if not is_entry(row.cells)
    )
    return Glossary(name=name, header=(), rows=good, remarks=unread)


_READERS: dict[str, Callable[[str, str], Glossary]] = {
    "csv": _separated,
    "tsv": _separated,
    "tbx": _of_concepts,
    "tmx": _of_concepts,
}


# ------------------------------------------------------------------ the columns


def _columns(glossary: Glossary, source: Language, target: Language) -> tuple[int, int]:
    """Which columns hold the two languages: by their names, else by their letters.

    English is the column with most rows in plain ASCII, the translation the one with most others;
    of equals the first. A Chinese glossary may well stand the other way round: 鞍点，saddle point.
    """
    width = max(len(row.cells) for row in glossary.rows)
    if width < 2:
        raise UsageError(f"{glossary.name}:{glossary.rows[0].line}: only one column")
    named = [
        _named(glossary.header, row, _SOURCE_NAMES if row.code == "en" else _TARGET_NAMES)
        for row in (source, target)
    ]
    ascii_rows = [_count(glossary, column, _is_ascii_word) for column in range(width)]
    other_rows = [_count(glossary, column, _is_other_word) for column in range(width)]
    source_column = _first_best(ascii_rows, named[0], without=named[1])
    return source_column, _first_best(other_rows, named[1], without=source_column)


def _named(header: Sequence[str], row: Language, names: frozenset[str]) -> int | None:
    """The column of a language: by its name, else by what a tool calls the side; English is the source."""
    by_language = (column for column, cell in enumerate(header) if _is_called(row, cell))
    by_side = (column for column, cell in enumerate(header) if names & _name_words(cell))
    return next(by_language, next(by_side, None))


def _is_called(row: Language, cell: str) -> bool:
    """Does a column heading such as "zh-CN", "Chinese" or "Turkish (formal)" name the language?"""
    if cell.casefold() == row.code.casefold():
        return True
    name = cell.partition(" (")[0].casefold()
    if name in {row.name.casefold(), row.name.partition(" (")[0].casefold()}:
        return True
    return bool(row.service_code) and language(cell).service_code == row.service_code


def _count(glossary: Glossary, column: int, kind: Callable[[str], bool]) -> int:
    return sum(kind(row.cells[column]) for row in glossary.rows if column < len(row.cells))


def _is_ascii_word(cell: str) -> bool:
    return cell.isascii() and any(character.isalpha() for character in cell)


def _is_other_word(cell: str) -> bool:
    return any(character.isalpha() and not character.isascii() for character in cell)


def _first_best(counts: Sequence[int], named: int | None, without: int | None) -> int:
    if named is not None:
        return named
    return max((c for c in range(len(counts)) if c != without), key=lambda c: (counts[c], -c))


# ------------------------------------------------------------------ the terms


def choose(glossary: Glossary, source: str, target: str) -> Terminology:
    """The terms of a language pair that can be forced without harm.

    A note in parentheses is dropped: "long short-term memory (LSTM)". Of several translations in
    one entry the first is taken; a term that entries translate differently is not used at all. A
    term in lower case gets a second entry for the beginning of sentences.
    """
    source_row, target_row = language(source), language(target)
    columns = _columns(glossary, source_row, target_row)
    entries = [
        _entry(row, *columns, glossary.separator)
        for row in glossary.rows
        if max(columns) < len(row.cells)
    ]
    found: dict[str, list[Term]] = {}
    for term in (term for entry in entries for term in entry.terms()):
        found.setdefault(term.source, []).append(term)
    agreed = [same[0] for same in found.values() if _agree(same)]
    capitals = [_capitalized(term, target_row) for term in agreed if term.source.islower()]
    terms = agreed + [term for term in capitals if term.source not in found]
    remarks = [
        *glossary.remarks,
        *(remark for entry in entries for remark in entry.remarks()),
        *(_disagreement(same) for same in found.values() if not _agree(same)),
    ]
    return Terminology(
        tuple(sorted(terms, key=lambda term: term.source)),
        tuple(sorted(remarks, key=lambda remark: remark.line)),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """The alternatives that a row gives on both sides, usable or not."""

    line: int
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    def terms(self) -> Iterator[Term]:
        """Every usable source with the first usable target."""
        targets = [target for target in self.targets if not _why_not(target)]
        for source in self.sources:
            if targets and not _why_not(source):
                yield Term(source, targets[0], self.line, tuple(targets[1:]))

    def remarks(self) -> Iterator[Remark]:
        """What the service would misread, and targets that are not the one that is used."""
        for term in (*self.sources, *self.targets):
            if why := _why_not(term):
                yield Remark(self.line, f"{term!r} is left out: {why}")
        used = next(self.terms(), None)
        others = [t for t in self.targets if used and t != used.target and not _why_not(t)]
        if used and others:
            yield Remark(self.line, f"{used.target!r} is used, not {', '.join(others)}")


_NOTE = re.compile(r"\s*[(（][^()（）]*[)）]\s*(?=[,，、;；/]|\Z)|\A\s*[(（][^()（）]*[)）]\s*")
_ALTERNATIVE = re.compile(r"\s*[,，、;；]\s*|\s+/\s+")


def _entry(row: TermRow, source: int, target: int, separator: str) -> _Entry:
    sides = (_alternatives(row.cells[column], separator) for column in (source, target))
    return _Entry(row.line, *sides)


def _alternatives(cell: str, separator: str) -> tuple[str, ...]:
    """The terms in a cell, without notes; a cell that was quoted for the file's separator is one."""
    words = _NOTE.sub("", cell)
    if separator and separator in words:
        return (words,)
    # kod/betik are two terms, but not so "veri/komut hattı".
    parts = _ALTERNATIVE.split(words) if " " in words else re.split(r"[/,，、;；]", words)
    return tuple(part for part in parts if part)


def _why_not(term: str) -> str:
    if re.search(r"[()（）/|]", term):
        return "it is more than a term"
    if re.search(r"[,;\t]", term):
        return "its quotes make it one term, and it looks like several"
    if term[0] in "+-=@":
        # Documented for parallel data only; the same reader may well be behind both.
        return "the service takes it for a formula"
    if len(term.encode()) > _LONGEST_TERM:
        return f"it is longer than {_LONGEST_TERM} bytes"
    return ""


def _agree(same: Sequence[Term]) -> bool:
    """Do all entries of a term translate it the same?"""
    return len({term.target for term in same}) == 1


def _disagreement(same: Sequence[Term]) -> Remark:
    places = ", ".join(f"{term.target} (line {term.line})" for term in same)
    text = f"{same[0].source!r} is translated differently, so it is not used: {places}"
    return Remark(same[-1].line, text)


def _capitalized(term: Term, target: Language) -> Term:
    capital = _capital(term.target, target.code)
    return Term(_capital(term.source), capital, term.line, term.others)


def _capital(text: str, code: str = "en") -> str:
    dotted = code in {"tr", "az"} and text.startswith("i")
    return ("İ" if dotted else text[0].upper()) + text[1:]


def terminology_csv(glossary: Glossary, source: str, target: str) -> bytes:
    """The file that ImportTerminology takes as CSV, one direction: UTF-8, codes in the first row.

    The same terms are the same bytes. UsageError where there is nothing to import, or too much, or the
    service does not have the language.
    """
    codes = [language(code).service_code for code in (source, target)]
    if not all(codes):
        raise UsageError(f"{glossary.name}: Amazon Translate has no language {target!r}")
    terms = choose(glossary, source, target).terms
    if not terms:
        raise UsageError(f"{glossary.name}: no term from {source} to {target} can be used")
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(codes)
    writer.writerows((term.source, term.target) for term in terms)
    data = file.getvalue().encode()
    if len(data) > _LARGEST_FILE:
        raise UsageError(f"{glossary.name}: {len(data)} bytes; Amazon Translate takes 10 MB")
    return data
