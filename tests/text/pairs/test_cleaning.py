"""Parallel data: what enters, what is left out and why, and files that the service takes."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_bot import __version__
from amts_bot.errors import UsageError
from amts_bot.model import BlockKind, PairFormat
from amts_bot.text.names.texts import sentence_hash
from amts_bot.text.pairs import cleaning, formats
from amts_bot.text.pairs.bitext import Level, Pair, bitext
from amts_bot.text.pairs.cleaning import (
    REASONS,
    Conflict,
    PagePairs,
    ParallelData,
    running_text,
)
from amts_bot.text.pairs.formats import FORMATS, PairTable, Segment
from amts_bot.text.pairs.holdout import exclude
from tests.pages import PAGES


def pair(source: str, target: str, probability: float = 1.0, kind: BlockKind = "paragraph") -> Pair:
    return Pair(
        source=source,
        target=target,
        probability=probability,
        kind=kind,
        source_range=(0, len(source)),
        target_range=(0, len(target)),
    )


def build(*pairs: Pair, language: str = "tr", **settings: object) -> ParallelData:
    """The parallel data of one page called page.md."""
    pages = [PagePairs("page.md", pairs)]
    return cleaning.build(pages, "en", language, **settings)  # type: ignore[arg-type]


def texts(data: ParallelData) -> list[tuple[str, str]]:
    return [(segment.source, segment.target) for segment in data.segments]


# ------------------------------------------------------------------ running text


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("The lamp\nburns  all night.", "The lamp burns all night."),
        ("The lamp\r\n  burns.", "The lamp burns."),
        ("灯塔整夜\n亮着。", "灯塔整夜亮着。"),
        ("灯塔\nOld Tower亮着。", "灯塔Old Tower亮着。"),
        ("如\n :numref:`fig_lamp`所示。", "如 :numref:`fig_lamp`所示。"),
        ("[**The lamp**] burns.", "The lamp burns."),
        ("(**Light it,\nthen wait.**)", "Light it, then wait."),
        (
            "Set `oil` to $o_1$, see [the log](log.md).",
            "Set `oil` to $o_1$, see [the log](log.md).",
        ),
        ("\ufeffThe *old*\tlamp.", "The old lamp."),
        ("*The __old__ lamp* of `*ptr` and $a*b*c$.", "The old lamp of `*ptr` and $a*b*c$."),
        ("Quinze\u00a0% d'huile.", "Quinze\u00a0% d'huile."),
        ('<a name="lamps"></a>The lamps', "The lamps"),
        ("The <a id='old' class=mark></a>old <a name=here/>lamp", "The old lamp"),
        ('<a href="#x"></a>The <a name="n">lamp</a>', '<a href="#x"></a>The <a name="n">lamp</a>'),
    ],
)
def test_a_pair_is_written_as_one_line_of_running_text(markdown: str, line: str) -> None:
    assert running_text(markdown) == line


@settings(derandomize=True, deadline=None)
@given(st.text(st.sampled_from("ab 灯塔。,:\n\r\t\v\x85\u2028*`$[](") | st.characters()))
def test_running_text_is_always_one_line(text: str) -> None:
    line = running_text(text)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()


# ------------------------------------------------------------------ what is left out

GOOD = pair("The keeper climbs the tower at dusk.", "Bekçi akşam karanlığında kuleye çıkar.")

REJECTED = [
    (pair("The lamp is lit.", "Fener yanıyor.", 0.89), "alignment not sure"),
    (pair("The lamp is lit.", "Fener bekliyor."), "not reviewed"),
    (pair("$a+b$ 17", "$a+b$ 17"), "no words"),
    (pair("", ""), "no words"),
    (pair("[Talk](https://a.example/1)", "[Sohbet](https://a.example/2)"), "only a link"),
    (pair("oil | 5 | dark", "yağ | 5 | koyu", kind="row"), "table row"),
    (pair("Log Book", "Log Book"), "untranslated"),
    (
        pair(
            "The lamp burns all night and the keeper sleeps.", "The lamp burns all night ve uyur."
        ),
        "untranslated",
    ),
    (
        pair("Fill `tank` with oil.", "Depoyu yağla doldurun."),
        "other code, formulas or references",
    ),
    (
        pair("The log is in the desk.", "Defter :numref:`fig_desk` içinde."),
        "other code, formulas or references",
    ),
    (pair("It burns 12 litres.", "15 litre yakar."), "other numbers"),
    (
        pair("It burns.", "Fener, bekçi kuleye çıkıp onu söndürene kadar bütün gece yanar."),
        "odd length",
    ),
    (pair("Tower \x07 bell.", "Kule \x07 çanı."), "control characters"),
    (
        pair("-20 degrees is cold for oil.", "-20 derece yağ için soğuktur."),
        "begins with + - = or @",
    ),
    (pair("lamp " * 240, "fener " * 160), "longer than 1000 bytes"),
]


@pytest.mark.parametrize(("bad", "reason"), REJECTED, ids=[reason for _, reason in REJECTED])
def test_a_pair_that_should_not_be_imitated_is_left_out_and_counted(bad: Pair, reason: str) -> None:
    page = PagePairs(
        "page.md", [GOOD, bad], unreviewed=frozenset({sentence_hash("Fener bekliyor.")})
    )
    data = cleaning.build([page], "en", "tr")
    assert texts(data) == [(GOOD.source, GOOD.target)]
    assert data.rejected == {reason: 1}


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("The OIL-7 lamp.", "OIL-7 feneri.", "tr"),  # names stay
        ("It has two wicks and 3 mirrors.", "İki fitili ve üç aynası var.", "tr"),  # spelt out
        ("It weighs 1,250 kg.", "1.250 kg ağırlığındadır.", "tr"),
        ("Perplexity", "困惑度（Perplexity）", "zh"),
        ("[**The lamp**] burns.", "灯亮着。", "zh"),  # slide markers do not count
        ("Set $x = 1$.", "设$x=1$。", "zh"),  # nor does white space inside a formula
    ],
)
def test_what_translators_rightly_do_enters(source: str, target: str, language: str) -> None:
    data = build(pair(source, target), language=language)
    assert texts(data) == [(running_text(source), target)]


def test_the_length_of_a_translation_is_judged_by_what_is_usual_in_the_book() -> None:
    long = [
        pair(f"The lamp of tower {n} burns all night.", f"{n} fener yanar.")
        for n in range(100, 140)
    ]
    usual = pair("The bell of the harbour rings at noon.", "Çan öğlen çalar.")
    assert build(usual).rejected == {}
    wordy = pair("The wind blows hard today.", "Bugün rüzgar gerçekten de çok ama çok sert esiyor.")
    assert build(wordy).rejected == {}
    assert build(*long, usual, wordy).rejected == {"odd length": 1}


def test_a_machine_sentence_keeps_its_paragraph_out() -> None:
    whole = pair("The lamp burns. The sea is calm.", "Fener yanıyor. Deniz sakin.")
    page = PagePairs("page.md", [whole], unreviewed=frozenset({sentence_hash("Deniz sakin.")}))
    assert cleaning.build([page], "en", "tr").rejected == {"not reviewed": 1}


def test_half_translated_pages_give_their_translated_half() -> None:
    english = "# Oil\n\nThe keeper buys new oil in spring.\n\nThe old oil goes to the harbour.\n"
    target = "# Yağ\n\nBekçi ilkbaharda yeni yağ alır.\n\nThe old oil goes to the harbour.\n"
    data = build(*bitext(english, target, "en", "tr", "sentence"))
    assert texts(data) == [
        ("Oil", "Yağ"),
        ("The keeper buys new oil in spring.", "Bekçi ilkbaharda yeni yağ alır."),
    ]
    assert data.rejected == {"untranslated": 1}


def test_right_to_left_text_enters_as_it_stands() -> None:
    data = build(pair("The sea is calm.", "البحر هادئ."), language="ar")
    assert texts(data) == [("The sea is calm.", "البحر هادئ.")]


# ------------------------------------------------------------------ duplicates and conflicts


def page(name: str, changed: int, *targets: str) -> PagePairs:
    pairs = [pair("The lamp is lit.", target) for target in targets]
    return PagePairs(name, pairs, changed)


def test_the_newest_of_several_translations_is_taken_and_the_conflict_reported() -> None:
    pages = [page("old.md", 1, "Fener yanık.", "Fener yanık."), page("new.md", 2, "Fener yanıyor.")]
    data = cleaning.build(pages, "en", "tr")
    taken = Segment(source="The lamp is lit.", target="Fener yanıyor.", page="new.md", changed=2)
    assert data.segments == (taken,)
    assert data.rejected == {"another translation": 2}
    assert data.conflicts == (
        Conflict(
            taken,
            (Segment(source="The lamp is lit.", target="Fener yanık.", page="old.md", changed=1),),
        ),
    )


def test_of_equally_new_translations_the_more_frequent_is_taken() -> None:
    pages = [page("a.md", 1, "Lamba yanıyor."), page("b.md", 1, "Fener yanıyor.", "Fener yanıyor.")]
    data = cleaning.build(pages, "en", "tr")
    assert texts(data) == [("The lamp is lit.", "Fener yanıyor.")]
    assert data.rejected == {"duplicate": 1, "another translation": 1}


def test_both_directions_come_from_the_same_pairs() -> None:
    pairs = [pair("The lamp is lit.", "Fener yanıyor."), pair("The light is on.", "Fener yanıyor.")]
    assert texts(build(*pairs)) == [(p.source, p.target) for p in pairs]
    back = build(*pairs, reverse=True)
    assert texts(back) == [("Fener yanıyor.", "The lamp is lit.")]
    assert back.rejected == {"another translation": 1}


SENTENCES = st.sampled_from(
    [
        "The lamp is lit.",
        "The sea is calm.",
        "Log Book",
        "$x$",
        "-1 degree.",
        "Oil runs low at 3.",
        "",
    ]
)
TARGETS = st.sampled_from(
    ["Fener yanıyor.", "Deniz sakin.", "Log Book", "$x$", "-1 derece.", "3 litre"]
)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(SENTENCES, TARGETS, st.floats(0, 1)), max_size=12), st.booleans())
def test_every_pair_is_kept_or_counted_under_one_reason(
    rows: Sequence[tuple[str, str, float]], reverse: bool
) -> None:
    data = build(*(pair(*row) for row in rows), held_out=["The sea is calm."], reverse=reverse)
    assert len(data.segments) + sum(data.rejected.values()) == len(rows)
    assert set(data.rejected) <= set(REASONS)
    assert len({segment.source for segment in data.segments}) == len(data.segments)


# ------------------------------------------------------------------ held-out text

HELD_OUT = "Every evening the keeper of the northern tower lights the great lamp."


@pytest.mark.parametrize(
    ("source", "leaks"),
    [
        (HELD_OUT, True),
        ("every evening, the keeper of the **northern** tower lights the great lamp", True),
        ("Every evening the keeper of the southern tower lights the great lamp.", True),
        (f"The sea is calm. {HELD_OUT}", True),  # inside a paragraph
        ("Every evening the keeper sleeps.", False),
        ("The keeper of the northern tower has lost the key of the great gate.", False),
    ],
)
def test_a_held_out_sentence_never_enters_not_even_nearly(source: str, leaks: bool) -> None:
    segment = Segment(source=source, target="hedef")
    assert exclude([segment], [HELD_OUT, ""]) == ([] if leaks else [segment])


def test_what_is_held_out_is_counted() -> None:
    assert build(GOOD, held_out=[GOOD.source.upper()]).rejected == {"held out": 1}


# ------------------------------------------------------------------ files

# What any page could hold; cleaned as the build does it.
ARBITRARY = st.text(
    st.sampled_from("ab灯\"'<>&;,|\t\n\r\x85\u2028=+-@]") | st.characters(), max_size=40
)
SEGMENTS = st.lists(
    st.builds(
        lambda source, target, changed: Segment(
            source=running_text(source),
            target=running_text(target),
            page="page.md",
            changed=changed,
            probability=0.95,
        ),
        ARBITRARY,
        ARBITRARY,
        st.integers(0, 2**32),
    ),
    max_size=8,
).map(lambda found: [s for s in found if not any(map(formats.field_fault, (s.source, s.target)))])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(PAGES, PAGES, st.sampled_from(["sentence", "block"]))
def test_arbitrary_pages_give_files_that_obey_every_rule(
    source: str, target: str, level: Level
) -> None:
    found = bitext(source, target, "en", "zh", level)
    data = cleaning.build([PagePairs("page.md", found)], "en", "zh", least_probability=0)
    assert len(data.segments) + sum(data.rejected.values()) == len(found)
    for file_format in FORMATS:
        again = formats.parse(
            formats.render(PairTable("en", "zh", data.segments), file_format), file_format
        )
        assert [(s.source, s.target) for s in again.segments] == texts(data)


def test_every_format_that_has_a_name_has_a_row() -> None:
    assert tuple(FORMATS) == get_args(PairFormat)
    assert [row.service_name for row in FORMATS.values()] == ["CSV", "TSV", "TMX", ""]


@pytest.mark.parametrize("file_format", FORMATS)
@settings(derandomize=True, deadline=None)
@given(segments=SEGMENTS)
def test_every_file_reads_back_as_it_was_written(
    file_format: PairFormat, segments: Sequence[Segment]
) -> None:
    table = PairTable("en", "tr", tuple(segments))
    again = formats.parse(formats.render(table, file_format), file_format)
    pairs = [(s.source, s.target) for s in segments]
    assert [(s.source, s.target) for s in again.segments] == pairs
    if segments:
        assert (again.source_language, again.target_language) == ("en", "tr")
    if file_format == "jsonl":
        assert list(again.segments) == segments


@pytest.mark.parametrize(("file_format", "separator"), [("csv", ","), ("tsv", "\t")])
@settings(derandomize=True, deadline=None)
@given(segments=SEGMENTS)
def test_a_separated_file_obeys_every_rule_of_the_service(
    file_format: PairFormat, separator: str, segments: Sequence[Segment]
) -> None:
    text = formats.render(PairTable("en", "zh-CN", tuple(segments)), file_format)
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines[0] == f'"en"{separator}"zh"'
    assert len(lines) == len(segments) + 1  # no field spans lines
    for line, segment in zip(lines[1:], segments, strict=True):
        assert line[0] == line[-1] == '"'
        assert next(csv.reader([line], delimiter=separator)) == [segment.source, segment.target]
        for field in (segment.source, segment.target):
            assert field.replace('"', '""') in line
            assert field[0] not in "+-=@"
            assert 0 < len(field.encode()) <= 1000
            assert not any(unicodedata.category(c) == "Cc" for c in field)


def test_the_files_look_as_the_guide_shows_them() -> None:
    table = PairTable(
        "en",
        "tr",
        (
            Segment(
                source='The "old" lamp, lit.', target='"Eski" <fener>.', page="a.md", changed=86_400
            ),
        ),
    )
    assert formats.render(table, "csv") == (
        '"en","tr"\n"The ""old"" lamp, lit.","""Eski"" <fener>."\n'
    )
    assert formats.render(table, "tsv").split("\n")[1] == (
        '"The ""old"" lamp, lit."\t"""Eski"" <fener>."'
    )
    assert formats.render(table, "tmx").split("\n")[2:-1] == [
        '<header creationtool="amts-bot" creationtoolversion="' + __version__ + '" '
        'segtype="block" o-tmf="Markdown" adminlang="en" srclang="en" datatype="plaintext"/>',
        "<body>",
        '<tu changedate="19700102T000000Z"><tuv xml:lang="en"><seg>The "old" lamp, lit.</seg></tuv>'
        '<tuv xml:lang="tr"><seg>"Eski" &lt;fener&gt;.</seg></tuv></tu>',
        "</body>",
        "</tmx>",
    ]
    assert formats.render(table, "jsonl") == (
        '{"source": "The \\"old\\" lamp, lit.", "target": "\\"Eski\\" <fener>.", '
        '"source_language": "en", "target_language": "tr", "page": "a.md", "changed": 86400, '
        '"probability": 1.0}\n'
    )


