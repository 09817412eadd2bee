"""A pull request worked on in a tool of translators: out, through the Translate Toolkit, and back."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from translate.storage.pypo import pofile
from translate.storage.xliff2 import Xliff2File

from amts_bot.adapters.git import open_repository
from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.exchange.units_in import Imported, import_units
from amts_bot.exchange.units_out import Exported, export_units
from amts_bot.model import ExchangeFormat
from tests.conftest import Book, MakeBook, Silence

BOTH: tuple[ExchangeFormat, ...] = ("xliff", "po")
NOUNS = ("lamp", "wick", "horn", "boat", "rope", "rock", "tide", "star", "bell", "gate")
PLACES = {
    1: "near the harbour",
    2: "far from every harbour wall",
    3: "wherever the old captain wants it",
}


def english(version: int) -> str:
    """A page of seventy paragraphs, some with spans, of which most change with the version."""
    paragraphs = [
        f"The {NOUNS[n % 10]} number {n} has `{n}` marks and costs ${n}$ {PLACES[version if n % 9 else 1]}."
        for n in range(70)
    ]
    return "# Things\n\n" + "\n\n".join(paragraphs) + "\n"


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """A book with an open pull request: drafts where English changed, English where it is new."""
    turkish = english(1).replace("has", "sahip").replace("number", "numara").replace("The", "Bu")
    made = make_book({"things.md": english(1)}, {"things.md": turkish})
    made.sync(base="v1", engine="none")
    made.merge()
    new = "\n\nA stone is heavy.\n\nA feather is light.\n"
    made.publish({"things.md": english(2).rstrip() + new})
    made.sync(engine="memory")
    return made


def exported(book: Book, form: ExchangeFormat = "xliff") -> Exported:
    return export_units("tr", form, open_repository(book.root), Silence())


def imported(book: Book, content: bytes) -> Imported:
    return import_units(content, open_repository(book.root), Silence())


def stores(form: ExchangeFormat, content: bytes) -> Any:
    return (Xliff2File if form == "xliff" else pofile).parsestring(content)  # type: ignore[no-untyped-call]


def edit(form: ExchangeFormat, unit: Any, said: str) -> None:
    """As a person at a tool: words behind the text, tags left alone."""
    if form == "po":
        unit.target = f"{unit.target or unit.source} {said}"
        unit.markfuzzy(False)
        return
    target = unit.xmlelement.find("{*}target")
    if target is None:
        unit.target = f"{unit.source} {said}"
    elif len(target):
        target[-1].tail = f"{target[-1].tail or ''} {said}"
    else:
        target.text = f"{target.text} {said}"


@pytest.mark.parametrize("form", BOTH)
def test_a_pull_request_goes_through_a_tool_and_nothing_changes(
    book: Book, form: ExchangeFormat
) -> None:
    tip, found = book.rev(), exported(book, form)
    back = imported(book, bytes(stores(form, found.content)))
    assert found.units > 60
    assert back == Imported(
        branch="amts/tr", commit="", written=0, untouched=found.units, refused=()
    )
    assert book.rev() == tip


@pytest.mark.parametrize("form", BOTH)
def test_fifty_edits_are_those_fifty_units_and_no_other_byte(
    book: Book, form: ExchangeFormat
) -> None:
    before, store = book.show("things.md"), stores(form, exported(book, form).content)
    units = [unit for unit in store.units if unit.source]
    chosen = random.Random(50).sample(range(len(units)), 50)
    for number in chosen:
        edit(form, units[number], f"elle {number}")
    back = imported(book, bytes(store))
    assert (back.written, back.refused) == (50, ())
    old, new = before.split("\n\n"), book.show("things.md").split("\n\n")
    changed = [(a.rstrip("\n"), b.rstrip("\n")) for a, b in zip(old, new, strict=True) if a != b]
    assert len(changed) == 50
    assert {b.removeprefix(a) for a, b in changed} == {f" elle {number}" for number in chosen}


def test_an_imported_text_is_a_persons_and_stays_when_english_moves_on(book: Book) -> None:
    store = stores("po", exported(book, "po").content)
    (stone,) = [unit for unit in store.units if unit.source == "A stone is heavy."]
    stone.target = "Taş ağırdır."
    imported(book, bytes(store))
    book.publish(
        {"things.md": english(3).rstrip() + "\n\nA stone is heavy.\n\nA feather is soft.\n"}
    )
    book.sync(engine="memory")
    assert "\n\nTaş ağırdır.\n\n" in book.show("things.md")


def test_what_moved_on_meanwhile_is_left_alone_and_named(book: Book) -> None:
    store = stores("po", exported(book, "po").content)
    for unit in store.units:
        if unit.source in ("A stone is heavy.", "A feather is light."):
            unit.target = f"Tr: {unit.source}"
    book.git("checkout", "--quiet", "amts/tr")
    page = book.show("things.md").replace("A stone is heavy.", "Bir taş ağırdır.")
    book.translate({"things.md": page})
    book.git("checkout", "--quiet", "main")
    back = imported(book, bytes(store))
    assert [(it.text, it.reason.partition(":")[0]) for it in back.refused] == [
        (
            "Tr: A stone is heavy.",
            "its English or its text on the branch is another one now",
        )
    ]
    assert book.show("things.md") == page.replace("A feather", "Tr: A feather")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bu fitil.", "`1`"),
        ("# `1` $1$", "begins with '#'"),
        ("`1` $1$\n\nVe bir paragraf.", "a blank line"),
    ],
)
def test_a_text_that_would_break_its_page_is_not_written(
    book: Book, text: str, reason: str
) -> None:
    store = stores("po", exported(book, "po").content)
    next(unit for unit in store.units if "number 1 has" in unit.source).target = text
    back = imported(book, bytes(store))
    (refused,) = back.refused
    assert (back.commit, refused.text) == ("", text)
    assert reason in refused.reason


def test_the_commands_say_what_they_did_and_what_comes_next(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--repository", str(book.root)]
    file = tmp_path / "tr.po"
    assert (
        main(["export", "--language", "tr", "--format", "po", "--output", str(file), *where]) == 0
    )
    assert (
        f"units written to {file}\nbring it back with: amts-bot import {file}"
        in capsys.readouterr().out
    )
    assert main(["import", str(file), *where]) == 0
    assert capsys.readouterr().out.startswith("nothing to write: ")
    store = stores("po", file.read_bytes())
    next(unit for unit in store.units if unit.source == "A stone is heavy.").target = "Taş."
    next(unit for unit in store.units if "number 1 has" in unit.source).target = "Taş."
    file.write_bytes(bytes(store))
    assert main(["import", str(file), *where]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"1 unit written in commit {book.rev()[:10]} on amts/tr")
    assert said.out.endswith("now: git push origin amts/tr\n")
    assert said.err.startswith("not written: things.md: 'Taş.': ")
    assert main(["import", str(tmp_path / "none.po"), *where]) == 2
    assert main(["export", "--language", "tr", "--output", "-", *where]) == 0
    assert capsys.readouterr().out.startswith("<?xml")


def test_without_an_open_pull_request_there_is_nothing_to_export(make_book: MakeBook) -> None:
    made = make_book({"a.md": "# A\n"}, {"a.md": "# A\n"})
    with pytest.raises(UsageError, match="no pull request is open for tr: run amts-bot sync"):
        exported(made)


def test_a_file_of_another_language_is_refused(book: Book) -> None:
    content = exported(book).content
    with pytest.raises(UsageError, match="the file is of tr, not of zh"):
        import_units(content, open_repository(book.root), Silence(), "zh")
