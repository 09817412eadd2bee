"""A changed unit of prose: what stands, what is carried, and what is translated anew."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Request
from amts_bot.text.languages import Language, language
from amts_bot.text.markdown.frames import flat, frame, indented, lined
from amts_bot.text.merge.revision import (
    carry,
    fresh,
    revise,
)
from tests.pages import PAGES

TEXTS = PAGES.map(lambda page: page.replace("\n\n", "\n"))

# -- the clothes of a unit ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("## A title ##\n", ("## ", "A title", " ##\n")),
        ("  * an item\r\n", ("  * ", "an item", "\r\n")),
        ("12) an item", ("12) ", "an item", "")),
        ("> said\n", ("> ", "said", "\n")),
        ("| a | b |\n", ("| ", "a | b |", "\n")),
        ("Plain.\nText.  \n", ("", "Plain.\nText.", "  \n")),
        ("#hash\n", ("", "#hash", "\n")),
        ("- [ ] a task\n", ("- [ ] ", "a task", "\n")),
        ("3. [X] a task\n", ("3. [X] ", "a task", "\n")),
        ("- [x](y)\n", ("- ", "[x](y)", "\n")),
        ("A title\n---\n", ("", "A title", "\n---\n")),
        ("A long\r\ntitle \r\n  ==\r\n", ("", "A long\r\ntitle", " \r\n  ==\r\n")),
        ("---\n", ("", "---", "\n")),
        # containers: what each further line begins with is no part of the words
        ("> a\n> b\n", ("> ", "a\nb", "\n")),
        ("> a\nb\n", ("> ", "a\nb", "\n")),
        ("> a\nb\n> c\n", ("> ", "a\nb\nc", "\n")),
        ("> a\n>\n> b\n", ("> ", "a\n\nb", "\n")),
        ("> - a\n>   b\n", ("> - ", "a\nb", "\n")),
        ("    a\n    b\n", ("    ", "a\nb", "\n")),
        ("- a\n  b\n    c\n", ("- ", "a\nb\n  c", "\n")),
        ("[^1]: a\n    b\n", ("[^1]: ", "a\nb", "\n")),
        (": a\n  b\n", (": ", "a\nb", "\n")),
        ("> A title\r\n> ---\r\n", ("> ", "A title", "\r\n> ---\r\n")),
        ("> | a |\n", ("> | ", "a |", "\n")),
        ("\n", ("", "", "\n")),
        ("", ("", "", "")),
    ],
)
def test_frames(text: str, parts: tuple[str, str, str]) -> None:
    found = frame(text)
    assert (found.prefix, found.body, found.suffix) == parts


@given(TEXTS)
def test_a_unit_is_its_frame_and_body(text: str) -> None:
    found = frame(text)
    written = [indented(p.source, p.indent) if isinstance(p, Request) else p for p in fresh(text)]
    if ">" not in text:  # a quotation gets the marks that some of its lines lack
        assert found.prefix + indented(found.body, found.indent) + found.suffix == text
        assert "".join(written) == text
    assert [text[found.place(i)] for i in range(len(found.body))] == list(found.body)
    assert lined(*flat(text)) == text


@pytest.mark.parametrize(
    ("old", "new", "target", "text"),
    [
        # a box is ticked, an item gets another number; the page's own bullets stay
        ("- [ ] Fill it.\n", "- [x] Fill it.\n", "- [ ] Doldur.\n", "- [x] Doldur.\n"),
        ("- [x] Fill it.\n", "- [ ] Fill it.\n", "* [x] Doldur.\n", "* [ ] Doldur.\n"),
        ("1. Fill it.\n", "2. Fill it.\n", "1. Doldur.\n", "2. Doldur.\n"),
        ("# The pump\n", "## The pump\n", "# Pompa\n", "## Pompa\n"),
        # the form of a heading
        ("The pump\n---\n", "## The pump\n", "Pompa\n-----\n", "## Pompa\n"),
        ("## The pump\n", "The pump\n---\n", "## Pompa ##\n", "Pompa\n---\n"),
        ("The\npump\n===\n", "# The pump\n", "Büyük\npompa\n=====\n", "# Büyük pompa\n"),
        ("The pump\n===\n", "The pump\n---\n", "Pompa\n===\n", "Pompa\n---\n"),
        ("The pump\n---\n", "The pump\n--------\n", "Pompa\n-----\n", "Pompa\n-----\n"),
        ("The pump\n---\n", "The **pump**\n---\n", "## Pompa\n", "## Pompa\n"),
    ],
)
def test_other_clothes_change_no_word(old: str, new: str, target: str, text: str) -> None:
    assert revise(old, new, target, language("tr")).pieces == (text,)


@pytest.mark.parametrize("run", [" ", "\t", "# ", "#", "[a](", "[", "=", "- "])
def test_a_long_run_costs_no_more_than_its_length(run: str) -> None:
    """A quadratic rule would take minutes here; no clock is asked."""
    long = "A lamp hangs." + run * (100_000 // len(run)) + "Then it is dark."
    assert revise(long, long, "Bir lamba.", language("tr")).pieces == ("Bir lamba.",)


# -- carry ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "target", "carried"),
    [
        # numbers, formulas, references and links, wherever the translators put them
        ("It took 5 days.", "It took 6 days.", "5 gün sürdü.", "6 gün sürdü."),
        ("Let $x$ and $y$.", "Let $x$ and $z$.", "$y$ ile $x$ olsun.", "$z$ ile $x$ olsun."),
        ("See :numref:`a`.", "See :numref:`b`.", "Bkz. :numref:`a`.", "Bkz. :numref:`b`."),
        ("A [page](http://a).", "A [page](http://b).", "[Sayfa](http://a).", "[Sayfa](http://b)."),
        ("Swap `a` and `b`.", "Swap `b` and `a`.", "`a`, `b` olur.", "`b`, `a` olur."),
        # what says nothing in the translation leaves it as it is
        ("One two.", "*One* two.", "Bir iki.", "Bir iki."),
        ("One\ntwo.", "One two.", "Bir\niki.", "Bir\niki."),
        ("one, two", "One two.", "bir, iki", "bir, iki"),
        # slide markers go around the sentences they cover
        ("One. Two.", "One. [**Two.**]", "Bir. İki.", "Bir. [**İki.**]"),
        ("[**One.**] Two.", "One. Two.", "[**Bir.**] İki.", "Bir. İki."),
        ("(**One.**)", "[**One.**]", "(**Bir.**)", "[**Bir.**]"),
        # words, questions, and spans that the target has not as often as the English
        ("One two.", "One three.", "Bir iki.", None),
        ("You know.", "You know?", "Bilirsin.", None),
        ("Use `a`.", "Use `b`.", "Kullan.", None),
        ("Use `a`.", "Use `a` `b`.", "`a` kullan.", None),
        ("Use `a`, `a`.", "Use `a`, `b`.", "`a`, `a` kullan.", None),
    ],
)  # fmt: skip
def test_carries(old: str, new: str, target: str, carried: str | None) -> None:
    found = carry(old, new, target, language("tr"))
    assert (found.text if found else None, found.notes if found else ()) == (carried, ())


PLACED, BY_HAND = "slide marker {} placed by its clause", "place the slide marker {} by hand"


@pytest.mark.parametrize(
    ("english", "target", "marked", "notes"),
    [
        # as many clauses: the one in its place
        ("Today, we [**light the lamp**], as ever.", "Bugün, lambayı yakarız, hep gibi.",
         "Bugün, [**lambayı yakarız**], hep gibi.", [PLACED.format("[**…**]")]),
        ("Now (**light it**), [**then wait.**]", "Şimdi yak, sonra bekle.",
         "(**Şimdi yak**), [**sonra bekle.**]", [PLACED.format(m) for m in ("(**…**)", "[**…**]")]),
        # else its sentence
        ("We [**light it**] at dusk. It burns.", "Onu, alacada, yakarız. Yanar.",
         "[**Onu, alacada, yakarız**]. Yanar.", [PLACED.format("[**…**]")]),
        # two marks of one sentence that cannot be told apart
        ("We (**fill it**) and [**light it**] at dusk.", "Onu doldurup yakarız.",
         "(**Onu doldurup yakarız**).", [PLACED.format("(**…**)"), BY_HAND.format("[**…**]")]),
        # numbers have no clauses
        ("Add 1,000 drops [**of oil**], slowly.", "1,000 damla yağ ekle, yavaşça.",
         "[**1,000 damla yağ ekle**], yavaşça.", [PLACED.format("[**…**]")]),
        ("One [**two**] three.", "", "", [BY_HAND.format("[**…**]")]),
    ],
)  # fmt: skip
def test_a_mark_of_a_part_of_a_sentence_is_placed_by_clauses_and_named(
    english: str, target: str, marked: str, notes: list[str]
) -> None:
    plain = re.sub(r"[\[(]\*\*|\*\*[\])]", "", english)
    found = carry(plain, english, target, language("tr"))
    assert found is not None
    assert (found.text, found.notes) == (marked, tuple(notes))


@given(TEXTS, TEXTS)
def test_the_same_english_carries_nothing(english: str, target: str) -> None:
    found = carry(english, english, target, language("tr"))
    assert found is not None
    assert (found.text, found.notes) == (target, ())


# -- sentences ------------------------------------------------------------------------------------


def changed(source: str, previous_source: str, previous_target: str) -> Request:
    return Request(source, previous_source=previous_source, previous_target=previous_target)


OLD = "Water the beds before noon. The soil should feel damp. A dry bed of `12` cracks.\n"
TARGET = "Yatakları öğleden önce sula. Toprak nemli olmalı. Kuru `12` yatak çatlar.\n"


@pytest.mark.parametrize(
    ("old", "new", "target", "pieces"),
    [
        # one sentence of three
        (OLD, OLD.replace("feel damp", "feel cool and damp"), TARGET,
         ("Yatakları öğleden önce sula. ",
          changed("The soil should feel cool and damp.", "The soil should feel damp.", "Toprak nemli olmalı."),
          " Kuru `12` yatak çatlar.\n")),
        # a new last one ends as the unit did
        (OLD, OLD.replace("\n", " It needs more.\n"), TARGET,
         (TARGET.rstrip() + " ", Request("It needs more."), "\n")),
        # a word goes, and a number elsewhere is carried
        (OLD, OLD.replace("12", "13").replace(" before noon", ""), TARGET,
         (changed("Water the beds.", "Water the beds before noon.", "Yatakları öğleden önce sula."),
          " Toprak nemli olmalı. Kuru `13` yatak çatlar.\n")),
        # a heading that became a level deeper and got a word
        ("# Old beds\n", "## Very old beds\n", "# Eski yataklar\n",
         ("## ", changed("Very old beds", "Old beds", "Eski yataklar"), "\n")),
    ],
)  # fmt: skip
def test_only_what_changed_is_translated(
    old: str, new: str, target: str, pieces: tuple[str | Request, ...]
) -> None:
    assert revise(old, new, target, language("tr")).pieces == pieces


def test_a_sentence_that_went_takes_its_translation_along() -> None:
    revision = revise(OLD, OLD.replace(" The soil should feel damp.", ""), TARGET, language("tr"))
    assert revision.pieces == (TARGET.replace(" Toprak nemli olmalı.", ""),)


@pytest.mark.parametrize(
    ("old", "new", "target", "now"),
    [
        (
            "{* a/one.py hl[3] *}\n",
            "{* a/two.py *}\n",
            "{* a/one.py hl[3] *}\n",
            "{* a/two.py *}\n",
        ),
        ("{* a/one.py *}\n", "{* a/two.py *}\n", "{* es/one.py *}\n", "{* a/two.py *}\n"),
        (
            "### Uses {/*uses*/}\n",
            "### Uses {/*using*/}\n",
            "### Usos {/*uses*/}\n",
            "### Usos {/*using*/}\n",
        ),
        ("- [ ] Fill it\n", "- [x] Fill it\n", "- [ ] Llénalo\n", "- [x] Llénalo\n"),
    ],
)
def test_markup_follows_the_new_english_and_nobody_is_asked_for_it(
    old: str, new: str, target: str, now: str
) -> None:
    assert revise(old, new, target, language("es")).pieces == (now,)


def test_a_new_unit_that_is_nothing_but_markup_stands_as_it_is() -> None:
    assert fresh("(new-wheel)=\n") == ("(new-wheel)=\n",)
    assert fresh("## The wheel {#wheel}\n") == ("## ", Request("The wheel {#wheel}"), "\n")


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        (language("zh"), ""),
        (language("yue"), ""),
        (language("ko"), " "),
        (language("wuu"), " "),  # the table does not know it
        (replace(language("wuu"), spacing="none"), ""),
        (replace(language("ko"), spacing="none"), " "),  # no space beside Latin letters only
    ],
)
def test_a_new_sentence_stands_as_far_from_its_neighbour_as_the_language_has_it(
    row: Language, gap: str
) -> None:
    revision = revise("The lamp is on.", "The lamp is on. It is red.", "盏灯着。", row)
    assert revision.pieces == (f"盏灯着。{gap}", Request("It is red."))


def test_chinese_sentences_stand_side_by_side() -> None:
    old, new = "The pump fails. Call 5 people.\n", "The pump fails at night. Call 5 people.\n"
    assert revise(old, new, "水泵坏了。叫5个人。\n", language("zh")).pieces == (
        Request(
            "The pump fails at night.",
            previous_source="The pump fails.",
            previous_target="水泵坏了。",
        ),
        "叫5个人。\n",
    )


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["tr", "zh"]))
def test_any_three_texts_give_requests_of_the_new_english(
    old: str, new: str, target: str, code: str
) -> None:
    revision = revise(old, new, target, language(code))
    assert [r for r in revision.requests if r.source not in frame(new).body] == []
    assert [r for r in revision.requests if r.previous_target not in target] == []
    assert 0 <= revision.changed <= revision.total


@given(TEXTS, TEXTS)
def test_the_same_english_leaves_the_unit(english: str, target: str) -> None:
    assert revise(english, english, target, language("tr")).pieces in ((target,), ())


# -- fuzzy matches --------------------------------------------------------------------------------


def test_a_further_line_that_the_english_indents_by_chance_indents_no_translation() -> None:
    old = "The lamp burns oil. It is lit at dusk.\n"
    new = "The lamp burns oil.\n It is lit at dusk.\n"
    target = "Lamba gaz yakar.\nAlacakaranlıkta yakılır.\n"
    assert revise(old, new, target, language("tr")).pieces == (target,)


@pytest.mark.parametrize("margin", ["> ", "    ", "> > "])
def test_what_moves_into_a_container_gets_its_marks_on_every_line(margin: str) -> None:
    old = "The lamp burns oil.\nIt is lit at dusk.\n"
    new = f"{margin}The lamp burns oil.\n{margin}It is lit at dusk.\n"
    target = "Lamba gaz yakar.\nAlacakaranlıkta yakılır.\n"
    wanted = f"{margin}Lamba gaz yakar.\n{margin}Alacakaranlıkta yakılır.\n"
    assert revise(old, new, target, language("tr")).pieces == (wanted,)


# -- sentences -------------------------------------------------------------------------------------


def test_each_sentence_of_new_text_is_asked_for_by_itself() -> None:
    assert fresh("* One is red. Two is blue.\n  `x`\n") == (
        "* ",
        Request("One is red.", indent="  "),
        " ",
        Request("Two is blue.", indent="  "),
        "\n  `x`\n",
    )


@pytest.mark.parametrize("text", ["*One is red. Two* is blue.", "<b>One is red. Two</b> is blue."])
def test_what_one_pair_of_marks_holds_is_asked_for_in_one(text: str) -> None:
    assert fresh(text) == (Request(text),)
