"""Text for people in their language: catalogues that lack nothing, and say what the English says."""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polib
import pytest

from amts_bot.text.pull_request import wording as module
from amts_bot.text.pull_request.body import body, title
from amts_bot.text.pull_request.page import page_data
from amts_bot.text.pull_request.reasons import MESSAGES
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import Quote, Share
from amts_bot.text.pull_request.review import review
from amts_bot.text.pull_request.wording import Words, locale, wording

ROOM = Path(module.__file__).parent
CATALOGUES = sorted((ROOM / "catalogues").glob("*.po"))
ASKING = re.compile(r"(words|known|count|reason)$")


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "CATALOGUES", "catalogues")
    wording.cache_clear()
    yield
    wording.cache_clear()


def messages() -> set[str]:
    """Every constant text that the room and its stories ask a catalogue for."""
    files = [*ROOM.glob("*.py"), *(ROOM.parents[1] / "pull_request").glob("*.py")]
    asked = {text for file in files for text in _asked(ast.parse(file.read_text(encoding="utf-8")))}
    return asked | {*MESSAGES}


def _asked(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ASKING.search(ast.unparse(node.func)):
            yield from _constants(node.args[:2])
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "said":
            yield from _constants(node.value.elts if isinstance(node.value, ast.Tuple) else [])


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    yield from (text for text in texts if isinstance(text, str) and text.strip())


# Where the reasons and remarks of units are made, and texts there that nobody is shown.
REASONED = (
    *(
        "markdown/checks",
        "markdown/remarks",
        "markdown/numbers",
        "merge/slide_marks",
        "merge/shape",
    ),
    *("merge/draft", "merge/compound", "merge/people", "merge/revision", "merge/units"),
    *("code/merger", "amazon/following"),
)
# Regular expressions, and parts of sentences.
NOT_SHOWN = re.compile(
    r"\\|\(\?|not built as its English is: \Z|\Ait would have|slide marker \{\}…\{\}\Z|\Athis may|, but \{\}\Z"
    r"|\Aplace the \{\} by|\A\{\} placed by"
)


def reasons() -> Iterator[str]:
    """Every sentence of those modules, with a number or a word for each value."""
    for name in REASONED:
        tree = ast.parse((ROOM.parent / f"{name}.py").read_text(encoding="utf-8"))
        nodes = [*ast.walk(tree)]
        docs = {id(it.value) for it in nodes if isinstance(it, ast.Expr)}
        inner = {id(part) for it in nodes if isinstance(it, ast.JoinedStr) for part in it.values}
        for node in nodes:
            if id(node) not in docs | inner and (text := _sentence(node)):
                yield text


def _sentence(node: ast.AST) -> str:
    match node:
        case ast.JoinedStr(values):
            parts = (it.value if isinstance(it, ast.Constant) else "{}" for it in values)
            text = "".join(map(str, parts))
        case ast.Constant(str(text)):
            pass
        case _:
            return ""
    is_one = re.search(r"[a-z]{2,} [a-z]{2,}", text) and not NOT_SHOWN.search(text)
    return text.replace("{}", "7") if is_one else ""


@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: str(file.stem))
def test_every_reason_is_said_in_the_language(file: Path) -> None:
    found = {*reasons()}
    assert len(found) > 60
    words = wording(file.stem)
    assert sorted(text for text in found if words.reason(text) == text) == []


@pytest.mark.usefixtures("catalogues")
def test_values_of_a_reason_stay_and_may_hold_what_parts_clauses() -> None:
    words = wording("es")
    assert words.reason("new in the English; lost: `a; b`") == "nuevo en el inglés; perdido: `a; b`"
    assert words.reason("lost: $a$; not in the English: {b}") == (
        "perdido: $a$; no está en el inglés: {b}"
    )
    assert words.reason("place the slide marker [**…**] by hand") == (
        "coloque a mano la marca de diapositiva [**…**]"
    )


