"""`amts.toml`: what the maintainers of a translation decided. Text in, record out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from amts_bot.errors import UsageError
from amts_bot.text.memory import LEAST_SIMILARITY
from amts_bot.text.review import Trust

FILE = "amts.toml"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

EXAMPLE = """\
[source]
submodule = "english"        # the English book, a git submodule
pages = ["*.md"]             # patterns as in .gitignore
exclude = ["/README.md"]
assets = ["/img/", "*.bib"]  # copied unless the translators changed theirs

[languages.tr]
pages = "{path}"             # where the translation of a page stands
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The English book: where it is, and which of its files are pages and assets (.gitignore patterns)."""

    submodule: str
    pages: tuple[str, ...] = ("*.md",)
    exclude: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The engine and what it costs. Prices are US dollars per million characters."""

    name: str = "memory"
    minimum_similarity: float = LEAST_SIMILARITY
    price: float = 60.0
    standard_price: float = 15.0


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What counts as reviewed: a policy for what the bot wrote, and target pages (.gitignore
    patterns) that are machine output from before it came."""

    trust: Trust = "merged"
    machine: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """One target language: where its pages stand, and the English each was translated from, if kept."""

    code: str
    pages: str = "{path}"
    origin: str = ""

    def target(self, source_path: str) -> str:
        """The path of the translation of an English page or asset."""
        return _filled(self.pages, source_path)

    def origin_of(self, source_path: str) -> str:
        """The path of the kept English original, or "" where the repository keeps none."""
        return _filled(self.origin, source_path) if self.origin else ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of `amts.toml`."""

    source: Source
    languages: Mapping[str, LanguageSettings]
    engine: EngineSettings = field(default_factory=EngineSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)

    def language(self, code: str) -> LanguageSettings:
        """The settings of one language; UsageError names those there are."""
        if code not in self.languages:
            known = ", ".join(sorted(self.languages))
            raise UsageError(f"{FILE} has no language {code!r}: it has {known}")
        return self.languages[code]


def _filled(pattern: str, path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = path.rpartition(".")
    if not dot or "/" in suffix:
        stem, suffix = path, ""
    filled = pattern.replace("{path}", path).replace("{stem}", stem)
    filled = filled.replace("{suffix}", f".{suffix}" if suffix else "").replace("{name}", name)
    return filled.replace("{folder}/", f"{folder}/" if folder else "")


def parse(text: str, where: str = FILE) -> Config:
    """Reads the configuration; UsageError says which key is wrong and what it should be."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: {error}") from error
    _only(data, {"source", "languages", "engine", "review"}, where)
    source = _table(data, "source", where)
    languages = _table(data, "languages", where)
    if not languages:
        raise UsageError(f"{where}: no [languages.CODE] table; an example:\n\n{EXAMPLE}")
    return Config(
        _source(source, where),
        {code: _language(code, row, where) for code, row in languages.items()},
        _engine(data.get("engine", {}), where),
        _review(data.get("review", {}), where),
    )


def _table(data: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise UsageError(f"{where}: the table [{name}] is missing; an example:\n\n{EXAMPLE}")
    return table


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise UsageError(
            f"{where}: unknown key {unknown[0]!r}; known here: {', '.join(sorted(known))}"
        )


def _source(table: Mapping[str, Any], where: str) -> Source:
    _only(table, {"submodule", "pages", "exclude", "assets"}, f"{where} [source]")
    path = _text(table, "submodule", "", f"{where} [source]").strip("/")
    if not path or path.startswith("-") or ".." in path.split("/"):
        raise UsageError(f"{where} [source]: submodule must be the path of the English submodule")
    lists = {
        key: _texts(table, key, f"{where} [source]")
        for key in ("pages", "exclude", "assets")
        if key in table
    }
    return Source(path, **lists)


def _language(code: str, table: Any, where: str) -> LanguageSettings:
    place = f"{where} [languages.{code}]"
    if not _LANGUAGE.fullmatch(code):
        raise UsageError(f"{place}: not a language code such as zh, tr or pt-BR")
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, {"pages", "origin"}, place)
    pages, origin = _text(table, "pages", "{path}", place), _text(table, "origin", "", place)
    for name, pattern in (("pages", pages), ("origin", origin)):
        if pattern and not re.search(r"\{(path|stem|name)\}", pattern):
            raise UsageError(
                f"{place}: {name} = {pattern!r} puts every page in one file: use {{path}} or {{stem}}"
            )
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise UsageError(f"{place}: {name} = {pattern!r} leads out of the repository")
    return LanguageSettings(code, pages, origin)


def _engine(table: Any, where: str) -> EngineSettings:
    place = f"{where} [engine]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, {"name", "minimum-similarity", "price", "standard-price"}, place)
    default = EngineSettings()
    return EngineSettings(
        _text(table, "name", default.name, place),
        _number(table, "minimum-similarity", default.minimum_similarity, place),
        _number(table, "price", default.price, place),
        _number(table, "standard-price", default.standard_price, place),
    )


def _review(table: Any, where: str) -> ReviewSettings:
    place = f"{where} [review]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, {"trust", "machine"}, place)
    default = ReviewSettings()
    trust: Any = _text(table, "trust", default.trust, place)
    if trust not in get_args(Trust):
        known = ", ".join(get_args(Trust))
        raise UsageError(f"{place}: trust must be one of {known}, not {trust!r}")
    machine = _texts(table, "machine", place) if "machine" in table else default.machine
    return ReviewSettings(trust, machine)


def _text(table: Mapping[str, Any], key: str, default: str, where: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} must be a text, not {value!r}")
    return value


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{where}: {key} must be a list of texts, not {value!r}")
    return tuple(value)


def _number(table: Mapping[str, Any], key: str, default: float, where: str) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise UsageError(f"{where}: {key} must be a number of at least 0, not {value!r}")
    return float(value)
