"""Units as HTML for the service, and back: what may move, what must not be lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.amazon import documents
from amts_bot.text.amazon.documents import Reading, Trust, unit_id
from amts_bot.text.languages import Language, language
from benchmarks import SHARED

TR, ZH = language("tr"), language("zh")
UNIT = "See `x < y` and [the *great* map](http://a.b/c) in :numref:`fig_1`, **not $x$**."
MARKUP = (
    'See <span id="s0" translate="no">`x &lt; y`</span> and <a id="s1">the <i id="e0">great</i> map</a> in '
    '<span id="s3" translate="no">:numref:`fig_1`</span>, '
    '<b id="e1">not <span id="s4" translate="no">$x$</span></b>.'
)


def render(sources: Iterable[str]) -> str:
    return documents.render({unit_id(source): source for source in sources})


def paragraph(source: str) -> str:
    return documents.paragraph(unit_id(source), source)


def read(document: str, sources: Iterable[str], row: Language) -> dict[str, Reading]:
    """The readings by their English."""
    by_id = {unit_id(source): source for source in sources}
    found = documents.read(document, by_id, row)
    return {by_id[name]: reading for name, reading in found.items()}


def back(source: str, inside: str, code: str = "tr") -> Reading:
    """What a paragraph of the service's answer says."""
    document = f'<html><body><p id="{unit_id(source)}">{inside}</p></body></html>'
    return read(document, [source], language(code))[source]


def test_a_unit_is_a_paragraph_whose_spans_are_left_alone() -> None:
    assert paragraph(UNIT) == f'<p id="{unit_id(UNIT)}">{MARKUP}</p>\n'


def test_a_document_has_the_html_element_that_the_service_looks_for() -> None:
    document = render([UNIT, "Second."])
    assert document.startswith('<!DOCTYPE html>\n<html lang="en">\n')
    assert document.endswith("</html>\n")
    assert re.findall(r'<p id="(\w+)">', document) == [unit_id(UNIT), unit_id("Second.")]


def test_what_comes_back_unchanged_is_the_unit() -> None:
    assert read(render([UNIT]), [UNIT], TR) == {UNIT: Reading(UNIT)}


def test_line_wraps_are_not_part_of_a_unit() -> None:
    wrapped = UNIT.replace("and", "and\n  ")
    assert unit_id(wrapped) == unit_id(UNIT)
    assert read(render([UNIT]), [wrapped], TR) == {wrapped: Reading(UNIT)}


def test_another_translation_of_a_unit_is_another_unit() -> None:
    """So that an earlier answer is not taken for the one that was asked for again."""
    assert unit_id(UNIT, "Bak.") not in {unit_id(UNIT), unit_id(UNIT, "Gör.")}
    assert unit_id(UNIT, "Bak  buraya.") == unit_id(UNIT, "Bak\nburaya.")


def test_spans_may_move_and_entities_are_undone() -> None:
    moved = (
        '<span translate="no" id="s3">:numref:`fig_1`</span> i&#231;inde &quot;bak&quot; '
        '<span translate="no" id="s0">`x&nbsp;&lt; y`</span>, <a id="s1"> '
        '<i id="e0"> b&uuml;y&uuml;k </i>harita </a> , '
        '<b id="e1"><span id="s4" translate="no">$x$</span> değil</b>.'
    )
    assert back(UNIT, moved) == Reading(
        ':numref:`fig_1` içinde "bak" `x < y`, [*büyük* harita](http://a.b/c), **$x$ değil**.'
    )


@pytest.mark.parametrize(
    ("inside", "damage"),
    [
        ("Bak.", "missing: ⟦0⟧ for '`x`'"),
        ('<span id="s0">`x`</span> <span id="s0">`x`</span>', "doubled: ⟦0⟧"),
        ('Bak <span id="s0">`y`</span>.', "changed: '`x`' came back as '`y`'"),
        ('Bak <span id="s0">`x`</span> <span id="s7">`z`</span> ⟦7⟧.', "unknown: ⟦7⟧"),
        ('Bak <span id="s0">`x`</span> \ufffd', "came back with bytes that are not UTF-8"),
    ],
)
def test_a_span_that_is_lost_doubled_or_changed_is_damage(inside: str, damage: str) -> None:
    reading = back("See `x`.", inside)
    assert reading.text == ""
    assert damage in reading.damage


