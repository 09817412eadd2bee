"""The text of the pull request, and the page of its job: what people read, quoted, in their own language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from amts_bot.text.merge.entries import ACTIONS, NO_LABEL
from amts_bot.text.pull_request.hidden_block import hidden_block
from amts_bot.text.pull_request.quoting import cell, code, inline
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult
from amts_bot.text.pull_request.review import ReviewSheet, same_meaning
from amts_bot.text.pull_request.unit_tables import (
    counted_units,
    edits_shown,
    least_length,
    same_edit_table,
    unit_table,
)
from amts_bot.text.pull_request.units import ASKS, TO_READ, Asks, ReviewUnit
from amts_bot.text.pull_request.wording import Words

# GitHub refuses bodies above 65,536 characters and summaries above 1 MiB.
_MOST_CHARACTERS = 59_500
_MOST_CHECKLIST = 30_000
_MOST_QUEUE = 4_000
_MOST_SAME = 3_000
_MOST_LEARNT = 3_000
_MOST_WARNINGS = 10_000
_MOST_SUMMARY = 300_000
_SMALL: tuple[Asks, ...] = ("glance",)
_ROOM_FOR_NOTE = 300
_LEAST_FOLD = 1_500  # with less room nothing more is tried
_MOST_NOTE = 1_500
_MOST_NAMED = 20  # pages with one warning


def title(shown: ReviewSheet) -> str:
    """The pull request's title: "[sync] tr: 12 units to read, English 1a2b3c4d5e"."""
    report, words = shown.report, shown.words
    read = sum(len(shown.of(page)) for page in report.pages if page.done)
    what = words.count("{n} unit to read", "{n} units to read", read)
    said = what if read else words("nothing to read")
    return f"[sync] {report.language}: {said}, {words('English')} {report.new[:10]}"


def body(shown: ReviewSheet, head: str = "", before: str = "") -> str:
    """The pull request body: Markdown, below GitHub's limit, everything from the books quoted.

    `head` is the commit it speaks of. Pages that people ticked in the body `before` stay ticked where
    nothing about them changed.
    """
    checklist = _ticked(_checklist(shown, _MOST_CHECKLIST), before)
    start = "".join([*_head(shown), _warnings(shown), checklist])
    end = "".join(
        [
            _same_meaning(shown),
            _learnt(shown),
            _queue(shown),
            _how_to(shown),
            _metadata(shown.report, head),
        ]
    )
    return f"{start}{_units(shown, _MOST_CHARACTERS - len(start) - len(end))}{end}"


def summary(shown: ReviewSheet, url: str = "") -> str:
    """The run for the page of its job: what became of every page, in numbers.

    A pull request says all the rest, and its link stands for it; without one it is said here.
    """
    if url:
        link = f"{shown.words('Pull request')}: {url}\n\n"
        return "".join([_heading(shown), link, f"{_counted(shown)}\n\n", _table(shown)])
    return "".join([*_head(shown), _warnings(shown), _table(shown), _price(shown)])


# ------------------------------------------------------------------ for machines, and what people ticked


def _metadata(report: RunReport, head: str) -> str:
    totals = report.totals
    return hidden_block(
        {
            "language": report.language,
            "base": report.old,
            "english": report.new,
            "head": head,
            "units": {action: totals[action] for action in ACTIONS},
        }
    )


def _ticked(text: str, before: str) -> str:
    """The checklist with the ticks that people set in the old body, on lines that are the same."""
    done = {line[6:] for line in before.splitlines() if line.startswith(("- [x] ", "- [X] "))}
    lines = [
        f"- [x] {line[6:]}" if line.startswith("- [ ] ") and line[6:].rstrip("\n") in done else line
        for line in text.splitlines(keepends=True)
    ]
    return "".join(lines)


# ------------------------------------------------------------------ the first lines


def _heading(shown: ReviewSheet) -> str:
    report = shown.report
    span = f"{report.old[:10]} → {report.new[:10]}"
    if report.compare:
        span = f"[{span}]({report.compare})"
    return f"## {shown.words('English')} {span}: `{report.language}`\n\n"


def _head(shown: ReviewSheet) -> Iterator[str]:
    report, words = shown.report, shown.words
    yield _heading(shown)
    yield f"**{_to_do(shown)}**\n\n"
    if report.review_at:
        yield f"[{words('Open the review page')}]({report.review_at})\n\n"
    if not report.planned:
        yield f"**{words('0 reviewed units touched outside the English changes')}** "
        yield f"({words('checked for every page before it was written')})\n\n"
    if unasked := sum(result.outcome.unasked for result in report.pages if result.done):
        lost = words.count("{n} changed English word", "{n} changed English words", unasked)
        yield f"**{lost}** {words('in markup that nobody could read: no unit stands for them')}\n\n"
    yield f"{_counted(shown)}\n\n"
    if report.share:
        yield f"{share_said(shown)}\n\n"
    if report.quality:
        yield f"{report.quality}\n\n"


