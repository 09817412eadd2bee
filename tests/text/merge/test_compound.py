"""Blocks that hold several leaves: each is merged for itself, and so is what stands between them."""

from __future__ import annotations

import pytest

from amts_bot.sync.one_page import merge

BODY = "\nThe miller opens the gate at dawn.\n"
RUMPF = "\nDer Müller öffnet das Tor bei Sonnenaufgang.\n"


def merged(
    old: str, new: str, target: str
) -> tuple[str, list[tuple[str, str, str, tuple[str, ...]]]]:
    """The new page without its body, and what became of each unit before that."""
    outcome = merge(old + BODY, new + BODY, target + RUMPF, "de")
    assert outcome.held == ""
    assert outcome.text.endswith(RUMPF)
    return outcome.text.removesuffix(RUMPF), [
        (
            entry.kind,
            entry.action,
            outcome.text[slice(*entry.target_new)] if entry.target_new else "",
            entry.translate,
        )
        for entry in outcome.entries[:-1]
    ]


OLD = """\
---
title: The mill
description: A mill by the pond
slug: mill
lang: en
---
"""
TARGET = """\
---
title: "Die Mühle"
description: Eine Mühle am Teich
slug: mill
lang: de
translator: Anna
---
"""


def test_one_changed_value_leaves_the_others_and_waits_alone() -> None:
    new = OLD.replace("A mill by the pond", "Two windmills on a hill")
    text, units = merged(OLD, new, TARGET)
    assert text == TARGET.replace("Eine Mühle am Teich", "Two windmills on a hill")
    assert units == [
        ("front_matter", "keep", text, ()),
        ("value", "keep", '"Die Mühle"', ()),
        ("value", "translate", "Two windmills on a hill", ("Two windmills on a hill",)),
    ]


def test_a_changed_key_is_taken_over_and_the_translators_key_stays() -> None:
    text, units = merged(OLD, OLD.replace("slug: mill", "slug: old-mill"), TARGET)
    assert text == TARGET.replace("slug: mill", "slug: old-mill")
    assert units[0][:2] == ("front_matter", "merge")


def test_a_key_that_both_sides_changed_stands_as_the_translators_have_it_and_is_held() -> None:
    text, units = merged(OLD, OLD.replace("lang: en", "lang: en-GB"), TARGET)
    assert text == TARGET
    assert units[0][:2] == ("front_matter", "hold")


def test_new_keys_follow_their_neighbour_and_gone_ones_go() -> None:
    new = OLD.replace("slug: mill\n", "").replace("lang:", "summary: Stone and wheel\nlang:")
    text, units = merged(OLD, new, TARGET)
    assert text == TARGET.replace("slug: mill\n", "").replace(
        "lang:", "summary: Stone and wheel\nlang:"
    )
    assert units[-1] == ("value", "translate", "Stone and wheel", ("Stone and wheel",))


def test_a_key_that_the_translators_left_out_stays_out() -> None:
    target = TARGET.replace("description: Eine Mühle am Teich\n", "")
    text, _ = merged(OLD, OLD.replace("by the pond", "on a hill"), target)
    assert text == target


def test_front_matter_that_the_english_adds_joins_what_the_translators_have() -> None:
    text, units = merged("", OLD, "---\ntitle: Mühle\ntranslator: Anna\n---\n")
    assert text == (
        "---\ntitle: Mühle\ndescription: A mill by the pond\nslug: mill\nlang: en\ntranslator: Anna\n---\n"
    )
    assert [unit[1] for unit in units] == ["merge", "keep", "translate"]


def test_a_new_page_has_its_values_asked_for() -> None:
    outcome = merge("", OLD + BODY, "", "de")
    assert outcome.text == OLD + BODY
    assert [text for entry in outcome.entries for text in entry.translate] == [
        "The mill",
        "A mill by the pond",
        "The miller opens the gate at dawn.",
    ]


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("Zwei Windmühlen", "Zwei Windmühlen"),
        ("Zwei: die Mühlen", '"Zwei: die Mühlen"'),
        ('Die "Mühle" #2', '"Die \\"Mühle\\" #2"'),
        ("Nein", "Nein"),
        ("No", '"No"'),
    ],
)
def test_an_answer_is_quoted_where_yaml_asks_for_it(answer: str, written: str) -> None:
    new = OLD.replace("A mill by the pond", "Two windmills")
    recording = f'{{"source": "Two windmills", "target": {answer!r}}}'.replace("'", '"')
    if '"' in answer:
        recording = '{"source": "Two windmills", "target": "Die \\"Mühle\\" #2"}'
    outcome = merge(
        OLD + BODY, new + BODY, TARGET + RUMPF, "de", engine_name="recorded", recording=recording
    )
    assert outcome.text == TARGET.replace("Eine Mühle am Teich", written) + RUMPF


def test_a_value_that_nobody_can_read_stands_and_is_held() -> None:
    old, new = (f'---\ntitle: "The mill\nslug: {slug}\n---\n' for slug in ("a", "b"))
    target = '---\ntitle: "Die Mühle\nslug: a\n---\n'
    text, units = merged(old, new, target)
    assert text == '---\ntitle: "Die Mühle\nslug: b\n---\n'
    text, units = merged(old, old.replace("The mill", "The windmill"), target)
    assert text == target
    assert units[0][:2] == ("front_matter", "hold")


def test_toml_is_merged_like_yaml() -> None:
    old = '+++\ntitle = "The mill"\nweight = 3\n+++\n'
    target = '+++\ntitle = "Die Mühle"\nweight = 3\n+++\n'
    text, units = merged(old, old.replace("3", "4"), target)
    assert text == target.replace("3", "4")
    text, units = merged(old, old.replace("The mill", "Two windmills"), target)
    assert text == target.replace("Die Mühle", "Two windmills")
    assert units[1] == ("value", "translate", '"Two windmills"', ("Two windmills",))
