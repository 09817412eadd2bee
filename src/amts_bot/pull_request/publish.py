"""The main job on GitHub: fetch the branch, run, push, and keep one pull request per language.

Two runs at once, or a person who pushes meanwhile, are no trouble: a push that is refused is taken back, and
the job is done again on what stands there now. Nothing is ever pushed by force.
"""

from __future__ import annotations

import re
import traceback
from contextlib import ExitStack, suppress
from dataclasses import replace

from amts_bot.book.rewritten import is_gone
from amts_bot.book.snapshot import (
    Order,
    branch_of,
    english_of,
    english_repository,
    settings,
)
from amts_bot.errors import TEAMS, AmtsError, BranchMoved, lacks
from amts_bot.model import Suggestion
from amts_bot.model.github import Audience, PullRequest, PullRequestText
from amts_bot.ports import Progress, PullRequests, Repository
from amts_bot.pull_request.closed import is_refused
from amts_bot.pull_request.published import Published
from amts_bot.pull_request.whole import whole_report
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.catch_up import workflows_of
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from amts_bot.text.pull_request.body import body, title
from amts_bot.text.pull_request.hidden_block import metadata
from amts_bot.text.pull_request.quoting import fenced
from amts_bot.text.pull_request.remarks import remarks
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import Quote
from amts_bot.text.pull_request.review import review

_MOST_ATTEMPTS = 4
_TAIL = 30  # lines of a trace in the failure issue
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFUSED = (
    "the pull request of {} was closed: nothing is done until the English of a page changes again; to go on with it, "
    "reopen it"
)
_ISSUE = "amts-bot could not finish: {}"
_WHAT_NOW = (
    "The pages that are not named here are done. Mend what the message says; the next run tries again and "
    "closes this issue by itself when all is well."
)


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
    with _heard(order.language, hub):
        audience, unasked = _reachable(_audience(order, repository), hub)
        for words in unasked:
            progress.say(words)  # before the run: it may take an hour
        result = _pushed(order, repository, hub, progress, amazon)
        published = _shown(result, order, repository, hub, progress, audience=audience)
    return replace(
        published, notes=(*unasked, *published.notes, *_told(result, order.language, hub))
    )


def _heard(language: str, hub: PullRequests) -> ExitStack:
    """A block whose errors are in the failure issue, too: those of ours with the end of their trace."""

    def told(_kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception):
            words = str(error) if isinstance(error, AmtsError) else _bug(error)
            with suppress(AmtsError):  # the error that is on its way says more
                hub.report_failure(language, _ISSUE.format(language), _failure(words))

    stack = ExitStack()
    stack.push(told)
    return stack


def _bug(error: Exception) -> str:
    """The end of the trace, whose last line says what happened."""
    lines = "".join(traceback.format_exception(error)).rstrip().splitlines()
    return "\n".join(
        ["this is a bug of the bot, sorry; please report it with these lines:", *lines[-_TAIL:]]
    )


def _told(result: SyncResult, language: str, hub: PullRequests) -> tuple[str, ...]:
    """The failure issue as it should be; what GitHub refuses there is a note: the work itself is done."""
    report = result.report
    try:
        if report.trouble:
            hub.report_failure(language, _ISSUE.format(language), _failure(report.trouble))
        elif not report.pending:  # nobody knows yet how a run ends whose job is at work
            hub.settle_failure(language, "The last run succeeded.")
    except AmtsError as error:
        return (str(error),)
    return ()


def _failure(words: str) -> str:
    return f"The last run could not do all of its work:\n\n{fenced(words)}\n{_WHAT_NOW}"


def _pushed(
    order: Order,
    repository: Repository,
    hub: PullRequests,
    progress: Progress,
    amazon: Amazon | None,
) -> SyncResult:
    """The run on the newest state of the branch, with its commits on the remote.

    Nothing is done where a person closed the pull request, nobody pushed since, and there is nothing new to read.
    """
    branch = branch_of(order.language)
    for _ in range(_MOST_ATTEMPTS):
        there, before = repository.fetch(branch), repository.branch_tip(branch)
        last = hub.newest(branch)
        if there and last is not None and _is_in_the_way(last, there, repository):
            with suppress(BranchMoved):
                repository.retire(branch, there)
            continue
        if last is not None and is_refused(last, there, based(order, last, repository), repository):
            return _left_alone(order.language, english_of(order, repository))
        if last is not None and last.state == "open":
            order = based(order, last, repository)
        if last is not None and last.state == "merged":
            order = replace(order, approved=_approved(last, repository, hub))
        result = sync(order, repository, progress, amazon)
        made = repository.branch_tip(branch)
        if made is None or made == there or not _is_news(made, repository):
            return result
        try:
            repository.push(branch, made)
        except BranchMoved:
            progress.say(f"somebody pushed to {branch}: once more, from there")
            repository.withdraw(branch, made, before)
            continue
        return result
    raise AmtsError(
        f"{branch} moved {_MOST_ATTEMPTS} times while the run was working: run again later"
    )


def _approved(pull: PullRequest, repository: Repository, hub: PullRequests) -> tuple[str, ...]:
    """The commits that people approved, as an order names them; one that nobody has any more says nothing."""
    commits = {"" if commit == pull.head else commit for commit in hub.approvals(pull)}
    return tuple(sorted(commits - repository.missing(commits - {""})))


