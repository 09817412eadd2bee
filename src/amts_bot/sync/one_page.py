"""One page: old English, new English and the reviewed target in, the new target out."""

from __future__ import annotations

from amts_bot.engines.table import Means, engine, read_recording
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import Pending
from amts_bot.text.align.pages import align
from amts_bot.text.languages import language as language_row
from amts_bot.text.markdown.formats import foreign
from amts_bot.text.merge.outcome import Outcome
from amts_bot.text.merge.people import draft_page, finish_page


def markdown(path: str, text: str) -> str:
    """The text of the file `path`; UsageError where it is no Markdown."""
    if problem := foreign(path, text):
        raise UsageError(problem)
    return text


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
    planned = draft_page(alignment, source_new, language_row(language))
    if isinstance(planned, Outcome):
        return planned
    means = Means(lambda _texts: [alignment], read_recording(recording))
    answers = engine(engine_name, means).translate(planned.requests, language)
    if isinstance(answers, Pending):
        raise AmtsError(answers.message)
    return finish_page(planned, answers, alignment, source_new).outcome
