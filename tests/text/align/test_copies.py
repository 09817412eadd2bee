"""English that nobody has translated, and what rightly equals its English."""

from __future__ import annotations

import json

import pytest

from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import align, block_pairs
from amts_bot.text.drafts.memory import collect, key
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.names.texts import block_hash

TRANSLATED = "Kayıkçı sabah erkenden kıyıya iner ve ağları toplar."
ENGLISH = "The boatman goes down to the shore early and gathers the nets."
COPY = "The nets are dried on the fence behind the house."


def copied(source: str, target: str) -> list[str]:
    found = align(source, target)
    return [found.target.blocks[j].text.strip() for j in sorted(found.copies)]


@pytest.mark.parametrize(
    "block",
    [
        COPY,
        "Now we can row.",
        "> They were there before us.",
        "- Dry the nets on the fence and fold them.",
        "### What to do when the wind is from the north",
        "The nets are `dried`\non the fence.",
        "![The nets are dried on the fence behind the house.](nets.png)",
    ],
)
def test_an_english_sentence_on_a_translated_page_is_a_copy(block: str) -> None:
    source, target = f"{ENGLISH}\n\n{block}\n", f"{TRANSLATED}\n\n{block}\n"
    assert copied(source, target) == [block]


@pytest.mark.parametrize(
    "block",
    [
        "# GPU",
        "## ResNet",
        "## The Art of Sailing",
        "- [Notes on the Tides](tides.md)",
        "- Ada Lovelace, Alan Turing and Grace Hopper",
        "- Hopper, G. (1952). The education of a computer. Proceedings of the ACM.",
        "`pip install nets`",
        "$x$ and $y$",
        "1, 2, 3",
        "[Discussions](https://example.org/t/12)",
        "![Net 18](net18.svg)",
        "| 1970 | 100 (Iris) |\n|---|---|\n| 1 KB | 3 |",
        "```python\n# this is the net that we use\nnet()\n```",
        "$$x = y$$",
        "<br>",
    ],
)
def test_names_formulas_and_code_rightly_equal_their_english(block: str) -> None:
    page = "{0}\n\n" + block + "\n\n{0}\n"
    assert copied(page.format(ENGLISH), page.format(TRANSLATED)) == []


def test_a_heading_or_item_is_a_copy_where_the_sentences_around_it_are() -> None:
    page = "# Nets\n\nOne\n\n{}\n\n## Exercises\n\n- Dry nets\n\n{}\n\n## GPU\n\nTwo\n\n{}\n"
    source = page.format(COPY, COPY, ENGLISH)
    target = page.format(COPY, COPY, TRANSLATED)
    assert copied(source, target) == ["# Nets", "One", COPY, "## Exercises", "- Dry nets", COPY]


def test_where_english_and_translation_stand_side_by_side_nothing_is_a_copy() -> None:
    assert copied(f"{COPY}\n", f"{COPY}\n\nAğlar evin arkasındaki çitte kurutulur.\n") == []


def test_a_copy_follows_its_english_and_waits() -> None:
    old = f"# Nets\n\n{COPY}\n\n{ENGLISH}\n"
    new = old.replace("fence", "wall")
    target = f"# Nets\n\n{COPY}\n\n{TRANSLATED}\n"
    for engine in ("none", "memory"):
        outcome = merge(old, new, target, "tr", engine_name=engine)
        assert outcome.text == target.replace("fence", "wall")
        assert [s for entry in outcome.entries for s in entry.translate] == [
            "Nets",
            COPY.replace("fence", "wall"),
        ]


def test_a_copy_is_asked_for_also_where_its_english_did_not_change() -> None:
    old = f"{COPY}\n\n{ENGLISH}\n"
    ours = "Ağlar evin arkasındaki çitte kurutulur."
    recording = json.dumps({"source": COPY, "target": ours})
    outcome = merge(
        old, old, f"{COPY}\n\n{TRANSLATED}\n", "tr", engine_name="recorded", recording=recording
    )
    assert outcome.text == f"{ours}\n\n{TRANSLATED}\n"


def test_a_copy_whose_english_is_gone_goes() -> None:
    assert merge(
        f"{ENGLISH}\n\n{COPY}\n", f"{ENGLISH}\n", f"{TRANSLATED}\n\n{COPY}\n", "tr"
    ).text == (f"{TRANSLATED}\n")


def test_a_copy_becomes_two_blocks_of_english_that_wait() -> None:
    old = "The nets are dried on the fence. They are folded by the door of the shed in the end.\n"
    new = (
        "The nets are dried on the fence.\n\nThey are folded by the door of the shed in the end.\n"
    )
    outcome = merge(f"{ENGLISH}\n\n{old}", f"{ENGLISH}\n\n{new}", f"{TRANSLATED}\n\n{old}", "tr")
    assert outcome.text == f"{TRANSLATED}\n\n{new}"
    assert len([s for entry in outcome.entries for s in entry.translate]) == 2


def test_a_sentence_left_in_english_is_no_draft_of_the_new_one() -> None:
    old, new = f"{ENGLISH} {COPY}\n", f"{ENGLISH} {COPY.replace('fence', 'wall')}\n"
    outcome = merge(old, new, f"{TRANSLATED} {COPY}\n", "tr", engine_name="memory")
    assert outcome.text == f"{TRANSLATED} {COPY.replace('fence', 'wall')}\n"


def test_copies_teach_nothing_and_draft_nothing() -> None:
    page = f"{ENGLISH}\n\n{COPY} {COPY}\n"
    found = align(page, f"{TRANSLATED}\n\n{COPY} {COPY}\n")
    assert block_pairs(found) == {ENGLISH: TRANSLATED}
    assert collect([found], {key(COPY), key(ENGLISH)}, "tr") == {key(ENGLISH): TRANSLATED}


def test_text_of_people_on_the_open_branch_is_never_a_copy_to_replace() -> None:
    page = f"{COPY}\n"
    theirs = frozenset({block_hash(page)})
    planned = draft(align(page, page), page, language("tr"), theirs=theirs)
    assert planned.requests == ()
