"""What people are told at the lines of a draft that is likely to be wrong."""

from __future__ import annotations

from amts_bot.model.github import LineRemark
from amts_bot.text.pull_request.quoting import word_diff
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.units import ReviewUnit, review_units
from amts_bot.text.pull_request.wording import Words, wording


def remarks(report: RunReport) -> tuple[LineRemark, ...]:
    """A remark for each weak draft that changed its lines, the weakest first."""
    units = [unit for page in report.pages if page.done for unit in review_units(page)]
    weak = [it for it in units if it.is_weak and it.line and it.before.strip() != it.now.strip()]
    words = wording(report.spoken)
    return tuple(_remark(unit, words) for unit in sorted(weak, key=lambda unit: unit.likeness))


def _remark(unit: ReviewUnit, words: Words) -> LineRemark:
    said = words(
        "The draft on these lines is an old translation whose English is {share} alike: please read it with care.",
        share=f"{unit.likeness:.0%}",
    )
    english = f"<table><tr><td>{word_diff(unit.english_before, unit.english)}</td></tr></table>"
    return LineRemark(
        path=unit.page,
        first=unit.line,
        last=unit.last_line,
        text=f"{said}\n\n{english}\n\n`{unit.name}`",
        name=unit.name,
    )
