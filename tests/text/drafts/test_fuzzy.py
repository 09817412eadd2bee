"""Sentences of the book that are much like a wanted one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.model import Request
from amts_bot.text.drafts import fuzzy, memory
from amts_bot.text.drafts.chooser import Book
from amts_bot.text.drafts.thresholds import thresholds
from amts_bot.text.languages import language
from amts_bot.text.markdown import sentences
from amts_bot.text.merge.changes import text_similarity
from amts_bot.text.names.texts import sentence_hash
from amts_bot.text.review_state import Sentences
from tests.conftest import Silence

WANTED = "Wash the big copper kettle twice a week."
PAGES = {
    "kitchen.md": Reviewed(
        "# Kitchen\n\nThe fire is low. Wash the big iron kettle once a week. Then it shines.\n",
        "# Mutfak\n\nAteş kısık. Büyük demir çaydanlığı haftada bir yıkayın. Sonra parlar.\n",
    ),
    "garden.md": Reviewed(
        "# Garden\n\n* Water the big copper pot twice a day.\n* Rest.\n",
        "# Bahçe\n\n* Büyük bakır saksıyı günde iki kez sulayın.\n* Dinlenin.\n",
    ),
}


class Told(Silence):
    """Progress that is written down."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[str, int, int]] = []

    def step(self, what: str, done: int, total: int) -> None:
        self.steps.append((what, done, total))


def found(wanted: str = WANTED, unreviewed: Sentences = frozenset()) -> fuzzy.Match | None:
    made = fuzzy.search([wanted], 0.6)
    look = fuzzy.Matcher("tr", unreviewed)
    return fuzzy.best_matches(AlignedBook(PAGES).near(made, look)).get(wanted)


def test_the_most_similar_sentence_of_the_book_is_found_with_its_translation() -> None:
    assert found() == fuzzy.Match(
        "Wash the big iron kettle once a week.",
        "Büyük demir çaydanlığı haftada bir yıkayın.",
        0.75,
    )
    item = found("Water the small copper pot twice a day.")
    assert item is not None
    assert item.target == "Büyük bakır saksıyı günde iki kez sulayın."


def test_only_a_match_that_is_better_than_the_best_that_is_known_is_one() -> None:
    page = AlignedBook(PAGES).alignment("kitchen.md")
    for known, count in ((0.74, 1), (0.75, 0)):
        look = fuzzy.Matcher("tr", frozenset(), {WANTED: known})
        assert len(look(fuzzy.search([WANTED], 0.6), page)) == count


def test_too_little_or_too_short_is_no_match() -> None:
    assert found("Wash your hands before you eat your bread.") is None
    assert found("It burns.") is None


def test_half_the_words_of_a_short_sentence_are_too_few() -> None:
    book = AlignedBook({"a.md": Reviewed("Length of the rope.\n", "İpin boyu.\n")})
    for wanted, similarity in (("Color of the sail.", 0.0), ("Length of the sail.", 0.75)):
        made = fuzzy.search([wanted], 0.5)
        look = fuzzy.Matcher("tr", frozenset())
        found = fuzzy.best_matches(book.near(made, look)).values()
        assert [match.similarity for match in found] == [similarity] * bool(similarity)


def test_machine_text_that_nobody_reviewed_is_no_match() -> None:
    machine = frozenset({sentence_hash("Büyük demir çaydanlığı haftada bir yıkayın.")})
    assert found(unreviewed=machine) is None


def test_the_draft_says_which_english_it_was_made_from() -> None:
    match = found()
    assert match is not None
    way = Book(language("tr"), thresholds("tr"))
    draft = memory.answer(Request(WANTED), {}, way, {WANTED: match})
    assert draft is not None
    assert (draft.target, draft.made_from, draft.similarity) == (match.target, match.english, 0.75)
    own = Request(
        WANTED,
        previous_source="Wash the big copper kettle once a week.",
        previous_target="Büyük bakır çaydanlığı haftada bir yıkayın.",
    )
    draft = memory.answer(own, {}, way, {WANTED: match})
    assert draft is not None
    assert (draft.target, draft.made_from) == (own.previous_target, "")


WORDS = st.lists(
    st.sampled_from(["the", "cat", "saw", "`a dog`", "$x$", "home"]),
    max_size=9,
)


@given(WORDS, st.lists(st.lists(WORDS, max_size=3), max_size=3))
@example(["the", "cat", "saw"], [[["the"], ["cat"], ["saw"]]])
@example(["the", "`a dog`", "$x$"], [[["`a dog`", "$x$", "home"]]])
def test_the_index_misses_nothing_that_a_look_at_every_sentence_finds(
    wanted: list[str], book: list[list[list[str]]]
) -> None:
    sentence = " ".join(wanted)
    texts = [
        " ".join(f"{' '.join(words).capitalize()}." for words in paragraph if words)
        for paragraph in book
    ]
    parts = {part.strip() for text in texts for part in (text, *sentences.split(text, "en"))}
    made = fuzzy.search([sentence], 0.6)
    hits = {hit.english for hit in made.in_page("\n\n".join(texts))}
    if len(wanted) >= 3:
        assert hits == {part for part in parts if text_similarity(part, sentence) >= 0.6}


def test_a_book_of_thousands_of_pages_is_searched_and_not_aligned() -> None:
    """Only the page with the best sentence is aligned; who waits is told of each page."""
    filler = Reviewed("A lamp.\n\nIt burns oil all night long.\n", "Lamba.\n\nYağ yakar.\n")
    pages = {f"{number}.md": filler for number in range(5000)} | PAGES
    told = Told()
    book = AlignedBook(pages, progress=told)
    assert len(list(book.near(fuzzy.search([WANTED], 0.6), lambda _, page: page))) == 1
    assert len(book._aligned) == 1
    assert [done for _, done, total in told.steps if total == len(pages)] == [
        *range(1, len(pages) + 1)
    ]


def test_pages_come_in_the_order_of_the_book_whatever_order_words_are_met_in() -> None:
    wanted = ["The old lamp burns oil at dusk.", "A keeper trims the wick each night."]
    made = fuzzy.search(wanted, 0.5)
    pages = [
        ("b", "Nothing of it is here."),
        ("a", "A keeper trims the wick every night."),
        ("c", "The old lamp burned oil at dusk."),
    ]
    like = [(name, made.likeness(text)) for name, text in pages]
    assert fuzzy.best_pages(like) == ["a", "c"]
    assert fuzzy.best_pages(like[::-1]) == ["c", "a"]
