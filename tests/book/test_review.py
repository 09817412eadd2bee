"""Which text counts as reviewed: the policies, the hashes in the lock, and their configuration."""

from __future__ import annotations

import pytest

from amts_bot.book import config, lock
from amts_bot.book.config import ReviewSettings
from amts_bot.book.lock import LanguageLock, PageLock
from amts_bot.errors import UsageError
from amts_bot.text.names.pages import sentence_hashes
from amts_bot.text.names.texts import sentence_hash
from amts_bot.text.review_state import (
    ReviewState,
    SentenceHash,
    Sentences,
    Trust,
)
from tests.conftest import Book, MakeBook

COMMIT = "1" * 40
REMEDY = "correct amts.toml and commit it; docs/configuration.md explains every key"


def marks(*names: str) -> Sentences:
    return frozenset(map(SentenceHash, names))


PAGE = PageLock(
    source="lamp.md",
    commit=COMMIT,
    blob=COMMIT,
    review=ReviewState(
        machine=marks("waits"),
        accepted=marks("merged", "seen"),
        approved=marks("seen"),
        untranslated=marks("english"),
    ),
)


@pytest.mark.parametrize(
    ("trust", "out"),
    [
        ("merged", {"english"}),
        ("approved", {"english", "waits", "merged"}),
        ("edited", {"english", "waits", "merged", "seen"}),
    ],
)
def test_each_policy_leaves_out_what_it_does_not_trust(trust: Trust, out: set[str]) -> None:
    assert PAGE.review.unreviewed(trust) == out


def test_the_lock_keeps_what_was_merged_and_approved() -> None:
    state = LanguageLock(commit=COMMIT, pages={"lamp.md": PAGE})
    assert lock.parse(lock.render(state), "amts/tr.lock") == state


def test_a_unit_is_a_sentence_and_white_space_does_not_name_it() -> None:
    text = "Fener kapalı.  Kule\nsessiz."
    assert sentence_hashes(text, "tr") == {
        sentence_hash("Fener kapalı."),
        sentence_hash("Kule sessiz."),
    }


SOURCE = '[source]\nsubmodule = "english"\n[languages.tr]\n'


def test_the_policy_is_read_from_the_configuration() -> None:
    text = SOURCE + '[review]\ntrust = "edited"\nmachine = ["/old/*.md"]\n'
    assert config.parse(text).review == ReviewSettings(trust="edited", machine=("/old/*.md",))
    assert config.parse(SOURCE).review == ReviewSettings(trust="merged", machine=())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            'trust = "everybody"',
            "amts.toml [review]: trust must be one of merged, approved, edited, not 'everybody' (line 5)",
        ),
        (
            'machine = "*.md"',
            "amts.toml [review]: machine must be a list of texts, not '*.md' (line 5)",
        ),
        (
            "trusted = 1",
            "amts.toml [review]: unknown key 'trusted' (line 5, is trust meant?); "
            "known here: learn-from, limits, machine, max-units, max-words, order, trust",
        ),
    ],
)
def test_a_wrong_policy_says_what_is_right(table: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        config.parse(f"{SOURCE}[review]\n{table}\n")
    assert str(raised.value) == f"{message}\n{REMEDY}"


# ------------------------------------------------------------------ the lock over several runs

ENGLISH = "# Oil\n\nThe keeper buys oil in spring.\n\nThe harbour is small.\n"
TARGET = "# Yağ\n\nBekçi ilkbaharda yağ alır.\n\nLiman küçük.\n"
NEW = "![A full tank](tank.svg)\n\nOil burns slowly. It smells of fish.\n"
DRAFTS = (
    '{"source": "![A full tank](tank.svg)", "target": "![Dolu bir depo](tank.svg)"}\n'
    '{"source": "Oil burns slowly. It smells of fish.", "target": "Yağ yavaş yanar. Balık kokar."}\n'
)


def names(*sentences: str) -> Sentences:
    return frozenset(map(sentence_hash, sentences))


@pytest.fixture
def drafted(make_book: MakeBook) -> Book:
    """A page with a new paragraph that the engine wrote, on the branch that waits for its review."""
    book = make_book({"oil.md": ENGLISH}, {"oil.md": TARGET})
    book.publish({"oil.md": f"{ENGLISH}\n{NEW}"})
    book.sync(base="v1", engine="recorded:x", recording=DRAFTS)
    return book


def test_what_the_engine_wrote_is_named_sentence_by_sentence(drafted: Book) -> None:
    page = drafted.lock().pages["oil.md"]
    assert page.review.machine == names("Dolu bir depo", "Yağ yavaş yanar.", "Balık kokar.")


def test_what_was_merged_as_the_bot_wrote_it_is_accepted_while_it_stands(drafted: Book) -> None:
    drafted.git("checkout", "--quiet", "amts/tr")
    edited = drafted.show("oil.md").replace("Balık kokar.", "Balık kokusu var.")
    drafted.translate({"oil.md": edited})
    drafted.git("checkout", "--quiet", "main")
    drafted.merge("--squash")
    drafted.publish({"oil.md": ENGLISH.replace("small", "deep") + f"\n{NEW}"})
    drafted.sync(engine="none")
    page = drafted.lock().pages["oil.md"]
    assert page.review.machine == frozenset()
    assert page.review.accepted == names("Dolu bir depo", "Yağ yavaş yanar.")


def test_what_waits_on_the_open_branch_is_not_accepted_yet(drafted: Book) -> None:
    drafted.publish({"oil.md": ENGLISH.replace("small", "deep") + f"\n{NEW}"})
    drafted.sync(engine="none")
    page = drafted.lock().pages["oil.md"]
    assert page.review.machine == names("Dolu bir depo", "Yağ yavaş yanar.", "Balık kokar.")
    assert page.review.accepted == frozenset()
