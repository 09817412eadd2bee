"""What becomes of an engine's answer: written, refused, or no translation at all."""

from __future__ import annotations

from dataclasses import dataclass

from amts_bot.model import Answer, Request
from amts_bot.text.languages import Language
from amts_bot.text.markdown.checks import complaints, is_translated, remarks
from amts_bot.text.markdown.fitting import fitted


@dataclass(frozen=True, slots=True)
class Accepted:
    """`text` is written; `remarks` are what its reviewer should know."""

    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer must not be written, for these reasons."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer is the English, or nearly: nobody has translated it yet."""

    reason: str


Verdict = Accepted | Refused | Waiting


def judged(request: Request, answer: Answer, before: str, row: Language) -> Verdict:
    """What becomes of an answer that is to stand behind `before`, the text in front of it.

    A fuzzy match of the memory is a draft for people to finish: nothing is held against it. Nor against one that was
    repaired with machine text, which was checked when it was made.
    """
    source = request.source
    if answer.damage:
        return Refused((answer.damage,))
    if answer.target.split() == source.split():
        said = is_translated(source, answer.target)
        return Waiting(said) if said else Accepted(source)
    text = fitted(answer.target, source, before)
    if answer.similarity < 1:
        return Accepted(
            text, tuple(remarks(source, text, row)) if answer.origin == "repair" else ()
        )
    if said := is_translated(source, text):
        return Waiting(said)
    if wrong := complaints(source, text, row):
        return Refused(tuple(wrong))
    return Accepted(text, (*answer.remarks, *remarks(source, text, row)))
