"""What a person wrote on the open branch stands, and what the bot would have written is a proposal."""

from __future__ import annotations

import pytest

from amts_bot.model import Answer
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.entries import Proposal
from amts_bot.text.merge.people import Guarded, finish_page
from amts_bot.text.names.texts import block_hash

WICK, OIL, LOG, DOOR = (
    "The keeper trims the wick.",
    "Two cans of oil go up each morning.",
    "Every storm is written down.",
    "An iron door needs white paint.",
)
FITIL, YAG, DEFTER, KAPI = (
    "Bekçi fitili kırpar.",
    "Merdivenden iki bidon çıkar.",
    "Her fırtına yazılır.",
    "Demir kapıya beyaz boya gerek.",
)
OFTEN, SIK = "The keeper trims the wick often.", "Bekçi fitili sık sık kırpar."
TURKISH = {OFTEN: SIK, WICK: FITIL, OIL: YAG, LOG: DEFTER, DOOR: KAPI}
HAND = "Bekçi fitili elle düzeltir."


def page_of(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def guarded(old: str, new: str, target: str, *theirs: str) -> Guarded:
    """The page after the English went from `old` to `new`; the engine knows all sentences."""
    alignment, names = align(old, target), frozenset(map(block_hash, theirs))
    plan = draft(alignment, new, language("tr"), theirs=names)
    answers = [Answer(TURKISH[request.source.strip()], "machine") for request in plan.requests]
    return finish_page(plan, answers, alignment, new, theirs=names)


def entries(done: Guarded) -> list[tuple[str, str]]:
    return [(entry.action, entry.source.strip()) for entry in done.outcome.entries]


def test_quite_other_english_is_a_proposal_for_the_text_in_its_place() -> None:
    done = guarded(page_of(WICK, LOG), page_of(OIL, LOG), page_of(HAND, DEFTER), HAND)
    assert done.outcome.text == page_of(HAND, DEFTER)
    assert done.proposals == (Proposal(1, 1, YAG + "\n", OIL + "\n"),)
    assert entries(done) == [("hold", OIL), ("keep", LOG)]


def test_each_of_several_replaced_paragraphs_has_its_own_proposal() -> None:
    done = guarded(page_of(LOG, WICK), page_of(OIL, DOOR), page_of(DEFTER, HAND), HAND)
    assert done.outcome.text == page_of(YAG, HAND)
    assert done.proposals == (Proposal(3, 3, KAPI + "\n", DOOR + "\n"),)


def test_without_a_person_the_old_paragraph_goes_and_the_new_one_comes() -> None:
    done = guarded(page_of(WICK, LOG), page_of(OIL, LOG), page_of(FITIL, DEFTER))
    assert done.outcome.text == page_of(YAG, DEFTER)
    assert entries(done) == [("translate", OIL), ("drop", WICK), ("keep", LOG)]


def test_a_paragraph_that_moved_here_is_no_proposal() -> None:
    """Its translation is reviewed text, and it would stand nowhere."""
    done = guarded(page_of(LOG, WICK), page_of(WICK, LOG, LOG), page_of(DEFTER, HAND), HAND)
    assert done.outcome.text == page_of(HAND, DEFTER, DEFTER)
    assert done.proposals == ()


@pytest.mark.parametrize(
    ("old", "new", "target", "text"),
    [
        # at the end, in the middle, at the start, alone
        ((LOG, WICK), (LOG,), page_of(DEFTER, HAND), page_of(DEFTER, HAND)),
        ((LOG, WICK, DOOR), (LOG, DOOR), page_of(DEFTER, HAND, KAPI), page_of(DEFTER, HAND, KAPI)),
        ((WICK, LOG), (LOG,), page_of(HAND, DEFTER), page_of(HAND, DEFTER)),
        ((WICK,), (), page_of(HAND), page_of(HAND)),
        # more come than go: what is new stands behind it, in a paragraph of its own
        ((LOG, WICK), (LOG, OIL, DOOR), page_of(DEFTER, HAND), page_of(DEFTER, HAND, YAG, KAPI)),
        # the last line has no end
        ((LOG, WICK), (LOG, OIL, DOOR), page_of(DEFTER, HAND)[:-1], page_of(DEFTER, HAND, YAG, KAPI)),
        ((LOG, WICK), (LOG, OFTEN, DOOR), page_of(DEFTER, HAND)[:-1], page_of(DEFTER, HAND, KAPI)),
        ((LOG, WICK), (LOG, OIL), page_of(DEFTER, HAND)[:-1], page_of(DEFTER, HAND)[:-1]),
        ((WICK, LOG), (LOG, OIL), page_of(HAND, DEFTER)[:-1], page_of(HAND, DEFTER, YAG)),
    ],
)  # fmt: skip
def test_a_persons_paragraph_stays_where_the_english_is_gone(
    old: tuple[str, ...], new: tuple[str, ...], target: str, text: str
) -> None:
    done = guarded(page_of(*old), page_of(*new) if new else "", target, HAND)
    assert done.outcome.text == text
    [proposal] = done.proposals
    line = text.split("\n").index(HAND) + 1
    assert (proposal.first, proposal.last) == (line, line)


def test_an_item_of_a_tight_list_stays_in_it() -> None:
    old, target = (
        f"* {a}\n* {b}\n* {c}\n" for a, b, c in ((LOG, WICK, DOOR), (DEFTER, HAND, KAPI))
    )
    done = guarded(old, f"* {LOG}\n* {DOOR}\n", target, f"* {HAND}")
    assert done.outcome.text == target
    assert done.proposals == (Proposal(2, 2, "", f"* {WICK}\n"),)
