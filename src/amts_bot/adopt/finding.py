"""What a repository without settings is: where its English is, and where its translations stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from statistics import median

from amts_bot.adopt.beside import Beside, beside, strays
from amts_bot.adopt.codes import as_tag, is_path_code, language_of
from amts_bot.adopt.elsewhere import elsewhere
from amts_bot.adopt.proposal import ProposedLanguage, ProposedSettings
from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream, filled
from amts_bot.book.likely_layout import likely_layout
from amts_bot.book.texts import Tree, tree_of
from amts_bot.errors import AmtsError, UsageError
from amts_bot.ports import Repository
from amts_bot.text.align.traces import likeness, traces

_KINDS = (".md", ".markdown", ".mdx", ".qmd", ".rmd")
# What every repository has of its own, beside the book.
_HOUSEHOLD = re.compile(
    r"(?:readme|contributing|code_of_conduct|changelog|licen[sc]e|security|authors|support|maintainers)\.\w+",
    re.IGNORECASE,
)
_MOST_READ = 20  # pages of a language, to see whether they are translations
_LEAST_LIKENESS = 0.4
_HOUSEHOLD_LIKENESS = 0.75
_KEPT_ORIGINAL = "{stem}_origin{suffix}"
_SAYS_COMMIT = r"(?i:\b(?:source[-_ ]?)?commit)[\s:=\"]{1,4}(?P<commit>[0-9a-f]{7,40})\b"


@dataclass(frozen=True, slots=True)
class FoundBook:
    """The proposal, and what people should know of what it leaves out."""

    proposal: ProposedSettings
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user said: the upstream, and the one language; "" where the repository should tell."""

    upstream: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """The English at a place: its repository and its pages. `strays` are no pages: second translations of some."""

    place: Place
    source: Repository
    pages: Tree
    strays: Mapping[str, str] = field(default_factory=dict)


def find(asked: Asked, repository: Repository) -> FoundBook:
    """Reads the checked-out commit. Raises UsageError where no English or no translation of it is found."""
    head = repository.head()
    own = tree_of(repository, head)
    troubles: list[str] = []
    for side, layouts in _candidates(asked, repository, own, troubles):
        languages, notes = _languages(layouts, side, own, repository, asked)
        if languages:
            notes = [*troubles, *notes, *_seconds(side)]
            return FoundBook(_proposal(side, languages, own, repository), tuple(notes))
        troubles += notes
    if asked.language:
        troubles.append(f"nothing was found for --language {asked.language}")
    raise UsageError("\n".join([*troubles, _NOTHING]))


_NOTHING = (
    "no English with translations was found: add the English book with `git submodule add URL english` and commit it, "
    "or name the repository that this one is a fork of with --upstream URL; translations beside the English are found "
    "by a language's code in their paths, such as docs/es/start.md for docs/en/start.md"
)


def _candidates(
    asked: Asked, repository: Repository, own: Tree, troubles: list[str]
) -> Iterator[tuple[_Side, Sequence[Layout]]]:
    """The places where the English may be, and the layouts from there. What people named counts alone."""
    pages = _pages(own)
    if asked.upstream:
        yield _apart(Upstream(asked.upstream), repository.upstream(asked.upstream, ""), pages)
        return
    for path in sorted(path for path, entry in own.items() if entry.mode == "160000"):
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


def _pages(tree: Tree) -> Tree:
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


def _beside(found: Beside, pages: Tree, repository: Repository) -> _Side:
    seconds = strays(pages.keys(), found)
    english = {
        path: entry
        for path, entry in pages.items()
        if path.startswith(found.root and f"{found.root}/")
        and path not in seconds
        and not any(layout.source(path) not in ("", path) for layout in found.layouts)
    }
    return _Side(SameRepository(found.root), repository, Tree(english, pages.texts), seconds)


def _apart(place: Place, source: Repository, own: Tree) -> tuple[_Side, Sequence[Layout]]:
    """English in another repository: a layout for each language that the paths name, or one for all pages.

    The one by which more pages are found counts.
    """
    english = _pages(tree_of(source, source.head()))
    side = _Side(place, source, english)
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


def _languages(
    layouts: Sequence[Layout], side: _Side, own: Tree, repository: Repository, asked: Asked
) -> tuple[list[ProposedLanguage], list[str]]:
    """The languages whose pages are translations, and words on those whose pages are not."""
    found: list[ProposedLanguage] = []
    notes: list[str] = []
    for plain in layouts:
        layout = _with_renamed(plain, layouts, side, own)
        pairs = {path: target for path in side.pages if (target := layout.target(path)) in own}
        alike = median(_likenesses(_some(pairs), side, own)) if pairs else None
        if alike is not None and alike < _LEAST_LIKENESS:
            notes.append(
                f"{layout.folder or layout.pattern} is laid out like a translation, but its pages have {alike:.0%} in "
                "common with the English of their names: it is left out"
            )
        elif pairs:
            found.append(
                ProposedLanguage(
                    layout=layout,
                    code=_code(layout, pairs.values(), own, repository, asked),
                    origin=_origin(layout, pairs, own),
                    pattern=_pattern(pairs.values(), own),
                )
            )
    wanted = as_tag(asked.language) if asked.language else ""
    return [it for it in found if wanted in ("", as_tag(it.tag))], notes


