"""The page merge: old English, new English and the reviewed target become a `Draft`.

Blocks of the three pages that belong together form a group; every group becomes one step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from amts_bot.model import (
    PROSE,
    Bead,
    Block,
    BlockKind,
    Request,
)
from amts_bot.model.steps import (
    Carry,
    Compound,
    Draft,
    Drop,
    Hold,
    Keep,
    LeafStep,
    Merge,
    Move,
    Part,
    Step,
    Translate,
    Unit,
)
from amts_bot.text.align.blocks import (
    ambiguous,
    shared_key,
    unlike,
)
from amts_bot.text.align.pages import (
    LINE_END,
    Alignment,
    Page,
    block_pairs,
    must_stand,
    page,
    text_of,
)
from amts_bot.text.align.sentences import all_sure_boundaries
from amts_bot.text.code import api as code
from amts_bot.text.languages import Language
from amts_bot.text.markdown.frames import flat
from amts_bot.text.markdown.leaves import COMPOUND, leaves
from amts_bot.text.markdown.sameness import as_read, normal
from amts_bot.text.merge.breaks import with_breaks
from amts_bot.text.merge.changes import (
    comparable,
    match_blocks,
    text_similarity,
    word_similarity,
)
from amts_bot.text.merge.code_cells import cell_step
from amts_bot.text.merge.compound import merged_block, new_block, standing_block
from amts_bot.text.merge.entries import EDITED, NO_LABEL, STILL_ENGLISH
from amts_bot.text.merge.groups import (
    Group,
    groups,
    ordered,
    outside_tabs,
    replaced,
)
from amts_bot.text.merge.near import Pool
from amts_bot.text.merge.revision import Revision, Unaligned, begin, fresh, revised, translated
from amts_bot.text.merge.threeway import three_way
from amts_bot.text.merge.units import block_units, unasked
from amts_bot.text.names.texts import block_hash
from amts_bot.text.review_state import Blocks

_NEIGHBOUR = "this may translate what stands beside it"
_LEFT_OUT = "the translators left it out"
_LABEL = re.compile(r":(?:eq)?label:`|\([^()\s]+\)=")
_BYTE_ORDER_MARK = "\ufeff"
# Below this share of matching prose the target is no translation of its source: measured, real
# pages are above 0.9, pages paired at random below 0.47.
LEAST_LIKENESS = 0.5
# A new paragraph or item at least this like an old one is made from it; what is said of it then.
_LIKE = 0.5
_LIKE_ANOTHER: dict[BlockKind, str] = {
    "paragraph": "like a paragraph elsewhere",
    "item": "like an item elsewhere",
}
# Blocks that are merged piece by piece also where nothing in them is translated.
_PLAIN = frozenset({"front_matter", "row"})
_NAMES: dict[str, str] = {
    "front_matter": "front matter",
    "row": "cells of the row",
    "html": "texts of the HTML",
    "directive": "titles of the directive",
}
_LEAST_WORDS = 8
# Where fewer of a page's comments are translated, the translators leave them in English.
_AS_A_RULE = 0.75


def draft(
    alignment: Alignment,
    source_new: str,
    language: Language,
    known: Mapping[str, str] | None = None,
    theirs: Blocks = frozenset(),
    *,
    asks: bool = False,
) -> Draft:
    """The draft of one page.

    `alignment`: the old English with its reviewed target; `known`: translations of whole blocks
    from elsewhere in the book, by stripped English text, for blocks that are new here; `theirs`: target
    blocks that people wrote on the open branch, which stay though their English goes; `asks`: comments of code are
    asked for where the page has none that tell whether its people translate them.
    """
    new = page(source_new, alignment.source.prose_keys)
    drafter = _Drafter(alignment, new, language, known or {}, theirs)
    return drafter.run(asks)


@dataclass(frozen=True, slots=True)
class Commenting:
    """Comments of code on a page, and how many of them its people translated."""

    comments: int = 0
    translated: int = 0

    def __add__(self, other: Commenting) -> Commenting:
        return Commenting(self.comments + other.comments, self.translated + other.translated)

    @property
    def is_rule(self) -> bool:
        """They translate them, as a rule."""
        return self.translated >= _AS_A_RULE * self.comments > 0


def commenting(alignment: Alignment) -> Commenting:
    """What a page tells of its people's comments."""
    return _told(alignment, {})