@pytest.mark.parametrize(
    ("inside", "text", "remarks"),
    [
        (  # a word was swallowed
            'Bak <span id="s0">`run()` bir</span>.',
            "Bak `run()` bir.",
            ("put back: `run()`, which came back as `run()` bir",),
        ),
        (
            'Bak <span id="s0">`run（）`</span>.',
            "Bak `run()`.",
            ("put back: `run()`, which came back as `run（）`",),
        ),
        (
            'Bak <span id="s0"> </span>.',
            "Bak `run()`.",
            ("put back: `run()`, which came back as nothing",),
        ),
    ],
)
def test_a_span_whose_element_is_there_is_put_back(
    inside: str, text: str, remarks: tuple[str, ...]
) -> None:
    assert back("See `run()`.", inside) == Reading(text, remarks=remarks)


def test_elements_without_ids_are_known_by_their_text_or_their_order() -> None:
    plain = re.sub(r' id="\w+"', "", MARKUP)
    assert back(UNIT, plain) == Reading(UNIT)
    lost = plain.replace("<b>", "").replace("</b>", "")
    assert back(UNIT, lost) == Reading(UNIT.replace("**", ""))
    links = "<a>Duvarcı</a> ve <a>demirci</a>ye bak."
    said = "links or tags lost their ids and are taken in their order"
    assert back(TWO, links) == Reading(
        "[Duvarcı](http://a.b/m) ve [demirci](http://a.b/s)ye bak.", remarks=(said,)
    )
    assert "missing" in back(TWO, "<a>Duvarcı</a> ve demirciye bak.").damage


@pytest.mark.parametrize(
    "inside",
    [
        'Çok <i id="e0">büyük <b id="e1">eski</i> lamba</b>.',
        'Çok <i id="e0">büyük <b id="e1">eski</b> lamba.',
    ],
)
def test_elements_that_cross_or_stay_open_are_damage(inside: str) -> None:
    assert "cross each other" in back("A *great* **old** lamp.", inside).damage


@pytest.mark.parametrize(
    ("source", "inside", "text", "code"),
    [
        (
            "The `run` of *it* is $x$ now.",
            'Bu<span id="s0">`run`</span>onun<i id="e0">işi</i> şimdi,<span id="s1">$x$</span>olur.',
            "Bu `run` onun *işi* şimdi, $x$ olur.",
            "tr",
        ),
        ("Both `a` `b`.", 'İki<span id="s0">`a`</span><span id="s1">`b`</span>.', "İki `a` `b`.", "tr"),
        ("The `run` is.", 'أن و<span id="s0">`run`</span>هو.', "أن و`run` هو.", "ar"),
        ("The `run` is.", '그<span id="s0">`run`</span>은 빠르다.', "그 `run`은 빠르다.", "ko"),
        ("See `run` now.", 'Bak\u200b <span id="s0">`run`</span>\ufeff şimdi.', "Bak `run` şimdi.", "tr"),
        # what the English has, whatever the service makes of it
        ("As 2$x$ is.", 'Bu 2 <span id="s0">$x$</span> olur.', "Bu 2$x$ olur.", "tr"),
        ("It is $x$ .", 'Bu <span id="s0">$x$</span>.', "Bu $x$ .", "tr"),
        ("The *word*: it", 'Şu <i id="e0"> söz </i> : o', "Şu *söz*: o", "tr"),
        ("The *word*: it", 'Le <i id="e0">mot</i> : il', "Le *mot* : il", "fr"),
        ("So (*it*) is", 'Bu ( <i id="e0">o</i> ) böyle', "Bu (*o*) böyle", "tr"),
        ("(b) *it*—so", '(b)<i id="e0">o</i> —öyle', "(b) *o*—öyle", "tr"),
        ('A = `x` "y"', 'A =<span id="s0">`x`</span>"y"', 'A = `x` "y"', "tr"),
        ("a | b |", 'bir<span id="s1" translate="no">|</span>iki<span id="s0">|</span> ', "bir | iki |", "tr"),
    ],
)  # fmt: skip
def test_spaces_that_the_service_left_out_come_back(
    source: str, inside: str, text: str, code: str
) -> None:
    assert back(source, inside, code) == Reading(text)


