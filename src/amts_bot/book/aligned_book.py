"""The reviewed book as a run needs it: texts by target page, aligned when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from itertools import chain, groupby
from typing import TypeVar

from amts_bot.book.one_by_one import OneByOne
from amts_bot.book.reviewed_texts import Reviewed, reviewed_texts
from amts_bot.book.snapshot import Snapshot
from amts_bot.model import Request
from amts_bot.ports import Crew, Progress
from amts_bot.text.align.pages import Alignment, align, block_pairs
from amts_bot.text.drafts.fuzzy import Search, best_pages
from amts_bot.text.drafts.terms import names
from amts_bot.text.merge.draft import Commenting, commenting

# With more texts to look for than this, looking costs more than aligning every page.
_MOST_TEXTS = 400
# Pages that are asked what the book's people do.
_MOST_ASKED = 8

Found = TypeVar("Found")


@dataclass(slots=True)
class AlignedBook:
    """All pages of one language, by target path; alignments are made once each. `prose_keys` are as in `split`.

    `progress` is told of each page that the book is searched in, and `crew` searches.
    """

    pages: Mapping[str, Reviewed]
    prose_keys: frozenset[str] | None = None
    _aligned: dict[str, Alignment] = field(default_factory=dict)
    _commented: bool | None = None
    _wanted: Search | None = None
    _: KW_ONLY
    progress: Progress | None = None
    crew: Crew = field(default_factory=OneByOne)

    def without(self, paths: Collection[str]) -> AlignedBook:
        """The same book without some pages; what is aligned stays so."""
        others = {name: page for name, page in self.pages.items() if name not in paths}
        return AlignedBook(others, self.prose_keys, self._aligned, progress=self.progress)

    def alignment(self, path: str) -> Alignment:
        """The aligned page; two empty pages where the book has none."""
        if path not in self._aligned:
            page = self.pages.get(path, Reviewed("", ""))
            self._aligned[path] = align(page.source, page.target, self.prose_keys)
        return self._aligned[path]

    def holding(self, texts: Iterable[str], look: Callable[[Alignment], Found]) -> Iterator[Found]:
        """What a look finds on the pages whose English holds any of the texts, white space aside, and perhaps on some
        more.
        """
        wanted = {" ".join(text.split()) for text in texts}
        found = self._each(partial(self._if_holding, wanted, look)) if wanted else ()
        return chain.from_iterable(found)

    def naming(self, terms: Collection[str], look: Callable[[Alignment], Found]) -> Iterator[Found]:
        """The same where one of some terms stands alone, in a heading, an item or a cell; case does not count."""
        wanted = {term.casefold() for term in terms}
        return chain.from_iterable(self._each(partial(self._if_naming, wanted, look)))

    def near(self, wanted: Search, look: Callable[[Search, Alignment], Found]) -> Iterator[Found]:
        """The same on the pages that have the sentences which are most like the wanted ones.

        Whoever searched a page still knows what is where when it comes to the look.
        """
        self._wanted = wanted
        likeness = partial(self._searched, partial(self._likeness, wanted))
        found = self.crew.each(likeness, self._numbered, [*self.pages])
        having = best_pages(zip(self.pages, found, strict=True))
        yield from self.crew.each(partial(self._looked_for, look), having, having)
        self._wanted = None

    def beside(
        self, function: Callable[[Sequence[Request]], Found], requests: Sequence[Request]
    ) -> Iterator[Found]:
        """What a function makes of the requests of one page after the other."""
        pages = [[*found] for _, found in groupby(requests, key=lambda request: request.page)]
        return self.crew.deal(function, pages, [page[0].page for page in pages])

    def _each(self, function: Callable[[str], Found]) -> Iterator[Found]:
        """What a function finds on each page, by its path."""
        return self.crew.deal(partial(self._searched, function), self._numbered, [*self.pages])

    @property
    def _numbered(self) -> list[tuple[int, str]]:
        return [*enumerate(self.pages, 1)]

    def _searched(self, function: Callable[[str], Found], page: tuple[int, str]) -> Found:
        number, path = page
        if self.progress:
            self.progress.step(f"searching {path}", number, len(self.pages))
        return function(path)

    def _looked(self, look: Callable[[Alignment], Found], path: str) -> Found:
        return look(self.alignment(path))

    def _if_holding(
        self, wanted: Collection[str], look: Callable[[Alignment], Found], path: str
    ) -> list[Found]:
        holds = len(wanted) > _MOST_TEXTS or _holds(self.pages[path].source, wanted)
        return [self._looked(look, path)] if holds else []

    def _if_naming(
        self, wanted: Collection[str], look: Callable[[Alignment], Found], path: str
    ) -> list[Found]:
        named = any(name.casefold() in wanted for name in names(self.pages[path].source))
        return [self._looked(look, path)] if named else []

    def _likeness(self, wanted: Search, path: str) -> dict[str, float]:
        self._wanted = wanted
        return wanted.likeness(self.pages[path].source)

    def _looked_for(self, look: Callable[[Search, Alignment], Found], path: str) -> Found:
        assert self._wanted is not None  # it was sent with `_likeness`
        return look(self._wanted, self.alignment(path))

    @property
    def is_commented(self) -> bool:
        """Whether its people translate comments of code, as a rule: by some pages with code, from all over the book."""
        if self._commented is None:
            having = [path for path, page in self.pages.items() if "```" in page.source]
            some = having[:: -(-len(having) // _MOST_ASKED) or 1]
            told = (commenting(self.alignment(path)) for path in some)
            self._commented = sum(told, Commenting()).is_rule
        return self._commented

    def blocks(self, texts: Iterable[str]) -> dict[str, str]:
        """Translations of whole English blocks, by stripped text; the first page that has one counts."""
        wanted = set(texts)
        found: dict[str, str] = {}
        for pairs in self.holding(wanted, partial(_blocks, wanted)):
            for english, target in pairs.items():
                found.setdefault(english, target)
        return found


def aligned_book(snapshot: Snapshot, progress: Progress | None = None) -> AlignedBook:
    """Every page of the language with its English, read at once; pages that are not UTF-8 are left out."""
    keys, crew = snapshot.config.markdown.prose_keys, snapshot.order.crew
    return AlignedBook(reviewed_texts(snapshot, snapshot.bases), keys, progress=progress, crew=crew)


def _blocks(wanted: Collection[str], alignment: Alignment) -> dict[str, str]:
    """The translations of the wanted blocks on a page."""
    pairs = block_pairs(alignment).items()
    return {english: target for english, target in pairs if english in wanted}


def _holds(page: str, wanted: Iterable[str]) -> bool:
    text = " ".join(page.split())
    return any(part in text for part in wanted)
