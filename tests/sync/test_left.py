"""Pages that a run leaves alone without a draft are those that the merge would leave."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot import __version__
from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.sync.left import has_own
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import ADDED_TO
from amts_bot.text.merge.outcome import finish
from tests.conftest import MakeBook

ENGLISH = ("# Fog\n", "Fog is low.\n", "- One drop.\n", "```\nrun(1)\n```\n", ":label:`fog`\n")
TURKISH = ("# Sis\n", "Sis alçaktır.\n", "- Bir damla.\n", "Çevirenin notu.\n", "<!-- not -->\n")

NOTED = "".join((*TURKISH[:2], "\n", TURKISH[3]))

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


@dataclass
class Paper:
    text: str = ""

    def read(self) -> str:
        return self.text

    def write(self, text: str) -> None:
        self.text = text


def test_a_page_that_is_left_again_is_not_read_again(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = make_book(
        {"fog.md": "".join(ENGLISH[:2]), "tea.md": "# Tea\n"},
        {"fog.md": NOTED, "tea.md": "# Çay\n"},
    )
    book.publish({"fog.md": None})
    paper = Paper()
    first = book.sync(base="v1", engine="none", notebook=paper)
    assert [page.message for page in first.report.pages] == [ADDED_TO]
    assert paper.text
    monkeypatch.delattr("amts_bot.text.align.blocks.align_blocks")
    again = book.sync(engine="none", notebook=paper)
    assert again.report.pages == first.report.pages
    paper.text = paper.text.replace(__version__, "0.0.0", 1)
    with pytest.raises(ImportError):
        book.sync(engine="none", notebook=paper)
