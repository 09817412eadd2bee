"""Glossaries as people keep them become terminologies that the service may be told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.text.amazon.terminology import (
    Glossary,
    Remark,
    Term,
    Terminology,
    TermRow,
    choose,
    read_glossary,
    terminology_csv,
)


def pairs(text: str, name: str, target: str = "tr") -> dict[str, str]:
    """What a glossary says in mid-sentence: the entries for the beginning of sentences left out."""
    terms = choose(read_glossary(text, name), "en", target).terms
    return {term.source: term.target for term in terms if term.source[0].islower()}


# ------------------------------------------------------------------ how glossaries are written


def test_a_csv_file_names_its_columns_in_the_first_row() -> None:
    glossary = read_glossary('en,tr,notes\nrose,gül,"a, b"\n\nbee, bal  arısı\n', "terms.csv")
    assert glossary == Glossary(
        name="terms.csv",
        header=("en", "tr", "notes"),
        rows=(TermRow(2, ("rose", "gül", "a, b")), TermRow(4, ("bee", "bal arısı"))),
        separator=",",
    )


TBX_3 = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>saddle point</term></termSec>
<termSec><term>pass point</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
</langSec><langSec xml:lang="tr"><termSec><term>eyer noktası</term></termSec></langSec></conceptEntry>
<conceptEntry id="c2"><langSec xml:lang="en"><termSec><term>bee</term></termSec></langSec>
<langSec xml:lang="tr"><termSec><term>arı</term></termSec><termSec><term>bal arısı</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
TBX_2 = """<martif type="TBX"><text><body><termEntry><langSet xml:lang="en"><tig><term>bee</term></tig></langSet>
<langSet xml:lang="tr"><ntig><termGrp><term>arı</term></termGrp></ntig></langSet></termEntry></body></text></martif>"""
TMX = """<tmx version="1.4"><body><tu><tuv xml:lang="EN-US"><seg>rose</seg></tuv>
<tuv xml:lang="TR"><seg>gül</seg></tuv></tu></body></tmx>"""


def test_a_term_base_has_a_row_for_each_concept() -> None:
    assert read_glossary(TBX_3, "terms.tbx") == Glossary(
        name="terms.tbx",
        header=("en", "tr"),
        rows=(
            TermRow(3, ("saddle point", "eyer noktası")),
            TermRow(6, ("bee", "arı; bal arısı")),
        ),
    )
    assert pairs(TBX_3, "terms.tbx") == {"saddle point": "eyer noktası", "bee": "arı"}
    assert pairs(TBX_2, "terms.TBX") == {"bee": "arı"}
    assert pairs(TMX, "terms.tmx") == {"rose": "gül"}


def test_acronyms_are_terms_and_have_no_second_entry_for_the_beginning_of_sentences() -> None:
    glossary = read_glossary("en,tr\nAPI,API\nGPU,grafik işlemci\n", "terms.csv")
    assert choose(glossary, "en", "tr") == Terminology(
        (Term("API", "API", 2), Term("GPU", "grafik işlemci", 3)), ()
    )


def test_a_term_base_that_is_no_xml_is_refused_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"^terms.tbx:2: no XML at column 3"):
        read_glossary("<tbx>\n</tmx>", "terms.tbx")
    with pytest.raises(UsageError, match=r"^terms.tbx: no entries"):
        read_glossary("<tbx/>", "terms.tbx")


def test_a_csv_file_may_have_no_names_and_another_separator() -> None:
    assert read_glossary("\ufeffrose;gül\nbee;arı\n", "terms.CSV") == Glossary(
        name="terms.CSV",
        header=(),
        rows=(TermRow(1, ("rose", "gül")), TermRow(2, ("bee", "arı"))),
        separator=";",
    )
    row = TermRow(1, ("rose", "gül, kırmızı"))
    assert read_glossary("rose\tgül, kırmızı\n", "terms.tsv").rows == (row,)
    assert read_glossary("rose;gül, kırmızı\n", "terms.csv").rows == (row,)


@pytest.mark.parametrize(
    ("header", "terms"),
    [
        ("Source term,Target term,Notes", {"rose": "gül"}),
        ("sourceTerm,targetTerm,part_of_speech", {"rose": "gül"}),
        ("Translation,Original,", {"gül": "rose"}),
        ("term,terim,", {"term": "terim", "rose": "gül"}),  # a term, not the name of a column
        ("source,kaynak,", {"source": "kaynak", "rose": "gül"}),
    ],
)
def test_the_header_of_a_tool_is_no_term(header: str, terms: dict[str, str]) -> None:
    assert pairs(f"{header}\nrose,gül,\n", "terms.csv") == terms


def test_what_was_quoted_for_its_comma_is_never_taken_apart() -> None:
    text = 'rose,gül\n"old, dry rose",kuru gül\nbee,"arı, bal arısı"\nsea;lake,deniz\n'
    chosen = choose(read_glossary(text, "terms.csv"), "en", "tr")
    assert pairs(text, "terms.csv") == {"rose": "gül", "sea": "deniz", "lake": "deniz"}
    why = "its quotes make it one term, and it looks like several"
    assert [(r.line, r.text) for r in chosen.remarks] == [
        (2, f"'old, dry rose' is left out: {why}"),
        (3, f"'arı, bal arısı' is left out: {why}"),
    ]
    assert pairs('rose;"gül, kırmızı"\n', "terms.csv") == {"rose": "gül"}


def test_the_tables_of_a_markdown_page_are_one_glossary() -> None:
    page = """\
