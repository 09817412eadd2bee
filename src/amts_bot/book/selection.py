"""Which files of a commit are English pages and assets, and which are translations that stand among them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream
from amts_bot.text.languages import is_code_of_another

# A repository's own files: no pages, no assets. A workflow of the English would run here before anybody reviewed it,
# and a token without the right to write workflows could not even push it.
_OWN_FILES = GitIgnoreSpec.from_lines(
    [
        "/.github/",
        "CODEOWNERS",
        "/.gitmodules",
        "/amts.toml",
        "/amts.lock",
        "/amts/*.lock",
        "/amts-report/",
    ]
)


@dataclass(frozen=True, slots=True)
class Patterns:
    """What the settings say of the English files, as in .gitignore and below the root."""

    pages: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


def selection(
    place: Place, patterns: Patterns, own: Sequence[Layout], paths: Collection[str]
) -> Selection:
    """The selection for a commit that has these paths; `own` are the layouts of the languages there are."""
    pages, exclude, assets = (
        GitIgnoreSpec.from_lines(lines)
        for lines in (patterns.pages, patterns.exclude, patterns.assets)
    )
    translations: tuple[Layout, ...] = ()
    if isinstance(place, SameRepository):
        below = frozenset(
            path for path in paths if path.startswith(place.root and f"{place.root}/")
        )
        translations = (*own, *_of_other_languages(own, below))
    return Selection(
        place=place,
        pages=pages,
        exclude=exclude,
        assets=assets,
        in_full=frozenset(line.removeprefix("/") for line in (*patterns.pages, *patterns.assets)),
        translations=translations,
    )


def _of_other_languages(own: Sequence[Layout], paths: Collection[str]) -> Iterator[Layout]:
    """The layouts of languages that the settings do not name, where most of their files have an English page.

    So articles/fr/intro.md is French beside articles/intro.md and articles/es/intro.md, but go/intro.md and to/do.md
    are no Gõ and no Tongan where nothing like them stands above.
    """
    known = {layout.path_code.lower() for layout in own}
    for layout in own:
        for code in sorted(layout.codes_in(paths) - {layout.path_code}):
            if code.lower() in known or not is_code_of_another(code):
                continue
            other = layout.of_language(code)
            sources = [source for path in paths if (source := other.source(path))]
            if 2 * sum(source in paths for source in sources) >= len(sources):
                yield other


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which files are English pages and assets. Patterns are about paths below the root.

    `in_full` are the patterns, some of which are whole paths, and `translations` the layouts of what stands among
    the English and is none.
    """

    place: Place
    pages: GitIgnoreSpec
    exclude: GitIgnoreSpec
    assets: GitIgnoreSpec
    in_full: frozenset[str]
    translations: tuple[Layout, ...]

    @property
    def root(self) -> str:
        return self.place.root if isinstance(self.place, SameRepository) else ""

    def is_page(self, path: str) -> bool:
        return self._may_be_english(path) and self.is_named(path)

    def is_asset(self, path: str) -> bool:
        return self._may_be_english(path) and self.assets.match_file(self._inside(path))

    def is_named(self, path: str) -> bool:
        """Whether the patterns for pages take it in, wherever it stands."""
        return self.pages.match_file(self._inside(path)) and not self.is_excluded(path)

    def is_excluded(self, path: str) -> bool:
        """Whether the patterns leave it out, though others may take it in."""
        return self.exclude.match_file(self._inside(path))

    def is_taken(self, path: str) -> bool:
        """Whether a file of the translation's repository is English, or the repository's own."""
        if isinstance(self.place, SameRepository) and (self.is_page(path) or self.is_asset(path)):
            return True
        return _OWN_FILES.match_file(path)

    def _may_be_english(self, path: str) -> bool:
        match self.place:
            case Submodule():
                return path in self.in_full or not _OWN_FILES.match_file(path)
            case Upstream():
                return not _OWN_FILES.match_file(path)
            case SameRepository(root):
                below = not root or path.startswith(f"{root}/")
                return below and not _OWN_FILES.match_file(path) and not self._is_translation(path)

    def _is_translation(self, path: str) -> bool:
        """A layout that puts translations over their English is a fault of its own, not a reason to see no English."""
        return any(layout.source(path) not in ("", path) for layout in self.translations)

    def _inside(self, path: str) -> str:
        return path.removeprefix(f"{self.root}/") if self.root else path
