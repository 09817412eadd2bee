"""A pull request that a person closed: it stays so until there is something to read that was not in it."""

from __future__ import annotations

from contextlib import suppress

from amts_bot.book.english import english_at
from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import Order, Snapshot, snapshot
from amts_bot.book.texts import English, tree_of
from amts_bot.errors import UsageError
from amts_bot.model.github import PullRequest
from amts_bot.ports import Repository
from amts_bot.sync.agenda import Item, agenda
from amts_bot.sync.budget import within_budget
from amts_bot.sync.copied_files import assets_of, copied
from amts_bot.text.pull_request.hidden_block import metadata


def is_refused(pull: PullRequest, tip: str | None, order: Order, repository: Repository) -> bool:
    """Whether a person closed the pull request, and a run now would bring nothing that was not in it.

    `tip` is where its branch is: somebody who pushed since wants it to go on. English that changes no page and
    no copied file of this language says nothing new, nor does a page that went back to what is merged.
    """
    if pull.state != "closed" or tip not in (None, pull.head):
        return False
    english = _english(pull, order.language, repository)
    if not english:
        return False
    found = snapshot(order, repository)
    if found.source.missing([english]):
        return False
    then = english_at(found.source, found.english, english, found.config)
    now = within_budget(agenda(found), found).now
    return not (any(_is_news(item, then, found) for item in now) or _has_new_assets(then, found))


def _english(pull: PullRequest, language: str, repository: Repository) -> str:
    """The English that the pull request was at when it was closed, or that its batch job translates.

    As its lock says: a branch may be deleted, and people edit bodies, but its last commit stays. The body counts
    where that commit cannot be had, or its lock not be read.
    """
    with suppress(UsageError):
        if repository.bring(pull.head):
            state = lock_of(tree_of(repository, pull.head), language)
            return state.toward or state.commit
    return str(metadata(pull.body).get("english", ""))


def _is_news(item: Item, then: English, found: Snapshot) -> bool:
    """A page whose English is neither as it was then, nor as the default branch has it."""
    if item.held:
        return False
    path = item.pair.new or item.pair.old
    known = then.pages[path].blob if path in then.pages else ""
    merged = found.merged_state.pages.get(item.old_target)
    return item.blob not in (known, merged.blob if merged else known)


def _has_new_assets(then: English, found: Snapshot) -> bool:
    before, now = copied(then, found), copied(found.new, found)
    paths = (asset.path for asset in assets_of(found) if not asset.held)
    return any(before.get(path) != now.get(path) for path in paths)
