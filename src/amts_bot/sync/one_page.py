"""One page: old English, new English and the reviewed target in, the new target out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.reviewed import book_of_files
from amts_bot.book.reviewed_texts import Reviewed
from amts_bot.engines.table import Means, engine, read_recording
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import Pending
from amts_bot.ports import Program
from amts_bot.text.languages import language as language_row
from amts_bot.text.markdown.formats import foreign
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.merge.people import draft_page, finish_page


def markdown(path: str, text: str) -> str:
    """The text of the file `path`; UsageError where it is no Markdown."""
    if problem := foreign(path, text):
        raise UsageError(problem)
    return text


def book_pages(english: Mapping[str, bytes], target: Mapping[str, bytes]) -> dict[str, Reviewed]:
    """The pages of a book that have one name in both folders; those that are not UTF-8 are left out."""
    pages = book_of_files(english, target).pages
    return {page.path: Reviewed(page.source, page.target) for page in pages}


def merge(
    source_old: str,
    source_new: str,
    target: str,
    language: str,
    *,
    engine_name: str = "none",
    recording: str = "",
    program: Program | None = None,
    book: Mapping[str, Reviewed] = MappingProxyType({}),
) -> Outcome:
    """Merges a page. A target that is no translation of `source_old` is held whole. `book` are other reviewed pages.

    Raises BrokenPromise when the result would lose a unit or touch reviewed text; nothing is written.
    """
    pages = AlignedBook({**book, "": Reviewed(source_old, target)})
    alignment = pages.alignment("")
    planned = draft_page(alignment, source_new, language_row(language))
    if isinstance(planned, Outcome):
        return planned
    means = Means(pages, read_recording(recording), program=program)
    answers = engine(engine_name, means).translate(planned.requests, language)
    if isinstance(answers, Pending):
        raise AmtsError(answers.message)
    return finish_page(planned, answers, alignment, source_new).outcome
