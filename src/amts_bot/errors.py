"""Expected trouble. Raised early, caught once, in `cli.main`."""


class AmtsError(Exception):
    """Something the user can fix: the first line says what happened and where, the next one what to do."""


class UsageError(AmtsError):
    """Wrong usage or configuration: exit status 2."""


class CapReached(UsageError):
    """More would be sent than the settings allow: nothing of it was."""


class BranchMoved(AmtsError):
    """Somebody moved a branch since it was read: read it again and start from there."""


class ServiceBusy(AmtsError):
    """A service does one thing of this kind at a time, and somebody else's is running."""


class ProgramEnded(AmtsError):
    """A program that translates came to a bad end; what it had answered until then counts."""


class AccessDenied(AmtsError):
    """The policy of a role lacks an action; the message names it."""


# The rights that calls need at GitHub, and how each kind of token gets them. Source: "Permissions required for GitHub
# Apps", and "Workflow syntax for GitHub Actions", `permissions`.
METADATA = "metadata: read"
TEAMS = "pull-requests: write` and `members: read"  # of the organisation: teams are its own
WORKFLOWS = "workflows: write"

# What is no key of `permissions:`, so that no GITHUB_TOKEN gets it; what helps instead.
_NEVER = {
    METADATA: (
        "GITHUB_TOKEN has it for its own repository alone; give the GitHub App or personal token access to this one"
    ),
    TEAMS: (
        "GITHUB_TOKEN cannot have the second one; use a GitHub App that may read the organisation's Members, or a "
        "personal token (a classic one: `read:org`), or name people in `reviewers`"
    ),
    WORKFLOWS: (
        "GITHUB_TOKEN cannot have it; a GitHub App or fine-grained personal token gets it in its settings as "
        "Workflows, a classic one as the scope `workflow`"
    ),
}


def lacks(right: str) -> str:
    """What to do where a token has not got `right`, such as "issues: write"."""
    way = _NEVER.get(right) or (
        "set it under `permissions:` in the workflow, or in the settings of the GitHub App or personal token"
    )
    return f"the token lacks `{right}`; {way}"
