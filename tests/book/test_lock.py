"""The lock: what is written is read again, and what was damaged says where and what to do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.book.lock import (
    LanguageLock,
    Lock,
    PageLock,
    parse,
    render,
)
from amts_bot.errors import UsageError
from amts_bot.text.review_state import ReviewState, SentenceHash

HEX = "0123456789abcdef"
SHA = "a" * 40
OBJECTS = st.text(HEX, min_size=40, max_size=40) | st.text(HEX, min_size=64, max_size=64)
TEXTS = st.text(max_size=12)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
NAMES = st.frozensets(TEXTS, max_size=3)
PAGES = st.builds(
    PageLock,
    source=TEXTS,
    commit=OBJECTS,
    blob=OBJECTS,
    review=st.builds(
        ReviewState,
        machine=NAMES,
        accepted=NAMES,
        approved=NAMES,
        untranslated=NAMES,
        written=NAMES,
        stale=NAMES,
        kept=NAMES,
        again=NAMES,
        held=TEXTS,
    ),
)
STATES = st.builds(
    LanguageLock,
    commit=OBJECTS | st.just(""),
    pages=st.dictionaries(TEXTS, PAGES, max_size=3),
    waiting=LISTS,
    engine=TEXTS,
    jobs=LISTS,
)
LOCKS = st.builds(Lock, st.dictionaries(TEXTS, STATES, max_size=3))
STATE = LanguageLock(
    commit=SHA,
    pages={
        "z.md": PageLock(source="en/z.md", commit=SHA, blob="b" * 40),
        "a.md": PageLock(
            source="en/a.md",
            commit=SHA,
            blob="c" * 64,
            review=ReviewState(
                machine=frozenset({SentenceHash("2"), SentenceHash("1")}), held="old"
            ),
        ),
    },
    waiting=("new.md",),
)


@given(LOCKS)
def test_what_is_written_is_read_again(lock: Lock) -> None:
    assert parse(render(lock)) == lock


@given(LOCKS)
def test_the_file_does_not_depend_on_the_order_of_pages(lock: Lock) -> None:
    turned = Lock(
        {
            code: LanguageLock(
                commit=s.commit,
                pages=dict(list(s.pages.items())[::-1]),
                waiting=s.waiting,
                engine=s.engine,
                jobs=s.jobs,
            )
            for code, s in list(lock.languages.items())[::-1]
        }
    )
    assert render(turned) == render(lock)


def test_a_page_has_a_line_of_its_own_so_that_branches_merge() -> None:
    assert (
        render(Lock({"tr": STATE}))
        == f"""\
{{
 "version": 1,
 "languages": {{
  "tr": {{
   "commit": "{SHA}",
   "pages": {{
    "a.md": {{"source": "en/a.md", "commit": "{SHA}", "blob": "{"c" * 64}", "machine": ["1", "2"], "held": "old"}},
    "z.md": {{"source": "en/z.md", "commit": "{SHA}", "blob": "{"b" * 40}"}}
   }},
   "waiting": ["new.md"]
  }}
 }}
}}
"""
    )


def test_a_language_is_replaced_without_touching_the_others() -> None:
    lock = Lock({"tr": STATE, "zh": LanguageLock(commit=SHA)})
    assert lock.with_language("zh", STATE).languages == {"tr": STATE, "zh": STATE}
    assert lock.language("ko") == LanguageLock()


def damaged(**page: object) -> str:
    row = {"source": "a", "commit": SHA, "blob": SHA} | page
    pages = {"a.md": {key: value for key, value in row.items() if value is not None}}
    return json.dumps({"version": 1, "languages": {"tr": {"pages": pages}}})


def language(**row: object) -> str:
    return json.dumps({"version": 1, "languages": {"tr": {"pages": {}} | row}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "amts.lock is not JSON"),
        ("<<<<<<< HEAD\n", "amts.lock is not JSON"),
        ("[]", "amts.lock has no version"),
        ("{}", "amts.lock has no version"),
        ('{"version": "1"}', "amts.lock has no version"),
        ('{"version": true}', "amts.lock has no version"),
        ('{"version": 1, "languages": []}', "amts.lock: languages must be a table"),
        ('{"version": 1, "languages": {"tr": []}}', "amts.lock, language tr: no pages"),
        ('{"version": 1, "languages": {"tr": {}}}', "amts.lock, language tr: no pages"),
        (language(commit="main"), "amts.lock, language tr: 'main' is not a commit"),
        (language(commit=7), "amts.lock, language tr: 7 is not a commit"),
        (language(waiting="a.md"), "amts.lock, language tr: waiting must be a list"),
        (language(jobs="x"), "amts.lock, language tr: jobs must be a list"),
        (damaged(source=None), "amts.lock, page a.md: needs source, commit, blob"),
        (damaged(blob=5), "amts.lock, page a.md: needs source, commit, blob"),
        (damaged(commit="a" * 39), f"amts.lock, page a.md: commit '{'a' * 39}' is no object name"),
        (damaged(blob="A" * 40), f"amts.lock, page a.md: blob '{'A' * 40}' is no object name"),
        (damaged(blob=SHA + "\n"), "amts.lock, page a.md: blob "),
        (damaged(machine=1), "amts.lock, page a.md: machine must be a list"),
        (damaged(pending="abc"), "amts.lock, page a.md: pending must be a list"),
    ],
)
def test_a_damaged_lock_says_where_and_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert str(caught.value).startswith(said)
    assert "restore it from git (git checkout HEAD -- amts.lock), or delete it" in str(caught.value)


def test_a_lock_of_a_newer_version_asks_for_an_update() -> None:
    with pytest.raises(
        UsageError, match="newer amts-bot .lock version 2, this one knows 1.: update amts-bot"
    ):
        parse('{"version": 2, "languages": "whatever"}')
