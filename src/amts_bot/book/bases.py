"""The base of each target page: the English that it was translated from, and who says so.

Several may know: the lock, the page itself, an original that was kept beside it, a table, the history of both books,
whoever starts the run. They are asked in turn, and the first that answers is believed. What is said is compared with
what history suggests: a base that fits clearly worse than another version is named with both figures. A page of which
nobody knows, or nobody is sure, is held until somebody says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pathspec import GitIgnoreSpec

from amts_bot.book.config import LanguageSettings
from amts_bot.book.layout import listed
from amts_bot.book.lock import LanguageLock, file_of
from amts_bot.book.past import GuessedBase, Past
from amts_bot.book.selection import Selection
from amts_bot.book.texts import English, Tree
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import counted

if TYPE_CHECKING:
    from amts_bot.book.base_words import BaseWords
    from amts_bot.text.align.versions import Fit

# A guess that is less likely to be right than this is no base.
SURE = 0.75
# Pages that have less in common than this are no translations of each other.
_LEAST_LIKENESS = 0.4

# Who said which English a page was translated from.
BaseOrigin = Literal[
    "lock", "written", "original", "table", "merge-base", "history", "given", "together"
]

_SAYS: Mapping[BaseOrigin, str] = {
    "lock": "the lock",
    "written": "the page itself",
    "original": "the kept original",
    "table": "base.file",
    "merge-base": "the newest English commit that this fork has",
    "history": "history",
    "given": "--base",
    "together": "the change that came with its English",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The English of one target page, and who says so.

    `confidence` is the chance that it is the right one, or one with the same text, where that was reckoned; 1.0
    where somebody said it. `likeness` is the share of what translators leave standing that both have, from 0 to 1,
    None where nobody looked.
    """

    source: str
    commit: str
    blob: str
    origin: BaseOrigin = "lock"
    confidence: float = 1.0
    likeness: float | None = None

    @property
    def own(self) -> bool:
        """Whether the translation's repository itself keeps the text."""
        return self.origin == "original"


@dataclass(frozen=True, slots=True)
class Unsure:
    """A page that is left alone: the path of its English, why, and what history suggests, if it does."""

    source: str
    reason: str
    guess: GuessedBase | None = None


@dataclass(frozen=True, slots=True)
class PageBases:
    """The bases of a language by target path, the pages without one, and what people should know about them.

    `own` are files that could be pages, and have no English.
    """

    bases: Mapping[str, Base]
    unsure: Mapping[str, Unsure] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


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
    past: Past
    given: English | None = None
    again: GitIgnoreSpec = field(default_factory=lambda: GitIgnoreSpec.from_lines(()))
    chosen: Selection | None = None  # None: nothing is excluded
    table: Mapping[str, BaseWords] = field(default_factory=dict)  # what `base.file` says, by path
    told: bool = True  # whether anybody reads the notes

    @property
    def lock(self) -> str:
        """The path of the language's lock."""
        return file_of(self.language.code)

    @property
    def follows_history(self) -> bool:
        """Whether the team lets history say what nobody else does."""
        return self.language.base.by == "history"

    @property
    def named_again(self) -> frozenset[str]:
        """The target pages of the lock that are to be based anew, named by their path or that of their English."""
        rows = self.locked.pages.items()
        return frozenset(
            target
            for target, row in rows
            if self.again.match_file(target) or self.again.match_file(row.source)
        )


Answer = Base | Unsure | None
BaseRule = Callable[[str, str, BaseQuestion], Answer]  # of an English path and its target


