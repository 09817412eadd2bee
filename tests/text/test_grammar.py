"""Any document of the grammar, edited at random, keeps what stands and asks for what changed.

`AMTS_FUZZ=50 pytest tests/text/test_grammar.py` looks at fifty times as many, and makes what fails small.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from amts_bot.engines.table import ENGINES
from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import page
from amts_bot.text.markdown.blocks import split
from amts_bot.text.merge.entries import Outcome
from tests.grammar import (
    CONSTRUCTS,
    Document,
    Edition,
    Leaf,
    documents,
    english,
    rearranged,
    reworded,
    translation,
)

TIMES = int(os.environ.get("AMTS_FUZZ", "1"))

# What holds for a construct only in part, and why.
UNFINISHED: dict[str, str] = {}


def constructs() -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=UNFINISHED[name], strict=False))
        if name in UNFINISHED
        else name
        for name in CONSTRUCTS
    ]


def few(examples: int) -> settings:
    """Shrinking a failure takes minutes: it is done for those who look for it."""
    phases = [*Phase] if TIMES > 1 else [Phase.generate]
    return settings(max_examples=examples * TIMES, phases=phases)


SOUND = tuple(name for name in CONSTRUCTS if name not in UNFINISHED)


# -- each construct by itself ---------------------------------------------------------------------


@pytest.mark.parametrize("name", constructs())
@few(8)
@given(data=st.data())
def test_what_stands_in_a_construct_stays_and_what_changed_waits(
    name: str, data: st.DataObject
) -> None:
    document = data.draw(documents((name,), SOUND))
    check(document, data.draw(reworded(document)))


@pytest.mark.parametrize("name", CONSTRUCTS)
@few(6)
@given(data=st.data())
def test_a_construct_stands_wherever_its_neighbours_go(name: str, data: st.DataObject) -> None:
    document = data.draw(documents((name,), SOUND))
    check(document, data.draw(rearranged(document)))


# -- all of them ----------------------------------------------------------------------------------


@few(40)
@given(st.data())
def test_what_stands_in_any_document_stays_and_what_changed_waits(data: st.DataObject) -> None:
    document = data.draw(documents(SOUND, SOUND, depth=3, fronted=data.draw(st.booleans())))
    check(document, data.draw(reworded(document)))


@few(40)
@given(st.data())
def test_any_document_keeps_its_promises_in_another_order(data: st.DataObject) -> None:
    document = data.draw(documents(SOUND, SOUND, depth=3, fronted=data.draw(st.booleans())))
    check(document, data.draw(rearranged(document)))


@few(40)
@given(documents(SOUND, SOUND, depth=4, fronted=True))
def test_nothing_changes_where_the_english_stands(document: Document) -> None:
    text = document.turkish()
    outcome = merge(document.english(), document.english(), text, "tr", engine_name="none")
    assert (outcome.text, asked(outcome)) == (text, "")


# -- what is checked ------------------------------------------------------------------------------


def check(document: Document, edition: Edition) -> None:
    old, new, target = document.english(), edition.document.english(), document.turkish()
    for text in (old, new, target):
        assert "".join(block.text for block in split(text)) == text
    outcome = merge(old, new, target, "tr", engine_name="none")
    assert outcome.held == ""
    assert lost(edition.stands, outcome) == []
    assert hidden(edition.changed, outcome) == []
    assert form(outcome.text) == form(new)
    if "echo" in ENGINES:
        assert merge(old, new, target, "tr", engine_name="echo").text == outcome.text


def lost(stands: Sequence[Leaf], outcome: Outcome) -> list[str]:
    """Reviewed sentences whose English stands, but that the page has no more."""
    texts = (translation(number) for leaf in stands for number in leaf.sentences)
    return [text for text in texts if text not in outcome.text]


def hidden(changed: Sequence[Leaf], outcome: Outcome) -> list[str]:
    """English that came or changed, and that nobody is asked to translate."""
    waits = asked(outcome)
    texts = (english(number) for leaf in changed for number in leaf.sentences)
    return [text for text in texts if text not in waits and text in outcome.text]


def asked(outcome: Outcome) -> str:
    return "\n".join(text for entry in outcome.entries for text in entry.translate)


def form(text: str) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.container) for block in page(text).blocks]
