"""Settings that are proposed: a record in, the text of `amts.toml` out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from amts_bot.adopt.codes import as_tag
from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedLanguage:
    """One language: its layout, where its English originals are kept, and how pages name their English commit."""

    layout: Layout
    code: str = ""  # "" for the one that its paths name
    origin: str = ""
    pattern: str = ""

    @property
    def tag(self) -> str:
        return self.code or as_tag(self.layout.path_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSettings:
    """What a repository was found to be. `base` is who says which English a page was made from, where no page does."""

    place: Place
    pages: tuple[str, ...]
    languages: tuple[ProposedLanguage, ...]
    exclude: tuple[str, ...] = ()
    base: str = "history"

    def as_toml(self) -> str:
        """The text of the settings file; `book.config.parse` reads it."""
        return (
            "\n".join(
                [*self._source(), *(line for it in self.languages for line in self._language(it))]
            )
            + "\n"
        )

    def _source(self) -> Iterator[str]:
        yield "# Proposed by amts-bot adopt; docs/configuration.md explains every key."
        yield "[source]"
        yield from _place(self.place)
        yield f"pages = {_toml([*self.pages])}"
        if self.exclude:
            yield f"exclude = {_toml([*self.exclude])}"

    def _language(self, language: ProposedLanguage) -> Iterator[str]:
        layout = language.layout
        yield ""
        yield f"[languages.{language.tag}]"
        if layout.pages != "{path}":
            yield f"pages = {_toml(layout.pages)}"
        if layout.root and layout.root != getattr(self.place, "root", ""):
            yield f"root = {_toml(layout.root)}"
        if layout.path_code and layout.path_code != language.tag:
            yield f"path-code = {_toml(layout.path_code)}"
        if language.origin:
            yield f"origin = {_toml(language.origin)}"
        yield f"base = {self._base(language)}"
        if layout.files:
            yield f"\n[languages.{language.tag}.files]  # by what stands in both: look at them"
            yield from (f"{_toml(page)} = {_toml(file)}" for page, file in layout.files.items())

    def _base(self, language: ProposedLanguage) -> str:
        if not language.pattern:
            return _toml(self.base)
        return f"{{ pattern = {_toml(language.pattern)}, by = {_toml(self.base)} }}"


def _place(place: Place) -> Iterator[str]:
    match place:
        case Submodule(path):
            yield f"submodule = {_toml(path)}"
        case SameRepository(root):
            yield f"root = {_toml(root or '.')}"
        case Upstream(url, branch):
            yield f"upstream = {_toml(url)}"
            if branch:
                yield f"branch = {_toml(branch)}"


def _toml(value: str | list[str]) -> str:
    """A text or a list of texts, which TOML writes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