def _to_do(shown: ReviewSheet) -> str:
    """What is left for people, so that they know whether it fits into their evening."""
    words, done = shown.words, [page for page in shown.report.pages if page.done]
    read = {page.target: shown.of(page) for page in done}
    to_read = [unit for units in read.values() for unit in units]
    parts = []
    if to_read:
        pages = words.count("{n} page", "{n} pages", sum(map(bool, read.values())))
        units = words.count("{n} unit to read", "{n} units to read", len(to_read))
        size = words.count("{n} word", "{n} words", sum(unit.words for unit in to_read))
        parts.append(words("{units} on {pages}, {words}", units=units, pages=pages, words=size))
    if undone := len(shown.report.pages) - len(done):
        parts.append(words.count("{n} page to decide on", "{n} pages to decide on", undone))
    if small := shown.counts["glance"]:
        said = "{n} small edit to glance at", "{n} small edits to glance at"
        parts.append(words.count(*said, small))
    return " · ".join(parts) or words("Nothing to read")


def _counted(shown: ReviewSheet) -> str:
    """Every unit of every page, by what became of it."""
    totals, words = shown.report.totals, shown.words
    counts = " · ".join(f"{totals[action]:,} {action}" for action in ACTIONS if totals[action])
    units = words.count("{n} unit", "{n} units", sum(totals[action] for action in ACTIONS))
    pages = words.count("{n} page", "{n} pages", len(shown.report.pages))
    return f"{pages} · {units}: {counts or words('nothing to do')}"


def share_said(shown: ReviewSheet) -> str:
    """How much of the book is in step, and what waits; "" where nobody counted."""
    share, words = shown.report.share, shown.words
    if share is None or not share.pages:
        return ""
    said = words(
        "{share} of the book is in step with its English once this is merged: {some} of {all} pages",
        share=f"{share.in_step / share.pages:.0%}",
        some=f"{share.in_step:,}",
        all=f"{share.pages:,}",
    )
    if not share.words:
        return said
    return f"{said}; {words.count('{n} word waits', '{n} words wait', share.words)}"


# ------------------------------------------------------------------ warnings


def _warnings(shown: ReviewSheet) -> str:
    report, words = shown.report, shown.words
    notes = map(words.reason, (report.pending, *report.notes))
    found = [inline(note, _MOST_NOTE) for note in notes if note]
    found += [f"{words('asset held')}: {inline(words.reason(it))}" for it in report.held_assets]
    found += _by_reason(
        (
            f"{words(f'page {result.status}')}: {inline(words.reason(result.message))}",
            _name(result, shown),
        )
        for result in report.pages
        if not result.done
    )
    found += _by_reason(
        (f"{words(NO_LABEL)} {code(label)}", _name(result, shown))
        for result in report.pages
        if result.done
        for label in result.lacking
    )
    if not found:
        return ""
    rows = _fitting([f"- {line}\n" for line in found], _MOST_WARNINGS, words)
    return "".join([f"### {words('Please look at')}\n\n", *rows, "\n"])


