"""`amts.toml`: what the maintainers of a translation decided. Text in, record out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from typing import Any, Literal, get_args

from amts_bot.errors import UsageError
from amts_bot.text.drafts.thresholds import LEAST_SIMILARITY
from amts_bot.text.languages import (
    LANGUAGES,
    Language,
    Spacing,
    Tokenizer,
    language,
    meant_by,
)
from amts_bot.text.markdown.front_matter import PROSE_KEYS, plain_key
from amts_bot.text.review_state import Trust

FILE = "amts.toml"
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SERVICE_CODE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
REVIEWER = re.compile(r"@?[A-Za-z0-9-]+(/[A-Za-z0-9_.-]+)?")

# Which pages come first: those whose English changed most, those that the book has first, by path.
PageOrder = Literal["drifted", "read", "path"]

# What Amazon Translate is asked for; "" leaves the wording to it.
Formality = Literal["", "formal", "informal"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """The engine and what it costs. Prices are US dollars per million characters.

    Up to `small_change` characters engine `amazon-act` does without a batch job; a run that would send
    more than `max_characters` stops before it spends anything, 0 is no limit. `held_out` is how many
    sentences of the held-out slice go along with a batch job at most; 0: there is no such slice.
    """

    name: str = "memory"
    minimum_similarity: float = LEAST_SIMILARITY
    price: float = 60.0
    standard_price: float = 15.0
    small_change: int = 0
    max_characters: int = 0
    held_out: int = 100


_REQUIRED = {"bucket": "name of the S3 bucket", "role": "ARN of the data access role"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonSettings:
    """Where Amazon Translate works: bucket, role and region; everything of ours stands under `prefix`.

    `parallel_data` and `terminology` are the names of the resources, with `{language}` in them.
    """

    bucket: str = ""
    role: str = ""
    region: str = ""
    prefix: str = "amts"
    parallel_data: str = "amts-{language}"
    terminology: str = "amts-{language}"

    def required(self, key: Literal["bucket", "role"]) -> str:
        """A setting that has no default; UsageError says where to write it."""
        value = self.bucket if key == "bucket" else self.role
        if not value:
            raise UsageError(
                f"{FILE} [amazon]: {key} is not set: write the {_REQUIRED[key]} there; "
                "docs/setup-aws.md says where it comes from"
            )
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """What counts as reviewed: a policy for what the bot wrote, and target pages (.gitignore
    patterns) that are machine output from before it came. And how much of it at once: changed units and
    their English words in a pull request (0 is no limit), and which pages come first.
    """

    trust: Trust = "merged"
    machine: tuple[str, ...] = ()
    max_units: int = 0
    max_words: int = 0
    order: PageOrder = "drifted"


@dataclass(frozen=True, slots=True)
class MarkdownSettings:
    """How the pages are read. `prose_keys` are the keys of front matter whose values people read, None: the usual."""

    prose_keys: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PullRequestSettings:
    """How pull requests are filed, whatever the language: labels, and who is assigned."""

    labels: tuple[str, ...] = ("amts",)
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSettings:
    """One target language: where its pages stand, the English each was translated from, if kept,
    and what its team decided about wording and review.

    `terminology` is the path of its glossary, "" without one; `reviewers` are users and
    organization/team. `row` is the row of the language, as the team changed it.
    """

    code: str
    row: Language
    pages: str = "{path}"
    origin: str = ""
    formality: Formality = ""
    terminology: str = ""
    reviewers: tuple[str, ...] = ()

    @property
    def doubt(self) -> str:
        """A word on a code that is likely a slip, such as jp for Japanese; "" when nothing is."""
        unknown = self.row.is_generic and not self.row.service_code
        meant = meant_by(self.code) if unknown else None
        if meant is None:
            return ""
        return (
            f"[languages.{self.code}] of {FILE}: there are no rules for {self.code}, general ones were used; "
            f"the code of {meant.name} is {meant.code}"
        )

    def target(self, source_path: str) -> str:
        """The path of the translation of an English page or asset."""
        return _filled(self.pages, source_path)

    def origin_of(self, source_path: str) -> str:
        """The path of the kept English original, or "" where the repository keeps none."""
        return _filled(self.origin, source_path) if self.origin else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of `amts.toml`."""

    source: Source
    languages: Mapping[str, LanguageSettings]
    engine: EngineSettings = field(default_factory=EngineSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    pull_request: PullRequestSettings = field(default_factory=PullRequestSettings)
    amazon: AmazonSettings = field(default_factory=AmazonSettings)
    markdown: MarkdownSettings = field(default_factory=MarkdownSettings)

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
    """Reads the configuration; UsageError names one fault of each table, and what is right there."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: {error}") from error
    _only(data, _TABLES, where)
    source = _table(data, "source", where)
    languages = _table(data, "languages", where)
    if not languages:
        raise UsageError(f"{where}: no [languages.CODE] table; an example:\n\n{EXAMPLE}")
    faults: list[str] = []
    read = partial(_read, faults)
    found = Config(
        source=read(_source, source, where),
        languages={code: read(_language, code, row, where) for code, row in languages.items()},
        engine=read(_engine, data.get("engine", {}), where),
        review=read(_review, data.get("review", {}), where),
        pull_request=read(_pull_request, data.get("pull-request", {}), where),
        amazon=read(_amazon, data.get("amazon", {}), where),
        markdown=read(_markdown, data.get("markdown", {}), where),
    )
    if faults:
        raise UsageError("\n".join(faults))
    return found


def _read(faults: list[str], read: Callable[..., Any], *arguments: Any) -> Any:
    """What was read; a fault is noted, so that people hear of those of all tables at once."""
    try:
        return read(*arguments)
    except UsageError as error:
        faults.append(str(error))
        return None


_TABLES = frozenset(
    {"source", "languages", "engine", "review", "pull-request", "amazon", "markdown"}
)


def _table(data: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise UsageError(f"{where}: the table [{name}] is missing; an example:\n\n{EXAMPLE}")
    return table


def _only(table: Mapping[str, Any], known: Set[str], where: str) -> None:
    unknown = [_with_nearest(key, known) for key in sorted(set(table) - known)]
    if unknown:
        raise UsageError(
            f"{where}: unknown key {', '.join(unknown)}; known here: {', '.join(sorted(known))}"
        )


def _with_nearest(key: str, known: Set[str]) -> str:
    near = get_close_matches(key.lower().replace("_", "-"), sorted(known), n=1)
    return f"{key!r} (is {near[0]} meant?)" if near else repr(key)


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
    if not LANGUAGE_CODE.fullmatch(code):
        raise UsageError(f"{place}: not a language code such as zh, tr or pt-BR")
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, _LANGUAGE_KEYS, place)
    row = _row(code, table, place)
    return LanguageSettings(
        code=code,
        row=row,
        pages=_pattern(table, "pages", "{path}", place),
        origin=_pattern(table, "origin", "", place),
        formality=_formality(table, row, place),
        terminology=_path(table, "terminology", place),
        reviewers=_reviewers(table, place),
    )


ROW_KEYS = frozenset({"service-code", "bleu-tokenizer", "spacing"})
_LANGUAGE_KEYS = ROW_KEYS | {"pages", "origin", "formality", "terminology", "reviewers"}


def _row(code: str, table: Mapping[str, Any], place: str) -> Language:
    """The row of the language, with what the team changed in it."""
    row = language(code)
    service_code = _text(table, "service-code", row.service_code, place)
    if service_code and not SERVICE_CODE.fullmatch(service_code):
        raise UsageError(
            f"{place}: service-code = {service_code!r} is not a language code of Amazon Translate, such as zh-TW"
        )
    known = LANGUAGES.get(service_code)
    return replace(
        row,
        service_code=service_code,
        formality=known is not None and known.formality,
        bleu_tokenizer=_choice(table, "bleu-tokenizer", row.bleu_tokenizer, Tokenizer, place),
        spacing=_choice(table, "spacing", row.spacing, Spacing, place),
    )


def _pattern(table: Mapping[str, Any], key: str, default: str, place: str) -> str:
    """Where the pages stand: one file per page, inside the repository."""
    pattern = _path(table, key, place) or default
    if pattern and not re.search(r"\{(path|stem|name)\}", pattern):
        raise UsageError(
            f"{place}: {key} = {pattern!r} puts every page in one file: use {{path}} or {{stem}}"
        )
    return pattern


def _path(table: Mapping[str, Any], key: str, place: str) -> str:
    path = _text(table, key, "", place)
    if path.startswith("/") or ".." in path.split("/"):
        raise UsageError(f"{place}: {key} = {path!r} leads out of the repository")
    return path


def _formality(table: Mapping[str, Any], row: Language, place: str) -> Formality:
    formality: Formality = _choice(table, "formality", "", Formality, place)
    if formality and not row.formality:
        able = ", ".join(code for code, known in LANGUAGES.items() if known.formality)
        raise UsageError(f"{place}: formality: Amazon Translate offers it for {able} only")
    return formality


def _reviewers(table: Mapping[str, Any], place: str) -> tuple[str, ...]:
    names = _texts(table, "reviewers", place) if "reviewers" in table else ()
    for name in names:
        if not REVIEWER.fullmatch(name):
            raise UsageError(
                f"{place}: reviewers: {name!r} is neither a user nor organization/team"
            )
    return tuple(name.removeprefix("@") for name in names)


def _engine(table: Any, where: str) -> EngineSettings:
    place = f"{where} [engine]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    known = {"name", "minimum-similarity", "price", "standard-price"}
    _only(table, known | {"small-change", "max-characters", "held-out"}, place)
    default = EngineSettings()
    return EngineSettings(
        name=_text(table, "name", default.name, place),
        minimum_similarity=_number(table, "minimum-similarity", default.minimum_similarity, place),
        price=_number(table, "price", default.price, place),
        standard_price=_number(table, "standard-price", default.standard_price, place),
        small_change=int(_number(table, "small-change", default.small_change, place)),
        max_characters=int(_number(table, "max-characters", default.max_characters, place)),
        held_out=int(_number(table, "held-out", default.held_out, place)),
    )


# What a resource of Amazon Translate may be called; single underscores only.
_RESOURCE = (
    r"([A-Za-z0-9-]_?)*\{language\}(_?[A-Za-z0-9-])*",
    "a name such as d2l-{language}: letters, digits, - and single _",
)
AMAZON_FORMS = {
    "bucket": (r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of an S3 bucket, without s3://"),
    "role": (
        r"arn:aws[a-z-]*:iam::\d{12}:role/.+",
        "an ARN such as arn:aws:iam::123456789012:role/NAME",
    ),
    "region": (r"[a-z]{2}(-[a-z]+)+-\d", "a region such as us-east-1"),
    "prefix": (r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", "a folder of the bucket such as books/d2l"),
    "parallel-data": _RESOURCE,
    "terminology": _RESOURCE,
}


def _amazon(table: Any, where: str) -> AmazonSettings:
    place = f"{where} [amazon]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, AMAZON_FORMS.keys(), place)
    values = {key: _text(table, key, "", place) for key in table}
    for key, value in values.items():
        pattern, expected = AMAZON_FORMS[key]
        if value and not re.fullmatch(pattern, value):
            raise UsageError(f"{place}: {key} = {value!r} is not {expected}")
    if "details" in values.get("prefix", "").split("/"):
        raise UsageError(
            f"{place}: prefix: Amazon Translate keeps the folder name details to itself"
        )
    return AmazonSettings(**{key.replace("-", "_"): v for key, v in values.items() if v})


def _review(table: Any, where: str) -> ReviewSettings:
    place = f"{where} [review]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, {"trust", "machine", "max-units", "max-words", "order"}, place)
    default = ReviewSettings()
    trust = _choice(table, "trust", default.trust, Trust, place)
    machine = _texts(table, "machine", place) if "machine" in table else default.machine
    return ReviewSettings(
        trust=trust,
        machine=machine,
        max_units=int(_number(table, "max-units", default.max_units, place)),
        max_words=int(_number(table, "max-words", default.max_words, place)),
        order=_choice(table, "order", default.order, PageOrder, place),
    )


# More keys of front matter that people read, and fewer.
MARKDOWN_KEYS = ("prose-keys", "plain-keys")


def _markdown(table: Any, where: str) -> MarkdownSettings:
    """The usual keys, with those that the book has more, and without those that it keeps in English."""
    place = f"{where} [markdown]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, set(MARKDOWN_KEYS), place)
    more, less = (
        {plain_key(name) for name in _texts(table, key, place)} if key in table else set[str]()
        for key in MARKDOWN_KEYS
    )
    changed = frozenset((PROSE_KEYS | more) - less)
    return MarkdownSettings(None if changed == PROSE_KEYS else changed)


def _pull_request(table: Any, where: str) -> PullRequestSettings:
    place = f"{where} [pull-request]"
    if not isinstance(table, dict):
        raise UsageError(f"{place}: must be a table")
    _only(table, {"labels", "assignees"}, place)
    return PullRequestSettings(**{key: _texts(table, key, place) for key in table})


def _text(table: Mapping[str, Any], key: str, default: str, where: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{where}: {key} must be a text, not {value!r}")
    return value


def _choice(table: Mapping[str, Any], key: str, default: str, choices: Any, where: str) -> Any:
    """One of the values of a Literal type."""
    value, known = _text(table, key, default, where), get_args(choices)
    if value not in known:
        named = ", ".join(choice or '""' for choice in known)
        raise UsageError(f"{where}: {key} must be one of {named}, not {value!r}")
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
