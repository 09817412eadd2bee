"""What people put right in machine text again and again, learnt from the bot's merged pull requests.

Recomputed from history by every run that asks a machine: the newest pull requests count, so that a word which a book no
longer uses is forgotten, and nothing has to be kept in step with what people merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from amts_bot.book.config import NO_MACHINE, LanguageSettings, ReviewSettings
from amts_bot.book.merged import MergedPullRequests
from amts_bot.book.reviewed import merged_book
from amts_bot.model import counted
from amts_bot.ports import Progress, Repository
from amts_bot.text.align.pages import align
from amts_bot.text.drafts.corrections import Corrections, PostEdit, learnt
from amts_bot.text.drafts.english_terms import english_of
from amts_bot.text.drafts.spacing import spaced_like
from amts_bot.text.drafts.translated import translated
from amts_bot.text.languages import Language
from amts_bot.text.measure.effort import Edit, Review, edits
from amts_bot.text.review_state import Trust

# Pages of pull requests that are compared at most, newest first; one takes about a tenth of a second.
_MOST_PAGES = 200
# Pages in which the English of terms is looked for; one takes as long.
_MOST_ALIGNED = 40


@dataclass(frozen=True, slots=True)
class Lessons:
    """Where to learn from: the newest `most` merged pull requests of a language, under what counts as reviewed."""

    language: Language
    most: int
    trust: Trust


def proposals(
    language: LanguageSettings, review: ReviewSettings, repository: Repository, progress: Progress
) -> Iterator[str]:
    """What review taught, a line each, for the people who keep the glossary: with its English, where the reviewed book
    tells it.
    """
    lessons = Lessons(language.row, review.learn_from, review.trust)
    found = learnt_from_review(lessons, repository, progress).listed()
    pairs = [*_texts_with([it.human for it in found], language.code, repository)] if found else []
    for it in found:
        english = english_of(it.human, pairs) if it.human else ""
        yield f"{f'{english}: ' if english else ''}{it}, seen {counted(it.times, 'time')}"


def _texts_with(
    terms: Sequence[str], language: str, repository: Repository
) -> Iterator[tuple[str, str]]:
    """The reviewed texts of pages that have one of some terms, with their English."""
    wanted = [term.casefold() for term in terms if term]
    pages = merged_book(language, "", repository).pages
    having = (it for it in pages if any(term in it.target.casefold() for term in wanted))
    for page in islice(having, _MOST_ALIGNED):
        yield from translated(align(page.source, page.target), language)


def learnt_from_review(lessons: Lessons, repository: Repository, progress: Progress) -> Corrections:
    """The corrections that people made again and again in what a machine wrote, before or as they merged it."""
    if not lessons.most:
        return Corrections()
    code, found = lessons.language.code, list[PostEdit]()
    for number, review in enumerate(islice(_reviews(lessons, repository), _MOST_PAGES), 1):
        progress.step(f"learning from {review.page}", number, _MOST_PAGES)
        found += _post_edits(review, lessons)
    made = learnt(found)
    if made.rounds:
        progress.say(f"{code}: {counted(len(made.listed()), 'correction')} learnt from review")
    return made


def _reviews(lessons: Lessons, repository: Repository) -> Iterator[Review]:
    """The pages that a machine wrote in, of the newest pull request first."""
    history, code = MergedPullRequests(repository), lessons.language.code
    mine = (
        (merged, after)
        for merged, after in history.merges()
        if code in history.changed_languages(merged)
    )
    for merged, after in islice(mine, lessons.most):
        for review in history.reviews(merged, after, code) or ():
            if review.engine not in NO_MACHINE:
                yield review


def _post_edits(review: Review, lessons: Lessons) -> Iterator[PostEdit]:
    for edit in edits(review):
        if _is_reviewed(edit, lessons.trust):
            machine = spaced_like(edit.merged, edit.proposed, lessons.language)
            yield PostEdit(machine, edit.merged, review.page)


def _is_reviewed(edit: Edit, trust: Trust) -> bool:
    """What stands as the machine wrote it says that people agree only where merged text counts as reviewed."""
    if not edit.proposed or not edit.merged:
        return False
    return trust == "merged" or edit.proposed != edit.merged
