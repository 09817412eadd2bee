"""How well each method translates pages that people have translated already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from pathspec import GitIgnoreSpec

from amts_bot.book.reviewed import ReviewedBook, ReviewedPage, merged_book
from amts_bot.book.snapshot import settings
from amts_bot.book.texts import tree_of
from amts_bot.engines.service import Service
from amts_bot.engines.table import read_recording
from amts_bot.errors import AmtsError, UsageError
from amts_bot.measure.methods import (
    AmazonBench,
    Bench,
    Direction,
    Lesson,
    Prepared,
    tidy,
    to_align,
)
from amts_bot.model import (
    Answer,
    Failure,
    Pending,
    Reply,
    Request,
    counted,
)
from amts_bot.ports import (
    Clock,
    Connect,
    Progress,
    Repository,
    Workers,
)
from amts_bot.text.amazon import profile
from amts_bot.text.amazon.profile import ServiceProfile
from amts_bot.text.amazon.service_file import file_of
from amts_bot.text.drafts.memory import key
from amts_bot.text.languages import language as language_row
from amts_bot.text.measure.comparison import Paragraph
from amts_bot.text.measure.evaluation import (
    Trial,
    judged,
    share_equal,
    statistics,
    trial,
)
from amts_bot.text.measure.evaluation_report import EvaluationReport, rows
from amts_bot.text.measure.scores import Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What to evaluate: methods on pages of the bench's book, each way.

    `together` leaves all pages under test out of what a method learns at once, where else each page is
    left out for itself alone. `tokenizer` is the one of the language's team, "" for the usual one. `keep` leaves
    the parallel data that was made for it, and its files, at Amazon Translate.
    """

    bench: Bench
    pages: Sequence[str]
    methods: Sequence[str] = ("memory",)
    directions: Sequence[Direction] = ()
    together: bool = False
    tokenizer: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Resources:
    """How Amazon Translate is reached, and who aligns the book for it."""

    connect: Connect
    clock: Clock
    progress: Progress
    workers: Workers


def of_repository(
    repository: Repository,
    language: str,
    base: str,
    resources: Resources,
    recordings: Mapping[str, str] = MappingProxyType({}),
) -> Evaluation:
    """All pages of a translation repository, as its checked-out commit has them; `recordings` are texts by method."""
    found = of_book(merged_book(language, base, repository), language, recordings=recordings)
    return with_amazon(found, repository, resources)


def with_amazon(order: Evaluation, repository: Repository, resources: Resources) -> Evaluation:
    """The same with Amazon Translate, and the language, as a repository has them set up."""
    configured, language = settings(repository), order.bench.language
    row = configured.language(language)
    service = Service(
        # Every method asks for it, each time that it is looked at.
        connect=cache(resources.connect),
        clock=resources.clock,
        progress=resources.progress,
        engine=configured.engine,
        amazon=configured.amazon,
        language=row,
        profile=_profile(repository, language, configured.amazon.region),
    )
    bench = replace(
        order.bench,
        amazon=AmazonBench(service, resources.workers),
        settings=configured.engine,
    )
    return replace(order, bench=bench, tokenizer=row.row.bleu_tokenizer)


def of_book(
    book: ReviewedBook,
    language: str,
    source_language: str = "en",
    recordings: Mapping[str, str] = MappingProxyType({}),
) -> Evaluation:
    """All pages of a book; `recordings` are texts by method."""
    bench = Bench(
        book=book,
        aligned=to_align(book),
        language=language,
        source_language=source_language,
        recordings={name: read_recording(text) for name, text in recordings.items()},
    )
    return Evaluation(bench=bench, pages=tuple(page.path for page in book.pages))


def _profile(repository: Repository, language: str, region: str) -> ServiceProfile | None:
    """What the repository knows of the service for a language."""
    tree, path = tree_of(repository, repository.head()), file_of(language)
    if path not in tree:
        return None
    known = profile.parsed(tree.at(path).strict(path), path)
    return known if region in ("", known.region) else None


