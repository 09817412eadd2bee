"""Whose text stands on an open branch: the bot's, the default branch's, or a person's."""

from __future__ import annotations

import pytest

from amts_bot.model import Answer
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.outcome import finish
from amts_bot.text.merge.standing import Branch, as_it_stands
from amts_bot.text.names.pages import block_hashes
from amts_bot.text.names.texts import block_hash
from amts_bot.text.review_state import ReviewState

OLD = "# The lamp\n\n## Summary\n\nThe lamp burns oil.\n"
NEW = f"{OLD}\n# The fog\n\n## Summary\n\nThe fog hides the rocks.\n"
MERGED = "# Lamba\n\n## Özet\n\nLamba yağ yakar.\n"


@pytest.mark.parametrize(
    ("said", "edited"),
    [
        ("Sis kayaları gizler.", False),  # as the bot wrote it
        ("Sis kayaları saklar.", True),
        ("Lamba yağ yakar.", False),  # what the default branch has elsewhere is nobody's edit
    ],
)
def test_a_unit_is_called_edited_only_where_a_person_wrote_it(said: str, edited: bool) -> None:
    plan = draft(align(OLD, MERGED), NEW, language("tr"))
    planned = finish(plan, [Answer("MAKİNE", "machine")] * len(plan.requests))
    page = f"{MERGED}\n# Sis\n\n## Özet\n\n{said}\n"
    state = ReviewState(written=frozenset(map(block_hash, ("# Sis", "Sis kayaları gizler."))))
    stands = as_it_stands(planned, NEW, Branch(page, state, block_hashes(MERGED)))
    called = [entry.source.strip() for entry in stands.entries if "edited" in entry.reason]
    assert called == ["The fog hides the rocks."] * edited
