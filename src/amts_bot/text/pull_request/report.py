"""What a run did, as numbers, as JSON, and as the pull request that people read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from amts_bot.model import LEAVES, PROSE, Annotation, PageStatus, Range
from amts_bot.text.merge.outcome import (
    ACTIONS,
    Entry,
    Outcome,
    SentenceDraft,
)
from amts_bot.text.pull_request.quoting import (
    cell,
    code,
    counted,
    flow,
    inline,
    line_diff,
    preformatted,
    word_diff,
)
from amts_bot.text.review_state import unit_hash

# GitHub refuses bodies above 65,536 characters and summaries above 1 MiB; what does not fit is in the report.
_MOST_CHARACTERS = 59_500
_MOST_CHECKLIST = 36_000
_MOST_QUEUE = 6_000
_MOST_WARNINGS = 12_000
_MOST_SUMMARY = 300_000
_MOST_NAMED = 20  # pages with one warning
_TO_READ = frozenset({"translate", "hold", "fail"})
_SMALL = frozenset({"carry", "merge"})
_SHOWN = _TO_READ | _SMALL | {"drop"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What became of one page. `message` says why it was held or failed."""

    target: str
    source_old: str
    source_new: str
    status: PageStatus
    outcome: Outcome
    message: str = ""
    english_old: str = ""  # the texts that the ranges of its entries count in
    target_old: str = ""

    @property
    def done(self) -> bool:
        """It was written; a page that was held or failed stands as it was."""
        return self.status not in ("held", "failed")


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters to translate, and the price of it. Prices are US dollars per million characters."""

    characters: int
    price: float
    standard_price: float

    def __str__(self) -> str:
        custom, standard = (self.characters * p / 1e6 for p in (self.price, self.standard_price))
        return f"{self.characters:,} characters: ${custom:.2f} with parallel data, ${standard:.2f} without"


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
    queued: tuple[str, ...] = ()  # target pages that wait for the next pull request

    @property
    def totals(self) -> dict[str, int]:
        """Units per action over all pages, and the English characters left to translate."""
        counts: Counter[str] = Counter()
        for result in self.pages:
            counts.update(result.outcome.totals)
        return {name: counts[name] for name in (*ACTIONS, "characters")}

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
        return {
            "language": self.language,
            "source": {"old": self.old, "new": self.new},
            "planned": self.planned,
            **({"pending": self.pending} if self.pending else {}),
            **({"quality": self.quality} if self.quality else {}),
            "pages": [_page_json(result) for result in self.pages],
            "held_assets": list(self.held_assets),
            "queued": list(self.queued),
            "notes": list(self.notes),
            "totals": self.totals | {"pages": len(self.pages), "failed_pages": len(self.failed)},
        }

    def commit_message(self) -> str:
        """Subject and body of the commit."""
        if self.pending:
            return (
                f"Remember the translation of {self.language} that is at work\n\n{self.pending}\n"
            )
        totals = self.totals
        lines = [f"{result.status}: {result.target}" for result in self.pages]
        return "\n".join(
            [
                f"Sync {self.language} with English {self.new[:10]}",
                "",
                f"{totals['keep']} units kept, {totals['carry'] + totals['move'] + totals['merge']} carried, "
                f"{totals['translate']} to translate or review, {totals['hold']} held",
                "",
                *lines,
            ]
        )

    def title(self) -> str:
        """The pull request's title: "[sync] tr: 12 units to read, English 1a2b3c4d5e"."""
        read = sum(len(_actions(result, _TO_READ)) for result in self.pages if result.done)
        what = f"{counted(read, 'unit')} to read" if read else "nothing to read"
        return f"[sync] {self.language}: {what}, English {self.new[:10]}"

    def table(self) -> str:
        """The run for a terminal: a line a page, and the sums."""
        rows = [("page", "what", *ACTIONS)]
        for result in self.pages:
            totals = result.outcome.totals
            rows.append((result.target, result.status, *(str(totals[a] or "") for a in ACTIONS)))
        rows.append(("sum", "", *(str(self.totals[a]) for a in ACTIONS)))
        wide = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(w) if k < 2 else cell.rjust(w)
                for k, (cell, w) in enumerate(zip(row, wide, strict=True))
            )
            for row in rows
        ]
        problems = [f"{r.status}: {r.target}: {r.message}" for r in self.pages if r.message]
        problems += [f"held: {note}" for note in self.held_assets]
        problems += [f"queued: {target}" for target in self.queued]
        problems += [*self.notes, *filter(None, [self.pending])]
        return "\n".join([*lines, *problems, f"to translate: {self.quote}"])

    def annotations(self) -> tuple[Annotation, ...]:
        """Marks for the log of the run: what failed is an error, what was held a warning."""
        return tuple(found for result in self.pages for found in _annotations(result))

    def summary(self, url: str = "") -> str:
        """The run for the page of its job: what the pull request shows, and what did not fit there."""
        link = f"Pull request: {url}\n\n" if url else ""
        parts = [*_head(self), link, _warnings(self), _table(self), _queue(self.queued)]
        parts.append(f"To translate: {self.quote}\n\n")
        return "".join([*parts, _folds(self.pages, _SHOWN, _MOST_SUMMARY)[0]])

    def body(self, head: str = "", before: str = "") -> str:
        """The pull request body: Markdown, below GitHub's limit, everything from the books quoted.

        `head` is the commit it speaks of. Pages that people ticked in the body `before` stay ticked where
        nothing about them changed.
        """
        parts = (*_head(self), _warnings(self), _checklist(self, _MOST_CHECKLIST))
        start = "".join([*parts, _queue(self.queued)])
        end = f"{_HOW_TO_REVIEW}\nTo translate: {self.quote}\n{_metadata(self, head)}"
        left = _MOST_CHARACTERS - len(start) - len(end)
        folds, missing = _folds(self.pages, _SHOWN, left)
        if missing:  # what was carried over mechanically gives way first
            folds, _ = _folds(self.pages, _SHOWN - _SMALL, left)
        return f"{_ticked(start, before)}{folds}{end}"