def test_a_tmx_file_keeps_when_a_pair_changed() -> None:
    table = PairTable("en", "tr", (Segment(source="Lamp", target="Fener", changed=1_700_000_000),))
    assert formats.parse(formats.render(table, "tmx"), "tmx") == table


@pytest.mark.parametrize("field", ["=1", "", "two\nlines", "x" * 1001, "a\x00b", "\ud800"])
def test_a_field_that_breaks_a_rule_is_never_written(field: str) -> None:
    with pytest.raises(ValueError, match=formats.field_fault(field).replace("+", r"\+")):
        formats.render(PairTable("en", "tr", (Segment(source="Lamp", target=field),)), "csv")


@pytest.mark.parametrize(
    ("file_format", "text", "message"),
    [
        ("csv", "", "the file is empty: its first line must name two languages"),
        ("csv", '"en","tr"\n"a","b","c"\n', "line 2: 3 fields, expected two"),
        ("csv", '"en","tr"\n"a","b\n', "line 2: unexpected end of data"),
        ("tsv", "en\ttr\nalone\n", "line 2: 1 fields, expected two"),
        ("tmx", "<tmx>", "not XML: no element found: line 1, column 5"),
        (
            "tmx",
            '<tmx><header srclang="en"/><body><tu><tuv xml:lang="tr"><seg>a</seg></tuv></tu></body></tmx>',
            "unit 1: expected 'en' and one other language",
        ),
        (
            "tmx",
            '<tmx><header srclang="en"/><body><tu changedate="today"><tuv xml:lang="en"><seg>a</seg>'
            '</tuv><tuv xml:lang="tr"><seg>b</seg></tuv></tu></body></tmx>',
            "'today' is no date such as 20250131T120000Z",
        ),
        (
            "jsonl",
            '{"source": "a"}\n',
            'line 1: expected source, target and their languages, found \'{"source": "a"}\'',
        ),
        ("jsonl", "[]\n", "line 1: expected source, target and their languages, found '[]'"),
    ],
)
def test_a_damaged_file_says_where(file_format: PairFormat, text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        formats.parse(text, file_format)
    assert str(raised.value) == message


# ------------------------------------------------------------------ headings


@pytest.mark.parametrize(
    ("english", "spanish", "why"),
    [
        ("Convert a map (optional)", "Convert a map (opcional)", "half-translated heading"),
        ("Old wells and their ropes", "Pozos and their cuerdas", "half-translated heading"),
        ("Using Harbour Light with ropes", "Uso de Harbour Light con cuerdas", ""),
        ("Graphs and well.depth", "Gráficos y well.depth", ""),
        ("The `for each` loop of wells", "El bucle `for each` de pozos", ""),
    ],
)
def test_a_heading_that_is_half_english_teaches_nothing(
    english: str, spanish: str, why: str
) -> None:
    data = build(pair(english, spanish, kind="heading"), language="es")
    assert data.rejected == ({why: 1} if why else {})
    assert build(pair(english, spanish), language="es").rejected == {}  # prose may quote


def test_languages_that_are_no_english_share_words_in_headings() -> None:
    page = PagePairs(
        "a.md", [pair("Guía de estilo para pozos", "Guia de estilo dos poços", kind="heading")]
    )
    assert cleaning.build([page], "es", "pt").rejected == {}


def test_names_for_links_behind_headings_are_no_words() -> None:
    named = pair(
        "Word by word[[word-by-word]]", "Palabra por palabra [[word-by-word]]", kind="heading"
    )
    assert texts(build(named, language="es")) == [("Word by word", "Palabra por palabra")]
    link = pair("See [[Old wells]].", "Ver [[Old wells]].")  # a page of a wiki
    assert texts(build(link, language="es")) == [("See [[Old wells]].", "Ver [[Old wells]].")]


def test_links_to_a_page_in_its_own_language_are_the_same() -> None:
    [[english, spanish]] = texts(
        build(pair("Read [it](/en/x.md) twice.", "Léelo [dos](/es/x.md) veces."), language="es")
    )
    assert (english, spanish) == ("Read [it](/en/x.md) twice.", "Léelo [dos](/en/x.md) veces.")
