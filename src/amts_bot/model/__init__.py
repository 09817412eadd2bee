"""The vocabulary: the values every other module speaks in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Literal, NamedTuple

BlockKind = Literal[
    "front_matter",
    "heading",
    "paragraph",
    "caption",
    "item",
    "row",
    "code",
    "math",
    "directive",
    "html",
    "reference",
    "rule",
    "blank",
    # Leaves of a block that holds several: a value of front matter, a cell of a row, a text or an attribute of
    # HTML, the title or an option of a directive.
    "value",
    "cell",
    "text",
    "attribute",
    "title",
]

LEAVES: frozenset[BlockKind] = frozenset({"value", "cell", "text", "attribute", "title"})
PROSE: frozenset[BlockKind] = LEAVES | {"heading", "paragraph", "caption", "item", "row"}

# Files of sentence pairs: `text.pairs.formats` writes and reads them.
PairFormat = Literal["csv", "tsv", "tmx", "jsonl"]
# Files of translation tools: `exchange.forms` writes and reads them.
ExchangeFormat = Literal["xliff", "po"]


class Block(NamedTuple):  # a tuple is made and hashed faster, and a book has a hundred thousand
    """A slice of a page. `text` is the exact source slice, final newline included.

    `start` is the character offset in the page; `context` names the open tab (`:begin_tab:`) the
    block stands in, or "" outside; `level` is a heading's level or a list item's depth; `container` names
    what else it stands in, outermost first: "quote/note". `prose_keys` are those of front matter whose values
    people read, where a book has its own.
    """

    kind: BlockKind
    text: str
    start: int
    level: int = 0
    context: str = ""
    container: str = ""
    prose_keys: frozenset[str] | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def range(self) -> tuple[int, int]:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Bead:
    """One aligned group: indices of source items, indices of target items; one side may be empty.

    `probability` is how sure the aligner is of the whole group, 0 to 1; 1 where it was not asked.
    """

    source: range
    target: range
    probability: float = 1.0


SpanKind = Literal["code", "math", "role", "image", "link", "url", "html", "marker", "escape"]


class Span(NamedTuple):
    """A protected part `[start, end)` of a unit: it must come back exactly."""

    kind: SpanKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """What a git tree has at a path: a file (100644, 100755), a symbolic link or a submodule."""

    mode: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRequest:
    """One commit to make, as the difference from its first parent.

    `expected` is where the branch stands now, None when it must not exist. `files` gives new
    content by path, None deletes; `submodules` gives the commit by path; `copies` names blobs that
    were imported from another repository.
    """

    branch: str
    parents: tuple[str, ...]
    expected: str | None
    files: Mapping[str, bytes | None]
    submodules: Mapping[str, str]
    copies: Mapping[str, TreeEntry]
    message: str


@dataclass(frozen=True, slots=True)
class CommitChange:
    """A commit, and the blobs of each file it changed, before and after; "" where there is none.

    `seconds` is when it was committed, since 1970.
    """

    commit: str
    files: Mapping[str, tuple[str, str]]
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One commit of the history. `date` is ISO 8601, when it was committed."""

    commit: str
    parents: tuple[str, ...]
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPoint:
    """What one run measured on the held-out slice: English commit, engine, scores from 0 to 1."""

    english: str
    engine: str
    bleu: float
    chrf: float
    sentences: int


# ------------------------------------------------------------------ the page merge

Range = tuple[int, int]  # [start, end) in characters of a page


# How a leaf is written where it stands: what must be quoted or escaped there.
Syntax = Literal[
    "yaml", "yaml flow", "yaml block", "toml", "cell", "text", "attribute", "line", "quoted"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part `[start, end)` of a block that is translated for itself, quotes included; `text` is what it says.

    `key` pairs it with its counterpart in another version of the block: a path of keys, a column, a tag.
    """

    kind: BlockKind
    key: str
    start: int
    end: int
    text: str
    syntax: Syntax


@dataclass(frozen=True, slots=True)
class Request:
    """English that needs a translation, with the translation of what stood in its place before.

    `source` is an exact slice of the new English; the `previous` pair is empty for new text. `page` is
    the path of the target page, where there is one; a `probe` is asked to measure the answer, and no
    memory may give it. `instead` is a translation that people want another one for; `indent` is what stands
    before each further line where the answer is written.
    """

    source: str
    _: KW_ONLY
    previous_source: str = ""
    previous_target: str = ""
    page: str = ""
    probe: bool = False
    instead: str = ""
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What requests cost: the characters that a service bills, and the way they would go there.

    With an engine that is free they go nowhere, and the characters are what a service would bill for them.
    """

    characters: int
    billing: Literal["free", "at once", "by job"] = "free"


# How a draft was edited without a translation: what is no word was exchanged, a word that stands for itself in this
# book was, or people's correction was made in the machine's text.
EditKind = Literal["swap", "term", "learnt"]


@dataclass(frozen=True, slots=True)
class DraftEdit:
    """An edit that the bot made in a draft: what stood there, and what stands there now."""

    kind: EditKind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """What people wrote for words of the machine, and how often they did: the bot writes it at once now."""

    machine: str
    human: str
    times: int

    def __str__(self) -> str:
        return f"{self.machine} → {self.human or '∅'}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A translation of a request, and where it is from. `similarity` is 1.0 but for fuzzy matches.

    `damage` says why it must not be written, "" when nothing is known against it; `remarks` are what the
    engine has to say of it to a reviewer. `made_from` is the English that a fuzzy match translates, "" where that
    is what the request says stood in its place before. `edits` are those that the bot made in it.
    """

    target: str
    origin: str
    similarity: float = 1.0
    _: KW_ONLY
    damage: str = ""
    remarks: tuple[str, ...] = ()
    made_from: str = ""
    edits: tuple[DraftEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """No translation of a request came back: its page stays as it is, and the next run tries again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The answers are not there yet: `jobs` run at the service, and a later run collects them."""

    jobs: tuple[str, ...]
    message: str
    overdue: bool = (
        False  # one of them has been at work for so long that a person should look at it
    )


Reply = Answer | Failure | None  # None leaves the English for a person


# What became of a page in a run.
PageStatus = Literal["merged", "added", "renamed", "removed", "held", "failed"]


# ------------------------------------------------------------------ the pull request


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposal for lines that a person wrote: `[first, last]` of `path`, counted from 1."""

    path: str
    first: int
    last: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A mark on a line of a file in the log of a run. `line` counts from 1; 0 marks the whole file."""

    level: Literal["error", "warning", "notice"]
    path: str
    line: int
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a pull request: the number of that, its own, who wrote it, and what it says."""

    number: int
    id: int
    author: str
    body: str
    _: KW_ONLY
    thread: int = 0  # the first comment of the thread, where it is on lines; 0 in the conversation


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with what it counts, as people say it: "1 unit", "1,204 units", "2 lines are"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
