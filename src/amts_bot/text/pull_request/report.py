"""What a run did, as numbers, as JSON, and as lines for a terminal and a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from amts_bot.model import Annotation, Learnt, counted
from amts_bot.text.columns import PAPER, Screen, Style, aligned
from amts_bot.text.markdown.line_numbers import line_number
from amts_bot.text.merge.entries import ACTIONS, NO_LABEL
from amts_bot.text.pull_request.results import PageResult, Quote, Share


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A whole run for one language. `old` and `new` are English commits; `planned` marks a dry run."""

    language: str
    old: str
    new: str
    pages: tuple[PageResult, ...]
    held_assets: tuple[str, ...]
    quote: Quote
    notes: tuple[str, ...] = ()
    planned: bool = False
    pending: str = ""  # a batch job is still at work: what to do
    overdue: bool = False  # it has been for so long that a person should look at it
    compare: str = ""  # address of the English changes, where there is one
    pages_at: str = ""  # address below which the target pages of the branch are, where there is one
    quality: str = ""  # a line of Markdown on how good the engine is
    queued: tuple[
        str, ...
    ] = ()  # target pages that wait for the next pull request, next ones first
    share: Share | None = None  # how much of the book is in step, where that is known
    speaks: str = ""  # language that people are spoken to in; "" for the book's own
    learnt: tuple[
        Learnt, ...
    ] = ()  # corrections that are made in machine text, the most frequent first
    review_at: str = ""  # address of the review page, or of the run that has it, where there is one

    @property
    def totals(self) -> dict[str, int]:
        """Units per action over all pages, and the English characters left to translate."""
        counts: Counter[str] = Counter()
        for result in self.pages:
            counts.update(result.outcome.totals)
        return {name: counts[name] for name in (*ACTIONS, "characters")}

    @property
    def spoken(self) -> str:
        """The language that people are spoken to in, where there is a catalogue of it."""
        return self.speaks or self.language

    @property
    def failed(self) -> tuple[PageResult, ...]:
        return tuple(result for result in self.pages if result.status == "failed")

    @property
    def trouble(self) -> str:
        """What a person has to look at before the next run does better, "" where all is well."""
        pages = [f"{page.target}: {page.message}" for page in self.failed]
        return "\n".join([*([self.pending] if self.overdue else []), *pages])

    def as_json(self) -> dict[str, Any]:
        """The run as data; each page's part is its merge report."""
        return {name: [*it] if name == "pages" else it for name, it in self.as_stream().items()}

    def as_stream(self) -> dict[str, Any]:
        """The same with an iterator for the pages: the data of a book are many times its text."""
        return {
            "language": self.language,
            "source": {"old": self.old, "new": self.new},
            "planned": self.planned,
            **({"pending": self.pending} if self.pending else {}),
            **({"quality": self.quality} if self.quality else {}),
            "pages": map(_page_json, self.pages),
            "held_assets": list(self.held_assets),
            "queued": list(self.queued),
            "notes": list(self.notes),
            **({"learnt": [asdict(it) for it in self.learnt]} if self.learnt else {}),
            "totals": self.totals | {"pages": len(self.pages), "failed_pages": len(self.failed)},
        }

    def commit_message(self) -> str:
        """Subject and body of the commit."""
        if self.pending:
            return (
                f"Remember the translation of {self.language} that is at work\n\n{self.pending}\n"
            )
        sums = self.totals
        counts = [f"{sums[action]} {action}" for action in ACTIONS if sums[action]]
        lines = [f"{result.became}: {result.target}" for result in self.pages]
        return "\n".join(
            [
                f"Sync {self.language} with English {self.new[:10]}",
                "",
                f"Units: {', '.join(counts) or 'none'}",
                "",
                *lines,
            ]
        )

    def table(self, screen: Screen = PAPER) -> str:
        """The run for people: a line a page, and the sums.

        An action that no unit had is left out.
        """
        sums = self.totals
        shown = [action for action in ACTIONS if sums[action]]
        rows = [("page", "what", *shown)]
        for result in self.pages:
            totals = result.outcome.totals
            rows.append((result.target, result.became, *(str(totals[a] or "") for a in shown)))
        rows.append(("sum", "", *(str(sums[a]) for a in shown)))
        lines = aligned(rows, right=range(2, len(rows[0])), within=screen.columns)
        problems = [
            f"{screen.painted(f'{r.status}:', _style(r))} {r.target}: {r.message}"
            for r in self.pages
            if r.message
        ]
        problems += [f"{r.target}: {NO_LABEL}: {label}" for r in self.pages for label in r.lacking]
        problems += [f"{screen.painted('held:', 'doubtful')} {it}" for it in self.held_assets]
        problems += [f"queued: {target}" for target in self.queued]
        problems += _learnt(self.learnt)
        problems += [*self.notes, *filter(None, [self.pending])]
        return screen.folded("\n".join([*lines, *problems, f"to translate: {self.quote}"]))

    def annotations(self) -> tuple[Annotation, ...]:
        """Marks for the log of the run: what failed is an error, what was held a warning."""
        return tuple(found for result in self.pages for found in _annotations(result))


def _style(result: PageResult) -> Style:
    return "bad" if result.status == "failed" else "doubtful"


_MOST_LEARNT = 20  # lines of a terminal


def _learnt(found: Sequence[Learnt]) -> Iterator[str]:
    for it in found[:_MOST_LEARNT]:
        yield f"learnt from review: {it}, seen {counted(it.times, 'time')}"
    if len(found) > _MOST_LEARNT:
        yield f"learnt from review: {len(found) - _MOST_LEARNT} more, in the report"


def _page_json(result: PageResult) -> dict[str, Any]:
    row: dict[str, Any] = {
        "target": result.target,
        "source_old": result.source_old,
        "source_new": result.source_new,
        "status": result.status,
    }
    if result.message:
        row["message"] = result.message
    return row | result.outcome.report()


def _annotations(result: PageResult) -> Iterator[Annotation]:
    outcome = result.outcome
    if result.message:
        level: Literal["error", "warning"] = "error" if result.status == "failed" else "warning"
        yield Annotation(
            level=level,
            path=result.target,
            line=0,
            title=f"page {result.status}",
            message=result.message,
        )
        return
    for entry in outcome.entries if outcome else ():
        if entry.action in ("hold", "fail"):
            line = line_number(outcome.text, entry.target_new[0]) if entry.target_new else 0
            level = "error" if entry.action == "fail" else "warning"
            yield Annotation(
                level=level,
                path=result.target,
                line=line,
                title=f"{entry.kind} {entry.action}",
                message=entry.reason,
            )
