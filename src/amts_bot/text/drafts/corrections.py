"""What people often put right in machine text: the book's own terms, learnt from review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amts_bot.model import Learnt
from amts_bot.text.drafts.pieces import PieceEdit, edits, joined, pieces
from amts_bot.text.markdown import inline

# A phrase counts when people put the same for it this often, on so many pages, in this share of its places. Measured
# on sentences of other pages (what is left to type, Turkish and Chinese): nothing learnt .1445 / .1998; 2, 2, .4
# .1292 / .1936; 3, 2, .5 .1319 / .1938; a share of .3 .1291 / .1945; two rounds .1274 / .1934.
_LEAST_OFTEN, _LEAST_PAGES, _LEAST_SHARE = 2, 2, 0.4
_MOST_WORDS = 9
_MOST_BESIDE = 2  # words beside an edit that may belong to the phrase

# The words of a phrase; the first item says what stands before them: a space, or nothing.
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostEdit:
    """A sentence as the machine had it, and as people let it stand; `page` says where."""

    machine: str
    human: str
    page: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What people write for a phrase of the machine, and how often they did."""

    text: str
    times: int


Table = Mapping[Phrase, Correction]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a book's people write for phrases of the machine, round by round; empty until something is learnt."""

    rounds: tuple[Table, ...] = ()

    def applied(self, text: str) -> str:
        """Machine text with the longest phrases corrected, from the left, in each round."""
        return self.corrected(text).text

    def corrected(self, text: str) -> Corrected:
        """The same, with what was corrected."""
        made: tuple[Learnt, ...] = ()
        for table in self.rounds:
            found = _corrected(text, table)
            text, made = found.text, (*made, *found.made)
        return Corrected(text, made)

    def listed(self) -> tuple[Learnt, ...]:
        """All of them, each once, those that people made most often first."""
        often: dict[tuple[str, str], int] = {}
        for learnt in (_learnt(*row) for table in self.rounds for row in table.items()):
            said = learnt.machine, learnt.human
            often[said] = max(often.get(said, 0), learnt.times)
        found = (Learnt(*said, times) for said, times in often.items())
        return tuple(sorted(found, key=lambda it: (-it.times, it.machine, it.human)))


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text, and the corrections that were made in it."""

    text: str
    made: tuple[Learnt, ...]


NOTHING_LEARNT = Corrections()


def _corrected(text: str, table: Table) -> Corrected:
    words = pieces(text) if table else [text]
    out, position, made = "", 0, []
    while position < len(words):
        length, found = _at(words, position, table)
        out = _with(out, found, words[position + length - 1])
        if found:
            made.append(_learnt(_phrase(words, position, position + length), found))
        position += length
    return Corrected(out, tuple(made))


def _learnt(phrase: Phrase, correction: Correction) -> Learnt:
    """As people are told of it: without words beside it that both sides have, if a word of the machine is left."""
    before, after = phrase[1:], pieces(correction.text)
    match [*edits(before, after)]:
        case [edit] if edit.end > edit.start:
            before, after = before[edit.start : edit.end], [*edit.after]
    return Learnt(joined(before, ()), "".join(after).strip(), correction.times)


def _at(words: Sequence[str], position: int, table: Table) -> tuple[int, Correction | None]:
    """How many words from a position on are corrected, and to what."""
    for length in range(min(_MOST_WORDS, len(words) - position), 0, -1):
        found = table.get(_phrase(words, position, position + length)) if table else None
        if found:
            return length, found
    return 1, None


def _with(before: str, correction: Correction | None, last: str) -> str:
    """The text so far with a correction, or with the word `last` as it is."""
    if correction is None:
        return before + last
    text = correction.text if before else correction.text.lstrip()
    return before.rstrip() + text + last[len(last.rstrip()) :]


def learnt(reviewed: Iterable[PostEdit]) -> Corrections:
    """The corrections that repeat, and those that repeat once they are made. Numbers and protected spans stay."""
    pairs = list(reviewed)
    first = _table(pairs)
    rest = [replace(pair, machine=_corrected(pair.machine, first).text) for pair in pairs]
    return Corrections((first, _table(rest)) if first else ())


def _table(reviewed: Iterable[PostEdit]) -> Table:
    pairs = [(pieces(pair.machine), pieces(pair.human), pair.page) for pair in reviewed]
    times: Counter[tuple[Phrase, str]] = Counter()
    pages: dict[tuple[Phrase, str], set[str]] = {}
    for machine, human, page in pairs:
        for found in set(_phrases(machine, human)):
            times[found] += 1
            pages.setdefault(found, set()).add(page)
    often = [
        (phrase, text, count)
        for (phrase, text), count in times.most_common()
        if count >= _LEAST_OFTEN and len(pages[phrase, text]) >= _LEAST_PAGES
    ]
    seen = _seen((machine for machine, _, _ in pairs), {phrase for phrase, _, _ in often})
    best: dict[Phrase, Correction] = {}
    for phrase, text, count in often:
        if count >= _LEAST_SHARE * seen[phrase]:
            best.setdefault(phrase, Correction(text, count))
    return {phrase: it for phrase, it in best.items() if not _is_undone(phrase, it, best)}


def _is_undone(phrase: Phrase, correction: Correction, table: Table) -> bool:
    """People wrote it for each other in both directions: they agree on neither."""
    back = table.get(_as_phrase(correction.text))
    return back is not None and _as_phrase(back.text) == phrase


def _as_phrase(text: str) -> Phrase:
    return " " * text[:1].isspace(), *(word.rstrip() for word in pieces(text))


def _phrases(machine: Sequence[str], human: Sequence[str]) -> Iterator[tuple[Phrase, str]]:
    """Each edit with what people wrote for it, alone and with the words that stand on both sides of it."""
    made = [part for edit in edits(machine, human) for part in _word_by_word(edit, machine)]
    ends = [0, *(edit.end for edit in made)]
    starts = [*(edit.start for edit in made[1:]), len(machine)]
    shift = 0
    for edit, free_from, free_to in zip(made, ends, starts, strict=False):
        start, end = edit.start + shift, edit.start + shift + len(edit.after)
        for left in range(min(_MOST_BESIDE, edit.start - free_from) + 1):
            for right in range(min(_MOST_BESIDE, free_to - edit.end) + 1):
                phrase = _phrase(machine, edit.start - left, edit.end + right)
                text = _lead(human, start - left) + "".join(human[start - left : end + right])
                if 1 < len(phrase) <= _MOST_WORDS + 1 and _is_fair(phrase, text):
                    yield phrase, text.rstrip()
        shift += len(edit.after) - (edit.end - edit.start)


def _word_by_word(edit: PieceEdit, machine: Sequence[str]) -> Iterator[PieceEdit]:
    """As many words for as many are taken one for one: they seldom repeat together."""
    before, after = machine[edit.start : edit.end], edit.after
    inner = zip(before[:-1], after, strict=False)
    if len(before) != len(after) or not all(a[-1].isspace() and b[-1].isspace() for a, b in inner):
        yield edit
        return
    for place, word in enumerate(after, edit.start):
        yield PieceEdit(place, place + 1, (word,))


def _phrase(words: Sequence[str], start: int, end: int) -> Phrase:
    return _lead(words, start), *(word.rstrip() for word in words[start:end])


def _lead(words: Sequence[str], start: int) -> str:
    return " " if start == 0 or words[start - 1][-1].isspace() else ""


def _is_fair(phrase: Phrase, text: str) -> bool:
    """Numbers and protected spans are the English's: no correction touches them."""
    return _untouchable(" ".join(phrase)) == _untouchable(text)


def _untouchable(text: str) -> Counter[str]:
    spans = ("".join(text[s.start : s.end].split()) for s in inline.spans(text))
    return Counter([*spans, *(word for word in inline.skeleton(text) if word.isdigit())])


def _seen(texts: Iterable[Sequence[str]], wanted: set[Phrase]) -> Counter[Phrase]:
    """How many sentences hold each wanted phrase."""
    seen: Counter[Phrase] = Counter()
    for words in texts:
        found = {
            _phrase(words, start, end)
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + _MOST_WORDS) + 1)
        }
        seen.update(found & wanted)
    return seen
