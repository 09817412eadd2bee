"""The base of each target page: the English that it was translated from, and who says so.

Several may know: the lock, an original that was kept beside the page, whoever starts the run. They are asked in turn,
and the first that answers is believed. A page of which nobody knows is held until somebody says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pathspec import GitIgnoreSpec

from amts_bot.book.config import LanguageSettings
from amts_bot.book.layout import listed
from amts_bot.book.lock import LanguageLock, file_of
from amts_bot.book.texts import English, Tree
from amts_bot.errors import UsageError

# Who said which English a page was translated from.
BaseOrigin = Literal["lock", "original", "given", "together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The English of one target page, and who says so.

    `confidence` is the chance that it is the right one, or one with the same text, where that was reckoned; 1.0
    where somebody said it.
    """

    source: str
    commit: str
    blob: str
    origin: BaseOrigin = "lock"
    confidence: float = 1.0

    @property
    def own(self) -> bool:
        """Whether the translation's repository itself keeps the text."""
        return self.origin == "original"


@dataclass(frozen=True, slots=True)
class PageBases:
    """The bases of a language by target path, and what people should know about them."""

    bases: Mapping[str, Base]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseQuestion:
    """All that is known when bases are looked for.

    `given` is the English that whoever started the run named, and `again` tells the pages whose row in the lock
    is not to be believed.
    """

    language: LanguageSettings
    locked: LanguageLock
    tree: Tree
    old: English
    new: English
    given: English | None = None
    again: GitIgnoreSpec = field(default_factory=lambda: GitIgnoreSpec.from_lines(()))

    @property
    def lock(self) -> str:
        """The path of the language's lock."""
        return file_of(self.language.code)

    @property
    def named_again(self) -> frozenset[str]:
        """The target pages of the lock that are to be based anew, named by their path or that of their English."""
        rows = self.locked.pages.items()
        return frozenset(
            target
            for target, row in rows
            if self.again.match_file(target) or self.again.match_file(row.source)
        )


BaseRule = Callable[[str, str, BaseQuestion], Base | None]  # of an English path and its target


def page_bases(question: BaseQuestion) -> PageBases:
    """The base of each page of a language that has one.

    Raises UsageError where pages are to be based anew, and none has such a name or nobody says on what.
    """
    known = {
        target: Base(source=row.source, commit=row.commit, blob=row.blob)
        for target, row in question.locked.pages.items()
    }
    again = _named_again(question)
    asked = {target: known[target].source for target in again} | _without_row(question)
    answers = {target: _first_answer(path, target, question) for target, path in asked.items()}
    found = {target: base for target, base in answers.items() if base is not None}
    return PageBases(known | found, tuple(_notes(question, found, again)))


def _named_again(question: BaseQuestion) -> frozenset[str]:
    if not question.again.patterns:
        return frozenset()
    if not question.named_again:
        raise UsageError(
            f"--rebase-pages: no page of {question.language.code} in {question.lock} has such a name; "
            "patterns are as in .gitignore, for example chapter_maps/ or /index.md"
        )
    if question.given is None and not question.language.origin:
        raise UsageError("--rebase-pages: say on which English, with --base REV")
    return question.named_again


def _without_row(question: BaseQuestion) -> dict[str, str]:
    """The translated pages that the lock does not have, each with the path of its English."""
    paths = sorted({*question.old.pages, *question.new.pages, *question.tree})
    found: dict[str, str] = {}
    for path in paths:
        target = question.language.target(path)
        if target in question.tree and target not in question.locked.pages:
            found.setdefault(target, path)
    return found


def _first_answer(path: str, target: str, question: BaseQuestion) -> Base | None:
    rules = (_given, *RULES) if target in question.named_again else (*RULES, _given)
    answers = (rule(path, target, question) for rule in rules)
    return next((base for base in answers if base is not None), None)


def _original(path: str, _: str, question: BaseQuestion) -> Base | None:
    """An original that the repository keeps beside the page."""
    kept = question.tree.get(question.language.origin_of(path))
    if kept is None:
        return None
    return Base(source=path, commit=question.old.commit, blob=kept.blob, origin="original")


def _given(path: str, _: str, question: BaseQuestion) -> Base | None:
    """The English that whoever started the run named."""
    if question.given is None or path not in question.given.pages:
        return None
    blob = question.given.pages[path].blob
    return Base(source=path, commit=question.given.commit, blob=blob, origin="given")


# In the order in which they are asked, once the lock does not know; `--base` comes last, as the most general
# word, but first for pages that are to be based anew.
RULES: tuple[BaseRule, ...] = (_original,)


def _notes(
    question: BaseQuestion, found: Mapping[str, Base], again: frozenset[str]
) -> Iterator[str]:
    """What --base did to a language that has a lock, and did not do: nothing that was said is passed over."""
    if question.given is None or not question.locked.pages:
        return
    revision = f"English {question.given.commit[:10]}, which --base names,"
    taken = sorted(target for target, base in found.items() if base.origin == "given")
    left = sorted(again - found.keys())
    if taken:
        yield f"{listed(taken)}: {revision} is the base now"
    if left:
        yield f"{listed(left)}: {revision} has no such page; the base stays as {question.lock} has it"
    if not taken and not left:
        yield (
            f"{revision} is the base of no page: {question.lock} or a kept original knows that of every one; "
            "--rebase-pages PATTERN gives pages another base"
        )
