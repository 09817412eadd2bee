"""The status of a book, written for a terminal, for GitHub, for a browser, for a badge and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from amts_bot.model import counted
from amts_bot.text.columns import PAPER, Screen, aligned, width_of
from amts_bot.text.measure.tables import table
from amts_bot.text.status.state import WAITING, LanguageState, PageStanding, PageState, Sums

_STANDINGS: tuple[PageStanding, ...] = ("in step", "behind", "new", "gone", "held", "untranslated")
_MOST_NAMED = 20  # pages, in what is read at a glance
_MOST_COMMITS = 3
_MOST_OF_ISSUE = 60_000  # characters; GitHub takes 65,536
_ABOUT = (
    "Every run of the bot brings this up to date. Whoever closes it will not see it again until they reopen it. "
    "A page is *behind* while its English is newer than what was translated; *drafts* are the bot's sentences that "
    "nobody has reviewed."
)
# What a badge is coloured by: the least share of pages in step.
_COLOURS = ((0.95, "#3fb950"), (0.8, "#97ca00"), (0.5, "#d29922"), (0.0, "#e05d44"))


@dataclass(frozen=True, slots=True)
class StatusReport:
    """All languages that were asked for."""

    languages: tuple[LanguageState, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything, with a row for each page; times are ISO 8601."""
        return {"languages": {state.code: _language_json(state) for state in self.languages}}

    def as_text(self, screen: Screen = PAPER) -> str:
        """For people: a head line, the chapters, the pages that wait."""
        parts = ("\n".join(_language_lines(state, screen)) for state in self.languages)
        return screen.folded("\n\n".join(parts)) + "\n"

    def markdown(self, most: int = _MOST_NAMED) -> str:
        """For an issue or a README: the same, with tables, with links to the English commits, and with the `most`
        pages of each language that drifted most."""
        parts = (_language_markdown(state, most) for state in self.languages)
        return "\n\n".join(part for language in parts for part in language) + "\n"

    def issue(self) -> str:
        """The same with as many pages as an issue has room for."""
        texts = (f"{self.markdown(most)}\n{_ABOUT}\n" for most in (_MOST_NAMED, 5, 1, 0))
        return next((text for text in texts if len(text) <= _MOST_OF_ISSUE), _ABOUT)

    def html(self) -> str:
        """The body of a page for a browser."""
        return "\n".join(line for state in self.languages for line in _language_html(state))

    def badge(self) -> str:
        """A picture (SVG) for a README: each language with its share of pages in step."""
        said = " · ".join(f"{state.code} {_percent(state.total.share)}" for state in self.languages)
        least = min((state.total.share for state in self.languages), default=0.0)
        colour = next(colour for bound, colour in _COLOURS if least >= bound)
        return _badge("in step", said, colour)


def headline(state: LanguageState) -> str:
    """One sentence on a language: how far it is, and how much reading waits."""
    total, counts = state.total, state.total.pages
    said = [
        f"{counts['in step']} of {counted(total.translated, 'page')} in step ({_percent(total.share)})"
    ]
    said += [f"{counts[name]} {name}" for name in _STANDINGS if name != "in step" and counts[name]]
    if total.behind.units:
        evenings = counted(state.evenings, "evening")
        said.append(
            f"{counted(total.behind.units, 'unit')} and {counted(total.behind.words, 'word')} to review"
            + (f", about {evenings}" if state.evenings else "")
        )
    said += [f"{counted(total.drafts, 'draft')} not reviewed"] if total.drafts else []
    said += [f"{counted(total.english, 'sentence')} in English"] if total.english else []
    return "; ".join(said)


# ------------------------------------------------------------------ rows, in every form the same

_CHAPTER_HEAD = ("chapter", "in step", "behind", "words", "drafts", "English")
_PAGE_HEAD = ("page", "", "units", "words", "since")


def _chapter_rows(state: LanguageState) -> Iterator[tuple[str, ...]]:
    for name, found in state.chapters.items():
        yield (name or "(top)", *_sums_row(found))


def _sums_row(found: Sums) -> tuple[str, ...]:
    """The figures of a chapter; nothing where there is nothing."""
    late = sum(found.pages[name] for name in WAITING)
    share = f"{found.pages['in step']} of {found.translated}" if found.translated else ""
    numbers = (late, found.behind.words, found.drafts, found.english)
    return (share, *(f"{number:,}" if number else "" for number in numbers))


def _page_rows(pages: Sequence[PageState]) -> Iterator[tuple[str, ...]]:
    for page in pages:
        numbers = (f"{n:,}" if n else "" for n in (page.behind.units, page.behind.words))
        what = f"{page.standing}, in review" if page.is_open else page.standing
        yield (page.target, what, *numbers, _day(page.since))


def _language_lines(state: LanguageState, screen: Screen) -> Iterator[str]:
    yield f"{state.code}: {headline(state)}"
    chapters = [*_chapter_rows(state)]
    if len(chapters) > 1:
        yield ""
        yield from aligned([_CHAPTER_HEAD, *chapters], right={2, 3, 4, 5}, within=screen.columns)
    if state.waiting:
        yield ""
        yield from aligned(
            [_PAGE_HEAD, *_page_rows(state.waiting)], right={2, 3}, within=screen.columns
        )
    yield from (f"held: {page.target}: {page.why}" for page in state.waiting if page.why)
    if state.own:
        yield f"files of your own, without any English: {', '.join(state.own)}"


