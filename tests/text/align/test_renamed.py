"""Translations under another name are found by what translators leave standing."""

from __future__ import annotations

import pytest

from amts_bot.text.align.renamed import Renamed, renamed


def page(name: str, words: str, steps: int = 5) -> str:
    code = "".join(f"{name}.step({number})\n" for number in range(steps))
    return f"# {words}\n\n{words} `{name}`.\n\n```python\n{code}```\n\n## {words}\n\n[{words}]({name}.html)\n"


ENGLISH = {name: page(name, "Words") for name in ("oil", "gas", "wick")}


def test_pages_are_paired_by_code_and_links_whatever_they_are_called() -> None:
    ours = {"petrol": page("oil", "Sözler"), "fitil": page("wick", "Sözler")}
    assert renamed(ENGLISH, ours) == [Renamed("oil", "petrol", 1.0), Renamed("wick", "fitil", 1.0)]


@pytest.mark.parametrize(
    "ours",
    [
        {"other": page("soup", "Sözler")},  # built alike, of something else
        {"one": page("oil", "Sözler"), "two": page("oil", "Kelimeler")},  # which of the two?
        {"plain": "Bir.\n\nİki.\n"},  # says nothing
        {},
    ],
)
def test_what_is_not_sure_is_not_found(ours: dict[str, str]) -> None:
    assert renamed(ENGLISH, ours) == []


def test_an_original_that_somebody_kept_stands_in_no_way_and_others_are_not_asked() -> None:
    asked: list[str] = []

    def is_original(text: str) -> bool:
        asked.append(text)
        return "Words" in text

    kept, other = page("oil", "Words"), page("soup", "Sözler", steps=40)
    ours = {"kept": kept, "petrol": page("oil", "Sözler"), "other": other}
    assert renamed(ENGLISH, ours, is_original) == [Renamed("oil", "petrol", 1.0)]
    assert {kept, other} & {*asked} == {kept}


def test_more_pages_than_can_be_compared_are_left_alone() -> None:
    many = {str(number): page("oil", "Words") for number in range(200)}
    assert renamed(many, many) == []
