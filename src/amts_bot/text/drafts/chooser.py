"""The draft of one sentence: the best that can be made of its old translation, the machine's, and what review taught.

From the most to the least that a person has to type; what was measured stands beside the thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from amts_bot.model import Answer
from amts_bot.text import scripts
from amts_bot.text.drafts import repair
from amts_bot.text.drafts.corrections import Corrections
from amts_bot.text.drafts.spacing import is_tight, tightened
from amts_bot.text.drafts.swaps import swapped
from amts_bot.text.drafts.thresholds import Thresholds, thresholds
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.checks import spans_come_back
from amts_bot.text.merge.changes import text_similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a draft of `source` can be made of; "" where there is none.

    The previous pair is old English and its reviewed translation; `previous_machine` is the machine's of the same
    old English.
    """

    source: str
    previous_source: str = ""
    previous_target: str = ""
    machine: str = ""
    previous_machine: str = ""


def choose(material: Material, language: Language, corrections: Corrections) -> Answer | None:
    """The draft with its origin (memory, repair, machine) and the likeness of its English; None where there is none."""
    ready = _prepared(material, language, corrections)
    limits = thresholds(language.code)
    alike = text_similarity(ready.previous_source, ready.source) if ready.previous_target else 0.0
    if alike < (limits.repaired if ready.machine else limits.alone):
        return Answer(ready.machine, "machine") if ready.machine else None
    drafts = list(_candidates(ready, alike, limits, language))
    drafts = [replace(draft, target=_begun(draft, ready, language)) for draft in drafts]
    sound = (draft for draft in drafts if spans_come_back(ready.source, draft.target) is None)
    return next(sound, drafts[0])


def _prepared(material: Material, language: Language, corrections: Corrections) -> Material:
    """Without what is no translation; the machine's text in the book's wording and spacing."""
    old = material.previous_target
    if not _is_translation(old, material.previous_source, language):
        old = ""
    tight = is_tight(old, language)
    machine, previous = (
        corrections.applied(tightened(text) if tight else text)
        if _is_translation(text, english, language)
        else ""
        for text, english in (
            (material.machine, material.source),
            (material.previous_machine, material.previous_source),
        )
    )
    return replace(material, previous_target=old, machine=machine, previous_machine=previous)


def _candidates(
    ready: Material, alike: float, limits: Thresholds, language: Language
) -> Iterator[Answer]:
    """The drafts from the best to the last resort."""
    old, machine = ready.previous_target, ready.machine
    swap = swapped(ready.previous_source, ready.source, old, language)
    known = Answer(swap.text, "memory" if swap.text == old else "repair", min(alike, 0.99))
    if swap.complete or not machine or (alike >= limits.stands and not ready.previous_machine):
        yield known
    if machine and ready.previous_machine:
        rules = (repair.theirs_where_new, repair.theirs)
        for rule in (repair.ours, *rules) if alike >= limits.persons else rules:
            text = repair.merged(ready.previous_machine, old, machine, rule)
            yield Answer(text, "repair", min(alike, 0.99))
    if machine:
        yield Answer(machine, "machine")


# ------------------------------------------------------------------ what is a translation

_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 4  # fewer may all be names
_ENGLISH_SHARE = 0.75


def _is_translation(text: str, english: str, language: Language) -> bool:
    """Not empty, not the English again, and in a script of its language."""
    if not text.strip() or "".join(text.split()) == "".join(english.split()):
        return False
    words = _WORD.findall(inline.mask(text, " ").casefold())
    if len(words) < _LEAST_WORDS:
        return True
    if language.scripts and scripts.LATIN not in language.scripts:
        own = re.compile(f"[{scripts.ranges(*language.scripts)}]")
        return own.search("".join(words)) is not None
    known = set(_WORD.findall(english.casefold()))
    return sum(word in known for word in words) < _ENGLISH_SHARE * len(words)


# ------------------------------------------------------------------ how a sentence begins


def _begun(draft: Answer, ready: Material, language: Language) -> str:
    """A capital at the start where the machine has one: the first word may be another one now."""
    text, like = draft.target, ready.machine
    if not like[:1].isupper() or not text[:1].islower():
        return text
    dotted = text[0] == "i" and language.code.split("-")[0] in ("tr", "az")
    return ("İ" if dotted else text[0].upper()) + text[1:]
