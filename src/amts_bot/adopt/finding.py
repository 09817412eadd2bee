"""What a repository without settings is: where its English is, and where its translations stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from statistics import median

from amts_bot.adopt.codes import as_tag, language_of
from amts_bot.adopt.elsewhere import elsewhere
from amts_bot.adopt.places import Asked, Ground, Side, candidates, markdown_of
from amts_bot.adopt.proposal import ProposedLanguage, ProposedSettings
from amts_bot.book.layout import Layout, SameRepository, Upstream, filled
from amts_bot.book.texts import Tree, tree_of
from amts_bot.errors import UsageError
from amts_bot.ports import Repository
from amts_bot.text.align.traces import likeness, traces

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


class NoEnglish(UsageError):
    """Nothing in the repository is English that it translates."""


class NoLanguage(UsageError):
    """Neither paths nor letters tell which language the pages are in."""


@dataclass(frozen=True, slots=True)
class FoundBook:
    """The proposal, and what people should know of what it leaves out."""

    proposal: ProposedSettings
    notes: tuple[str, ...] = ()


def find(asked: Asked, repository: Repository) -> FoundBook:
    """Reads the checked-out commit. Raises NoEnglish or NoLanguage."""
    ground = Ground(repository, tree_of(repository, repository.head()), asked)
    troubles: list[str] = []
    for side, layouts in candidates(ground, troubles):
        languages, notes = _languages(layouts, side, ground)
        if languages:
            notes = [*troubles, *notes, *_seconds(side)]
            return FoundBook(_proposal(side, languages, ground), tuple(notes))
        troubles += notes
    if asked.language:
        troubles.append(f"nothing was found for --language {asked.language}")
    raise NoEnglish("\n".join([*troubles, _NOTHING]))


_NOTHING = (
    "no English with translations was found: add the English book with `git submodule add URL english` and commit it, "
    "or name the repository that this one is a fork of with --upstream URL; translations beside the English are found "
    "by a language's code in their paths, such as docs/es/start.md for docs/en/start.md"
)


def _languages(
    layouts: Sequence[Layout], side: Side, ground: Ground
) -> tuple[list[ProposedLanguage], list[str]]:
    """The languages whose pages are translations, and words on those whose pages are not."""
    own, asked = ground.own, ground.asked
    found: list[ProposedLanguage] = []
    notes: list[str] = []
    for plain in layouts:
        layout = _with_renamed(plain, layouts, side, ground)
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
                    code=_code(layout, pairs.values(), ground),
                    origin=_origin(layout, pairs, own),
                    pattern=_pattern(pairs.values(), own),
                )
            )
    wanted = as_tag(asked.language) if asked.language else ""
    return [it for it in found if wanted in ("", as_tag(it.tag))], notes


def _seconds(side: Side) -> Iterator[str]:
    for second, english in side.strays.items():
        yield (
            f"{english} has a translation of another layout, {second}, which is left alone: delete it, or name it in "
            f"[languages.CODE.files] if it is the right one"
        )


def _with_renamed(
    layout: Layout, all_of_them: Sequence[Layout], side: Side, ground: Ground
) -> Layout:
    """The layout with the pages that it does not lead to, where a folder tells whose they could be."""
    beside_it = isinstance(side.place, SameRepository)
    if beside_it and not layout.folder:
        return layout
    apart = {it.target(path) for it in all_of_them if it != layout for path in side.pages}
    apart |= side.pages.keys() if beside_it else set()
    return replace(
        layout, files=elsewhere(layout, side.pages, markdown_of(ground.own), apart, side.source)
    )


def _code(layout: Layout, targets: Collection[str], ground: Ground) -> str:
    if layout.path_code:
        return as_tag(layout.path_code)
    if ground.asked.language:
        return as_tag(ground.asked.language)
    texts = ground.own.at_each(sorted(targets)[:_MOST_READ]).values()
    code = language_of([it.text for it in texts], ground.repository.remote_address("origin"))
    if not code:
        raise NoLanguage(
            "nothing says which language the pages are in: they stand where their English does, and their letters are "
            "those of many languages; say it with --language CODE, such as --language tr"
        )
    return code


def _some(pairs: Mapping[str, str]) -> dict[str, str]:
    """Some pairs from all over the book."""
    step = max(1, len(pairs) // _MOST_READ)
    return {path: pairs[path] for path in sorted(pairs)[::step]}


def _likenesses(pairs: Mapping[str, str], side: Side, own: Tree) -> list[float]:
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
    side: Side, languages: Sequence[ProposedLanguage], ground: Ground
) -> ProposedSettings:
    own, layouts = ground.own, [it.layout for it in languages]
    household = [path for path in side.pages if _is_household(path, side, own, layouts)]
    book = side.pages.keys() - {*household}
    paired = [path for path in book if any(it.target(path) in own for it in layouts)]
    suffixes = Counter(PurePosixPath(path).suffix for path in paired).most_common()
    folder = "" if getattr(side.place, "root", "") else _folder(paired)
    pages = tuple(f"/{folder}/**/*{kind}" if folder else f"*{kind}" for kind, _ in suffixes)
    fork = isinstance(side.place, Upstream)
    shared = fork and ground.repository.merge_base(side.source.head(), ground.repository.head())
    return ProposedSettings(
        place=side.place,
        pages=pages,
        exclude=tuple(_excluded(household, side, folder)),
        languages=tuple(languages),
        base="merge-base" if shared else "history",
    )


def _excluded(household: Sequence[str], side: Side, folder: str) -> Iterator[str]:
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


def _is_household(path: str, side: Side, own: Tree, layouts: Sequence[Layout]) -> bool:
    """Whether it is a file at the top such as README.md that nobody translated."""
    if not _HOUSEHOLD.fullmatch(path):
        return False
    pairs = [{path: it.target(path)} for it in layouts if it.target(path) in own]
    alike = [it for pair in pairs for it in _likenesses(pair, side, own)]
    return max(alike, default=0.0) < _HOUSEHOLD_LIKENESS