def _told(alignment: Alignment, memory: dict[str, str]) -> Commenting:
    """What a page tells; its translated comments are added to `memory`."""
    told = Commenting()
    for bead in alignment.beads:
        if len(bead.source) == len(bead.target) == 1:
            source = alignment.source.blocks[bead.source[0]]
            target = alignment.target.blocks[bead.target[0]]
            if source.kind == target.kind == "code":
                same = source.text == target.text
                pairs = {} if same else code.comment_pairs(source.text, target.text)
                memory.update(pairs)
                comments = code.comments(source.text)
                told += Commenting(len(comments), sum(it in pairs for it in comments))
    return told


def _absent(english: str) -> str:
    """Why nothing stands for a block whose English did not change."""
    return NO_LABEL if _LABEL.match(english) else _LEFT_OUT


@dataclass(frozen=True, slots=True)
class _Begun:
    """The step for units that are revised, before their sentences are aligned; `target` is what they were."""

    units: tuple[Unit, ...]
    revision: Revision | Unaligned
    target: str
    origin: str = ""

    def done(self, sure: Iterator[Mapping[int, int]]) -> Part:
        """The part with that step, with the next boundaries where it needs any."""
        revision = self.revision
        if isinstance(revision, Unaligned):
            revision = revision.revised(next(sure))
        return Part(revised(self.units, revision, self.target, self.origin))


def _aligned(begun: Sequence[tuple[Group, Part | _Begun]]) -> Iterator[tuple[Group, Part]]:
    """Every part of a page, the sentences of all that were begun aligned together."""
    revisions = [part.revision for _, part in begun if isinstance(part, _Begun)]
    sides = [revision.sides for revision in revisions if isinstance(revision, Unaligned)]
    sure = iter(all_sure_boundaries(sides))
    for group, part in begun:
        yield group, part.done(sure) if isinstance(part, _Begun) else part


