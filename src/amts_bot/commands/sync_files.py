"""What a run leaves in a folder: its report for programs, the pull request's text, and the review page.

A book has some megabytes of them. So the three, and the pages of the last one, are made side by side.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from amts_bot.adapters import files
from amts_bot.adapters.review_page import Encoded, encoded, json_stretches, review_page
from amts_bot.ports import Crew
from amts_bot.pull_request.published import Published
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.page import PageRows, page_data
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.review import ReviewSheet

REVIEW_PAGE = "review.html"
_REPORT, _TEXT = "report.json", "pull-request.md"

# As many characters of a unit are shown in the time in which one is planned.
_SHOWN = 50


def write(done: Published, folder: Path, crew: Crew) -> None:
    """Writes them. The text of an empty plan is left out where one is: it may be of a pull request that is not merged
    yet.
    """
    files.write(folder.parent / ".gitignore", "*\n")
    if done.report.planned and not done.report.pages and (folder / _TEXT).exists():
        _write_report(done.result.report, folder)
        return
    pages = Encoded(_side_by_side(done.result.report, done.sheet, folder, crew))
    data = page_data(done.sheet) | {"pages": pages}
    files.write_stretches(folder / REVIEW_PAGE, review_page(data))


def _side_by_side(report: RunReport, shown: ReviewSheet, folder: Path, crew: Crew) -> Iterator[str]:
    """Writes the first two of the files; the pages of the third as JSON."""
    rows = PageRows(shown)
    names = [_REPORT, _TEXT, *(page.target for page in shown.pages)]
    work = [
        partial(_write_report, report, folder),
        partial(_write_text, shown, folder),
        *(partial(_row, rows, shown, number) for number in range(len(shown.pages))),
    ]
    with crew:
        crew.gather(_sizes(shown), report, shown, rows)
        yield from filter(None, crew.deal(operator.call, work, names))


def _sizes(shown: ReviewSheet) -> dict[str, int]:
    """How much there is to do for each, in characters that are planned."""
    pages = {
        target: sum(len(unit.english) + len(unit.before) + len(unit.now) for unit in units)
        for target, units in shown.units.items()
    }
    others = dict.fromkeys([_REPORT, _TEXT], sum(pages.values()) // 5)
    return {name: size // _SHOWN for name, size in chain(others.items(), pages.items())}


def _write_report(report: RunReport, folder: Path) -> str:
    # Without indents: those of a whole book take seconds.
    files.write_stretches(folder / _REPORT, chain(json_stretches(report.as_stream()), "\n"))
    return ""


def _write_text(shown: ReviewSheet, folder: Path) -> str:
    files.write(folder / _TEXT, body(shown))
    return ""


def _row(rows: PageRows, shown: ReviewSheet, number: int) -> str:
    return encoded(rows(shown.pages[number]))
