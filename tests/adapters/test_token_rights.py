"""Every remedy that names a right, held against what GitHub documents for each kind of token."""

from __future__ import annotations

import re

import pytest

from amts_bot.adapters.github import RIGHTS
from amts_bot.errors import WORKFLOWS, lacks

# "Workflow syntax for GitHub Actions", `permissions`: the keys that GITHUB_TOKEN can be given, of those with a right
# of the same name in an App.
OF_GITHUB_TOKEN = {
    *("actions", "attestations", "checks", "contents", "deployments", "discussions", "issues"),
    *("packages", "pages", "pull-requests", "security-events", "statuses"),
}
# "Permissions required for GitHub Apps", and the same for fine-grained personal tokens.
OF_APPS_AND_PERSONAL_TOKENS = OF_GITHUB_TOKEN | {"members", "metadata", "workflows"}


@pytest.mark.parametrize("right", sorted({*RIGHTS.values(), "contents: write", WORKFLOWS}))
def test_a_remedy_asks_of_each_kind_of_token_only_what_it_can_have(right: str) -> None:
    names = set(re.findall(r"([a-z-]+): (?:read|write)", right))
    said = lacks(right)
    assert names
    assert names <= OF_APPS_AND_PERSONAL_TOKENS
    assert ("under `permissions:`" in said) == (names <= OF_GITHUB_TOKEN)
    assert ("GITHUB_TOKEN" in said) == (not names <= OF_GITHUB_TOKEN)
    assert re.search("GitHub App", said)
    assert re.search("personal token", said)
