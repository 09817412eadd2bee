"""Files of translation tools, held to another reader of them: the Translate Toolkit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage.pypo import pofile
from translate.storage.xliff2 import Xliff2File

from amts_bot.errors import UsageError
from amts_bot.exchange.forms import FORMS, form_of
from amts_bot.model import ExchangeFormat
from amts_bot.text.exchange.units import OfferedUnit, OfferedUnits, ReturnedUnits

LAMP = OfferedUnit(
    page="rocks/the lamp.md",
    name="0a1b.2c3d",
    english="See `wick` & [the *lamp*](lamp.md).",
    target="",
    line=3,
    notes=("new in the English",),
)
FOG = OfferedUnit(
    page="fog.md",
    name="4e5f.6071",
    english="A horn, $x < 2$ times.\nThen none.",
    target="Bir boru, $x < 2$ kez.\nSonra hiç.",
    line=9,
    english_before="A horn.",
    before="Bir boru.",
)
UNITS = OfferedUnits("pt-BR", (LAMP, FOG))
BOTH: tuple[ExchangeFormat, ...] = ("xliff", "po")

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60
).filter(str.strip)


@pytest.mark.parametrize("form", BOTH)
def test_what_is_written_is_read(form: ExchangeFormat) -> None:
    content = FORMS[form].write(UNITS)
    assert form_of(content) == FORMS[form]
    assert FORMS[form].read(content) == ReturnedUnits(
        "pt-BR", {(LAMP.page, LAMP.name): "", (FOG.page, FOG.name): FOG.target}
    )


def test_an_xliff_shows_spans_as_tags_and_says_what_they_are() -> None:
    lines = FORMS["xliff"].write(UNITS).decode().splitlines()
    assert [line.strip() for line in lines if "<source>" in line or "<originalData>" in line] == [
        '<originalData><data id="d1">`wick`</data><data id="d2">[</data><data id="d3">](lamp.md)</data>'
        "</originalData>",
        '<source>See <ph id="1" dataRef="d1"/> &amp; <ph id="2" dataRef="d2"/>the *lamp*'
        '<ph id="3" dataRef="d3"/>.</source>',
        '<originalData><data id="d1">$x &lt; 2$</data></originalData>',
        '<source>A horn, <ph id="1" dataRef="d1"/> times.',
    ]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_any_text_goes_out_and_comes_back(pairs: list[tuple[str, str]]) -> None:
    units = OfferedUnits(
        "tr",
        tuple(
            OfferedUnit(page="a b.md", name=f"n.{n}", english=english, target=target, line=1)
            for n, (english, target) in enumerate(pairs)
        ),
    )
    back = FORMS["xliff"].read(FORMS["xliff"].write(units))
    assert [*back.texts.values()] == [target for _, target in pairs]


@pytest.mark.parametrize("form", BOTH)
def test_the_translate_toolkit_reads_and_writes_the_same(form: ExchangeFormat) -> None:
    content = FORMS[form].write(UNITS)
    store: Any = (Xliff2File if form == "xliff" else pofile).parsestring(content)  # type: ignore[no-untyped-call]
    units = [unit for unit in store.units if unit.source]
    assert len(units) == 2
    assert [bool(unit.target) for unit in units] == [False, True]
    assert FORMS[form].read(bytes(store)) == FORMS[form].read(content)


def test_a_tool_may_split_a_unit_into_segments() -> None:
    content = FORMS["xliff"].write(UNITS).decode()
    split = content.replace(
        "kez.\nSonra",
        "kez.</target></segment><ignorable><source> </source><target>\n</target></ignorable>"
        "<segment><source>Then none.</source><target>Sonra",
    )
    assert split != content
    assert FORMS["xliff"].read(split.encode()).texts[FOG.page, FOG.name] == FOG.target


@pytest.mark.parametrize(
    ("code", "character"),
    [
        ("0007", "\x07"),
        ("D800", "\ufffd"),
        ("110000", "\ufffd"),
        ("lamp", "\ufffd"),
        ("", "\ufffd"),
    ],
)
def test_a_character_by_its_number_is_one_that_a_page_can_hold(code: str, character: str) -> None:
    content = FORMS["xliff"].write(UNITS).replace(b"Bir boru", f'<cp hex="{code}"/>'.encode())
    assert FORMS["xliff"].read(content).texts[FOG.page, FOG.name].startswith(f"{character}, $x <")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<xliff", "line 1, column 1: no XML"),
        (
            b"<html/>",
            "no XLIFF 2, but 'html': let your tool save the format that `amts-bot export` wrote",
        ),
        (b"lamp lamp", "no PO file"),
        (b'msgid "\xff"', "no PO file"),
    ],
)
def test_another_file_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        form_of(content).read(content)
    assert said in str(refused.value)
