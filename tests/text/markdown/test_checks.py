"""What the checks say of a translation: what stops it, and what a reviewer should know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown.checks import complaints, remarks

LONG = "The wheel turns from the first snow to the last day of the harvest, and it creaks all the while. "


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
        # half a pair of marks
        ("**The lamp burns gas.", "**Lamba gaz yakar.", []),
        (
            "**The lamp burns gas.",
            "Lamba gaz yakar.",
            ["emphasis that goes on beyond the sentence: 0 marks of 1"],
        ),
        ("It is 2*3 or 2 * 3.", "2 kere 3.", []),
        # signs of a service
        (
            "Go to `gate`.",
            "Geh DNT_KQWZRTB `gate`.",
            ["a placeholder of the service came back: DNT_KQWZRTB"],
        ),
        ("Set DNT_LEVEL_ONE.", "DNT_LEVEL_ONE ayarla.", []),
        # cells
        ("`&` | both at once |", "`&` | ikisi | de aynı anda |", ["3 cell marks for 2"]),
        (r"one \| two | three |", r"bir \| iki | üç |", []),
        # numbers
        (
            "It weighs 1200 kilograms.",
            "Er wiegt 12000 Kilogramm.",
            ["another number: 1200 lost 12000 not in the English"],
        ),
        ("It weighs 1,200.5 kilograms.", "Er wiegt 1.200,5 Kilogramm.", []),
        ("It weighs 1 200 kilograms.", "Er wiegt 1200 Kilogramm.", []),
        ("The sets 1, 2, 3 and 4.", "1,2,3和4的集合。", []),
        ("He has 3 lamps.", "لديه ٣ مصابيح", []),
        ("He has 3 lamps.", "Üç lambası var.", []),
        ("World War I began.", "1. Dünya Savaşı başladı.", []),
        ("About 12 million lamps of the 1990s.", "20世纪90年代大约有1200万盏灯。", []),
        # names may stay, sentences may not
        ("AlexNet", "AlexNet", []),
        ("Ada Lovelace", "Ada Lovelace", []),
        ("The lamp", "The lamp", ["the English came back"]),
        ("A guest asked for `bread`.", "A guest asked\nfor `bread`.", ["the English came back"]),
        # an answer that cannot be whole
        (LONG, "Das Rad.", ["the translation is far too short"]),
        ("The wheel", LONG * 2, ["the translation is far too long"]),
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


@given(st.text("AB1 `$[]()*:<>|\\\n", min_size=1, max_size=40))
def test_the_markup_of_a_text_is_a_fair_translation_of_itself(text: str) -> None:
    said = [words for words in complaints(text, text) if words != "the English came back"]
    assert said == ["the translation holds a blank line"] * ("\n\n" in text.strip())