def page_bases(question: BaseQuestion) -> PageBases:
    """The base of each page of a language that has one, and what is to be said of the others.

    Raises UsageError where pages are to be based anew, and none has such a name or nobody says on what; and where
    the table of bases cannot be read.
    """
    question = replace(question, table=_table(question))
    known = {
        target: Base(source=row.source, commit=row.commit, blob=row.blob)
        for target, row in question.locked.pages.items()
    }
    again = _named_again(question)
    asked = {target: known[target].source for target in again} | _without_row(question)
    if question.language.base.pattern:
        question.tree.texts.expect(question.tree[target].blob for target in asked)
    said = {target: _first_answer(path, target, question) for target, path in asked.items()}
    guesses = _guesses(asked, said, question)
    _expect(said, guesses, question)
    looked = {
        target: _looked_at(target, answer, guesses.get(target), question)
        for target, answer in said.items()
    }
    answers = {
        target: _decided(asked[target], target, looked[target], question) for target in asked
    }
    found = {target: it for target, it in answers.items() if isinstance(it, Base)}
    unsure = {
        target: it
        for target, it in answers.items()
        if isinstance(it, Unsure) and target not in known
    }
    doubts = [it.doubt for target, it in looked.items() if it.doubt and it.stands(answers[target])]
    notes = (*_notes(question, found, again), *_doubted(doubts), *_gone(unsure, question))
    return PageBases(known | found, unsure, notes)


def _table(question: BaseQuestion) -> Mapping[str, BaseWords]:
    file, tree = question.language.base.file, question.tree
    if not file:
        return {}
    if file not in tree:
        where = f"[languages.{question.language.code}] base.file"
        raise UsageError(
            f"{where}: {file} is not in the last commit\ncommit it, or correct the path"
        )
    from amts_bot.book.base_words import read_table  # and YAML

    return read_table(tree.at(file).strict(file), file)


def _named_again(question: BaseQuestion) -> frozenset[str]:
    if not question.again.patterns:
        return frozenset()
    if not question.named_again:
        raise UsageError(
            f"--rebase-pages: no page in {question.lock} has such a name\n"
            "patterns are as in .gitignore, for example chapter_maps/ or /index.md"
        )
    settings = question.language
    others_say = settings.origin or settings.base.pattern or settings.base.file or settings.base.by
    if question.given is None and not others_say:
        raise UsageError("--rebase-pages: say on which English, with --base REV")
    return question.named_again


def _without_row(question: BaseQuestion) -> dict[str, str]:
    """The translated pages that the lock does not have, each with the path of its English."""
    english = {*question.old.pages, *question.new.pages}
    kinds = {_kind(path) for path in english}
    sources = {question.language.layout.source(target) for target in question.tree}
    gone = (
        path
        for path in sorted(sources - english)
        if _kind(path) in kinds and (question.chosen is None or question.chosen.is_named(path))
    )
    found: dict[str, str] = {}
    for path in (*sorted(english), *gone):
        target = question.language.target(path)
        if target in question.locked.pages or target not in question.tree:
            continue
        if question.tree[target].mode.startswith("100"):
            found.setdefault(target, path)
    return found


def _kind(path: str) -> str:
    return path.rpartition(".")[2]


# ------------------------------------------------------------------ what somebody says


def _first_answer(path: str, target: str, question: BaseQuestion) -> Answer:
    """The base that the first rule knows, else why the first that should know does not."""
    rules = (_given, *RULES) if target in question.named_again else (*RULES, _given)
    answers = [answer for rule in rules if (answer := rule(path, target, question)) is not None]
    return next((it for it in answers if isinstance(it, Base)), next(iter(answers), None))


def _written(path: str, target: str, question: BaseQuestion) -> Answer:
    """A commit or date that the page itself names."""
    pattern = question.language.base.pattern
    if not pattern:
        return None
    from amts_bot.book.base_words import written_in

    words = written_in(question.tree.at(target).text, pattern)
    return _in_words(words, path, "written", question) if words else None


def _original(path: str, _: str, question: BaseQuestion) -> Answer:
    """An original that the repository keeps beside the page."""
    kept = question.tree.get(question.language.origin_of(path))
    if kept is None:
        return None
    return Base(source=path, commit=question.old.commit, blob=kept.blob, origin="original")