class _Drafter:
    def __init__(
        self,
        alignment: Alignment,
        new: Page,
        language: Language,
        known: Mapping[str, str],
        theirs: Blocks,
    ) -> None:
        self._old, self._target, self._beads = alignment.source, alignment.target, alignment.beads
        self._new = new
        self._line_end = self._target.line_end  # looks at the whole page
        self._language = language
        self._known = {**block_pairs(alignment), **known}
        self._likeness, self._ratio = alignment.likeness, alignment.ratio
        # Blocks that were translated together stand together, wherever the English has them now.
        self._together = {
            i: self._old.blocks[i].text.strip()
            for bead in must_stand(alignment, new)
            if len(bead.source) > 1
            for i in bead.source
        }
        self._comments: dict[str, str] = {}
        self._told = _told(alignment, self._comments)
        self._asks = self._told.is_rule
        blocks = enumerate(self._target.blocks if theirs else ())
        self._theirs = frozenset(j for j, block in blocks if block_hash(block.text) in theirs)
        self._copies = alignment.copies - self._theirs

    def run(self, asks: bool) -> Draft:
        self._asks |= asks and not self._told.comments
        changes = match_blocks(self._old.blocks, self._new.blocks)
        made = groups(changes, self._beads)
        self._join_ahead(made)
        in_order = outside_tabs(
            ordered(made, self._beads, len(self._target.blocks)),
            self._new.blocks,
            self._target.blocks,
        )
        in_place = replaced(in_order, self._theirs, self._replaces)
        begun = [(group, self._part(group)) for group in in_place]
        emitted = list(_aligned(begun))
        standing = [group for group, part in emitted if _text_length(part)]
        parts = tuple(self._parts(emitted, standing))
        lead = self._lead(standing)
        return Draft(
            language=self._language.code,
            lead=lead,
            parts=parts,
            likeness=self._likeness,
            line_end=self._line_end,
            unasked=unasked(self._old.blocks, self._new.blocks),
        )

    def _join_ahead(self, groups: Sequence[Group]) -> None:
        """Translators may be ahead of the English: what it adds may stand in the target already.

        A tab is left out: its marks and its text are blocks that must stay together.
        """
        own = {
            (block.kind, _own_key(block)): bead.target[0]
            for bead in self._beads
            if not bead.source and len(bead.target) == 1
            for block in [self._target.blocks[bead.target[0]]]
            if _own_key(block) and not block.context
        }
        for group in groups if own else ():
            if group.old or len(group.new) != 1:
                continue
            block = self._new.blocks[group.new[0]]
            if block.context:
                continue
            place = own.pop((block.kind, _own_key(block)), None)
            if place is not None:
                group.target = [place]

    def _replaces(self, gone: Group, come: Group) -> bool:
        """Whether one paragraph may have come in the place of another, and has no translation yet."""
        old, new = (
            [page.blocks[i] for i in indices]
            for page, indices in ((self._old, gone.old), (self._new, come.new))
        )
        texts = {block.text.strip() for block in new}
        return (
            [block.kind for block in old] == [block.kind for block in new]
            and {block.kind for block in new} <= PROSE
            and not texts & {*self._known, *self._together.values()}
        )

    # -- layout

    def _lead(self, standing: Sequence[Group]) -> str:
        """The blanks before the first block: as the target had them, else the new English.

        A byte order mark is how the page is stored: it stays, and none comes from the English.
        """
        if not standing or 0 in standing[0].target:
            return self._target.lead
        mark = _BYTE_ORDER_MARK if self._target.lead.startswith(_BYTE_ORDER_MARK) else ""
        blanks = self._new.lead.removeprefix(_BYTE_ORDER_MARK) if 0 in standing[0].new else ""
        return mark + self._ended(blanks)

    def _parts(
        self, emitted: Iterable[tuple[Group, Part]], standing: Sequence[Group]
    ) -> Iterator[Part]:
        """Every part with the blanks behind it; those without text have none."""
        following = {id(left): right for left, right in pairwise(standing)}
        for group, part in emitted:
            if not _text_length(part):
                yield part
                continue
            after = following.get(id(group))
            gap = self._gap(group, after) if after else self._tail(group)
            missing = (after or self._target.is_ended) and not _is_ended(part)
            yield Part(part.step, part.own, self._ended("\n" * missing) + gap)

    def _gap(self, left: Group, right: Group) -> str:
        """The blanks between two groups: as the target had them, else the new English."""
        new = self._ended(self._new.gaps[left.new[-1]]) if _next_to(left.new, right.new) else None
        if _next_to(left.target, right.target):
            mine = self._target.gaps[left.target[-1]]
            old = self._old.gaps[left.old[-1]] if _next_to(left.old, right.old) else None
            return new if new is not None and mine == old else mine
        if new is not None:
            return new
        if left.target and not left.new:
            return self._target.gaps[left.target[-1]] or self._ended("\n")
        return self._ended("\n")

    def _tail(self, last: Group) -> str:
        if last.target and last.target[-1] == len(self._target.blocks) - 1:
            return self._target.gaps[-1]
        if last.new and last.new[-1] == len(self._new.blocks) - 1:
            return self._ended(self._new.gaps[-1])
        return ""

    def _ended(self, blanks: str) -> str:
        """Blanks of the English with the line ends of the target."""
        return LINE_END.sub(self._line_end, blanks) if self._line_end else blanks

    # -- steps

    def _part(self, group: Group) -> Part | _Begun:
        if not group.old and not group.new:
            return Part(None, own=text_of(self._target, group.target))
        step = self._step(group)
        return step if isinstance(step, _Begun) else Part(step)

    def _step(self, group: Group) -> Step | _Begun:
        units = tuple(self._units(group))
        old, new, target = (
            text_of(page, indices)
            for page, indices in (
                (self._old, group.old),
                (self._new, group.new),
                (self._target, group.target),
            )
        )
        if not group.new:
            return self._gone(group, units, old, target)
        if self._is_copy(group):
            return self._following(group, units)
        compound = self._compound(group)
        if compound:
            return compound
        if not group.old and target:
            return Keep(units, target, "the translators had it before the English")
        if not group.old:
            return self._fresh(group, units, new)
        if target and self._together.keys() >= set(group.old):
            return Keep(units, target, "translated together")
        if self._same(group):
            kind = Move if group.moved else Keep
            return kind(units, target, "" if target else _absent(new))
        if not group.target:
            return self._left_out(units, old, new)
        if len(units) > 1 and units[0].kind in COMPOUND:
            return self._unpaired(units, old, new, target)
        if {self._new.blocks[j].kind for j in group.new} <= PROSE:
            if self._ambiguous.intersection(group.target):
                return Hold(units, target, f"its English changed, but {_NEIGHBOUR}")
            ours = with_breaks(old, new, target)
            return _Begun(units, begin(old, new, ours, self._language), target)
        return self._merged(units, old, new, target)

    def _is_copy(self, group: Group) -> bool:
        return bool(group.target) and self._copies.issuperset(group.target)

    def _following(self, group: Group, units: tuple[Unit, ...]) -> Step:
        """English that nobody has translated waits: as the target has it, else the new English in its place."""
        if len(group.new) == 1 and units[0].kind in COMPOUND:
            new = self._new.blocks[group.new[0]]
            ours = [self._target.blocks[j] for j in group.target]
            stands = standing_block(new, ours[0]) if len(ours) == 1 and self._same(group) else None
            return stands or new_block(new)
        if not self._same(group):
            return translated(units, self._asked(self._new, group.new), STILL_ENGLISH)
        standing = text_of(self._target, group.target)
        step = translated(units, self._asked(self._target, group.target), STILL_ENGLISH)
        return replace(step, standing=standing) if isinstance(step, Translate) else step

    @staticmethod
    def _asked(side: Page, indices: Sequence[int]) -> tuple[str | Request, ...]:
        """The pieces of blocks that are wholly to be translated, with the blanks between them."""
        pieces: list[str | Request] = []
        for j in indices:
            pieces += [*fresh(side.blocks[j].text), side.gaps[j]]
        return tuple(pieces[:-1])

    def _compound(self, group: Group) -> Compound | None:
        """The merge of a block that holds several leaves, where it is one block on every side."""
        new, target = (
            [side.blocks[i] for i in indices]
            for side, indices in ((self._new, group.new), (self._target, group.target))
        )
        if len(new) != 1 or len(target) != 1 or len(group.old) > 1:
            return None
        old = self._old.blocks[group.old[0]] if group.old else None
        kinds = {block.kind for block in (old, *new, *target) if block}
        if len(kinds) > 1 or not kinds <= COMPOUND:
            return None
        if not any(map(leaves, (*new, *target))) and not kinds <= _PLAIN:
            return None
        if group.old and self._together.keys() >= set(group.old):
            return None
        return merged_block(old, new[0], target[0], self._language, moved=group.moved)

    def _unpaired(self, units: tuple[Unit, ...], old: str, new: str, target: str) -> Step:
        """A block whose leaves nobody can pair: only a change between them is merged, and only where that is clear."""
        text, clean = three_way(old, target, new)
        if clean and word_similarity(comparable(old), comparable(new)) == 1:
            return Merge(units, text, f"{units[0].kind} changed")
        return Hold(
            units,
            target,
            f"the {_NAMES[units[0].kind]} cannot be paired with the English, which changed",
        )

    def _same(self, group: Group) -> bool:
        return [as_read(self._old.blocks[i]) for i in group.old] == [
            as_read(self._new.blocks[j]) for j in group.new
        ]

    def _gone(self, group: Group, units: tuple[Unit, ...], old: str, target: str) -> Step:
        is_code = [self._old.blocks[i].kind for i in group.old] == ["code"]
        if is_code and target and code.merge(old, target, old).added:
            return Hold(
                units, target, "gone from the English, but the translators added lines to it"
            )
        if self._is_doubtful(group) and not self._is_copy(group):
            return Hold(units, target, f"gone from the English, but {_NEIGHBOUR}")
        if self._theirs.intersection(group.target):
            return Hold(units, target, EDITED)
        return Drop(units, target, "gone from the English")

    def _is_doubtful(self, group: Group) -> bool:
        """Whether a target of the group may translate other English than that of the group."""
        beads = {self._bead_of[j] for j in group.target if j in self._bead_of}
        blocks = self._old.blocks, self._target.blocks
        return bool(unlike(*blocks, beads, self._ratio) or self._ambiguous & {*group.target})

    @cached_property
    def _bead_of(self) -> Mapping[int, Bead]:
        return {j: bead for bead in self._beads for j in bead.target}

    @cached_property
    def _ambiguous(self) -> frozenset[int]:
        return ambiguous(self._old.blocks, self._target.blocks, self._beads, self._ratio)

    def _fresh(self, group: Group, units: tuple[Unit, ...], new: str) -> Step | _Begun:
        known = self._known.get(new.strip())
        if known is None and new.strip() in self._together.values():
            return Hold(units, "", "its translation stands with that of an old neighbour")
        if known is not None:
            return Move(units, _placed(known, new), "translated elsewhere in the book")
        if units[0].kind == "code":
            plain, indent = flat(new)
            cell = code.new_cell(plain, self._comments)
            return cell_step(units, cell, indent, asks=self._asks)
        if len(group.new) == 1 and units[0].kind in COMPOUND:
            return new_block(self._new.blocks[group.new[0]])
        if units[0].kind not in PROSE:
            return Carry(units, new, f"new {units[0].kind}")
        like = self._like(new, units[0].kind)
        if like is not None:
            origin = f"{_LIKE_ANOTHER[units[0].kind]}; "
            return _Begun(units, begin(*like, self._language), "", origin)
        return translated(units, fresh(new), "new in the English")

    def _like(self, new: str, kind: BlockKind) -> tuple[str, str, str] | None:
        """An old paragraph or item that the new one is made of, with its translation: (old, new, target).

        English copies paragraphs into framework tabs and changes a name or a sentence; items differ in a clause.
        """
        words = comparable(new)
        if kind not in _LIKE_ANOTHER or len(words) < _LEAST_WORDS:
            return None
        others = (
            (word_similarity(words, mine), old) for old, mine in self._translated[kind].near(words)
        )
        alike, old = max(others, default=(0.0, ""))
        if alike < _LIKE:
            return None
        return old, new, _placed(self._known[old.strip()], old)

    @cached_property
    def _translated(self) -> dict[BlockKind, Pool]:
        """The old paragraphs and items that have a translation of their own."""
        return {
            kind: Pool(
                {
                    block.text: comparable(block.text)
                    for block in self._old.blocks
                    if block.kind == kind and block.text.strip() in self._known
                }
            )
            for kind in _LIKE_ANOTHER
        }

    def _left_out(self, units: tuple[Unit, ...], old: str, new: str) -> Step:
        if units[0].kind not in PROSE or text_similarity(old, new) > 0.8:
            return Keep(units, "", _LEFT_OUT)
        return translated(units, fresh(new), "changed in the English, and without a translation")

    def _merged(self, units: tuple[Unit, ...], old: str, new: str, target: str) -> Step:
        if _squeezed(units[0].kind, old) == _squeezed(units[0].kind, new):
            text = target if units[0].kind == "code" else with_breaks(old, new, target)
            return Carry(units, text, "only white space changed in the English")
        if units[0].kind == "code":
            (was, _), (ours, _), (now, indent) = flat(old), flat(target), flat(new)
            merged = code.merge(was, ours, now, self._comments)
            return cell_step(units, merged, indent, asks=self._asks)
        text, clean = three_way(old, target, new)
        if (
            not clean and units[0].kind in COMPOUND
        ):  # no leaf was found in it, but it may hold words
            return self._unpaired(units, old, new, target)
        conflicts = () if clean else (f"the translators had: {target.strip()}",)
        return Merge(units, text, f"{units[0].kind} changed", conflicts)

    def _units(self, group: Group) -> Iterator[Unit]:
        """One unit per new block, or per old one that is gone, and one per leaf of each.

        The target stands with the first.
        """
        old = _range(self._old, group.old)
        target = _range(self._target, group.target)
        for i in () if group.new else group.old:
            block = self._old.blocks[i]
            yield from block_units(block, block.range, None, target)
            target = None
        for j in group.new:
            block = self._new.blocks[j]
            yield from block_units(block, old, block.range, target)
            old = target = None


