"""Which file is whose translation: what the settings of a language find, and what they pass by.

A wrong pattern is silent by nature: it finds no translation, so there is nothing to compare. Therefore the files that
could be translations are counted, and where the pattern passes many of them by, that is said before anything else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from amts_bot.book.config import FILE, Config, LanguageSettings
from amts_bot.book.layout import Layout, SameRepository, filled, listed
from amts_bot.book.likely_layout import likely_layout
from amts_bot.book.lock import LanguageLock
from amts_bot.book.selection import Selection
from amts_bot.book.texts import English, Tree
from amts_bot.errors import UsageError
from amts_bot.model import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingQuestion:
    """The pages of the English, old and new, and the files of the translation that could belong to them."""

    settings: Config
    language: LanguageSettings
    old: English
    new: English
    tree: Tree
    locked: LanguageLock
    chosen: Selection
    told: bool = True  # whether anybody reads the notes

    @property
    def layout(self) -> Layout:
        return self.language.layout

    @property
    def setting(self) -> str:
        """What is to be corrected where the mapping is wrong."""
        return f"{FILE} [languages.{self.language.code}]: pages = {self.layout.pages!r}"


@dataclass(frozen=True, slots=True)
class Pairing:
    """What people should know before they read of any page, the files that are second translations, and those that
    could be translations and have no English."""

    notes: tuple[str, ...] = ()
    seconds: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def pairing(question: PairingQuestion) -> Pairing:
    """Looks at the mapping as a whole.

    Raises UsageError where it cannot be meant: no page, no translation, or two pages for one file.
    """
    if not question.new.pages:
        raise UsageError(
            f"{FILE} [source]: pages = {[*question.settings.source.pages]} names no file of the English "
            f"{question.new.commit[:10]}\ncorrect the patterns, and commit {FILE}"
        )
    _refuse_shared_targets(question)
    _refuse_shared_languages(question)
    english = frozenset({*question.old.pages, *question.new.pages})
    files = _could_be_translations(question, english)
    lost = [path for path in files if not _is_found(path, question, english)]
    words = _passed_by(files, lost, question)
    none_found = len(lost) == len(files) and not question.locked.pages
    elsewhere = _under_other_names(lost, question) if none_found or question.told else ""
    if none_found:
        none = f"no translation of the {len(question.new.pages)} English pages was found"
        words = words or f"{none}\n{_looks_at(question)}"
        raise UsageError("\n".join(filter(None, [words, elsewhere])))
    followed = dict(_second_translations(question))
    notes = [_second_note(page, places, question) for page, places in followed.items()]
    notes += _lines_of_no_page(question, english)
    seconds = frozenset(second for _, *rest in followed.values() for second in rest)
    return Pairing((*filter(None, [words, elsewhere]), *notes), seconds, frozenset(lost))


def _refuse_shared_targets(question: PairingQuestion) -> None:
    taken: dict[str, str] = {}
    pages = question.new.pages
    same = isinstance(question.settings.source.place, SameRepository)
    for path in pages:
        target = question.language.target(path)
        if target in taken:
            raise UsageError(
                f"{question.setting} puts both {taken[target]} and {path} into {target}\nuse {{path}} or {{folder}}"
            )
        if same and target in pages:
            raise UsageError(
                f"{question.setting} puts the translation of {path} where the English {target} stands\n"
                "name another folder"
            )
        taken[target] = path


def _refuse_shared_languages(question: PairingQuestion) -> None:
    """Two languages in one file: each run would undo the other one's."""
    path = next(iter(question.new.pages))
    target = question.language.target(path)
    for other in question.settings.languages.values():
        if other.code != question.language.code and other.target(path) == target:
            raise UsageError(
                f"{question.setting} puts {path} where [languages.{other.code}] has it, {target}\n"
                'give each language a folder of its own, such as pages = "{language}/{path}"'
            )


def _lines_of_no_page(question: PairingQuestion, english: Collection[str]) -> Iterator[str]:
    """What [languages.CODE.files] says of English pages that there are not."""
    layout = question.layout
    named = [page for page in layout.files if not {page, f"{layout.root}/{page}"} & {*english}]
    if named:
        yield (
            f"{FILE} [languages.{question.language.code}.files]: {listed(named)} is no page of the English: correct "
            "the line, or delete it"
        )


