"""A draft and its answers become the new target page, its report, and the sums that must match."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, assert_never

from amts_bot.errors import AmtsError
from amts_bot.model import (
    Answer,
    Bead,
    Block,
    Failure,
    Reply,
    Request,
)
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Drop,
    Hold,
    Keep,
    Merge,
    Move,
    Part,
    Translate,
    Unit,
)
from amts_bot.text.align.pages import Alignment, must_stand, page
from amts_bot.text.code import api as code
from amts_bot.text.languages import Language, language
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.fitting import LOOKS_BACK
from amts_bot.text.markdown.frames import indented
from amts_bot.text.markdown.leaves import sections
from amts_bot.text.merge.changes import text_similarity
from amts_bot.text.merge.entries import Action, Entry, Outcome, SentenceDraft
from amts_bot.text.merge.units import as_written, english_units
from amts_bot.text.merge.verdicts import Accepted, Refused, Waiting, judged
from amts_bot.text.names.pages import said_in, untranslated_sentences
from amts_bot.text.review_state import Sentences

# An answer that failed its checks leaves the old translation where this much of the English stands:
# up to about a sixth of English changed, people keep more of the old translation than of a new one.
LIGHTLY_CHANGED = 5 / 6
_LINE_END = re.compile(r"\r\n|\n|\r")


class Unanswered(AmtsError):
    """The engine could not do a part of the page: the page is not written, and tried again."""


def finish(draft: Draft, answers: Sequence[Reply]) -> Outcome:
    """The page with its answers in place; an answer that fails its checks is not written.

    `answers` are in the order of `draft.requests`; None leaves the English for a person. Raises
    Unanswered when one is a Failure.
    """
    if len(answers) != len(draft.requests):
        raise ValueError(f"{len(draft.requests)} requests, {len(answers)} answers")
    supply = iter([_answered(reply) for reply in answers])
    texts, entries, at = [draft.lead], [], len(draft.lead)  # type: list[str], list[Entry], int
    for part in draft.parts:
        written, found = _written(part, supply, at, draft)
        entries += found
        texts += [written, part.gap]
        at += len(written) + len(part.gap)
    return Outcome(
        language=draft.language,
        text="".join(texts),
        entries=tuple(entries),
        unasked=draft.unasked,
    )


def _answered(reply: Reply) -> Answer | None:
    if isinstance(reply, Failure):
        raise Unanswered(reply.reason)
    return reply


def _with_ends(text: str, ends: str) -> str:
    return _LINE_END.sub(ends, text) if ends else text


def _text(step: Keep | Carry | Move | Merge | Drop | Hold, ends: str) -> str:
    """What a step writes: reviewed text as it is, new text with the line ends of the page."""
    match step:
        case Drop():
            return ""
        case Keep() | Hold():
            return step.text
        case Move():  # its last line end may come from the English
            body = step.text.rstrip("\r\n")
            return body + _with_ends(step.text[len(body) :], ends)
        case Carry() | Merge():
            return _with_ends(step.text, ends)


def _written(
    part: Part, answers: Iterator[Answer | None], at: int, draft: Draft
) -> tuple[str, list[Entry]]:
    step = part.step
    if step is None:
        return part.own, []
    if isinstance(step, Translate):
        return _translated(step, answers, at, draft)
    if isinstance(step, Compound):
        return _compound(step, answers, at, draft)
    action = _action(step)
    text = _text(step, draft.line_end)
    conflicts = step.conflicts if isinstance(step, Merge) else ()
    entries = [
        _entry(
            unit,
            action,
            at,
            text if first else "",
            step.reason,
            conflicts=conflicts if first else (),
        )
        for first, unit in _with_first(step.units)
    ]
    return text, entries


def _compound(
    step: Compound, answers: Iterator[Answer | None], at: int, draft: Draft
) -> tuple[str, list[Entry]]:
    """A block leaf by leaf; what is said of the block itself comes first."""
    text, entries = "", []  # type: str, list[Entry]
    for piece in step.pieces:
        if isinstance(piece, str):
            text += _with_ends(piece, draft.line_end)
            continue
        written, found = _written(Part(piece), answers, at + len(text), draft)
        text += written
        entries += found
    _, frame = _written(Part(replace(step.frame, text=text)), answers, at, draft)
    return text, [*frame, *entries]


def _with_first(units: Sequence[Unit]) -> Iterator[tuple[bool, Unit]]:
    return ((index == 0, unit) for index, unit in enumerate(units))


def _action(step: Keep | Carry | Move | Merge | Translate | Drop | Hold) -> Action:
    match step:
        case Keep():
            return "keep"
        case Carry():
            return "carry"
        case Move():
            return "move"
        case Merge():
            return "merge"
        case Translate():
            return "translate"
        case Drop():
            return "drop"
        case Hold():
            return "hold"
        case _:
            assert_never(step)


def _entry(unit: Unit, action: Action, at: int, text: str, reason: str, **more: Any) -> Entry:
    return Entry(
        kind=unit.kind,
        action=action,
        source=unit.source,
        source_old=unit.source_old,
        source_new=unit.source_new,
        target_old=unit.target_old,
        target_new=(at, at + len(text)) if text else None,
        reason=reason,
        **more,
    )


@dataclass(slots=True, kw_only=True)
class _Filled:
    """The pieces of a translated unit, one by one."""

    pieces: list[str] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)
    drafts: list[SentenceDraft] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waits: bool = False  # the last sentence stands in English
    end: str = ""  # of what is written, as far as the next answer looks back

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def add(self, request: Request, reply: Answer | None, row: Language) -> None:
        self.waits = False
        if reply is None:
            self.leave(request)
            return
        match judged(request, reply, self.end, row):
            case Accepted(text=text, remarks=remarks):
                self._write(request, text)
                self.drafts.append(_sentence_draft(request, replace(reply, target=text)))
                self.warnings += remarks
            case Waiting(reason=reason):
                self.leave(request)
                self.warnings.append(reason)
            case Refused(reasons=reasons):
                if _stands(request):
                    self._write(request, request.previous_target)
                else:
                    self.leave(request)
                self.damage += reasons

    def leave(self, request: Request) -> None:
        """The English stands as it is, with its line wraps, and waits."""
        self.waits = True
        self._write(request, request.source)
        english = sentences.split(request.source, "en")
        self.untranslated += [s.strip() for s in english if inline.has_words(s)]

    def _write(self, request: Request, text: str) -> None:
        self.put(indented(text, request.indent))

    def put(self, text: str) -> None:
        """Writes a piece as it is."""
        self.pieces.append(text)
        self.end = (self.end + text)[-LOOKS_BACK:]


def _sentence_draft(request: Request, answer: Answer) -> SentenceDraft:
    return SentenceDraft(
        source=request.source,
        target=answer.target,
        origin=answer.origin,
        similarity=round(answer.similarity, 4),
        previous_source=answer.made_from or request.previous_source,
        edits=answer.edits,
    )


def _stands(request: Request) -> bool:
    """The old translation is the better draft."""
    if not request.previous_target:
        return False
    return text_similarity(request.previous_source, request.source) >= LIGHTLY_CHANGED


def _translated(
    step: Translate, answers: Iterator[Answer | None], at: int, draft: Draft
) -> tuple[str, list[Entry]]:
    filled, row = _Filled(), language(draft.language)
    for place, piece in enumerate(step.pieces):
        if isinstance(piece, Request):
            filled.add(piece, next(answers), row)
        elif row.sentence_gap or not _is_gap(step, place) or filled.waits:
            filled.put(piece)
    if step.units[0].kind == "code":
        _refuse_broken_code(filled, step)
    text = _with_ends(as_written(filled.text, step.units[0]), draft.line_end)
    if step.standing and not filled.drafts:
        text = step.standing
    action: Action = "hold" if filled.damage else "translate"
    reason = "; ".join([step.reason, *filled.damage])
    entries = []
    for first, unit in _with_first(step.units):
        more: dict[str, Any] = {}
        if first:
            more = {
                "translate": tuple(filled.untranslated),
                "drafts": tuple(filled.drafts),
                "conflicts": step.conflicts,
                "warnings": tuple(filled.warnings),
            }
        entries.append(_entry(unit, action, at, text if first else "", reason, **more))
    return text, entries


def _is_gap(step: Translate, place: int) -> bool:
    """White space between two sentences."""
    around = step.pieces[max(0, place - 1) : place + 2 : 2]
    return (
        str(step.pieces[place]).isspace()
        and len(around) == 2
        and all(isinstance(p, Request) for p in around)
    )


def _refuse_broken_code(filled: _Filled, step: Translate) -> None:
    """Leaves the English where a translated comment would be code: quotes in a docstring end it."""
    if not filled.drafts and not filled.damage:
        return  # all of it is English
    english = _Filled()
    for piece in step.pieces:
        if isinstance(piece, Request):
            english.leave(piece)
        else:
            english.put(piece)
    if code.bare(filled.text) != code.bare(english.text):
        filled.pieces, filled.untranslated = english.pieces, english.untranslated
        filled.drafts, filled.warnings = [], []
        filled.damage.append("a translated comment would change the code")


def unchanged(
    text: str,
    source_new: str,
    language: str,
    reason: str,
    action: Literal["hold", "fail"] = "hold",
    prose_keys: frozenset[str] | None = None,
) -> Outcome:
    """A page that stays as it is: every unit of the new English is held, or failed, for one reason."""
    units = english_units(source_new, prose_keys)
    entries = tuple(_entry(unit, action, 0, "", reason) for unit in units)
    held, failed = (reason, "") if action == "hold" else ("", reason)
    return Outcome(language=language, text=text, entries=entries, held=held, failed=failed)


# ------------------------------------------------------------------ the sums


class BrokenPromise(AmtsError):
    """The merge would break a promise: the page is not written."""


def verify(
    outcome: Outcome, alignment: Alignment, source_new: str, untranslated: Sentences = frozenset()
) -> None:
    """Raises BrokenPromise unless every unit is accounted for once and no reviewed one touched.

    `untranslated` are hashes of sentences that were asked for again: a block with one is not reviewed.
    """
    wanted = sorted(
        unit.source_new
        for unit in english_units(source_new, alignment.source.prose_keys)
        if unit.source_new
    )
    new = sorted(entry.source_new for entry in outcome.entries if entry.source_new)
    if new != wanted:
        raise BrokenPromise(f"{len(wanted)} English units, but {len(new)} accounted for")
    touched = touched_units(outcome.text, alignment, source_new, untranslated)
    if touched:
        raise BrokenPromise(f"would change reviewed text whose English stands: {touched[0]!r}")


def touched_units(
    text: str, alignment: Alignment, source_new: str, untranslated: Sentences = frozenset()
) -> list[str]:
    """Old target texts whose English stands unchanged, but that the new target no longer has."""
    standing = {block.text for block in page(text).blocks}  # spares nearly all searches
    lost = (
        (bead, block)
        for bead in must_stand(alignment, page(source_new))
        for block in (alignment.target.blocks[j] for j in bead.target)
        if block.text not in standing and not _stands_in(text, block)
    )
    return [
        block.text for bead, block in lost if not _has_untranslated(bead, alignment, untranslated)
    ]


def _stands_in(text: str, block: Block) -> bool:
    """Whether a page has a block: front matter of the translators may have got entries of the English."""
    if block.text.rstrip("\r\n") in text:
        return True
    stretches = [block.text[slice(*place)] for _, place in sections(block)]
    return len(stretches) > 1 and all(stretch.rstrip("\r\n") in text for stretch in stretches)


def _has_untranslated(bead: Bead, alignment: Alignment, untranslated: Sentences) -> bool:
    source = (alignment.source.blocks[i] for i in bead.source)
    english = (text for block in source for text in (block.text, *said_in(block)))
    ours = (alignment.target.blocks[j] for j in bead.target)
    target = [text for block in ours for text in (block.text, *said_in(block))]
    return any(
        sentence in text
        for sentence in untranslated_sentences(english, untranslated)
        for text in target
    )
