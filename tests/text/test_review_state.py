"""The laws of what is reviewed: whatever happens, and in whatever order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from amts_bot.text.names.pages import TargetPage, block_hashes
from amts_bot.text.names.texts import block_hash, sentence_hash
from amts_bot.text.review_state import (
    Approved,
    AskedAgain,
    Blocks,
    CaughtUp,
    Drafted,
    Event,
    Held,
    Kept,
    Merged,
    Retranslated,
    ReviewState,
    Sentences,
    WishesOver,
    after,
)
from tests.test_layers import read_package

# So few that the bot and people often write the same, and a block often goes and comes back.
ENGLISH = tuple(f"The keeper counts {what}." for what in ("lamps", "ropes", "stairs"))
TARGET = tuple(f"Bekçi {what} sayar." for what in ("lambaları", "ipleri", "basamakları"))
TEXTS = (*ENGLISH, *TARGET)

TEXT = st.sampled_from(TEXTS)
BLOCKS = st.frozensets(TEXT.map(block_hash), max_size=4)
SENTENCES = st.frozensets(TEXT.map(sentence_hash), max_size=4)
PAGES = st.lists(TEXT, max_size=5).map(lambda texts: TargetPage("\n\n".join(texts), "tr"))
SOURCES = st.lists(st.sampled_from(ENGLISH), max_size=3).map("\n\n".join)
STATES = st.builds(
    ReviewState,
    machine=SENTENCES,
    accepted=SENTENCES,
    approved=SENTENCES,
    untranslated=SENTENCES,
    written=BLOCKS,
    stale=BLOCKS,
    kept=BLOCKS,
    again=BLOCKS,
    held=st.sampled_from(["", "not a translation"]),
)
DRAFTED = st.builds(
    lambda page, **more: Drafted(page=page, blocks=page.blocks, **more),
    page=PAGES,
    english=SOURCES,
    machine=SENTENCES,
    left=SENTENCES,
    stale=BLOCKS,
    merged=BLOCKS,
    protected=BLOCKS,
)
RETRANSLATED = st.builds(
    Retranslated, page=PAGES, english=SOURCES, machine=SENTENCES, blocks=BLOCKS, people=BLOCKS
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    DRAFTED,
    RETRANSLATED,
    st.builds(Held, st.just("changed on both sides")),
    st.builds(Approved, SENTENCES),
    st.builds(Merged, PAGES),
    st.builds(CaughtUp, BLOCKS),
    st.builds(Kept, BLOCKS),
    st.builds(AskedAgain, BLOCKS),
    st.builds(WishesOver),
)
HISTORIES = st.lists(EVENTS, max_size=8)


@given(STATES, EVENTS)
def test_what_has_happened_already_changes_nothing(state: ReviewState, event: Event) -> None:
    once = after(state, event)
    assert after(once, event) == once


@given(STATES, PAGES)
def test_no_merge_of_a_pull_request_loses_a_mark(state: ReviewState, page: TargetPage) -> None:
    done = after(state, Merged(page))
    assert done == replace(
        state,
        machine=frozenset(),
        written=frozenset(),
        again=frozenset(),
        accepted=page.still(state.machine | state.accepted),
        approved=page.still(state.approved),
    )


@given(STATES, BLOCKS)
def test_no_merge_of_the_default_branch_loses_a_mark(state: ReviewState, stale: Blocks) -> None:
    assert after(state, CaughtUp(stale)) == replace(state, stale=state.stale | stale)


@given(STATES, PAGES)
def test_what_was_approved_and_merged_is_accepted_and_approved(
    state: ReviewState, page: TargetPage
) -> None:
    done = after(after(state, Approved(state.machine)), Merged(page))
    assert page.still(state.machine) <= done.accepted & done.approved
    assert after(state, Approved(frozenset())) == state


@given(HISTORIES)
def test_nobody_keeps_a_block_and_wants_another_translation_of_it(history: list[Event]) -> None:
    state = reduce(after, history, ReviewState())
    assert not state.kept & state.again


@given(STATES, BLOCKS)
def test_the_last_word_about_a_block_counts(state: ReviewState, blocks: Blocks) -> None:
    kept, asked = after(state, Kept(blocks)), after(state, AskedAgain(blocks))
    assert after(kept, AskedAgain(blocks)) == asked
    assert after(asked, Kept(blocks)) == kept


@given(HISTORIES)
def test_only_what_the_bot_wrote_can_be_accepted_or_approved(history: list[Event]) -> None:
    state = reduce(after, history, ReviewState())
    wrote = [event.machine for event in history if isinstance(event, Drafted | Retranslated)]
    assert state.approved <= state.accepted | state.machine <= frozenset().union(*wrote)


@given(STATES, DRAFTED)
def test_after_a_run_a_mark_names_what_stands_on_the_page(
    state: ReviewState, event: Drafted
) -> None:
    done, blocks = after(state, event), event.page.blocks
    assert done.written | done.stale | done.kept | done.again <= blocks
    assert event.page.still(done.accepted | done.approved) == done.accepted | done.approved
    assert done.untranslated == event.left | event.page.still_in_english(
        state.untranslated, event.english
    )
    assert done.held == ""


@given(STATES, DRAFTED)
def test_a_run_leaves_every_mark_whose_text_it_left(state: ReviewState, event: Drafted) -> None:
    done, blocks = after(state, event), event.page.blocks
    assert state.machine <= done.machine
    assert event.page.still(state.accepted) <= done.accepted
    assert event.page.still(state.approved) <= done.approved
    assert state.stale & blocks <= done.stale
    assert (state.kept & blocks, state.again & blocks) == (done.kept, done.again)


@given(STATES)
def test_a_stricter_policy_trusts_nothing_that_a_milder_one_does_not(state: ReviewState) -> None:
    merged, approved, edited = (
        state.unreviewed("merged"),
        state.unreviewed("approved"),
        state.unreviewed("edited"),
    )
    assert merged <= approved <= edited


@given(STATES, PAGES, BLOCKS)
def test_every_block_is_the_bots_or_the_default_branchs_or_a_persons(
    state: ReviewState, page: TargetPage, merged: Blocks
) -> None:
    people = state.people_blocks(page.blocks, merged)
    assert page.blocks - people == page.blocks & (state.written | merged)
    assert state.protected(page.blocks, merged) == people | page.blocks & state.kept


def test_a_page_that_nobody_asks_about_is_not_cut_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amts_bot.text.names.pages.page_sentence_hashes", None)
    assert TargetPage("Lamba yanar.", "tr").still(frozenset()) == frozenset()


# ------------------------------------------------------------------ a person's block stays a person's


@dataclass
class Branch:
    """A page on the open branch and on the default branch, and whose blocks are whose."""

    page: list[str] = field(default_factory=lambda: [*TARGET])
    merged: list[str] = field(default_factory=lambda: [*TARGET])
    state: ReviewState = field(default_factory=ReviewState)
    people: Blocks = frozenset()  # that people wrote: what `state` must never forget

    @property
    def stands(self) -> TargetPage:
        return TargetPage("\n\n".join(self.page), "tr")

    @property
    def merged_blocks(self) -> Blocks:
        return block_hashes("\n\n".join(self.merged))

    def happens(self, *events: Event) -> None:
        self.state = reduce(after, events, self.state)


class Story(RuleBasedStateMachine):
    """People edit, keep, ask, merge; the bot drafts wherever it may."""

    def __init__(self) -> None:
        super().__init__()
        self.on = Branch()

    @rule(place=st.integers(0, 4), text=TEXT)
    def a_person_writes(self, place: int, text: str) -> None:
        self.on.page[place : place + 1] = [text]
        name = frozenset({block_hash(text)})
        self.on.people |= self.on.state.people_blocks(name, self.on.merged_blocks)

    @rule(texts=st.lists(TEXT, min_size=5, max_size=5), left=SENTENCES)
    def the_bot_runs(self, texts: list[str], left: Sentences) -> None:
        on = self.on
        protected = on.state.protected(on.stands.blocks, on.merged_blocks)
        old = [*on.page, *TARGET][:5]
        on.page = [
            text if block_hash(text) in protected else new
            for text, new in zip(old, texts, strict=True)
        ]
        on.happens(
            Drafted(
                page=on.stands,
                english="\n\n".join(ENGLISH),
                blocks=on.stands.blocks,
                machine=frozenset(map(sentence_hash, texts)),
                left=left,
                stale=frozenset(),
                merged=on.merged_blocks,
                protected=protected,
            )
        )

    @rule(text=TEXT)
    def somebody_keeps(self, text: str) -> None:
        self.on.happens(Kept(frozenset({block_hash(text)})))

    @rule(text=TEXT)
    def somebody_asks_again(self, text: str) -> None:
        self.on.happens(AskedAgain(frozenset({block_hash(text)})))

    @precondition(lambda self: self.on.state.again & self.on.stands.blocks)
    @rule(answer=TEXT)
    def the_answer_comes(self, answer: str) -> None:
        on, asked = self.on, self.on.state.again
        people = on.state.people_blocks(on.stands.blocks, on.merged_blocks) - asked
        on.page = [answer if block_hash(text) in asked else text for text in on.page]
        on.people -= asked
        on.happens(
            WishesOver(),
            Retranslated(
                page=on.stands,
                english="\n\n".join(ENGLISH),
                machine=frozenset({sentence_hash(answer)}),
                blocks=frozenset({block_hash(answer)}),
                people=people,
            ),
        )

    @rule(place=st.integers(0, 4), text=TEXT)
    def the_default_branch_moves_on(self, place: int, text: str) -> None:
        self.on.merged[place : place + 1] = [text]
        self.on.happens(CaughtUp(frozenset({block_hash(text)})))

    @rule(approved=st.booleans())
    def the_pull_request_is_merged(self, approved: bool) -> None:
        on = self.on
        on.happens(*([Approved(on.state.machine)] if approved else []), Merged(on.stands))
        on.merged, on.people = [*on.page], frozenset()

    @invariant()
    def a_persons_block_is_never_the_bots(self) -> None:
        on = self.on
        on.people &= on.stands.blocks
        theirs = on.people - on.merged_blocks
        assert not theirs & on.state.written
        assert theirs <= on.state.protected(on.stands.blocks, on.merged_blocks)


Story.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestStory = Story.TestCase


# ------------------------------------------------------------------ one writer

WRITER, READER = "amts_bot.text.review_state", "amts_bot.book.lock"


def other_writers(sources: Mapping[str, str]) -> list[str]:
    """Returns one sentence for each place beside `review_state` that makes or changes a state."""
    return [
        f"{module}, line {node.lineno}: {ast.unparse(node)}"
        for module, source in sorted(sources.items())
        if module not in (WRITER, READER)
        for node in _calls(source)
        if _writes(node)
    ]


def _calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def _writes(call: ast.Call) -> bool:
    """A state is made, changed, or put into a row: no other way leads into the lock."""
    name = ast.unparse(call.func).rsplit(".", 1)[-1]
    if name == "ReviewState":
        return bool(call.args or call.keywords)
    changed = any(ast.unparse(argument).endswith(".review") for argument in call.args)
    put = any(keyword.arg == "review" for keyword in call.keywords)
    return (name == "replace" and changed) or (name in {"replace", "PageLock"} and put)


def test_no_story_writes_a_mark_it_says_what_happened() -> None:
    assert other_writers(read_package()) == []


@pytest.mark.parametrize(
    "source",
    [
        "ReviewState(kept=names)",
        "replace(row.review, again=frozenset())",
        "dataclasses.replace(row, review=state)",
        "PageLock(source='a.md', commit='', blob='', review=state)",
    ],
)
def test_another_writer_is_named(source: str) -> None:
    assert other_writers({"amts_bot.sync": source}) == [f"amts_bot.sync, line 1: {source}"]
    assert other_writers({WRITER: source, READER: source}) == []
