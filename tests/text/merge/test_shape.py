"""The last look at a page: what would not be built as its English is held alone, for a reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given

from amts_bot.model import Answer
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.merge.outcome import verify
from amts_bot.text.merge.shape import in_shape
from tests.pages import PAGES

OLD = "# Lamps\n\nRead [the guide] first.\n\n- Oil burns.\n\n[the guide]: x.md\n"
TARGET = "# Lambalar\n\nÖnce [the guide] okuyun.\n\n- Yağ yanar.\n\n[the guide]: x.md\n"


def written(new: str, answers: Sequence[str], old: str = OLD, target: str = TARGET) -> Outcome:
    """The page with some answers, in order."""
    alignment = align(old, target)
    plan = draft(alignment, new, language("tr"))
    assert len(plan.requests) == len(answers)
    replies = [Answer(text, "machine") for text in answers]
    done = in_shape(plan, replies, alignment, new).outcome
    verify(done, alignment, new)
    return done


def test_what_is_built_as_its_english_is_written() -> None:
    new = OLD.replace("first.", "first. Then look at [the guide] again.")
    done = written(new, ["Sonra yine [the guide] bakın."])
    assert "Önce [the guide] okuyun. Sonra yine [the guide] bakın.\n" in done.text


def test_a_label_that_is_gone_holds_its_sentence_alone() -> None:
    new = OLD.replace("first.", "first. Then look at [the guide] again. It is good.")
    done = written(new, ["Sonra [kılavuza] yine bakın.", "İyidir."])
    assert "Önce [the guide] okuyun. Then look at [the guide] again. İyidir.\n" in done.text
    entry = next(entry for entry in done.entries if entry.kind == "paragraph")
    assert (entry.action, entry.translate) == ("hold", ("Then look at [the guide] again.",))
    assert entry.reason.endswith("not built as its English is: it would lack [the guide]")


@pytest.mark.parametrize("answer", ["```\nYeni.", "<!-- Yeni."])
def test_an_answer_that_would_swallow_what_stands_behind_it_is_held(answer: str) -> None:
    new = OLD.replace("- Oil", "A new one.\n\n- Oil")
    done = written(new, [answer])
    assert "\nA new one.\n\n- Yağ yanar.\n" in done.text
    assert "hold" in [entry.action for entry in done.entries if entry.source == "A new one.\n"]


def test_what_the_translators_have_otherwise_is_no_fault_of_a_new_text() -> None:
    old, target = "# Lamps\n\nOne burns.\n\nTwo.\n", "## Lambalar\n\nBiri yanar.\n\nİki.\n"
    new = old.replace("Lamps", "New lamps").replace("One burns.", "One lamp burns.")
    done = written(new, ["Yeni lambalar", "Bir lamba yanar."], old, target)
    assert done.text == "## Yeni lambalar\n\nBir lamba yanar.\n\nİki.\n"


@given(PAGES, PAGES, PAGES)
def test_english_is_always_in_shape(old: str, new: str, target: str) -> None:
    alignment = align(old, target)
    plan = draft(alignment, new, language("tr"))
    english = [Answer(request.source, "machine") for request in plan.requests]
    none = [None] * len(plan.requests)
    assert (
        in_shape(plan, english, alignment, new).outcome.text
        == in_shape(plan, none, alignment, new).outcome.text
    )
