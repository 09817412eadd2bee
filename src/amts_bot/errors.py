"""Expected trouble. Raised early, caught once, in `cli.main`."""


class AmtsError(Exception):
    """Something the user can fix: the message says what happened, where, and what to do next."""


class UsageError(AmtsError):
    """Wrong usage or configuration: exit status 2."""


class CapReached(UsageError):
    """More would be sent than the settings allow: nothing of it was."""


class BranchMoved(AmtsError):
    """Somebody moved a branch since it was read: read it again and start from there."""


class ServiceBusy(AmtsError):
    """A service does one thing of this kind at a time, and somebody else's is running."""


class AccessDenied(AmtsError):
    """The policy of a role lacks an action; the message names it."""
