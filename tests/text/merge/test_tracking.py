"""Which new English page continues which old one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.merge.tracking import PagePair, pair_pages

TIDE = "# The Tide\n\nTwice a day the sea comes in over the flats.\nThe gauge on the pier is read at noon.\n"
LAMP = "# The Lamp\n\nThe lamp burns whale oil from dusk until dawn.\nIts keeper sleeps in the afternoon.\n"
BOTH = TIDE + LAMP


def test_a_page_at_its_path_is_itself() -> None:
    assert pair_pages({"a.md": ""}, {"a.md": ""}, {}) == [PagePair("a.md", "a.md")]


def test_git_is_believed_where_both_ends_exist() -> None:
    renames = {"a.md": "b.md", "c.md": "gone.md", "d.md": "d2.md"}
    old, new = {"a.md": "", "c.md": "", "d.md": ""}, {"b.md": "", "d.md": "", "d2.md": ""}
    assert pair_pages(old, new, renames) == [
        PagePair("a.md", "b.md"), PagePair("c.md", ""), PagePair("d.md", "d.md"), PagePair("", "d2.md"),
    ]  # fmt: skip


def test_a_rewritten_page_is_found_by_the_lines_it_kept() -> None:
    moved = "# Tides\n\nThe gauge on the pier is read at noon.\n\nA new page about the sea.\n"
    assert pair_pages({"one/tide.md": TIDE}, {"two/sea.md": moved}, {}) == [
        PagePair("one/tide.md", "two/sea.md")
    ]


def test_pages_with_nothing_in_common_are_strangers() -> None:
    assert pair_pages({"tide.md": TIDE}, {"lamp.md": LAMP}, {}) == [
        PagePair("", "lamp.md"),
        PagePair("tide.md", ""),
    ]


def test_borrowed_code_makes_no_relation() -> None:
    code = "```python\n" + "print('the very same long line of code')\n" * 9 + "```\n"
    pairs = pair_pages({"tide.md": TIDE + code}, {"lamp.md": LAMP + code}, {})
    assert pairs == [PagePair("", "lamp.md"), PagePair("tide.md", "")]


def test_of_a_page_split_in_two_the_liker_part_continues_it() -> None:
    new = {"x.md": LAMP + "More about lamps, and then still more.\n", "y.md": TIDE}
    assert pair_pages({"both.md": BOTH}, new, {}) == [
        PagePair("", "x.md"),
        PagePair("both.md", "y.md"),
    ]


def test_a_page_is_the_continuation_of_one_only() -> None:
    pairs = pair_pages({"tide.md": TIDE, "lamp.md": LAMP}, {"both.md": BOTH}, {})
    assert [pair for pair in pairs if pair.old and pair.new] == [PagePair("tide.md", "both.md")]


def test_the_same_name_in_another_folder_needs_less_in_common() -> None:
    shared = "The gauge on the pier is read at noon.\n"
    mine = "".join(f"Line number {n} is of this page alone.\n" for n in range(15))
    new = shared + mine.replace("this page alone", "another page")
    old = {"a/tide.md": shared + mine}
    assert pair_pages(old, {"b/tide.md": new}, {}) == [PagePair("a/tide.md", "b/tide.md")]
    assert pair_pages(old, {"b/sea.md": new}, {}) == [
        PagePair("a/tide.md", ""),
        PagePair("", "b/sea.md"),
    ]
    indexes = pair_pages({"a/index.md": shared + mine}, {"b/index.md": new}, {})
    assert indexes == [PagePair("a/index.md", ""), PagePair("", "b/index.md")]


PATHS = st.sampled_from(["a.md", "b.md", "c/a.md", "c/index.md", "index.md", "d.md"])
TEXTS = st.lists(st.sampled_from(BOTH.splitlines(keepends=True)), max_size=6).map("".join)
BOOKS = st.dictionaries(PATHS, TEXTS)


@given(BOOKS, BOOKS, st.dictionaries(PATHS, PATHS))
def test_every_page_stands_in_exactly_one_pair(
    old: dict[str, str], new: dict[str, str], renames: dict[str, str]
) -> None:
    pairs = pair_pages(old, new, renames)
    assert sorted(pair.old for pair in pairs if pair.old) == sorted(old)
    assert sorted(pair.new for pair in pairs if pair.new) == sorted(new)
    assert pairs == pair_pages(dict(reversed(old.items())), dict(reversed(new.items())), renames)
