"""The pages of a book that a translation can be learnt from, each with its English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

from amts_bot.book import config
from amts_bot.book.aligned_book import aligned_book
from amts_bot.book.snapshot import Order, Snapshot, snapshot
from amts_bot.book.texts import decoded
from amts_bot.ports import Repository
from amts_bot.text.review_state import Sentences

MACHINE = f"machine output, says [review] machine in {config.FILE}"
UNREADABLE = "not there, or not UTF-8"
NO_TRANSLATION = "no translation of this name"
NO_ORIGINAL = "no original of this name"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedPage:
    """A target page with its English. `changed` is in seconds since 1970, 0 where nobody knows;
    `unreviewed` are hashes of sentences that do not count as reviewed."""

    path: str
    source_path: str
    source: str
    target: str
    changed: int = 0
    unreviewed: Sentences = frozenset()


@dataclass(frozen=True, slots=True)
class ReviewedBook:
    """The pages, and why others were left out, by path."""

    pages: tuple[ReviewedPage, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)


def merged_book(language: str, base: str, repository: Repository) -> ReviewedBook:
    """The pages of a translation repository as its checked-out commit has them.

    Each stands with the English that it was translated from: that of the lock, a kept original, or
    `base`. What waits on the open branch of a pull request was not reviewed and is not looked at.
    """
    found = snapshot(Order(language, base=base, told=False), repository, merged=True)
    aligned = aligned_book(found).pages
    machine = GitIgnoreSpec.from_lines(found.config.review.machine)
    changed = repository.last_changes(found.start.commit)
    left_out = {path: MACHINE for path in found.bases if machine.match_file(path)}
    left_out |= {p: UNREADABLE for p in found.bases if p not in aligned and p not in left_out}
    pages = (
        ReviewedPage(
            path=path,
            source_path=base_of.source,
            source=aligned[path].source,
            target=aligned[path].target,
            changed=changed.get(path, 0),
            unreviewed=_unreviewed(path, found),
        )
        for path, base_of in sorted(found.bases.items())
        if path not in left_out
    )
    return ReviewedBook(tuple(pages), left_out)


def _unreviewed(path: str, found: Snapshot) -> Sentences:
    page = found.locked.pages.get(path)
    return page.review.unreviewed(found.config.review.trust) if page else frozenset()


def book_of_files(
    originals: Mapping[str, bytes], translations: Mapping[str, bytes]
) -> ReviewedBook:
    """The pages that have one name in both, by path; all of them count as reviewed."""
    left_out = dict.fromkeys(originals.keys() - translations.keys(), NO_TRANSLATION)
    left_out |= dict.fromkeys(translations.keys() - originals.keys(), NO_ORIGINAL)
    pages = []
    for path in sorted(originals.keys() & translations.keys()):
        source, target = decoded(originals[path]), decoded(translations[path])
        if source.fault or target.fault:
            left_out[path] = UNREADABLE
        else:
            pages.append(
                ReviewedPage(path=path, source_path=path, source=source.text, target=target.text)
            )
    return ReviewedBook(tuple(pages), left_out)
