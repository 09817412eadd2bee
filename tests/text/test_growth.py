"""How much work an odd page makes: it grows with the page, not with its square. Calls are counted, nothing is timed."""

from __future__ import annotations

import cProfile
from collections.abc import Callable

import pytest

from amts_bot.sync.one_page import merge
from amts_bot.text.align import lattice
from amts_bot.text.languages import language
from amts_bot.text.markdown.checks import complaints, remarks
from tests import odd_pages as odd

# A page three times as long makes three times the work; a square would make it nine times.
TIMES, MOST_TIMES = 3, 4.5
# No more calls for each character of the English than these.
MOST_CALLS = 250


def calls(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def reworded(english: str) -> str:
    return english.replace(" the ", " that ").replace("beside", "under").replace("pond", "lake")


def turned(english: str) -> str:
    """The second half before the first."""
    lines = english.splitlines(keepends=True)
    return "".join(lines[len(lines) // 2 :] + lines[: len(lines) // 2])


def edited(english: str) -> str:
    middle = english.find(" ", len(english) // 2)
    return f"{english[:middle]} new{english[middle:]}\nA new end stands here.\n"


# (page, what became of its English, a size)
MERGED: dict[str, tuple[odd.Make, Callable[[str], str], int]] = {
    "a list": (odd.items, edited, 100),
    "a list whose items all changed": (odd.items, reworded, 70),
    "a list whose items all moved": (odd.items, turned, 100),
    "a table whose rows all changed": (odd.rows, reworded, 70),
    "HTML with many cells": (odd.html_rows, edited, 40),
    "equal sentences": (odd.equal_sentences, edited, 2_000),
    # More than difflib is given whole, which takes up to the square.
    "equal sentences in one paragraph": (odd.equal_sentence_run, edited, 1_200),
    "a paragraph": (odd.paragraph, edited, 3),
    "a paragraph whose sentences all changed": (odd.paragraph, reworded, 3),
    "a sentence": (odd.long_line, edited, 3),
    "prose": (odd.prose, edited, 4),
    "a long page": (odd.book, edited, 5),
    "link definitions": (odd.definitions, edited, 50),
    "headings": (odd.headings, edited, 50),
    "front matter": (odd.front_matter, edited, 30),
    "front matter that nothing closes": (odd.unclosed_front_matter, edited, 4),
    "a comment that nothing closes": (odd.unclosed("<!-- "), edited, 10),
    "a fence that nothing closes": (odd.unclosed("```\n"), edited, 10),
}


@pytest.mark.parametrize("name", MERGED)
def test_a_merge_makes_work_in_proportion_to_the_page(name: str) -> None:
    make, changed, size = MERGED[name]

    def work(count: int) -> int:
        old = make(count)
        new, target = changed(old), odd.translation(old)
        return calls(lambda: merge(old, new, target, "tr", engine_name="memory"))

    assert_in_proportion(work, make, size)


def test_english_that_is_another_text_now_is_compared_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nothing is alike the search widens up to its bound, which is small here: a page of a test is."""
    monkeypatch.setattr(lattice, "_WHOLE", 500)
    monkeypatch.setattr(lattice, "_MOST_NODES", 5_000)

    def work(count: int) -> int:
        old, new = odd.prose(count), odd.stranger(count)
        return calls(lambda: merge(old, new, odd.translation(old), "tr", engine_name="memory"))

    assert_in_proportion(work, odd.prose, 4)


def test_prose_beside_a_stranger_makes_work_in_proportion_to_it() -> None:
    def work(count: int) -> int:
        old = odd.prose(count)
        return calls(lambda: merge(old, edited(old), odd.stranger(count), "tr"))

    assert_in_proportion(work, odd.prose, 4)


@pytest.mark.parametrize("make", [odd.paragraph, odd.long_line], ids=["sentences", "a sentence"])
def test_the_checks_of_an_answer_make_work_in_proportion_to_it(make: odd.Make) -> None:
    def work(count: int) -> int:
        source, row = make(count), language("tr")
        target = odd.translation(source)
        return calls(lambda: (complaints(source, target, row), remarks(source, target, row)))

    assert_in_proportion(work, make, 4)


def assert_in_proportion(work: Callable[[int], int], make: odd.Make, size: int) -> None:
    work(size // 2)  # what is compiled and looked up once is nobody's work
    small, large = work(size), work(TIMES * size)
    assert large <= MOST_TIMES * small
    assert large <= MOST_CALLS * len(make(TIMES * size))
