"""English that comes back nearly as it was: the translation of then is a better draft than that of now."""

from __future__ import annotations

import pytest

from amts_bot.text.merge.entries import SentenceDraft
from tests.conftest import Book, MakeBook

OLD = "The keeper cleans the brass lamp of the tower every morning."
TEMIZLER = "Bekçi kulenin pirinç lambasını her sabah temizler."
OTHER = "Nobody cleans the lamp: it has burnt on gas for years."
GAZ = "Lambayı kimse temizlemez: yıllardır gazla yanar."
AGAIN = OLD.replace("every morning", "every evening")


@pytest.fixture
def went(make_book: MakeBook) -> Book:
    """A sentence whose English went, and whose new English people translated."""
    book = make_book({"lamp.md": f"# Lamp\n\n{OLD}\n"}, {"lamp.md": f"# Lamba\n\n{TEMIZLER}\n"})
    book.publish({"lamp.md": f"# Lamp\n\n{OTHER}\n"})
    book.sync(engine="none", base="v1")
    book.merge()
    book.translate({"lamp.md": f"# Lamba\n\n{GAZ}\n"})
    return book


def drafts(book: Book, english: str) -> list[SentenceDraft]:
    book.publish({"lamp.md": f"# Lamp\n\n{english}\n"})
    report = book.sync(engine="memory").report
    return [d for page in report.pages for e in page.outcome.entries for d in e.drafts]


def test_an_earlier_translation_of_english_that_is_more_alike_is_the_draft(went: Book) -> None:
    assert drafts(went, AGAIN) == [
        SentenceDraft(
            source=AGAIN, target=TEMIZLER, origin="memory", similarity=0.9091, previous_source=OLD
        )
    ]


def test_what_is_most_like_the_english_of_now_is_drafted_from_that(went: Book) -> None:
    now = OTHER.replace("for years", "for months")
    assert [(draft.target, draft.previous_source) for draft in drafts(went, now)] == [(GAZ, OTHER)]
