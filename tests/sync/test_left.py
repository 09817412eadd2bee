"""Pages that a run leaves alone without a draft are those that the merge would leave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.sync.left import has_own
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.outcome import finish

ENGLISH = ("# Fog\n", "Fog is low.\n", "- One drop.\n", "```\nrun(1)\n```\n", ":label:`fog`\n")
TURKISH = ("# Sis\n", "Sis alçaktır.\n", "- Bir damla.\n", "Çevirenin notu.\n", "<!-- not -->\n")

BLOCKS = st.lists(st.sampled_from((*ENGLISH, *TURKISH)), max_size=7).map("\n".join)


@given(BLOCKS, BLOCKS)
def test_a_page_with_blocks_of_its_own_keeps_something_when_its_english_goes(
    english: str, target: str
) -> None:
    if has_own(Reviewed(english, target)):
        left = finish(draft(align(english, target), "", language("tr")), [])
        assert left.text.strip()


def test_a_note_of_the_translators_is_a_block_of_their_own() -> None:
    english, turkish = "\n".join(ENGLISH[:2]), "\n".join(TURKISH[:2])
    assert has_own(Reviewed(english, f"{turkish}\n{TURKISH[3]}"))
    assert not has_own(Reviewed(english, turkish))
