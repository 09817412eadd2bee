"""Bases as teams write them down: in the page itself, or in a table beside the book."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from amts_bot.errors import UsageError


@dataclass(frozen=True, slots=True)
class BaseWords:
    """An English commit, or the day or time of one, in somebody's words."""

    commit: str = ""
    date: str = ""

    @property
    def moment(self) -> int | None:
        """The date in seconds since 1970; of a day its end, None where it is no date."""
        text = self.date.strip().replace("/", "-")
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        if re.fullmatch(r"[\d-]+", text):
            found += timedelta(days=1, seconds=-1)
        return int(found.timestamp())


def written_in(page: str, pattern: str) -> BaseWords | None:
    """What a page says of its base, by a regular expression with the group `commit` or `date`."""
    found = re.search(pattern, page, re.MULTILINE)
    if found is None:
        return None
    words = {key: value or "" for key, value in found.groupdict().items()}
    said = BaseWords(words.get("commit", "").strip(), words.get("date", "").strip())
    return said if said != BaseWords() else None


def read_table(text: str, file: str) -> dict[str, BaseWords]:
    """A table of bases, by the path of the page or of its English.

    JSON and YAML are a table of paths with commits, or a list of rows; CSV has a heading, or two columns.
    UsageError names what is wrong with it.
    """
    read = _READERS.get(file.rpartition(".")[2].lower())
    if read is None:
        raise UsageError(f"base.file {file}: name a file that ends in {', '.join(_READERS)}")
    try:
        return dict(_rows(read(text)))
    except (ValueError, yaml.YAMLError, csv.Error) as error:
        raise UsageError(f"base.file {file}: {error}") from error


_PATH_KEYS = ("page", "path", "file", "target", "source")
_COMMIT_KEYS = ("commit", "sha", "hash", "revision", "rev", "base", "tag")


def _rows(data: Any) -> Iterator[tuple[str, BaseWords]]:
    if isinstance(data, Mapping):
        for path, row in data.items():
            yield str(path), _words(row)
    elif isinstance(data, list) and all(isinstance(row, Mapping) for row in data):
        for row in data:
            paths = [str(row[key]) for key in _PATH_KEYS if row.get(key)]
            if not paths:
                raise ValueError(f"a row without {' or '.join(_PATH_KEYS)}: {dict(row)!r}")
            yield from ((path, _words(row)) for path in paths)
    else:
        raise ValueError("neither a table of paths with commits nor a list of rows")


def _words(row: Any) -> BaseWords:
    if not isinstance(row, Mapping):
        return BaseWords(commit=str(row))
    commit = next((str(row[key]) for key in _COMMIT_KEYS if row.get(key)), "")
    date = str(row.get("date") or "")
    if not commit and not date:
        raise ValueError(f"a row without {' or '.join(_COMMIT_KEYS)} or date: {dict(row)!r}")
    return BaseWords(commit, date)


def _comma_separated(text: str) -> Any:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    if rows and {cell.strip().lower() for cell in rows[0]} & {*_PATH_KEYS}:
        keys = [cell.strip().lower() for cell in rows[0]]
        return [dict(zip(keys, map(str.strip, row), strict=False)) for row in rows[1:]]
    if any(len(row) != 2 for row in rows):
        raise ValueError("without a heading such as page,commit it must have two columns")
    return {path.strip(): commit.strip() for path, commit in rows}


_READERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "yaml": yaml.safe_load,
    "yml": yaml.safe_load,
    "csv": _comma_separated,
}
