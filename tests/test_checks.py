"""What the checks say of a translation: what stops it, and what a reviewer should know."""

from __future__ import annotations

import pytest

from amts_bot.text.checks import complaints, remarks


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("See `x`.", "Bak `x`.", []),
        ("See `x`.", "Bak.", ["lost: `x`"]),
        ("See it.", " ", ["the translation is empty"]),
        ("See it.", "Bak.\n\nGör.", ["the translation holds a blank line"]),
        (
            "*Pooling* shrinks it.",
            "* Havuzlama * küçültür.",
            ["the translation begins with '*', as another kind of block does"],
        ),
        ("- one", "- bir", []),
        (
            "Number 1. It is.",
            "# 1. Odur.",
            ["the translation begins with '#', as another kind of block does"],
        ),
    ],
)
def test_what_stops_a_translation(source: str, target: str, said: list[str]) -> None:
    assert complaints(source, target) == said


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("It is *so* **slow**.", "*Çok* **yavaş**.", []),
        ("It is *so* **slow**.", "Çok **yavaş**.", ["1 of 2 emphasised words lost"]),
        ("It is *so* slow.", "Çok * yavaş *.", ["1 of 1 emphasised words lost"]),
        ("Take `a*b*c`.", "Al `a*b*c`.", []),
    ],
)
def test_what_a_reviewer_should_know(source: str, target: str, said: list[str]) -> None:
    assert remarks(source, target) == said
