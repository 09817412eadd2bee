"""How far the pages of a book are: the records that every form of its status is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from amts_bot.text.merge.portions import Size, chapter

# Where a page stands against its English: `new` is English without a translation that the next runs will add, `gone` a
# translation whose English was deleted, `untranslated` English that the translators did not want yet.
PageStanding = Literal["in step", "behind", "new", "gone", "held", "untranslated"]
# These ask something of the next runs.
WAITING: tuple[PageStanding, ...] = ("behind", "new", "gone", "held")

_NOTHING = Size()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """One page. `behind` is the English that is new or changed, and `since` when that began, in seconds since 1970.

    `commits` are the English commits that the translation lacks, oldest first. Of its sentences, `drafts` are the
    bot's that nobody has reviewed, and `english` those that still stand in English; `stale` are blocks that people kept
    though their English changed. `why` says why a page is held; `is_open` that an open pull request changes it.
    """

    target: str
    source: str
    standing: PageStanding
    behind: Size = _NOTHING
    since: int = 0
    commits: tuple[str, ...] = ()
    drafts: int = 0
    english: int = 0
    stale: int = 0
    why: str = ""
    is_open: bool = False

    @property
    def chapter(self) -> str:
        """The chapter that its English is in; "" for a page at the top."""
        return chapter(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Pages counted together."""

    pages: Counter[PageStanding]
    behind: Size
    drafts: int
    english: int
    stale: int

    @property
    def translated(self) -> int:
        """The pages that have a translation and still have their English."""
        return self.pages["in step"] + self.pages["behind"] + self.pages["held"]

    @property
    def share(self) -> float:
        """How much of what is translated is in step, from 0 to 1; of a book without a translation, 0."""
        return self.pages["in step"] / self.translated if self.translated else 0.0


def sums(pages: Iterable[PageState]) -> Sums:
    """The sums of some pages."""
    counted = tuple(pages)
    return Sums(
        pages=Counter(page.standing for page in counted),
        behind=sum((page.behind for page in counted), _NOTHING),
        drafts=sum(page.drafts for page in counted),
        english=sum(page.english for page in counted),
        stale=sum(page.stale for page in counted),
    )


@dataclass(frozen=True, kw_only=True)
class LanguageState:
    """One language, its pages in the order of the book.

    `old` is the English commit of the last sync and `new` the newest. `own` are files of the translators without any
    English. `evening` is how many words people are asked to review at once, 0 where there is no limit; `commit_at` is
    the address of an English commit with a `{}` for its number, "" where there is none.
    """

    code: str
    old: str
    new: str
    pages: tuple[PageState, ...]
    own: tuple[str, ...] = ()
    evening: int = 0
    commit_at: str = ""

    @cached_property
    def total(self) -> Sums:
        """All of its pages together."""
        return sums(self.pages)

    @property
    def chapters(self) -> dict[str, Sums]:
        """The sums of each chapter, in the order of the book."""
        found: dict[str, list[PageState]] = {}
        for page in self.pages:
            found.setdefault(page.chapter, []).append(page)
        return {name: sums(pages) for name, pages in found.items()}

    @property
    def waiting(self) -> tuple[PageState, ...]:
        """The pages that ask for something, those that drifted most first."""
        found = [page for page in self.pages if page.standing in WAITING]
        return tuple(sorted(found, key=lambda page: -page.behind.words))

    @property
    def evenings(self) -> int:
        """How many evenings of reviewing wait, at least one where anything does; 0 where no limit is set."""
        words = self.total.behind.words
        return max(1, round(words / self.evening)) if words and self.evening else 0
