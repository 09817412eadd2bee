"""Parallel data of a whole book: its reviewed pages are aligned, cleaned and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, replace
from itertools import groupby
from typing import Any, BinaryIO

from pathspec import GitIgnoreSpec

from amts_bot.book.reviewed import UNREADABLE, ReviewedBook, ReviewedPage
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import PairFormat, counted
from amts_bot.ports import Cache, Progress, Workers
from amts_bot.teach.alignments import Aligned, Manner, align_book, repeats
from amts_bot.teach.kept import KeptBook, Repeats, recalled, written
from amts_bot.text.languages import language
from amts_bot.text.measure.held_out import in_slice
from amts_bot.text.pairs import cleaning, corpora
from amts_bot.text.pairs.bitext import Level, Pair, page_sentences
from amts_bot.text.pairs.cleaning import (
    LEAST_PROBABILITY,
    CandidatePage,
    Conflict,
    PagePairs,
    ParallelData,
)
from amts_bot.text.pairs.corpora import Corpus, FoundPair
from amts_bot.text.pairs.formats import PageOrigin, PairTable, Segment, render
from amts_bot.text.pairs.holdout import HeldOut
from amts_bot.text.pairs.origins import has_licence, parse_origins

HELD_OUT = "held out"
LICENCE = "licence"
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What was asked for. `hold_out` are patterns, as in .gitignore, of pages that must not teach;
    `reverse` asks for the way from the target language to the source language; `keeps_slice` leaves out
    what the quality of each run is measured on; `provenance` is what a crawl wrote of its pairs, and pages whose
    licence is one of `without_licence` do not enter."""

    language: str
    _: KW_ONLY
    source_language: str = "en"
    level: Level = "sentence"
    least_probability: float = LEAST_PROBABILITY
    hold_out: tuple[str, ...] = ()
    reverse: bool = False
    keeps_slice: bool = False
    provenance: str = ""
    without_licence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The content of the file, and how it came about."""

    order: BuildOrder
    table: PairTable
    data: ParallelData
    pages: int
    aligned: int  # pages that no cache knew
    left_out: Mapping[str, str]
    corpora: tuple[Corpus, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self.data.segments) + sum(self.data.rejected.values())

    @property
    def incomplete(self) -> bool:
        """Could a page not be read?"""
        return UNREADABLE in self.left_out.values()

    def file(self, file_format: PairFormat) -> str:
        """The text of the file."""
        return render(self.table, file_format)

    def summary(self) -> str:
        """For people: a table of what was kept and why the rest was not, then what to look at."""
        return "\n".join([*_table(self), *_left_out(self.left_out), *_conflicts(self), *self.notes])

    def as_json(self) -> dict[str, Any]:
        """For programs: all counts and every conflict."""
        return {
            "source_language": self.table.source_language,
            "target_language": self.table.target_language,
            "level": self.order.level,
            "pages": self.pages,
            "pages_left_out": dict(self.left_out),
            "files": {it.name: {"read": it.read, "repeated": it.repeated} for it in self.corpora},
            "pairs": self.total,
            "kept": len(self.data.segments),
            "rejected": dict(self.data.rejected),
            "conflicts": [asdict(conflict) for conflict in self.data.conflicts],
        }


def read_corpus(
    name: str, kind: str, streams: Sequence[BinaryIO], order: BuildOrder, most: int
) -> Corpus:
    """At most so many pairs of a file of a kind (`text.pairs.corpora`). Raises UsageError that names the file."""
    try:
        codes = (order.source_language, order.language)
        return corpora.take(name, corpora.read(kind, streams, codes), most)
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


def build(
    order: BuildOrder,
    book: ReviewedBook,
    cache: Cache,
    workers: Workers,
    progress: Progress,
    *,
    files: Sequence[Corpus] = (),
) -> Built:
    """Makes the parallel data of a book, and of files of pairs that were made elsewhere.

    Raises UsageError when a `hold_out` pattern matches no page, and AmtsError when no pair is left.
    """
    chosen = _chosen(order, book)
    manner = Manner(order.source_language, order.language, order.level)
    before = recalled(cache.load(), manner.stamp)
    texts = [(page.source, page.target) for page in chosen.taught]
    aligned = align_book(texts, manner, before, workers, progress=progress)
    taught = _taught(order, book, chosen, aligned)
    if taught.kept != before:
        cache.save(written(taught.kept, manner.stamp))
    taken = [pair for file in files for pair in file.pairs if not _refuses(pair, order)]
    data = cleaning.choose(
        [*taught.pages, *_pages_of(taken, order, taught.held)],
        order.language,
        least_probability=order.least_probability,
        reverse=order.reverse,
    )
    origins = {pair.segment.page: pair.origin for pair in taken if pair.origin}
    built = Built(
        order=order,
        table=_table_of(data, order, {**chosen.origins, **origins}),
        data=data,
        pages=len(chosen.taught),
        aligned=aligned.anew,
        left_out={**book.left_out, **chosen.left_out, **taught.faults},
        corpora=tuple(files),
        notes=(*_notes(order), *_about_refused(files, taken)),
    )
    if not data.segments:
        raise AmtsError(f"no pair is fit for parallel data:\n{built.summary()}")
    return built


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The pages that may teach, those that are held out, and why others are left out; where pages are from."""

    taught: tuple[ReviewedPage, ...]
    held: frozenset[str]
    left_out: Mapping[str, str]
    origins: Mapping[str, PageOrigin]


