"""What the checks say of a translation: what stops it, and what a reviewer should know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.languages import Language, language
from amts_bot.text.markdown.checks import complaints, remarks

AGAIN = "the translation says again and again"
LONG = "The ferry crosses between the thaw of March and the leaf fall of autumn, and it whistles all the while. "


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
        (
            "one | `a` | `b` |",
            "bir `a` | `b` | |",
            ["what stands in one cell came back in another"],
        ),
        ("one | | `b` |", "bir |  | `b` |", []),
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
        ("It costs 110 million.", "1.1亿。", []),
        ("It costs 340 million.", "3억 4,000만 원이다.", []),
        ("It costs 340 million.", "3億4千万です。", []),
        ("It costs 1.5 billion.", "Cuesta 1,5 mil millones.", []),
        (
            "It costs 110 million.",
            "111 milyon eder.",
            ["another number: 11 lost 111 not in the English"],
        ),
        ("In 1990 it burnt.", "1991年。", ["another number: 1990 lost 1991 not in the English"]),
        # names may stay, sentences may not
        ("AlexNet", "AlexNet", []),
        ("Ada Lovelace", "Ada Lovelace", []),
        ("The lamp", "The lamp", ["the English came back"]),
        ("A guest asked for `bread`.", "A guest asked\nfor `bread`.", ["the English came back"]),
        (
            "The lamp of the inn burns all night.",
            "The LAMBA of the inn burns all night.",
            ["nearly the English came back"],
        ),
        ("The Oven", "THE OVEN", []),
        ("The oven is hot.", "THE OVEN IS HOT.", ["the English came back"]),
        # an answer that cannot be whole
        (LONG, "Das Rad.", ["the translation is far too short"]),
        (
            "The wheel",
            LONG + "So it does until the stream below the mill freezes over.",
            ["the translation is far too long"],
        ),
        (
            "The wheel turns and " + LONG,
            "Das Rad dreht sich, " * 7,
            [f"{AGAIN}: das rad dreht sich"],
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


@given(st.text("AB1 `$[]()*:<>|\\\n", min_size=1, max_size=40))
def test_the_markup_of_a_text_is_a_fair_translation_of_itself(text: str) -> None:
    said = [words for words in complaints(text, text) if words != "the English came back"]
    assert said == ["the translation holds a blank line"] * ("\n\n" in text.strip())


TR, ZH, TH = map(language, ("tr", "zh", "th"))
MILL = "The mill turns all day. It stops at night. The miller sleeps then, and so does his cat."
DEGIRMEN = "Değirmen bütün gün döner. Gece durur. Değirmenci de kedisi de o zaman uyur."


@pytest.mark.parametrize(
    ("source", "target", "row", "said"),
    [
        (MILL, DEGIRMEN, TR, []),
        # order and place of spans
        ("From `a` to `b`.", "`b` için `a`.", TR, ["in another order than in the English: from `a` on"]),
        (
            "See [the `x`](u) now.",
            "Şimdi [buna](u) `x` bak.",
            TR,
            [
                "in another order than in the English: from `x` on",
                "came out of a link or emphasis, or into one: `x`",
            ],
        ),
        ("It is *so `x`*.", "Bu `x` *öyle*.", TR, ["came out of a link or emphasis, or into one: `x`"]),
        ("A *great* lamp.", "Bir *büyük*lamba.", TR, ["no space behind a link or emphasis: lamba"]),
        ("Two `lamp`s burn.", "İki `lamp` s yanar.", TR, ["set apart: `lamp` s"]),
        ("Two `lamp`s burn.", "İki `lamp` yanar.", TR, []),
        ("A *lamp* or *oven*, but not all that.", "Bir *lamba ya da* *fırın ama öyle değil o kadar*.", TR,
         ["far more than in the English stands in a link or in emphasis"]),
        # texts of links
        ("The [old mill](a) and the [Ada house](b).", "[eski ev](a) ve [Ada evi](b).", TR, []),
        ("The [old mill](a) and the [Ada house](b).", "[Ada evi](a) ve [eski ev](b).", TR,
         ["the texts of links seem to have changed places: ](a) and ](b)"]),
        ("The [mill](a) and the [house that is old](b).", "[eski olan ev](a) ve [çark](b).", TR,
         ["the texts of links seem to have changed places: ](a) and ](b)"]),
        ("The [mill](a) and the [house that is old](b).", "[çark](a) ve [eski olan ev](b).", TR, []),
        ("The [mill](a) and the [lamp](b).", "[çark](a) ve [lamba](b).", TR,
         ["look which text belongs to which link: ](a) and ](b)"]),
        # signs of Markdown
        ("The wheel turns.", "Çark * döner.", TR, ["signs that the English has not: *"]),
        ("The wheel turns.", "Çark **döner**.", TR, ["1 more emphasised than in the English"]),
        # scripts
        ("The wheel turns.", "Çark крутится döner.", TR, ["letters of another script: крутится"]),
        ("The angle is α.", "Açı α olur.", TR, []),
        ("The wheel of Ada turns.", "Ada的轮子在转。", ZH, []),
        # English that was left
        ("He reads. You will see the wheel.", "Okur. You will see the çark.", TR, ["English left: You will see the"]),
        ("See [how the wheel turns](u).", "Bak: [how the wheel turns](u).", TR, ["English left: how the wheel turns"]),
        # whether it is whole
        (MILL, "Değirmen bütün gün döner. Gece durur ve uyur.", TR, ["2 sentences for 3"]),
        ("The mill turns all day.", "Değirmen bütün gün,", TR, ["does not end as a sentence does: cut off?"]),
        ("See (the mill).", "Bak (değirmen", TR, ["does not end as a sentence does: cut off?", "not closed: ("]),
        ("The mill (a wheel) turns.", "Değirmen (çark döner.", TR, ["not closed: ("]),
        ("A \"mill\" turns.", "“Değirmen” döner.", TR, []),
        ("Does it turn, by St. Anne?", "Döner mi, St.", TR, ["the English is a question: cut off?"]),
        ("Does it turn?", "它转吗？", ZH, []),
        ("It turns: day and night.", "Döner:", TR, ["does not end as a sentence does: cut off?"]),
        ("It is “&lt;on&gt;” here.", "Bu “&lt;açık&gt;", TR, ["does not end as a sentence does: cut off?"]),
        ("The mill turns all day.", "โรงสีหมุนทั้งวัน", TH, []),
        ("The mill turns all day.", "磨坊整天转。", ZH, []),
        # what is said twice
        ("The mill turns.", "Değirmen döner döner döner.", TR, ["said again and again: döner"]),
        ("The mill turns and turns and turns and.", "Döner, döner, döner.", TR, []),
        ("`a` and `b` and `c` and `d`.", "`a` ve `b` ve `c` ve `d`.", TR, []),
        ("See (it).", "Bak (ona). ). ).", TR, ["said again and again: )."]),
        ("The mill has 2.", "Değirmende 2. 2. 2.", TR, ["said again and again: 2"]),
        ("Storage", "Depo po po", TR, ["said twice at the end: po"]),
        ("Go step by step", "Yürü adım adım", TR, []),
        ("The wheel (the wheel) turns.", "Bu çark (bu çark) döner.", TR, []),
        ("The wheel (the wheel) turns.", "Bu çark (bu çark) döner döner döner.", TR, ["said again and again: bu çark"]),
    ],
)  # fmt: skip
def test_what_is_remarked_on_machine_text(
    source: str, target: str, row: Language, said: list[str]
) -> None:
    assert (remarks(source, target, row), complaints(source, target, row)) == (said, [])


def test_text_in_another_script_is_refused() -> None:
    assert complaints("The wheel turns.", "Колесо крутится.", TR) == ["written in another script"]
