"""`amts.toml`: what the maintainers of a translation decided. Text in, record out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream, filled
from amts_bot.book.tables import Table, WrongSettings, read
from amts_bot.errors import UsageError
from amts_bot.text.drafts.thresholds import LEAST_SIMILARITY
from amts_bot.text.languages import (
    LANGUAGES,
    Language,
    Spacing,
    Tokenizer,
    is_code,
    language,
    meant_by,
    right_code,
)
from amts_bot.text.review_state import Trust

FILE = "amts.toml"
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SERVICE_CODE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
REVIEWER = re.compile(r"@?[A-Za-z0-9-]+(/[A-Za-z0-9_.-]+)?")

# Which pages come first: those whose English changed most, those that the book has first, these with one chapter at
# a time, by path.
PageOrder = Literal["drifted", "read", "chapter", "path"]

# What the limits of a pull request hold for: all of it, or each of the language's reviewers.
Limits = Literal["pull-request", "reviewer"]

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

    place: Place
    pages: tuple[str, ...] = ("*.md",)
    exclude: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


# Engines without a machine: what people change in their drafts is the English, not a word of a machine.
NO_MACHINE = frozenset({"none", "memory", "echo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """The engine and what it costs. Prices are US dollars per million characters.

    Up to `small_change` characters engine `amazon-act` does without a batch job; a run that would send
    more than `max_characters` stops before it spends anything, and so does one with which a month would come
    to more than `max_characters_per_month`, over all languages; 0 is no limit. `held_out` is how many
    sentences of the held-out slice go along with a batch job at most; 0: there is no such slice. A job
    that is at work for more than `longest_job` hours is reported as a failure, 0 is no limit. Before the first
    job of more than `canary` characters a small one shows what the service does, 0: none does. An engine
    that is a program is stopped when it says nothing for `longest_silence` seconds, 0 is no limit.
    """

    name: str = "memory"
    minimum_similarity: float = LEAST_SIMILARITY
    price: float = 60.0
    standard_price: float = 15.0
    small_change: int = 0
    max_characters: int = 0
    max_characters_per_month: int = 0
    held_out: int = 100
    longest_job: int = 24
    canary: int = 10_000
    longest_silence: int = 300


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

    def terminology_of(self, language: str) -> str:
        """The name of the terminology of a language."""
        return self.terminology.replace("{language}", language)

    def required(self, key: Literal["bucket", "role"]) -> str:
        """A setting that has no default; UsageError says where to write it."""
        value = self.bucket if key == "bucket" else self.role
        if not value:
            raise UsageError(
                f"{FILE} [amazon]: {key} is not set\nwrite the {_REQUIRED[key]} there; "
                "docs/setup-aws.md says where it comes from"
            )
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """What counts as reviewed: a policy for what the bot wrote, and target pages (.gitignore
    patterns) that are machine output from before it came. And how much of it at once: changed units and
    their English words (0 is no limit), in a pull request or for each reviewer, and which pages come first.
    From so many merged pull requests, the newest, is learnt what people put right in machine text; 0: nothing is.
    """

    trust: Trust = "merged"
    machine: tuple[str, ...] = ()
    max_units: int = 0
    max_words: int = 1500  # an evening of one person
    limits: Limits = "pull-request"
    order: PageOrder = "drifted"
    learn_from: int = 50


@dataclass(frozen=True, slots=True)
class MarkdownSettings:
    """How the pages are read. `prose_keys` are the keys of front matter whose values people read, None: the usual."""

    prose_keys: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PullRequestSettings:
    """How pull requests are filed, whatever the language: labels, who is assigned, and what they speak.

    `language` is "" for that of the translators, where the bot knows it.
    """

    labels: tuple[str, ...] = ("amts",)
    assignees: tuple[str, ...] = ()
    language: str = ""


# What says which English pages were made from, where neither lock, page, kept original nor table does.
BaseChoice = Literal["", "merge-base", "history"]


@dataclass(frozen=True, slots=True)
class BaseSettings:
    """Who knows which English each page was made from.

    `pattern` finds it in the page, by a group `commit` or `date`; `file` is a table of pages with commits.
    """

    pattern: str = ""
    file: str = ""
    by: BaseChoice = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSettings:
    """One target language: where its pages stand (`layout`), the English each was translated from, if kept,
    and what its team decided about wording and review.

    `terminology` is the path of its glossary, "" without one; `reviewers` are users and
    organization/team. `row` is the row of the language, as the team changed it.
    """

    code: str
    row: Language
    layout: Layout = field(default_factory=Layout)
    origin: str = ""
    base: BaseSettings = field(default_factory=BaseSettings)
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
        """The path of the translation of an English page."""
        return self.layout.target(source_path)

    def origin_of(self, source_path: str) -> str:
        """The path of the kept English original, or "" where the repository keeps none."""
        return filled(self.origin, self.layout.inside(source_path)) if self.origin else ""


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

    @property
    def pointer_owner(self) -> str:
        """The language whose pull requests move the submodule's pointer: the first that the file names."""
        return next(iter(self.languages))

    def asset_target(self, source_path: str, language: LanguageSettings) -> str:
        """The path of an asset's copy: the same in another repository, as a page's beside the English."""
        beside = isinstance(self.source.place, SameRepository)
        return language.target(source_path) if beside else source_path

    def language(self, code: str) -> LanguageSettings:
        """The settings of one language; UsageError names those there are."""
        if code not in self.languages:
            known = ", ".join(sorted(self.languages))
            raise UsageError(
                f"{FILE} has no language {code!r}\ntake one that it has, {known}; or write [languages.{code}]"
            )
        return self.languages[code]