def _chosen(order: BuildOrder, book: ReviewedBook) -> _Chosen:
    held, origins = _held_out(order, book), parse_origins(order.provenance)
    refused = {path for path, origin in origins.items() if _is_refused(origin, order)} - held
    taught = tuple(page for page in book.pages if page.path not in held | refused)
    read = sorted(page.path for page in book.pages if page.path in refused)
    return _Chosen(
        taught, held, dict.fromkeys(held, HELD_OUT) | dict.fromkeys(read, LICENCE), origins
    )


@dataclass(frozen=True, slots=True)
class _Taught:
    """The candidates of the pages that teach, why nothing of others enters, what is held out of all, and what is to be
    kept for the next run."""

    pages: Sequence[CandidatePage]
    faults: Mapping[str, str]
    held: HeldOut
    kept: KeptBook


def _taught(order: BuildOrder, book: ReviewedBook, chosen: _Chosen, aligned: Aligned) -> _Taught:
    held_out = _held_sentences(order, book, chosen, aligned)
    found = repeats(aligned, held_out, order.source_language)
    pages = list(zip(chosen.taught, aligned.pages, strict=True))
    return _Taught(
        [*_candidate_pages(chosen, aligned, found)],
        {page.path: it.fault for page, it in pages if it.fault},
        HeldOut(held_out, order.source_language),
        replace(aligned.kept, repeats=found),
    )


def _candidate_pages(chosen: _Chosen, aligned: Aligned, found: Repeats) -> Iterator[CandidatePage]:
    for page, key, it in zip(chosen.taught, aligned.keys, aligned.pages, strict=True):
        if not it.fault:
            yield CandidatePage(
                page=page.path,
                candidates=it.candidates,
                changed=page.changed,
                unreviewed=page.unreviewed,
                repeats=frozenset(found.pages[key]),
            )


def _table_of(
    data: ParallelData, order: BuildOrder, origins: Mapping[str, PageOrigin]
) -> PairTable:
    languages = (order.source_language, order.language)
    return PairTable(*(languages[::-1] if order.reverse else languages), data.segments, origins)


def _refuses(pair: FoundPair, order: BuildOrder) -> bool:
    """Has a pair of a file a licence that was refused? One that says nothing of it is unknown."""
    return _is_refused(pair.origin or PageOrigin("", "", ""), order)


def _about_refused(files: Sequence[Corpus], taken: Sequence[FoundPair]) -> Iterator[str]:
    refused = sum(len(file.pairs) for file in files) - len(taken)
    if refused:
        yield f"{counted(refused, 'pair')} of files left out, {LICENCE}"


