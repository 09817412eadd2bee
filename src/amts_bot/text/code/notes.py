"""Comments and docstrings: what they say, and how a translation is written in their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from amts_bot.text import scripts
from amts_bot.text.code.cells import (
    DOC,
    LINE,
    MARKER,
    CellBead,
    Piece,
    collapse,
    comment_text,
    doc_text,
)

# A wrapped comment goes on in lower case, or in a code span after a line that is not closed.
_MAY_GO_ON = re.compile(r"[`($]")
_CLOSED = re.compile(r"[.:;!?。：；！？]\Z")


def _goes_on(before: str, text: str) -> bool:
    if not before:
        return False
    open_code = _MAY_GO_ON.match(text) and not _CLOSED.search(before)
    return text[:1].islower() or bool(open_code)


def comment_units(lines: Sequence[str]) -> list[list[str]]:
    """The comment lines of a run, grouped into what reads as one comment each."""
    units: list[list[str]] = []
    for line in lines:
        if units and _goes_on(comment_text(units[-1][-1]), comment_text(line)):
            units[-1].append(line)
        else:
            units.append([line])
    return units


def unit_text(lines: Sequence[str]) -> str:
    return "\n".join(map(comment_text, lines))


def english_texts(piece: Piece) -> list[str]:
    """The translation units of an English piece: keys of the memory."""
    if piece.kind == "blank" or (piece.kind == "code" and not piece.note):  # as most lines are
        return []
    if piece.kind == "comment":
        texts = [collapse(unit_text(unit)) for unit in comment_units(LINE.findall(piece.raw))]
    else:
        texts = [piece.key if piece.kind == "doc" else collapse(comment_text(piece.note))]
    return [text for text in texts if text]


def _split_like(old: Sequence[str], mine: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """(English unit, translated lines) of one run; one pair where they cannot be told apart."""
    units = comment_units(old)
    if len(old) == len(mine):
        lines = iter(mine)
        return [(unit, [next(lines) for _ in unit]) for unit in units]
    translated = comment_units(mine)
    if len(units) == len(translated):
        return list(zip(units, translated, strict=True))
    return [(list(old), list(mine))]


def known_translations(
    old: Sequence[Piece], mine: Sequence[Piece], beads: Iterable[CellBead]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for bead in beads:
        for english, text in _bead_pairs(old, mine, bead):
            if english and text and collapse(text) != english:
                found.setdefault(english, text)
    return found


def _bead_pairs(
    old: Sequence[Piece], mine: Sequence[Piece], bead: CellBead
) -> Iterator[tuple[str, str]]:
    if len(bead.base) == len(bead.ours) == 1:
        yield from _piece_pairs(old[bead.base[0]], mine[bead.ours[0]])
        return
    # Code that was rewritten: its comments are still the same ones where their number is.
    english = [old[i] for i in bead.base if old[i].kind in ("comment", "doc")]
    translated = [mine[j] for j in bead.ours if mine[j].kind in ("comment", "doc")]
    if [p.kind for p in english] == [p.kind for p in translated]:
        for pair in zip(english, translated, strict=True):
            yield from _piece_pairs(*pair)


def _piece_pairs(old: Piece, mine: Piece) -> Iterator[tuple[str, str]]:
    if old.kind == "code":
        if old.note and mine.note:
            yield collapse(comment_text(old.note)), comment_text(mine.note)
    elif old.kind == "doc":
        yield old.key, doc_text(mine.raw)
    elif old.kind == "comment":
        for english, lines in unit_pairs(old, mine):
            yield english, unit_text(lines)


def unit_pairs(old: Piece, mine: Piece) -> Iterator[tuple[str, list[str]]]:
    """English comments of a run with the translators' lines for each, and the run as a whole."""
    lines, translated = LINE.findall(old.raw), LINE.findall(mine.raw)
    for unit, part in _split_like(lines, translated):
        yield collapse(unit_text(unit)), part
    yield old.key, translated


# A light change leaves these alone: words, operators, signs and decimal points.
_WEIGHTY = re.compile(r"\w+|(?<=\d)\.(?=\d)|-(?=\d)|[<>=+*/^%&|~\\]")


def weighty(text: str) -> str:
    return "".join(_WEIGHTY.findall(text)).casefold()


# The better draft of a lightly changed comment is its old translation, as with prose.
_LIGHTLY = 83.0


