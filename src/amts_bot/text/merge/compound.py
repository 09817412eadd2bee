"""The merge of a block that holds several leaves: its frame by itself, and every leaf by itself.

In the frame a stand-in takes the place of each leaf, so that old English, new English and target can be merged
three ways without their words; then each leaf whose English stands gets the target's bytes back, whatever changed
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from amts_bot.model import (
    Block,
    Leaf,
    Range,
    Syntax,
)
from amts_bot.model.steps import (
    Carry,
    Compound,
    Drop,
    Form,
    Hold,
    Keep,
    LeafStep,
    Merge,
    Move,
    Translate,
    Unit,
)
from amts_bot.text.align.leaves import paired, shape
from amts_bot.text.languages import Language, language
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.leaves import leaves, one_line, sections, shifted, written
from amts_bot.text.markdown.sameness import seen
from amts_bot.text.merge.breaks import with_breaks
from amts_bot.text.merge.changes import match, text_similarity
from amts_bot.text.merge.entries import STILL_ENGLISH
from amts_bot.text.merge.revision import fresh, joined, revise, revised, translated
from amts_bot.text.merge.threeway import three_way
from amts_bot.text.merge.units import as_written

_STAND_IN = 0xF0000  # the first character of a plane for private use: no page has it
_MOST_LEAVES = 2_000  # pairing is quadratic where a table repeats itself


def new_block(block: Block) -> Compound:
    """A block that is new in the English: its frame as it stands, and each leaf to be translated."""
    side = _CompoundSide.of(block, (0, len(block.text)))
    nothing = _CompoundSide("", block.start, ())
    merger = _LeafMerger(
        old=nothing, new=side, target=nothing, language=language(""), old_of={}, target_of={}
    )
    unit = Unit(kind=block.kind, source=block.text, source_new=block.range)
    return Compound(
        Carry((unit,), "", f"new {block.kind}"), tuple(merger.pieces(merger.new_frame, side))
    )


def standing_block(new: Block, target: Block) -> Compound | None:
    """A block that the target has in English: its frame as it stands there, and each leaf to be translated.

    None where the target has other leaves, since nobody can tell then what stands for what.
    """
    english, ours = (_CompoundSide.of(block, (0, len(block.text))) for block in (new, target))
    words, standing = ([one_line(seen(leaf.text)) for leaf in it.leaves] for it in (english, ours))
    if words != standing:
        return None
    pieces: list[str | LeafStep] = []
    at = 0
    for leaf, own in zip(english.leaves, ours.leaves, strict=True):
        raw = ours.raw(own)
        unit = Unit(
            kind=leaf.kind,
            source=leaf.text,
            source_new=english.place(leaf),
            target_old=ours.place(own),
            form=Form(own.syntax, raw, raw),
        )
        asked = translated((unit,), fresh(unit.source), STILL_ENGLISH)
        pieces += [ours.text[at : own.start], _formed(asked, unit)]
        at = own.end
    unit = Unit(kind=new.kind, source=new.text, source_new=new.range, target_old=target.range)
    return Compound(Keep((unit,), "", STILL_ENGLISH), joined([*pieces, ours.text[at:]]))


def merged_block(
    old: Block | None, new: Block, target: Block, language: Language, *, moved: bool = False
) -> Compound | None:
    """The target block with the changes of its English, leaf by leaf; `old` is None where only the translators had it.

    None where its leaves cannot be paired with those of the English: then nobody can tell what stands.
    """
    parts = [_sides(block) if block else {} for block in (old, new, target)]
    made = []
    for name in _order(*parts):
        nothing = [
            _CompoundSide("", block.start if block else 0, ()) for block in (old, new, target)
        ]
        sides = [part.get(name, empty) for part, empty in zip(parts, nothing, strict=True)]
        section = _merged_section(name, sides, language)
        if section is None:
            return None
        made.append(section)
    unit = Unit(
        kind=new.kind,
        source=new.text,
        source_old=old.range if old else None,
        source_new=new.range,
        target_old=target.range,
    )
    pieces: tuple[str | LeafStep, ...] = joined(
        piece for section in made for piece in section.pieces
    )
    return Compound(_frame_step(unit, made, moved), pieces)


# ------------------------------------------------------------------ one version


@dataclass(frozen=True, slots=True)
class _CompoundSide:
    """One version of a section: its text, where that begins in its page, and its leaves."""

    text: str
    start: int
    leaves: tuple[Leaf, ...]

    @classmethod
    def of(cls, block: Block, within: Range) -> _CompoundSide:
        start, end = within
        inside = (leaf for leaf in leaves(block) if start <= leaf.start < end)
        text = block.text[start:end]
        return cls(text, block.start + start, tuple(shifted(leaf, -start) for leaf in inside))

    def raw(self, leaf: Leaf) -> str:
        return self.text[leaf.start : leaf.end]

    def place(self, leaf: Leaf) -> Range:
        return self.start + leaf.start, self.start + leaf.end

    def frame(self, names: Mapping[int, int]) -> str:
        """The text with a stand-in for every leaf that has a name."""
        out, at = [], 0
        for number, leaf in enumerate(self.leaves):
            if number in names:
                out += [self.text[at : leaf.start], chr(_STAND_IN + names[number])]
                at = leaf.end
        return "".join(out) + self.text[at:]


def _sides(block: Block) -> dict[str, _CompoundSide]:
    return {name: _CompoundSide.of(block, place) for name, place in sections(block)}


def _order(old: Iterable[str], new: Iterable[str], target: Iterable[str]) -> list[str]:
    """The sections in the order of the target; a new one behind the one that it follows in the English."""
    order = [*target]
    behind = {name: at for at, name in enumerate(order)}
    added: dict[str, list[str]] = {}
    before = ""
    for name in new:
        if name in behind:
            before = name
        else:
            added.setdefault(before, []).append(name)
    found = [*added.get("", [])]
    for name in order:
        found += [name, *added.get(name, [])]
    return [*found, *(name for name in old if name not in {*found})]


# ------------------------------------------------------------------ a section


@dataclass(frozen=True, slots=True)
class _Section:
    """A merged section: its pieces, whether its frame changed, and what nobody could merge."""

    pieces: tuple[str | LeafStep, ...]
    changed: bool = False
    conflicts: tuple[str, ...] = ()
    held: str = ""


def _merged_section(
    name: str, sides: Sequence[_CompoundSide], language: Language
) -> _Section | None:
    old, new, target = sides
    if not target.text and old.text:
        return _Section(tuple(_left_out(old, new)))
    if old.text and not new.text:
        return _Section(tuple(_gone(old, target)), changed=True)
    merger = _LeafMerger.of(old, new, target, language)
    if merger is None:
        return _standing(name, new, target) if name else None
    return merger.section(name)


def _left_out(old: _CompoundSide, new: _CompoundSide) -> Iterator[LeafStep]:
    """What the translators left out stays out, and what the English has not any more needs no word."""
    for leaf in new.leaves:
        unit = Unit(kind=leaf.kind, source=leaf.text, source_new=new.place(leaf))
        yield Keep((unit,), "", "the translators left it out")
    if not new.text:
        yield from _gone(old, _CompoundSide("", 0, ()))


def _gone(old: _CompoundSide, target: _CompoundSide) -> Iterator[LeafStep]:
    """A section that the English has no more; what the translators had there is said with its first leaf."""
    place = (target.start, target.start + len(target.text)) if target.text else None
    for leaf in old.leaves:
        unit = Unit(kind=leaf.kind, source=leaf.text, source_old=old.place(leaf), target_old=place)
        yield Drop((unit,), target.text, "gone from the English")
        place = None


def _standing(name: str, new: _CompoundSide, target: _CompoundSide) -> _Section:
    """A section that nobody can merge: that of the target stands."""
    reason = f"{name}: its English changed, and it cannot be paired with the translation"
    units = (
        Unit(kind=leaf.kind, source=leaf.text, source_new=new.place(leaf)) for leaf in new.leaves
    )
    return _Section((target.text, *(Hold((unit,), "", reason) for unit in units)), held=reason)


def _frame_step(unit: Unit, made: Sequence[_Section], moved: bool) -> Keep | Move | Merge | Hold:
    conflicts = tuple(text for section in made for text in section.conflicts)
    held = "; ".join(section.held for section in made if section.held)
    if held:
        return Hold((unit,), "", held)
    if conflicts or any(section.changed for section in made):
        return Merge((unit,), "", f"{unit.kind.replace('_', ' ')} changed", conflicts)
    return Move((unit,), "") if moved else Keep((unit,), "")


# ------------------------------------------------------------------ leaves and their frame


@dataclass(frozen=True, slots=True, kw_only=True)
class _LeafMerger:
    """The three versions of a section with their leaves paired: `old_of` by new leaf, `target_of` by old leaf.

    Where there is no old version, `target_of` pairs new leaves with those of the target.
    """

    old: _CompoundSide
    new: _CompoundSide
    target: _CompoundSide
    language: Language
    old_of: Mapping[int, int]
    target_of: Mapping[int, int]

    @classmethod
    def of(
        cls, old: _CompoundSide, new: _CompoundSide, target: _CompoundSide, language: Language
    ) -> _LeafMerger | None:
        """None where the leaves of the target cannot be paired with those of the English."""
        if max(len(side.leaves) for side in (old, new, target)) > _MOST_LEAVES:
            return None
        source = old if old.text or not target.text else new
        target_of = paired(source.leaves, target.leaves)
        if target_of is None:
            return None
        continued = _continued(old.leaves, new.leaves)
        return cls(
            old=old,
            new=new,
            target=target,
            language=language,
            old_of=continued,
            target_of=target_of,
        )

    # -- the frame, with stand-ins: the number of an old leaf, or one behind those for a new one

    def _name(self, number: int) -> int:
        return self.old_of.get(number, len(self.old.leaves) + number)

    @property
    def old_frame(self) -> str:
        return self.old.frame({number: number for number in range(len(self.old.leaves))})

    @property
    def new_frame(self) -> str:
        return self.new.frame(
            {number: self._name(number) for number in range(len(self.new.leaves))}
        )

    @property
    def target_frame(self) -> str:
        return self.target.frame({place: name for name, place in self.target_of.items()})

    def section(self, name: str) -> _Section | None:
        """The section with the frame merged; a named one that nobody can merge stands as the target has it."""
        old, new, target = self.old_frame, self.new_frame, self.target_frame
        if not self.old.text:
            side = self.target if self.target.text else self.new
            frame = target if self.target.text else new
            return _Section(tuple(self.pieces(frame, side)), changed=not self.target.text)
        if one_line(old) == one_line(new):
            return _Section(tuple(self.pieces(target, self.target)))
        merged, clean = (
            (new, True) if one_line(target) == one_line(old) else three_way(old, target, new)
        )
        if clean and self._holds_all(merged):
            return _Section(tuple(self.pieces(merged, self.new)), changed=True)
        if name:
            reason = f"{name}: changed in the English, and otherwise by the translators"
            return _Section(tuple(self.pieces(target, self.target)), held=reason)
        if len(self.target_of) < len(self.target.leaves) or not self._holds_all(new):
            return None
        conflict = f"the translators had: {self.target.text.strip()}"
        return _Section(tuple(self.pieces(new, self.new)), changed=True, conflicts=(conflict,))

    def _holds_all(self, frame: str) -> bool:
        """Whether each leaf that the target translates has one place in a frame that is not the target's own."""
        for number, name in self.old_of.items():
            if name in self.target_of:
                ours = self.target.leaves[self.target_of[name]]
                syntaxes = {ours.syntax, self.new.leaves[number].syntax}
                if (len(syntaxes) > 1 and not syntaxes <= _RECAST) or frame.count(
                    chr(_STAND_IN + name)
                ) != 1:
                    return False
        return True

    # -- its pieces

    def pieces(self, frame: str, side: _CompoundSide) -> Iterator[str | LeafStep]:
        """A frame with steps in the place of its stand-ins, then steps for the leaves that have no place in it."""
        new_of = {self._name(number): number for number in range(len(self.new.leaves))}
        met: set[int] = set()
        for piece in _STAND_INS.split(frame):
            if not _STAND_INS.fullmatch(piece):
                yield piece
                continue
            name = ord(piece) - _STAND_IN
            met.add(name)
            yield self._step(name, new_of.get(name), self.target_of.get(name), side)
        for name, number in new_of.items():
            if name not in met:
                yield Keep((self._unit(number, None, side),), "", "the translators left it out")
        for name, leaf in enumerate(self.old.leaves):
            if name not in new_of and name not in met:
                unit = Unit(kind=leaf.kind, source=leaf.text, source_old=self.old.place(leaf))
                yield Drop((unit,), "", "gone from the English")

    def _step(
        self, name: int, number: int | None, place: int | None, side: _CompoundSide
    ) -> LeafStep:
        """What becomes of one leaf in the frame of `side`: old leaf `name`, new leaf `number`, target leaf `place`."""
        if number is None:
            return self._kept_back(name, place)
        unit = self._unit(number, place, side)
        if place is None:
            return _formed(translated((unit,), fresh(unit.source), "new in the English"), unit)
        ours = self.target.leaves[place]
        raw = unit.form.model if unit.form else ours.text
        if number not in self.old_of:
            return Keep((unit,), raw, "the translators had it before the English")
        before = self.old.leaves[self.old_of[number]].text
        if is_same(before, unit.source):
            return Keep((unit,), raw)
        text = with_breaks(before, unit.source, ours.text)
        revision = revise(before, unit.source, text, self.language)
        if revision.requests and not inline.has_words(unit.source):
            return Carry((unit,), _english(unit), "nothing in it is translated")
        return _formed(revised((unit,), revision, ours.text), unit, ours.text, raw)

    def _kept_back(self, name: int, place: int | None) -> LeafStep:
        leaf = self.old.leaves[name]
        unit = Unit(kind=leaf.kind, source=leaf.text, source_old=self.old.place(leaf))
        raw = self.target.raw(self.target.leaves[place]) if place is not None else ""
        return Hold(
            (unit,), raw, "gone from the English, but what is around it could not be merged"
        )

    def _unit(self, number: int, place: int | None, side: _CompoundSide) -> Unit:
        leaf = self.new.leaves[number]
        before = self.old.leaves[self.old_of[number]] if number in self.old_of else None
        ours = self.target.leaves[place] if place is not None else None
        raw = self.new.raw(leaf)
        return Unit(
            kind=leaf.kind,
            source=leaf.text,
            source_old=self.old.place(before) if before else None,
            source_new=self.new.place(leaf),
            target_old=self.target.place(ours) if ours else None,
            form=self._form(leaf, ours, side) if ours else Form(leaf.syntax, raw, raw),
        )

    def _form(self, leaf: Leaf, ours: Leaf, side: _CompoundSide) -> Form:
        """How a leaf is written in the frame of `side`, and its translation in that form."""
        english, had = self.new.raw(leaf), self.target.raw(ours)
        if side is self.new and leaf.syntax != ours.syntax:
            return Form(leaf.syntax, english, written(ours.text, Form(leaf.syntax, "", "")))
        return Form(ours.syntax, _as(leaf, english, ours), had)


