"""A term that the English exchanged is exchanged in the old translation: by the glossary, or as the book agrees."""

from __future__ import annotations

import pytest

from amts_bot.model import DraftEdit
from tests.conftest import CONFIG, Book, MakeBook

OLD = "# Lamps\n\nClean the oil lamp at noon.\n"
LAMBALAR = "# Lambalar\n\nÖğlen yağ lambası temizle.\n"
KINDS = "# Kinds\n\n## Oil lamp\n\nOld.\n\n## Gas lamp\n\nNew.\n"
CINSLER = "# Cinsler\n\n## Yağ lambası\n\nEski.\n\n## Gaz lambası\n\nYeni.\n"
GLOSSARY = "oil lamp; yağ lambası\ngas lamp; gaz lambası\n"


def drafted(book: Book, engine: str) -> list[tuple[str, str, tuple[DraftEdit, ...]]]:
    book.publish({"lamps.md": OLD.replace("oil", "gas")})
    report = book.sync(engine=engine, base="v1").report
    drafts = [d for page in report.pages for e in page.outcome.entries for d in e.drafts]
    return [(draft.target, draft.origin, draft.edits) for draft in drafts]


@pytest.mark.parametrize("engine", ["memory", "recorded:x"])
@pytest.mark.parametrize("known", ["by the book", "by the glossary"])
def test_a_term_is_exchanged(make_book: MakeBook, engine: str, known: str) -> None:
    if known == "by the book":
        book = make_book(
            {"lamps.md": OLD, "kinds.md": KINDS}, {"lamps.md": LAMBALAR, "kinds.md": CINSLER}
        )
    else:
        config = CONFIG.replace("[languages.tr]", '[languages.tr]\nterminology = "terms.txt"')
        book = make_book({"lamps.md": OLD}, {"lamps.md": LAMBALAR, "terms.txt": GLOSSARY}, config)
    edit = DraftEdit("term", "yağ lambası", "gaz lambası")
    assert drafted(book, engine) == [("Öğlen gaz lambası temizle.", "memory", (edit,))]


def test_a_term_that_the_book_translates_in_two_ways_is_not(make_book: MakeBook) -> None:
    more = CINSLER + "\n## Fenerler\n", KINDS + "\n## Gas lamp\n"
    book = make_book(
        {"lamps.md": OLD, "kinds.md": more[1]}, {"lamps.md": LAMBALAR, "kinds.md": more[0]}
    )
    assert drafted(book, "recorded:x") == []
