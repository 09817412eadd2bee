"""Pairs of text from a page and its translation."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.cli import main
from amts_bot.text.pairs import cleaning
from amts_bot.text.pairs.bitext import Pair, bitext

ENGLISH = "# Tides\n\nThe sea comes. It goes at 5.\n\n![A map.](map.png)\n\n```\ncode\n```\n"
TURKISH = (
    "# Gelgit\n\nDeniz gelir. Saat 5 gibi gider.\n\n![Bir harita.](map.png)\n\n```\ncode\n```\n"
)


def test_pairs_are_slices_of_their_pages_without_marks() -> None:
    pairs = bitext(ENGLISH, TURKISH, "en", "tr", "sentence")
    assert [(pair.kind, pair.source, pair.target) for pair in pairs] == [
        ("heading", "Tides", "Gelgit"),
        ("paragraph", "The sea comes.", "Deniz gelir."),
        ("paragraph", "It goes at 5.", "Saat 5 gibi gider."),
        ("caption", "A map.", "Bir harita."),
    ]
    assert all(_stands(pair) for pair in pairs)


def test_blocks_are_pairs_of_their_own_level() -> None:
    pairs = bitext(ENGLISH, TURKISH, "en", "tr", "block")
    assert [pair.source for pair in pairs] == ["Tides", "The sea comes. It goes at 5.", "A map."]


def _stands(pair: Pair) -> bool:
    source, target = ENGLISH[slice(*pair.source_range)], TURKISH[slice(*pair.target_range)]
    return (source, target) == (pair.source, pair.target)


# ------------------------------------------------------------------ bad input

TOOLS = ["lamp", "rope", "sail", "mast", "oar", "keel", "net", "bell", "map", "buoy"]


def fit_for_parallel_data(pairs: list[Pair]) -> list[str]:
    data = cleaning.build([cleaning.PagePairs("page.md", pairs)], "en", "tr")
    return [segment.source for segment in data.segments]


def test_rows_with_as_many_cells_are_pairs_cell_by_cell() -> None:
    source = (
        "| Part | What it does |\n|---|---|\n| Bulb | It lights \\| warms the room. |\n| Lid |\n"
    )
    target = "| Parça | Ne yapar |\n|---|---|\n| Ampul | Odayı aydınlatır \\| ısıtır. |\n| Kapak | (tahta) |\n"
    found = bitext(source, target, "en", "tr", "sentence")
    assert [(pair.source, pair.target) for pair in found] == [
        ("Part", "Parça"),
        ("What it does", "Ne yapar"),
        ("Bulb", "Ampul"),
        ("It lights \\| warms the room.", "Odayı aydınlatır \\| ısıtır."),
        ("Lid |", "Kapak | (tahta) |"),
    ]
    assert all(source[slice(*pair.source_range)] == pair.source for pair in found[:4])
    assert [pair.source for pair in bitext(source, target, "en", "tr", "block")][:1] == [
        "Part | What it does |"
    ]


def test_pages_that_are_no_translations_teach_nothing() -> None:
    english = "".join(
        f"Does the {tool} of `boat_{i}` hold{' all winter' * (i % 4)}?\n\n"
        for i, tool in enumerate(TOOLS)
    )
    other = "".join(
        f"Pazarda{' taze' * (7 * i % 6)} `gate_{i}` için {i + 500} elma var:\n\n" for i in range(10)
    )
    pairs = bitext(english, other, "en", "tr", "sentence")
    assert [pair for pair in pairs if pair.probability >= 0.9] == []
    assert fit_for_parallel_data(pairs) == []


@pytest.mark.parametrize("level", ["block", "sentence"])
@pytest.mark.parametrize("empty", ["", "\n \n", "```\ncode\n```\n", "$$x$$\n"])
def test_a_side_without_prose_has_no_pairs(empty: str, level: Literal["block", "sentence"]) -> None:
    assert bitext(ENGLISH, empty, "en", "tr", level) == []
    assert bitext(empty, TURKISH, "en", "tr", level) == []
    assert bitext(empty, empty, "en", "tr", level) == []


def test_a_page_that_is_one_paragraph_is_aligned_by_sentences() -> None:
    numbers = [i * 7919 % 1009 for i in range(300)]
    english = " ".join(f"Boat {n} came home{' late' * (n % 3)}." for n in numbers)
    turkish = " ".join(f"Tekne {n} eve{' geç' * (n % 3)} döndü." for n in numbers)
    pairs = bitext(english, turkish, "en", "tr", "sentence")
    assert [pair.source.split()[1] for pair in pairs] == [str(n) for n in numbers]
    assert [pair.target.split()[1] for pair in pairs] == [str(n) for n in numbers]


def test_scripts_may_mix_and_run_from_right_to_left() -> None:
    english = "The lamp `lamp_1` burns. Have 40 ships passed?\n\nThe 图 (gemi) is 7 m high.\n"
    arabic = "المصباح `lamp_1` يضيء. هل مرت 40 سفينة؟\n\nارتفاع 图 (gemi) هو 7 m.\n"
    pairs = bitext(english, arabic, "en", "ar", "sentence")
    assert [(pair.source, pair.target) for pair in pairs] == [
        ("The lamp `lamp_1` burns.", "المصباح `lamp_1` يضيء."),
        ("Have 40 ships passed?", "هل مرت 40 سفينة؟"),
        ("The 图 (gemi) is 7 m high.", "ارتفاع 图 (gemi) هو 7 m."),
    ]


def test_english_left_in_a_half_translated_page_teaches_nothing() -> None:
    english = "The lamp `lamp_1` burns.\n\nWhy does nobody see its light? We have 40 ships.\n"
    half = "`lamp_1` lambası yanar.\n\nWhy does nobody see its light? 40 gemimiz var.\n"
    pairs = bitext(english, half, "en", "tr", "sentence")
    assert [pair.source for pair in pairs] == [
        "The lamp `lamp_1` burns.",
        "Why does nobody see its light?",
        "We have 40 ships.",
    ]
    assert "Why does nobody see its light?" not in fit_for_parallel_data(pairs)


def align(folder: Path, source: str, target: str, language: str) -> int:
    for name, text in (("source.md", source), ("target.md", target)):
        (folder / name).write_text(text, encoding="utf-8")
    languages = ["--source-language", "en", "--target-language", language]
    return main(["align", str(folder / "source.md"), str(folder / "target.md"), *languages])


def test_a_language_without_rules_of_its_own_is_remarked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert align(tmp_path, ENGLISH, TURKISH, "xx") == 0
    printed = capsys.readouterr()
    assert printed.err == "amts-bot: xx: no rules for this language, general ones were used\n"
    assert len(printed.out.splitlines()) == 4


def test_a_page_beside_an_empty_one_brings_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert align(tmp_path, ENGLISH, "", "tr") == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "do not look like translations of each other" in printed.err


PARTS = st.sampled_from(
    [
        *ENGLISH.split("\n\n"),
        *TURKISH.split("\n\n"),
        "图 1 是灯。",
        "البحر بعيد؟",
        "- a\n- b",
        "> c",
        "\0",
        "| a |",
    ]
)
PAGES = st.lists(PARTS | st.text(max_size=20), max_size=8).map("\n\n".join)


@given(source=PAGES, target=PAGES, level=st.sampled_from(["block", "sentence"]))
def test_pairs_of_arbitrary_pages_are_apart_and_in_order(
    source: str, target: str, level: Literal["block", "sentence"]
) -> None:
    pairs = bitext(source, target, "en", "zh", level)
    assert all(pair.source == source[slice(*pair.source_range)] for pair in pairs)
    assert all(pair.target == target[slice(*pair.target_range)] for pair in pairs)
    assert all(pair.source and pair.target and 0 <= pair.probability <= 1 for pair in pairs)
    for one, next_one in pairwise(pairs):
        assert one.source_range[1] <= next_one.source_range[0]
        assert one.target_range[1] <= next_one.target_range[0]
