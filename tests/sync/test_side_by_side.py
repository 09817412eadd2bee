"""Several languages in one repository: each has a branch of its own, and merging one harms no other."""

from __future__ import annotations

import pytest

from amts_bot.book import lock
from tests.conftest import CONFIG, Book, MakeBook

FIRST = "# Tea\n\nWater boils. Leaves wait.\n"
SECOND = "# Tea\n\nWater boils. Leaves wait. Cups are warm.\n"
THIRD = "# Tea\n\nWater boils. Leaves wait. Cups are warm. Milk is cold.\n"
LANGUAGES = ("de", "tr")


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    return make_book(
        {"tea.md": FIRST},
        {
            "de/tea.md": "# Tee\n\nWasser kocht. Blätter warten.\n",
            "tr/tea.md": "# Çay\n\nSu kaynar. Yapraklar bekler.\n",
        },
        CONFIG.replace('pages = "{path}"', 'pages = "tr/{path}"')
        + '[languages.de]\npages = "de/{path}"\n',
    )


def run(book: Book, language: str, base: str = "") -> str:
    """The new commit, or ""."""
    return book.sync(language=language, base=base, engine="none").commit


def merge(book: Book, language: str) -> None:
    book.git("merge", "--quiet", "--no-ff", "-m", f"merge {language}", f"amts/{language}")


def test_languages_are_merged_one_after_the_other(book: Book) -> None:
    book.publish({"tea.md": SECOND})
    for language in LANGUAGES:
        assert run(book, language, "v1")
    merge(book, "de")
    run(book, "tr")  # the first merge brought a lock, and the branch takes it in
    merge(book, "tr")
    locked = lock.parse(book.show(lock.FILE, "HEAD"))
    assert {code: [*row.pages] for code, row in locked.languages.items()} == {
        "de": ["de/tea.md"],
        "tr": ["tr/tea.md"],
    }
    assert "Cups are warm." in book.show("de/tea.md", "HEAD")
    assert "Cups are warm." in book.show("tr/tea.md", "HEAD")
    assert [run(book, language) for language in LANGUAGES] == ["", ""]


def test_a_language_that_is_merged_late_takes_no_english_back(book: Book) -> None:
    book.publish({"tea.md": SECOND})
    for language in LANGUAGES:
        run(book, language, "v1")
    newest = book.publish({"tea.md": THIRD})
    run(book, "de")
    merge(book, "de")
    assert book.pointer("HEAD") == newest
    run(book, "tr")
    merge(book, "tr")
    assert book.pointer("HEAD") == newest
    assert "Milk is cold." in book.show("tr/tea.md", "HEAD")
    assert {row.commit for row in lock.parse(book.show(lock.FILE, "HEAD")).languages.values()} == {
        newest
    }
    assert [run(book, language) for language in LANGUAGES] == ["", ""]