def _left_alone(language: str, english: str) -> SyncResult:
    note = _REFUSED.format(branch_of(language))
    return SyncResult(
        RunReport(
            language=language,
            old=english,
            new=english,
            pages=(),
            held_assets=(),
            quote=Quote(0),
            notes=(note,),
        )
    )


def _is_in_the_way(last: PullRequest, tip: str, repository: Repository) -> bool:
    """A branch that was squashed or rebased, before the default branch got another workflow.

    To build upon it would bring that workflow to it. It was merged as it stands, so nothing is lost without it.
    """
    head = repository.head()
    if last.state != "merged" or tip != last.head or repository.is_ancestor(tip, head):
        return False
    return workflows_of(repository.tree(tip)) != workflows_of(repository.tree(head))


def _is_news(tip: str, repository: Repository) -> bool:
    """A branch that the default branch contains needs neither a push nor a pull request."""
    return not repository.is_ancestor(tip, repository.head())


def _shown(
    result: SyncResult,
    order: Order,
    repository: Repository,
    hub: PullRequests,
    progress: Progress,
    *,
    audience: Audience,
) -> Published:
    """The pull request as it should be: opened, brought up to date, closed, or left alone."""
    branch = branch_of(order.language)
    tip, pull = repository.branch_tip(branch), hub.newest(branch)
    if tip is None or not _is_news(tip, repository):
        return Published(result)
    if _nothing_left(tip, repository):
        return _closed(result, pull, hub)
    if pull is not None and metadata(pull.body).get("head") == tip and not result.report.overdue:
        # open and up to date, or closed by a person as it stands
        return Published(result, pull=pull, whole=_whole(pull, result, order, repository, progress))
    is_open = pull is not None and pull.state == "open"
    report = _whole(pull, result, order, repository, progress) or result.report
    text = _text(report, tip, pull.body if pull and is_open else "", hub)
    if pull is not None and is_open:
        done = hub.update(pull, text)
        left = hub.suggest(done, result.suggestions) if result.suggestions else ()
        notes = (*map(_unposted, left), *_remarked(report, done, hub))
        return Published(result, operation="updated", pull=done, notes=notes, whole=report)
    if pull is not None and pull.head == tip:
        return Published(result, pull=pull)
    made = hub.open(text)
    refused = hub.address(made, audience)
    notes = (*refused, *_remarked(report, made, hub))
    return Published(result, operation="created", pull=made, notes=notes)


def _remarked(report: RunReport, pull: PullRequest, hub: PullRequests) -> tuple[str, ...]:
    """Remarks at the lines of weak drafts; what GitHub refuses there is a note: the pull request stands."""
    found = () if report.pending else remarks(report)
    try:
        if found:
            hub.remark(pull, found)
    except AmtsError as error:
        return (str(error),)
    return ()


def _whole(
    pull: PullRequest | None,
    result: SyncResult,
    order: Order,
    repository: Repository,
    progress: Progress,
) -> RunReport | None:
    if pull is None or pull.state != "open":
        return None
    return whole_report(based(order, pull, repository), repository, result.report, progress)


def based(order: Order, pull: PullRequest, repository: Repository) -> Order:
    """The order with the base of the first run, which named it; the pull request remembers it.

    Unless the English history was rewritten since, and has it no more.
    """
    base = str(metadata(pull.body).get("base", ""))
    if order.base or not _COMMIT.fullmatch(base):
        return order
    return order if is_gone(base, english_repository(repository)) else replace(order, begun=base)


def _nothing_left(tip: str, repository: Repository) -> bool:
    """The default branch has all of it: by a squash that GitHub did not see, or because it was undone."""
    head = repository.head()
    return repository.tree(tip) == repository.tree(head) or repository.was_taken_in(tip, head)


def _closed(result: SyncResult, pull: PullRequest | None, hub: PullRequests) -> Published:
    if pull is None or pull.state != "open":
        return Published(result)
    hub.close(pull, "Nothing is left to merge here: the default branch has all of it.")
    return Published(result, operation="closed", pull=replace(pull, state="closed"))


def _unposted(suggestion: Suggestion) -> str:
    place = f"{suggestion.path}, line {suggestion.first}"
    return f"{place}: somebody's edit stands; the proposal did not fit in a comment"


def _text(report: RunReport, tip: str, before: str, hub: PullRequests) -> PullRequestText:
    shown = review(report)
    return PullRequestText(
        branch=branch_of(report.language),
        base=hub.default_branch,
        title=title(shown),
        body=body(shown, tip, before),
        draft=bool(report.pending),
    )


def _audience(order: Order, repository: Repository) -> Audience:
    config = settings(repository)
    reviewers = config.language(order.language).reviewers
    teams = tuple(name.partition("/")[2] for name in reviewers if "/" in name)
    people = tuple(name for name in reviewers if "/" not in name)
    return Audience(config.pull_request.labels, people, teams, config.pull_request.assignees)


def _reachable(audience: Audience, hub: PullRequests) -> tuple[Audience, tuple[str, ...]]:
    """The audience without the teams that the token cannot ask for a review, and words about each of these."""
    seen = tuple(team for team in audience.team_reviewers if hub.sees_team(team))
    unseen = [team for team in audience.team_reviewers if team not in seen]
    return replace(audience, team_reviewers=seen), tuple(map(_unasked, unseen))


def _unasked(team: str) -> str:
    return f"the team {team} will not be asked for a review: it has no access to this repository, or {lacks(TEAMS)}"