def parse(text: str, where: str = FILE) -> Config:
    """Reads the configuration; WrongSettings names every fault in it, with its line and what is right there."""
    top = read(text, where)
    top.only(row.name.replace("_", "-") for row in fields(Config))
    source, languages = (_required(top, name) for name in ("source", "languages"))
    if not languages.values:
        raise WrongSettings(
            where,
            [f"{where}: no [languages.CODE] table"],
            f"write one, such as [languages.tr]; an example:\n\n{EXAMPLE}",
        )
    english = _source(source)
    root = english.place.root if isinstance(english.place, SameRepository) else ""
    found = Config(
        source=english,
        languages={code: _language(code, languages.table(code), root) for code in languages.values},
        engine=_engine(top.table("engine")),
        review=_review(top.table("review")),
        pull_request=_pull_request(top.table("pull-request")),
        amazon=_amazon(top.table("amazon")),
        markdown=_markdown(top.table("markdown")),
    )
    if not isinstance(english.place, Upstream):
        for code, language in found.languages.items():
            if language.base.by == "merge-base":
                words = "base = 'merge-base' is for forks: [source] has no upstream; take 'history'"
                languages.table(code).fault(words, "base")
    top.faults.tell()
    return found


def _required(top: Table, name: str) -> Table:
    """A table that must be there. Where it is missing, its name may be misspelt: that is told before."""
    if isinstance(top.values.get(name), dict):
        return top.table(name)
    top.faults.tell()
    file = top.faults.file
    raise WrongSettings(
        file,
        [f"{file}: the table [{name}] is missing"],
        f"write it, and commit {file}; an example:\n\n{EXAMPLE}",
    )


# Where the English is: one of these keys says it, and what each is, in words.
PLACES = {
    "submodule": "the path of a git submodule",
    "root": "the folder of the English in this repository",
    "upstream": "the address of the repository that this one is a fork of",
}
SOURCE_KEYS = (*PLACES, "branch", "pages", "exclude", "assets")


def _source(table: Table) -> Source:
    table.only(SOURCE_KEYS)
    place = _place(table)
    default = Source(place)
    return Source(
        place,
        pages=table.texts("pages", default.pages),
        exclude=table.texts("exclude"),
        assets=table.texts("assets"),
    )


def _place(table: Table) -> Place:
    """Where the English is; exactly one key says it."""
    given = [key for key in PLACES if key in table.values]
    if len(given) > 1:
        meant = "; ".join(f"{key} is {PLACES[key]}" for key in given)
        more = "; the English folder inside a submodule or a fork is root in [languages.CODE]"
        said = f"{' and '.join(given)} both say where the English is, keep one: {meant}"
        table.fault(said, given[-1], more=more if "root" in given else "")
    if "branch" in table.values and "upstream" not in given:
        table.fault("branch is of upstream, which is not given", "branch")
    match given[:1]:
        case ["root"]:
            return SameRepository(_folder(table, "root"))
        case ["upstream"]:
            return Upstream(_address(table), _branch(table))
        case _:
            return Submodule(_submodule(table))


def _submodule(table: Table) -> str:
    path = table.text("submodule").strip("/")
    if not path or path.startswith("-") or ".." in path.split("/"):
        table.fault("submodule must be the path of the English submodule", "submodule")
    return path


def _folder(table: Table, key: str) -> str:
    """A folder of a repository; "" and "." are all of it."""
    path = _path(table, key).removeprefix("./").rstrip("/")
    return "" if path == "." else path


# An address that git may be given: no option, no other program, no word that should be secret.
ADDRESS = r"(?!-)(?![a-z]+::)(?!https?://[^/]*@)[^\x00-\x1f]+"


