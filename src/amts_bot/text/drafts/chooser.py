"""The draft of one sentence: the best that can be made of its old translation, the machine's, and what review taught.

From the most to the least that a person has to type; what was measured stands beside the thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from amts_bot.model import Answer, DraftEdit, Request
from amts_bot.text import scripts
from amts_bot.text.drafts import repair
from amts_bot.text.drafts.corrections import NOTHING_LEARNT, Corrections
from amts_bot.text.drafts.spacing import spaced_like
from amts_bot.text.drafts.swaps import swapped
from amts_bot.text.drafts.terms import NO_TERMS, Terms
from amts_bot.text.drafts.thresholds import Thresholds, thresholds
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.checks import complaints, is_translated
from amts_bot.text.merge.changes import text_similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a draft of `source` can be made of; "" where there is none.

    The previous pair is old English and its reviewed translation; `previous_machine` is the machine's of the same
    old English. `engine` says whose `machine` is.
    """

    source: str
    previous_source: str = ""
    previous_target: str = ""
    machine: str = ""
    previous_machine: str = ""
    engine: str = "machine"


@dataclass(frozen=True, slots=True)
class Book:
    """What holds for all drafts of a book."""

    language: Language
    limits: Thresholds
    corrections: Corrections = NOTHING_LEARNT
    terms: Terms = NO_TERMS


def choose(material: Material, book: Book) -> Answer | None:
    """The draft with its origin (memory, repair, or the engine) and how like its English is; None where there is none.

    It is damaged where no draft has what must come back exactly.
    """
    ready = _prepared(material, book)
    return _with_corrections(_chosen(ready, book), material, book)


def _chosen(ready: Material, book: Book) -> Answer | None:
    alike = text_similarity(ready.previous_source, ready.source) if ready.previous_target else 0.0
    if alike < (book.limits.repaired if ready.machine else book.limits.alone):
        return Answer(ready.machine, ready.engine) if ready.machine else None
    drafts = [
        replace(draft, target=_begun(draft, ready, book.language))
        for draft in _candidates(ready, alike, book)
    ]
    if not ready.machine:  # there is one, for people to finish
        return _damaged(drafts[0], ready)
    sound = (draft for draft in drafts if not complaints(ready.source, draft.target))
    return next(sound, None) or _damaged(drafts[0], ready)


def _with_corrections(draft: Answer | None, material: Material, book: Book) -> Answer | None:
    """The draft with the corrections of the machine's text that are in it."""
    if draft is None or not book.corrections.rounds or not material.machine:
        return draft
    machine = spaced_like(material.previous_target, material.machine, book.language)
    made = book.corrections.corrected(machine).made
    edits = dict.fromkeys(
        DraftEdit("learnt", it.machine, it.human) for it in made if it.human in draft.target
    )
    return replace(draft, edits=(*draft.edits, *edits))


def may_be_repaired(request: Request, language: Language) -> bool:
    """Whether the machine's translation of the old English is worth its cost."""
    if not request.previous_target or request.probe or request.instead:
        return False
    alike = text_similarity(request.previous_source, request.source)
    return thresholds(language.code).repaired <= alike


def mechanical(request: Request, language: Language, terms: Terms = NO_TERMS) -> Answer | None:
    """The old translation, where edits that need no translation are all that its English asks for."""
    if not _says_it(request.previous_target, request.previous_source, language):
        return None
    old, new = request.previous_source, request.source
    found = swapped(old, new, request.previous_target, language, terms)
    if not found.complete or complaints(request.source, found.text):
        return None
    alike = text_similarity(old, new)
    return Answer(found.text, "memory", min(alike, 0.99), edits=found.edits)


def _damaged(draft: Answer, ready: Material) -> Answer:
    """Nobody has to review machine text with faults; an old translation helps, if all that it points to is there."""
    stale = _roles(draft.target) & (_roles(ready.previous_source) - _roles(ready.source))
    if not ready.machine and not stale:
        return draft
    return replace(draft, damage="; ".join(complaints(ready.source, draft.target)))


def _roles(text: str) -> frozenset[str]:
    """The references and citations of a text."""
    return frozenset(text[s.start : s.end] for s in inline.spans(text) if s.kind == "role")


def _prepared(material: Material, book: Book) -> Material:
    """Without what is no translation; the machine's text in the book's wording and spacing."""
    language, old = book.language, material.previous_target
    if not _says_it(old, material.previous_source, language):
        old = ""
    machine, previous = (
        book.corrections.applied(spaced_like(old, text, language))
        if _says_it(text, english, language) and is_translated(english, text) is None
        else ""
        for text, english in (
            (material.machine, material.source),
            (material.previous_machine, material.previous_source),
        )
    )
    return replace(material, previous_target=old, machine=machine, previous_machine=previous)


def _candidates(ready: Material, alike: float, book: Book) -> Iterator[Answer]:
    """The drafts from the best to the last resort."""
    old, machine = ready.previous_target, ready.machine
    alike = min(alike, 0.99)
    swap = swapped(ready.previous_source, ready.source, old, book.language, book.terms)
    repaired = bool(machine and ready.previous_machine)
    if swap.complete or not machine or (alike >= book.limits.stands and not repaired):
        yield Answer(swap.text, "memory", alike, edits=swap.edits)
    if repaired:
        rules = (repair.theirs_where_new, repair.theirs)
        for rule in (repair.ours, *rules) if alike >= book.limits.persons else rules:
            text = repair.merged(ready.previous_machine, old, machine, rule)
            yield Answer(text, "repair" if text != old else "memory", alike)
    if machine:
        yield Answer(machine, ready.engine)


# ------------------------------------------------------------------ what is a translation

_WORD = re.compile(r"[^\W\d_]{2,}")
# Less than this may be all names, of another script or in it.
_LEAST_WORDS, _LEAST_LETTERS = 4, 4


def _says_it(text: str, english: str, language: Language) -> bool:
    """Not empty, not the English again, and in a script of its language."""
    if not text.strip() or "".join(text.split()) == "".join(english.split()):
        return False
    words = _WORD.findall(inline.mask(text, " ").casefold())
    letters = "".join(words)
    latin = scripts.LATIN in language.scripts  # then names are in it too
    little = len(letters) < _LEAST_LETTERS if latin else len(words) < _LEAST_WORDS
    if little or not language.scripts:
        return True
    return re.search(f"[{scripts.ranges(*language.scripts)}]", letters) is not None


# ------------------------------------------------------------------ how a sentence begins


def _begun(draft: Answer, ready: Material, language: Language) -> str:
    """A capital at the start where the machine has one: the first word may be another one now."""
    text, like = draft.target, ready.machine
    if not like[:1].isupper() or not text[:1].islower():
        return text
    dotted = text[0] == "i" and language.code.split("-")[0] in ("tr", "az")
    return ("İ" if dotted else text[0].upper()) + text[1:]
