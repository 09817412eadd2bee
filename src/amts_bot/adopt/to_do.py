"""What is left to set where the bot may set nothing: on GitHub, and at AWS for those who want it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_bot.adopt.workflows import PLACEHOLDER, Deployment
from amts_bot.book.layout import SameRepository, Submodule, Upstream

_OPEN_PULLS = (
    "Settings → Actions → General → Workflow permissions: tick `Allow GitHub Actions to create and approve pull "
    "requests`; in an organisation its own settings come first. Or from here: "
    "gh api -X PUT repos/{name}/actions/permissions/workflow -F can_approve_pull_request_reviews=true "
    "-f default_workflow_permissions=read"
)
_APP = (
    "only if checks shall start on the bot's pull requests by themselves, or the English tells of its changes: "
    "a GitHub App with Contents, Issues and Pull requests, read and write; variable AMTS_APP_ID, secret "
    "AMTS_APP_PRIVATE_KEY (docs/quick-start.md)"
)
_PRIVATE = (
    "only if the English is private: a token that may read it, as the secret AMTS_ENGLISH_TOKEN"
)
_NOTICE = (
    "only if the English shall tell of its changes at once, and both repositories are of one owner: run again with "
    "`--english DIR`, a clone of it, which writes .github/workflows/notify-translations.yml there"
)
_ENABLE = "Actions → enable the workflows: GitHub starts none in a fork before"
_AMAZON = (
    "Amazon Translate: make the stack (docs/setup-aws.md), then gh variable set AMTS_AWS_ROLE --repo {name} and "
    'AMTS_AWS_REGION; in amts.toml name = "amazon-act" under [engine], bucket and role under [amazon]; '
    "amts-bot amazon check says whether all is right"
)
_WHOSE = (
    f"the workflows call {PLACEHOLDER.partition('@')[0]}, which is nobody's: run again with --bot and the repository "
    "of the bot that you use, such as --bot my-team/amts-bot@v1"
)


def to_do(
    deployment: Deployment, address: str, *, amazon: bool, notice: bool = False
) -> tuple[str, ...]:
    """The steps, in order; those at AWS for `amazon`. `notice` says that the English has its workflow.

    `address` is where people look at the repository, "" where that is not known.
    """
    elsewhere = not isinstance(deployment.settings.source.place, SameRepository)
    last = [_NOTICE] if elsewhere and not notice else []
    return (*_steps(deployment, repository_name(address), amazon), *last)


def _steps(deployment: Deployment, name: str, amazon: bool) -> Iterator[str]:
    if deployment.bot == PLACEHOLDER:
        yield _WHOSE
    yield f"push to {deployment.branch}, GitHub's default branch: schedules and events start from there alone"
    match deployment.settings.source.place:
        case Upstream():
            yield _ENABLE
        case Submodule():
            yield _PRIVATE
        case SameRepository():
            pass
    yield _OPEN_PULLS.format(name=name)
    yield _APP
    if amazon:
        yield _AMAZON.format(name=name)


def repository_name(address: str) -> str:
    """`owner/name` as `gh` asks for it; without an address its own words for it."""
    found = re.search(r"github\.com/([^/]+/[^/]+?)/?$", address)
    return found[1] if found else "OWNER/NAME"
