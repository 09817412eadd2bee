"""Texts that people wrote in their translation tool, back on the branch of the open pull request.

They count as a person's, as an edit in the browser does: what the bot did not write is somebody's. A unit goes in only
where its English and what stood there are still what was exported, so nothing that moved on meanwhile is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amts_bot.book.snapshot import branch_of
from amts_bot.errors import UsageError
from amts_bot.exchange.forms import form_of
from amts_bot.exchange.waiting import WaitingUnit, WaitingUnits, waiting_units
from amts_bot.model import CommitRequest, counted
from amts_bot.ports import Progress, Repository
from amts_bot.text.exchange.checks import faults
from amts_bot.text.exchange.units import ReturnedUnits


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that was not written, and why."""

    page: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file. `commit` is "" where nothing was to be written."""

    branch: str
    commit: str
    written: int
    untouched: int
    refused: tuple[Refusal, ...]


def import_units(
    content: bytes, repository: Repository, progress: Progress, language: str = ""
) -> Imported:
    """Writes what changed in the file, in one commit on the branch of its language.

    Raises UsageError where the content is no exported file, its language is not `language` where that is given, or no
    pull request of it is open.
    """
    returned = form_of(content).read(content)
    if not returned.texts:
        raise UsageError("it has no unit that amts-bot export wrote")
    code = _language(returned, language)
    found = waiting_units(code, repository, progress)
    edits, moved = _edits(returned, found)
    pages = [_edited(page, mine, found.tree.at(page).strict(page)) for page, mine in edits.items()]
    written = sum(page.written for page in pages)
    refused = (*moved, *(it for page in pages for it in page.refused))
    return Imported(
        branch=branch_of(code),
        commit=_committed(pages, code, found, repository) if written else "",
        written=written,
        untouched=len(returned.texts) - written - len(refused),
        refused=refused,
    )


def _committed(
    pages: Sequence[_EditedPage], code: str, found: WaitingUnits, repository: Repository
) -> str:
    """The commit with the texts that fit, on the branch as it was read."""
    written = sum(page.written for page in pages)
    return repository.commit(
        CommitRequest(
            branch=branch_of(code),
            parents=(found.tip,),
            expected=found.tip,
            files={page.path: page.text.encode() for page in pages if page.written},
            submodules={},
            copies={},
            message=f"Translate {counted(written, 'unit')} of {code} in a translation tool\n",
        )
    )


def _language(returned: ReturnedUnits, wanted: str) -> str:
    if wanted and returned.language and wanted.casefold() != returned.language.casefold():
        raise UsageError(
            f"the file is of {returned.language}, not of {wanted}: leave out --language"
        )
    if not (wanted or returned.language):
        raise UsageError("the file does not say its language: name it with --language CODE")
    return wanted or returned.language


_MOVED = "its English or its text on the branch is another one now: export again for what is new"


def _edits(
    returned: ReturnedUnits, found: WaitingUnits
) -> tuple[dict[str, list[tuple[WaitingUnit, str]]], list[Refusal]]:
    """The texts that people changed, by page, with their units; and those that have no place any more."""
    known = {(unit.offered.page, unit.offered.name): unit for unit in found.units}
    edits: dict[str, list[tuple[WaitingUnit, str]]] = {}
    moved: list[Refusal] = []
    for (page, name), text in returned.texts.items():
        new, unit = text.strip(), known.get((page, name))
        if new and unit is None:
            moved.append(Refusal(page, new, _MOVED))
        elif new and unit and new != unit.offered.target:
            edits.setdefault(page, []).append((unit, new))
    return edits, moved


@dataclass(frozen=True, slots=True)
class _EditedPage:
    """A page with the new texts that fit, how many these are, and the others."""

    path: str
    text: str
    written: int
    refused: tuple[Refusal, ...]


def _edited(path: str, edits: Sequence[tuple[WaitingUnit, str]], text: str) -> _EditedPage:
    """The last unit of a page goes in first, so that the places of the others stay."""
    refused: list[Refusal] = []
    for unit, new in sorted(edits, key=lambda edit: edit[0].place, reverse=True):
        start, end = unit.place
        changed = text[:start] + new + text[end:]
        wrong = [*faults(unit.offered.english, new, text, changed)]
        if wrong:
            refused.append(Refusal(path, new, "; ".join(wrong)))
        else:
            text = changed
    return _EditedPage(path, text, len(edits) - len(refused), tuple(reversed(refused)))