# A title that gets another container: !!! note "Title" and /// note | Title.
_RECAST: frozenset[Syntax] = frozenset({"line", "quoted"})
_STAND_INS = re.compile(f"([{chr(_STAND_IN)}-{chr(_STAND_IN + 0xFFFD)}])")


def _as(leaf: Leaf, raw: str, ours: Leaf) -> str:
    """An English leaf as it is written where the target has it."""
    return raw if leaf.syntax == ours.syntax else written(leaf.text, Form(ours.syntax, "", ""))


def _english(unit: Unit) -> str:
    return unit.form.english if unit.form else unit.source


def _formed(
    step: Carry | Hold | Translate, unit: Unit, ours: str = "", raw: str = ""
) -> Carry | Hold | Translate:
    """A step whose text is written in the form of its leaf; an engine's answer is so later."""
    if isinstance(step, Translate) or unit.form is None:
        return step
    if step.text == ours:
        return replace(step, text=raw)
    return replace(step, text=as_written(step.text, unit))


# ------------------------------------------------------------------ which leaf is which


def is_same(one: str, other: str) -> bool:
    """Whether two texts are one to a reader, white space aside."""
    return seen(one).split() == seen(other).split()


def _continued(old: Sequence[Leaf], new: Sequence[Leaf]) -> dict[int, int]:
    """Which old leaf each new one continues: equal ones first, then those in their place, or alike."""
    keys = [[(*shape(leaf), one_line(seen(leaf.text))) for leaf in side] for side in (old, new)]
    pairs: dict[int, int] = {}
    for tag, i, p, j, q in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if [*map(shape, old[i:p])] == [*map(shape, new[j:q])]:
            pairs.update(zip(range(j, q), range(i, p), strict=True))
        elif tag == "replace":
            pairs.update(_likest(old, new, range(i, p), range(j, q)))
    return pairs


def _likest(
    old: Sequence[Leaf], new: Sequence[Leaf], left: range, right: range
) -> Iterator[tuple[int, int]]:
    def similarity(i: int, p: int, j: int, q: int) -> float:
        if p - i != 1 or q - j != 1 or old[left[i]].kind != new[right[j]].kind:
            return 0.0
        return text_similarity(old[left[i]].text, new[right[j]].text)

    texts = [
        [one_line(seen(leaf.text)) for leaf in side]
        for side in (old[left.start : left.stop], new[right.start : right.stop])
    ]
    for change in match(texts[0], texts[1], similarity, moves=False):
        if len(change.old) == len(change.new) == 1:
            yield right[change.new.start], left[change.old.start]
