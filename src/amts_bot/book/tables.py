"""Tables of a TOML file that people write: each value checked, and all faults told at once, each with its line."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, get_args

from amts_bot.errors import UsageError

Path = tuple[str, ...]  # of a value: the names of its tables, and its key


class WrongSettings(UsageError):
    """All that is wrong in a file of settings: `faults` are the sentences, each with its line."""

    def __init__(self, file: str, faults: Sequence[str], remedy: str) -> None:
        """`remedy` says what to do about all of them."""
        self.faults, self.remedy = tuple(faults), remedy
        many = [f"{file}: {len(faults)} settings are wrong", f"{remedy}:", *faults]
        super().__init__("\n".join([*faults, remedy] if len(faults) == 1 else many))


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a file: at most one fault of each value, and its line."""

    file: str
    text: str
    found: dict[Path, tuple[int, str]] = field(default_factory=dict)

    def note(self, table: Path, key: str, words: str, meant: str = "", more: str = "") -> None:
        """A fault of a key, or of the table itself; `meant` is the right word for a wrong one."""
        place = f"{self.file} [{'.'.join(table)}]" if table else self.file
        path = (*table, key) if key else table
        line = line_of(self.text, path) or line_of(self.text, table)  # of a key that is missing
        where = f"line {line}, is {meant} meant?" if meant else f"line {line}"
        self.found.setdefault(path, (line, f"{place}: {words} ({where}){more}"))

    def tell(self) -> None:
        """Raises WrongSettings with all of them, in the order of their lines, if there are any."""
        if self.found:
            faults = [fault for _, fault in sorted(self.found.values())]
            raise WrongSettings(self.file, faults, _CORRECT.format(file=self.file))


_CORRECT = "correct {file} and commit it; docs/configuration.md explains every key"
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Table:
    """One table. A value that is wrong is noted, and the default stands in for it until all are told."""

    faults: Faults
    path: Path
    values: Mapping[str, Any]

    def fault(self, words: str, key: str = "", *, meant: str = "", more: str = "") -> None:
        self.faults.note(self.path, key, words, meant=meant, more=more)

    def only(self, known: Iterable[str]) -> None:
        """Notes keys that mean nothing here, with the nearest one that does."""
        names = sorted(known)
        for key in self.values.keys() - {*names}:
            more = f"; known here: {', '.join(names)}"
            self.fault(f"unknown key {key!r}", key, meant=_nearest(key, names), more=more)

    def table(self, key: str) -> Table:
        """A table of this one; empty where there is none."""
        path, value = (*self.path, key), self.values.get(key, {})
        if isinstance(value, dict):
            return Table(self.faults, path, value)
        self.faults.note(path, "", "must be a table")
        return Table(self.faults, path, {})

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if isinstance(value, str):
            return value
        self.fault(f"{key} must be a text, not {value!r}", key)
        return default

    def choice(self, key: str, default: str, choices: Any) -> Any:
        """One of the values of a Literal type."""
        value, known = self.text(key, default), get_args(choices)
        if value in known:
            return value
        named = ", ".join(choice or '""' for choice in known)
        words = f"{key} must be one of {named}, not {value!r}"
        self.fault(words, key, meant=_nearest(value, known))
        return default

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.values.get(key, [*default])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(f"{key} must be a list of texts, not {value!r}", key)
        return default

    def number(self, key: str, default: float) -> float:
        value: float = self.values.get(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and 0 <= value < math.inf:  # neither inf nor nan, which TOML has
            return value
        self.fault(f"{key} must be a number of at least 0, not {value!r}", key)
        return default

    def whole(self, key: str, default: int) -> int:
        return int(self.number(key, default))


def read(text: str, file: str) -> Table:
    """The tables of a TOML file; WrongSettings says where it is no TOML."""
    if text.startswith(_BYTE_ORDER_MARK):
        fault = f"{file}: begins with a byte order mark, which TOML does not have"
        raise WrongSettings(file, [fault], f"save {file} as UTF-8 without one, and commit it")
    try:
        return Table(Faults(file, text), (), tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(
            file, [f"{file}: {error}"], f"correct {file} there, and commit it"
        ) from error


def _nearest(word: str, known: Iterable[str]) -> str:
    """The word that was most likely meant; "" where none is near."""
    plain = word.lower().replace("_", "-")
    return next(iter(get_close_matches(plain, filter(None, known), n=1)), "")


def line_of(text: str, path: Path) -> int:
    """The line on which a value or table of a TOML file begins, counted from 1; 0 where it has none.

    The text is read up to each line, until it holds the value. Where it ends within a value it is no TOML, so a
    value of several lines begins after the last line that was read without it.
    """
    lines, begin = text.replace("\r\n", "\n").split("\n"), 1
    for count in range(1, len(lines) + 1):
        try:
            data = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _holds(data, path):
            return begin
        begin = count + 1
    return 0


def _holds(data: Any, path: Path) -> bool:
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return False
        data = data[name]
    return True
