"""The tables of docs/measurements.md that benchmarks make."""

from __future__ import annotations

import importlib.util

from benchmarks.tables import DOCUMENT, MARKED, remade

TEXT = """\
Some words.

<!-- table: python -m benchmarks.one -->
| a | b |
|---|---|
| 1 | 2 |

More words, and a table by hand.

| c |
|---|

<!-- table: python -m benchmarks.two -->
| d |
|---|
"""


def test_a_marked_table_is_the_first_that_its_benchmark_prints() -> None:
    printed = {"one": "a word\n| a | b |\n|---|---|\n| 3 | 4 |\n\n| e |\n"}
    assert remade(TEXT, printed.get) == TEXT.replace("| 1 | 2 |", "| 3 | 4 |")


def test_a_table_stays_where_its_benchmark_has_nothing_to_measure() -> None:
    assert remade(TEXT, lambda _name: "corpus is not there: nothing measured\n") == TEXT


def test_every_mark_names_a_benchmark_and_has_a_table_below() -> None:
    marks = [*MARKED.finditer(DOCUMENT.read_text(encoding="utf-8"))]
    assert marks
    for mark in marks:
        assert importlib.util.find_spec(f"benchmarks.{mark['name']}")
        assert mark["table"].count("\n") > 2
