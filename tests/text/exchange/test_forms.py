"""Files of translation tools, held to another reader of them: the Translate Toolkit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

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


# What XLIFF 2.1 asks of the elements that we write: attributes that must be there, and children in their order
# (http://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html, "Detailed Specifications").
ASKED: dict[str, tuple[set[str], str]] = {
    "xliff": ({"version", "srcLang", "trgLang"}, r"(file )+"),
    "file": ({"id"}, r"(unit )+"),
    "unit": ({"id"}, r"(notes )?(originalData )?(segment )+"),
    "notes": (set(), r"(note )+"),
    "note": (set(), r""),
    "originalData": (set(), r"(data )+"),
    "data": ({"id"}, r"(cp )*"),
    "segment": (set(), r"source (target )?"),
    "source": (set(), r"((ph|cp) )*"),
    "target": (set(), r"((ph|cp) )*"),
    "ph": ({"id"}, r""),
    "cp": ({"hex"}, r""),
}
NAME = re.compile(r"[\w:.-]+")  # NMTOKEN, which ids are
STATES = {"initial", "translated", "reviewed", "final"}


def violations(content: bytes) -> Iterator[str]:
    """What XLIFF 2.1 does not allow in a file, of all that this project could write."""
    core = "{urn:oasis:names:tc:xliff:document:2.0}"
    root = ElementTree.fromstring(content)
    for element in root.iter():
        tag = element.tag.removeprefix(core)
        attributes, children = ASKED[tag]
        missing = attributes - element.attrib.keys()
        yield from (f"{tag} without {name}" for name in missing)
        inside = "".join(f"{child.tag.removeprefix(core)} " for child in element)
        if not re.fullmatch(children, inside):
            yield f"{tag} holds {inside}"
        if "id" in element.attrib and not NAME.fullmatch(element.attrib["id"]):
            yield f"{tag} is called {element.attrib['id']}"
    files = [*root.iter(f"{core}file")]
    for scope, inner in ((root, "file"), *((file, "unit") for file in files)):
        ids = [it.get("id") for it in scope.iter(f"{core}{inner}")]
        yield from (f"two of {inner} {it}" for it, times in Counter(ids).items() if times > 1)
    for unit in root.iter(f"{core}unit"):
        data = {it.get("id") for it in unit.iter(f"{core}data")}
        source = [it.get("id") for it in unit.findall(f".//{core}source/{core}ph")]
        target = [it.get("id") for it in unit.findall(f".//{core}target/{core}ph")]
        if len({*source}) < len(source) or len({*target}) < len(target) or {*target} - {*source}:
            yield f"tags {target} for {source}"
        used = {it.get("dataRef") for it in unit.iter(f"{core}ph")}
        yield from (f"no data {name}" for name in used - data)
        for segment in unit.iter(f"{core}segment"):
            state = segment.get("state", "initial")
            if state not in STATES or (
                state != "initial" and segment.find(f"{core}target") is None
            ):
                yield f"state {state}"


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_every_file_is_as_xliff_asks(pairs: list[tuple[str, str]]) -> None:
    spans = "`a` [b](c.md) $d$"
    units = OfferedUnits(
        "tr",
        tuple(
            OfferedUnit(
                page=f"{n % 2}.md", name=f"n.{n}", english=f"{english} {spans}", target=said, line=1
            )
            for n, (english, target) in enumerate(pairs)
            for said in [f"{spans} {target} `a`" if n % 3 else ""]
        ),
    )
    assert [*violations(FORMS["xliff"].write(units))] == []


def test_what_xliff_does_not_allow_is_seen() -> None:
    good = FORMS["xliff"].write(UNITS).decode()
    assert [*violations(good.encode())] == []
    for before, after, said in (
        (' id="p1"', "", "file without id"),
        ('id="p2"', 'id="p1"', "two of file p1"),
        ('dataRef="d2"', 'dataRef="d9"', "no data d9"),
        ('state="translated"', 'state="done"', "state done"),
        ("<notes>", "<notes/><notes>", "unit holds notes notes originalData segment "),
        ('id="0a1b.2c3d"', 'id="0a 1b"', "unit is called 0a 1b"),
    ):
        assert said in violations(good.replace(before, after, 1).encode()), said


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
