"""Units as people review them: what each asks for, its texts in four versions, and where it stands on the branch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from amts_bot.model import LEAVES, Range
from amts_bot.text.markdown.line_numbers import line_number
from amts_bot.text.merge.entries import Entry
from amts_bot.text.names.texts import unit_hash
from amts_bot.text.pull_request.results import PageResult
from amts_bot.text.review_state import UnitHash

# What a unit asks of a person, the most first: words of theirs, a decision, a draft to check, a glance at text that
# was changed mechanically.
Asks = Literal["words", "decide", "check", "glance"]
ASKS: tuple[Asks, ...] = ("words", "decide", "check", "glance")
TO_READ: frozenset[Asks] = frozenset({"words", "decide", "check"})

# An old translation of English that differs more than this saves little work: it is shown as weak.
WEAK = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewUnit:
    """A unit that asks something, or whose text in the page changed.

    `line` counts from 1 on the branch, 0 where it stands nowhere; `row` is the line around a cell.
    """

    page: str
    asks: Asks
    entry: Entry
    english_before: str
    before: str
    now: str
    line: int = 0
    last_line: int = 0
    row: str = ""

    @property
    def name(self) -> UnitHash:
        """The code by which people point at it."""
        return unit_hash(self.entry.source)

    @property
    def english(self) -> str:
        """The English as it is now; "" where it is gone."""
        return self.entry.source if self.entry.source_new is not None else ""

    @property
    def is_code(self) -> bool:
        return self.entry.kind in ("code", "math")

    @property
    def is_copy(self) -> bool:
        """New text that stands as its English does: code, labels, formulas."""
        return (
            self.asks == "glance"
            and not self.before.strip()
            and self.now.strip() == self.english.strip()
        )

    @property
    def likeness(self) -> float:
        """How alike the English of its weakest draft is to what was translated before; 1 without a fuzzy one."""
        return min((draft.similarity for draft in self.entry.drafts), default=1.0)

    @property
    def is_weak(self) -> bool:
        return self.likeness < WEAK

    @property
    def words(self) -> int:
        """The English words of what changed: its sentences, where they are known."""
        return words_of(self.entry)


def words_of(entry: Entry) -> int:
    """The English words of what changed in a unit: its sentences, where they are known."""
    changed = [*(draft.source for draft in entry.drafts), *entry.translate] or [entry.source]
    return sum(len(text.split()) for text in changed)


def review_units(result: PageResult) -> tuple[ReviewUnit, ...]:
    """The units of a page that people are shown; what asks nothing and changed nothing is left out."""
    if result.message:
        return ()
    return tuple(_shown(result))


def _shown(result: PageResult) -> Iterator[ReviewUnit]:
    for entry in result.outcome.entries:
        if entry.action == "keep":
            continue
        english, before, now = _texts(entry, result)
        asks = _asks(entry, before.strip(), now.strip())
        if asks is None:
            continue
        first, last = _lines(result.outcome.text, entry.target_new)
        yield ReviewUnit(
            page=result.target,
            asks=asks,
            entry=entry,
            english_before=english,
            before=before,
            now=now,
            line=first,
            last_line=last,
            row=_row(entry, result),
        )


def _asks(entry: Entry, before: str, now: str) -> Asks | None:
    if entry.action in ("hold", "fail") or entry.conflicts:
        return "decide"
    if entry.action == "translate":
        return "words" if entry.translate else "check"
    if entry.action == "move" and before:
        return None  # the same words in another place
    return "glance" if before != now else None


def _lines(text: str, place: Range | None) -> tuple[int, int]:
    """The lines of a page that a stretch of it stands on, counted from 1; 0 where there is none."""
    if place is None:
        return 0, 0
    first = line_number(text, place[0])
    return first, first + text[slice(*place)].rstrip().count("\n")


def _row(entry: Entry, result: PageResult) -> str:
    if entry.kind != "cell" or not entry.target_new:
        return ""
    text, (start, end) = result.outcome.text, entry.target_new
    stop = text.find("\n", end)
    return text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)]


def _texts(entry: Entry, result: PageResult) -> tuple[str, str, str]:
    """The old English, the translation before, and the translation now."""
    texts = (
        _slice(result.english_old, entry.source_old),
        _slice(result.target_old, entry.target_old),
        _slice(result.outcome.text, entry.target_new),
    )
    english, before, now = map(_unquoted, texts) if entry.kind in LEAVES else texts
    return english, before, now


_QUOTED = re.compile(r"(['\"])(.*)\1", re.DOTALL)


def _unquoted(text: str) -> str:
    """A value or an attribute without its quotes."""
    quoted = _QUOTED.fullmatch(text)
    return quoted[2] if quoted else text


def _slice(text: str, place: Range | None) -> str:
    return text[slice(*place)] if place else ""
