"""What a run did, as numbers, as JSON, and as the pull request that people read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from amts_bot.model import Annotation
from amts_bot.text.outcome import ACTIONS, Entry, Outcome

PageStatus = Literal["merged", "added", "renamed", "removed", "held", "failed"]

# GitHub refuses bodies above 65,536 characters; what does not fit is in the report file.
_MOST_CHARACTERS = 60_000
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of one page. `message` says why it was held or failed."""

    target: str
    source_old: str
    source_new: str
    status: PageStatus
    outcome: Outcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters to translate, and the price of it. Prices are US dollars per million characters."""

    characters: int
    price: float
    standard_price: float

    def __str__(self) -> str:
        custom, standard = (self.characters * p / 1e6 for p in (self.price, self.standard_price))
        return f"{self.characters:,} characters: ${custom:.2f} with parallel data, ${standard:.2f} without"


@dataclass(frozen=True, slots=True)
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

    def as_json(self) -> dict[str, Any]:
        """The run as data; each page's part is its merge report."""
        return {
            "language": self.language,
            "source": {"old": self.old, "new": self.new},
            "planned": self.planned,
            **({"pending": self.pending} if self.pending else {}),
            "pages": [_page_json(result) for result in self.pages],
            "held_assets": list(self.held_assets),
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
        """The pull request's title: "[sync] tr: 12 units from English 1a2b3c4d5e"."""
        totals = self.totals
        units = sum(totals[action] for action in ACTIONS if action != "keep")
        return f"[sync] {self.language}: {units} units from English {self.new[:10]}"

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
        problems += [*self.notes, *filter(None, [self.pending])]
        return "\n".join([*lines, *problems, f"to translate: {self.quote}"])

    def annotations(self) -> tuple[Annotation, ...]:
        """Marks for the log of the run: what failed is an error, what was held a warning."""
        return tuple(found for result in self.pages for found in _annotations(result))

    def summary(self, url: str = "") -> str:
        """The run for the page of its job: counts, the table of pages, and what to look at."""
        link = f"Pull request: {url}\n\n" if url else ""
        return "".join([*_head(self), link, *_warnings(self), *_table(self.pages)])

    def body(self, head: str = "") -> str:
        """The pull request body: Markdown, below GitHub's limit, everything from the books quoted."""
        parts = [*_head(self), *_warnings(self), *_table(self.pages)]
        left = _MOST_CHARACTERS - sum(map(len, parts)) - 400
        for fold in _folds(self.pages):
            if len(fold) > left:
                parts.append(
                    "\n*More changes than fit here: the rest is in `report.json` of this run.*\n"
                )
                break
            parts.append(fold)
            left -= len(fold)
        return "".join([*parts, _HOW_TO_REVIEW, _metadata(self, head)])


_HOW_TO_REVIEW = """
### How to review

Edit the files on this branch as you like: commits of yours stay, the bot only adds commits. English that
still stands in a page waits for your translation. Squash, merge or rebase: the state travels in `amts.lock`.
"""


_METADATA = re.compile(r"<!-- amts-bot (\{.*\}) -->")


def _metadata(report: RunReport, head: str) -> str:
    """A block for machines, hidden from people. Keys are only ever added; `version` says which may be there."""
    data = {
        "version": 1,
        "language": report.language,
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
        yield Annotation(level, result.target, 0, f"page {result.status}", result.message)
        return
    for entry in outcome.entries if outcome else ():
        if entry.action in ("hold", "fail"):
            line = outcome.text.count("\n", 0, entry.target_new[0]) + 1 if entry.target_new else 0
            level = "error" if entry.action == "fail" else "warning"
            yield Annotation(
                level, result.target, line, f"{entry.kind} {entry.action}", entry.reason
            )


def _head(report: RunReport) -> Iterator[str]:
    totals = report.totals
    counts = " · ".join(f"{totals[action]} {action}" for action in ACTIONS if totals[action])
    yield f"## English {report.old[:10]} → {report.new[:10]}: `{report.language}`\n\n"
    yield f"{len(report.pages)} pages · {sum(totals[a] for a in ACTIONS)} units: {counts or 'nothing to do'}\n\n"
    if not report.planned:
        yield "**0 reviewed units touched outside the English changes** "
        yield "(checked for every page before it was written)\n\n"
    yield f"Sent for translation: {report.quote}; still in English: {totals['characters']:,} characters\n\n"


def _warnings(report: RunReport) -> Iterator[str]:
    found = [*filter(None, [_inline(report.pending)]), *report.notes]
    found += [
        f"{_code(result.target)} {result.status}: {_inline(result.message)}"
        for result in report.pages
        if result.status in ("held", "failed")
    ]
    found += [f"asset held: {_inline(note)}" for note in report.held_assets]
    found += [
        f"{_code(result.target)}: {entry.kind}: {_inline(entry.reason)}"
        for result in report.pages
        if result.outcome.done
        for entry in result.outcome.entries
        if entry.action == "hold"
    ]
    if found:
        yield "### Please look at\n\n"
        yield from (f"- {line}\n" for line in found[:100])
        if len(found) > 100:
            yield f"- … and {len(found) - 100} more in `report.json`\n"
        yield "\n"


def _table(pages: Sequence[PageResult]) -> Iterator[str]:
    if not pages:
        return
    yield "| page | what | keep | carry, move, merge | translate | hold | drop |\n|---|---|--:|--:|--:|--:|--:|\n"
    for result in pages[:300]:
        totals = result.outcome.totals
        carried = totals["carry"] + totals["move"] + totals["merge"]
        row = (totals["keep"], carried, totals["translate"], totals["hold"], totals["drop"])
        yield f"| {_code(result.target)} | {result.status} | {' | '.join(map(str, row))} |\n"
    if len(pages) > 300:
        yield f"| … {len(pages) - 300} more pages | | | | | | |\n"
    yield "\n"


def _folds(pages: Iterable[PageResult]) -> Iterator[str]:
    for result in pages:
        shown = [entry for entry in result.outcome.entries if _is_news(entry)]
        if shown and result.status != "added":
            yield f"<details><summary>{_html(result.target)}: {len(shown)} units</summary>\n\n"
            yield from map(_entry, shown)
            yield "</details>\n\n"


def _is_news(entry: Entry) -> bool:
    return bool(entry.translate or entry.drafts or entry.conflicts) or entry.action in (
        "drop",
        "hold",
    )


def _entry(entry: Entry) -> str:
    lines = [f"**{entry.kind}** · {entry.action} · {_inline(entry.reason)}\n\n"]
    for draft in entry.drafts:
        diff = (
            word_diff(draft.previous_source, draft.source)
            if draft.previous_source
            else draft.source
        )
        lines.append(f"{_inline(draft.origin)}, {draft.similarity:.0%} alike\n\n")
        lines += [fenced(diff), fenced(draft.target)]
    if entry.translate:
        lines += ["still in English\n\n", fenced("\n".join(entry.translate))]
    lines += [fenced(conflict) for conflict in entry.conflicts]
    if entry.action == "drop":
        lines.append(fenced(entry.source.rstrip()))
    return "".join(lines)


def word_diff(old: str, new: str) -> str:
    """Both texts in one: `[-gone-]`, `{+come+}`."""
    a, b = _WORD.findall(" ".join(old.split())), _WORD.findall(" ".join(new.split()))
    out = []
    for tag, i, p, j, q in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            out.append("".join(a[i:p]))
            continue
        gone, come = "".join(a[i:p]), "".join(b[j:q])
        out.append((f"[-{gone}-]" if gone else "") + (f"{{+{come}+}}" if come else ""))
    return "".join(out)


def fenced(text: str) -> str:
    """A code block that nothing inside can close: mentions, HTML and commands in it are plain text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n\n"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39)).replace('|', '/')}`"


def _inline(text: str) -> str:
    """Text from the books inside a line of ours: no HTML, mentions, references or Markdown."""
    flat = _html(" ".join(text.split()))[:300]
    return (
        re.sub(r"([\\`*_\[\]|#@!~$])", r"\\\1", flat)
        .replace("\\@", "@\u200b")
        .replace("\\#", "#\u200b")
    )


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
