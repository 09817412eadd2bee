"""What the checks say of a translation: what stops it, and what a reviewer should know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown.checks import complaints, remarks


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("Call `run()` twice.", "`run()` iki kez çağrılır.", []),
        ("From $a$ to $b$.", "$b$'ye $a$'dan.", []),  # in any order
        ("See :numref:`fig_a`.", "Bkz. :numref:`fig_a`.", []),
        ("See :numref:`fig\n_a`.", "Bkz. :numref:`fig _a`.", []),  # wrapped elsewhere
        ("", "", []),
        (" \n", "", []),
        ("Call `run()`.", "Çağır.", ["lost: `run()`"]),
        ("Call `run()` or `run()`.", "`run()`.", ["lost: `run()`"]),
        ("Call it.", "`run()` çağır.", ["not in the English: `run()`"]),
        ("Call `run()`.", "`koş()` çağır.", ["lost: `run()`; not in the English: `koş()`"]),
        (
            "A [page](http://a.b).",
            "Bir [sayfa](http://a.c).",
            ["lost: ](http://a.b); not in the English: ](http://a.c)"],
        ),
        ("Bold [**move**].", "Cesur hamle.", ["lost: **], [**"]),
        ("<b>x</b>", "<b>x", ["lost: </b>"]),
        ("Something.", " ", ["the translation is empty"]),
        ("One.\nTwo.", "Bir.\n\nİki.", ["the translation holds a blank line"]),
        ("Use `a`.", "", ["the translation is empty", "lost: `a`"]),
        ("See `x`.", "Bak `x`.", []),
        ("See `x`.", "Bak.", ["lost: `x`"]),
        ("See it.", " ", ["the translation is empty"]),
        ("See it.", "Bak.\n\nGör.", ["the translation holds a blank line"]),
        (
            "*Pooling* shrinks it.",
            "* Havuzlama * küçültür.",
            ["the translation begins with '*', as another kind of block does"],
        ),
        ("- one", "- bir", []),
        (
            "Number 1. It is.",
            "# 1. Odur.",
            ["the translation begins with '#', as another kind of block does"],
        ),
    ],
)
def test_what_stops_a_translation(source: str, target: str, said: list[str]) -> None:
    assert complaints(source, target) == said


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("It is *so* **slow**.", "*Çok* **yavaş**.", []),
        ("It is *so* **slow**.", "Çok **yavaş**.", ["1 of 2 emphasised words lost"]),
        ("It is *so* slow.", "Çok * yavaş *.", ["1 of 1 emphasised words lost"]),
        ("Take `a*b*c`.", "Al `a*b*c`.", []),
    ],
)
def test_what_a_reviewer_should_know(source: str, target: str, said: list[str]) -> None:
    assert remarks(source, target) == said


@given(st.text("ab `$[]()*:<>\\\n", min_size=1, max_size=40))
def test_a_text_is_a_fair_translation_of_itself(text: str) -> None:
    assert complaints(text, text) == ["the translation holds a blank line"] * (
        "\n\n" in text.strip()
    )
