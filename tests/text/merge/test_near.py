"""Texts that may be alike: by the rare words that they share."""

from __future__ import annotations

from amts_bot.text.merge.near import Pool, WordIndex, guide, near_pairs

ROWS = [f"row {n} of the table".split() for n in range(600)]
CHANGED = [f"line {n} of this table".split() for n in range(600)]


def test_texts_that_share_a_rare_word_come_first() -> None:
    assert WordIndex(ROWS).near(["number", "17", "alone"]) == [17]
    assert 599 in WordIndex(ROWS).near(["row", "599", "of", "a", "table"])


def test_of_a_word_that_all_have_only_the_first_texts_are_looked_at() -> None:
    assert WordIndex(ROWS).near(["table"]) == list(range(16))


def test_of_a_few_texts_all_are_near_of_many_those_with_rare_words() -> None:
    few, many = ({" ".join(row): row for row in rows} for rows in (ROWS[:3], ROWS))
    assert list(Pool(few).near(["nothing"])) == list(few.items())
    assert list(Pool(many).near(["17"])) == [("row 17 of the table", ROWS[17])]


def test_pairs_that_may_be_alike_are_far_fewer_than_all() -> None:
    pairs = list(near_pairs(ROWS, CHANGED))
    assert {(n, n) for n in range(600)} <= {*pairs}
    assert len(pairs) <= 600 * 20


def test_a_guide_leads_along_the_words_that_stand_once() -> None:
    assert guide(ROWS, CHANGED[40:]) == [(n + 40, n) for n in range(560)]
    assert guide([["the"], ["the"]], [["the"]]) == []