def _address(table: Table) -> str:
    address = table.text("upstream")
    if not re.fullmatch(ADDRESS, address):
        expected = "an address to fetch from, such as https://github.com/OWNER/english-book"
        table.fault(f"upstream must be {expected}, without a password in it", "upstream")
    return address


BRANCH = r"(?![-/.])[^\s~^:?*\[\\\x00-\x1f]*"


def _branch(table: Table) -> str:
    branch = table.text("branch")
    if not re.fullmatch(BRANCH, branch) or ".." in branch:
        table.fault(f"branch = {branch!r} is not the name of a branch", "branch")
    return branch


def _language(code: str, table: Table, root: str) -> LanguageSettings:
    """`root` is that of the English, which a language may say otherwise."""
    if not LANGUAGE_CODE.fullmatch(code) or not is_code(code):
        table.fault("not a language code such as zh, tr or pt-BR", meant=right_code(code))
    table.only(_LANGUAGE_KEYS)
    row = _row(code, table)
    return LanguageSettings(
        code=code,
        row=row,
        layout=_layout(code, table, root),
        origin=_pattern(table, "origin", ""),
        base=_base(table),
        formality=_formality(table, row),
        terminology=_path(table, "terminology"),
        reviewers=_reviewers(table),
    )


BASE_KEYS = ("pattern", "file", "by")


def _base(table: Table) -> BaseSettings:
    """`base = "history"` is short for `base.by = "history"`."""
    if isinstance(table.values.get("base"), str):
        return BaseSettings(by=table.choice("base", "", BaseChoice))
    base = table.table("base")
    base.only(BASE_KEYS)
    pattern = base.text("pattern")
    if pattern and not _says_base(pattern):
        expected = (
            "a regular expression with the group commit or date, such as (?P<commit>[0-9a-f]{7,40})"
        )
        base.fault(f"pattern = {pattern!r} is not {expected}", "pattern")
    return BaseSettings(pattern, _path(base, "file"), base.choice("by", "", BaseChoice))


def _says_base(pattern: str) -> bool:
    try:
        return bool({"commit", "date"} & re.compile(pattern).groupindex.keys())
    except re.error:
        return False


def _layout(code: str, table: Table, root: str) -> Layout:
    path_code = table.text("path-code", code)
    if not re.fullmatch(PATH_CODE, path_code):
        table.fault(f"path-code = {path_code!r} is not a code such as zh_CN", "path-code")
    return Layout(
        pages=_pattern(table, "pages", "{path}"),
        root=_folder(table, "root") if "root" in table.values else root,
        path_code=path_code,
        files=_files(table.table("files")),
    )


def _files(table: Table) -> dict[str, str]:
    """Pages that stand elsewhere: one file for each, and one page for each file."""
    files = {source: _path(table, source) for source in table.values}
    taken: dict[str, str] = {}
    for source, target in files.items():
        if not target:
            table.fault(f"{source!r} has no path: write where its translation stands", source)
        if taken.setdefault(target, source) != source:
            table.fault(f"{target!r} is the translation of {taken[target]!r} already", source)
    return files


PATH_CODE = r"[A-Za-z]{2,8}([-_@][A-Za-z0-9]{2,8})*"
LAYOUT_KEYS = frozenset({"pages", "root", "path-code", "files"})
ROW_KEYS = frozenset({"service-code", "bleu-tokenizer", "spacing", "same-meaning"})
_LANGUAGE_KEYS = (
    ROW_KEYS | LAYOUT_KEYS | {"origin", "base", "formality", "terminology", "reviewers"}
)


def _row(code: str, table: Table) -> Language:
    """The row of the language, with what the team changed in it."""
    row = language(code)
    service_code = table.text("service-code", row.service_code)
    if service_code and not SERVICE_CODE.fullmatch(service_code):
        expected = "a language code of Amazon Translate, such as zh-TW"
        table.fault(f"service-code = {service_code!r} is not {expected}", "service-code")
    known = LANGUAGES.get(service_code) or language(service_code)
    return replace(
        row,
        service_code=service_code,
        formality=known.formality,
        brevity=known.brevity,
        batch=known.batch,
        parallel_data=known.parallel_data,
        custom_terms=known.custom_terms,
        bleu_tokenizer=table.choice("bleu-tokenizer", row.bleu_tokenizer, Tokenizer),
        spacing=table.choice("spacing", row.spacing, Spacing),
        same_meaning=_same_meaning(table, row.same_meaning),
    )


