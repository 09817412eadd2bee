"""One version of the English book: the files of a commit that concern us."""

from __future__ import annotations

from pathspec import GitIgnoreSpec

from amts_bot.book.config import Source
from amts_bot.book.texts import English, Texts, Tree
from amts_bot.ports import Repository


def english_at(source: Repository, texts: Texts, commit: str, settings: Source) -> English:
    """The files of an English commit that concern us; links and submodules never do."""
    files = {p: e for p, e in source.tree(commit).items() if e.mode.startswith("100")}
    wanted, refused, assets = (
        GitIgnoreSpec.from_lines(patterns)
        for patterns in (settings.pages, settings.exclude, settings.assets)
    )
    pages = {
        path: entry
        for path, entry in files.items()
        if wanted.match_file(path) and not refused.match_file(path)
    }
    beside = {p: e for p, e in files.items() if p not in pages and assets.match_file(p)}
    return English(commit, Tree(pages, texts), Tree(beside, texts))
