"""Which text counts as reviewed: the policies, the hashes in the lock, and their configuration."""

from __future__ import annotations

import pytest

from amts_bot import config, lock
from amts_bot.config import ReviewSettings
from amts_bot.errors import UsageError
from amts_bot.lock import LanguageLock, Lock, PageLock
from amts_bot.text.review import Trust, unit_hash, unit_hashes

COMMIT = "1" * 40
PAGE = PageLock(
    "lamp.md",
    COMMIT,
    COMMIT,
    machine=("waits",),
    pending=("english",),
    accepted=("merged", "seen"),
    approved=("seen",),
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
    assert PAGE.unreviewed(trust) == out


def test_the_lock_keeps_what_was_merged_and_approved() -> None:
    whole = Lock({"tr": LanguageLock(COMMIT, {"lamp.md": PAGE})})
    assert lock.parse(lock.render(whole)) == whole


def test_a_unit_is_a_sentence_and_white_space_does_not_name_it() -> None:
    text = "Fener kapalı.  Kule\nsessiz."
    assert unit_hashes(text, "tr") == {unit_hash("Fener kapalı."), unit_hash("Kule sessiz.")}


SOURCE = '[source]\nsubmodule = "english"\n[languages.tr]\n'


def test_the_policy_is_read_from_the_configuration() -> None:
    text = SOURCE + '[review]\ntrust = "edited"\nmachine = ["/old/*.md"]\n'
    assert config.parse(text).review == ReviewSettings("edited", ("/old/*.md",))
    assert config.parse(SOURCE).review == ReviewSettings("merged", ())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            'trust = "everybody"',
            "amts.toml [review]: trust must be one of merged, approved, edited, not 'everybody'",
        ),
        ('machine = "*.md"', "amts.toml [review]: machine must be a list of texts, not '*.md'"),
        ("trusted = 1", "amts.toml [review]: unknown key 'trusted'; known here: machine, trust"),
    ],
)
def test_a_wrong_policy_says_what_is_right(table: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        config.parse(f"{SOURCE}[review]\n{table}\n")
    assert str(raised.value) == message
