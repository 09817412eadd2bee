"""Which values of front matter are prose, where they stand, and how they are written."""

from __future__ import annotations

import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown import front_matter
from amts_bot.text.markdown.front_matter import (
    said_toml,
    said_yaml,
    written_toml,
    written_yaml,
    written_yaml_flow,
)

YAML = """\
---
# How the mill works
title: "The mill: \\"stone\\" and wheel"   # shown in the tab
layout: page
description: >
  Water turns the wheel,
  the wheel turns the stone.

  Flour falls out.
hero:
  tagline: It's old
  actions:
    - text: Go in
      link: /door
questions:
- 'Who''s there?'
- "When?"
lang: en
---
"""
TOML = """\
+++
title = "The \\"old\\" mill"
date = 2024-01-02
[extra]
questions = ["Who?", 'When?'] # "no text"
description = \"\"\"
Water turns
the wheel.\"\"\"
+++
"""


def found(text: str) -> list[tuple[str, str, str]]:
    return [
        (leaf.key, leaf.text, text[leaf.start : leaf.end]) for leaf in front_matter.leaves(text)
    ]


def test_values_of_yaml_that_people_read_are_leaves_with_their_quotes() -> None:
    assert found(YAML) == [
        ("title", 'The mill: "stone" and wheel', '"The mill: \\"stone\\" and wheel"'),
        (
            "description",
            "Water turns the wheel,\nthe wheel turns the stone.",
            "Water turns the wheel,\n  the wheel turns the stone.",
        ),
        ("description#1", "Flour falls out.", "Flour falls out."),
        ("hero.tagline", "It's old", "It's old"),
        ("hero.actions[0].text", "Go in", "Go in"),
        ("questions[0]", "Who's there?", "'Who''s there?'"),
        ("questions[1]", "When?", '"When?"'),
    ]


def test_values_of_toml_that_people_read_are_leaves_with_their_quotes() -> None:
    assert found(TOML) == [
        ("title", 'The "old" mill', '"The \\"old\\" mill"'),
        ("[extra]questions[0]", "Who?", '"Who?"'),
        ("[extra]questions[1]", "When?", "'When?'"),
        ("[extra]description", "Water turns\nthe wheel.", '"""\nWater turns\nthe wheel."""'),
    ]


@pytest.mark.parametrize(
    ("broken", "left"),
    [
        ('title: "The mill\ndescription: Old\n', ["description"]),
        ("title: The mill\ntitle: The mill again\ndescription: Old\n", ["description"]),
        ("title: &name The mill\ndescription: Old\nsummary: *name\n", ["description"]),
        ("title:\tThe mill\n\tsummary: x\ndescription: Old\n", ["description"]),
        ("title: [The, mill\ndescription: Old\n", ["description"]),
        ("title: 2024\nsummary: yes\ndescription: Old\n", ["description"]),
        ("title: " + "[" * 20_000 + "\ndescription: Old\n", ["description"]),
        ("title:\n" + "- " * 20_000 + "\ndescription: Old\n", ["description"]),
    ],
)
def test_an_entry_that_nobody_can_read_spoils_no_other(broken: str, left: list[str]) -> None:
    text = f"---\n{broken}---\n"
    assert [leaf.key for leaf in front_matter.leaves(text)] == left
    assert "".join(text[e.start : e.end] for e in front_matter.entries(text)) == text


@given(
    st.lists(
        st.sampled_from(
            [*YAML.splitlines(True), *TOML.splitlines(True), "\t- x\n", "{a: b\n", "\r\n", "é"]
        )
    )
)
def test_entries_tile_whatever_they_are_given(lines: list[str]) -> None:
    text = "".join(lines)
    tiles = front_matter.entries(text)
    assert "".join(text[tile.start : tile.end] for tile in tiles) == text
    assert all(text[leaf.start : leaf.end] for leaf in front_matter.leaves(text))


_SIGNS = st.sampled_from(" :#'\"\\-,[]{}&*!|>%@`?~yesnoYN01.é水")
_LINES = st.text(
    st.one_of(_SIGNS, st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1
)
_LINES = _LINES.map(lambda text: " ".join(text.split())).filter(bool)


@given(_LINES, st.sampled_from(["", "'", '"', "plain"]))
def test_what_is_written_as_yaml_says_the_same(text: str, model: str) -> None:
    raw = written_yaml(text, model)
    assert yaml.safe_load(f"title: {raw}\nlist:\n- {raw}\n") == {"title": text, "list": [text]}
    assert said_yaml(raw) == text
    assert yaml.safe_load(f"[{written_yaml_flow(text, model)}, x]") == [text, "x"]


@given(_LINES, st.sampled_from(["", "'", '"', "'''", '"""']))
def test_what_is_written_as_toml_says_the_same(text: str, model: str) -> None:
    raw = written_toml(text, model)
    assert tomllib.loads(f"title = {raw}") == {"title": text}
    assert said_toml(raw) == text
