"""The English original: its repository, the version to move to, and which of its files are pages and assets."""

from __future__ import annotations

from collections.abc import Iterable

from amts_bot.book.config import FILE, Config
from amts_bot.book.layout import SameRepository, Submodule, Upstream
from amts_bot.book.selection import Patterns, Selection, selection
from amts_bot.book.texts import English, Texts, Tree
from amts_bot.errors import UsageError
from amts_bot.ports import Repository


def repository_of(settings: Config, repository: Repository, commit: str) -> Repository:
    """The repository that holds the English, as a commit of the translation has it; its `head` is the newest.

    Raises AmtsError where there is no such submodule, or the upstream cannot be read.
    """
    match settings.source.place:
        case Submodule(path):
            return repository.submodule(path, commit)
        case SameRepository():
            return repository
        case Upstream(url, branch):
            return repository.upstream(url, branch)


def english_at(source: Repository, texts: Texts, commit: str, settings: Config) -> English:
    """The files of an English commit that concern us; links and submodules never do."""
    files = {p: e for p, e in source.tree(commit).items() if e.mode.startswith("100")}
    choice = selection_of(settings, files)
    pages = {path: entry for path, entry in files.items() if choice.is_page(path)}
    beside = {p: e for p, e in files.items() if p not in pages and choice.is_asset(p)}
    return English(commit, Tree(pages, texts), Tree(beside, texts))


def newest(source: Repository, settings: Config, to: str = "") -> str:
    """The commit that names the English to move to: what is checked out, or a revision.

    A submodule's is that very commit. Elsewhere other work goes on beside the English, that of the bot
    too: there it is the newest commit that changed a page or an asset, so that nothing else is new English.
    """
    tip = source.resolve(to) if to else source.head()
    if isinstance(settings.source.place, Submodule):
        return tip
    choice = selection_of(settings, source.tree(tip))
    for change in source.changes(tip, under=choice.root):
        if any(choice.is_page(path) or choice.is_asset(path) for path in change.files):
            return change.commit
    return tip


def refuse_stranger(source: Repository, settings: Config, repository: Repository) -> None:
    """Raises UsageError where an upstream has nothing in common with the fork: it is likely another book."""
    place = settings.source.place
    if isinstance(place, Upstream) and not repository.merge_base(source.head(), repository.head()):
        raise UsageError(
            f"{FILE} [source]: upstream {place.url} has no commit in common with this repository: name the one that "
            "it was forked from, and fetch all of its history (`fetch-depth: 0` on actions/checkout); a copy without "
            "that history needs --base REV, the English that it was translated from"
        )


def selection_of(settings: Config, paths: Iterable[str]) -> Selection:
    """Which of the files of a commit are English."""
    source = settings.source
    layouts = [language.layout for language in settings.languages.values()]
    patterns = Patterns(source.pages, source.exclude, source.assets)
    return selection(source.place, patterns, layouts, frozenset(paths))