def _in_table(path: str, target: str, question: BaseQuestion) -> Answer:
    """A row of the table, by the path of the page or of its English."""
    words = question.table.get(target) or question.table.get(path)
    return _in_words(words, path, "table", question) if words else None


def _merge_base(path: str, _: str, question: BaseQuestion) -> Answer:
    """The newest English that a fork has taken over."""
    if question.language.base.by != "merge-base":
        return None
    commit = question.past.shared_commit()
    if not commit:
        return Unsure(path, "this fork and its upstream have no commit in common")
    return _at(commit, path, "merge-base", question)


def _given(path: str, _: str, question: BaseQuestion) -> Answer:
    """The English that whoever started the run named."""
    given = question.given
    if given is None:
        return None
    for name in _names(path, question):
        if name in given.pages:
            blob = given.pages[name].blob
            return Base(source=name, commit=given.commit, blob=blob, origin="given")
    return None


# In the order in which they are asked, once the lock does not know; then comes history, if the team says so, and
# `--base` last, as the most general word, but first for pages that are to be based anew.
RULES: tuple[BaseRule, ...] = (_written, _original, _in_table, _merge_base)


def _in_words(words: BaseWords, path: str, origin: BaseOrigin, question: BaseQuestion) -> Answer:
    if words.commit:
        try:
            commit = question.past.source.resolve(words.commit)
        except AmtsError as error:
            why = "; ".join(str(error).splitlines())
            return Unsure(path, f"{_SAYS[origin]} names English {words.commit!r}: {why}")
        return _at(commit, path, origin, question)
    moment = words.moment
    if moment is None:
        return Unsure(
            path, f"{_SAYS[origin]} names {words.date!r}, which is no date such as 2024-05-31"
        )
    version = question.past.english_on(path, moment)
    if version is None:
        return Unsure(
            path, f"{_SAYS[origin]} names {words.date}, and there was no English of it then"
        )
    return Base(source=version.path, commit=version.commit, blob=version.blob, origin=origin)


def _at(commit: str, path: str, origin: BaseOrigin, question: BaseQuestion) -> Answer:
    """The page in an English commit, under the name that it has or had."""
    for name in _names(path, question):
        blob = question.past.blob_at(commit, name)
        if blob:
            return Base(source=name, commit=commit, blob=blob, origin=origin)
    return Unsure(path, f"{_SAYS[origin]} names English {commit[:10]}, which has no {path}")


def _names(path: str, question: BaseQuestion) -> Iterator[str]:
    """The path of an English page, then those that it had before it was renamed."""
    yield path
    versions = question.past.english([path])[path]
    yield from dict.fromkeys(version.path for version in versions if version.path != path)


# ------------------------------------------------------------------ what history suggests


