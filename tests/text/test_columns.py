"""Tables for a terminal, by the columns that letters take there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.columns import aligned, shortened, width_of

CELLS = st.text("abc/漢字ñ\u0301 ", max_size=12).map(str.strip)
ROWS = st.integers(1, 4).flatmap(
    lambda wide: st.lists(st.lists(CELLS, min_size=wide, max_size=wide), min_size=1, max_size=5)
)


def test_wide_letters_take_two_columns_and_marks_none() -> None:
    rows = [("page", "words"), ("灯台.md", "12"), ("fen\u0303e.md", "1,200")]
    assert [*aligned(rows, right={1})] == [
        "page     words",
        "灯台.md     12",
        "fen\u0303e.md  1,200",
    ]


def test_a_long_path_loses_its_middle_before_the_line_breaks() -> None:
    rows = [("chapter_of_lamps/trimming-the-wick.md", "12"), ("a.md", "3")]
    assert [*aligned(rows, right={1}, within=24)] == [
        "chapter_o…he-wick.md  12",
        "a.md                   3",
    ]


def test_a_table_without_rows_has_no_lines() -> None:
    assert [*aligned([])] == []


@given(ROWS, st.integers(40, 90))
def test_every_line_fits_where_the_other_columns_leave_room(
    rows: list[list[str]], within: int
) -> None:
    others = sum(max(map(width_of, column)) + 2 for column in [*zip(*rows, strict=True)][1:])
    lines = [*aligned(rows, within=within)]
    assert len(lines) == len(rows)
    assert all(width_of(line) <= max(within, others + 12) for line in lines)


@given(st.text("abc漢字\u0301", max_size=30), st.integers(3, 30))
def test_a_shortened_text_fits_and_keeps_its_ends(text: str, within: int) -> None:
    short = shortened(text, within)
    assert width_of(short) <= max(within, width_of(text) if width_of(text) <= within else 0)
    assert short == text or "…" in short
