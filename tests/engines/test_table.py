"""The table of engines that need no account."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.adapters.amazon.translate import connect
from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.service import Service
from amts_bot.engines.table import (
    ENGINES,
    Means,
    Memory,
    engine,
    read_recording,
)
from amts_bot.errors import UsageError
from amts_bot.model import Answer, Cost, Request
from amts_bot.text.align.pages import Alignment, align
from amts_bot.text.drafts.fuzzy import Search
from amts_bot.text.languages import AS_OF, Language, language
from amts_bot.text.names.texts import sentence_hash
from tests.conftest import Hands, Silence

Found = TypeVar("Found")

REQUESTS = [
    Request("The well is dry."),
    Request("Dig deeper.", previous_source="Dig deep.", previous_target="Derin kaz."),
    Request("New."),
]
ASKED: list[set[str]] = []


class OnePage:
    """A book that writes down what it was asked for."""

    def holding(self, texts: Iterable[str], look: Callable[[Alignment], Found]) -> list[Found]:
        ASKED.append(set(texts))
        return [look(align("The well is dry.\n", "Kuyu kuru.\n"))]

    def naming(self, _terms: Collection[str], look: Callable[[Alignment], Found]) -> list[Found]:
        return []

    def near(self, _wanted: Search, look: Callable[[Search, Alignment], Found]) -> list[Found]:
        return []

    def beside(
        self, function: Callable[[Sequence[Request]], Found], requests: Sequence[Request]
    ) -> list[Found]:
        return [function(requests)]


book = OnePage()


def line(source: str, target: str) -> str:
    return json.dumps({"source": source, "target": target}, ensure_ascii=False) + "\n"


RECORDING = (
    line("The well is dry.", "Alt.")
    + "\n"
    + line("Dig\ndeeper.", "Kaz.")
    + line("The well is dry.", "Son.")
)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("none", [None, None, None]),
        ("memory", [Answer("Kuyu kuru.", "memory"), Answer("Derin kaz.", "memory", 0.5), None]),
        ("recorded:file.jsonl", [Answer("Kuyu kuru.", "memory"), Answer("Kaz.", "recorded"), None]),
    ],
)
def test_answers_come_in_the_order_of_the_requests(name: str, answers: list[Answer | None]) -> None:
    assert engine(name, Means(book, read_recording(RECORDING))).translate(REQUESTS, "tr") == answers


OLD = "The old well in the yard is dry and deep."
KUYU = "Bahçedeki eski kuyu kuru ve derin."


def changed(source: str) -> Request:
    return Request(source, previous_source=OLD, previous_target=KUYU)


def test_the_change_of_the_machine_is_made_in_the_old_translation() -> None:
    new = OLD.replace("yard", "field")
    recording = line(OLD, "Bahçedeki eski kuyu kurak ve derin.") + line(
        new, "Tarladaki eski kuyu kurak ve derin."
    )
    replies = engine("recorded:x", Means(book, read_recording(recording))).translate(
        [changed(new)], "tr"
    )
    assert replies == [Answer("Tarladaki eski kuyu kuru ve derin.", "repair", 0.9)]


def test_without_an_answer_only_english_that_hardly_changed_keeps_its_translation() -> None:
    hardly, partly = OLD.replace("yard", "field"), "The new well of the village is dry and deep."
    replies = engine("recorded:x", Means(book)).translate([changed(hardly), changed(partly)], "tr")
    assert replies == [Answer(KUYU, "memory", 0.9), None]


def test_a_recording_of_other_english_answers_nothing() -> None:
    """Neither the new English nor the old: no repair is made with an answer for another sentence."""
    new = OLD.replace("The old well", "The new well of the village")
    made_of = Means(book, read_recording(line("Another well.", "Başka.") + line(OLD + "!", "Ba.")))
    assert engine("recorded:x", made_of).translate([changed(new), Request("New.")], "tr") == [
        None,
        None,
    ]
    only_old = Means(book, read_recording(line(OLD, "Bahçedeki eski kuyu kurak.")))
    assert engine("recorded:x", only_old).translate([changed(new)], "tr") == [None]


class BookOfMachines(OnePage):
    """A book whose only page a machine wrote."""

    page = align("# Deep well\n\nThe well is dry.\n", "# Derin kuyu\n\nKuyu kuru.\n")

    def holding(self, _texts: Iterable[str], look: Callable[[Alignment], Found]) -> list[Found]:
        return [look(self.page)]

    def near(self, wanted: Search, look: Callable[[Search, Alignment], Found]) -> list[Found]:
        return [look(wanted, self.page)]

    def naming(self, _terms: Collection[str], look: Callable[[Alignment], Found]) -> list[Found]:
        return [look(self.page)]


def test_machine_text_that_nobody_reviewed_answers_nothing() -> None:
    asked = [Request("The well is dry."), Request("The well is dry now."), Request("Deep well")]
    machine = frozenset(map(sentence_hash, ("Kuyu kuru.", "Derin kuyu")))
    known = Memory(BookOfMachines()).translate(asked, "tr")
    assert [it and it.target for it in known] == ["Kuyu kuru.", "Kuyu kuru.", "Derin kuyu"]
    made = Memory(BookOfMachines(), unreviewed=machine)
    assert made.translate(asked, "tr") == [None, None, None]


def test_the_sentences_of_a_recorded_paragraph_are_answered() -> None:
    recording = line("The well is deep. Nobody knows why.", "Kuyu derin. Kimse nedenini bilmiyor.")
    asked = [Request("Nobody knows why."), Request("The well is deep.")]
    assert engine("recorded:x", Means(book, read_recording(recording))).translate(asked, "tr") == [
        Answer("Kimse nedenini bilmiyor.", "recorded"),
        Answer("Kuyu derin.", "recorded"),
    ]


def test_the_memory_asks_the_book_once_for_all_that_it_wants() -> None:
    ASKED.clear()
    engine("memory", Means(book)).translate(REQUESTS, "tr")
    [asked] = ASKED
    assert asked == {"The well is dry.", "Dig deeper.", "New."}


# What is asked for, and what of it goes to a machine: with the old English of what changed.
ALL, LEFT = len("The well is dry.Dig deeper.New."), len("Dig deeper.Dig deep.New.")


@pytest.mark.parametrize(
    ("name", "small_change", "cost"),
    [
        ("none", 0, Cost(ALL)),
        ("memory", 0, Cost(ALL)),
        ("recorded:file.jsonl", 0, Cost(LEFT)),
        ("amazon", 0, Cost(LEFT, "at once")),
        ("amazon-act", LEFT, Cost(LEFT, "at once")),
        ("amazon-act", LEFT - 1, Cost(LEFT, "by job")),
    ],
)
def test_an_engine_says_what_it_will_cost_and_asks_nobody(
    name: str, small_change: int, cost: Cost
) -> None:
    """A text that is asked for twice is billed once, and one that has no words, or that the book has, not at all."""
    service = Service(
        connect=connect,
        clock=Hands(),
        progress=Silence(),
        engine=EngineSettings(small_change=small_change),
        amazon=AmazonSettings(),  # without a bucket: `connect` would refuse
        language=LanguageSettings(code="tr", row=language("tr")),
    )
    means = Means(book, read_recording(RECORDING), amazon=service)
    assert engine(name, means).cost([*REQUESTS, *REQUESTS, Request("…")], "tr") == cost


@pytest.mark.parametrize(
    ("row", "billing", "said"),
    [
        (language("tr"), "by job", []),
        (
            replace(language("tr"), parallel_data=False),
            "at once",
            [
                f"Amazon Translate has no jobs with parallel data for Turkish (as of {AS_OF}): engine amazon "
                "is used instead of amazon-act"
            ],
        ),
    ],
)
def test_a_language_without_parallel_data_is_translated_by_calls(
    row: Language, billing: str, said: list[str]
) -> None:
    service = Service(
        connect=connect,
        clock=Hands(),
        progress=Silence(),
        engine=EngineSettings(),
        amazon=AmazonSettings(),
        language=LanguageSettings(code="tr", row=row),
    )
    made = engine("amazon-act", Means(book, amazon=service))
    assert made.cost(REQUESTS, "tr").billing == billing
    assert service.account.remarks == said


@pytest.mark.parametrize("name", ["", "deepl", "None", ":none"])
def test_an_unknown_engine_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(
        UsageError, match=f"unknown engine '{name}'\nchoose one of {', '.join(sorted(ENGINES))}"
    ):
        engine(name, Means(book))


@pytest.mark.parametrize("name", ["amazon", "amazon-act"])
def test_a_command_without_an_account_says_so(name: str) -> None:
    with pytest.raises(UsageError, match="no Amazon Translate: choose another engine"):
        engine(name, Means(book))


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '"text"',
        '{"source": "a"}',
        '{"target": "a"}',
        '{"source": 1, "target": "a"}',
        '{"source": "a", "target": null}',
    ],
)
def test_a_damaged_recording_names_its_line(bad: str) -> None:
    with pytest.raises(UsageError, match="recording, line 3: expected .*, found "):
        read_recording(line("a", "b") + "\n" + bad)


@given(st.dictionaries(st.text("ab ", min_size=1), st.text(), max_size=5))
def test_a_recording_is_read_as_it_was_written(pairs: dict[str, str]) -> None:
    recording = "".join(line(source, target) for source, target in pairs.items())
    assert read_recording(recording) == {" ".join(s.split()): t for s, t in pairs.items()}
