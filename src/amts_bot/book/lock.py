"""`amts/LANGUAGE.lock`: which English each target page was translated from. Git is the memory.

JSON, sorted, one page per line, so that two branches that changed different pages merge by themselves.
It travels in the pull request: whoever merges it, in whatever way, merges the state along. Each language has a file of
its own, which no other language's branch touches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import reduce
from typing import Any

from amts_bot.errors import UsageError
from amts_bot.model import QualityPoint
from amts_bot.text.review_state import (
    BlockHash,
    Blocks,
    Event,
    ReviewState,
    SentenceHash,
    Sentences,
    after,
)

VERSION = 2

# All languages were in this one file once. It is read where a language has no file of its own yet.
SHARED_FILE = "amts.lock"
_SHARED_VERSION = 1

# The lists of a page by their keys, and the marks of its review state that they are.
MARKS = {
    {"untranslated": "pending"}.get(mark.name, mark.name): mark.name
    for mark in fields(ReviewState)
    if mark.name != "held"
}
_LISTS = ("waiting", "jobs", "queued", "hold")
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLock:
    """The base of one target page: path, commit and blob of its English; and what is known of its text.

    `began` is the blob of the English that it was translated from before the bot first wrote it, where that is known.
    The file has the marks of `review` beside the others, each a sorted list, where there are any.
    """

    source: str
    commit: str
    blob: str
    began: str = ""
    review: ReviewState = field(default_factory=ReviewState)

    def after(self, *events: Event) -> PageLock:
        """The row once all this has happened, in order: the only way that its marks change."""
        return replace(self, review=reduce(after, events, self.review))


NO_ROW = PageLock(source="", commit="", blob="")  # of a page that the lock does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLock:
    """One language: the English commit of its last sync, and its pages by target path.

    `waiting` are new English pages that could not be done: the next run tries them again. `engine`
    is the one of the last run: another one is asked for the English that this one left standing.
    `jobs` are batch jobs that were started and not collected yet, by their ids, and `toward` is the English
    commit that they translate; `quality` is what the last runs measured, oldest first. `queued` are target
    pages that wait for the next pull request, `hold` those that people want left at their old English. `took` is the
    commit of the default branch whose pages an open branch has, but not its history: it came with a workflow.
    """

    commit: str = ""
    pages: Mapping[str, PageLock] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    engine: str = ""
    jobs: tuple[str, ...] = ()
    quality: tuple[QualityPoint, ...] = ()
    queued: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    toward: str = ""
    took: str = ""


def file_of(language: str) -> str:
    """The path of a language's lock."""
    return f"amts/{language}.lock"


def parse(text: str, file: str) -> LanguageLock:
    """Reads the lock of a language; UsageError says what is wrong with `file` and how to mend it."""
    return _language(_LockPart(file), _versioned(text, _LockPart(file), VERSION))


def parse_shared(text: str) -> dict[str, LanguageLock]:
    """Reads the lock that all languages shared, by language; UsageError as in `parse`."""
    place = _LockPart(SHARED_FILE)
    languages = _versioned(text, place, _SHARED_VERSION).get("languages", {})
    if not isinstance(languages, dict):
        raise place.fault("languages must be a table")
    return {
        code: _language(_LockPart(SHARED_FILE, f", language {code}"), row)
        for code, row in languages.items()
    }


@dataclass(frozen=True, slots=True)
class _LockPart:
    """What is being read: a file, and which part of it."""

    file: str
    part: str = ""

    def page(self, path: str) -> _LockPart:
        return replace(self, part=f"{self.part}, page {path}")

    def fault(self, words: str) -> UsageError:
        return UsageError(
            f"{self.file}{self.part}: {words}\nrestore it from git (git checkout HEAD -- {self.file}), or "
            "delete it and give --base"
        )


_CONFLICT = "<<<<<<< "  # what git writes where two branches changed one line


def _versioned(text: str, place: _LockPart, version: int) -> dict[str, Any]:
    if text.startswith(_CONFLICT) or f"\n{_CONFLICT}" in text:
        raise UsageError(
            f"{place.file}: has the marks of a merge conflict\n"
            f"take one side, git checkout --ours -- {place.file} or --theirs, and commit it: what that one "
            "lacks, the next sync looks at again"
        )
    try:
        data = json.loads(text)
    except ValueError as error:
        raise place.fault(f"not JSON ({error})") from error
    if not isinstance(data, dict) or type(data.get("version")) is not int:  # True is an int too
        raise place.fault("no version")
    if data["version"] > version:
        raise UsageError(
            f"{place.file} was written by a newer amts-bot (lock version {data['version']}, this one knows "
            f"{version})\nupdate amts-bot"
        )
    return data


