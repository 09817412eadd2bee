"""The units of an open pull request that ask something of people, each with where its text stands on the branch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import Order, branch_of, languages
from amts_bot.book.texts import Tree, tree_of
from amts_bot.errors import UsageError
from amts_bot.model import Range
from amts_bot.ports import Progress, Repository
from amts_bot.pull_request.branch import branch_report
from amts_bot.text.exchange.units import OfferedUnit
from amts_bot.text.names.texts import block_hash
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Quote
from amts_bot.text.pull_request.review import review
from amts_bot.text.pull_request.units import TO_READ, ReviewUnit


@dataclass(frozen=True, slots=True)
class WaitingUnit:
    """A unit, and the range of its page on the branch that its text has there."""

    offered: OfferedUnit
    place: Range


@dataclass(frozen=True, slots=True)
class WaitingUnits:
    """Those of a language at the `tip` of its branch; `others` counts what no tool can work on, such as code."""

    tip: str
    tree: Tree
    units: tuple[WaitingUnit, ...]
    others: int


def waiting_units(language: str, repository: Repository, progress: Progress) -> WaitingUnits:
    """Reads the open branch. Raises UsageError where none is open."""
    (code,) = languages(repository, language)
    tip = repository.branch_tip(branch_of(code))
    if tip is None or not repository.commits(repository.head(), tip):
        raise UsageError(
            f"no pull request is open for {code}: run amts-bot sync --language {code} first, or fetch its branch with "
            f"git fetch origin {branch_of(code)}:{branch_of(code)}"
        )
    tree = tree_of(repository, tip)
    whole = branch_report(Order(code), repository, _empty(code, tree), progress)
    sheet = review(whole)
    found = [unit for page in sheet.pages for unit in sheet.of(page, TO_READ)]
    texts = {page.target: page for page in sheet.pages}
    units = tuple(_placed([unit for unit in found if _is_text(unit)], texts))
    return WaitingUnits(tip, tree, units, len(found) - len(units))


def _empty(code: str, tree: Tree) -> RunReport:
    """A run that did nothing: the branch stands at the English of its lock."""
    english = lock_of(tree, code).commit
    return RunReport(
        language=code, old=english, new=english, pages=(), held_assets=(), quote=Quote(0)
    )


def _is_text(unit: ReviewUnit) -> bool:
    return bool(not unit.is_code and unit.english and unit.entry.target_new)


def _placed(units: list[ReviewUnit], pages: dict[str, PageResult]) -> Iterator[WaitingUnit]:
    seen: Counter[tuple[str, str]] = Counter()
    for unit in units:
        text = pages[unit.page].outcome.text
        start, end = _trimmed(text, unit.entry.target_new or (0, 0))
        now, english = text[start:end], unit.english.strip()
        name = f"{unit.name}.{block_hash(now)}"
        seen[unit.page, name] += 1
        number = seen[unit.page, name]
        yield WaitingUnit(
            OfferedUnit(
                page=unit.page,
                name=name if number == 1 else f"{name}.{number}",
                english=english,
                target="" if now.split() == english.split() else now,
                line=unit.line,
                english_before=unit.english_before.strip(),
                before=unit.before.strip(),
                notes=tuple(filter(None, [unit.entry.reason, *unit.entry.warnings])),
            ),
            (start, end),
        )


def _trimmed(text: str, place: Range) -> Range:
    """A range without the white space at its ends."""
    piece = text[slice(*place)]
    start = place[0] + len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