def _could_be_translations(question: PairingQuestion, english: Collection[str]) -> list[str]:
    """The files that the pattern leads to from some path that could be a page, and all pages in its folder."""
    chosen = question.chosen
    others = [it.layout for it in question.settings.languages.values() if it != question.language]
    others = [layout for layout in others if _is_marked(layout)]
    kinds = {PurePosixPath(path).suffix for path in english}
    gone = (
        question.layout.source(path) for path in question.tree
    )  # an original may outlive its page
    kept = {question.language.origin_of(path) for path in {*english, *gone}}
    folder = question.layout.folder

    def could_be(path: str) -> bool:
        source = question.layout.source(path)
        if chosen.is_excluded(source):
            return False
        if folder and path.startswith(f"{folder}/") and PurePosixPath(path).suffix in kinds:
            return True
        return chosen.is_named(source)

    return [
        path
        for path, entry in question.tree.items()
        if entry.mode.startswith("100")
        and path not in kept
        and not chosen.is_taken(path)
        and not any(other.source(path) in english for other in others)
        and could_be(path)
    ]


def _is_marked(layout: Layout) -> bool:
    """Whether a path shows that it is a translation, by a folder or a part of its name."""
    return filled(layout.pattern, "a/b.c") != "a/b.c"


def _is_found(path: str, question: PairingQuestion, english: Collection[str]) -> bool:
    return path in question.locked.pages or question.layout.source(path) in english


def _passed_by(files: Sequence[str], lost: Sequence[str], question: PairingQuestion) -> str:
    """Says how many files are nobody's translation; "" where that is nothing strange.

    Where translations have no mark of their own, files of the team's own stand among them: there it is strange
    only when most are passed by.
    """
    if not lost or (not _is_marked(question.layout) and 2 * len(lost) <= len(files)):
        return ""
    folder = question.layout.folder
    place = f" under {folder}" if folder else ""
    count = (
        f"found translations for {len(files) - len(lost)} of {counted(len(files), 'file')}{place}"
    )
    return f"{count}; no English is found for {listed(lost)}: {_looks_at(question, lost)}"


def _under_other_names(lost: Sequence[str], question: PairingQuestion) -> str:
    """The lines of the settings for files that seem to be translations under another name, to be copied."""
    rows = {row.source for row in question.locked.pages.values()}
    waiting = [
        path
        for path in question.new.pages
        if path not in rows and question.language.target(path) not in question.tree
    ]
    if not lost or not waiting:
        return ""
    from amts_bot.text.align.renamed import renamed  # few books have both

    english, files = (
        {path: it.text for path, it in texts.items()}
        for texts in (question.new.pages.at_each(waiting), question.tree.at_each(lost))
    )
    found = renamed(english, files, _is_english)
    if not found:
        return ""
    lines = ", ".join(
        f"{_toml(question.layout.inside(it.source))} = {_toml(it.target)}" for it in found
    )
    return (
        f"translations under another name, by what stands in both ({found[-1].likeness:.0%} alike or more): look at "
        f"them, and write in [languages.{question.language.code}] of {FILE}: files = {{ {lines} }}"
    )


def _is_english(page: str) -> bool:
    from amts_bot.text.align.copies import is_english  # blocks are read for it

    return is_english(page)


def _toml(text: str) -> str:
    """A text of TOML, which writes it as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _looks_at(question: PairingQuestion, lost: Sequence[str] = ()) -> str:
    """Where the pattern looks, and what was likely meant."""
    example = next(path for path in question.new.pages)
    looks = f"{question.setting} looks for {example} at {question.language.target(example)}"
    pages = [*question.new.pages]
    is_beside = isinstance(question.settings.source.place, SameRepository)
    never = {question.layout.target(pages[0]), *pages[: int(is_beside)]}  # the English itself
    meant = likely_layout(pages, lost or [*question.tree], question.layout, never)
    if meant:
        root = f'root = "{meant.root}" and ' if meant.root != question.layout.root else ""
        return f'{looks}; did you mean {root}pages = "{meant.pages}"?'
    if lost:
        return f"{looks}: correct it, or name pages of your own in exclude of [source]"
    return f"{looks}: correct it, or [source]; a new language begins with one page that people translated"


def _second_translations(question: PairingQuestion) -> Iterator[tuple[str, list[str]]]:
    """The pages that have more than one translation, the one that is followed first.

    That is the one that the settings name, else the one that the lock has, else that of the pattern.
    """
    rows: dict[str, list[str]] = {}
    for target, row in question.locked.pages.items():
        rows.setdefault(row.source, []).append(target)
    plain = replace(question.layout, files={})
    for path in question.new.pages:
        target, usual = question.layout.target(path), plain.target(path)
        named = [target] if target != usual else []
        places = dict.fromkeys([*named, *rows.get(path, ()), usual])
        there = [place for place in places if place in question.tree]
        if len(there) > 1:
            yield path, there


def _second_note(page: str, places: Sequence[str], question: PairingQuestion) -> str:
    first, *rest = places
    return (
        f"{page} has {len(places)} translations; {first} is followed, {listed(rest)} left alone: delete the one that "
        f"is not read, or name the right one in [languages.{question.language.code}.files] of {FILE}"
    )
