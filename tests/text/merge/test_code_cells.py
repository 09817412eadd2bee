"""Comments of a cell that are new: asked for where the page has its comments translated."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from amts_bot.model import Answer, Request
from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import align
from amts_bot.text.code.api import opened
from amts_bot.text.languages import language
from amts_bot.text.merge.code_cells import placed
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.merge.outcome import finish, verify
from amts_bot.text.merge.untranslated import reopened
from amts_bot.text.names.pages import still_untranslated
from amts_bot.text.names.texts import sentence_hash


def cell(text: str) -> str:
    return f"```python\n{dedent(text).lstrip()}```\n"


OLD = cell("""
    # Open the gate
    gate.open()
    """)
OURS = OLD.replace("Open the gate", "Kapağı aç")
MORE = cell('''
    def grind(sacks):
        """Grind all of them.

        Not more."""
        # Count what comes,
        # then what goes
        n = 1  # Number of sacks
    ''')


def merged(new: str, answers: dict[str, str], old: str = OLD, ours: str = OURS) -> Outcome:
    rows = (json.dumps({"source": a, "target": b}) for a, b in answers.items())
    return merge(old, new, ours, "tr", engine_name="recorded", recording="\n".join(rows))


def waits(outcome: Outcome) -> list[str]:
    return [text for entry in outcome.entries for text in entry.translate]


def test_comments_of_a_new_cell_are_asked_for_and_written_in_their_lines() -> None:
    answers = {"Count what comes,\nthen what goes": "Geleni say", "Number of sacks": "Çuval sayısı"}
    outcome = merged(f"{OLD}\n{MORE}", answers)
    said = MORE.replace("Count what comes,\n    # then what goes", "Geleni say")
    assert outcome.text == f"{OURS}\n{said.replace('Number of sacks', 'Çuval sayısı')}"
    assert waits(outcome) == []


@pytest.mark.parametrize("engine", ["none", "echo"])
def test_without_an_answer_they_wait_and_stand_as_they_are(engine: str) -> None:
    outcome = merge(OLD, f"{OLD}\n{MORE}", OURS, "tr", engine_name=engine)
    assert outcome.text == f"{OURS}\n{MORE}"
    assert waits(outcome) == ["Count what comes,\nthen what goes", "Number of sacks"]


def test_a_new_comment_in_an_old_cell_is_asked_for_in_a_container_too() -> None:
    new = OLD.replace("gate.open()", "# Wait\nwait()\ngate.open()")
    quoted = [
        "".join(f"> {line}" for line in text.splitlines(keepends=True)) for text in (OLD, new, OURS)
    ]
    outcome = merged(quoted[1], {"Wait": "Bekle"}, quoted[0], quoted[2])
    assert outcome.text == quoted[1].replace("Wait", "Bekle").replace("Open the gate", "Kapağı aç")


@pytest.mark.parametrize("ours", [OLD, "Bir kapak.\n"])
def test_where_comments_are_not_translated_none_is_asked_for(ours: str) -> None:
    assert waits(merge(OLD, f"{OLD}\n{MORE}", ours, "tr", engine_name="none")) == []


@pytest.mark.parametrize("answer", ['Çuval """ sayısı', 'x"""\nimport os'])
def test_a_translation_that_would_be_code_is_not_written(answer: str) -> None:
    new = f'{OLD}\n```python\ndef f():\n    """Grind all."""\n```\n'
    outcome = merged(new, {"Grind all.": answer})
    assert outcome.text == new.replace("Open the gate", "Kapağı aç")
    assert [e.action for e in outcome.entries][1:] == ["hold"]


def test_a_comment_that_waits_is_asked_for_again_until_somebody_translates_it() -> None:
    english, target = f"{OLD}\n{MORE}", f"{OURS}\n{MORE}"
    names = frozenset(map(sentence_hash, ("Count what comes, then what goes", "Number of sacks")))
    assert still_untranslated(names, english, target) == names
    alignment = align(english, target)
    again = reopened(draft(alignment, english, language("tr")), names)
    asked = [request.source for request in again.requests]
    assert asked == ["Count what comes,\nthen what goes", "Number of sacks"]

    outcome = finish(again, [Answer("Geleni say", "x"), Answer("Çuval sayısı", "x")])
    verify(outcome, alignment, english, names)
    assert "# Geleni say\n    n = 1  # Çuval sayısı\n" in outcome.text


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("a  # So it is\n", "So it is", ["```python\na  # ", Request("So it is"), "\n```\n"]),
        ("# So\n# it is\na\n", "So it is", ["```python\n# ", Request("So\nit is", indent="# "), "\na\n```\n"]),
        ('"""So it is."""\n', "So it is.", ['```python\n"""', Request("So it is."), '"""\n```\n']),
        # what cannot be written back in its lines
        ("a /* So it is */\n", "So it is", None),
        ("# So\n## it is\n", "So it is", None),
        ('"""So:\n    it is."""\n', "So: it is.", None),
        ("a  # So it was\n", "So it is", None),
    ],
)  # fmt: skip
def test_comments_are_taken_out_of_their_cell(
    text: str, wanted: str, found: list[str | Request] | None
) -> None:
    assert [*opened(f"```python\n{text}```\n", {wanted})] == (found or [f"```python\n{text}```\n"])


def test_pieces_of_a_cell_stand_behind_the_margin_of_its_container() -> None:
    pieces = ("```\n# ", Request("a\nb", indent="# "), "\n\nx\n```\n")
    assert placed(pieces, "> ") == (
        "```\n> # ",
        Request("a\nb", indent="> # "),
        "\n>\n> x\n> ```\n",
    )
