"""Several languages in one repository: each has a branch of its own, and merging one harms no other."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import pytest

from amts_bot.book import lock
from amts_bot.book.lock import LanguageLock
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


def test_both_first_pull_requests_are_merged_as_they_are(book: Book) -> None:
    book.publish({"tea.md": SECOND})
    for language in LANGUAGES:
        assert run(book, language, "v1")
    for language in LANGUAGES:
        merge(book, language)
    locks = {code: book.lock("main", code) for code in LANGUAGES}
    assert {code: [*state.pages] for code, state in locks.items()} == {
        "de": ["de/tea.md"],
        "tr": ["tr/tea.md"],
    }
    assert "Cups are warm." in book.show("de/tea.md", "HEAD")
    assert "Cups are warm." in book.show("tr/tea.md", "HEAD")
    assert [run(book, language) for language in LANGUAGES] == ["", ""]


@pytest.mark.parametrize("order", [*permutations(("de", "fr", "tr"))])
def test_pull_requests_at_different_english_are_merged_in_any_order(
    make_book: MakeBook, order: tuple[str, ...]
) -> None:
    config = CONFIG.replace('pages = "{path}"', 'pages = "tr/{path}"')
    config += "".join(f'[languages.{code}]\npages = "{code}/{{path}}"\n' for code in ("de", "fr"))
    pages = {f"{code}/tea.md": FIRST for code in order}
    book = make_book({"tea.md": FIRST}, pages, config)
    commits = {}
    for language, english in zip(("tr", "de", "fr"), (SECOND, THIRD, SECOND), strict=True):
        commits[language] = book.publish({"tea.md": english})
        run(book, language, "v1")
    for language in order:
        merge(book, language)
    assert {code: book.lock("main", code).commit for code in order} == commits
    assert book.pointer("main") == commits["tr"]  # that language is the first of amts.toml
    # The newest English is what tr and fr have already: nothing is to be read there.
    assert [run(book, language) != "" for language in ("tr", "de", "fr")] == [False, True, False]
    merge(book, "de")
    assert book.show("de/tea.md", "main") == SECOND
    assert {book.lock("main", code).commit for code in ("de", "fr")} == {commits["fr"]}
    assert book.pointer("main") == commits["tr"]


def test_a_language_that_is_merged_late_takes_no_english_back(book: Book) -> None:
    book.publish({"tea.md": SECOND})
    for language in LANGUAGES:
        run(book, language, "v1")
    newest = book.publish({"tea.md": THIRD})
    run(book, "tr")
    merge(book, "tr")
    assert book.pointer("HEAD") == newest
    run(book, "de")
    merge(book, "de")
    assert book.pointer("HEAD") == newest
    assert "Milk is cold." in book.show("de/tea.md", "HEAD")
    assert {book.lock("main", code).commit for code in LANGUAGES} == {newest}
    assert [run(book, language) for language in LANGUAGES] == ["", ""]


# -- the file that all languages once shared ------------------------------------------------------


@pytest.fixture
def old(book: Book) -> Book:
    """A repository as an older bot left it: both languages in step, and one lock for both."""
    first = book.rev("main:english")
    rows = ",\n".join(
        f'  "{code}": {{\n   "commit": "{first}",\n   "engine": "none",\n   "pages": {{\n    "{code}/tea.md": '
        f'{{"source": "tea.md", "commit": "{first}", "blob": "{book.blob(first, "tea.md")}"}}\n   }}\n  }}'
        for code in LANGUAGES
    )
    book.translate({"amts.lock": f'{{\n "version": 1,\n "languages": {{\n{rows}\n }}\n}}\n'})
    return book


def locks(book: Book, revision: str = "main") -> list[str]:
    return [path for path in book.paths(revision) if path.endswith(".lock")]


def test_nothing_is_written_for_the_sake_of_a_new_file_alone(old: Book) -> None:
    assert [run(old, language) for language in LANGUAGES] == ["", ""]


@pytest.mark.parametrize("order", [*permutations(LANGUAGES)])
def test_each_language_takes_its_rows_along_and_the_last_one_the_shared_file_away(
    old: Book, order: tuple[str, ...]
) -> None:
    old.publish({"tea.md": SECOND})
    for language in LANGUAGES:
        run(old, language)
        assert locks(old, f"amts/{language}") == ["amts.lock", f"amts/{language}.lock"]
    for language in order:
        merge(old, language)
    assert locks(old) == ["amts.lock", "amts/de.lock", "amts/tr.lock"]
    old.publish({"tea.md": THIRD})
    for language in LANGUAGES:
        run(old, language)
        assert locks(old, f"amts/{language}") == ["amts/de.lock", "amts/tr.lock"]
    for language in order:
        merge(old, language)
    assert locks(old) == ["amts/de.lock", "amts/tr.lock"]
    assert "Milk is cold." in old.show("de/tea.md", "main")
    assert "Milk is cold." in old.show("tr/tea.md", "main")


def test_a_row_of_the_own_file_counts_and_one_that_it_lacks_is_not_lost(old: Book) -> None:
    shared = old.lock("main")
    newest = old.publish({"tea.md": SECOND, "pot.md": FIRST})
    own = LanguageLock(commit=newest)
    old.translate({"amts/tr.lock": lock.render(own)})
    assert old.lock("main") == replace(own, pages=shared.pages)
    row = replace(shared.pages["tr/tea.md"], commit=newest, blob=old.blob(newest, "tea.md"))
    own = replace(own, pages={"tr/tea.md": row})
    old.translate({"amts/tr.lock": lock.render(own)})
    assert old.lock("main") == own


def test_a_page_that_is_gone_does_not_come_back_from_the_shared_file(old: Book) -> None:
    old.publish({"tea.md": None, "pot.md": FIRST})
    run(old, "tr")
    merge(old, "tr")
    assert [*old.lock("main").pages] == ["tr/pot.md"]
    assert run(old, "tr") == ""


def test_an_open_pull_request_of_an_older_bot_is_carried_on(old: Book) -> None:
    old.publish({"tea.md": SECOND})
    run(old, "tr")
    theirs, german = old.lock("amts/tr"), old.lock("main", "de")
    shared = json.loads(old.show("amts.lock", "main"))
    shared["languages"]["tr"] = json.loads(old.show("amts/tr.lock"))
    old.git("checkout", "--quiet", "amts/tr")
    old.translate({"amts.lock": json.dumps(shared, indent=1), "amts/tr.lock": None})
    assert old.lock("amts/tr") == theirs
    old.git("checkout", "--quiet", "main")
    old.translate({"notes.txt": "The default branch moves on.\n"})
    old.publish({"tea.md": THIRD})
    run(old, "tr")
    merge(old, "tr")
    assert [*old.lock("main").pages] == [*theirs.pages]
    assert old.show("tr/tea.md", "main").count("Cups are warm.") == 1
    assert "Milk is cold." in old.show("tr/tea.md", "main")
    assert old.lock("main", "de") == german