def test_emphasis_that_the_service_drops_leaves_no_stars_behind() -> None:
    assert back("It is *so* slow.", "Öyle yavaş.") == Reading("Öyle yavaş.")


def test_a_paragraph_that_is_cut_short_or_missing_is_not_there() -> None:
    units = ["One `a`.", "Two.", "Three."]
    document = render(units)
    cut = document[: document.index("Two.") + 2]
    assert read(cut, units, TR) == {"One `a`.": Reading("One `a`.")}
    assert read("not a document", units, TR) == {}


def test_a_paragraph_that_comes_twice_is_damage() -> None:
    document = render(["One."]).replace("</body>", paragraph("One.") + "</body>")
    assert read(document, ["One."], TR)["One."].damage.startswith("placeholders damaged")


THREE = ["One `a`.", "Two.", "Three `c`."]


def without_ids(document: str, units: Iterable[str]) -> str:
    for unit in units:
        document = document.replace(f' id="{unit_id(unit)}"', "")
    return document


@pytest.mark.parametrize("lost", [THREE, THREE[:1], THREE[1:], [THREE[1]]])
def test_paragraphs_that_lost_their_ids_are_known_by_their_place(lost: list[str]) -> None:
    document = without_ids(render(THREE), lost)
    by_id = {unit_id(unit): unit for unit in THREE}
    found = documents.answers(document, by_id, [*by_id], TR)
    assert found.ids == "by order"
    assert found.readings == {name: Reading(unit) for name, unit in by_id.items()}


def test_only_the_units_asked_for_are_read_whatever_the_document_held() -> None:
    document = without_ids(render(THREE), THREE)
    wanted = {unit_id("Two."): "Two."}
    found = documents.answers(document, wanted, [*map(unit_id, THREE)], TR, Trust(in_order=True))
    assert found == documents.Answers({unit_id("Two."): Reading("Two.")}, "by order")


def test_without_a_span_that_bears_the_order_out_a_canary_must() -> None:
    plain = ["One.", "Two."]
    document, by_id = without_ids(render(plain), plain), {unit_id(unit): unit for unit in plain}
    assert documents.answers(document, by_id, [*by_id], TR) == documents.Answers({}, "lost")
    found = documents.answers(document, by_id, [*by_id], TR, Trust(in_order=True))
    assert found.readings == {name: Reading(unit) for name, unit in by_id.items()}


def test_where_elements_trade_places_one_without_its_id_is_not_known_by_its_place() -> None:
    unit, by_id = TWO, {unit_id(TWO): TWO}
    document = re.sub(r' id="s\d"', "", render([unit]))
    kept, moves = (
        documents.answers(document, by_id, [*by_id], TR, Trust(moves_elements=moves)).readings
        for moves in (False, True)
    )
    assert (kept[unit_id(unit)].text, moves[unit_id(unit)].text) == (unit, "")


@pytest.mark.parametrize(
    "document",
    [
        without_ids(render(["One `a`.", "Two."]), THREE),  # one is missing, nobody knows which
        without_ids(render(["Three `c`.", "Two.", "One `a`."]), THREE),  # the spans disagree
    ],
)
def test_paragraphs_that_nobody_can_tell_apart_are_not_read(document: str) -> None:
    by_id = {unit_id(unit): unit for unit in THREE}
    assert documents.answers(document, by_id, [*by_id], TR) == documents.Answers({}, "lost")


def test_a_paragraph_of_another_unit_is_not_taken_for_one_that_is_missing() -> None:
    document = render(["One.", "Other."])
    by_id = {unit_id(unit): unit for unit in ("One.", "Two.")}
    found = documents.answers(document, by_id, [*by_id], TR)
    assert found.readings == {unit_id("One."): Reading("One.")}


def test_end_tags_of_paragraphs_may_be_left_out() -> None:
    assert read(render(THREE).replace("</p>", ""), THREE, TR) == {u: Reading(u) for u in THREE}