_HOW_TO_REVIEW = """
### How to review

- Open a page below the list: the English with its changes, the translation as it was, and as it is now.
- Edit the pages on this branch as you like, here or in a clone. What you write stays; the bot only adds commits, and
  comments where it would have written something else.
- English that still stands in a page waits for your translation.
- `/amts status` in a comment tells how things stand; `/amts keep`, `hold` and `retranslate` take a page, or a unit
  by the code beside it.
- Squash, merge or rebase, all are safe: the state travels in `amts/`.
"""

_METADATA = re.compile(r"<!-- amts-bot (\{.*\}) -->")


def _metadata(report: RunReport, head: str) -> str:
    """A block for machines, hidden from people. Keys are only ever added; `version` says which may be there."""
    data = {
        "version": 1,
        "language": report.language,
        "base": report.old,
        "english": report.new,
        "head": head,
        "units": {action: report.totals[action] for action in ACTIONS},
    }
    return f"\n<!-- amts-bot {json.dumps(data)} -->\n"


def metadata(body: str) -> dict[str, Any]:
    """The hidden block of a pull request body; empty where somebody wrote it over or broke it."""
    found = _METADATA.findall(body)
    try:
        data = json.loads(found[-1]) if found else {}
    except ValueError:
        return {}
    return data if data.get("version") == 1 else {}


def _ticked(text: str, before: str) -> str:
    """The checklist with the ticks that people set in the old body, on lines that are the same."""
    done = {line[6:] for line in before.splitlines() if line.startswith(("- [x] ", "- [X] "))}
    lines = [
        f"- [x] {line[6:]}" if line.startswith("- [ ] ") and line[6:].rstrip("\n") in done else line
        for line in text.splitlines(keepends=True)
    ]
    return "".join(lines)


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
            line = outcome.text.count("\n", 0, entry.target_new[0]) + 1 if entry.target_new else 0
            level = "error" if entry.action == "fail" else "warning"
            yield Annotation(
                level=level,
                path=result.target,
                line=line,
                title=f"{entry.kind} {entry.action}",
                message=entry.reason,
            )


def _head(report: RunReport) -> Iterator[str]:
    span = f"{report.old[:10]} → {report.new[:10]}"
    if report.compare:
        span = f"[{span}]({report.compare})"
    yield f"## English {span}: `{report.language}`\n\n"
    yield f"**{_to_do(report)}**\n\n"
    if not report.planned:
        yield "**0 reviewed units touched outside the English changes** "
        yield "(checked for every page before it was written)\n\n"
    if unasked := sum(result.outcome.unasked for result in report.pages if result.done):
        words = counted(unasked, "changed English word")
        yield f"**{words} in markup that nobody could read**: no unit stands for them\n\n"
    totals = report.totals
    counts = " · ".join(f"{totals[action]} {action}" for action in ACTIONS if totals[action])
    units = counted(sum(totals[action] for action in ACTIONS), "unit")
    yield f"{counted(len(report.pages), 'page')} · {units}: {counts or 'nothing to do'}\n\n"
    if report.quality:
        yield f"{report.quality}\n\n"


