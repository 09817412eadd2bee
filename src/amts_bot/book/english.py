"""The English original: its repository, the version to move to, and which of its files are pages and assets."""

from __future__ import annotations

from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from amts_bot.book.config import Config
from amts_bot.book.layout import SameRepository, Submodule, Upstream
from amts_bot.book.texts import English, Texts, Tree
from amts_bot.ports import Repository

# Where English and translation share their paths, these are the repository's own: no pages, no assets. A token
# without the right to write workflows could not even push them.
_OWN_FILES = GitIgnoreSpec.from_lines(
    ["/.github/", "/.gitmodules", "/amts.toml", "/amts.lock", "/amts/*.lock", "/amts-report/"]
)


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
    choice = _Choice.of(settings)
    files = {p: e for p, e in source.tree(commit).items() if e.mode.startswith("100")}
    files = {p: e for p, e in files.items() if choice.may_be_english(p)}
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
    choice = _Choice.of(settings)
    for change in source.changes(tip, under=choice.root):
        if any(map(choice.is_english, change.files)):
            return change.commit
    return tip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """Which files are English pages and assets; patterns are about paths below the root."""

    settings: Config
    pages: GitIgnoreSpec
    exclude: GitIgnoreSpec
    assets: GitIgnoreSpec

    @classmethod
    def of(cls, settings: Config) -> _Choice:
        source = settings.source
        return cls(
            settings=settings,
            pages=GitIgnoreSpec.from_lines(source.pages),
            exclude=GitIgnoreSpec.from_lines(source.exclude),
            assets=GitIgnoreSpec.from_lines(source.assets),
        )

    @property
    def root(self) -> str:
        place = self.settings.source.place
        return place.root if isinstance(place, SameRepository) else ""

    def may_be_english(self, path: str) -> bool:
        """Neither a file of the repository's own, nor a translation that stands among the English."""
        match self.settings.source.place:
            case Submodule():
                return True
            case Upstream():
                return not _OWN_FILES.match_file(path)
            case SameRepository(root):
                below = not root or path.startswith(f"{root}/")
                return below and not _OWN_FILES.match_file(path) and not self._is_translation(path)

    def is_page(self, path: str) -> bool:
        inside = self._inside(path)
        return self.pages.match_file(inside) and not self.exclude.match_file(inside)

    def is_asset(self, path: str) -> bool:
        return self.assets.match_file(self._inside(path))

    def is_english(self, path: str) -> bool:
        return self.may_be_english(path) and (self.is_page(path) or self.is_asset(path))

    def _is_translation(self, path: str) -> bool:
        return any(language.layout.source(path) for language in self.settings.languages.values())

    def _inside(self, path: str) -> str:
        return path.removeprefix(f"{self.root}/") if self.root else path
