"""The workflow in the repository of the English that tells translations of its changes."""

from __future__ import annotations

import re

from amts_bot.adopt.workflows import Deployment, Workflows, filled

NOTICE = ".github/workflows/notify-translations.yml"
_LISTED = re.compile(
    r"^(?P<head>[ \t]*translations:[ \t]*\|[^\n]*\n)(?P<names>(?:[ \t]+[\w.-]+\n)+)", re.M
)


def notice(deployment: Deployment, name: str, there: str, examples: Workflows) -> str:
    """The workflow with a translation in its list: that which is `there`, or the one of the examples for "".

    A file that is there stays but for the line of the translation; one without such a list stays as it is.
    `deployment` has the branch of the English.
    """
    if there:
        return _LISTED.sub(
            lambda it: it[0] if name in it["names"].split() else _with(it, name), there
        )
    example = filled(examples["english"][NOTICE], deployment)
    return _LISTED.sub(lambda it: _with(it, name, alone=True), example)


def _with(found: re.Match[str], name: str, *, alone: bool = False) -> str:
    margin = re.match(r"[ \t]+", found["names"])
    names = "" if alone else found["names"]
    return f"{found['head']}{names}{margin[0] if margin else ''}{name}\n"