def _to_do(report: RunReport) -> str:
    """What is left for people, so that they know whether it fits into their evening."""
    done = [result for result in report.pages if result.done]
    read = [_actions(result, _TO_READ) for result in done]
    words = sum(_words(entry) for entries in read for entry in entries)
    small = sum(len(_actions(result, _SMALL)) for result in done)
    parts = []
    if any(read):
        pages = counted(sum(map(bool, read)), "page")
        parts.append(f"{counted(sum(map(len, read)), 'unit')} to read on {pages}, {words:,} words")
    if len(done) < len(report.pages):
        parts.append(f"{counted(len(report.pages) - len(done), 'page')} to decide on")
    if small:
        parts.append(f"{counted(small, 'small edit')} to glance at")
    return " · ".join(parts) or "Nothing to read"


def _actions(result: PageResult, actions: Collection[str]) -> list[Entry]:
    return [entry for entry in result.outcome.entries if entry.action in actions]


def _words(entry: Entry) -> int:
    """The English words of what changed in a unit: its sentences, where they are known."""
    changed = [*(draft.source for draft in entry.drafts), *entry.translate] or [entry.source]
    return sum(len(text.split()) for text in changed)


def _name(result: PageResult, report: RunReport) -> str:
    """The path of a target page, with a link to it where people edit it."""
    if not report.pages_at or result.status == "removed":
        return code(result.target)
    return f"[{code(result.target)}]({report.pages_at}/{quote(result.target)})"


def _warnings(report: RunReport) -> str:
    found = [inline(note) for note in (report.pending, *report.notes) if note]
    found += [f"asset held: {inline(note)}" for note in report.held_assets]
    found += _by_reason(
        (f"page {result.status}: {inline(result.message)}", _name(result, report))
        for result in report.pages
        if not result.done
    )
    found += _by_reason(
        (f"{entry.kind}: {inline(entry.reason)}", _name(result, report))
        for result in report.pages
        if result.done
        for entry in result.outcome.entries
        if entry.action == "hold"
    )
    if not found:
        return ""
    rows = _fitting([f"- {line}\n" for line in found], _MOST_WARNINGS)
    return "".join(["### Please look at\n\n", *rows, "\n"])


