"""One unit, or one edit in many units, as Markdown that GitHub shows: a line of facts, and a table to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from amts_bot.model import PROSE, EditKind
from amts_bot.text.merge.entries import SentenceDraft
from amts_bot.text.pull_request.marks import Stretch, marked
from amts_bot.text.pull_request.quoting import (
    WordEdit,
    cell,
    flow,
    inline,
    line_diff,
    preformatted,
    without_control,
    word_diff,
)
from amts_bot.text.pull_request.same_edits import SameEdit
from amts_bot.text.pull_request.sight import Sight
from amts_bot.text.pull_request.units import Asks, ReviewUnit
from amts_bot.text.pull_request.wording import Words

# Two translations that are less alike are easier to read side by side than word by word.
COMPARABLE = 0.4
_MOST_PLACES = 40  # rows of one edit


def unit_table(unit: ReviewUnit, sight: Sight) -> str:
    """A unit as people compare it: the English with its changes, the translation before and now."""
    rows = [*(_code_rows if unit.is_code else _prose_rows)(unit, sight)]
    edits = drafts_edited(unit.entry.drafts, sight.words)
    rows += [(sight.words("edited in the draft"), cell(edits))] if edits else []
    conflict = sight.words("conflict")
    rows += [(conflict, preformatted(sight.words.reason(it))) for it in unit.entry.conflicts]
    if unit.entry.warnings:
        said = map(sight.words.reason, unit.entry.warnings)
        rows.append((sight.words("to check"), "; ".join(map(cell, said))))
    way = "ltr" if unit.is_code else "auto"  # an Arabic comment turns no program around
    cells = "".join(_row(name, way, text) for name, text in rows)
    return f"{_facts(unit, sight)}\n\n<table>{cells}</table>\n\n"


def _row(name: str, way: str, text: str) -> str:
    return f'<tr><td>{name}</td><td dir="{way}">{text}</td></tr>'


_LEAST_ROW = len(_row("", "", ""))


def least_length(unit: ReviewUnit) -> int:
    """How long the table of a unit is at least, told without making it: by the texts that it shows whole."""
    if unit.is_code:
        return _LEAST_ROW  # its lines that stand are left out
    stays = unit.before.strip() == unit.now.strip()
    texts = [unit.before] if stays or _waits(unit) else [unit.before, unit.now]
    shown = [unit.english or unit.english_before, *filter(str.strip, texts)]
    return sum(_LEAST_ROW + len(" ".join(without_control(text).split())) for text in shown)


def same_edit_table(group: SameEdit, sight: Sight) -> str:
    """One edit of the English, and the translation in all of its places."""
    shown = group.units[:_MOST_PLACES]
    rows = "".join(f"<tr>{_place_cells(unit, sight)}</tr>" for unit in shown)
    left = len(group.units) - len(shown)
    more = _also(group.units[len(shown) :], sight) if left else ""
    title = (
        f"{edits_shown(group.edits)} · {counted_units(group.asks, len(group.units), sight.words)}"
    )
    return f"{title}\n\n<table>{rows}</table>\n\n{more}"


def _place_cells(unit: ReviewUnit, sight: Sight) -> str:
    """HTML, since Markdown is not read inside of a table of HTML."""
    address = sight.page(unit.page)
    name = f"{cell(unit.page)}:{unit.line}" if unit.line else cell(unit.page)
    link = f'<a href="{address}?plain=1#L{unit.line}">{name}</a>' if address and unit.line else name
    way = "ltr" if unit.is_code else "auto"
    if unit.is_code:
        change = line_diff(unit.english_before, unit.english)
        now = line_diff(unit.before, unit.now) if unit.before.strip() != unit.now.strip() else ""
    else:
        change = word_diff(unit.english_before, unit.english)
        now = _dimmed(marked(unit, sight.language)[1], unit)
    place = f"<td>{link}<br><code>{unit.name}</code></td>"
    return f'{place}<td dir="{way}">{change}</td><td dir="{way}">{now}</td>'


def _also(units: Sequence[ReviewUnit], sight: Sight) -> str:
    places = [sight.place(unit) for unit in units]
    links = ", ".join(
        f"{inline(unit.page)} {place}" for unit, place in zip(units, places, strict=True)
    )
    return f"{links}\n\n"


def edits_shown(edits: Iterable[WordEdit]) -> str:
    """What an edit changed, in a line: **“Let us” → “Let's”**."""
    return "; ".join(f"**{_words_shown(it.gone)} → {_words_shown(it.come)}**" for it in edits)


