"""The review budget: how much a pull request asks for, and what waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.merge.portions import Size, admitted, reading_order
from amts_bot.text.merge.size import size
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.review import review
from tests.conftest import CONFIG, Book, MakeBook

sizes = st.builds(Size, st.integers(0, 9), st.integers(0, 90))


def test_the_size_of_a_change_counts_new_and_changed_units_and_their_words() -> None:
    old = "# A\n\nOne two.\n\nThree.\n"
    assert size(old, old.replace("One two.", "One two four.") + "\nNew.\n") == Size(2, 4)
    assert size("", "# A\n") == Size(1, 2)


@given(st.dictionaries(st.text(max_size=3), sizes, max_size=8), sizes, sizes)
def test_what_is_admitted_fits_unless_a_page_alone_does_not(
    asked: dict[str, Size], used: Size, most: Size
) -> None:
    found = [asked[name] for name in admitted(asked, used, most) if asked[name].units]
    total = sum(found, used)
    assert total.fits(most) or not found or not (used.units or (used + found[0]).fits(most))


def test_the_reading_order_follows_the_tables_of_contents() -> None:
    pages = {
        "b.md": "",
        "a/one.md": "",
        "a/index.md": "```toc\n:maxdepth: 2\n\none\n```\n",
        "index.md": "```toc\nb.md\na/index\nb\nmissing\n```\n",
        "alone.md": "",
    }
    assert reading_order(pages) == ["index.md", "b.md", "a/index.md", "a/one.md", "alone.md"]


PAGES = {name: f"# {name}\n\nA sentence about {name}.\n" for name in ("a", "b", "c")}


def drifting(make_book: MakeBook, review: str) -> Book:
    english = {f"{name}.md": text for name, text in PAGES.items()}
    book = make_book(english, english, config=f"{CONFIG}[review]\n{review}\n")
    book.sync(base="v1", engine="none")
    book.merge()
    return book


def longer(name: str, lines: int) -> str:
    return PAGES[name] + "".join(f"\nLine {k} of {name} is new.\n" for k in range(lines))


def test_pages_beyond_the_budget_wait_at_their_old_english_until_the_merge(
    make_book: MakeBook,
) -> None:
    book = drifting(make_book, "max-units = 3")
    book.publish({f"{name}.md": longer(name, k) for k, name in enumerate("abc", 1)})
    first = book.sync(engine="none")
    assert (first.report.queued, [p.target for p in first.report.pages]) == (
        ("b.md", "a.md"),
        ["c.md"],
    )
    state = book.lock()
    assert state.queued == ("a.md", "b.md")
    assert state.pages["a.md"] == book.lock("main").pages["a.md"]
    assert "2 pages wait for the next pull request" in body(review(first.report))
    assert book.sync(engine="none").commit == ""
    book.merge("--squash")
    second = book.sync(engine="none")
    assert [p.target for p in second.report.pages] == ["b.md", "a.md"]
    assert book.lock().queued == ()


def test_a_page_of_the_open_pull_request_goes_on_and_counts(make_book: MakeBook) -> None:
    book = drifting(make_book, 'max-units = 4\norder = "path"')
    book.publish({"a.md": longer("a", 2)})
    book.sync(engine="none")
    book.publish({"a.md": longer("a", 3), "b.md": longer("b", 2), "c.md": longer("c", 1)})
    done = book.sync(engine="none").report
    assert ([p.target for p in done.pages], done.queued) == (["a.md", "c.md"], ("b.md",))


def test_a_new_page_that_waits_is_not_forgotten(make_book: MakeBook) -> None:
    book = drifting(make_book, 'max-words = 8\norder = "path"')
    book.publish({"a.md": longer("a", 1), "d.md": "# d\n\nA page that is new and waits.\n"})
    assert book.sync(engine="none").report.queued == ("d.md",)
    assert book.sync(engine="none").report.queued == ("d.md",)
    book.merge()
    assert [p.status for p in book.sync(engine="none").report.pages] == ["added"]
