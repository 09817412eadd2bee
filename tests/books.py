"""Books of our own, made from a seed, for tests of the page merge.

An author writes an English page, translates it as people do (comments too, sentences joined, notes
and cells of their own added) and edits the English. He knows which blocks he left alone, so what
must stand in a merged page does not depend on the merge's own idea of it.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

_WORDS = """
    amber anchor apron basil basket beacon bottle branch bread bridge broom bucket butter button
    candle canyon carpet cellar chimney cider clover cobble copper cotton cradle cricket curtain
    daisy ember engine feather fiddle flannel forest fountain gables garden ginger glacier grain
    hammer harbour harvest hazel hinge hollow honey island ivory jacket juniper kettle kitchen
    ladder lantern lemon linen lobster lumber maple marble meadow mirror mitten morning mortar
    mustard needle nettle oatmeal orchard otter oyster paddle parcel pebble pepper pigeon pillow
    planet plaster pocket pottery prairie puddle quarry quilt rabbit raven ribbon river saddle
    salmon saucer shelter shovel silver sparrow spindle spoon spruce stable starling stove
    stream sugar summit thimble thistle timber tulip turnip umbrella valley velvet village
    vinegar walnut weather whistle willow window winter wooden yarrow yellow
"""
WORDS = _WORDS.split()


def turkish(word: str) -> str:
    """A made-up Turkish word, always the same one for a word."""
    return word[::-1].translate(str.maketrans("csgiou", "çşğıöü")) + "di"


def chinese(word: str) -> str:
    return "".join(
        chr(0x4E00 + (ord(a) * 31 + ord(b) * 7) % 9000) for a, b in itertools.pairwise(word)
    )[::2]


@dataclass(frozen=True)
class Language:
    tag: str
    word: Callable[[str], str]
    space: str
    stop: str


LANGUAGES = {
    "tr": Language(tag="tr", word=turkish, space=" ", stop="."),
    "zh": Language(tag="zh", word=chinese, space="", stop="。"),
}


@dataclass(frozen=True)
class Piece:
    """One block of the English page with its translation; `tight`: no blank line before it.

    `mate` is the English of a neighbour whose translation stands in this one's target too.
    """

    kind: str
    english: str
    target: str
    tight: bool = False
    mate: str = ""


Pieces = list[Piece]


class Author:
    """Writes English and its translation, from a seed."""

    def __init__(self, seed: int, language: Language) -> None:
        self.random = random.Random(seed)
        self.language = language
        self._number = 0

    def fresh(self) -> int:
        self._number += 1
        return self._number

    def words(self, least: int, most: int) -> list[str]:
        return self.random.sample(WORDS, self.random.randint(least, most))

    def _token(self, word: str) -> str:
        """A word, or a span in its place."""
        spans = (f"`{word}_{self.fresh()}`", f"$x_{{{self.fresh()}}}$", f":numref:`fig_{word}`")
        return self.random.choice(spans) if self.random.random() < 0.15 else word

    def sentence(self) -> tuple[str, str]:
        tokens = [self._token(word) for word in self.words(4, 12)]
        ours = [self.language.word(t) if t in WORDS else t for t in tokens]
        english = " ".join(["The", *tokens]) + "."
        target = self.language.space.join([self.language.word("river").capitalize(), *ours])
        return english, target + self.language.stop

    def sentences(self, least: int, most: int) -> list[tuple[str, str]]:
        return [self.sentence() for _ in range(self.random.randint(least, most))]

    def joined(self, sentences: list[tuple[str, str]]) -> tuple[str, str]:
        """The text in both languages; wraps differ, and people now and then join two sentences."""
        english = self.random.choice((" ", "\n")).join(e for e, _ in sentences)
        gap = self.random.choice((" ", "\n")) if self.language.space else ""
        ours = gap.join(t for _, t in sentences)
        if len(sentences) > 2 and self.random.random() < 0.15:
            ours = ours.replace(self.language.stop, ",", 1)
        return english, ours

    # -- blocks

    def paragraph(self) -> Pieces:
        english, ours = self.joined(self.sentences(1, 5))
        return [Piece(kind="paragraph", english=english + "\n", target=ours + "\n")]

    def heading(self) -> Pieces:
        words = self.words(2, 4)
        mark = "#" * self.random.randint(1, 3)
        ours = self.language.space.join(map(self.language.word, words))
        pieces = [
            Piece(kind="heading", english=f"{mark} {' '.join(words)}\n", target=f"{mark} {ours}\n")
        ]
        return [*pieces, self.label()] if self.random.random() < 0.5 else pieces

    def label(self) -> Piece:
        text = f":label:`sec_{self.random.choice(WORDS)}_{self.fresh()}`\n"
        return Piece(kind="label", english=text, target=text, tight=True)

    def items(self) -> Pieces:
        pieces = []
        for number in range(self.random.randint(2, 4)):
            english, ours = self.sentence()
            pieces.append(
                Piece(kind="item", english=f"* {english}\n", target=f"* {ours}\n", tight=number > 0)
            )
        return pieces

    def code(self) -> Pieces:
        lines, ours = [], []
        for word in self.words(1, 5):
            if self.random.random() < 0.4:
                comment = self.words(3, 6)
                lines.append(f"# {' '.join(comment)}")
                ours.append(f"# {self.language.space.join(map(self.language.word, comment))}")
            line = f"{word} = bake({self.fresh()}, '{self.random.choice(WORDS)}')"
            lines.append(line)
            ours.append(line)
        fence = "```{.python .input}\n%s\n```\n"
        return [
            Piece(kind="code", english=fence % "\n".join(lines), target=fence % "\n".join(ours))
        ]

    def math(self) -> Pieces:
        text = f"$$y_{{{self.fresh()}}} = \\mathrm{{{self.random.choice(WORDS)}}}\n- x$$\n"
        return [Piece(kind="math", english=text, target=text)]

    def tab(self) -> Pieces:
        name = self.random.choice(("mxnet", "pytorch", "tensorflow"))
        begin, end = f":begin_tab:`{name}`\n", ":end_tab:\n"
        english, ours = self.joined(self.sentences(1, 3))
        return [
            Piece(kind="tab", english=begin, target=begin),
            Piece(kind="paragraph", english=english + "\n", target=ours + "\n", tight=True),
            Piece(kind="tab", english=end, target=end, tight=True),
        ]

    def table(self) -> Pieces:
        """A header, its rule and a row."""
        head, row = ([self.random.choice(WORDS) for _ in range(3)] for _ in range(2))
        word = self.language.word
        lines = [
            (f"| {' | '.join(cells)} |\n", f"| {' | '.join(map(word, cells))} |\n")
            for cells in (head, row)
        ]
        lines.insert(1, ("|---|:-:|---|\n",) * 2)
        return [
            Piece(kind="row", english=e, target=t, tight=n > 0) for n, (e, t) in enumerate(lines)
        ]

    def summary(self) -> Pieces:
        """A heading that stands in a page more than once."""
        return [
            Piece(
                kind="heading",
                english="## Summary\n",
                target=f"## {self.language.word('silver')}\n",
            )
        ]

    def block(self) -> Pieces:
        makers = (
            (self.paragraph, 6),
            (self.heading, 3),
            (self.items, 2),
            (self.code, 2),
            (self.math, 1),
            (self.tab, 1),
            (self.table, 1),
            (self.summary, 1),
        )
        makes, weights = zip(*makers, strict=True)
        pieces: Pieces = self.random.choices(makes, weights)[0]()
        return pieces

    def page(self, blocks: int) -> list[Pieces]:
        page: list[Pieces] = []
        for _ in range(blocks):
            again = page and self.random.random() < 0.06
            page.append(list(self.random.choice(page)) if again else self.block())
        return page

    # -- what people do to a translation

    def note(self) -> str:
        return f"[{self.language.word('lantern')} {self.fresh()}]: {self.sentence()[1]}\n"

    def localised(self, page: list[Pieces]) -> list[Pieces]:
        """The page with the liberties that translators take inside blocks and with neighbours."""
        return [[self._localised(piece) for piece in block] for block in self._joined(page)]

    def _localised(self, piece: Piece) -> Piece:
        chance = self.random.random()
        if piece.kind not in ("paragraph", "item") or piece.mate:
            return piece
        if chance < 0.05:
            return replace(piece, target="")
        if chance < 0.10:
            return replace(piece, target=piece.english)
        sentences = re.split(rf"(?<={re.escape(self.language.stop)})\s*", piece.target.strip())
        if chance < 0.15 and piece.kind == "paragraph" and len(sentences) > 1:
            rest = (self.language.space or "").join(sentences[1:])
            return replace(piece, target=f"{sentences[0]}\n\n{rest}\n")
        return piece

    def _joined(self, page: list[Pieces]) -> Iterator[Pieces]:
        """Now and then two paragraphs become one."""
        previous: Piece | None = None
        for block in page:
            one = block[0] if len(block) == 1 and block[0].kind == "paragraph" else None
            if previous and one and self.random.random() < 0.1:
                yield [
                    replace(
                        previous,
                        target=previous.target.rstrip() + "\n" + one.target,
                        mate=one.english,
                    )
                ]
                yield [replace(one, target="", mate=previous.english)]
                previous = None
                continue
            if previous:
                yield [previous]
            previous = one
            if not one:
                yield block
        if previous:
            yield [previous]

    def translated(self, page: list[Pieces], habits: bool) -> tuple[str, list[str]]:
        """The target page, and the blocks in it that only the translators have."""
        text, own = "", []
        for block in page:
            for piece in block:
                gap = "" if piece.tight or not text or not piece.target else "\n"
                wide = habits and gap and self.random.random() < 0.1
                text += gap + "\n" * bool(wide) + piece.target
            if habits and self.random.random() < 0.12:
                own.append(self.random.choice((self.note, self._cell))())
                text += "\n" + own[-1]
        return text, own

    def _cell(self) -> str:
        return f"```{{.python .input}}\n#@tab paddle\npaddle_{self.fresh()} = 1\n```\n"

    # -- what the authors do to the English

    def edited(self, page: list[Pieces], edits: int) -> list[Pieces]:
        """The English after some edits."""
        page = list(page)
        acts = (self._delete, self._insert, self._move, self._split, self._join, self._wrap)
        for _ in range(edits if page else 0):
            act = self.random.choice((*acts, *[self._change] * 5))
            act(page, self.random.randrange(len(page)))
            page = page or [self.block()]
        return page

    def _delete(self, page: list[Pieces], at: int) -> None:
        del page[at]

    def _insert(self, page: list[Pieces], at: int) -> None:
        page.insert(at, self.block())

    def _move(self, page: list[Pieces], at: int) -> None:
        page.insert(self.random.randrange(len(page)), page.pop(at))

    def _split(self, page: list[Pieces], at: int) -> None:
        first, _dot, rest = page[at][0].english.partition(". ")
        if page[at][0].kind == "paragraph" and rest:
            page[at : at + 1] = [
                [Piece(kind="paragraph", english=first + ".\n", target="")],
                [Piece(kind="paragraph", english=rest, target="")],
            ]

    def _join(self, page: list[Pieces], at: int) -> None:
        pair = [piece for block in page[at : at + 2] for piece in block]
        if [piece.kind for piece in pair] == ["paragraph", "paragraph"]:
            english = pair[0].english.rstrip() + " " + pair[1].english
            page[at : at + 2] = [[Piece(kind="paragraph", english=english, target="")]]

    def _wrap(self, page: list[Pieces], at: int) -> None:
        """A block into a tab, or out of it."""
        if page[at][0].kind == "tab":
            page[at] = [replace(piece, tight=False) for piece in page[at][1:-1]]
        else:
            begin, end = (
                Piece(kind="tab", english=":begin_tab:`jax`\n", target=""),
                Piece(kind="tab", english=":end_tab:\n", target="", tight=True),
            )
            page[at] = [begin, *page[at], end]

    def _change(self, page: list[Pieces], at: int) -> None:
        index = self.random.randrange(len(page[at]))
        page[at] = [*page[at][:index], self.changed(page[at][index]), *page[at][index + 1 :]]

    def changed(self, piece: Piece) -> Piece:
        match piece.kind:
            case "paragraph" | "item" | "heading":
                return replace(piece, english=self._reworded(piece.english))
            case "label":
                return replace(piece, english=self.label().english)
            case "code":
                lines = piece.english.split("\n")
                lines[self.random.randrange(1, len(lines) - 2)] = (
                    f"new_{self.fresh()} = stir()  # fold"
                )
                return replace(piece, english="\n".join(lines))
            case "math":
                return replace(piece, english=piece.english.replace("y", "z"))
            case _:
                return piece

    def _reworded(self, english: str) -> str:
        head = re.match(r"(#+ |\* )?", english)
        mark = head[0] if head else ""
        if mark.startswith("#"):
            return f"{mark}{' '.join(self.words(2, 4))}\n"
        parts = re.split(r"(?<=\.)\s", english[len(mark) :].strip())
        at = self.random.randrange(len(parts))
        kind = self.random.choice(("new", "word", "insert", "delete"))
        if kind == "new":
            parts[at] = self.sentence()[0]
        elif kind == "word":
            parts[at] = parts[at].replace("The ", f"The {self.random.choice(WORDS)} ", 1)
        elif kind == "insert" or len(parts) == 1:
            parts.insert(at, self.sentence()[0])
        else:
            del parts[at]
        return mark + " ".join(parts) + "\n"


def english_of(page: list[Pieces]) -> str:
    text = ""
    for piece in (piece for block in page for piece in block):
        text += ("" if piece.tight or not text else "\n") + piece.english
    return text


@dataclass(frozen=True)
class Case:
    language: str
    old: str
    new: str
    target: str
    standing: tuple[str, ...]  # target blocks whose English was not touched
    own: tuple[str, ...]  # target blocks that only the translators have


def book(seed: int, language: str, blocks: int, edits: int, habits: bool = True) -> Case:
    author = Author(seed, LANGUAGES[language])
    page = author.page(blocks)
    page = author.localised(page) if habits else page
    target, own = author.translated(page, habits)
    new = author.edited(page, edits)
    if habits and author.random.random() < 0.1:
        target = target.rstrip("\n")
    if habits and author.random.random() < 0.1:
        target = target.replace("\n", "\r\n")
    return Case(
        language=language,
        old=english_of(page),
        new=english_of(new),
        target=target,
        standing=_standing(page, new),
        own=tuple(own),
    )


def _standing(old: list[Pieces], new: list[Pieces]) -> tuple[str, ...]:
    """The translations of the pieces of which the English has no less than before."""
    before, after = (Counter(p.english for block in page for p in block) for page in (old, new))
    return tuple(
        part.strip()
        for block in old
        for piece in block
        if all(after[e] >= before[e] for e in (piece.english, piece.mate) if e)
        for part in piece.target.split("\n\n" if piece.kind == "paragraph" else "\0")
    )


CASES = st.builds(
    book,
    st.integers(0, 2**32),
    st.sampled_from(sorted(LANGUAGES)),
    st.integers(1, 14),
    st.integers(0, 6),
    st.booleans(),
)
