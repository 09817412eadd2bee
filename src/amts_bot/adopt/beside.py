"""Translations that stand beside their English in one repository: their layouts, read off the paths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from amts_bot.adopt.codes import is_path_code
from amts_bot.book.layout import Layout

_ENGLISH = ("en", "en-us", "en-US", "en_US", "en-GB", "english")
_LEAST_HIT = 4  # of so many files of a folder one must have its English; else go/ is no Gõ
_DOCUSAURUS = "docusaurus-plugin-content-docs/current"
_IN_NAME = re.compile(r"(?P<stem>.+)(?P<mark>[._-])(?P<code>[A-Za-z_-]+)(?P<suffix>\.[^./]+)")


@dataclass(frozen=True, slots=True)
class Beside:
    """The folder of the English, and the layouts of the languages that stand beside it."""

    root: str
    layouts: tuple[Layout, ...]


class _Way(NamedTuple):
    """One way in which the translation of a page may have been put beside it."""

    root: str
    code: str
    pages: str


def beside(paths: Collection[str]) -> Beside | None:
    """The layouts by which most files are translations of others; None where hardly any file is.

    Of each language the way that most of its files go; the languages that have the same English folder belong
    together, and the folder with the most translations counts.
    """
    votes = _votes(paths)
    best: dict[str, Counter[_Way]] = {}
    for way, count in votes.items():
        best.setdefault(way.root, Counter())[way] = count
    found = {root: _one_each(ways, paths) for root, ways in best.items()}
    roots = [root for root in found if found[root]]
    if not roots:
        return None
    root = max(roots, key=lambda it: sum(votes[way] for way in found[it]))
    inner = _inner(root, paths, found[root])
    return Beside(
        "/".join(filter(None, [root, inner])),
        tuple(_layout(way, inner) for way in found[root]),
    )


def strays(paths: Collection[str], found: Beside) -> dict[str, str]:
    """Files that another layout would have as translations, by their paths the English pages that those are of."""
    codes = {layout.path_code.lower() for layout in found.layouts}
    below = found.root and f"{found.root}/"
    targets = {layout.target(path) for layout in found.layouts for path in paths}
    return {
        path: english
        for path in paths
        if path not in targets
        for english, way in _ways(path)
        if english in paths and english.startswith(below) and way.code.lower() in codes
    }


def _votes(paths: Collection[str]) -> Counter[_Way]:
    present = {*paths}
    return Counter(way for path in paths for english, way in _ways(path) if english in present)


def _ways(path: str) -> Iterator[tuple[str, _Way]]:
    """The English pages that a file may be the translation of, each with the way from there."""
    *folders, name = path.split("/")
    for place, code in enumerate(folders):
        if is_path_code(code):
            yield from _by_folder("/".join(folders[:place]), code, [*folders[place + 1 :], name])
    found = _IN_NAME.fullmatch(name)
    if found and is_path_code(found["code"]):
        english = "/".join([*folders, found["stem"] + found["suffix"]])
        yield english, _Way("", found["code"], f"{{stem}}{found['mark']}{found['code']}{{suffix}}")


def _by_folder(head: str, code: str, rest: list[str]) -> Iterator[tuple[str, _Way]]:
    """`head`/`code`/`rest`, where the English is in a folder of its own, above, or where Docusaurus has it."""
    below, ours = "/".join(rest), _joined(head, code, "{path}")
    for name in _ENGLISH:
        root = _joined(head, name)
        yield _joined(root, below), _Way(root, code, ours)
    yield _joined(head, below), _Way(head, code, ours)
    if len(rest) == 1 and head:
        yield _joined(head, below), _Way("", code, f"{{folder}}/{code}/{{name}}")
    if head == "i18n" and below.startswith(f"{_DOCUSAURUS}/"):
        way = _Way("docs", code, f"i18n/{code}/{_DOCUSAURUS}/{{path}}")
        yield f"docs/{below.removeprefix(f'{_DOCUSAURUS}/')}", way


def _one_each(ways: Counter[_Way], paths: Collection[str]) -> list[_Way]:
    """The way of each language that many files of its folder go, and most of those that go any."""
    found: dict[str, _Way] = {}
    for way, count in ways.most_common():
        folder = _layout(way, "").folder
        files = sum(path.startswith(f"{folder}/") for path in paths) if folder else count
        if _LEAST_HIT * count >= files:
            found.setdefault(way.code.lower(), way)
    return sorted(found.values(), key=lambda way: way.code)


def _inner(root: str, paths: Collection[str], ways: Collection[_Way]) -> str:
    """The folders that all English pages are in below the root, where they have a root of their own."""
    if root.rpartition("/")[2] not in _ENGLISH or not all("{path}" in way.pages for way in ways):
        return ""
    folders = [
        path.removeprefix(f"{root}/").split("/")[:-1]
        for path in paths
        if path.startswith(f"{root}/")
    ]
    shared: list[str] = []
    for names in zip(*folders, strict=False):
        if len({*names}) > 1:
            break
        shared.append(names[0])
    return "/".join(shared)


def _layout(way: _Way, inner: str) -> Layout:
    pages = way.pages.replace("{path}", _joined(inner, "{path}"))
    return Layout(pages, _joined(way.root, inner), way.code)


def _joined(*parts: str) -> str:
    return "/".join(filter(None, parts))
