"""How well each method translates pages that people have translated already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

from amts_bot.engines import Memory, Nothing, Recorded
from amts_bot.errors import UsageError
from amts_bot.library import Library, Reviewed
from amts_bot.model import Answer, Pending, Reply, Request
from amts_bot.ports import Clock, Engine, Progress
from amts_bot.text import memory
from amts_bot.text.comparison import Paragraph
from amts_bot.text.evaluation import Trial, judged, same, statistics, trial, turned
from amts_bot.text.evaluation_report import EvaluationReport, rows
from amts_bot.text.languages import language as language_row
from amts_bot.text.plan import Alignment, align, block_pairs
from amts_bot.text.revision import frame
from amts_bot.text.scores import Statistics


@dataclass(frozen=True, slots=True)
class Direction:
    """One way between the two languages of a book; `reverse` goes back to English."""

    source: str
    target: str
    reverse: bool = False

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def of(self, alignment: Alignment) -> Alignment:
        """An alignment of an English page with its translation, in this direction."""
        return turned(alignment) if self.reverse else alignment


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What to evaluate. `machine` has pages as a machine wrote them, by page, for method `recorded`;
    `recording` the pairs of `recorded:FILE`; `unreviewed` hashes of target sentences by page."""

    book: Library
    language: str
    pages: Sequence[str]
    methods: Sequence[str] = ("memory",)
    directions: Sequence[Direction] = ()
    tokenizer: str = ""
    machine: Mapping[str, str] = field(default_factory=dict)
    recording: Mapping[str, str] = field(default_factory=dict)
    unreviewed: Mapping[str, frozenset[str]] = field(default_factory=dict)


def of_folders(folders: Mapping[str, Mapping[str, str]], language: str) -> Evaluation:
    """Pages that stand in folders of their own, {source,human}.md and perhaps machine.md."""
    missing = [name for name, texts in folders.items() if "human.md" not in texts]
    if missing:
        raise UsageError(
            f"{missing[0]}: no human.md, so there is nothing to score against: leave the folder out"
        )
    pages = {name.replace("__", "/"): texts for name, texts in folders.items()}
    book = Library({n: Reviewed(t["source.md"], t["human.md"]) for n, t in pages.items()})
    machine = {n: t["machine.md"] for n, t in pages.items() if "machine.md" in t}
    return Evaluation(book, language, tuple(pages), machine=machine)


_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 60.0  # seconds between looks at the batch jobs


