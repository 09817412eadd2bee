"""What becomes of the units of a page: one step each, and the draft that they make."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from amts_bot.model import BlockKind, Range, Request, Syntax


@dataclass(frozen=True, slots=True)
class Form:
    """How a leaf is written: its syntax, its English as it stands in the page, and a text to write it like."""

    syntax: Syntax
    english: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One block of the new English page, or a leaf of one, or an old one that is gone (`source_new` None).

    `source` is its English: of a leaf, what it says; `form` is how that is written, None where text is just text.
    """

    kind: BlockKind
    source: str
    source_old: Range | None = None
    source_new: Range | None = None
    target_old: Range | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """The English stands, so the translators' bytes stand."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Carry:
    """Only what needs no translation changed: the same edit was made in the target."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """The block is elsewhere now, and its translation moved with it."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Merge:
    """Code or another block with a syntax of its own, merged from both sides."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translate:
    """Text of which `pieces` alternate between what stays and requests: prose, or a cell with its comments.

    `standing` is what the target has for all of it, and keeps while no request has an answer; "" where it has nothing.
    """

    units: tuple[Unit, ...]
    pieces: tuple[str | Request, ...]
    reason: str = ""
    _: KW_ONLY
    conflicts: tuple[str, ...] = ()
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """The English is gone, and its translation went with it. `text` is what was taken out."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Left to a person: the target stands as it was."""

    units: tuple[Unit, ...]
    text: str
    reason: str = ""


LeafStep = Keep | Carry | Merge | Translate | Drop | Hold


@dataclass(frozen=True, slots=True)
class Compound:
    """A block that holds several leaves: its frame as it will stand, with a step in the place of each leaf.

    `frame` says what became of the block itself, which is a unit too; its text is not written.
    """

    frame: Keep | Carry | Move | Merge | Hold
    pieces: tuple[str | LeafStep, ...]

    @property
    def steps(self) -> tuple[LeafStep, ...]:
        return tuple(piece for piece in self.pieces if not isinstance(piece, str))

    @property
    def units(self) -> tuple[Unit, ...]:
        return (*self.frame.units, *(unit for step in self.steps for unit in step.units))


Step = Keep | Carry | Move | Merge | Translate | Drop | Hold | Compound


def requests_of(step: Step | None) -> tuple[Request, ...]:
    """What a step asks an engine for, in order."""
    if isinstance(step, Compound):
        return tuple(request for leaf in step.steps for request in requests_of(leaf))
    pieces = step.pieces if isinstance(step, Translate) else ()
    return tuple(piece for piece in pieces if isinstance(piece, Request))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the new target page: a step's text (or text only the translators have), then blanks."""

    step: Step | None
    own: str = ""  # text only the translators have; no unit
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole page, drafted: what stands, what moves, and what an engine still has to translate."""

    language: str
    lead: str
    parts: tuple[Part, ...]
    likeness: float = 1.0  # how much the old target looks like a translation of the old English
    line_end: str = ""  # that of the old target, where it has one kind: what is new gets it too
    unasked: int = 0  # changed English words that stand in no unit

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for part in self.parts if part.step for unit in part.step.units)

    @property
    def requests(self) -> tuple[Request, ...]:
        return tuple(request for part in self.parts for request in requests_of(part.step))
