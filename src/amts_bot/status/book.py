"""The status of a book: how far each page of each language is. Reads commits, plans nothing, asks no service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amts_bot.book.snapshot import Order, Snapshot, snapshot
from amts_bot.model import CommitChange
from amts_bot.ports import Progress, Repository
from amts_bot.sync.agenda import Item, agenda
from amts_bot.sync.budget import sizes
from amts_bot.text.merge.portions import Size, reading_order
from amts_bot.text.names.pages import TargetPage
from amts_bot.text.review_state import ReviewState
from amts_bot.text.status.report import StatusReport
from amts_bot.text.status.state import LanguageState, PageStanding, PageState


def status(languages: Sequence[str], repository: Repository, progress: Progress) -> StatusReport:
    """How far some languages are, as the next run would find them: with the text of an open pull request.

    Raises UsageError or AmtsError as `snapshot` does.
    """
    found: list[LanguageState] = []
    for number, code in enumerate(languages, 1):
        progress.step(f"reading {code}", number, len(languages))
        found.append(_language(snapshot(Order(code, dry_run=True), repository)))
    return StatusReport(tuple(found))


def _language(found: Snapshot) -> LanguageState:
    work = agenda(found)
    pages = [*_worked_on(work, found), *_in_step(work, found), *_untranslated(work, found)]
    address = found.source.web_address()
    return LanguageState(
        code=found.language.code,
        old=found.old.commit,
        new=found.new.commit,
        pages=tuple(_in_reading_order(pages, found)),
        own=tuple(sorted(found.found.own)),
        evening=found.config.review.max_words,
        commit_at=f"{address}/commit/{{}}" if address else "",
    )


def _worked_on(work: Sequence[Item], found: Snapshot) -> Iterator[PageState]:
    """The pages that the next run would work on."""
    asked, lacking = sizes(work, found), _lacking(work, found)
    for item in work:
        commits = lacking.get(item.target, ())
        yield _page(
            _PlacedPage(item.target, item.pair.new or item.pair.old, _standing(item)),
            found,
            behind=asked[item.target],
            commits=tuple(commits),
            why=item.held or item.refused,
        )


def _standing(item: Item) -> PageStanding:
    """A page whose English is the same is in step, be it that English that stands there is asked for again."""
    match item.status:
        case "held":
            return "held"
        case "removed":
            return "gone"
        case "added":
            return "new"
        case _:
            return "behind" if item.is_changed else "in step"


def _in_step(work: Sequence[Item], found: Snapshot) -> Iterator[PageState]:
    """The translations that no run has to touch. One whose file people deleted is none."""
    busy = {target for item in work for target in (item.target, item.old_target)}
    for target, base in found.bases.items():
        if target not in busy and target in found.tree:
            yield _page(_PlacedPage(target, base.source, "in step"), found)


def _untranslated(work: Sequence[Item], found: Snapshot) -> Iterator[PageState]:
    """English pages that nobody translated, and that no run will add: the translators did not want them yet."""
    known = {item.pair.new for item in work}
    known |= {base.source for target, base in found.bases.items() if target in found.tree}
    for path in found.new.pages:
        if path not in known:
            yield _page(_PlacedPage(found.language.target(path), path, "untranslated"), found)


@dataclass(frozen=True, slots=True)
class _PlacedPage:
    """A page by its paths, and where it stands."""

    target: str
    source: str
    standing: PageStanding


def _page(
    place: _PlacedPage,
    found: Snapshot,
    *,
    behind: Size | None = None,
    commits: Sequence[CommitChange] = (),
    why: str = "",
) -> PageState:
    row = found.locked.pages.get(place.target)
    review, text = row.review if row else ReviewState(), _text(place.target, found)
    own = review.unreviewed(found.config.review.trust) | review.machine
    return PageState(
        target=place.target,
        source=place.source,
        standing=place.standing,
        behind=behind or Size(),
        since=commits[-1].seconds if commits else 0,
        commits=tuple(it.commit for it in reversed(commits)),
        drafts=len(text.still(own - review.untranslated)),
        english=len(review.untranslated),
        stale=len(review.stale),
        why=why,
        is_open=found.start.open and row != found.merged_state.pages.get(place.target),
    )


def _text(target: str, found: Snapshot) -> TargetPage:
    text = found.tree.at(target).text if target in found.tree else ""
    return TargetPage(text, found.language.code)


def _lacking(work: Sequence[Item], found: Snapshot) -> Mapping[str, Sequence[CommitChange]]:
    """For each page, the English commits since the text that it was made from, newest first.

    One walk through the history, which ends where the last page has found its text: a page may be much older than the
    last sync.
    """
    sought = {
        item.pair.new: item for item in work if item.pair.new and item.base and not item.base.own
    }
    lacking: dict[str, list[CommitChange]] = {item.target: [] for item in sought.values()}
    for change in found.source.changes(found.new.commit) if sought else ():
        for path in change.files.keys() & sought.keys():
            item = sought[path]
            before, after = change.files[path]
            if item.base and after == item.base.blob:
                del sought[path]
                continue
            lacking[item.target].append(change)
            if not before or (item.base and before == item.base.blob):
                del sought[path]
        if not sought:
            break
    return lacking


def _in_reading_order(pages: Sequence[PageState], found: Snapshot) -> list[PageState]:
    texts = {path: it.text for path, it in found.new.pages.at_each(found.new.pages).items()}
    place = {path: number for number, path in enumerate(reading_order(texts))}
    return sorted(pages, key=lambda page: (place.get(page.source, len(place)), page.target))
