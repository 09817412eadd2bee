"""Pairs of text from a page and its translation."""

from __future__ import annotations

from amts_bot.text.bitext import Pair, bitext

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
