"""Which English each page was translated from, and what becomes of pages of which nobody knows."""

from __future__ import annotations

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.bases import Base
from amts_bot.book.snapshot import Order, Snapshot, snapshot
from amts_bot.errors import UsageError
from tests.conftest import CONFIG, Book, MakeBook

QUAY = "# Quay\n\nThe quay is wet. Boats lie there.\n\nRopes are sold by the metre.\n"
QUAY_2 = QUAY.replace("Boats lie there.", "Forty grey boats wait for paint.")
QUAY_3 = QUAY_2.replace("Ropes are sold by the metre.", "Nobody sells ropes since the flood.")
RIHTIM = "# Rıhtım\n\nRıhtım ıslaktır. Tekneler orada durur.\n\nHalatlar metreyle satılır.\n"
MOLE = "# Mole\n\nA mole of `400` stones.\n"
MENDIREK = "# Mendirek\n\n`400` taşlık bir mendirek.\n"


@pytest.fixture
def harbour(make_book: MakeBook) -> Book:
    """Two chapters in three English versions, v1 to v3; the translation of v1 has both, `pages` only one."""
    book = make_book(
        {"a/quay.md": QUAY, "b/mole.md": MOLE},
        {"a/quay.md": RIHTIM, "b/mole.md": MENDIREK},
        CONFIG.replace('["*.md"]', '["/a/*.md"]'),
    )
    for tag, text in (("v2", QUAY_2), ("v3", QUAY_3)):
        book.edit({"a/quay.md": text, "b/mole.md": MOLE + f"\nSince {tag} it is higher.\n"})
        book.english_git("tag", tag)
    book.checkout(book.english_git("rev-parse", "v3"))
    return book


def moment(book: Book, base: str = "", rebase: str = "") -> Snapshot:
    return snapshot(Order("tr", base=base, rebase=rebase), open_repository(book.root))


def take_in_chapter_b(book: Book) -> None:
    book.translate({"amts.toml": CONFIG.replace('["*.md"]', '["/a/*.md", "/b/*.md"]')})


def given(book: Book, path: str, tag: str) -> Base:
    commit = book.english_git("rev-parse", tag)
    return Base(source=path, commit=commit, blob=book.blob(tag, path), origin="given")


def test_a_page_of_a_later_pattern_takes_the_base_that_is_given(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    take_in_chapter_b(harbour)
    found = moment(harbour, base="v1")
    assert found.bases["b/mole.md"] == given(harbour, "b/mole.md", "v1")
    assert found.bases["a/quay.md"].origin == "lock"
    report = harbour.sync(base="v1", engine="none").report
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert report.notes == (f"b/mole.md: English {revision}, which --base names, is the base now",)
    assert harbour.show("b/mole.md") == MENDIREK + "\nSince v3 it is higher.\n"


def test_a_page_of_a_later_pattern_is_held_and_named_where_nobody_gives_a_base(
    harbour: Book,
) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    take_in_chapter_b(harbour)
    for _ in range(2):
        report = harbour.sync(engine="none").report
        assert [(page.target, page.status) for page in report.pages] == [("b/mole.md", "held")]
        assert report.pages[0].message == (
            "b/mole.md is there already, and nothing says which English it was translated from: "
            "run once with --base"
        )
        assert harbour.show("b/mole.md") == MENDIREK
    assert list(harbour.lock().pages) == ["a/quay.md"]


def test_a_base_that_is_of_no_use_is_named(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    revision = harbour.english_git("rev-parse", "v2")[:10]
    assert moment(harbour, base="v2").notes == (
        f"English {revision}, which --base names, is the base of no page: amts/tr.lock or a kept original knows that "
        "of every one; --rebase-pages PATTERN gives pages another base",
    )


def test_an_unknown_base_is_refused_though_the_lock_knows_every_page(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    with pytest.raises(Exception, match="v77 is unknown"):
        moment(harbour, base="v77")


@pytest.mark.parametrize("pattern", ["a/quay.md", "quay.md", "/a/", "*.md"])
def test_a_wrong_base_is_set_right_by_the_name_of_its_pages(harbour: Book, pattern: str) -> None:
    """v2 was too new: what changed between v1 and v2 was never proposed."""
    harbour.sync(base="v2", engine="none")
    harbour.merge()
    assert "Forty grey boats" not in harbour.show("a/quay.md", "main")
    result = harbour.sync(base="v1", rebase=pattern, engine="none")
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert result.report.notes == (
        f"a/quay.md: English {revision}, which --base names, is the base now",
    )
    assert harbour.show("a/quay.md") == (
        "# Rıhtım\n\nRıhtım ıslaktır. Forty grey boats wait for paint.\n\nNobody sells ropes since the flood.\n"
    )
    row = harbour.lock().pages["a/quay.md"]
    assert row.blob == harbour.blob("v3", "a/quay.md")


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"base": "v1", "rebase": "/sea/"}, "no page of tr in amts/tr.lock has such a name"),
        ({"rebase": "quay.md"}, "say on which English, with --base REV"),
    ],
)
def test_pages_that_cannot_be_based_anew_stop_the_run(
    harbour: Book, order: dict[str, str], message: str
) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    with pytest.raises(UsageError, match=message):
        moment(harbour, **order)


def test_a_page_that_the_given_english_lacks_keeps_its_base(harbour: Book) -> None:
    harbour.publish({"a/sail.md": "# Sail\n\nRed cloth.\n"})
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    found = moment(harbour, base="v1", rebase="sail.md")
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert found.notes == (
        f"a/sail.md: English {revision}, which --base names, has no such page; "
        "the base stays as amts/tr.lock has it",
    )
    assert found.bases["a/sail.md"].origin == "lock"


def test_a_first_run_that_finds_no_translation_writes_nothing(make_book: MakeBook) -> None:
    config = CONFIG.replace("{path}", "tr/{path}")
    book = make_book({"a/quay.md": QUAY}, {"a/quay.md": RIHTIM}, config)
    with pytest.raises(
        UsageError,
        match=r"no translation of the 1 English pages was found: amts.toml \[languages.tr\]: "
        r"pages = 'tr/\{path\}' looks for a/quay.md at tr/a/quay.md; did you mean pages = \"\{path\}\"\?",
    ):
        book.sync(base="v1", engine="none")
    assert book.branches() == ["main"]
