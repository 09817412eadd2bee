"""The places where the English of a repository may be, each with the layouts by which pages are found from there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amts_bot.adopt.beside import Beside, beside, strays
from amts_bot.adopt.codes import is_path_code
from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream
from amts_bot.book.likely_layout import likely_layout
from amts_bot.book.texts import Tree, tree_of
from amts_bot.errors import AmtsError
from amts_bot.ports import Repository

_KINDS = (".md", ".markdown", ".mdx", ".qmd", ".rmd")


@dataclass(frozen=True, slots=True)
class Side:
    """The English at a place: its repository and its pages. `strays` are no pages: second translations of some."""

    place: Place
    source: Repository
    pages: Tree
    strays: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user said: the upstream, and the one language; "" where the repository should tell.

    `settings` are those of an `amts.toml` that is written and in no commit yet.
    """

    upstream: str = ""
    language: str = ""
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is looked at: the repository, the files of its checked-out commit, and what the user said of it."""

    repository: Repository
    own: Tree
    asked: Asked


def candidates(ground: Ground, troubles: list[str]) -> Iterator[tuple[Side, Sequence[Layout]]]:
    """The places, likeliest first; what people named counts alone. Those that cannot be read go to `troubles`."""
    repository, asked = ground.repository, ground.asked
    pages = markdown_of(ground.own)
    if asked.upstream:
        yield _apart(Upstream(asked.upstream), repository.upstream(asked.upstream, ""), pages)
        return
    for path in sorted(path for path, entry in ground.own.items() if entry.mode == "160000"):
        try:
            english = repository.submodule(path, repository.head())
        except AmtsError as error:
            troubles.append(str(error))
        else:
            yield _apart(Submodule(path), english, pages)
    found = beside(pages)
    if found:
        yield _beside(found, pages, repository), found.layouts
    upstream = repository.remote_address("upstream")
    if upstream:
        try:
            fetched = repository.upstream(upstream, "")
        except AmtsError as error:
            troubles.append(str(error))
        else:
            yield _apart(Upstream(upstream), fetched, pages)


def markdown_of(tree: Tree) -> Tree:
    """The Markdown files of a commit, without what GitHub reads itself."""
    return Tree(
        {
            path: entry
            for path, entry in tree.items()
            if entry.mode.startswith("100")
            and path.lower().endswith(_KINDS)
            and not path.startswith(".")
        },
        tree.texts,
    )


def _beside(found: Beside, pages: Tree, repository: Repository) -> Side:
    seconds = strays(pages.keys(), found)
    english = {
        path: entry
        for path, entry in pages.items()
        if path.startswith(found.root and f"{found.root}/")
        and path not in seconds
        and not any(layout.source(path) not in ("", path) for layout in found.layouts)
    }
    return Side(SameRepository(found.root), repository, Tree(english, pages.texts), seconds)


def _apart(place: Place, source: Repository, own: Tree) -> tuple[Side, Sequence[Layout]]:
    """English in another repository: a layout for each language that the paths name, or one for all pages.

    The one by which more pages are found counts.
    """
    english = markdown_of(tree_of(source, source.head()))
    side = Side(place, source, english)
    if not english:
        return side, ()
    codes = {word for path in own for word in _words(path) if is_path_code(word)}
    marked: dict[str, Layout] = {}
    for code in sorted(codes):
        files = [path for path in own if code in _words(path)]
        layout = likely_layout([*english], files, Layout(path_code=code))
        if layout and _is_marked(layout):
            marked[code] = layout
    plain = likely_layout([*english], own.keys(), Layout())
    together = sum(_hits(layout, english, own) for layout in marked.values())
    if marked and (not plain or _hits(plain, english, own) < together):
        return side, tuple(marked.values())
    return side, (plain or Layout(),)


def _words(path: str) -> Iterator[str]:
    *folders, name = path.split("/")
    yield from folders
    yield from re.split(r"[._]", name)[1:]


def _is_marked(layout: Layout) -> bool:
    return layout.path_code in re.split(r"[/._]", layout.pages)


def _hits(layout: Layout, english: Iterable[str], own: Collection[str]) -> int:
    return sum(layout.target(path) in own for path in english)