def _by_reason(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each reason, with the pages that it holds for."""
    pages: dict[str, Counter[str]] = {}
    for reason, name in found:
        pages.setdefault(reason, Counter())[name] += 1
    for reason, names in pages.items():
        named = [f"{name} ({times}×)" if times > 1 else name for name, times in names.items()]
        more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        yield f"{reason}: {', '.join([*named[:_MOST_NAMED], *more])}"


def _checklist(report: RunReport, most: int) -> str:
    """The pages to read, then, folded, those with small edits alone; what is to be decided stands above."""
    done = [result for result in report.pages if result.done]
    read = [result for result in done if _actions(result, _TO_READ)]
    rest = [result for result in done if not _actions(result, _TO_READ)]
    lines = [*_fitting([f"- [ ] {_page_line(result, report)}\n" for result in read], most)]
    parts = ["### Pages to read\n\n", *lines, "\n"] if read else []
    if rest:
        left = most - sum(map(len, lines))
        rows = _fitting([f"- [ ] {_page_line(result, report)}\n" for result in rest], left)
        title = f"{counted(len(rest), 'page')} with nothing to translate"
        parts += [f"<details><summary>{title}</summary>\n\n", *rows, "\n</details>\n\n"]
    return "".join(parts)


def _queue(queued: Sequence[str]) -> str:
    if not queued:
        return ""
    rows = _fitting([f"- {code(target)}\n" for target in queued], _MOST_QUEUE)
    title = f"{counted(len(queued), 'page')} waiting for the next pull request"
    why = "`[review]` in `amts.toml` says how much one pull request may hold."
    return f"<details><summary>{title}</summary>\n\n{''.join(rows)}\n{why}\n\n</details>\n\n"


def _table(report: RunReport) -> str:
    """The units of every page by what became of them."""
    rows = [
        f"| {_in_table(_name(result, report))} | {result.status} | "
        + " | ".join(str(result.outcome.totals[action] or "") for action in ACTIONS)
        + " |\n"
        for result in report.pages
    ]
    head = f"| page | what | {' | '.join(ACTIONS)} |\n|---|---|{'--:|' * len(ACTIONS)}\n"
    return "".join([head, *_fitting(rows, _MOST_SUMMARY), "\n"]) if rows else ""


def _in_table(markdown: str) -> str:
    return markdown.replace("|", "\\|")


def _page_line(result: PageResult, report: RunReport) -> str:
    read, small = _actions(result, _TO_READ), _actions(result, _SMALL)
    parts = [_name(result, report)]
    parts += {"added": ["new page"], "removed": ["gone"]}.get(result.status, [])
    if result.status == "renamed":
        parts.append(f"was {code(result.source_old)} in English")
    if read:
        parts += [f"{counted(len(read), 'unit')}, {sum(map(_words, read)):,} words"]
    if small:
        parts += [counted(len(small), "small edit")]
    if english := result.outcome.totals["characters"]:
        parts += [f"**{english:,} characters in English**"]
    return " · ".join(parts)


def _fitting(rows: Sequence[str], most: int) -> Iterator[str]:
    """The rows that fit, and a line that counts the others."""
    left = most
    for number, row in enumerate(rows):
        left -= len(row)
        if left < 0:
            yield f"- … and {len(rows) - number} more, in the summary and `report.json` of the run\n"
            return
        yield row


def _folds(pages: Iterable[PageResult], actions: Collection[str], most: int) -> tuple[str, int]:
    """A fold for each page with its changed units, as many as fit, and the number of those that do not."""
    folds, missing = [], 0
    left = most - 200
    for result in pages:
        # A page that came or went is easier to read itself; why one was held or failed is said above.
        if result.status in ("added", "removed") or result.message:
            continue
        shown = [entry for entry in result.outcome.entries if entry.action in actions]
        left -= len(result.target) + 100
        units: list[str] = []
        while left > 0 and len(units) < len(shown):
            units.append(_unit(shown[len(units)], result))
            left -= len(units[-1])
        if left < 0 and units:
            units.pop()
        missing += len(shown) - len(units)
        if units:
            title = f"{cell(result.target)}: {counted(len(shown), 'unit')}"
            folds.append(f"<details><summary>{title}</summary>\n\n{''.join(units)}</details>\n\n")
    if missing:
        more = f"{counted(missing, 'more changed unit')} in the summary and in `report.json` of the run"
        folds.append(f"*{more}.*\n")
    return "".join(folds), missing


def _unit(entry: Entry, result: PageResult) -> str:
    """One unit as people compare it: the English with its changes, the translation before and now."""
    is_code = entry.kind in ("code", "math")
    rows = [*(_code_rows if is_code else _prose_rows)(entry, result)]
    rows += [("conflict", preformatted(conflict)) for conflict in entry.conflicts]
    way = "ltr" if is_code else "auto"  # an Arabic comment turns no program around
    cells = "".join(f'<tr><td>{name}</td><td dir="{way}">{text}</td></tr>' for name, text in rows)
    return f"{_unit_line(entry)}\n\n<table>{cells}</table>\n\n"


def _prose_rows(entry: Entry, result: PageResult) -> Iterator[tuple[str, str]]:
    english, before, now = _texts(entry, result)
    show = flow if entry.kind in PROSE else cell
    if entry.source_new is None:
        yield "English", f"<del>{show(english or entry.source)}</del>"
    else:
        yield "English", word_diff(english, entry.source) if english else show(entry.source)
    if before.strip():
        yield "stays" if before.strip() == now.strip() else "before", show(before)
    if now.strip() not in ("", before.strip()):
        yield "now", show(now)
    if entry.kind == "cell" and entry.target_new:
        yield "its row", show(_line_at(result.outcome.text, entry.target_new))


def _line_at(text: str, place: Range) -> str:
    """The line that a stretch of a page stands in."""
    end = text.find("\n", place[1])
    return text[text.rfind("\n", 0, place[0]) + 1 : end if end >= 0 else len(text)]


def _code_rows(entry: Entry, result: PageResult) -> Iterator[tuple[str, str]]:
    english, before, now = _texts(entry, result)
    yield "English", line_diff(english, entry.source if entry.source_new else "")
    if before.strip() != now.strip():
        yield "here", line_diff(before, now)


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


def _unit_line(entry: Entry) -> str:
    parts = [f"**{entry.kind}** · {entry.action}", inline(entry.reason)]
    parts += sorted({_origin(draft) for draft in entry.drafts})
    parts += [f"{counted(len(entry.translate), 'sentence')} in English"] if entry.translate else []
    return " · ".join([*filter(None, parts), f"`{unit_hash(entry.source)}`"])


def _origin(draft: SentenceDraft) -> str:
    alike = f", {draft.similarity:.0%} alike" if draft.similarity < 1 else ""
    return f"{inline(draft.origin)}{alike}"


def _slice(text: str, place: Range | None) -> str:
    return text[slice(*place)] if place else ""
