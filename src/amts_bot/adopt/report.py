"""What taking up a repository found, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from amts_bot.adopt.standing import Standing
from amts_bot.book.bases import BaseOrigin
from amts_bot.book.config import FILE, Config
from amts_bot.book.layout import listed
from amts_bot.book.lock import file_of
from amts_bot.model import counted
from amts_bot.text.columns import PAPER, Screen, aligned, fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedPage:
    """A translation and its English. `reason` says why no base is sure; `base` is then what history suggests, or ""."""

    english: str
    translation: str
    base: str = ""
    found_by: BaseOrigin | None = None
    confidence: float = 1.0
    likeness: float | None = None
    blocks: Standing | None = None
    gone: bool = False  # its English is deleted or moved since
    reason: str = ""

    @property
    def is_sure(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedLanguage:
    """One language: its pages, the English pages that have no translation, and what people should know."""

    code: str
    pages: tuple[AdoptedPage, ...]
    english_only: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def unsure(self) -> tuple[AdoptedPage, ...]:
        return tuple(page for page in self.pages if not page.is_sure)

    @property
    def blocks(self) -> Standing:
        return sum((page.blocks for page in self.pages if page.blocks), Standing())


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """The languages, the files to write by path, the settings, and their text where they are `proposed`, else ""."""

    languages: tuple[AdoptedLanguage, ...]
    files: Mapping[str, bytes]
    settings: Config
    proposed: str
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """All that was found; `files` are those that --write writes."""
        return {
            "settings": self.proposed,
            "notes": [*self.notes],
            "languages": [_language_json(language) for language in self.languages],
            "files": [*self.files],
        }

    def as_text(self, screen: Screen = PAPER) -> str:
        """The proposal, a table for each language, totals, and what is left to do."""
        return screen.folded("\n".join(self._lines(screen))) + "\n"

    def _lines(self, screen: Screen) -> Iterator[str]:
        yield from self.notes
        if self.proposed:
            yield f"{FILE}, as proposed:\n"
            yield from (f"  {line}".rstrip() for line in self.proposed.splitlines())
        else:
            yield f"{FILE} is there; it stands as it is"
        for language in self.languages:
            yield ""
            yield from _language_lines(language, screen)


_HEADS = ("translation", "English", "base", "found by", "sure", "alike", *Standing.__slots__)


_DISPENSABLE = ("unsure", "untranslated", "base", "alike")  # by these heads, on a narrow screen


def _language_lines(language: AdoptedLanguage, screen: Screen) -> Iterator[str]:
    yield from language.notes
    sure = len(language.pages) - len(language.unsure)
    yield f"{language.code}: {counted(len(language.pages), 'translation')}, the base of {sure} is sure"
    rows = [_HEADS, *map(_row, language.pages), _totals(language)]
    fit = fitting(rows, _DISPENSABLE, screen.columns)
    yield from aligned(fit, within=screen.columns)
    if language.english_only:
        yield f"English pages without a translation ({len(language.english_only)}): {listed(language.english_only)}"
    if language.unsure:
        yield from _to_do(language)


def _row(page: AdoptedPage) -> tuple[str, ...]:
    blocks = asdict(page.blocks).values() if page.blocks else ("",) * len(Standing.__slots__)
    return (
        page.translation,
        ("gone: " if page.gone else "")
        + (page.english if page.english != page.translation else "same path"),
        page.base[:10],
        page.found_by or "unsure",
        f"{page.confidence:.0%}",
        "" if page.likeness is None else f"{page.likeness:.0%}",
        *map(str, blocks),
    )


def _totals(language: AdoptedLanguage) -> tuple[str, ...]:
    return ("all", "", "", "", "", "", *map(str, asdict(language.blocks).values()))


def _to_do(language: AdoptedLanguage) -> Iterator[str]:
    """Pages without a sure base, and the ways to give them one."""
    count = f"{len(language.unsure)} of {counted(len(language.pages), 'page')}"
    yield f"no sure base: {count}, which {file_of(language.code)} leaves out and a sync leaves alone:"
    for page in language.unsure:
        yield f"  {page.translation}: {page.reason}"
    yield (
        f"for these, run once `amts-bot sync --language {language.code} --base REV` with the English that they were "
        f"made from, or write a table of commits (base.file in {FILE}); a page that is no translation goes into exclude"
    )


def _language_json(language: AdoptedLanguage) -> dict[str, Any]:
    return {
        "language": language.code,
        "pages": [asdict(page) for page in language.pages],
        "english_only": [*language.english_only],
        "blocks": asdict(language.blocks),
        "notes": [*language.notes],
    }
