"""Hard line breaks of the English, made in the translation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.sync.one_page import merge
from amts_bot.text.merge.breaks import with_breaks


@pytest.mark.parametrize(
    ("old", "new", "target", "text"),
    [
        ("The lamp.  \nThe door.\n", "The lamp.\nThe door.\n", "Lamba.  \nKapı.\n", "Lamba.\nKapı.\n"),
        ("The lamp.\\\nThe door.\n", "The lamp.\nThe door.\n", "Lamba.\\\nKapı.\n", "Lamba.\nKapı.\n"),
        ("The lamp.\nThe door.\n", "The lamp.  \nThe door.\n", "Lamba.\nKapı.\n", "Lamba.  \nKapı.\n"),
        ("> The lamp.\n> The door.\n", "> The lamp.\\\n> The door.\n", "> Lamba.\n> Kapı.\n", "> Lamba.\\\n> Kapı.\n"),
        ("$$\na = 1,  \nb\n$$\n", "$$\na = 1,\nb\n$$\n", "$$\na = 1,  \nb\n$$\n", "$$\na = 1,\nb\n$$\n"),
        ("$$ \na = 1, \nb\n$$\n", "$$\na = 1,\nb\n$$\n", "$$ \na = 1, \nb\n$$\n", "$$ \na = 1, \nb\n$$\n"),
        # in another form it is a break too, and theirs stands
        ("The lamp.  \nThe door.\n", "The lamp.\\\nThe door.\n", "Lamba.  \nKapı.\n", "Lamba.  \nKapı.\n"),
        ("The lamp.  \nThe door.\n", "The lamp.\nThe door.\n", "Lamba.\nKapı.\n", "Lamba.\nKapı.\n"),
        # other lines than the English: nobody knows where it was
        ("The lamp.  \nThe door.\n", "The lamp.\nThe door.\n", "Lamba. Kapı.  \nVe\n", "Lamba. Kapı.\nVe\n"),
        ("The lamp.  \nThe door.\n", "The lamp.\nThe door.\n", "Lamba. Kapı.\n", "Lamba. Kapı.\n"),
        # at the end of a text blanks break nothing
        ("The lamp.  \n", "The lamp.\n", "Lamba.  \n", "Lamba.  \n"),
    ],
)  # fmt: skip
def test_a_break_comes_and_goes_as_in_english(old: str, new: str, target: str, text: str) -> None:
    assert merge(old, new, target, "tr").text == text


marks = st.sampled_from(["", "  ", "   ", "\\"])


@given(st.lists(st.tuples(marks, marks, marks), min_size=1, max_size=5))
def test_only_marks_at_line_ends_change(lines: list[tuple[str, str, str]]) -> None:
    old, new, target = ("".join(f"word{m[n]}\n" for m in lines) for n in range(3))
    text = with_breaks(old, new, target)
    assert [line.rstrip(" \\") for line in text.splitlines()] == ["word"] * len(lines)
    assert with_breaks(old, old, target) == target
    assert with_breaks(old, new, old).splitlines()[:-1] == [
        f"word{n if bool(o) != bool(n) else o}" for o, n, _ in lines[:-1]
    ]
