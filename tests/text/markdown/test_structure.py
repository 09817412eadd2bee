"""What a page is built from: its frame as a value, and what two frames do not have in common."""

from __future__ import annotations

from collections import Counter

import pytest

from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.structure import Outline, outline, unexplained

PAGE = """\
# Lamps

Read [the guide] first.

- oil
- gas

| a | b |
|---|---|
| 1 | 2 |

[the guide]: x.md
"""


def read(page: str) -> Outline:
    return outline(split(page))


def frame(page: str) -> Counter[str]:
    return read(page).frame((0, len(page)))


def test_a_frame_says_what_a_page_is_built_from() -> None:
    assert frame(PAGE) == {
        "heading 1": 1,
        "paragraph": 1,
        "[the guide]": 1,
        "item 1": 2,
        "row": 3,
        "3 cell marks": 3,
        "reference": 1,
        "definition the guide": 1,
    }


def test_a_stretch_has_the_blocks_that_begin_in_it() -> None:
    start = PAGE.index("- oil")
    assert read(PAGE).blocks((start, PAGE.index("| a"))) == ["item", "item"]
    assert read(PAGE).blocks((start + 1, start + 4)) == []
    assert read(PAGE).blocks(None) == []


def test_what_a_block_stands_in_is_part_of_its_kind() -> None:
    page = ":begin_tab:`oil`\nThe lamp.\n:end_tab:\n"
    assert frame(page)["paragraph in tab oil"] == 1


@pytest.mark.parametrize(
    ("mine", "model", "before", "odd"),
    [
        ("- a\n- b\n", "- c\n- d\n", ("", ""), {}),
        ("1. a\n", "a\n", ("", ""), {"item 1": 1, "paragraph": -1}),
        ("# a\n", "## a\n", ("", ""), {"heading 1": 1, "heading 2": -1}),
        ("| a | b | c |\n|---|---|---|\n", "| a | b |\n|---|---|\n", ("", ""), {"3 cell marks": -2, "4 cell marks": 2}),
        # what was there before explains it; what is mended needs no explanation
        ("# a\n", "## a\n", ("# a\n", "## a\n"), {}),
        ("- a\n- b\n", "- c\n", ("- a\n- b\n", "- c\n"), {}),
        ("- a\n- b\n- e\n", "- c\n", ("- a\n- b\n", "- c\n"), {"item 1": 1}),
        ("- a\n", "- c\n", ("- a\n- b\n", "- c\n"), {}),
        ("> - a\n", "> c\n", ("- a\n", "c\n"), {}),
        ("a\n", "> a\n", ("", ""), {"paragraph": 1, "paragraph in quote": -1}),
        # people join paragraphs, and cut them
        ("a\n", "b\n\nc\n", ("", ""), {}),
        ("a\n\nb\n", "c\n", ("", ""), {}),
        ("", "c\n", ("", ""), {"paragraph": -1}),
    ],
)  # fmt: skip
def test_a_difference_is_one_that_nothing_explains(
    mine: str, model: str, before: tuple[str, str], odd: dict[str, int]
) -> None:
    old, english = before
    assert unexplained(frame(mine), frame(model), (frame(old), frame(english))) == odd