def test_table_cells_are_kept_apart() -> None:
    row = "one | two | three |"
    assert read(render([row]), [row], TR) == {row: Reading(row)}
    inside = re.sub(r' <span id="s1".*?</span>', "", paragraph(row))
    assert "missing: ⟦1⟧ for '|'" in back(row, inside[inside.index(">") + 1 : -5]).damage


def test_the_marks_of_a_quotation_are_not_text() -> None:
    quote = "A long line\n> goes on here."
    assert read(render([quote]), [quote], TR) == {quote: Reading("A long line goes on here.")}


def test_characters_that_have_names_are_not_translated() -> None:
    unit = "The token &lt;cls&gt; &amp; more."
    assert read(render([unit]), [unit], TR) == {unit: Reading(unit)}
    assert "missing" in back(unit, "The token <cls> & more.").damage


@pytest.mark.parametrize(
    "unit", ["One line\\\nand another.", "One line  \nand another.", "One<br>\\\nand"]
)
def test_a_line_that_is_to_end_ends(unit: str) -> None:
    assert read(render([unit]), [unit], TR) == {unit: Reading(unit)}
    assert back(unit, "Bir satır ve biri daha.").damage.startswith("placeholders damaged")


def test_a_hard_break_is_a_break_of_the_document() -> None:
    unit = "One line   \nand another"
    assert paragraph(unit) == f'<p id="{unit_id(unit)}">One line<br id="s0">and another</p>\n'
    assert back(unit, 'Bir satır <br id="s0"/> ve biri') == Reading("Bir satır   \nve biri")


TWO = "See [the mason](http://a.b/m) and [the smith](http://a.b/s)."


def test_links_take_their_text_along() -> None:
    inside = '<a id="s2">Demirci</a> ve <a id="s0">duvarcı</a>ya bak.'
    assert back(TWO, inside) == Reading("[Demirci](http://a.b/s) ve [duvarcı](http://a.b/m)ya bak.")


@pytest.mark.parametrize(
    ("inside", "damage"),
    [
        ('<a id="s0">Duvarcı <a id="s2">demirci</a></a>.', "a link inside a link: 'demirci'"),
        ('<a id="s0"> </a>duvarcı <a id="s2">demirci</a>.', "lost: the text between '['"),
        ('<a id="s0">duvarcı</a> demirci.', "missing: ⟦2⟧ for '[', ⟦3⟧ for '](http://a.b/s)'"),
        ('<a id="s0">a</a> <a id="s0">b</a> <a id="s2">c</a>.', "doubled: ⟦0⟧, ⟦1⟧"),
    ],
)
def test_a_link_that_is_not_whole_is_damage(inside: str, damage: str) -> None:
    assert damage in back(TWO, inside).damage


def test_what_was_answered_in_the_form_of_earlier_versions_can_be_read() -> None:
    inside = 'Bak <span id="s0">[</span>harita<span id="s1">](u)</span>'
    assert back("See [the map](u)", inside) == Reading("Bak [harita](u)")


def test_tags_and_slide_markers_are_elements_too() -> None:
    unit = "[**Press <kbd>go</kbd>**] ![a *b*](c.png)"
    assert paragraph(unit) == (
        f'<p id="{unit_id(unit)}"><span id="s0">Press <span id="s1">go</span></span> '
        '<a id="s4">a <i id="e0">b</i></a></p>\n'
    )


def test_what_crosses_an_emphasis_is_no_element() -> None:
    unit = "[a *b](u) c* and *d [e](v) f*"
    assert read(render([unit]), [unit], TR) == {unit: Reading(unit)}
    assert paragraph(unit) == (
        f'<p id="{unit_id(unit)}"><span id="s0" translate="no">[</span>a <i id="e0">b'
        '<span id="s1" translate="no">](u)</span> c</i> and <i id="e1">d <a id="s2">e</a> f</i></p>\n'
    )