def of_folders(
    folders: Mapping[str, Mapping[str, str]],
    language: str,
    recordings: Mapping[str, str] = MappingProxyType({}),
) -> Evaluation:
    """Pages that stand in folders of their own, {source,human}.md and perhaps machine.md."""
    missing = [name for name, texts in folders.items() if "human.md" not in texts]
    if missing:
        raise UsageError(
            f"{missing[0]}: no human.md, so there is nothing to score against: leave the folder out"
        )
    pages = {name.replace("__", "/"): texts for name, texts in folders.items()}
    book = ReviewedBook(
        tuple(
            ReviewedPage(path=n, source_path=n, source=t["source.md"], target=t["human.md"])
            for n, t in pages.items()
        )
    )
    machine = {n: t["machine.md"] for n, t in pages.items() if "machine.md" in t}
    found = of_book(book, language, recordings=recordings)
    return replace(found, bench=replace(found.bench, machine=machine))


_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0  # seconds between looks at the batch jobs


def chosen(pages: Iterable[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """The pages that match any of the patterns (.gitignore syntax); all of them when there is none."""
    spec = GitIgnoreSpec.from_lines(patterns)
    found = tuple(page for page in pages if not patterns or spec.match_file(page))
    if not found:
        raise UsageError(f"no page matches {', '.join(patterns)}")
    return found


def directions(language: str, which: str, source: str = "en") -> list[Direction]:
    """`forward` from the language of the original, `reverse` to it, `both`."""
    forward, back = Direction(source, language), Direction(language, source, reverse=True)
    return {"forward": [forward], "reverse": [back], "both": [forward, back]}[which]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One method on pages that what it learnt from does not hold."""

    direction: Direction
    method: str
    trials: Sequence[Trial]
    prepared: Prepared

    @property
    def requests(self) -> list[Request]:
        """Each source text once."""
        pages = {source: tried.page for tried in self.trials for source in tried.sources}
        return [Request(source, page=page) for source, page in pages.items()]

    @property
    def characters(self) -> int:
        """What the service bills for it at most."""
        return self.prepared.engine.cost(self.requests, self.direction.target).characters

    def __str__(self) -> str:
        pages = self.trials[0].page if len(self.trials) == 1 else f"{len(self.trials)} pages"
        return f"{self.method}, {self.direction}, {pages}"


def evaluate(
    order: Evaluation, progress: Progress, clock: Clock, wait: float = 0.0
) -> EvaluationReport | Pending:
    """Scores every method on every page, in every direction.

    Methods that run batch jobs run them side by side; Pending when one is not done after `wait` seconds,
    and the same evaluation later collects them. Raises UsageError for an unknown method, and for a page
    that has no reference; AmtsError when too little came back to score.
    """
    trials = {direction: _trials(order, direction) for direction in order.directions}
    attempts = list(_attempts(order, trials, progress))
    _allow(attempts, order, progress)
    replies = _asked(attempts, progress, clock, wait)
    if isinstance(replies, Pending):
        return replies
    _require_answers(attempts, replies, order.bench)
    if not order.keep:
        _tidy(attempts, progress)
    return _scored(order, trials, list(zip(attempts, replies, strict=True)), progress)


def _attempts(
    order: Evaluation, trials: Mapping[Direction, Sequence[Trial]], progress: Progress
) -> Iterator[_Attempt]:
    for direction, tried in trials.items():
        for name in order.methods:
            chosen_method = order.bench.method(name)
            if direction not in _ways(name, order, trials):
                continue
            apart = chosen_method.leaves_out and not order.together
            for part in [[one] for one in tried] if apart else [tried]:
                pages = [one.page for one in part]
                progress.step(f"preparing {name}", tried.index(part[0]) + 1, len(tried))
                prepared = chosen_method.prepare(order.bench.of(name), direction, pages)
                yield _Attempt(direction, name, part, prepared)


def _ways(
    name: str, order: Evaluation, trials: Mapping[Direction, Sequence[Trial]]
) -> list[Direction]:
    """The directions that a method knows: of a recording, those that it has answers for."""
    if not order.bench.method(name).one_way:
        return list(trials)
    forward = [direction for direction in trials if not direction.reverse]
    known = order.bench.recordings.get(name, {})
    spoken = [
        direction
        for direction, tried in trials.items()
        if any(key(source) in known for one in tried for source in one.sources)
    ]
    return spoken or forward


def _allow(attempts: Sequence[_Attempt], order: Evaluation, progress: Progress) -> None:
    """Says what it will cost at most, and sees to it; raises UsageError above the cap of the settings."""
    paid = [attempt for attempt in attempts if order.bench.method(attempt.method).engine.paid]
    amazon = order.bench.amazon
    if paid and amazon is not None:
        sent = sum(attempt.characters for attempt in paid)
        amazon.service.allow(sent)
        amazon.service.account.quoted = sent
        plain = sum(attempt.characters for attempt in paid if attempt.prepared.lesson is None)
        prices = amazon.service.engine
        cost = (plain * prices.standard_price + (sent - plain) * prices.price) / 1e6
        progress.say(f"{counted(sent, 'character')} for Amazon Translate, at most ${cost:.2f}")


# A method of which less came back says nothing.
_LEAST_ANSWERED = 0.8


def _require_answers(
    attempts: Sequence[_Attempt], replies: Sequence[Sequence[Reply]], bench: Bench
) -> None:
    """Raises AmtsError when a method that is paid has too few answers to score, or a recording none."""
    for name in dict.fromkeys(attempt.method for attempt in attempts):
        pairs = zip(attempts, replies, strict=True)
        mine = [reply for attempt, found in pairs if attempt.method == name for reply in found]
        count = sum(isinstance(reply, Answer) for reply in mine)
        engine = bench.method(name).engine
        least = _LEAST_ANSWERED * len(mine) if engine.paid else engine.knows == "a recording"
        if count < least:
            why = next((f": {it.reason}" for it in mine if isinstance(it, Failure)), "")
            raise AmtsError(
                f"{name}: only {count:,} of {len(mine):,} texts have an answer, too few for a score{why}\n"
                "what came back is kept and not paid again: look at amts-bot jobs list"
                if engine.paid
                else f"{name}: none of {len(mine):,} texts has an answer, so there is nothing to score"
            )


def _tidy(attempts: Sequence[_Attempt], progress: Progress) -> None:
    """Takes away what the methods made at Amazon Translate, and what their jobs left in the bucket."""
    for attempt in attempts:
        if gone := tidy(attempt.prepared.engine):
            progress.say(f"deleted: {gone}; the answers stay in the ledger")


def _asked(
    attempts: Sequence[_Attempt], progress: Progress, clock: Clock, wait: float
) -> list[Sequence[Reply]] | Pending:
    """The replies to every attempt, once all of them are there."""
    deadline, pause = clock.monotonic() + wait, _FIRST_PAUSE
    replies: dict[int, Sequence[Reply]] = {}
    while True:
        waiting: list[Pending] = []
        for number, attempt in enumerate(attempts):
            if number not in replies:
                progress.step(f"{attempt}", number + 1, len(attempts))
                engine = attempt.prepared.engine
                found = engine.translate(attempt.requests, attempt.direction.target)
                if isinstance(found, Pending):
                    waiting.append(found)
                else:
                    replies[number] = found
        left = deadline - clock.monotonic()
        if not waiting:
            return [replies[number] for number in range(len(attempts))]
        if left <= 0:
            jobs = tuple(job for pending in waiting for job in pending.jobs)
            return Pending(
                jobs, f"{len(waiting)} of {len(attempts)} are not done. {waiting[0].message}"
            )
        progress.say(f"{len(waiting)} of {len(attempts)} batch jobs are at work")
        clock.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _scored(
    order: Evaluation,
    trials: Mapping[Direction, Sequence[Trial]],
    results: Sequence[tuple[_Attempt, Sequence[Reply]]],
    progress: Progress,
) -> EvaluationReport:
    counted: dict[Direction, dict[str, dict[str, dict[str, Statistics]]]] = {}
    notes = [*_about_pages(trials), *_about_lessons(results), *_about_answers(results)]
    for number, (attempt, replies) in enumerate(results, 1):
        progress.step(f"scoring {attempt}", number, len(results))
        target, texts = attempt.direction.target, _texts(attempt, replies)
        by_method = counted.setdefault(attempt.direction, {}).setdefault(attempt.method, {})
        for tried in attempt.trials:
            paragraphs = judged(tried, texts, target)
            notes += _doubts(tried, attempt.method, paragraphs)
            tokenizer = _tokenizer(attempt.direction, order)
            by_method[tried.page] = statistics(paragraphs, tokenizer)
    found = [row for direction, counts in counted.items() for row in rows(str(direction), counts)]
    return EvaluationReport(tuple(found), tuple(notes))


def _trials(order: Evaluation, direction: Direction) -> list[Trial]:
    unreviewed = {page.path: page.unreviewed for page in order.bench.book.pages}
    found = [
        trial(
            page,
            order.bench.aligned.alignment(page),
            order.bench.language,
            unreviewed[page],
            reverse=direction.reverse,
        )
        for page in order.pages
    ]
    for tried in found:
        if not tried.units:
            raise UsageError(
                f"{tried.page}: no paragraph of it has a reviewed translation, so there is nothing to "
                "score against: leave it out"
            )
    return found


def _texts(attempt: _Attempt, replies: Sequence[Reply]) -> dict[str, str]:
    """The answers by source text, also those that the bot would not write: it is the method that is scored."""
    return {
        request.source: reply.target
        for request, reply in zip(attempt.requests, replies, strict=True)
        if isinstance(reply, Answer)
    }


def _tokenizer(direction: Direction, order: Evaluation) -> str:
    own = "" if direction.reverse else order.tokenizer
    return own or language_row(direction.target).bleu_tokenizer


# A reference that a method gives back nearly word for word is most likely its own output.
_SUSPICIOUSLY_EQUAL = 0.95


def _doubts(tried: Trial, name: str, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    equal = share_equal(paragraphs)
    if equal > _SUSPICIOUSLY_EQUAL:
        yield (
            f"{tried.page}: {equal:.0%} of its paragraphs are what {name} gives: the reference may be the "
            "machine's own output, and the score says nothing"
        )


def _about_pages(trials: Mapping[Direction, Sequence[Trial]]) -> Iterator[str]:
    for direction, pages in trials.items():
        units, left_out = sum(len(p.units) for p in pages), sum(p.left_out for p in pages)
        yield (
            f"{direction}: {counted(units, 'paragraph')} of {counted(len(pages), 'page')}; "
            f"{counted(left_out, 'more is', 'more are')} left out: "
            "they have no counterpart, or none that is translated and reviewed"
        )


def _about_lessons(results: Sequence[tuple[_Attempt, Sequence[Reply]]]) -> Iterator[str]:
    """The leakage check: nothing under test may be among what a method learnt."""
    lessons: dict[str, list[Lesson]] = {}
    for attempt, _ in results:
        if attempt.prepared.lesson is not None:
            name = f"{attempt.method}, {attempt.direction}"
            lessons.setdefault(name, []).append(attempt.prepared.lesson)
    for name, found in lessons.items():
        sizes = sorted(lesson.pairs for lesson in found)
        yield (
            f"{name}: learnt from {sizes[0]:,} to {sizes[-1]:,} pairs; {sum(it.left_out for it in found):,} "
            "were left out because they repeat a sentence under test, exactly or nearly; leakage check: "
            f"{sum(it.leaked for it in found)} pairs with such a sentence are left"
        )


def _about_answers(results: Sequence[tuple[_Attempt, Sequence[Reply]]]) -> Iterator[str]:
    for name in dict.fromkeys(attempt.method for attempt, _ in results):
        mine = [r for attempt, replies in results if attempt.method == name for r in replies]
        lost = sum(not isinstance(reply, Answer) for reply in mine)
        if lost:
            yield f"{name}: {lost:,} of {len(mine):,} texts have no answer; they count untranslated"
        damaged = sum(isinstance(reply, Answer) and bool(reply.damage) for reply in mine)
        if damaged:
            yield (
                f"{name}: {counted(damaged, 'answer')} lost or changed code, a formula or a reference, and the "
                "bot would not write them; they count as they came"
            )