def _pages_of(
    pairs: Iterable[FoundPair], order: BuildOrder, held: HeldOut
) -> Iterator[CandidatePage]:
    """Pairs of files by the pages that they are from, where they say so."""
    codes = order.source_language, order.language
    for page, same in groupby(pairs, key=lambda it: (it.segment.page, it.segment.changed)):
        found = PagePairs(page[0], [_as_pair(it.segment) for it in same], page[1])
        yield cleaning.candidate_page(found, codes, held)


def _as_pair(segment: Segment) -> Pair:
    return Pair(
        source=segment.source,
        target=segment.target,
        probability=segment.probability,
        kind="paragraph",
        source_range=(0, len(segment.source)),
        target_range=(0, len(segment.target)),
    )


def _is_refused(origin: PageOrigin, order: BuildOrder) -> bool:
    return any(has_licence(origin, named) for named in order.without_licence)


def _held_out(order: BuildOrder, book: ReviewedBook) -> frozenset[str]:
    held: set[str] = set()
    for pattern in order.hold_out:
        spec = GitIgnoreSpec.from_lines([pattern])
        found = {
            page.path
            for page in book.pages
            if spec.match_file(page.path) or spec.match_file(page.source_path)
        }
        if not found:
            raise UsageError(
                f"--hold-out {pattern}: no page has this name; patterns are as in .gitignore"
            )
        held |= found
    return frozenset(held)


def _held_sentences(
    order: BuildOrder, book: ReviewedBook, chosen: _Chosen, aligned: Aligned
) -> list[str]:
    """The English of the held-out pages, also what the translation left out, and the slice."""
    found: list[str] = []
    taught = {page.path: it for page, it in zip(chosen.taught, aligned.pages, strict=True)}
    for page in book.pages:
        if page.path in chosen.held:
            found += page_sentences(page.source, order.source_language)
        elif order.keeps_slice and page.path in taught:
            found += taught[page.path].in_slice
        elif order.keeps_slice:
            found += in_slice(page_sentences(page.source, order.source_language))
    return found


def _notes(order: BuildOrder) -> tuple[str, ...]:
    if language(order.language).is_generic:
        return (f"{order.language}: no rules for this language, general ones were used",)
    return ()


# ------------------------------------------------------------------ for people


def _table(built: Built) -> Iterator[str]:
    rows = {"pairs": built.total, **{f"  {r}": n for r, n in built.data.rejected.items()}}
    rows["kept"] = len(built.data.segments)
    codes = f"{built.table.source_language} → {built.table.target_language}"
    yield f"{codes}: {counted(built.pages, 'page')}, {built.aligned} of them aligned anew"
    yield from map(str, built.corpora)
    width = max(map(len, rows))
    yield from (f"{name:<{width}}  {count:>7}" for name, count in rows.items())
    if HELD_OUT in built.data.rejected:
        yield from _why_held_out(built.order)


def _why_held_out(order: BuildOrder) -> Iterator[str]:
    pages = ["the pages of --hold-out"] if order.hold_out else []
    tested = "one sentence in a hundred, which measure batch jobs (`held-out` in [engine])"
    says = " and ".join([*pages, *([tested] if order.keeps_slice else [])])
    yield f"{HELD_OUT}: pairs that repeat {says}, exactly or nearly: a score on text that was taught says nothing"


def _left_out(pages: Mapping[str, str]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for path, reason in sorted(pages.items()):
        by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        yield f"{counted(len(paths), 'page')} left out, {reason}: {_some(paths)}"


def _conflicts(built: Built) -> Iterator[str]:
    conflicts = built.data.conflicts
    if conflicts:
        texts = counted(len(conflicts), "text is", "texts are")
        yield f"{texts} translated in more than one way; taken was the first:"
        yield from (f"  {_ways(conflict)}" for conflict in conflicts[:_MOST_SHOWN])
    if len(conflicts) > _MOST_SHOWN:
        yield f"  … and {len(conflicts) - _MOST_SHOWN} more: --report FILE has them all"


def _ways(conflict: Conflict) -> str:
    ways = (f"{it.target} ({it.page})" for it in (conflict.taken, *conflict.others))
    return f"{conflict.taken.source}: {' | '.join(ways)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more