def _words_shown(text: str) -> str:
    return f"“{inline(text)}”" if text.strip() else "∅"


def counted_units(asks: Asks, number: int, words: Words) -> str:
    many = {
        "words": words.count("{n} unit to translate", "{n} units to translate", number),
        "decide": words.count("{n} unit to decide on", "{n} units to decide on", number),
        "check": words.count("{n} unit to check", "{n} units to check", number),
        "glance": words.count("{n} small edit", "{n} small edits", number),
    }
    return many[asks]


def _prose_rows(unit: ReviewUnit, sight: Sight) -> Iterator[tuple[str, str]]:
    from amts_bot.text.merge.changes import text_similarity  # most runs show no unit

    words, entry = sight.words, unit.entry
    show = flow if entry.kind in PROSE else cell
    old, new = unit.english_before, unit.english
    english = words("English")
    if not new:
        yield english, f"<del>{show(old or entry.source)}</del>"
    else:
        yield english, word_diff(old, new) if old else show(new)
    before, now = marked(unit, sight.language)
    stays = unit.before.strip() == unit.now.strip()
    if unit.before.strip():
        yield words("stays") if stays else words("before"), _dimmed(before, unit)
    if unit.now.strip() and not stays and not _waits(unit):
        yield words("now"), _dimmed(now, unit)
    comparable = not stays and not entry.translate  # English against a translation says nothing
    if comparable and text_similarity(unit.before, unit.now) >= COMPARABLE:
        yield words("difference"), word_diff(unit.before, unit.now)
    if unit.row:
        yield words("its row"), show(unit.row)


def _waits(unit: ReviewUnit) -> bool:
    """All of it stands in English: that is in the row above."""
    return " ".join(unit.now.split()) == " ".join(unit.english.split())


def _dimmed(stretches: Sequence[Stretch], unit: ReviewUnit) -> str:
    """What changed is marked, the rest is small; where all of it or nothing changed, neither."""
    show = flow if unit.entry.kind in PROSE else cell
    if len(stretches) < 2:
        return show("".join(it.text for it in stretches))
    tags = ("mark" if it.changed else "small" for it in stretches)
    return " ".join(
        f"<{tag}>{show(it.text)}</{tag}>" for tag, it in zip(tags, stretches, strict=True)
    )


def _code_rows(unit: ReviewUnit, sight: Sight) -> Iterator[tuple[str, str]]:
    yield sight.words("English"), line_diff(unit.english_before, unit.english)
    if unit.before.strip() != unit.now.strip():
        yield sight.words("here"), line_diff(unit.before, unit.now)


def _facts(unit: ReviewUnit, sight: Sight) -> str:
    words, entry = sight.words, unit.entry
    parts = [
        f"**{words(ASKED[unit.asks])}**",
        words(entry.kind),
        inline(words.reason(entry.reason)),
    ]
    parts += [f"⚠️ **{words('weak draft')}**"] if unit.is_weak else []
    parts += sorted({origin(draft, words) for draft in entry.drafts})
    if entry.translate:
        parts.append(
            words.count("{n} sentence in English", "{n} sentences in English", len(entry.translate))
        )
    return " · ".join([*filter(None, [*parts, sight.place(unit)]), f"`{unit.name}`"])


# What people are asked, as the first word beside a unit.
ASKED: dict[Asks, str] = {
    "words": "translate",
    "decide": "decide",
    "check": "check",
    "glance": "changed",
}


# How the bot's own edits of drafts are told.
_EDITED: dict[EditKind, str] = {
    "swap": "as in the English",
    "term": "as this book translates it",
    "learnt": "learnt from review",
}


def drafts_edited(drafts: Iterable[SentenceDraft], words: Words) -> str:
    """What the bot edited in drafts: "as in the English: 2 → 3; learnt from review: pail → bucket"."""
    by_kind: dict[EditKind, dict[str, None]] = {}
    for edit in (edit for draft in drafts for edit in draft.edits):
        by_kind.setdefault(edit.kind, {})[f"{edit.before or '∅'} → {edit.after or '∅'}"] = None
    return "; ".join(
        f"{words(_EDITED[kind])}: {', '.join(edits)}" for kind, edits in by_kind.items()
    )


def origin(draft: SentenceDraft, words: Words) -> str:
    """Where a draft comes from; a weak one is called so."""
    name = inline(draft.origin)
    if draft.similarity >= 1:
        return name
    return words("{origin}, {share} alike", origin=name, share=f"{draft.similarity:.0%}")
