"""English that went while a pull request was open, and came back."""

from __future__ import annotations

from amts_bot.model import Answer
from amts_bot.text.align.pages import align
from amts_bot.text.drafts.returns import recalled, returned
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.outcome import finish
from amts_bot.text.names.texts import sentence_hash
from amts_bot.text.review_state import Sentences

FIRST = "# Bell\n\nThe bell rings at noon.\n\nA rope hangs in `tower_1`. It ends in `hall_2`. Nobody pulls it.\n"
REVIEWED = "# Çan\n\nÇan öğlen çalar.\n\n`tower_1` içinde bir ip sarkar. Ucu `hall_2` içindedir. Kimse çekmez.\n"
OTHER = "# Bell\n\nThe bell rings at dawn.\n\nA chain hangs in `tower_1`. It is rusty. Nobody pulls it.\n"
BRANCH = "# Çan\n\nMAKİNE şafak.\n\n`tower_1` MAKİNE zincir. MAKİNE paslı. Kimse çekmez.\n"


def page_again(
    new: str, reviewed: str = REVIEWED, untranslated: Sentences = frozenset()
) -> tuple[str, list[str]]:
    """The branch's page brought to `new`, and what the engine was asked for."""
    plan = returned(
        draft(align(OTHER, BRANCH), new, language("tr")), [align(FIRST, reviewed)], untranslated
    )
    return finish(plan, [Answer("SORULDU.", "machine")] * len(plan.requests)).text, [
        request.source.strip() for request in plan.requests
    ]


def test_whole_paragraphs_come_back_to_the_byte() -> None:
    assert page_again(FIRST) == (REVIEWED, [])


def test_sentences_come_back_beside_others_that_do_not() -> None:
    text, asked = page_again(
        OTHER.replace("It is rusty.", "It ends in `hall_2`.").replace("dawn", "midnight")
    )
    assert text == BRANCH.replace("MAKİNE şafak.", "SORULDU.").replace(
        "MAKİNE paslı.", "Ucu `hall_2` içindedir."
    )
    assert asked == ["The bell rings at midnight."]


def test_what_stands_in_english_there_does_not_come_back() -> None:
    noon = "The bell rings at noon."
    left = REVIEWED.replace("Çan öğlen çalar.", noon)
    text, asked = page_again(FIRST, left, frozenset({sentence_hash(noon)}))
    assert (text, asked) == (REVIEWED.replace("Çan öğlen çalar.", "SORULDU."), [noon])


def test_what_stands_on_the_branch_and_never_went_is_left_as_it_is() -> None:
    assert page_again(OTHER) == (BRANCH, [])


def recalled_page(new: str, reviewed: str = REVIEWED) -> str:
    plan = recalled(draft(align(OTHER, BRANCH), new, language("tr")), [align(FIRST, reviewed)])
    return finish(plan, [Answer("SORULDU.", "machine")] * len(plan.requests)).text


def test_an_earlier_version_says_only_what_is_asked_for() -> None:
    """`Nobody pulls it.` stood all the time, and people have bettered it since."""
    older = REVIEWED.replace("Kimse çekmez.", "Hiç kimse onu çekmez.")
    assert recalled_page(FIRST, older) == REVIEWED


def test_a_block_that_was_gone_comes_back_from_an_earlier_version_to_the_byte() -> None:
    own = "\n```c\nring(); // her saat\n```\n"
    english = own.replace("her saat", "every hour")
    plan = recalled(
        draft(align(OTHER, BRANCH), OTHER + english, language("tr")),
        [align(FIRST + english, REVIEWED + own)],
    )
    assert finish(plan, []).text == BRANCH + own
