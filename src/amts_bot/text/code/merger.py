"""The new English cell, written piece by piece with what the translators had of each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from amts_bot.text.code.cells import (
    LINE,
    Cell,
    CellBead,
    Piece,
    collapse,
    comment_text,
    doc_text,
    replace_spans,
)
from amts_bot.text.code.notes import (
    as_comment,
    as_doc,
    as_note,
    changed_names,
    comment_units,
    end_of,
    indent_of,
    known_translations,
    lightly_changed,
    shape_of,
    translation_of,
    unit_pairs,
    unit_text,
    weighty,
)
from amts_bot.text.code.pairing import (
    Pair,
    cell_beads,
    common_pairs,
    gaps_between,
)


@dataclass(frozen=True, slots=True)
class CodeConflict:
    """A place where the new English was taken although the translators had something else there."""

    ours: str
    theirs: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeMerge:
    """The merged cell. `added`: the translators' cell has lines that the English never had; `left`: English
    comments in it that are new or changed, white space collapsed, and that nobody has translated yet."""

    text: str
    conflicts: tuple[CodeConflict, ...]
    added: bool
    left: frozenset[str] = frozenset()


def is_addition(bead: CellBead, mine: Sequence[Piece]) -> bool:
    return not bead.base and any(mine[j].kind != "blank" for j in bead.ours)


class Merger:
    """One merge on its way: what is known about the three sides, and what is written so far."""

    def __init__(
        self,
        old: Cell,
        mine: Cell,
        new: Cell,
        *,
        beads: list[CellBead],
        partner: Mapping[int, int],
        memory: Mapping[str, str],
    ) -> None:
        self.cells = old, mine, new
        self.old, self.mine, self.new = old.pieces, mine.pieces, new.pieces
        self.beads = beads
        self.bead_of = {i: bead for bead in beads for i in bead.base}
        self.partner = partner  # new English piece -> the old one that it is
        self.known = {**memory, **known_translations(self.old, self.mine, beads)}
        self.strings = self._localised_strings()
        self.out: list[str] = []
        self.conflicts: list[CodeConflict] = []
        self.left: set[str] = set()
        self.lost: list[str] = []  # the translators' own lines that have no place any more
        self.clashes: dict[
            CellBead, list[str]
        ] = {}  # rewritten by the translators: new English lines
        self.regions: dict[Pair, tuple[list[Piece], Counter[str]]] = {}
        self.ahead = self._find_ahead()
        self.before, self.after = self._place_additions()

    def run(self, added: bool) -> CodeMerge:
        head, tail = self._fence()
        self._write(head)
        self._addition(self.after.get(-1))
        at = 0
        while at < len(self.new):
            at += self._step(at)
        self._addition(self.before.get(len(self.old)))
        self._write(tail)
        for bead, lines in self.clashes.items():
            self._conflict(self._ours(bead), "".join(lines), "code changed on both sides")
        for text in self.lost:
            self._conflict(text, "", "the lines around the translators' own are gone")
        return CodeMerge("".join(self.out), tuple(self.conflicts), added, frozenset(self.left))

    # What the translators already took over from a newer English is no addition of theirs.

    def _find_ahead(self) -> set[CellBead]:
        place = {i: j for j, i in self.partner.items()}
        kept, found = sorted(place), set[CellBead]()
        for bead in self.beads:
            own = [self.mine[j] for j in bead.ours]
            lines = Counter(p.code for p in own if p.kind == "code")
            if len(bead.base) == len(bead.ours) == 1 or not (lines or is_addition(bead, self.mine)):
                continue
            above = bisect_left(kept, bead.base.start) - 1
            below = bisect_left(kept, bead.base.stop)
            start = place[kept[above]] if above >= 0 else 0
            stop = place[kept[below]] + 1 if below < len(kept) else len(self.new)
            fresh, codes = self._fresh_between(start, stop)
            if lines <= codes if lines else self._are_synced(own, fresh):
                found.add(bead)
                self._learn(fresh, own)
        return found

    def _are_synced(self, own: Sequence[Piece], fresh: Sequence[Piece]) -> bool:
        """Whether comments that the English does not have here are its new ones: word for word, or as many
        of them where it moved others and the translators took those out."""
        mine, theirs = ([p for p in side if p.kind in ("comment", "doc")] for side in (own, fresh))
        if Counter(weighty(p.key) for p in mine) <= Counter(weighty(p.key) for p in theirs):
            return True
        taken_out = any(
            not bead.ours and self.old[i].kind in ("comment", "doc") and i not in self._standing
            for bead in self.beads
            for i in bead.base
        )
        return taken_out and [p.kind for p in mine] == [p.kind for p in theirs]

    @cached_property
    def _standing(self) -> frozenset[int]:
        return frozenset(self.partner.values())

    def _fresh_between(self, start: int, stop: int) -> tuple[list[Piece], Counter[str]]:
        """New English pieces of a region and its code lines; many beads may share a region."""
        if (start, stop) not in self.regions:
            fresh = [self.new[j] for j in range(start, stop) if not self._stands(j)]
            codes = Counter(p.code for p in fresh if p.kind == "code")
            self.regions[start, stop] = fresh, codes
        return self.regions[start, stop]

    def _learn(self, fresh: Sequence[Piece], own: Sequence[Piece]) -> None:
        """Take the comments of lines that are no longer the translators' own for the English."""
        beads = cell_beads(fresh, own)
        for english, text in known_translations(fresh, own, beads).items():
            self.known.setdefault(english, text)
        for bead in beads:
            pieces = [own[j] for j in bead.ours if not bead.base]
            if any(p.kind in ("comment", "doc") for p in pieces):
                self.lost.append("".join(p.raw for p in pieces))

    def _place_additions(self) -> tuple[dict[int, CellBead], dict[int, CellBead]]:
        """Where the translators' own lines go: comments before what follows, code after."""
        alive = {-1, len(self.old), *self.partner.values()} if self.partner else set[int]()
        before, after = dict[int, CellBead](), dict[int, CellBead]()
        for bead in self.beads:
            if bead.base or bead in self.ahead:
                continue
            above, below = bead.base.start - 1, bead.base.start
            comment = self.mine[bead.ours[-1]].kind in ("comment", "doc")
            if below in alive and (comment or above not in alive):
                before[below] = bead
            elif above in alive:
                after[above] = bead
            elif is_addition(bead, self.mine):
                self.lost.append(self._ours(bead))
        return before, after

    def _localised_strings(self) -> dict[str, str]:
        """Translated messages and labels, for code lines that were wrapped anew."""
        found: dict[str, str] = {}
        for bead in self.beads:
            if len(bead.base) == len(bead.ours) == 1:
                old, mine = self.old[bead.base[0]], self.mine[bead.ours[0]]
                if old.kind == "code" and old.mask == mine.mask:
                    pairs = zip(_literals(old), _literals(mine), strict=False)
                    found |= {a: b for a, b in pairs if a != b and _MESSAGE.search(a)}
        return found

    # One step writes one new piece, or all that stand for one bead.

    def _step(self, at: int) -> int:
        i = self.partner.get(at)
        if i is None:
            self._fresh(self.new[at])
            return 1
        bead = self.bead_of[i]
        size = len(bead.base)
        whole = all(self.partner.get(at + k) == bead.base[0] + k for k in range(size))
        if whole and all(self._stands(at + k) for k in range(size)):
            self._addition(self.before.get(i))
            self._keep(bead, self.new[at])
            self._addition(self.after.get(i + size - 1))
            return size
        self._addition(self.before.get(i))
        self._changed(bead, i, self.new[at])
        self._addition(self.after.get(i))
        return 1

    def _stands(self, j: int) -> bool:
        """The English of this piece is what it was, up to a light change of the comment."""
        if j not in self.partner:
            return False
        old, new = self.old[self.partner[j]], self.new[j]
        if old.raw == new.raw or old.kind == new.kind == "blank":
            return True
        if old.kind != new.kind:
            return False
        if old.kind == "code":
            notes = comment_text(old.note), comment_text(new.note)
            return old.code == new.code and changed_names(*notes) == {}
        return changed_names(old.key, new.key) == {}

    def _ours(self, bead: CellBead) -> str:
        return "".join(self.mine[j].raw for j in bead.ours)

    def _conflict(self, ours: str, theirs: str, reason: str) -> None:
        self.conflicts.append(CodeConflict(ours, theirs, reason))

    def _write(self, raw: str) -> None:
        if self.out and raw and not self.out[-1].endswith(("\n", "\r")):
            self.out.append("\n")
        self.out.append(raw)

    def _addition(self, bead: CellBead | None) -> None:
        if bead:
            self._write(self._ours(bead))

    def _keep(self, bead: CellBead, new: Piece) -> None:
        raw = self._ours(bead)
        if new.kind in ("comment", "doc") and raw:
            raw = _reindent(raw, indent_of(self.old[bead.base[0]].raw), indent_of(new.raw))
        if raw:
            self._write(raw)

    def _fresh(self, new: Piece) -> None:
        if new.kind == "code":
            literals = [self.strings.get(text, text) for text in _literals(new)]
            code = replace_spans(new.code, new.strings, literals)
            self._write(self._noted(new, code, None, None))
        elif new.kind == "blank":
            self._write(new.raw)
        else:
            self._reword(None, None, new)

    def _changed(self, bead: CellBead, i: int, new: Piece) -> None:
        old = self.old[i]
        mine = self.mine[bead.ours[0]] if len(bead.ours) == 1 else None
        if len(bead.base) > 1 or len(bead.ours) > 1:
            self._rewritten(bead, new)
        elif old.kind == "code":
            self._code(old, mine, new)
        elif old.kind == "blank":
            self._write(new.raw)
        else:
            self._reword(old, mine, new)

    def _rewritten(self, bead: CellBead, new: Piece) -> None:
        """Code that the translators rewrote as a whole and the English changed as well."""
        self._fresh(new)
        if bead not in self.ahead:
            self.clashes.setdefault(bead, []).append(new.raw)

    def _code(self, old: Piece, mine: Piece | None, new: Piece) -> None:
        if mine is None:
            self._conflict("", new.raw, "the translators removed this line, the English changed it")
            self._fresh(new)
            return
        code, clash = _merged_code(old, mine, new)
        if clash:
            self._conflict(mine.raw, new.raw, "code changed on both sides")
        self._write(self._noted(new, code, old, mine))

    def _noted(self, new: Piece, code: str, old: Piece | None, mine: Piece | None) -> str:
        """A code line with its trailing comment, translated where that is known."""
        was = comment_text(old.note) if old else ""
        had = comment_text(mine.note) if mine else ""
        text = comment_text(new.note)
        if not text:
            own = mine.note if mine and not was else ""
            return _code_line(new, code, own)
        found = translation_of(collapse(was), collapse(text), had, self.known)
        if found is not None:
            kept = mine.note if mine and found == had else as_note(found, new.note)
            return _code_line(new, code, kept)
        if mine and had != was:
            self._conflict(mine.raw, new.raw, "comment changed in English")
        if mine is None or not was or had != was:  # else the translators leave this one in English
            self.left.add(collapse(text))
        return _code_line(new, code, new.note)

    def _reword(self, old: Piece | None, mine: Piece | None, new: Piece) -> None:
        """A comment run or docstring whose English changed, or a new one."""
        if new.kind == "doc":
            units, parts = [[new.raw]], [self._doc(old, mine, new)]
        else:
            units = comment_units(LINE.findall(new.raw))
            parts = self._comments(old, mine, units)
        more = len(units) - len(comment_units(LINE.findall(old.raw))) if old else 0
        if parts.count(None) > max(0, more) and old and mine and mine.key != old.key:
            if not more and lightly_changed(old, new) and new.kind == "comment":
                self._conflict(
                    mine.raw, new.raw, "comment changed a little, its translation stands"
                )
                self._write(mine.raw)
                return
            self._conflict(mine.raw, new.raw, "comment changed in English")
        leave = old is not None and mine is not None and mine.key == old.key
        for unit, part in zip(units, parts, strict=True):
            self._write("".join(unit) if part is None else part)
            if part is None and not leave:
                self.left.add(new.key if new.kind == "doc" else collapse(unit_text(unit)))

    def _comments(
        self, old: Piece | None, mine: Piece | None, units: Iterable[Sequence[str]]
    ) -> list[str | None]:
        """The translation of every new English comment of a run that had an old one, or None."""
        pairs = list(unit_pairs(old, mine)) if old and mine else []
        by_text = {weighty(english): (english, lines) for english, lines in reversed(pairs)}
        by_shape = {shape_of(english): (english, lines) for english, lines in reversed(pairs)}
        return [
            self._comment(by_text.get(weighty(text)) or by_shape.get(shape_of(text)), text, unit)
            for unit in units
            for text in (collapse(unit_text(unit)),)
        ]

    def _comment(
        self, pair: tuple[str, Sequence[str]] | None, text: str, unit: Sequence[str]
    ) -> str | None:
        english, lines = pair or ("", [])
        if english and changed_names(english, text) == {}:
            return _reindent("".join(lines), indent_of(lines[0]), indent_of(unit[0]))
        found = translation_of(english, text, unit_text(lines), self.known)
        return as_comment(found, unit) if found else None

    def _doc(self, old: Piece | None, mine: Piece | None, new: Piece) -> str | None:
        was, had = (old.key, doc_text(mine.raw)) if old and mine else ("", "")
        found = translation_of(was, new.key, had, self.known)
        return as_doc(found, new.raw) if found else None

    def _fence(self) -> tuple[str, str]:
        """The translators' fence where the English one stands, else the new English one."""
        old, mine, new = self.cells
        if old.head.strip() == new.head.strip() and mine.head and mine.tail:
            same_end = mine.tail.rstrip() + new.tail[len(new.tail.rstrip()) :]
            return mine.head, mine.tail if old.tail == new.tail else same_end
        if mine.head and mine.head.strip() not in (old.head.strip(), new.head.strip()):
            self._conflict(mine.head, new.head, "fence changed on both sides")
        return new.head, new.tail