def _seconds(side: _Side) -> Iterator[str]:
    for second, english in side.strays.items():
        yield (
            f"{english} has a translation of another layout, {second}, which is left alone: delete it, or name it in "
            f"[languages.CODE.files] if it is the right one"
        )


def _with_renamed(layout: Layout, all_of_them: Sequence[Layout], side: _Side, own: Tree) -> Layout:
    """The layout with the pages that it does not lead to, where a folder tells whose they could be."""
    beside_it = isinstance(side.place, SameRepository)
    if beside_it and not layout.folder:
        return layout
    apart = {it.target(path) for it in all_of_them if it != layout for path in side.pages}
    apart |= side.pages.keys() if beside_it else set()
    return replace(layout, files=elsewhere(layout, side.pages, _pages(own), apart, side.source))


def _code(
    layout: Layout, targets: Collection[str], own: Tree, repository: Repository, asked: Asked
) -> str:
    if layout.path_code:
        return as_tag(layout.path_code)
    if asked.language:
        return as_tag(asked.language)
    texts = own.at_each(sorted(targets)[:_MOST_READ]).values()
    code = language_of([it.text for it in texts], repository.remote_address("origin"))
    if not code:
        raise UsageError(
            "nothing says which language the pages are in: they stand where their English does, and their letters are "
            "those of many languages; say it with --language CODE, such as --language tr"
        )
    return code


def _some(pairs: Mapping[str, str]) -> dict[str, str]:
    """Some pairs from all over the book."""
    step = max(1, len(pairs) // _MOST_READ)
    return {path: pairs[path] for path in sorted(pairs)[::step]}


def _likenesses(pairs: Mapping[str, str], side: _Side, own: Tree) -> list[float]:
    english, targets = side.pages.at_each(pairs), own.at_each(pairs.values())
    return [
        likeness(traces(targets[target].text), traces(english[path].text))
        for path, target in pairs.items()
    ]


def _origin(layout: Layout, pairs: Mapping[str, str], own: Tree) -> str:
    """The pattern of the originals that most pages have beside them; "" where they have none."""
    if "{path}" not in layout.pattern:
        return ""
    pattern = layout.pattern.replace("{path}", _KEPT_ORIGINAL)
    kept = sum(filled(pattern, layout.inside(path)) in own for path in pairs)
    return pattern if 2 * kept > len(pairs) else ""


def _pattern(targets: Collection[str], own: Tree) -> str:
    """The expression that finds an English commit in most pages; "" where most name none."""
    some = own.at_each(sorted(targets)[:_MOST_READ]).values()
    named = sum(bool(re.search(_SAYS_COMMIT, page.text)) for page in some)
    return _SAYS_COMMIT if 2 * named > len(some) else ""


def _proposal(
    side: _Side, languages: Sequence[ProposedLanguage], own: Tree, repository: Repository
) -> ProposedSettings:
    layouts = [it.layout for it in languages]
    household = [path for path in side.pages if _is_household(path, side, own, layouts)]
    book = side.pages.keys() - {*household}
    paired = [path for path in book if any(it.target(path) in own for it in layouts)]
    suffixes = Counter(PurePosixPath(path).suffix for path in paired).most_common()
    folder = "" if getattr(side.place, "root", "") else _folder(paired)
    pages = tuple(f"/{folder}/**/*{kind}" if folder else f"*{kind}" for kind, _ in suffixes)
    fork = isinstance(side.place, Upstream)
    shared = fork and repository.merge_base(side.source.head(), repository.head())
    return ProposedSettings(
        place=side.place,
        pages=pages,
        exclude=tuple(_excluded(household, side, folder)),
        languages=tuple(languages),
        base="merge-base" if shared else "history",
    )


def _excluded(household: Sequence[str], side: _Side, folder: str) -> Iterator[str]:
    """What the patterns would take in, and is no page."""
    below = folder or getattr(side.place, "root", "")
    root = getattr(side.place, "root", "")
    for path in sorted({*household, *side.strays}):
        if path.startswith(below and f"{below}/"):
            yield f"/{path.removeprefix(root and f'{root}/')}"


def _folder(paths: Sequence[str]) -> str:
    """The folder at the top that all pages are in, "" where they are in several."""
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    return tops.pop() if len(tops) == 1 and all("/" in path for path in paths) else ""


def _is_household(path: str, side: _Side, own: Tree, layouts: Sequence[Layout]) -> bool:
    """Whether it is a file at the top such as README.md that nobody translated."""
    if not _HOUSEHOLD.fullmatch(path):
        return False
    pairs = [{path: it.target(path)} for it in layouts if it.target(path) in own]
    alike = [it for pair in pairs for it in _likenesses(pair, side, own)]
    return max(alike, default=0.0) < _HOUSEHOLD_LIKENESS
