"""Which target blocks translate which English ones; the pages were written for these tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.align.blocks import align_blocks, likeness
from amts_bot.text.align.pages import align, page
from tests.pages import PAGES

ENGLISH = """\
# Bees
:label:`sec_bees`

A hive holds some 40,000 bees. Each has `6` legs.

They dance to show the others the way to the clover on the far side of the hill.

```python
# count them
legs = 6 * bees
```

$$l = 6 b$$
:eqlabel:`eq_legs`

The queen lays eggs all summer, see :numref:`fig_queen`.

## Honey

* Clover honey is white.
* Heather honey is brown.
"""
TURKISH = """\
# Arılar
:label:`sec_bees`

Bir kovanda 40,000 kadar arı vardır. Her birinin `6` bacağı olur.

Yolu göstermek için, tepenin öbür yanındaki yoncaya kadar, ötekilere dans ederler.

```python
# onları say
legs = 6 * bees
```

$$l = 6 b$$
:eqlabel:`eq_legs`

Kraliçe yaz boyu yumurtlar, bkz. :numref:`fig_queen`.

## Bal

* Yonca balı beyazdır.
* Funda balı kahverengidir.
"""


def beads(source: str, target: str) -> list[tuple[str, str]]:
    """The first words of both sides of each bead."""
    left, right = page(source).blocks, page(target).blocks
    return [
        (" + ".join(start(left[i].text) for i in b.source), " + ".join(start(right[j].text) for j in b.target))
        for b in align_blocks(left, right)
    ]  # fmt: skip


def start(text: str) -> str:
    return " ".join(text.split()[:2])


PAIRS = [
    ("# Bees", "# Arılar"),
    (":label:`sec_bees`", ":label:`sec_bees`"),
    ("A hive", "Bir kovanda"),
    ("They dance", "Yolu göstermek"),
    ("```python #", "```python #"),
    ("$$l =", "$$l ="),
    (":eqlabel:`eq_legs`", ":eqlabel:`eq_legs`"),
    ("The queen", "Kraliçe yaz"),
    ("## Honey", "## Bal"),
    ("* Clover", "* Yonca"),
    ("* Heather", "* Funda"),
]


def test_a_faithful_translation_pairs_block_by_block() -> None:
    assert beads(ENGLISH, TURKISH) == PAIRS


def test_a_cell_and_a_note_of_the_translators_have_no_english() -> None:
    own = "```python\n#@tab paddle\nimport paddle\n```\n\n"
    target = TURKISH.replace("Kraliçe", own + "Kraliçe").replace("## Bal", "### Kısa not\n\n## Bal")
    pairs = [*PAIRS[:7], ("", "```python #@tab"), PAIRS[7], ("", "### Kısa"), *PAIRS[8:]]
    assert beads(ENGLISH, target) == pairs


def test_a_block_that_was_left_out_has_no_target() -> None:
    target = TURKISH.replace("$$l = 6 b$$\n", "").replace("* Yonca balı beyazdır.\n", "")
    pairs = [(a, "" if a in ("$$l =", "* Clover") else b) for a, b in PAIRS]
    assert beads(ENGLISH, target) == pairs


def test_a_paragraph_that_was_split_is_one_bead() -> None:
    target = TURKISH.replace("vardır. Her", "vardır.\n\nHer")
    pairs = [(a, "Bir kovanda + Her birinin" if a == "A hive" else b) for a, b in PAIRS]
    assert beads(ENGLISH, target) == pairs


def test_two_paragraphs_that_were_joined_are_one_bead() -> None:
    target = TURKISH.replace("olur.\n\nYolu", "olur. Yolu")
    pairs = [*PAIRS[:2], ("A hive + They dance", "Bir kovanda"), *PAIRS[4:]]
    assert beads(ENGLISH, target) == pairs


def test_changed_code_and_a_renamed_label_are_still_each_others() -> None:
    target = TURKISH.replace("legs = 6 * bees", "legs = 6 * bees  # bacak\nprint(legs)")
    assert beads(ENGLISH, target.replace("sec_bees", "sec_arilar")) == [
        PAIRS[0], (":label:`sec_bees`", ":label:`sec_arilar`"), *PAIRS[2:]
    ]  # fmt: skip


def test_tabs_of_different_frameworks_are_never_paired() -> None:
    tab = ":begin_tab:`{}`\nThe very same 7 words about `x` here.\n:end_tab:\n"
    pairs = beads(tab.format("jax"), tab.format("paddle"))
    assert [pair for pair in pairs if pair[0].startswith("The") and pair[1]] == []


@given(st.one_of(PAGES, st.text("`$*-#\n\r\t a", max_size=80)))
def test_a_page_that_was_split_says_again_what_it_said(text: str) -> None:
    assert page(text).text == text


@given(PAGES, PAGES)
def test_both_pages_are_covered_in_order(source: str, target: str) -> None:
    left, right = page(source).blocks, page(target).blocks
    found = align_blocks(left, right)
    assert [i for bead in found for i in bead.source] == list(range(len(left)))
    assert [j for bead in found for j in bead.target] == list(range(len(right)))
    assert {min(len(b.source), len(b.target)) for b in found} <= {0, 1}


@given(PAGES)
def test_a_page_is_its_own_translation_block_by_block(text: str) -> None:
    alignment = align(text, text)
    assert [(b.source, b.target) for b in alignment.beads] == [
        (range(i, i + 1), range(i, i + 1)) for i in range(len(alignment.source.blocks))
    ]
    assert alignment.likeness == 1.0


@pytest.mark.parametrize(
    ("source", "target", "at_least", "at_most"),
    [(ENGLISH, TURKISH, 0.95, 1.0), (ENGLISH, "", 0.0, 0.1), ("", "", 1.0, 1.0),
     (ENGLISH, "# Tekne\n\n`a` `b` `c` `d` ile dört uzun ve bambaşka cümle.\n\n```\nx\n```\n", 0.0, 0.4)],
)  # fmt: skip
def test_likeness(source: str, target: str, at_least: float, at_most: float) -> None:
    left, right = page(source).blocks, page(target).blocks
    assert at_least <= likeness(left, right, align_blocks(left, right)) <= at_most
