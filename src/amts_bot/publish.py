"""The main job on GitHub: fetch the branch, run, push, and keep one pull request per language.

Two runs at once, or a person who pushes meanwhile, are no trouble: a push that is refused is taken back, and
the job is done again on what stands there now. Nothing is ever pushed by force.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from amts_bot.config import Config, LanguageSettings
from amts_bot.errors import AmtsError, BranchMoved
from amts_bot.model import Audience, PullRequest, PullRequestText
from amts_bot.ports import Progress, PullRequests, Repository
from amts_bot.survey import Order, branch_of, settings
from amts_bot.sync import Amazon, SyncResult, sync
from amts_bot.text.report import fenced

_MOST_ATTEMPTS = 4
_ISSUE = "amts-bot could not finish: {}"
_WHAT_NOW = (
    "The pages that are not named here are done. Mend what the message says; the next run tries again and "
    "closes this issue by itself when all is well."
)

Operation = Literal["created", "updated", "closed", "none"]


@dataclass(frozen=True, slots=True)
class Published:
    """What the run did, and the pull request it is seen in. `notes` are wishes that GitHub refused."""

    result: SyncResult
    operation: Operation = "none"
    pull: PullRequest | None = None
    notes: tuple[str, ...] = ()


def publish(
    order: Order,
    repository: Repository,
    hub: PullRequests,
    progress: Progress,
    amazon: Amazon | None = None,
) -> Published:
    """Runs the main job for one language and shows it on GitHub.

    Raises AmtsError for what stops the whole run, on this side or on GitHub's.
    """
    try:
        result = _pushed(order, repository, progress, amazon)
        published = _shown(result, order, repository, hub)
    except AmtsError as error:
        with suppress(AmtsError):  # the error that is about to be raised says more
            hub.report_failure(order.language, _ISSUE.format(order.language), _failure(str(error)))
        raise
    if result.report.failed:
        pages = "\n".join(f"{page.target}: {page.message}" for page in result.report.failed)
        hub.report_failure(order.language, _ISSUE.format(order.language), _failure(pages))
    else:
        hub.settle_failure(order.language, "The last run went through.")
    return published


def _failure(words: str) -> str:
    return f"The last run could not do all of its work:\n\n{fenced(words)}\n{_WHAT_NOW}"


def _pushed(
    order: Order, repository: Repository, progress: Progress, amazon: Amazon | None
) -> SyncResult:
    """The run on the newest state of the branch, with its commit on the remote."""
    branch = branch_of(order.language)
    for _ in range(_MOST_ATTEMPTS):
        before = repository.fetch(branch)
        result = sync(order, repository, progress, amazon)
        made = repository.branch_tip(branch)
        if made is None or not _is_news(made, repository):
            return result
        try:
            repository.push(branch, made)
        except BranchMoved:
            progress.say(f"somebody pushed to {branch}: once more, from there")
            repository.withdraw(branch, made, before)
            continue
        return result
    raise AmtsError(
        f"{branch} moved {_MOST_ATTEMPTS} times while the run was at work: run again later"
    )


def _is_news(tip: str, repository: Repository) -> bool:
    """A branch that the default branch contains needs neither a push nor a pull request."""
    return not repository.is_ancestor(tip, repository.head())


def _shown(
    result: SyncResult, order: Order, repository: Repository, hub: PullRequests
) -> Published:
    """The pull request as it should be: opened, brought up to date, closed, or left alone."""
    branch = branch_of(order.language)
    tip, pull = repository.branch_tip(branch), hub.newest(branch)
    is_open = pull is not None and pull.state == "open"
    if tip is None or not _is_news(tip, repository):
        return Published(result)
    config = settings(repository)
    text = _text(result, order.language, hub)
    if pull is not None and is_open:
        return _updated(result, pull, text, hub)
    if not result.commit:  # a person closed or merged it, and nothing new has come since
        return Published(result, pull=pull)
    made = hub.open(text)
    refused = hub.address(made, _audience(config, config.language(order.language)))
    return Published(result, "created", made, refused)


def _updated(
    result: SyncResult, pull: PullRequest, text: PullRequestText, hub: PullRequests
) -> Published:
    if not result.commit:
        return Published(result, pull=pull)
    return Published(result, "updated", hub.update(pull, text))


def _text(result: SyncResult, language: str, hub: PullRequests) -> PullRequestText:
    return PullRequestText(
        branch_of(language),
        hub.default_branch,
        result.report.title(),
        result.report.body(),
        draft=bool(result.report.pending),
    )


def _audience(config: Config, language: LanguageSettings) -> Audience:
    teams = tuple(name.partition("/")[2] for name in language.reviewers if "/" in name)
    people = tuple(name for name in language.reviewers if "/" not in name)
    return Audience(config.pull_request.labels, people, teams, config.pull_request.assignees)
