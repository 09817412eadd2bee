"""The English of a term, by where both occur."""

from __future__ import annotations

import pytest

from amts_bot.text.drafts.english_terms import english_of

PAIRS = [
    ("A bucket stands at the door.", "Kapıda bir bakraç durur."),
    ("The miller fills a Bucket.", "Değirmenci bir bakraç doldurur."),
    ("The miller opens the door.", "Değirmenci kapıyı açar."),
    ("Use the GPU for the saddle point.", "Eyer noktası için ekran kartı kullanın."),
    ("A saddle point needs a GPU.", "Eyer noktası bir ekran kartı ister."),
    ("The GPU is warm.", "Ekran kartı sıcak."),
]


@pytest.mark.parametrize(
    ("term", "english"),
    [
        ("bakraç", "bucket"),
        ("eyer noktası", "saddle point"),
        ("ekran kartı", "GPU"),
        ("sıcak", ""),  # once is chance
        ("kapı", "door"),  # whatever its ending
        ("kova", ""),
    ],
)
def test_a_term_goes_with_the_english_that_occurs_where_it_does(term: str, english: str) -> None:
    assert english_of(term, PAIRS) == english
