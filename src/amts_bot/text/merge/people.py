"""One page, drafted whole and finished with its answers, its sums verified.

Text that a person wrote on the open branch stays; what the bot would have written becomes a proposal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.model import Reply
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Hold,
    Merge,
    Part,
    Translate,
    Unit,
    requests_of,
)
from amts_bot.text.align.pages import Alignment, page
from amts_bot.text.languages import Language
from amts_bot.text.markdown.line_numbers import line_number
from amts_bot.text.merge.draft import LEAST_LIKENESS, draft
from amts_bot.text.merge.entries import EDITED, Outcome, Proposal
from amts_bot.text.merge.outcome import finish, unchanged, verify
from amts_bot.text.merge.shape import Shaped, in_shape
from amts_bot.text.names.texts import block_hash
from amts_bot.text.review_state import Blocks, Sentences

_NOT_A_TRANSLATION = "the page does not look like a translation of its English"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A page on which people's text stands, and what was proposed for it."""

    outcome: Outcome
    proposals: tuple[Proposal, ...] = ()


def draft_page(
    alignment: Alignment,
    source_new: str,
    language: Language,
    known: Mapping[str, str] | None = None,
    theirs: Blocks = frozenset(),
    *,
    asks: bool = False,
) -> Draft | Outcome:
    """As `draft`; a target that is no translation of its English is held whole."""
    drafted = draft(alignment, source_new, language, known, theirs, asks=asks)
    if drafted.likeness < LEAST_LIKENESS:
        return unchanged(
            alignment.target.text,
            source_new,
            language.code,
            _NOT_A_TRANSLATION,
            prose_keys=alignment.source.prose_keys,
        )
    return drafted


def finish_page(
    drafted: Draft,
    answers: Sequence[Reply],
    alignment: Alignment,
    source_new: str,
    *,
    theirs: Blocks = frozenset(),
    untranslated: Sentences = frozenset(),
) -> Guarded:
    """The page of a draft with its answers in place, and every old block that `theirs` names as it was.

    `alignment`, `source_new` and `theirs` are what the draft was made from; `untranslated` are the sentences that were
    asked for again. Raises Unanswered when an answer is a Failure, and BrokenPromise when the result would lose a
    unit or touch reviewed text.
    """
    shaped = in_shape(drafted, answers, alignment, source_new)
    done = _guarded(shaped, alignment.target.text, theirs) if theirs else Guarded(shaped.outcome)
    verify(done.outcome, alignment, source_new, untranslated)
    return done


def _guarded(shaped: Shaped, target: str, theirs: Blocks) -> Guarded:
    """The finished page, with every block of `target` that `theirs` names as it was.

    `target` is the old target page that the draft was made for, and `theirs` what it was told of.
    """
    ranges = [block.range for block in page(target).blocks if block_hash(block.text) in theirs]
    supply = iter(shaped.answers)
    parts, left = [], []  # type: list[Part], list[Reply]
    for part in shaped.draft.parts:
        kept = _kept(part, target, ranges)
        parts.append(kept)
        mine = [next(supply) for _ in requests_of(part.step)]
        left += mine if kept is part else []
    outcome = finish(replace(shaped.draft, parts=tuple(parts)), left)
    return Guarded(outcome, tuple(_proposals(shaped.outcome, outcome)))


def _kept(part: Part, target: str, ranges: Sequence[tuple[int, int]]) -> Part:
    """The part itself, or one that holds the old text where a range of a person lies in it."""
    step = part.step
    if not isinstance(step, Carry | Compound | Merge | Translate):
        return part
    place = _place(step.units)
    if place is None or not any(start < place[1] and place[0] < end for start, end in ranges):
        return part
    return replace(part, step=Hold(step.units, target[slice(*place)], EDITED))


def _place(units: Sequence[Unit]) -> tuple[int, int] | None:
    found = [unit.target_old for unit in units if unit.target_old]
    return (min(start for start, _ in found), max(end for _, end in found)) if found else None


def _proposals(wanted: Outcome, outcome: Outcome) -> Iterator[Proposal]:
    for new, stands in zip(wanted.entries, outcome.entries, strict=True):
        if stands.reason != EDITED or stands.target_new is None:
            continue
        old = outcome.text[slice(*stands.target_new)]
        text = wanted.text[slice(*new.target_new)] if new.target_new and new.source_new else ""
        if text.rstrip() == old.rstrip():
            continue
        first = line_number(outcome.text, stands.target_new[0])
        yield Proposal(first, first + old.rstrip("\r\n").count("\n"), text, stands.source)