def chosen(pages: Iterable[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """The pages that match any of the patterns (.gitignore syntax); all of them when there is none."""
    spec = GitIgnoreSpec.from_lines(patterns)
    found = tuple(page for page in pages if not patterns or spec.match_file(page))
    if not found:
        raise UsageError(f"no page matches {', '.join(patterns)}")
    return found


def directions(language: str, which: str) -> list[Direction]:
    """`forward` from English, `reverse` to it, `both`."""
    forward, back = Direction("en", language), Direction(language, "en", reverse=True)
    return {"forward": [forward], "reverse": [back], "both": [forward, back]}[which]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One method on one page, which what it learnt from does not hold."""

    direction: Direction
    method: str
    trial: Trial
    engine: Engine

    @property
    def requests(self) -> list[Request]:
        """Each source text once."""
        sources = dict.fromkeys(self.trial.sources)
        return [Request(source, page=self.trial.page) for source in sources]


def evaluate(
    order: Evaluation, progress: Progress, clock: Clock, wait: float = 0.0
) -> EvaluationReport | Pending:
    """Scores every method on every page, in every direction.

    Methods that run batch jobs run them side by side; Pending when one is not done after `wait` seconds,
    and the same evaluation later collects them. Raises UsageError for an unknown method, and for a page
    that has no reference.
    """
    trials = {direction: _trials(order, direction) for direction in order.directions}
    attempts = list(_attempts(order, trials))
    replies = _asked(attempts, progress, clock, wait)
    if isinstance(replies, Pending):
        return replies
    return _scored(order, trials, list(zip(attempts, replies, strict=True)), progress)


def _attempts(order: Evaluation, trials: Mapping[Direction, Sequence[Trial]]) -> Iterator[_Attempt]:
    for direction, pages in trials.items():
        for method in order.methods:
            make = METHODS[_kind(method)]
            if not (direction.reverse and _kind(method) in _ONE_WAY):
                for page in pages:
                    yield _Attempt(direction, method, page, make(order, direction, page))


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
                progress.step(f"{attempt.method}: {attempt.trial.page}", number + 1, len(attempts))
                found = attempt.engine.translate(attempt.requests, attempt.direction.target)
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
    notes = [*_about_pages(trials), *_about_answers(results)]
    for number, (attempt, replies) in enumerate(results, 1):
        progress.step(f"scoring {attempt.trial.page}", number, len(results))
        paragraphs = judged(attempt.trial, _texts(attempt, replies), attempt.direction.target)
        notes += _doubts(attempt, paragraphs)
        by_method = counted.setdefault(attempt.direction, {}).setdefault(attempt.method, {})
        by_method[attempt.trial.page] = statistics(paragraphs, _tokenizer(attempt, order))
    found = [row for direction, counts in counted.items() for row in rows(str(direction), counts)]
    return EvaluationReport(tuple(found), tuple(notes))


def _kind(method: str) -> str:
    kind = method.partition(":")[0]
    if kind not in METHODS:
        raise UsageError(f"unknown method {method!r}: choose of {', '.join(METHODS)}")
    return kind


def _trials(order: Evaluation, direction: Direction) -> list[Trial]:
    found = [
        trial(
            page,
            direction.of(order.book.alignment(page)),
            direction.target,
            order.unreviewed.get(page, frozenset()),
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


def _tokenizer(attempt: _Attempt, order: Evaluation) -> str:
    own = "" if attempt.direction.reverse else order.tokenizer
    return own or language_row(attempt.direction.target).bleu_tokenizer


# A reference that a method gives back nearly word for word is most likely its own output.
_SUSPICIOUSLY_EQUAL = 0.95


def _doubts(attempt: _Attempt, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    equal = same(paragraphs)
    if equal > _SUSPICIOUSLY_EQUAL:
        yield (
            f"{attempt.trial.page}: {equal:.0%} of its paragraphs are what {attempt.method} gives: the "
            "reference may be the machine's own output, and the score says nothing"
        )


def _about_pages(trials: Mapping[Direction, Sequence[Trial]]) -> Iterator[str]:
    for direction, pages in trials.items():
        units, left_out = sum(len(p.units) for p in pages), sum(p.left_out for p in pages)
        yield (
            f"{direction}: {units:,} paragraphs of {len(pages)} pages; {left_out} more are left out: "
            "they have no counterpart, or none that is translated and reviewed"
        )


def _about_answers(results: Sequence[tuple[_Attempt, Sequence[Reply]]]) -> Iterator[str]:
    for method in dict.fromkeys(attempt.method for attempt, _ in results):
        mine = [
            reply for attempt, replies in results if attempt.method == method for reply in replies
        ]
        lost = sum(not isinstance(reply, Answer) for reply in mine)
        if lost:
            yield f"{method}: {lost:,} of {len(mine):,} texts have no answer; they count untranslated"
        damaged = sum(isinstance(reply, Answer) and bool(reply.damage) for reply in mine)
        if damaged:
            yield (
                f"{method}: {damaged:,} answers lost or changed code, a formula or a reference, and the "
                "bot would not write them; they count as they came"
            )


# ------------------------------------------------------------------ methods


def _memory(order: Evaluation, direction: Direction, page: Trial) -> Engine:
    """What the rest of the book says: the page itself is left out."""
    others = order.book.without(page.page)

    def book(texts: Iterable[str]) -> Iterator[Alignment]:
        # The library looks texts up in the English.
        found = map(others.alignment, others.pages) if direction.reverse else others.holding(texts)
        return map(direction.of, found)

    return Memory(book)


def _recorded(order: Evaluation, direction: Direction, page: Trial) -> Engine:
    """The page as a machine wrote it, or the pairs of a recording."""
    if page.page not in order.machine:
        if not order.recording:
            raise UsageError(
                f"{page.page}: method recorded needs machine.md beside it, or recorded:FILE"
            )
        return Recorded(dict(order.recording))
    source = order.book.pages[page.page].source
    blocks = block_pairs(align(source, order.machine[page.page]))
    return Recorded({memory.key(frame(s).body): frame(t).body for s, t in blocks.items()})


def _none(_order: Evaluation, _direction: Direction, _page: Trial) -> Engine:
    return Nothing()


METHODS: dict[str, Callable[[Evaluation, Direction, Trial], Engine]] = {
    "none": _none,
    "memory": _memory,
    "recorded": _recorded,
}
_ONE_WAY = frozenset({"recorded"})  # what was recorded is from English
