"""Answers in the form in which they can stand: still a paragraph, still one line, emphasis that renders."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.emphasis import rendering
from amts_bot.text.markdown.fitting import begins_block, fitted


@pytest.mark.parametrize(
    ("target", "source", "before", "text"),
    [
        ("1. Dünya Savaşı sürdü.", "World War I went on.", "", r"1\. Dünya Savaşı sürdü."),
        ("1) Mayıs", "The first of May", "- ", r"1\) Mayıs"),
        ("- 5 derece", "Minus 5 degrees", "> ", r"\- 5 derece"),
        ("# numara", "A number", "", r"\# numara"),
        ("> büyük", "Greater", "Bir cümle.\n", r"\> büyük"),
        # nothing becomes a block there
        ("1. Dünya Savaşı", "World War I", "## ", "1. Dünya Savaşı"),
        ("1. Dünya Savaşı", "World War I", "| ", "1. Dünya Savaşı"),
        ("1. Dünya Savaşı sürdü.", "World War I went on.", "Bir cümle. ", "1. Dünya Savaşı sürdü."),
        ("1.5 metre", "One and a half", "", "1.5 metre"),
        ("1. bir", "1. one", "", "1. bir"),
        # one line stays one
        ("Yeni\npompa", "The new pump", "## ", "Yeni pompa"),
        ("新的\n水泵", "The new pump", "## ", "新的水泵"),
        ("Yeni\npompa", "The new\npump", "", "Yeni\npompa"),
        ("Yeni\n- pompa", "The new\npump", "", "Yeni - pompa"),
        ("Uzun sokak  \nKent", "Long street  \nTown", "", "Uzun sokak  \nKent"),
    ],
)
def test_an_answer_stands_as_what_its_english_is(
    target: str, source: str, before: str, text: str
) -> None:
    assert fitted(target, source, before) == text


@given(st.text("1.)-+#>~=| a\n", min_size=1, max_size=12))
def test_a_fitted_answer_is_a_paragraph(text: str) -> None:
    text = text.strip()
    page = fitted(text, "Some words\nof prose", "")
    kinds = {block.kind for block in split(page)} - {"blank"}
    assert begins_block(page) or kinds <= {"paragraph"} or "\n\n" in re.sub(" +", "", text)


@pytest.mark.parametrize(
    ("text", "source", "written"),
    [
        ("**注意：**请浇水。", "**Note:** water it.", "**注意**：请浇水。"),
        ("这里_重要_的。", "It is _so_ here.", "这里*重要*的。"),
        ("这里__重要__的。", "It is __so__ here.", "这里**重要**的。"),
        ("这**「重要」**的", "the **grand** one", "这「**重要**」的"),
        ("这**「重要」**。", "the **grand** one", "这「**重要**」。"),
        ("(**x**)와 **'y'**는", "(**x**) and **y**", "(**x**)와 '**y**'는"),
        ("**请用`x`**吧", "**Use `x`** now", "**请用`x`** 吧"),
        ("**[图](u)**的", "**[map](u)** of", "**[图](u)** 的"),
        # what renders stays
        ("Bu _çok_ *iyi* **şey**.", "_very_ *good* **thing**", "Bu _çok_ *iyi* **şey**."),
        ("使用 max_len_a 和_它_", "use max_len_a and _it_", "使用 max_len_a 和*它*"),
        ("使用max_len_的", "use max_len_", "使用max_len_的"),
        ("2 * 3 * 4，`*a*`", "2 * 3 * 4, `*a*`", "2 * 3 * 4，`*a*`"),
    ],
)
def test_emphasis_takes_a_form_that_renders(text: str, source: str, written: str) -> None:
    assert rendering(text, source) == written


def renders(line: str) -> bool:
    """Whether every `*` and `_` of a line opens or closes, by CommonMark's rules for flanking."""
    for number, mark in enumerate(re.finditer(r"\*+|_+", line)):
        before, after = (
            _side(sign) for sign in ((" " + line)[mark.start()], (line + " ")[mark.end()])
        )
        left = after != " " and (after == "a" or before != "a")
        right = before != " " and (before == "a" or after != "a")
        if "_" in mark[0]:
            left, right = (
                left and (not right or before == "."),
                right and (not left or after == "."),
            )
        if not (right if number % 2 else left):
            return False
    return True


def _side(sign: str) -> str:
    return " " if not sign.strip() else "." if unicodedata.category(sign)[0] in "PS" else "a"


@given(
    st.text("字a ，「」.", max_size=4),
    st.sampled_from(["*", "**", "_"]),
    st.text("字a，「」.", min_size=1, max_size=6),
    st.text("字a ，「」.", max_size=4),
)
def test_emphasis_renders_wherever_it_stands(
    before: str, mark: str, inside: str, after: str
) -> None:
    written = rendering(f"{before}{mark}{inside}{mark}{after}", "It is *so* here.")
    assert renders(written) or "_" in written  # an underscore in a word may be part of it
    assert re.sub(r"[*_ ]", "", written) == f"{before}{inside}{after}".replace(" ", "")
