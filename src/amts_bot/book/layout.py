"""Where the English is, and where the translation of a page stands: paths to paths, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Submodule:
    """The English book is a git submodule at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class SameRepository:
    """The translations stand beside the English: it is what the default branch has below `root`, "" for all."""

    root: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """The translation is a fork: the English stands at the same paths on a branch of another repository.

    An empty `branch` is the default branch there, whatever its name.
    """

    url: str
    branch: str = ""


Place = Submodule | SameRepository | Upstream


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the translations of one language stand.

    `pages` is a pattern with {path}, {folder}, {name}, {stem} and {suffix} of the English page, once `root` is
    taken off its path, and {language}, which is `path_code`. `files` names single pages that stand elsewhere:
    target path by English path, which may be without the root.
    """

    pages: str = "{path}"
    root: str = ""
    path_code: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def target(self, source: str) -> str:
        """The path of the translation of an English page."""
        inside = self.inside(source)
        return self.files.get(source) or self.files.get(inside) or filled(self.pattern, inside)

    def source(self, target: str) -> str:
        """The English path whose translation would stand at `target`; "" where the pattern never leads there.

        `source(target(path)) == path`, where the pattern says all of a path: with {path}, {stem} and {suffix}, or
        {folder} and {name}.
        """
        for source, named in self.files.items():
            if named == target:
                return self._outside(source)
        found = _reader(self.pattern).fullmatch(target)
        if found is None:
            return ""
        inside = _path_of({key: part or "" for key, part in found.groupdict().items()}, target)
        return self._outside(inside) if filled(self.pattern, inside) == target else ""

    def inside(self, source: str) -> str:
        """An English path without the root: what patterns are about."""
        return source.removeprefix(f"{self.root}/") if self.root else source

    @property
    def pattern(self) -> str:
        """Where pages stand, with the language's code filled in."""
        return self.pages.replace("{language}", self.path_code)

    @property
    def folder(self) -> str:
        """The folder that holds all translated pages, as far as the pattern tells: "docs/es/docs", or ""."""
        return self.pattern.partition("{")[0].rpartition("/")[0]

    def of_language(self, code: str) -> Layout:
        """The same layout for another language, as this repository would write its code."""
        return replace(self, pages=self._with_code(code), path_code=code, files={})

    def codes_in(self, paths: Iterable[str]) -> set[str]:
        """What stands in the place of the language's code in paths that are else of this layout."""
        if self._with_code("") == self.pattern:
            return set()
        reader = _reader(self._with_code("{code}"))
        return {found["code"] for path in paths if (found := reader.fullmatch(path))}

    def _with_code(self, code: str) -> str:
        own = rf"(?<![A-Za-z]){re.escape(self.path_code)}(?![A-Za-z])"
        return re.sub(own, lambda _: code, self.pattern) if self.path_code else self.pattern

    def _outside(self, inside: str) -> str:
        if not self.root or inside.startswith(f"{self.root}/"):
            return inside
        return f"{self.root}/{inside}"


def filled(pattern: str, path: str) -> str:
    """A pattern with the parts of a path in it."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = path.rpartition(".")
    stem, suffix = (path, "") if not dot or "/" in suffix else (stem, dot + suffix)
    parts = {
        "{path}": path,
        "{stem}": stem,
        "{suffix}": suffix,
        "{name}": name,
        "{folder}/": f"{folder}/" if folder else "",
    }
    return _MARK.sub(lambda mark: parts.get(mark[0], mark[0]), pattern)


_MOST_NAMED = 5


def listed(paths: Sequence[str], comma: str = ", ") -> str:
    """Paths in a sentence: the first ones, and how many more."""
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return comma.join(paths[:_MOST_NAMED]) + more


_MARK = re.compile(r"\{folder\}/|\{(?:path|stem|suffix|name|code)\}")
_READ = {
    "{path}": ".+",
    "{stem}": ".*?",
    "{suffix}": r"(?:\.[^./]*)?",
    "{name}": "[^/]+",
    "{folder}/": "(?:.+/)?",
    "{code}": "[A-Za-z]{2,3}(?:[-_@][A-Za-z0-9]{2,8})*",
}


@lru_cache(maxsize=256)
def _reader(pattern: str) -> re.Pattern[str]:
    """The paths that a pattern leads to. A mark that comes twice stands for the same both times."""
    seen: set[str] = set()

    def read(part: str) -> str:
        if part not in _READ:
            return re.escape(part)
        name = part.strip("{}/")
        again = name in seen
        seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>{_READ[part]})"

    parts = re.split(rf"({_MARK.pattern})", pattern)
    return re.compile("".join(map(read, parts)), re.DOTALL)


def _path_of(parts: Mapping[str, str], target: str) -> str:
    """The path that the parts belong to. A pattern that drops the suffix has that of the translation."""
    if "path" in parts:
        return parts["path"]
    if "stem" in parts:
        name = target.rpartition("/")[2]
        suffix = name[name.rindex(".") :] if "." in name else ""
        return parts["stem"] + parts.get("suffix", suffix)
    return parts.get("folder", "") + parts.get("name", "")