def _guesses(
    asked: Mapping[str, str], said: Mapping[str, Answer], question: BaseQuestion
) -> Mapping[str, GuessedBase]:
    """Reckoned for all pages together, where there is something to guess or to compare."""
    pages = {
        target: path
        for target, path in asked.items()
        if question.follows_history or (question.told and said[target] is not None)
    }
    return question.past.guess(pages) if pages else {}


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is said of a page beside what history suggests; `doubt` has both figures where that fits clearly better."""

    answer: Answer
    guess: GuessedBase | None = None
    doubt: str = ""

    def stands(self, answer: Answer) -> bool:
        """Whether what is said is what the page is taken to be made from, and history did not replace it."""
        said = self.answer
        return isinstance(said, Base) and isinstance(answer, Base) and answer.origin == said.origin


def _expect(
    said: Mapping[str, Answer], guesses: Mapping[str, GuessedBase], question: BaseQuestion
) -> None:
    """All texts that are compared are read at once, with those that a run asks for anyway."""
    pages, tree = question.new.pages, question.tree
    tree.texts.expect(tree[target].blob for target, answer in said.items() if answer is not None)
    for target, answer in said.items():
        if isinstance(answer, Base):
            (tree.texts if answer.own else pages.texts).expect([answer.blob])
            if (guess := guesses.get(target)) and answer.blob not in guess.fits:
                pages.texts.expect([guess.version.blob])
    if guesses:
        pages.texts.expect(entry.blob for entry in pages.values())


def _looked_at(
    target: str, answer: Answer, guess: GuessedBase | None, question: BaseQuestion
) -> _Looked:
    if not isinstance(answer, Base) or guess is None:
        return _Looked(answer, guess)
    found = guess.fits.get(answer.blob) or _fit(target, answer, guess, question)
    doubt = _doubt(target, answer, found, guess) if found.is_clearly_worse else ""
    return _Looked(replace(answer, likeness=found.likeness), guess, doubt)


def _fit(target: str, base: Base, guess: GuessedBase, question: BaseQuestion) -> Fit:
    """How a text fits that history does not have, or only after the translation."""
    from amts_bot.text.align.versions import fit  # numpy comes with it, for a base that is doubted

    english = question.new.pages.texts
    said = (question.tree.texts if base.own else english)[base.blob]
    best = english[guess.version.blob]
    return fit(question.tree.at(target).text, said.text, best.text)


def _doubt(target: str, base: Base, found: Fit, guess: GuessedBase) -> str:
    day = datetime.fromtimestamp(guess.version.came, UTC).date()
    here = "" if base.own else f"English {base.commit[:10]} of "
    return (
        f"{target} agrees with {here}{_SAYS[base.origin]} in {found.likeness:.0%}, with English "
        f"{guess.version.commit[:10]} of {day} in {guess.likeness:.0%}"
    )


def _decided(path: str, target: str, looked: _Looked, question: BaseQuestion) -> Answer:
    """What is said, unless history says better: of an original that was not kept up, and of what --base says of all."""
    answer, guess = looked.answer, looked.guess
    suggested = _by_history(path, guess) if question.follows_history and guess else None
    if isinstance(answer, Base):
        weak = answer.own and bool(looked.doubt)
        weak |= answer.origin == "given" and target not in question.named_again
        return suggested if weak and isinstance(suggested, Base) else answer
    if isinstance(answer, Unsure):
        return suggested if isinstance(suggested, Base) else replace(answer, guess=guess)
    if suggested is None and question.follows_history and path in question.new.pages:
        return Unsure(path, "history has no English that is older than the translation")
    return suggested


def _by_history(path: str, guess: GuessedBase) -> Answer:
    version = guess.version
    if guess.likeness < _LEAST_LIKENESS:
        return Unsure(
            path, f"agrees with no English of it in more than {guess.likeness:.0%}", guess
        )
    if guess.confidence < SURE:
        likely = f"English {version.commit[:10]} is the likeliest, at {guess.confidence:.0%}"
        return Unsure(path, f"several versions of its English fit; {likely}", guess)
    return Base(
        source=version.path,
        commit=version.commit,
        blob=version.blob,
        origin="history",
        confidence=guess.confidence,
        likeness=guess.likeness,
    )


# ------------------------------------------------------------------ what people should know


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


def _doubted(doubts: Sequence[str]) -> Iterator[str]:
    """The bases that fit clearly worse than another version."""
    if doubts:
        many = counted(len(doubts), "base fits", "bases fit")
        yield (
            f"{many} clearly worse than another version of their English (look at them before you merge, "
            f"--rebase-pages gives pages another base): {listed(doubts, '; ')}"
        )


def _gone(unsure: Mapping[str, Unsure], question: BaseQuestion) -> Iterator[str]:
    """Pages without a base whose English is gone: no run works on them."""
    gone = sorted(target for target, it in unsure.items() if it.source not in question.new.pages)
    if gone:
        yield f"{listed(gone)}: the English is gone, and nobody is sure which it was: left alone"