@pytest.mark.parametrize(
    "piece", ["[a](b) ", "`a` ", "<b>", "<b>x</b>", "*a* ", "**a ", "_a_", "a  \n", "| "]
)
def test_time_is_linear_and_depth_is_no_matter(piece: str) -> None:
    unit = (piece * (30_000 // len(piece)) + "</b>" * (2_000 * (piece == "<b>"))).strip()
    assert read(render([unit]), [unit], ZH)[unit].text.split() == unit.split()


def test_half_a_pair_of_marks_comes_back() -> None:
    unit = "**The lamp burns *gas*."
    assert read(render([unit]), [unit], TR) == {unit: Reading(unit)}
    assert "missing: ⟦0⟧ for '**'" in back(unit, 'Lamba <i id="e0">gaz</i> yakar.').damage


def test_emphasis_comes_back_in_a_form_that_renders() -> None:
    assert back(
        "**Note:** _Now_ use `x`.",
        '<b id="e0">注意：</b>请<i id="e1">现在</i>用<span id="s0">`x`</span>。',
        "zh",
    ) == Reading("**注意**：请*现在*用`x`。")


def test_korean_sentences_that_come_back_glued_are_set_apart() -> None:
    assert back("One. Two.", "하나입니다.둘입니다.", "ko") == Reading("하나입니다. 둘입니다.")


@pytest.mark.parametrize(
    ("source", "inside", "text"),
    [
        ("Use `f` now.", '现在 使用 <span id="s0">`f`</span> 吧。', "现在 使用`f`吧。"),
        ("In :numref:`a` we", '在<span id="s0">:numref:`a`</span> 中', "在 :numref:`a`中"),
        ("The GPU has 3 parts.", "GPU 有 3 个部分。", "GPU有3个部分。"),
        (
            "See [here](u) now",
            '看 <span id="s0">[</span> 这里 <span id="s1">](u)</span> 吧',
            "看[这里](u)吧",
        ),
        (
            "Both $a$ and $b$.",
            '<span id="s0">$a$</span> 和 <span id="s1">$b$</span> 。',
            "$a$和$b$。",
        ),
    ],
)
def test_chinese_has_no_spaces_between_scripts(source: str, inside: str, text: str) -> None:
    assert back(source, inside, "zh") == Reading(text)


@pytest.mark.parametrize(
    ("source", "wordless"), [("`x`", True), ("$a$ = $b$.", True), ("$a$ is", False), ("3", True)]
)
def test_what_has_no_words_is_not_sent(source: str, wordless: bool) -> None:
    assert documents.has_words(source) is not wordless


def test_characters_are_counted_without_markup_and_wraps() -> None:
    assert documents.characters(["See\n  `x`.", "Ağ", "A *b* & [c](http://d.e)"]) == 10 + 7


WORDS = st.sampled_from(
    ["word", "`c o d e`", "$x_1 < 2$", "*em*", "**bold `x`**", "a & b", "<b>", "</b>", "[t](u v)"]
)
MORE = st.sampled_from(
    [
        "|",
        "[link](http://a/b_(c))",
        ":cite:`k`",
        "⟦0⟧",
        "_it_",
        "snake_case",
        "2 * 3",
        "**half",
        "half*",
        "{count}",
        "<br>",
        "[*a](u)",
        "[t][ref]",
        "[**",
        "**]",
        "![i](p.png)",
    ]
)


@given(st.lists(WORDS | MORE, min_size=1, max_size=12))
def test_render_and_read_are_twins(words: list[str]) -> None:
    unit = " ".join(words)
    assert read(render([unit]), [unit], TR) == {unit: Reading(unit)}


MT = SHARED / "replay" / "mt"


@given(st.lists(WORDS | MORE, min_size=1, max_size=12))
def test_as_many_characters_are_counted_as_stand_between_the_tags(parts: list[str]) -> None:
    source = " ".join(parts)
    sent = html.unescape(re.sub(r"<[^<>]*>", "", documents.inside(source)))
    assert documents.characters([source]) == len(sent)


@pytest.mark.skipif(
    not MT.is_dir(), reason="needs the recorded machine translation, shared/replay/mt"
)
@pytest.mark.parametrize("code", ["tr", "zh"])
def test_every_recorded_unit_makes_the_round_trip(code: str) -> None:
    rows = (MT / f"recorded-{code}.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = {unit_id(s): s for s in (json.loads(row)["source"] for row in rows)}
    units = [source for source in wanted.values() if documents.has_words(source)]
    assert len(units) > 1000
    readings = read(render(units), units, TR)
    assert [u for u in units if u.split() != readings[u].text.split()] == []