def _by_reason(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each reason, with the pages that it holds for."""
    pages: dict[str, Counter[str]] = {}
    for reason, name in found:
        pages.setdefault(reason, Counter())[name] += 1
    for reason, names in pages.items():
        named = [f"{name} ({times}×)" if times > 1 else name for name, times in names.items()]
        more = [f"+ {len(named) - _MOST_NAMED}"] if len(named) > _MOST_NAMED else []
        yield f"{reason}: {', '.join([*named[:_MOST_NAMED], *more])}"


# ------------------------------------------------------------------ the pages


def _name(result: PageResult, shown: ReviewSheet) -> str:
    """The path of a target page, with a link to it where people edit it."""
    address = shown.sight.page(result.target)
    if not address or result.status == "removed":
        return code(result.target)
    return f"[{code(result.target)}]({address})"


def _checklist(shown: ReviewSheet, most: int) -> str:
    """The pages to read, then, folded, those with small edits alone; what is to be decided stands above."""
    words = shown.words
    done = [page for page in shown.pages if page.done]
    read = [page for page in done if shown.of(page)]
    rest = [page for page in done if not shown.of(page) and _is_seen(page, shown)]
    lines = [*_fitting([f"- [ ] {_page_line(page, shown)}\n" for page in read], most, words)]
    parts = [f"### {words('Pages to read')}\n\n", *lines, "\n"] if read else []
    if rest:
        left = most - sum(map(len, lines))
        rows = _fitting([f"- [ ] {_page_line(page, shown)}\n" for page in rest], left, words)
        said = "{n} page with nothing to translate", "{n} pages with nothing to translate"
        parts.append(_folded(words.count(*said, len(rest)), "".join(rows)))
    if silent := len(done) - len(read) - len(rest):
        said = "{n} page is in step without a change", "{n} pages are in step without a change"
        parts.append(f"{words.count(*said, silent)}\n\n")
    return "".join(parts)


def _is_seen(page: PageResult, shown: ReviewSheet) -> bool:
    return bool(shown.units[page.target]) or page.status in ("added", "removed", "renamed")


def _folded(heading: str, text: str) -> str:
    return "".join(_folded_parts(heading, [text]))


def _folded_parts(heading: str, parts: Iterable[str]) -> Iterable[str]:
    return chain([f"<details><summary>{heading}</summary>\n\n"], parts, ["\n</details>\n\n"])


def _page_line(page: PageResult, shown: ReviewSheet) -> str:
    words, read, small = shown.words, shown.of(page), shown.of(page, _SMALL)
    parts = [_name(page, shown)]
    parts += {"added": [words("new page")], "removed": [words("gone")]}.get(page.status, [])
    if page.status == "renamed":
        parts.append(words("was {page} in English", page=code(page.source_old)))
    if read:
        size = words.count("{n} word", "{n} words", sum(unit.words for unit in read))
        parts += [f"{words.count('{n} unit', '{n} units', len(read))}, {size}"]
    if small:
        parts += [counted_units("glance", len(small), words)]
    if english := page.outcome.totals["characters"]:
        said = "{n} character in English", "{n} characters in English"
        parts += [f"**{words.count(*said, english)}**"]
    return " · ".join(parts)


def _fitting(rows: Sequence[str], most: int, words: Words) -> Iterator[str]:
    """The rows that fit, and a line that counts the others."""
    left = most
    for number, row in enumerate(rows):
        left -= len(row)
        if left < 0:
            yield f"- … {words('and {n} more, on the review page', n=len(rows) - number)}\n"
            return
        yield row


def _queue(shown: ReviewSheet) -> str:
    queued, words = shown.report.queued, shown.words
    if not queued:
        return ""
    rows = _fitting([f"- {code(target)}\n" for target in queued], _MOST_QUEUE, words)
    said = "{n} page waits for the next pull request", "{n} pages wait for the next pull request"
    why = words("`[review]` in `amts.toml` says how much one pull request may hold.")
    return _folded(words.count(*said, len(queued)), f"{''.join(rows)}\n{why}\n")


def _table(shown: ReviewSheet) -> str:
    """The units of every page by what became of them."""
    words = shown.words
    pages = ((result, result.outcome.totals) for result in shown.report.pages)
    rows = [
        f"| {_in_table(_name(result, shown))} | {words.known(result.became)} | "
        + " | ".join(str(totals[action] or "") for action in ACTIONS)
        + " |\n"
        for result, totals in pages
    ]
    names = " | ".join([words("page"), words("what"), *ACTIONS])
    head = f"| {names} |\n|---|---|{'--:|' * len(ACTIONS)}\n"
    fitting = _fitting(rows, _MOST_SUMMARY, words)
    return "".join([head, *fitting, "\n"]) if rows else ""


def _in_table(markdown: str) -> str:
    return markdown.replace("|", "\\|")


# ------------------------------------------------------------------ the units


def _units(shown: ReviewSheet, most: int) -> str:
    """A fold for each page with its units, as many as fit; what is not to be read gives way first."""
    folds: list[_Fold] = []
    least = 0
    for fold in chain(_folds(shown, ASKS), _groups(shown)):
        folds.append(fold)
        least += fold.least
        if least > most:
            break
    everything = _within(_Fold(chain.from_iterable(fold.parts for fold in folds), least), most)
    return _as_many_as_fit(shown, most - _ROOM_FOR_NOTE) if everything is None else everything


@dataclass(frozen=True, slots=True)
class _Fold:
    """Text in parts that are made when they are taken, and how long it is at `least`."""

    parts: Iterable[str]
    least: int = 0


def _within(fold: _Fold, most: int) -> str | None:
    """The parts as one text; None where it would be longer, and of a whole book the rest is not even made."""
    if fold.least > most:
        return None
    taken, left = [], most
    for part in fold.parts:
        taken.append(part)
        left -= len(part)
        if left < 0:
            return None
    return "".join(taken)


def _as_many_as_fit(shown: ReviewSheet, most: int) -> str:
    taken, left = [], most
    for fold in chain(_folds(shown, TO_READ), _groups(shown)):
        text = _within(fold, left)
        if text is not None:
            taken.append(text)
            left -= len(text)
        if left < _LEAST_FOLD:
            break
    said = shown.words(
        "What did not fit here is on the review page, and on the pages of the branch."
    )
    return "".join([*taken, f"*{said}*\n"])


def _folds(shown: ReviewSheet, asks: Collection[Asks]) -> Iterator[_Fold]:
    """A page that came or went is easier to read itself; why one was held or failed is said above."""
    for page in shown.pages:
        units = [u for u in shown.alone.get(page.target, ()) if u.asks in asks]
        if units:
            yield _fold(page.target, units, shown)


def _fold(target: str, units: Sequence[ReviewUnit], shown: ReviewSheet) -> _Fold:
    words, editor = shown.words, shown.sight.editor(target)
    name = f"{cell(target)}: {words.count('{n} unit', '{n} units', len(units))}"
    edit = f"[{words('Edit this page')}]({editor})\n\n" if editor else ""
    compared = [unit for unit in units if not unit.is_copy]
    tables = (unit_table(unit, shown.sight) for unit in compared)
    parts = _folded_parts(name, chain([edit], tables, [_copies(units, shown)]))
    return _Fold(parts, sum(map(least_length, compared)))


def _copies(units: Sequence[ReviewUnit], shown: ReviewSheet) -> str:
    places = [shown.sight.place(unit) for unit in units if unit.is_copy]
    said = shown.words("new, and the same in every language")
    return f"{said}: {', '.join(places)}\n\n" if places else ""


def _groups(shown: ReviewSheet) -> Iterator[_Fold]:
    for group in shown.groups:
        name = shown.words.count(
            "{n} unit with the same edit", "{n} units with the same edit", len(group.units)
        )
        table = (same_edit_table(it, shown.sight) for it in (group,))
        yield _Fold(_folded_parts(name, table))


def _same_meaning(shown: ReviewSheet) -> str:
    """The edits that nobody is asked about, each with how often it was made."""
    found, words = same_meaning(shown.report), shown.words
    if not found:
        return ""
    rows = [f"- {edits_shown(edits)}: {times}×\n" for edits, times in found.most_common()]
    said = (
        "{n} unit whose English says the same: its translation stands",
        "{n} units whose English says the same: their translations stand",
    )
    return _folded(words.count(*said, found.total()), "".join(_fitting(rows, _MOST_SAME, words)))


def _learnt(shown: ReviewSheet) -> str:
    """What people put right in machine text again and again, which the bot now does for them."""
    found, words = shown.report.learnt, shown.words
    if not found:
        return ""
    rows = [f"- {inline(str(it))}: {it.times}×\n" for it in found]
    said = "{n} correction learnt from review", "{n} corrections learnt from review"
    why = words(
        "The bot makes them in machine text. What should be a term for the machine belongs into the terminology; "
        "`learn-from = 0` of `[review]` in `amts.toml` turns it off."
    )
    fitting = "".join(_fitting(rows, _MOST_LEARNT, words))
    return _folded(words.count(*said, len(found)), f"{fitting}\n{why}\n")


# ------------------------------------------------------------------ the end


def _how_to(shown: ReviewSheet) -> str:
    words = shown.words
    lines = [
        words(
            "Open a page below the list: the English with its changes, the translation as it was, and as it is now."
        ),
        words(
            "Edit the pages on this branch as you like, here or in a clone. What you write stays; the bot only adds "
            "commits, and comments where it would have written something else."
        ),
        words("English that still stands in a page waits for your translation."),
        words(
            "`/amts status` in a comment tells how things stand; `/amts keep`, `hold` and `retranslate` take a page, "
            "or a unit by the code beside it."
        ),
        words("Squash, merge or rebase, all are safe: the state travels in `amts/`."),
    ]
    listed = "".join(f"- {line}\n" for line in lines)
    return f"\n### {words('How to review')}\n\n{listed}{_price(shown)}"


def _price(shown: ReviewSheet) -> str:
    """What the engine was asked, and what that costs; "" where it is free."""
    quote = shown.report.quote
    if quote.costs is None:
        return ""
    dear, cheap = (f"${cost:.2f}" for cost in quote.costs)
    said = (
        "Engine: {n} character: {dear} with parallel data, {cheap} without",
        "Engine: {n} characters: {dear} with parallel data, {cheap} without",
    )
    return f"\n{shown.words.count(*said, quote.characters, dear=dear, cheap=cheap)}\n"