def _language_markdown(state: LanguageState, most: int) -> Iterator[str]:
    yield f"### {state.code}\n\n{headline(state)}"
    chapters = [*_chapter_rows(state)]
    if len(chapters) > 1:
        yield table(_CHAPTER_HEAD, ((_code(name), *rest) for name, *rest in chapters))
    named, rest = state.waiting[:most], state.waiting[most:]
    if named:
        commits = (_commits(page, state) for page in named)
        rows = (
            (_code(first), *others, missing)
            for (first, *others), missing in zip(_page_rows(named), commits, strict=True)
        )
        yield table((*_PAGE_HEAD, "English commits"), rows)
    if rest:
        yield f"and {counted(len(rest), 'more page')}: `amts-bot status --language {state.code}` names all"
    held = [f"- {_code(page.target)}: {page.why}" for page in named if page.why]
    if held:
        yield "\n".join(["Held:", "", *held])


def _language_html(state: LanguageState) -> Iterator[str]:
    share = state.total.share
    yield f'<section id="{escape(state.code)}"><h2>{escape(state.code)}</h2>'
    yield f"<p>{escape(headline(state))}</p>"
    label = f'role="img" aria-label="{_percent(share)} in step"'
    yield f'<div class="done" {label}><div style="width:{share:.1%}"></div></div>'
    yield _html_table(_CHAPTER_HEAD, _chapter_rows(state))
    yield _html_table(_PAGE_HEAD, _page_rows(state.waiting))
    held = [
        f"<li>{escape(page.target)}: {escape(page.why)}</li>" for page in state.waiting if page.why
    ]
    yield f"<ul>{''.join(held)}</ul>" if held else ""
    yield "</section>"


def _html_table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"<tr>{''.join(f'<td>{escape(it)}</td>' for it in row)}</tr>" for row in rows]
    if not lines:
        return ""
    heads = "".join(f'<th scope="col">{escape(it)}</th>' for it in head)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _language_json(state: LanguageState) -> dict[str, Any]:
    total = state.total
    return {
        "english": {"last_sync": state.old, "newest": state.new},
        "pages": {name.replace(" ", "_"): total.pages[name] for name in _STANDINGS},
        "translated": total.translated,
        "share_in_step": round(total.share, 4),
        "behind": {
            "units": total.behind.units,
            "words": total.behind.words,
            "evenings": state.evenings,
        },
        "drafts": total.drafts,
        "english_sentences": total.english,
        "kept_though_changed": total.stale,
        "chapters": {name: _chapter_json(found) for name, found in state.chapters.items()},
        "each_page": [_page_json(page) for page in state.pages],
        "own": [*state.own],
    }


def _chapter_json(found: Sums) -> dict[str, Any]:
    return {
        "in_step": found.pages["in step"],
        "translated": found.translated,
        "units": found.behind.units,
        "words": found.behind.words,
        "drafts": found.drafts,
        "english_sentences": found.english,
    }


def _page_json(page: PageState) -> dict[str, Any]:
    """A row without what there is none of."""
    row: dict[str, Any] = {
        "target": page.target,
        "source": page.source,
        "standing": page.standing,
        "units": page.behind.units,
        "words": page.behind.words,
        "since": _day(page.since),
        "commits": [*page.commits],
        "drafts": page.drafts,
        "english_sentences": page.english,
        "kept_though_changed": page.stale,
        "in_review": page.is_open,
        "why": page.why,
    }
    return {key: value for key, value in row.items() if value}


# ------------------------------------------------------------------ words and numbers


def _commits(page: PageState, state: LanguageState) -> str:
    """The newest commits of the English that a page lacks, as links where there is an address."""
    shown = page.commits[-_MOST_COMMITS:][::-1]
    links = [
        f"[{it[:7]}]({state.commit_at.format(it)})" if state.commit_at else it[:7] for it in shown
    ]
    more = len(page.commits) - len(shown)
    return ", ".join(links) + (f" and {more} more" if more else "")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""


def _percent(share: float) -> str:
    """Whole percents, rounded down: what is not all in step never reads 100 %."""
    return f"{int(share * 100)}%"


def _code(text: str) -> str:
    """A path in a cell of a table."""
    return (
        f"`{text.replace('|', '&#124;')}`"
        if "`" not in text
        else escape(text.replace("|", "&#124;"))
    )


def _badge(label: str, said: str, colour: str) -> str:
    """Two boxes of text. Letters of 11 px are about 6.5 px wide, which `textLength` makes true in any font."""
    left, right = (6 * width_of(text) + 14 for text in (label, said))
    title = escape(f"{label}: {said}")
    boxes = ((0, left, "#555", label), (left, right, colour, said))
    drawn = "".join(
        f'<rect x="{x}" width="{wide}" height="20" fill="{fill}"/>'
        f'<text x="{x + wide / 2:g}" y="14" textLength="{wide - 12}">{escape(text)}</text>'
        for x, wide, fill, text in boxes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f'<title>{title}</title><g fill="#fff" text-anchor="middle" '
        f'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{drawn}</g></svg>\n'
    )