def _own_key(block: Block) -> str:
    """What tells that a block of the translators is one that the English adds: there is one front matter."""
    return block.kind if block.kind == "front_matter" else shared_key(block)


def _placed(text: str, like: str) -> str:
    """A stripped text with the white space that stands around another one."""
    before, after = len(like) - len(like.lstrip()), len(like.rstrip())
    return like[:before] + text + like[after:]


def _next_to(left: Sequence[int], right: Sequence[int]) -> bool:
    return bool(left and right) and right[0] == left[-1] + 1


def _text_length(part: Part) -> int:
    step = part.step
    if step is None:
        return len(part.own)
    if isinstance(step, Drop):
        return 0
    if isinstance(step, Compound):
        return sum(_text_length(_part_of(piece)) for piece in step.pieces)
    if isinstance(step, Translate):
        return sum(1 if isinstance(piece, Request) else len(piece) for piece in step.pieces)
    return len(step.text)


def _part_of(piece: str | LeafStep) -> Part:
    return Part(None, own=piece) if isinstance(piece, str) else Part(piece)


def _is_ended(part: Part) -> bool:
    """Whether the last line of a part has its line end; the last block of a page may lack it."""
    step = part.step
    if isinstance(step, Compound):  # leaves that the translators left out come last, without text
        with_text = [part for part in map(_part_of, step.pieces) if _text_length(part)]
        return bool(with_text) and _is_ended(with_text[-1])
    if step is None:
        text: str | Request = part.own
    elif isinstance(step, Translate):
        text = step.pieces[-1]
    else:
        text = step.text
    return isinstance(text, str) and text.endswith(("\n", "\r"))


def _squeezed(kind: str, text: str) -> list[str]:
    """What is left when white space does not count: in code, only the one at line ends."""
    text = normal(text)
    return [line.rstrip() for line in text.splitlines()] if kind == "code" else text.split()


def _range(page: Page, indices: Sequence[int]) -> tuple[int, int] | None:
    return (page.blocks[indices[0]].start, page.blocks[indices[-1]].end) if indices else None