def _same_meaning(table: Table, default: tuple[str, ...]) -> tuple[str, ...]:
    """The edits of the English that say the same: groups of the bot's, and pairs of the team's."""
    found = table.texts("same-meaning", default)
    if found == default:
        return found
    from amts_bot.text.merge.same_meaning import is_group  # few books have edits of their own

    for text in found:
        if not is_group(text):
            expected = (
                '"contractions", "spelling", or a pair of a few words such as "data set = dataset"'
            )
            table.fault(f"same-meaning: {text!r} is not {expected}", "same-meaning")
    return found


def _pattern(table: Table, key: str, default: str) -> str:
    """Where the pages stand: one file per page, inside the repository."""
    pattern = _path(table, key) or default
    if pattern and not re.search(r"\{(path|stem|name)\}", pattern):
        remedy = "use {path} or {stem}"
        table.fault(f"{key} = {pattern!r} puts every page in one file: {remedy}", key)
    return pattern


def _path(table: Table, key: str) -> str:
    path = table.text(key)
    if path.startswith("/") or ".." in path.split("/"):
        table.fault(f"{key} = {path!r} leads out of the repository", key)
    return path


def _formality(table: Table, row: Language) -> Formality:
    formality: Formality = table.choice("formality", "", Formality)
    if formality and not row.formality:
        able = ", ".join(code for code, known in LANGUAGES.items() if known.formality)
        table.fault(f"formality: Amazon Translate offers it for {able} only", "formality")
    return formality


def _reviewers(table: Table) -> tuple[str, ...]:
    names = table.texts("reviewers")
    for name in names:
        if not REVIEWER.fullmatch(name):
            words = f"reviewers: {name!r} is neither a user nor organization/team"
            table.fault(words, "reviewers")
    return tuple(name.removeprefix("@") for name in names)


def _engine(table: Table) -> EngineSettings:
    default = EngineSettings()
    table.only(row.name.replace("_", "-") for row in fields(default))
    return EngineSettings(
        name=table.text("name", default.name),
        minimum_similarity=table.number("minimum-similarity", default.minimum_similarity),
        price=table.number("price", default.price),
        standard_price=table.number("standard-price", default.standard_price),
        small_change=table.whole("small-change", default.small_change),
        max_characters=table.whole("max-characters", default.max_characters),
        max_characters_per_month=table.whole(
            "max-characters-per-month", default.max_characters_per_month
        ),
        held_out=table.whole("held-out", default.held_out),
        longest_job=table.whole("longest-job", default.longest_job),
        canary=table.whole("canary", default.canary),
        longest_silence=table.whole("longest-silence", default.longest_silence),
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


def _amazon(table: Table) -> AmazonSettings:
    table.only(AMAZON_FORMS)
    values = {key: table.text(key) for key in AMAZON_FORMS}
    for key, (pattern, expected) in AMAZON_FORMS.items():
        if values[key] and not re.fullmatch(pattern, values[key]):
            table.fault(f"{key} = {values[key]!r} is not {expected}", key)
    if "details" in values["prefix"].split("/"):
        table.fault("prefix: Amazon Translate keeps the folder name details to itself", "prefix")
    if values["prefix"].split("/")[0] == "ledger":
        table.fault("prefix: the folder ledger is that of the answers that were paid for", "prefix")
    return AmazonSettings(**{key.replace("-", "_"): v for key, v in values.items() if v})


def _review(table: Table) -> ReviewSettings:
    default = ReviewSettings()
    table.only(row.name.replace("_", "-") for row in fields(default))
    return ReviewSettings(
        trust=table.choice("trust", default.trust, Trust),
        machine=table.texts("machine"),
        max_units=table.whole("max-units", default.max_units),
        max_words=table.whole("max-words", default.max_words),
        limits=table.choice("limits", default.limits, Limits),
        order=table.choice("order", default.order, PageOrder),
        learn_from=table.whole("learn-from", default.learn_from),
    )


# More keys of front matter that people read, and fewer.
MARKDOWN_KEYS = ("prose-keys", "plain-keys")


def _markdown(table: Table) -> MarkdownSettings:
    """The usual keys, with those that the book has more, and without those that it keeps in English."""
    table.only(MARKDOWN_KEYS)
    named = [table.texts(key) for key in MARKDOWN_KEYS]
    if not any(named):
        return MarkdownSettings()
    from amts_bot.text.markdown.front_matter import PROSE_KEYS, plain_key  # and YAML with it

    more, less = ({plain_key(name) for name in names} for names in named)
    changed = frozenset((PROSE_KEYS | more) - less)
    return MarkdownSettings(None if changed == PROSE_KEYS else changed)


def _pull_request(table: Table) -> PullRequestSettings:
    default = PullRequestSettings()
    table.only({"labels", "assignees", "language"})
    return PullRequestSettings(
        labels=table.texts("labels", default.labels),
        assignees=table.texts("assignees"),
        language=table.text("language"),
    )