def _code_line(new: Piece, code: str, note: str) -> str:
    """A code line with the gap before the comment and the line end of the new English line."""
    if not note:
        return code + end_of(new.raw)
    between = new.raw[len(new.code) : new.raw.find(new.note, len(new.code))] if new.note else "  "
    return code + between + note + end_of(new.raw)


def _reindent(raw: str, old: str, new: str) -> str:
    if old == new:
        return raw
    lines = LINE.findall(raw)
    return "".join(new + x[len(old) :] if x.strip() and x.startswith(old) else x for x in lines)


def _merged_code(old: Piece, mine: Piece, new: Piece) -> tuple[str, bool]:
    """The code of a line that changed in English, and whether something of ours had to go."""
    if mine.key in (old.key, new.key):
        return (mine if new.code == old.code else new).code, False
    if new.code == old.code:
        return mine.code, False
    if mine.mask == old.mask and len(mine.strings) == len(old.strings):
        return _localised(old, mine, new)
    return new.code, True


# A string of one letter or of signs is a format or a key: it is not replaced out of its place.
_MESSAGE = re.compile(r"[^\W\d_]{3}")


def _literals(piece: Piece) -> list[str]:
    return [piece.code[a:b] for a, b in piece.strings]


def _localised(old: Piece, mine: Piece, new: Piece) -> tuple[str, bool]:
    """The new code with the translators' strings, and whether a string they translated changed."""
    was, had, now = _literals(old), _literals(mine), _literals(new)
    whole = range(len(was)), range(len(now))
    pairs = list(common_pairs(list(map(_unquoted, was)), list(map(_unquoted, now)), whole))
    clash, values = False, list(now)
    for rows, columns in list(gaps_between(pairs, len(was), len(now))):
        if len(rows) == len(columns):
            pairs += zip(rows, columns, strict=True)
        elif columns and any(was[i] != had[i] for i in rows):
            clash = True
    for i, j in pairs:
        if was[i] != had[i]:
            kept = _with_fields(was[i], had[i], now[j])
            clash, values[j] = clash or kept is None, kept or now[j]
    return replace_spans(new.code, new.strings, values), clash


def _unquoted(literal: str) -> str:
    return "=" + literal.strip("'\"")


_FIELD = re.compile(r"\{[^{}]*\}|%[-+.\d]*[a-zA-Z]|\d+(?:\.\d+)*")


def _with_fields(old: str, mine: str, new: str) -> str | None:
    """The translated string with the fields of the new English one; None if its words changed.

    f'loss {l.mean():f}' -> f'loss {l:f}' makes f'kayıp {l.mean():f}' into f'kayıp {l:f}'.
    """
    if _unquoted(old) == _unquoted(new):
        return mine
    before, after = _FIELD.findall(old), _FIELD.findall(new)
    words = (_FIELD.sub("{}", _unquoted(text)) for text in (old, new))
    if len(set(words)) > 1 or sorted(_FIELD.findall(mine)) != sorted(before):
        return None
    names = dict(zip(before, after, strict=True))
    if any(names[a] != b for a, b in zip(before, after, strict=True)):
        return None
    return _FIELD.sub(lambda field: names[field[0]], mine)