def _language(place: _LockPart, row: Any) -> LanguageLock:
    if not isinstance(row, dict) or not isinstance(row.get("pages"), dict):
        raise place.fault("no pages")
    commit, toward, took = (row.get(key, "") for key in ("commit", "toward", "took"))
    for found in (commit, toward, took):
        if not isinstance(found, str) or (found and not _OBJECT.fullmatch(found)):
            raise place.fault(f"{found!r} is not a commit")
    for key in (*_LISTS, "quality"):
        if not isinstance(row.get(key, []), list):
            raise place.fault(f"{key} must be a list")
    lists = {key: tuple(map(str, row.get(key, []))) for key in _LISTS}
    pages = {path: _page(place.page(path), page) for path, page in row["pages"].items()}
    quality = tuple(_quality(place, point) for point in row.get("quality", []))
    engine = str(row.get("engine", ""))
    return LanguageLock(
        commit=commit,
        pages=pages,
        engine=engine,
        quality=quality,
        toward=toward,
        took=took,
        **lists,
    )


def _quality(place: _LockPart, row: Any) -> QualityPoint:
    try:
        return QualityPoint(
            english=str(row["english"]),
            engine=str(row["engine"]),
            bleu=float(row["bleu"]),
            chrf=float(row["chrf"]),
            sentences=int(row["sentences"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise place.fault("quality is damaged") from error


def _page(place: _LockPart, row: Any) -> PageLock:
    texts = ("source", "commit", "blob")
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in texts):
        raise place.fault(f"needs {', '.join(texts)}")
    for key in ("commit", "blob"):
        if not _OBJECT.fullmatch(row[key]):
            raise place.fault(f"{key} {row[key]!r} is no object name")
    began = row.get("began", "")
    if not isinstance(began, str) or (began and not _OBJECT.fullmatch(began)):
        raise place.fault(f"began {began!r} is no object name")
    return PageLock(**{key: row[key] for key in texts}, began=began, review=_review(place, row))


def _review(place: _LockPart, row: Mapping[str, Any]) -> ReviewState:
    for key in MARKS:
        if not isinstance(row.get(key, []), list):
            raise place.fault(f"{key} must be a list")

    def sentences(key: str) -> Sentences:
        return frozenset(SentenceHash(str(name)) for name in row.get(key, []))

    def blocks(key: str) -> Blocks:
        return frozenset(BlockHash(str(name)) for name in row.get(key, []))

    return ReviewState(
        machine=sentences("machine"),
        accepted=sentences("accepted"),
        approved=sentences("approved"),
        untranslated=sentences("pending"),
        written=blocks("written"),
        stale=blocks("stale"),
        kept=blocks("kept"),
        again=blocks("again"),
        held=str(row.get("held", "")),
    )


def render(state: LanguageLock) -> str:
    """The file's text; `parse(render(state), …) == state`."""
    rows = [
        f' "version": {VERSION}',
        f' "commit": {_json(state.commit)}',
        f' "pages": {{\n{_pages(state)}\n }}',
    ]
    if state.engine:
        rows.insert(2, f' "engine": {_json(state.engine)}')
    commits = {"toward": state.toward, "took": state.took}
    rows += [f' "{key}": {_json(found)}' for key, found in commits.items() if found]
    lists = {key: list(getattr(state, key)) for key in _LISTS}
    rows += [f' "{key}": {_json(found)}' for key, found in lists.items() if found]
    if state.quality:
        rows.append(f' "quality": {_json([asdict(point) for point in state.quality])}')
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _pages(state: LanguageLock) -> str:
    return ",\n".join(
        f"  {_json(path)}: {_json(_row(page))}" for path, page in sorted(state.pages.items())
    )


def _row(page: PageLock) -> dict[str, Any]:
    row: dict[str, Any] = {"source": page.source, "commit": page.commit, "blob": page.blob}
    marks = {key: sorted(getattr(page.review, mark)) for key, mark in MARKS.items()}
    extra = {"began": page.began, **marks, "held": page.review.held}
    return row | {key: value for key, value in extra.items() if value}


def _json(value: Any) -> str:
    """Readable, but for bytes of a path that are no UTF-8: they come as JSON escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
