"""Tables for a terminal, by the columns that letters take there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.columns import PAPER, Screen, aligned, fitting, shortened, width_of

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


def test_a_narrow_screen_gets_the_columns_that_matter() -> None:
    rows = [("page", "base", "step"), ("chapter_of_lamps/trimming.md", "8374ec0f10", "13")]
    assert fitting(rows, ("base",), 80) == rows
    assert fitting(rows, ("base",), 36) == [
        ("page", "step"),
        ("chapter_of_lamps/trimming.md", "13"),
    ]
    assert fitting(rows, ("base",), 0) == rows


# ------------------------------------------------------------------ lines


def test_lines_go_on_below_the_first_word_of_the_last_column() -> None:
    text = (
        "wrong  branch  amts/tr is checked out\n       → run `git switch main`, then again\nshort"
    )
    assert Screen(columns=34).folded(text).splitlines() == [
        "wrong  branch  amts/tr is checked",
        "               out",
        "       → run `git switch main`,",
        "         then again",
        "short",
    ]


def test_chinese_lines_end_anywhere_but_before_a_sign_that_closes() -> None:
    assert (
        Screen(columns=12).folded("  灯塔看守人，每天点灯。") == "  灯塔看守\n  人，每天点\n  灯。"
    )


def test_what_is_no_terminal_gets_lines_of_any_length_and_no_colours() -> None:
    line = "word " * 60
    assert PAPER.folded(line) == line
    assert (PAPER.painted("wrong", "bad"), Screen(colours=True).painted("wrong", "bad")) == (
        "wrong",
        "\033[31mwrong\033[0m",
    )


def test_a_row_of_markdown_stays_one_line() -> None:
    row = f"| {'cell ' * 30}|"
    assert Screen(columns=40).folded(row) == row


SAID = st.lists(
    st.sampled_from(["lamp", "灯", "ضوء", "`git add`", "→", "1.", "", "  "]), max_size=40
)


@given(SAID.map(" ".join), st.integers(20, 90))
def test_a_folded_text_fits_and_loses_no_word(text: str, within: int) -> None:
    folded = Screen(columns=within).folded(text)
    assert "".join(folded.split()) == "".join(text.split())
    assert all(width_of(line) <= within for line in folded.rstrip().splitlines() if line.strip())
