"""A changed unit of prose: which target text stands, what is carried, and what needs a translation.

The reviewed sentences whose English stands keep their bytes wherever the sentence alignment is sure;
the stretch between the sure boundaries around a change is what gets translated anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TypeVar

from rapidfuzz.distance import Indel

from amts_bot.model import Request, Span
from amts_bot.model.steps import (
    Carry,
    Hold,
    Translate,
    Unit,
)
from amts_bot.text.align.sentences import sure_boundaries
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.frames import Frame, frame, has_lines, indented
from amts_bot.text.markdown.sameness import seen
from amts_bot.text.merge.changes import (
    Change,
    comparable,
    match,
    text_similarity,
    word_similarity,
)
from amts_bot.text.merge.entries import SAME_MEANING
from amts_bot.text.merge.same_meaning import says_the_same, words, words_say_the_same
from amts_bot.text.merge.slide_marks import with_markers
from amts_bot.text.merge.threeway import three_way

_Piece = TypeVar("_Piece")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The new target unit: `pieces` alternate text that stands and requests; no request means carried."""

    pieces: tuple[str | Request, ...]
    changed: int  # sentences with changed English
    total: int
    notes: tuple[str, ...] = ()
    reworded: bool = False  # other words in the English that say the same

    @property
    def requests(self) -> tuple[Request, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Request))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaligned:
    """A changed unit of which it is to be found which sentences of the target translate which old ones.

    It holds the sentences of its old English, of the new one, and of the target, and what stands around them.
    """

    was: Sequence[str]
    now: Sequence[str]
    ours: Sequence[str]
    prefix: str
    suffix: str
    indent: str
    language: Language

    @property
    def sides(self) -> tuple[Sequence[str], Sequence[str]]:
        """The sentences that are to be aligned."""
        return self.was, self.ours

    def revised(self, sure: Mapping[int, int]) -> Revision:
        """The new target, where the sides surely have these boundaries."""
        inner = _by_sentence(self, sure)
        pieces = joined([self.prefix, *_indented(inner.pieces, self.indent), self.suffix])
        return replace(inner, pieces=pieces)


def revise(old: str, new: str, target: str, language: Language) -> Revision:
    """The new target for English `old` -> `new` with the reviewed translation `target` of `old`."""
    begun = begin(old, new, target, language)
    return begun if isinstance(begun, Revision) else begun.revised(sure_boundaries(*begun.sides))


def begin(old: str, new: str, target: str, language: Language) -> Revision | Unaligned:
    """As `revise`, up to the alignment of sentences, where there is need of it: that of many units takes less time."""
    was, now, had = frame(old), frame(new), frame(target)
    ours = _in_the_form_of(now, had) if was.underline != now.underline else had
    prefix, _ = three_way(was.prefix, ours.prefix, now.prefix)
    suffix = ours.suffix
    indent = _indent(was, now, ours)
    carried = carry(was.body, now.body, ours.body, language)
    if carried is not None:
        text = prefix + indented(carried.text, indent) + suffix
        stands = (prefix, carried.text, suffix, indent) == (
            had.prefix,
            had.body,
            had.suffix,
            had.indent,
        )
        piece = target if stands else text
        return Revision(
            pieces=(piece,), changed=0, total=1, notes=carried.notes, reworded=carried.reworded
        )
    if not inline.has_words(now.body):
        markup = prefix + indented(now.body, indent) + suffix
        return Revision(pieces=(markup,), changed=0, total=1)
    return Unaligned(
        was=sentences.split(was.body, "en"),
        now=sentences.split(now.body, "en"),
        ours=sentences.split(ours.body, language.code),
        prefix=prefix,
        suffix=suffix,
        indent=indent,
        language=language,
    )


def _indent(old: Frame, new: Frame, target: Frame) -> str:
    """What the further lines begin with: as the target has them, while its English stands in the same container."""
    if has_lines(target.body) and old.margin == new.margin:
        return target.indent
    return new.indent if has_lines(new.body) else new.margin


def _indented(pieces: Iterable[str | Request], indent: str) -> Iterator[str | Request]:
    for piece in pieces:
        if isinstance(piece, str):
            yield indented(piece, indent)
        else:
            yield replace(piece, indent=indent)


def _in_the_form_of(new: Frame, target: Frame) -> Frame:
    """A heading with hashes or with an underline, as its English has it now."""
    if new.underline:
        return Frame(prefix=new.prefix, body=target.body, suffix=new.suffix, indent=new.indent)
    line_end = target.suffix[len(target.suffix.rstrip()) :]
    return Frame(prefix=new.prefix, body=" ".join(target.body.split()), suffix=line_end)


def fresh(new: str) -> tuple[str | Request, ...]:
    """The pieces of a unit that has no translation yet; what is nothing but markup is not asked for."""
    parts = frame(new)
    return joined([parts.prefix, *_indented(by_sentence(parts.body), parts.indent), parts.suffix])


