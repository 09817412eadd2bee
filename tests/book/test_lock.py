"""The lock: what is written is read again, and what was damaged says where and what to do."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.book.lock import (
    LanguageLock,
    PageLock,
    parse,
    parse_shared,
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
FILE = "amts/tr.lock"
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


@given(STATES)
def test_what_is_written_is_read_again(state: LanguageLock) -> None:
    assert parse(render(state), FILE) == state


@given(STATES)
def test_the_file_does_not_depend_on_the_order_of_pages(state: LanguageLock) -> None:
    turned = replace(state, pages=dict(list(state.pages.items())[::-1]))
    assert render(turned) == render(state)


def test_a_page_has_a_line_of_its_own_so_that_branches_merge() -> None:
    assert (
        render(STATE)
        == f"""\
{{
 "version": 2,
 "commit": "{SHA}",
 "pages": {{
  "a.md": {{"source": "en/a.md", "commit": "{SHA}", "blob": "{"c" * 64}", "machine": ["1", "2"], "held": "old"}},
  "z.md": {{"source": "en/z.md", "commit": "{SHA}", "blob": "{"b" * 40}"}}
 }},
 "waiting": ["new.md"]
}}
"""
    )


def test_the_file_that_languages_once_shared_is_read_by_language() -> None:
    text = f"""\
{{
 "version": 1,
 "languages": {{
  "de": {{
   "commit": "{SHA}",
   "pages": {{

   }}
  }},
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
    assert parse_shared(text) == {"de": LanguageLock(commit=SHA), "tr": STATE}


def damaged(**page: object) -> str:
    row = {"source": "a", "commit": SHA, "blob": SHA} | page
    pages = {"a.md": {key: value for key, value in row.items() if value is not None}}
    return json.dumps({"version": 2, "pages": pages})


def language(**row: object) -> str:
    return json.dumps({"version": 2, "pages": {}} | row)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("<<<<<< HEAD\n", "not JSON"),
        ("[]", "no version"),
        ("{}", "no version"),
        ('{"version": "1"}', "no version"),
        ('{"version": true}', "no version"),
        ('{"version": 2}', "no pages"),
        ('{"version": 2, "pages": []}', "no pages"),
        (language(commit="main"), "'main' is not a commit"),
        (language(commit=7), "7 is not a commit"),
        (language(waiting="a.md"), "waiting must be a list"),
        (language(jobs="x"), "jobs must be a list"),
        (damaged(source=None), "page a.md: needs source, commit, blob"),
        (damaged(blob=5), "page a.md: needs source, commit, blob"),
        (damaged(commit="a" * 39), f"page a.md: commit '{'a' * 39}' is no object name"),
        (damaged(blob="A" * 40), f"page a.md: blob '{'A' * 40}' is no object name"),
        (damaged(blob=SHA + "\n"), "page a.md: blob "),
        (damaged(machine=1), "page a.md: machine must be a list"),
        (damaged(pending="abc"), "page a.md: pending must be a list"),
    ],
)
def test_a_damaged_lock_says_where_and_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, FILE)
    assert re.match(rf"amts/tr\.lock[:,] {re.escape(said)}", str(caught.value))
    remedy = "restore it from git (git checkout HEAD -- amts/tr.lock), or delete it"
    assert remedy in str(caught.value)


def test_a_lock_in_conflict_says_which_side_can_be_taken() -> None:
    with pytest.raises(UsageError) as caught:
        parse('{"version": 2,\n<<<<<<< HEAD\n"commit": 1\n=======\n>>>>>>> theirs\n}', FILE)
    assert str(caught.value).startswith(
        "amts/tr.lock: has the marks of a merge conflict\n"
        "take one side, git checkout --ours -- amts/tr.lock or --theirs"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"version": 1, "languages": []}', "amts.lock: languages must be a table"),
        ('{"version": 1, "languages": {"tr": []}}', "amts.lock, language tr: no pages"),
        ('{"version": 1, "languages": {"tr": {}}}', "amts.lock, language tr: no pages"),
    ],
)
def test_a_damaged_shared_lock_names_the_language(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_shared(text)


def test_a_lock_of_a_newer_version_asks_for_an_update() -> None:
    newer = "newer amts-bot .lock version 3, this one knows 2.\nupdate amts-bot"
    with pytest.raises(UsageError, match=f"^amts/tr.lock was written by a {newer}"):
        parse('{"version": 3, "pages": "whatever"}', FILE)
