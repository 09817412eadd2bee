"""Bibliographies merged entry by entry."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.merge.bibliography import merge_bibliography

KEYS = st.sampled_from(["Doe.1999", "Roe.2001", "Poe:2002", "大.2003", "moe-1"])
VALUES = st.sampled_from(["A", "B", "C {D}"])
BOOKS = st.dictionaries(KEYS, VALUES, max_size=5)


def bib(entries: dict[str, str], lead: str = "% refs\n") -> str:
    return lead + "".join(f"@book{{{key},\n  title = {{{v}}}\n}}\n\n" for key, v in entries.items())


def entries(text: str) -> list[str]:
    return sorted(entry.strip() for entry in text.split("@"))


def test_both_sides_may_add_at_the_end() -> None:
    base = "@book{fresnel,\n  title = {Lenses}\n}"
    ours = base + "\n\n@book{argand,\n  title = {Lamba}\n}"
    theirs = base + "\n\n@article{stevenson,\n  title = {Towers}\n}\n"
    assert merge_bibliography(base, ours, theirs) == (
        "@book{fresnel,\n  title = {Lenses}\n}\n\n"
        "@book{argand,\n  title = {Lamba}\n}\n\n"
        "@article{stevenson,\n  title = {Towers}\n}\n"
    )


def test_an_entry_that_both_sides_changed_differently_is_for_a_person() -> None:
    assert merge_bibliography(bib({"a": "1"}), bib({"a": "2"}), bib({"a": "3"})) is None


def test_an_entry_changed_here_and_gone_there_is_for_a_person() -> None:
    assert merge_bibliography(bib({"a": "1"}), bib({"a": "2"}), bib({})) is None


def test_a_key_that_stands_twice_is_for_a_person() -> None:
    twice = bib({"a": "1"}) + bib({"a": "2"}, "")
    assert merge_bibliography(twice, twice, twice + bib({"b": "1"}, "")) is None


def test_white_space_is_no_change() -> None:
    wide = bib({"a": "1"}).replace("  title", "\n\ttitle")
    assert merge_bibliography(bib({"a": "1"}), wide, bib({"a": "1"})) == wide


def test_the_spacing_of_the_translators_stays() -> None:
    tight = bib({"a": "1", "b": "1"}).replace("}\n\n", "}\n")
    merged = merge_bibliography(
        bib({"a": "1", "b": "1"}), tight, bib({"a": "1", "b": "1", "c": "1"})
    )
    assert merged == tight + "\n" + bib({"c": "1"}, "")


def test_a_file_without_entries_gets_those_of_the_english() -> None:
    assert merge_bibliography("", "% ours\n", bib({"a": "1"}, "")) == "% ours\n\n" + bib(
        {"a": "1"}, ""
    )
    assert merge_bibliography("", "", "") == ""


@given(BOOKS, BOOKS)
def test_what_one_side_left_alone_is_as_the_other_has_it(
    base: dict[str, str], new: dict[str, str]
) -> None:
    assert merge_bibliography(bib(base), bib(new), bib(base)) == bib(new)
    theirs = merge_bibliography(bib(base), bib(base), bib(new))
    assert theirs is not None
    assert merge_bibliography(bib(new), theirs, bib(new)) == theirs
    assert entries(theirs) == entries(bib(new))


@given(BOOKS, BOOKS, BOOKS)
def test_every_entry_is_as_exactly_one_side_left_it(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    merged = merge_bibliography(bib(base), bib(ours), bib(theirs))
    wanted, conflict = dict(ours), False
    for key in {*base, *theirs}:
        if theirs.get(key) == base.get(key) or theirs.get(key) == ours.get(key):
            continue
        conflict |= ours.get(key) != base.get(key)
        wanted[key] = theirs.get(key, "")
    found = None if merged is None else entries(merged)
    kept = {key: value for key, value in wanted.items() if value}
    assert found == (None if conflict else entries(bib(kept)))