def lightly_changed(old: Piece, new: Piece) -> bool:
    same_place = indent_of(old.raw) == indent_of(new.raw)
    return same_place and fuzz.ratio(old.key.split(), new.key.split()) >= _LIGHTLY


TOKEN = re.compile(r"`[^`\n]*`|\d+(?:[.,]\d+)*|[^\W\d][\w.]*\w|\w|[<>=+*/^%&|~\\]")
# In backticks, with a digit, underscore or inner dot, in camelCase; "a" and "I" are words.
_CODE_TOKEN = re.compile(r"`.*`|.*[_\d].*|\w*[a-z][A-Z]\w*|\w+\.\w.*|[b-hj-zB-HJ-Z]")


def shape_of(text: str) -> str:
    """The text with its code tokens emptied: equal for comments that differ in these alone."""
    tokens = TOKEN.findall(text)
    return " ".join("`" if _CODE_TOKEN.fullmatch(token) else weighty(token) for token in tokens)


def changed_names(old: str, new: str) -> dict[str, str] | None:
    """The code tokens that differ between two comments; None if anything weightier does.

    "Train `model` once" and "train `net` once." differ in {"`model`": "`net`"}.
    """
    names = _changed_tokens(TOKEN.findall(old), TOKEN.findall(new)) if old != new else None
    return names or ({} if weighty(old) == weighty(new) else None)


def _changed_tokens(old: Sequence[str], new: Sequence[str]) -> dict[str, str] | None:
    if len(old) != len(new):
        return None
    names: dict[str, str] = {}
    for a, b in zip(old, new, strict=True):
        code = _CODE_TOKEN.fullmatch(a) and _CODE_TOKEN.fullmatch(b)
        if not code and weighty(a) != weighty(b):
            return None
        name = b if code and a.strip("`") != b.strip("`") else a
        if names.setdefault(a, name) != name:
            return None
    return {a: b for a, b in names.items() if a != b}


def _rename(old: str, new: str, translated: str) -> str | None:
    """`translated` with the code tokens changed as from `old` to `new`; None if it cannot be."""
    names = changed_names(old, new)
    if not names:
        return translated if names is not None else None
    count, english = Counter(TOKEN.findall(translated)), Counter(TOKEN.findall(old))
    if all(count[name] == english[name] for name in names):
        return TOKEN.sub(lambda token: names.get(token[0], token[0]), translated)
    return translated if weighty(old) == weighty(new) else None


def translation_of(old: str, new: str, translated: str, known: Mapping[str, str]) -> str | None:
    """The translation of the new English comment as far as the old one or the memory gives it."""
    found = _rename(old, new, translated) if old else None
    return known.get(new) or None if found is None else found


_BREAK = re.compile(r"[ \t]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t]*")
_WIDE_BREAK = re.compile(rf"(?<=[{scripts.WIDE}])\n(?=[{scripts.WIDE}])")


def end_of(raw: str) -> str:
    return raw[len(raw.rstrip("\r\n")) :]


def indent_of(raw: str) -> str:
    return raw[: len(raw) - len(raw.lstrip())]


def as_comment(text: str, like: Sequence[str]) -> str:
    """`text` as full-line comments with the indent, marker and line ends of the lines `like`."""
    marker = MARKER.match(like[0])
    opening = marker[0].rstrip() if marker else "#"
    lines = (f"{opening} {line}".rstrip() for line in _BREAK.sub("\n", text).split("\n"))
    return (end_of(like[0]) or "\n").join(lines) + end_of(like[-1])


def as_note(text: str, like: str) -> str:
    """`text` as a trailing comment with the marker of the comment `like`."""
    line = _WIDE_BREAK.sub("", _BREAK.sub("\n", text)).replace("\n", " ")
    marker = MARKER.match(like)
    closing = " */" if like.startswith("/*") else ""
    if closing and "*/" in line:
        return like
    return f"{marker[0] if marker else '# '}{line}{closing}"


def as_doc(text: str, like: str) -> str | None:
    """`text` in the quotes of the docstring `like`, or None where it cannot stand in them."""
    match = DOC.match(like)
    if not match or any(mark in text for mark in (match[2][:3], "*/", "```", "~~~")):
        return None
    if text.endswith(("\\", match[2][0])):
        return None
    first, *rest = re.split(r"\r\n|\n|\r", text)
    indent = indent_of(like)
    lines = [first, *(indent + line if line.strip() else "" for line in rest)]
    return match[1] + "\n".join(lines) + match[4]
