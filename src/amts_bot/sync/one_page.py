"""One page: old English, new English and the reviewed target in, the new target out."""

from __future__ import annotations

from amts_bot.engines.table import Means, engine
from amts_bot.errors import AmtsError
from amts_bot.model import Pending
from amts_bot.text.align.pages import align
from amts_bot.text.merge.draft import LEAST_LIKENESS, draft
from amts_bot.text.merge.outcome import (
    Outcome,
    finish,
    unchanged,
    verify,
)
from amts_bot.text.merge.shape import in_shape


def merge(
    source_old: str,
    source_new: str,
    target: str,
    language: str,
    *,
    engine_name: str = "none",
    recording: str = "",
) -> Outcome:
    """Merges a page. A target that is no translation of `source_old` is held whole.

    Raises BrokenPromise when the result would lose a unit or touch reviewed text; nothing is written.
    """
    alignment = align(source_old, target)
    plan = draft(alignment, source_new, language)
    if plan.likeness < LEAST_LIKENESS:
        return unchanged(
            target, source_new, language, "the page does not look like a translation of its English"
        )
    means = Means(lambda _texts: [alignment], recording)
    answers = engine(engine_name, means).translate(plan.requests, language)
    if isinstance(answers, Pending):
        raise AmtsError(answers.message)
    outcome = finish(*in_shape(plan, answers, alignment, source_new))
    verify(outcome, alignment, source_new)
    return outcome