# Words

Add yours - in order, please.

## B
| English | Türkçe (kısa) | where |
|---------|---------------|-------|
| **bee** | [arı](https://example.org/bee) | |
| bud     | tomurcuk \\| gonca |

## R
| English | Türkçe (kısa) | where |
|:--------|:-------------:|-------|
| `rose`  | gül           | #7    |

| page | done |
|------|------|
| a    | yes  |
"""
    assert read_glossary(page, "TERMS.md") == Glossary(
        name="TERMS.md",
        header=("English", "Türkçe (kısa)", "where"),
        rows=(
            TermRow(8, ("bee", "arı", "")),
            TermRow(9, ("bud", "tomurcuk | gonca")),
            TermRow(14, ("rose", "gül", "#7")),
        ),
        remarks=(Remark(16, "a table with other columns is left out"),),
    )


@pytest.mark.parametrize(
    "page",
    [
        "# Words\n:label:`words`\n\nrose; gül\n\nbee; arı\n",
        "rose: gül\nbee: arı\n",
        "- **rose** — gül\n- **bee** — arı\n",
        "1. rose = gül\n2. bee = arı\n",
        "* rose -> gül\n\n* bee -> arı\n",
        "rose, gül\nbee, arı\n",
    ],
)
def test_lines_of_a_markdown_page_are_entries(page: str) -> None:
    assert pairs(page, "words.md") == {"rose": "gül", "bee": "arı"}


def test_a_line_that_is_no_entry_is_remarked() -> None:
    page = "# Words\n\nrose; gül\nbee; arı\nleaf: yaprak\n"
    assert read_glossary(page, "words.md") == Glossary(
        name="words.md",
        header=(),
        rows=(TermRow(3, ("rose", "gül")), TermRow(4, ("bee", "arı"))),
        remarks=(Remark(5, "not 'term; translation': leaf: yaprak"),),
    )


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (
            "",
            "terms.csv",
            "terms.csv: no entries; write a table, or lines such as 'saddle point; eyer noktası'",
        ),
        (
            "# Words\n",
            "a/b.md",
            "a/b.md: no entries; write a table, or lines such as 'saddle point; eyer noktası'",
        ),
        ('en,tr\nrose,"gül\nbee,arı', "terms.csv", "terms.csv:3: unexpected end of data"),
        (
            'en,tr\nrose,"gül\nkırmızı"\n',
            "terms.csv",
            "terms.csv:3: a cell goes over several lines",
        ),
        (
            "Once there was a rose.\nIt grew, they say, fast.\nThen: the bee.\n",
            "words.md",
            "words.md: neither a table nor a list: most lines are not 'term: translation'",
        ),
    ],
)
def test_what_is_no_glossary_is_refused_with_its_place(text: str, name: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_glossary(text, name)
    assert str(raised.value) == message


# ------------------------------------------------------------------ which column is which


@pytest.mark.parametrize(
    ("text", "target", "entry"),
    [
        ("zh-CN,en\n玫瑰,rose\n", "zh", "玫瑰"),
        ("id,Chinese (Simplified),English\n7,玫瑰,rose\n", "zh", "玫瑰"),
        ("en,zh-TW,zh\nrose,薔薇,玫瑰\n", "zh", "玫瑰"),
        ("en,zh-TW,zh\nrose,薔薇,玫瑰\n", "zh-Hant", "薔薇"),
        ("玫瑰,rose\n叶,leaf\n", "zh", "玫瑰"),
        ("rose,gül\nleaf,yaprak\n", "tr", "gül"),
        ("gül,rose\nkök,root\n", "tr", "gül"),
        ("rose,mawar\nleaf,daun\n", "id", "mawar"),
        ("English,Esperanto,eo\nrose,x,rozo\n", "eo", "rozo"),
    ],
)
def test_columns_are_found_by_name_or_by_letters(text: str, target: str, entry: str) -> None:
    assert pairs(text, "terms.csv", target)["rose"] == entry


def test_the_columns_of_a_table_need_not_be_named_in_english() -> None:
    page = "| 번호 | 영어 | 한국어 |\n|--|--|--|\n| 1 | rose | 장미 |\n| 2 | bee | 벌 |\n"
    assert pairs(page, "terms.md", "ko") == {"rose": "장미", "bee": "벌"}


def test_one_column_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^terms\.csv:2: only one column$"):
        choose(read_glossary("en\nrose\n", "terms.csv"), "en", "tr")


# ------------------------------------------------------------------ what may be told


def test_a_term_begins_sentences_too_and_every_term_stands_once() -> None:
    glossary = read_glossary("en,tr\nleaf,ince yaprak\nRose,Gül\nrose,gül\nrose,gül\n", "t.csv")
    assert choose(glossary, "en", "tr") == Terminology(
        (
            Term("Leaf", "İnce yaprak", 2),
            Term("Rose", "Gül", 3),
            Term("leaf", "ince yaprak", 2),
            Term("rose", "gül", 4),
        ),
        (),
    )


def test_a_name_is_not_spelled_otherwise() -> None:
    glossary = read_glossary("en,tr\nGo,Go\nNASA,NASA\n", "t.csv")
    assert [term.source for term in choose(glossary, "en", "tr").terms] == ["Go", "NASA"]


@pytest.mark.parametrize(
    ("cells", "found", "remarks"),
    [
        ("rose (flower);gül", {"rose": "gül"}, []),
        ("rose（flower）;(kırmızı) gül", {"rose": "gül"}, []),
        ("rose(s);gül", {"rose": "gül"}, []),
        ("rose / briar;gül", {"rose": "gül", "briar": "gül"}, []),
        ("rose/briar;gül", {"rose": "gül", "briar": "gül"}, []),
        ("rose;gül, yaban gülü", {"rose": "gül"}, ["'gül' is used, not yaban gülü"]),
        ("rose;gül/verd (eski)", {"rose": "gül"}, ["'gül' is used, not verd"]),
        ("rose;", {}, []),
        ("rose", {}, []),
        ("wild rose/briar;gül", {}, ["'wild rose/briar' is left out: it is more than a term"]),
        ("rose;gül )", {}, ["'gül )' is left out: it is more than a term"]),
        ("rose;=gül", {}, ["'=gül' is left out: the service takes it for a formula"]),
        ("@rose;gül", {}, ["'@rose' is left out: the service takes it for a formula"]),
        (f"rose;{'ü' * 100}", {"rose": "ü" * 100}, []),
        (
            f"rose;{'ü' * 101}",
            {},
            [f"'{'ü' * 101}' is left out: it is longer than 200 bytes"],
        ),
    ],
)
def test_what_would_be_misread_is_left_out_and_said(
    cells: str, found: dict[str, str], remarks: list[str]
) -> None:
    text = f"en;tr\n{cells}\nbee;arı\n"
    chosen = choose(read_glossary(text, "t.csv"), "en", "tr")
    assert pairs(text, "t.csv") == {**found, "bee": "arı"}
    assert [(remark.line, remark.text) for remark in chosen.remarks] == [(2, r) for r in remarks]


def test_entries_that_disagree_are_not_used() -> None:
    glossary = read_glossary("en,tr\nlight (a),ışık\nleaf,yaprak\nlight (b),hafif\n", "t.csv")
    assert choose(glossary, "en", "tr") == Terminology(
        (Term("Leaf", "Yaprak", 3), Term("leaf", "yaprak", 3)),
        (
            Remark(
                4,
                "'light' is translated differently, so it is not used: "
                "ışık (line 2), hafif (line 4)",
            ),
        ),
    )


# ------------------------------------------------------------------ the file for the service


def test_the_command_prints_the_file_and_remarks_what_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = tmp_path / "words.md", tmp_path / "out" / "terms.csv"
    file.write_text("NASA; NASA\nrose; gül, verd\n", encoding="utf-8")
    assert main(["terminology", str(file), "--language", "tr"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "en,tr\nNASA,NASA\nRose,Gül\nrose,gül\n"
    assert printed.err == f"{file}:2: 'gül' is used, not verd\n"
    assert main(["terminology", str(file), "--language", "tr", "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    assert output.read_text(encoding="utf-8") == printed.out


def test_the_file_has_the_codes_of_the_service_in_its_first_row() -> None:
    glossary = read_glossary('English,pt-BR\n"a ""rose""","uma ""rosa"""\nNASA,NASA\n', "t.csv")
    assert terminology_csv(glossary, "en", "pt-BR") == (
        b'en,pt\n"A ""rose""","Uma ""rosa"""\nNASA,NASA\n"a ""rose""","uma ""rosa"""\n'
    )


def test_the_same_terms_in_another_order_are_the_same_file() -> None:
    one = read_glossary("en,tr\nrose,gül\nbee,arı\n", "t.csv")
    other = read_glossary("bee; arı (böcek)\n\nrose; gül\n", "terms.md")
    assert terminology_csv(one, "en", "tr") == terminology_csv(other, "en", "tr")


def test_nothing_to_import_is_an_error() -> None:
    glossary = read_glossary("en,tr\nrose,\n", "t.csv")
    with pytest.raises(UsageError, match=r"^t\.csv: no term from en to tr can be used$"):
        terminology_csv(glossary, "en", "tr")
    with pytest.raises(UsageError, match=r"^t\.csv: Amazon Translate has no language 'eo'$"):
        terminology_csv(glossary, "en", "eo")


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.lists(st.tuples(CELL, CELL), min_size=1))
def test_every_file_keeps_the_rules_of_the_service(cells: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("en", "tr"), ("rose", "gül"), *cells])
    data = terminology_csv(read_glossary(text.getvalue(), "t.csv"), "en", "tr")
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert header == ["en", "tr"]
    assert len({source for source, _ in rows}) == len(rows)
    for cell in (cell for row in rows for cell in row):
        assert cell == " ".join(cell.split()) != ""
        assert len(cell.encode()) <= 200
        assert cell[0] not in "+-=@"


NASTY = st.lists(
    st.sampled_from(
        [
            "|",
            "---",
            ",",
            ";",
            "; ",
            ": ",
            "\n",
            "\n\n",
            '"',
            "- ",
            "#",
            "a",
            "b c",
            "gül",
            "(",
            ")",
            "\r\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(NASTY | st.text(), st.sampled_from(["g.csv", "g.tsv", "g.md", "g"]))
def test_every_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        glossary = read_glossary(text, name)
        chosen = choose(glossary, "en", "tr")
    except UsageError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert refusal.startswith(f"{name}:")
        return
    lines = {row.line for row in glossary.rows}
    assert {term.line for term in chosen.terms} <= lines
    assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in lines)
