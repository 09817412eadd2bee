"""The review page as data: every unit with its differences worked out, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from amts_bot.model import PROSE
from amts_bot.text import scripts
from amts_bot.text.languages import language as language_row
from amts_bot.text.merge.entries import SentenceDraft
from amts_bot.text.pull_request.body import share_said, title
from amts_bot.text.pull_request.marks import Stretch, marked
from amts_bot.text.pull_request.quoting import WordEdit, diff_lines, word_edits
from amts_bot.text.pull_request.results import PageResult
from amts_bot.text.pull_request.review import ReviewSheet
from amts_bot.text.pull_request.unit_tables import COMPARABLE, drafts_edited
from amts_bot.text.pull_request.units import WEAK, ReviewUnit
from amts_bot.text.pull_request.wording import Words, locale

# A stretch of text and the element it stands in: "", "ins", "del", "mark", "i" (dimmed).
Parts = list[tuple[str, str]]


def page_data(sheet: ReviewSheet) -> dict[str, Any]:
    """All that the page shows of a run, its pages one after the other; units that ask nothing and changed nothing are
    left out.
    """
    report = sheet.report
    right = {scripts.ARABIC, scripts.HEBREW} & {*language_row(report.language).scripts}
    return {
        "language": report.language,
        "locale": locale(report.spoken),
        "direction": "rtl" if right else "auto",
        "title": title(sheet),
        "new": report.new,
        "compare": report.compare,
        "share": share_said(sheet),
        "queued": list(report.queued),
        "pages": map(PageRows(sheet), sheet.pages),
        "words": dict(_labels(sheet.words)),
    }


class PageRows:
    """What the review page shows of the pages of a sheet, of one after the other."""

    def __init__(self, sheet: ReviewSheet) -> None:
        self._sheet = sheet
        self._same = {
            id(unit): number for number, group in enumerate(sheet.groups) for unit in group.units
        }

    def __call__(self, page: PageResult) -> dict[str, Any]:
        """The entry of one of the `pages` of `page_data`."""
        sheet, gone = self._sheet, page.status == "removed"
        return {
            "target": page.target,
            "status": sheet.words.known(page.status),
            "message": sheet.words.reason(page.message),
            "at": "" if gone else sheet.sight.page(page.target),
            "edit": "" if gone else sheet.sight.editor(page.target),
            "units": [
                _unit(unit, sheet) | {"same": self._same.get(id(unit))}
                for unit in sheet.units[page.target]
            ],
        }


def _unit(unit: ReviewUnit, sheet: ReviewSheet) -> dict[str, Any]:
    before, now = ((), ()) if unit.is_code else marked(unit, sheet.report.language)
    stays = unit.before.strip() == unit.now.strip()
    waits = not unit.is_code and unit.now.split() == unit.english.split()
    flow, name = unit.entry.kind in PROSE, unit.name
    return {
        "name": name,
        "anchor": f"{name}-{unit.line}",
        "asks": unit.asks,
        "kind": sheet.words.known(unit.entry.kind),
        "reason": sheet.words.reason(unit.entry.reason),
        "line": unit.line,
        "at": sheet.sight.address(unit),
        "code": unit.is_code,
        "weak": unit.is_weak,
        "stays": stays,
        "waits": waits,
        "left": list(unit.entry.translate) if unit.is_code else [],
        "english": _english(unit),
        "now": [] if waits else _dimmed(now, flow),
        "before": [] if stays else _dimmed(before, flow),
        "difference": [] if stays else _difference(unit),
        "row": unit.row,
        "conflicts": [sheet.words.reason(it) for it in unit.entry.conflicts],
        "drafts": [_draft(draft, sheet.words) for draft in unit.entry.drafts],
    }


def _english(unit: ReviewUnit) -> Parts:
    if unit.is_code:
        return _lines(unit.english_before, unit.english)
    if not unit.english:
        return [("del", _flowing(unit.english_before or unit.entry.source))]
    if not unit.english_before:
        return [("", _flowing(unit.english))]
    return [*_edits(word_edits(unit.english_before, unit.english))]


def _difference(unit: ReviewUnit) -> Parts:
    from amts_bot.text.merge.changes import text_similarity  # most runs show no unit

    if unit.is_code:
        return _lines(unit.before, unit.now)
    if not unit.before.strip() or unit.entry.translate:
        return []
    if text_similarity(unit.before, unit.now) < COMPARABLE:
        return []
    return [*_edits(word_edits(unit.before, unit.now))]


def _edits(edits: Sequence[WordEdit]) -> Iterator[tuple[str, str]]:
    for edit in edits:
        if not edit.changes:
            yield "", edit.come
            continue
        yield from (("del", edit.gone),) if edit.gone else ()
        yield from (("ins", edit.come),) if edit.come else ()


def _lines(old: str, new: str) -> Parts:
    """The changed lines with a few around them."""
    tags = {"-": "del", "+": "ins"}
    return [(tags.get(line[:1], ""), line) for line in diff_lines(old, new)]


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _dimmed(stretches: Sequence[Stretch], flow: bool) -> Parts:
    if len(stretches) < 2:
        return [("", it.text.strip()) for it in stretches if it.text.strip()]
    return [
        ("mark" if it.changed else "i", f"{_flowing(it.text)} " if flow else it.text)
        for it in stretches
    ]


def _draft(draft: SentenceDraft, words: Words) -> dict[str, Any]:
    known = draft.previous_source or draft.source
    return {
        "origin": " · ".join(filter(None, [draft.origin, drafts_edited([draft], words)])),
        "similarity": draft.similarity,
        "weak": draft.similarity < WEAK,
        "source": [*_edits(word_edits(known, draft.source))],
        "target": draft.target,
    }


def _labels(words: Words) -> Iterator[tuple[str, str]]:
    """What the page itself says; the script fills `{values}` in."""
    yield from {
        "words": words.known("translate"),
        "decide": words.known("decide"),
        "check": words.known("check"),
        "glance": words.known("changed"),
        "weak": words.known("weak draft"),
        "english": words.known("English"),
        "now": words.known("now"),
        "stays": words.known("stays"),
        "waits": words.known("stands in English"),
        "before": words.known("before"),
        "difference": words.known("difference"),
        "row": words.known("its row"),
        "conflict": words.known("conflict"),
        "line": words.known("line"),
        "edit": words.known("edit"),
        "from": words.known("Where the draft comes from"),
        "alike": words.known("{share} % alike"),
        "mark": words.known("Read"),
        "copy": words.known("Copy this command for a comment"),
        "copied": words.known("Copied: {text}"),
        "search": words.known("Search"),
        "theme": words.known("Light or dark"),
        "none": words.known("No unit is like that."),
        "nothing": words.known("Nothing to read"),
        "progress": words.known("{done} of {all} read"),
        "queued": words.known("Waiting for the next pull request"),
        "keys": words.known("Keys: j, k next and last · x read · c copy · / search · 1–9 filters"),
        "filter all": words.known("Everything"),
        "filter read": words.known("To read"),
        "filter words": words.known("To translate"),
        "filter check": words.known("Drafts"),
        "filter weak": words.known("Weak drafts"),
        "filter decide": words.known("Held"),
        "filter conflict": words.known("Conflicts"),
        "filter glance": words.known("Small edits"),
        "filter same": words.known("Same edits"),
    }.items()
