"""Comments of code on a page that has none yet are asked for where the book's people translate theirs."""

from __future__ import annotations

import pytest

from tests.conftest import Book, MakeBook

LAMP = "# Lamp\n\nA lamp burns.\n\n```python\n# Fill it with oil\nlamp.fill()\n```\n"
LAMBA = LAMP.replace("# Lamp\n\nA lamp burns.", "# Lamba\n\nBir lamba yanar.")
COMMENTED = LAMBA.replace("Fill it with oil", "Yağla doldur")
FOG = "# Fog\n\nFog comes at night.\n"
SIS = "# Sis\n\nSis gece gelir.\n"
CELL = '\n```python\ndef ring():\n    """Rings the bell."""\n    # Once an hour\n    bell.ring()\n```\n'


def asked(book: Book) -> list[str]:
    book.publish({"fog.md": FOG + CELL, "bell.md": "# Bell\n" + CELL})
    report = book.sync(engine="none", base="v1").report
    return [text for page in report.pages for e in page.outcome.entries for text in e.translate]


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        (COMMENTED, ["Bell", *["Rings the bell.", "Once an hour"] * 2]),
        (LAMBA, ["Bell"]),
    ],
)
def test_comments_of_a_page_without_any_are_asked_for_as_in_the_book(
    make_book: MakeBook, page: str, texts: list[str]
) -> None:
    book = make_book({"lamp.md": LAMP, "fog.md": FOG}, {"lamp.md": page, "fog.md": SIS})
    assert sorted(asked(book)) == sorted(texts)