def by_sentence(english: str) -> Iterator[str | Request]:
    """A request for each sentence with the white space between them; one for all where a pair of marks would be cut."""
    parts = sentences.split(english, "en")
    if len(parts) > 1 and any(
        sum(map(count, parts)) != count(english)
        for count in (inline.halves, lambda text: len(inline.pairs(text)))
    ):
        parts = [english]
    for part in parts:
        body = part.strip()
        start = part.index(body)
        yield part[:start]
        yield Request(body) if inline.has_words(body) else body
        yield part[start + len(body) :]


def joined(pieces: Iterable[str | _Piece]) -> tuple[str | _Piece, ...]:
    """Neighbouring text joined, empty text left out."""
    out: list[str | _Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


# ------------------------------------------------------------------ steps


def revised(
    units: tuple[Unit, ...], revision: Revision, target: str, origin: str = ""
) -> Carry | Hold | Translate:
    """The step for units that were revised; `target` is what they were, `origin` begins the reason."""
    if revision.requests:
        reason = f"{origin}{revision.changed} of {revision.total} sentences changed"
        return Translate(units, revision.pieces, "; ".join([reason, *revision.notes]))
    text = "".join(piece for piece in revision.pieces if isinstance(piece, str))
    if revision.notes:
        return (
            Hold(units, text, "; ".join(revision.notes))
            if text == target
            else Carry(units, text, "; ".join(revision.notes))
        )
    if revision.changed or text != target:
        return Carry(units, text, "the same edit made in the translation")
    if revision.reworded:
        return Carry(units, text, SAME_MEANING)
    return Carry(
        units, text, "only white space, emphasis, case or punctuation changed in the English"
    )


def translated(
    units: tuple[Unit, ...], pieces: tuple[str | Request, ...], reason: str
) -> Carry | Translate:
    """The step for units that have no translation; text with nothing to ask for stands."""
    if any(isinstance(piece, Request) for piece in pieces):
        return Translate(units, pieces, reason)
    return Carry(units, "".join(str(piece) for piece in pieces), reason)


# ------------------------------------------------------------------ carry


@dataclass(frozen=True, slots=True)
class Carried:
    """A target text after an edit that needs no translation; `notes` say what a person should look at.

    `reworded` says that the English has other words, which say the same.
    """

    text: str
    notes: tuple[str, ...] = ()
    reworded: bool = False


def carry(old: str, new: str, target: str, language: Language) -> Carried | None:
    """The target after an English edit that changed no words, or only to words that say the same; else None.

    Spans and numbers are replaced where the target has them as often as the old English; slide
    markers go around the sentences they cover; white space, wraps, emphasis, case and punctuation
    leave the target as it is.
    """
    old, new = seen(old), seen(new)
    reworded = _words(old) != _words(new)
    if _asks(old) != _asks(new) or (reworded and not _is_same_meaning(old, new, target, language)):
        return None
    text = _with_new_spans(old, new, target)
    if text is None:
        return None
    marked = with_markers(old, new, text, language, sure_boundaries)
    return Carried(marked.text, marked.notes, reworded)


def _is_same_meaning(old: str, new: str, target: str, language: Language) -> bool:
    """English that nobody has translated is no translation of the new words."""
    return _key(old) != _key(target) and says_the_same(old, new, language.same_meaning)


def _words(text: str) -> list[str]:
    return [word for word in inline.skeleton(text) if not word.isdigit()]


def _asks(text: str) -> int:
    """Question and exclamation marks outside spans: they change the meaning, other marks hardly do."""
    rest = inline.mask(text, " ")
    return rest.count("?") + rest.count("!")


def _tokens(text: str) -> list[str]:
    """The protected spans and numbers of a text in order, slide markers and brackets left out."""
    found = [(s.start, text[s.start : s.end]) for s in inline.spans(text) if _counts(s, text)]
    found += [(m.start(), m[0]) for m in _NUMBER.finditer(inline.mask(text, " "))]
    return [token for _, token in sorted(found)]


def _counts(span: Span, text: str) -> bool:
    return span.kind != "marker" and text[span.start : span.end] != "["


def _with_new_spans(old: str, new: str, target: str) -> str | None:
    was, now = _tokens(old), _tokens(new)
    if _squeezed(was) == _squeezed(now):
        return target
    edits: dict[str, str] = {}
    for op in Indel.opcodes(was, now) if len(was) != len(now) else ():
        if op.tag != "equal":
            return None
    for before, after in zip(was, now, strict=True):
        if edits.setdefault(before, after) != after:
            return None
    return replace_tokens(was, {a: b for a, b in edits.items() if a != b}, target)


def _squeezed(tokens: Iterable[str]) -> list[str]:
    return ["".join(token.split()) for token in tokens]


def replace_tokens(was: Sequence[str], edits: dict[str, str], target: str) -> str | None:
    """`target` with each token replaced; None unless it has each as often as the English had it."""
    english, ours = Counter(was), Counter(_tokens(target))
    if any(ours[token] != english[token] for token in edits):
        return None
    pieces, position = [], 0
    for start, end in _token_places(target):
        pieces += [target[position:start], edits.get(target[start:end], target[start:end])]
        position = end
    return "".join(pieces) + target[position:]


def _token_places(text: str) -> list[tuple[int, int]]:
    found = [(s.start, s.end) for s in inline.spans(text) if _counts(s, text)]
    return sorted([*found, *(m.span() for m in _NUMBER.finditer(inline.mask(text, " ")))])


# ------------------------------------------------------------------ sentences


@dataclass(frozen=True, slots=True)
class _Region:
    """Old sentences, the new ones in their place, and the target sentences that go with the old."""

    old: range
    new: range
    target: range
    changed: bool


def _by_sentence(unit: Unaligned, sure: Mapping[int, int]) -> Revision:
    was, now, ours, language = unit.was, unit.now, unit.ours, unit.language
    changes = _sentence_changes(was, now, language.same_meaning)
    pieces: list[str | Request] = []
    notes: list[str] = []
    changed, reworded = 0, False
    for region in _regions(changes, was, now, sure):
        text = "".join(ours[region.target.start : region.target.stop])
        if not region.changed:
            pieces.append(text)
            continue
        before = "".join(was[region.old.start : region.old.stop])
        after = "".join(now[region.new.start : region.new.stop])
        both = before.strip() and text.strip()
        carried = carry(before, after, text, language) if both else None
        if carried is not None:
            pieces.append(carried.text)
            notes += carried.notes
            reworded |= carried.reworded
        elif after.strip():
            changed += len(region.new)
            at_end = region.new.stop == len(now)
            pieces += _requested(before, after, text, pieces, at_end, language.sentence_gap)
    return Revision(
        pieces=joined(_trimmed(pieces, "".join(ours))),
        changed=changed,
        total=max(1, len(now)),
        notes=tuple(notes),
        reworded=reworded,
    )


def _sentence_changes(
    was: Sequence[str], now: Sequence[str], same_meaning: Sequence[str]
) -> list[Change]:
    old, new = (cache(partial(_comparables, side)) for side in (was, now))

    def similarity(i: int, p: int, j: int, q: int) -> float:
        (words, all_), (others, all_others) = old(i, p), new(j, q)
        same = words_say_the_same(words, others, same_meaning)
        return 1.0 if same else word_similarity(all_, all_others)

    return match([_key(s) for s in was], [_key(s) for s in now], similarity, moves=False)


def _comparables(side: Sequence[str], start: int, stop: int) -> tuple[list[str], list[str]]:
    """What is compared of neighbouring sentences: their words, and all that is alike or not."""
    text = "".join(side[start:stop])
    return words(text), comparable(text)


def _key(sentence: str) -> str:
    return " ".join(seen(sentence).split())


def _regions(
    changes: Sequence[Change], was: Sequence[str], now: Sequence[str], sure: Mapping[int, int]
) -> list[_Region]:
    """Cuts a paragraph at the sure boundaries into stretches with and without a change."""
    regions: list[_Region] = []
    start_old = start_new = at_old = at_new = 0
    changed = False
    for change in changes:
        same = len(change.old) == len(change.new) == 1 and _key(was[change.old.start]) == _key(
            now[change.new.start]
        )
        at_old, at_new = at_old + len(change.old), at_new + len(change.new)
        changed = changed or not same
        if at_old in sure:
            target = range(sure[start_old], max(sure[start_old], sure[at_old]))
            regions.append(
                _Region(range(start_old, at_old), range(start_new, at_new), target, changed)
            )
            start_old, start_new, changed = at_old, at_new, False
    return regions


# Below this, several new sentences are no revision of an old one: each may be known for itself.
_LEAST_REUSED = 0.4


def _requested(
    before: str, after: str, text: str, pieces: Sequence[str | Request], at_end: bool, gap: str
) -> list[str | Request]:
    """A request with the white space around it that the target would have; markup stands as it is."""
    last = pieces[-1] if pieces else None
    lead = gap if isinstance(last, str) and last and not last[-1].isspace() else ""
    tail = text[len(text.rstrip()) :] if text.strip() else ""
    if not tail and not at_end:
        tail = gap
    if not inline.has_words(after):
        return [lead, after.strip(), tail]
    untranslated = _key(before) == _key(text)  # English that nobody has translated is no draft
    if untranslated or text_similarity(before, after) < _LEAST_REUSED:
        several = tuple(joined(by_sentence(after.strip())))
        if len(several) > 1:
            return [lead, *several, tail]
    previous = ("", "") if untranslated else (before.strip(), text.strip())
    request = Request(after.strip(), previous_source=previous[0], previous_target=previous[1])
    return [lead, request, tail]


def _trimmed(pieces: list[str | Request], target: str) -> list[str | Request]:
    """The unit ends as it ended: a new last sentence brings no white space of its own."""
    if pieces and isinstance(pieces[-1], str) and target == target.rstrip():
        pieces[-1] = pieces[-1].rstrip()
    return pieces