@pytest.mark.usefixtures("catalogues")
def test_what_a_value_says_is_said_in_the_language_too() -> None:
    base = "English 9c1b33de14 of --base in 85%, with English 60a0d5f1ef of 2022-07-15 in 98%"
    said = wording("es").reason(
        "7 bases fit clearly worse than another version of their English (look at them before you merge, "
        f"--rebase-pages gives pages another base): a.md agrees with {base}; b.md agrees with {base} and 5 more"
    )
    theirs = "el inglés 9c1b33de14 de --base en 85%, con el inglés 60a0d5f1ef de 2022-07-15 en 98%"
    assert said.endswith(f": a.md coincide con {theirs}; b.md coincide con {theirs} y 5 más")
    assert said.startswith("7 bases encajan claramente peor")
    assert wording("es").reason("set apart: hope lost") == "separado: hope lost"


@pytest.mark.usefixtures("catalogues")
def test_what_people_are_asked_to_look_at_is_said_in_their_language() -> None:
    noted = replace(
        run("es"),
        notes=(
            "a.md: 2 units translated again",
            "a.md was moved to b.md by hand, and is kept in step there",
        ),
        held_assets=("img/lamp.png: binary, and changed on both sides",),
    )
    text = body(review(noted))
    for said in (
        "a.md: 2 unidades traducidas de nuevo",
        "a.md se movió a mano a b.md, y allí se mantiene al día",
        "img/lamp.png: binario, y cambiado en ambos lados",
    ):
        assert said in html.unescape(text)


def test_there_are_catalogues() -> None:
    assert [file.stem for file in CATALOGUES] == ["es", "tr", "zh"]


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: str(file.stem))
def test_a_catalogue_lacks_nothing(file: Path) -> None:
    entries = list(polib.pofile(str(file)))
    known = {text for entry in entries for text in (entry.msgid, entry.msgid_plural) if text}
    assert sorted(messages() - known) == []
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: str(file.stem))
def test_a_translated_message_has_the_values_and_the_code_of_its_english(file: Path) -> None:
    held = re.compile(r"\{\w+\}|`[^`]+`")
    for entry in polib.pofile(str(file)):
        for said in (entry.msgstr, *entry.msgstr_plural.values()):
            if said:
                assert Counter(held.findall(said)) == Counter(held.findall(entry.msgid)), said


def run(language: str, speaks: str = "") -> RunReport:
    return RunReport(
        language=language,
        old="a" * 40,
        new="b" * 40,
        pages=(),
        held_assets=(),
        quote=Quote(0),
        share=Share(118, 191, 41_000),
        speaks=speaks,
    )


@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize(
    ("language", "said"),
    [("tr", "Okunacak bir şey yok"), ("zh-CN", "无需审阅"), ("es-MX", "Nada que leer"),
     ("de", "Nothing to read"), ("zh-TW", "Nothing to read")],
)  # fmt: skip
def test_people_are_spoken_to_in_their_language_where_there_is_a_catalogue(
    language: str, said: str
) -> None:
    assert body(review(run(language))).splitlines()[2] == f"**{said}**"
    assert page_data(review(run(language)))["words"]["nothing"] == said


@pytest.mark.usefixtures("catalogues")
def test_a_team_may_choose_the_language() -> None:
    assert title(review(run("tr"))) == "[sync] tr: okunacak bir şey yok, İngilizce bbbbbbbbbb"
    assert title(review(run("tr", "en"))) == "[sync] tr: nothing to read, English bbbbbbbbbb"
    assert locale("pt") == "en"


@pytest.mark.usefixtures("catalogues")
def test_numbers_take_the_form_of_the_language_and_reasons_are_known_clause_by_clause() -> None:
    words: Words = wording("es")
    assert words.count("{n} page", "{n} pages", 1) == "1 página"
    assert words.count("{n} page", "{n} pages", 1204) == "1,204 páginas"
    assert (
        words.reason("1 of 2 sentences changed; who knows") == "1 de 2 frases cambiadas; who knows"
    )
