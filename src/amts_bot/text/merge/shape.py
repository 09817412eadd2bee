"""The last look at a page that is to be written: it is read again, and must be built as its English is.

What the engine, a memory or a carried edit wrote is held alone where it is not: a paragraph that became a list,
a row with another cell, a link by a label that is gone. What the translators have that the English has not, or
lack, was there before, and is no fault of the new text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.model import (
    Answer,
    Range,
    Reply,
    Request,
)
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Hold,
    Merge,
    Part,
    Step,
    requests_of,
)
from amts_bot.text.align.pages import Alignment, page, text_of
from amts_bot.text.markdown.blocks import split
from amts_bot.text.markdown.structure import Outline, labels_of, outline, unexplained
from amts_bot.text.merge.entries import Entry, Outcome
from amts_bot.text.merge.outcome import finish

_WRITTEN = frozenset({"translate", "carry", "merge"})
_STANDING = frozenset({"keep", "move"})
_MOST_ROUNDS = 3  # text that is taken back may uncover what it hid


@dataclass(frozen=True, slots=True)
class Shaped:
    """A draft and answers that come to a page which is built as its English is, and that page."""

    draft: Draft
    answers: tuple[Reply, ...]
    outcome: Outcome


def in_shape(
    draft: Draft, answers: Sequence[Reply], alignment: Alignment, source_new: str
) -> Shaped:
    """The draft and the answers without what would not be built as its English is, finished.

    Such an answer is damaged, for a reason: its English waits, or the old translation stands. A carried or
    merged text that would not be is held: the old translation stands. Raises what `finish` raises.
    """
    replies = list(answers)
    outcome = finish(draft, replies)
    for _ in range(_MOST_ROUNDS):
        wrong = dict(misshapen(outcome, alignment, source_new))
        if not wrong:
            break
        made, damaged = _without(draft, replies, wrong, alignment)
        if (made, damaged) == (draft, replies):
            break
        draft, replies = made, damaged
        outcome = finish(draft, replies)
    return Shaped(draft, tuple(replies), outcome)


def _groups(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Units that were written as one: several English ones with one place in the target."""
    start = 0
    for number in range(1, len(entries) + 1):
        if number == len(entries) or not _goes_on(entries[start], entries[number]):
            yield entries[start:number]
            start = number


def _goes_on(head: Entry, entry: Entry) -> bool:
    return (
        head.action == entry.action in _WRITTEN
        and head.reason == entry.reason
        and entry.target_new is None
        and entry.target_old is None
    )


def misshapen(
    outcome: Outcome, alignment: Alignment, source_new: str
) -> Iterator[tuple[Range, str]]:
    """The English of what is not built as it should be, and why."""
    pages = page(outcome.text), page(source_new), alignment.source, alignment.target
    labels = labels_of(block for each in pages for block in each.blocks)
    new, english, old, target = (outline(each.blocks, labels) for each in pages)
    culprit: Range | None = None
    for group in _groups(outcome.entries):
        head = group[0]
        if head.target_new is None:
            continue
        if head.action in _WRITTEN and head.source_new:
            culprit = head.source_new
            mine = new.parts(head.target_new)
            model = [part for entry in group for part in english.parts(entry.source_new)]
            if mine == model:
                continue
            before = target.frame(head.target_old), old.frame(head.source_old)
            known = before if head.target_old else (Counter[str](), Counter[str]())
            odd = unexplained(Counter(mine), Counter(model), known)
            if odd:
                yield head.source_new, _named(odd)
        elif culprit and _reads_otherwise(head, new, target):
            yield culprit, "what stands behind it would read as something else"
            culprit = None


def _reads_otherwise(entry: Entry, new: Outline, old: Outline) -> bool:
    """Whether reviewed text that stands is read as something else than before."""
    if entry.action not in _STANDING or entry.target_old is None:
        return False
    return new.blocks(entry.target_new) != old.blocks(entry.target_old)


def _named(odd: Counter[str]) -> str:
    more = ", ".join(sorted(part for part, n in odd.items() if n > 0))
    less = ", ".join(sorted(part for part, n in odd.items() if n < 0))
    said = [f"it would have {more}"] * bool(more) + [f"it would lack {less}"] * bool(less)
    return "not built as its English is: " + "; ".join(said)


# ------------------------------------------------------------------ taking it back


def _without(
    draft: Draft, answers: Sequence[Reply], wrong: Mapping[Range, str], alignment: Alignment
) -> tuple[Draft, list[Reply]]:
    """The draft and the answers without what the parts for some English have come to."""
    labels = labels_of(alignment.target.blocks) | labels_of(alignment.source.blocks)
    parts: list[Part] = []
    left: list[Reply] = []
    supply = iter(answers)
    for part in draft.parts:
        requests = requests_of(part.step)
        mine = [next(supply) for _ in requests]
        reason = next((wrong[place] for place in _places(part.step) if place in wrong), "")
        parts.append(_taken_back(part, reason, alignment) if reason and not requests else part)
        left += _damaged(requests, mine, reason, labels) if reason else mine
    return replace(draft, parts=tuple(parts)), left


def _places(step: Step | None) -> list[Range]:
    if step is None:
        return []
    units = step.frame.units if isinstance(step, Compound) else step.units
    return [unit.source_new for unit in units if unit.source_new]


def _taken_back(part: Part, reason: str, alignment: Alignment) -> Part:
    """The old translation in the place of a carried or merged text."""
    step = part.step
    if not isinstance(step, Carry | Merge):
        return part
    place = next((unit.target_old for unit in step.units if unit.target_old), (0, 0))
    blocks = enumerate(alignment.target.blocks)
    old = [number for number, block in blocks if place[0] <= block.start < place[1]]
    if not old:
        return part
    return replace(part, step=Hold(step.units, text_of(alignment.target, old), reason))


def _damaged(
    requests: Sequence[Request], answers: Sequence[Reply], reason: str, labels: frozenset[str]
) -> list[Reply]:
    """The answers with those damaged that are not built as their English; all, where none shows it."""
    odd = [_is_odd(*both, labels) for both in zip(requests, answers, strict=True)]
    return [
        replace(answer, damage=reason)
        if isinstance(answer, Answer) and not answer.damage and (wrong or not any(odd))
        else answer
        for wrong, answer in zip(odd, answers, strict=True)
    ]


def _is_odd(request: Request, answer: Reply, labels: frozenset[str]) -> bool:
    if not isinstance(answer, Answer):
        return False
    mine, model = (
        outline(split(text), labels).frame((0, len(text) + 1))
        for text in (answer.target, request.source)
    )
    return bool(unexplained(mine, model, (Counter(), Counter())))
