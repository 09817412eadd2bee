"""Post-edit effort: how much of what the bot proposed the translators changed before they merged it.

The units are sentences that the bot wrote, and English that it left for them. A page is never compared
as a whole: reviewed sentences that stand would make every bot look good.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from amts_bot.text import scripts
from amts_bot.text.measure.comparison import pair
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.review_state import Sentences

DEFINITION = (
    "accepted untouched: the share of these sentences that were merged as the bot had them. Edits per character, and "
    "per token: what was changed or typed, for one of the merged text. "
    "Work saved = 1 - (characters changed or typed) / (characters typed from scratch), over all sentences that the "
    "bot wrote or left in English. Changed: the edit distance (insert, delete, replace a character) between the "
    "bot's sentence and the merged one. Typed: all of a sentence that the bot left in English. From scratch: all of "
    "the merged sentences. Below zero means that the proposals cost more than they gave. Sentences that the bot "
    "kept or carried count on neither side. Tokens are words, and single characters in Chinese, Japanese and "
    "Korean script; moving words is not a single edit in any language."
)
# Below this many sentences one page decides the figure.
LEAST_UNITS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A page as the bot proposed it, and as people left it.

    `machine` and `untranslated` name the sentences of what the bot wrote and of English it left; None as
    `machine` means that the machine wrote all of the page. `edited_only` says that the bot went on
    afterwards: what people had not touched by then, a later review has.
    """

    page: str
    language: str
    engine: str
    month: str
    proposed: str
    merged: str
    machine: Sentences | None
    untranslated: Sentences = frozenset()
    edited_only: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One sentence (or a few that were joined) as the bot had it, "" if it left English, and as merged."""

    review: Review
    proposed: str
    merged: str

    @property
    def chapter(self) -> str:
        """The folder of the page."""
        return self.review.page.rpartition("/")[0] or self.review.page


def edits(review: Review) -> Iterator[Edit]:
    """The sentences of a page that the bot wrote or left in English, with what became of them."""
    for paragraph in pair(review.proposed, review.merged, review.language):
        for unit in paragraph.sentences:
            edit = _edit(review, unit.hypothesis, unit.reference)
            if edit and not (review.edited_only and edit.proposed == edit.merged):
                yield edit


def _edit(review: Review, ours: str, theirs: str) -> Edit | None:
    if review.machine is None:
        return Edit(review, ours, theirs) if ours or theirs else None
    names = sentence_hashes(ours, review.language) | sentence_hashes(ours, "en")
    if names & review.machine:
        return Edit(review, ours, theirs)
    if (
        names & review.untranslated and theirs and ours != theirs
    ):  # what still stands is not merged work
        return Edit(review, "", theirs)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Sums over sentences. Edits and lengths are in characters and in tokens."""

    units: int = 0
    untouched: int = 0
    characters_changed: int = 0
    characters: int = 0
    tokens_changed: int = 0
    tokens: int = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            units=self.units + other.units,
            untouched=self.untouched + other.untouched,
            characters_changed=self.characters_changed + other.characters_changed,
            characters=self.characters + other.characters,
            tokens_changed=self.tokens_changed + other.tokens_changed,
            tokens=self.tokens + other.tokens,
        )

    @property
    def enough(self) -> bool:
        return self.units >= LEAST_UNITS and self.characters > 0 and self.tokens > 0

    @property
    def accepted(self) -> float:
        """The share of sentences that were merged as the bot wrote them."""
        return self.untouched / self.units

    @property
    def character_rate(self) -> float:
        """Edited characters per merged character."""
        return self.characters_changed / self.characters

    @property
    def token_rate(self) -> float:
        """Edited tokens per merged token."""
        return self.tokens_changed / self.tokens

    @property
    def saved(self) -> float:
        """The share of the typing that the bot took over: see DEFINITION."""
        return 1 - self.character_rate


def total(found: Iterable[Edit]) -> Effort:
    """The sums over sentences."""
    return sum(map(_effort, found), Effort())


def _effort(edit: Edit) -> Effort:
    ours, theirs = _tokens(edit.proposed), _tokens(edit.merged)
    return Effort(
        units=1,
        untouched=int(edit.proposed == edit.merged),
        characters_changed=Levenshtein.distance(edit.proposed, edit.merged),
        characters=len(edit.merged),
        tokens_changed=Levenshtein.distance(ours, theirs),
        tokens=len(theirs),
    )


_TOKEN = re.compile(rf"[{scripts.DENSE}]|[^\W{scripts.DENSE}]+|[^\w\s]")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


GROUPINGS: dict[str, Callable[[Edit], str]] = {
    "language": lambda edit: edit.review.language,
    "engine": lambda edit: edit.review.engine,
    "month": lambda edit: edit.review.month,
    "chapter": lambda edit: edit.chapter,
}


def by(found: Sequence[Edit], key: Callable[[Edit], str]) -> dict[str, Effort]:
    """The sums for each value of a grouping, sorted by it."""
    groups: dict[str, list[Edit]] = defaultdict(list)
    for edit in found:
        groups[key(edit)].append(edit)
    return {name: total(groups[name]) for name in sorted(groups)}
