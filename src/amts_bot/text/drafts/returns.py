"""English that goes and comes back: so does its reviewed translation.

While a pull request is open, its branch does not have it any more. The default branch does, and there it is reviewed
text whose English, in the end, did not change. Once it is merged, the history of the default branch still has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from amts_bot.model import LEAVES, Request
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Keep,
    Merge,
    Part,
    Step,
    Translate,
)
from amts_bot.text.align.pages import Alignment, block_pairs
from amts_bot.text.drafts import memory
from amts_bot.text.drafts.fuzzy import Match
from amts_bot.text.merge.units import as_written
from amts_bot.text.names.pages import untranslated_sentences
from amts_bot.text.review_state import Sentences

_REASON = "its English is back, and so is its reviewed text"


def returned(
    draft: Draft, reviewed: Iterable[Alignment], untranslated: Sentences = frozenset()
) -> Draft:
    """The draft with the text of the default branch where that was translated from the same English.

    `reviewed` are the pages there that may have it; `untranslated` names the sentences that still stand in English
    there. Whole blocks come back to the byte, sentences where their alignment is sure.
    """
    pages = list(reviewed)
    blocks = _blocks(pages, untranslated)
    whole = replace(draft, parts=tuple(_whole(part, blocks) for part in draft.parts))
    return _answered_by(pages, whole)


def recalled(
    draft: Draft, reviewed: Iterable[Alignment], untranslated: Sentences = frozenset()
) -> Draft:
    """The draft with reviewed translations of what it asks for, and of nothing else.

    `reviewed` are earlier versions of the page, newest first. People may have bettered the page since, so what
    stands is not touched: whole blocks come back where there is nothing in their place, else only the sentences
    whose English changed.
    """
    pages = list(reviewed)
    blocks = _blocks(pages, untranslated)
    parts = (_whole(part, blocks) if _is_new(part) else part for part in draft.parts)
    return _answered_by(pages, replace(draft, parts=tuple(parts)))


def nearer(draft: Draft, like: Mapping[str, Match]) -> Draft:
    """The draft whose requests say that the translations of `like`, by their English, stood in their place."""

    def changed(request: Request) -> Request:
        found = like.get(request.source)
        if found is None:
            return request
        return replace(request, previous_source=found.english, previous_target=found.target)

    return replace(draft, parts=tuple(_by_sentence(part, changed) for part in draft.parts))


def _blocks(pages: Sequence[Alignment], untranslated: Sentences) -> dict[str, str]:
    """Whole blocks of pages with their translations; the first page that has one counts."""
    return {
        english: target
        for page in reversed(pages)
        for english, target in block_pairs(page).items()
        if not any(untranslated_sentences([english], untranslated))
    }


def _is_new(part: Part) -> bool:
    return part.step is not None and all(unit.target_old is None for unit in part.step.units)


def _answered_by(pages: Sequence[Alignment], draft: Draft) -> Draft:
    """The draft with the sentences that pages have, where their alignment is sure."""
    keys = memory.wanted(draft.requests)
    pairs = memory.collect(pages, keys, draft.language) if keys else {}

    def known(request: Request) -> str | Request:
        found = memory.exact_answer(request.source, pairs)
        return found.target if found else request

    return replace(draft, parts=tuple(_by_sentence(part, known) for part in draft.parts))


def _whole(part: Part, blocks: Mapping[str, str]) -> Part:
    step = part.step
    if not isinstance(step, Carry | Compound | Merge | Translate):
        return part
    blocks_of = {unit.kind for unit in step.units} - LEAVES
    if len(step.units) > 1 and not (isinstance(step, Compound) and len(blocks_of) == 1):
        return part
    source = step.units[0].source
    target = blocks.get(source.strip())
    if target is None or _stands(step):
        return part
    return replace(part, step=Carry(step.units, target + source[len(source.rstrip()) :], _REASON))


def _stands(step: Step) -> bool:
    """Nothing of a compound block changed, so that it is what the target has."""
    return isinstance(step, Compound) and all(
        isinstance(part, Keep) for part in (step.frame, *step.steps)
    )


# What becomes of a request: a text, or a request that knows more.
_Change = Callable[[Request], str | Request]


def _by_sentence(part: Part, change: _Change) -> Part:
    step = part.step
    if isinstance(step, Compound):
        pieces = tuple(
            _answered(piece, change) if isinstance(piece, Translate) else piece
            for piece in step.pieces
        )
        return replace(part, step=replace(step, pieces=pieces))
    return replace(part, step=_answered(step, change)) if isinstance(step, Translate) else part


def _answered(step: Translate, change: _Change) -> Carry | Translate:
    pieces = tuple(change(it) if isinstance(it, Request) else it for it in step.pieces)
    if pieces == step.pieces:
        return step
    if any(isinstance(piece, Request) for piece in pieces):
        return replace(step, pieces=pieces)
    text = as_written("".join(map(str, pieces)), step.units[0])
    return Carry(step.units, text, _REASON)
