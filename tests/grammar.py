"""Documents of every construct that books use, nested at will, with their translation and later English.

A document is text with a sign for each sentence; what a sign says in English, and in the translation, is made
from its number. So old English, new English and the translation have one form, and which sentences stand is known
without asking the merge.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.books import WORDS, turkish

_FIRST = 0xF1000  # signs are characters of the last planes, which no text here has
_SIGN = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + 0xEFFF)}]")
Draw = st.DrawFn


@dataclass(frozen=True)
class Leaf:
    """What is translated for itself: its sentences by number."""

    sentences: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """A top-level block: its text with signs, and its leaves in order."""

    text: str
    leaves: tuple[Leaf, ...] = ()


@dataclass(frozen=True)
class Document:
    """The blocks of a page, a blank line between them."""

    pieces: tuple[Piece, ...]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for piece in self.pieces for leaf in piece.leaves)

    def english(self) -> str:
        return self._said(english)

    def turkish(self) -> str:
        return self._said(translation)

    def _said(self, say: Callable[[int], str]) -> str:
        text = "\n".join(piece.text for piece in self.pieces)
        return _SIGN.sub(lambda sign: say(ord(sign[0]) - _FIRST), text)


def _words(number: int) -> list[str]:
    chance = random.Random(number)
    return chance.sample(WORDS, 2 if _is_title(number) else chance.randint(5, 9))


def _is_title(number: int) -> bool:
    return number % 2 == 1


def english(number: int) -> str:
    """An odd number is a title, an even one a sentence."""
    words = " ".join(_words(number))
    return words.capitalize() if _is_title(number) else f"The {words}."


def translation(number: int) -> str:
    words = " ".join(map(turkish, _words(number)))
    return words.capitalize() if _is_title(number) else f"Bu {words}."


# ------------------------------------------------------------------ the grammar


class Writer:
    """Hands out sentences, and remembers in which leaf each stands. `inner` may nest in containers."""

    def __init__(self, draw: Draw, inner: Collection[str]) -> None:
        self.draw = draw
        self.inner = inner
        self.leaves: list[Leaf] = []
        self._number = 0

    def _sign(self, *, title: bool) -> int:
        self._number += 2
        return self._number + title

    def title(self) -> str:
        number = self._sign(title=True)
        self.leaves.append(Leaf((number,)))
        return chr(_FIRST + number)

    def sentences(self, least: int = 1, most: int = 3, between: str = " ") -> str:
        numbers = [self._sign(title=False) for _ in range(self.draw(st.integers(least, most)))]
        self.leaves.append(Leaf(tuple(numbers)))
        return between.join(chr(_FIRST + number) for number in numbers)

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))


Construct = Callable[
    [Writer, int], str
]  # lines, each with its end; the number is how deep it may nest


def paragraph(at: Writer, _depth: int) -> str:
    return at.sentences(between=at.one_of(" ", "\n")) + "\n"


def hard_breaks(at: Writer, _depth: int) -> str:
    return at.sentences(2, 3, between=at.one_of("  \n", "\\\n")) + "\n"


def heading(at: Writer, _depth: int) -> str:
    form = at.one_of(
        "# {}\n", "## {}\n", "### {} ###\n", "{}\n=====\n", "{}\n---\n", "## {} {{#an-id}}\n"
    )
    return form.format(at.title())


def bullets(at: Writer, depth: int) -> str:
    mark = at.one_of("- ", "* ", "+ ", "1. ", "3) ", "- [ ] ", "- [x] ")
    items = range(at.draw(st.integers(1, 3)))
    return "".join(mark + at.sentences(1, 2) + "\n" + _below(at, mark, depth) for _ in items)


def _below(at: Writer, mark: str, depth: int) -> str:
    """What else stands in an item."""
    if depth == 0 or at.draw(st.booleans()):
        return ""
    inner = at.one_of("list", "paragraph", "code")
    width = " " * (len(mark) if mark[0].isdigit() else 2)
    if inner == "list":
        return _indented(bullets(at, depth - 1), width)
    return "\n" + _indented({"paragraph": paragraph, "code": code}[inner](at, 0), width) + "\n"


def quotation(at: Writer, depth: int) -> str:
    return _prefixed(_inside(at, depth), ">", at.one_of("> ", ">"))


def alert(at: Writer, depth: int) -> str:
    return _prefixed(f"[!{at.one_of('NOTE', 'TIP', 'WARNING')}]\n" + _inside(at, depth), ">", "> ")


def colon_container(at: Writer, depth: int) -> str:
    """VitePress, Docusaurus, MyST."""
    fence = ":" * (3 + depth)
    head = at.one_of(
        "{fence} tip {title}", "{fence} warning", "{fence}{{note}}", "{fence}note[{title}]"
    )
    title = at.title() if "{title}" in head else ""
    head = head.format(fence=fence, title=title)
    gap = at.one_of("", "\n")
    return f"{head}\n{gap}{_inside(at, depth)}{gap}{fence}\n"


def slash_container(at: Writer, depth: int) -> str:
    fence = "/" * (3 + depth)
    return f"{fence} note | {at.title()}\n\n{_inside(at, depth)}\n{fence}\n"


def admonition(at: Writer, depth: int) -> str:
    """MkDocs: the body is what is indented."""
    head = at.one_of('!!! note "{}"', '??? tip "{}"', '???+ note "{}"', '=== "{}"', "!!! warning")
    head = head.format(at.title()) if "{}" in head else head
    return f"{head}\n\n{_indented(_inside(at, depth), '    ')}"


def myst(at: Writer, depth: int) -> str:
    fence = "`" * (5 + depth)  # code inside has three or four
    head = at.one_of("{note}\n", "{admonition} {}\n:class: tip\n\n", "{note}\n:name: here\n\n")
    head = head.replace("{}", at.title()) if "{}" in head else head
    return f"{fence}{head}{_inside(at, depth)}{fence}\n"


def tab(at: Writer, _depth: int) -> str:
    return f":begin_tab:`jax`\n{paragraph(at, 0)}:end_tab:\n"


def footnote(at: Writer, depth: int) -> str:
    label = at.draw(st.integers(1, 99))
    more = "\n" + _indented(paragraph(at, 0), "    ") if depth and at.draw(st.booleans()) else ""
    return f"[^{label}]: {at.sentences()}\n{more}"


def definitions(at: Writer, _depth: int) -> str:
    return f"{at.title()}\n:   {at.sentences()}\n"


def table(at: Writer, _depth: int) -> str:
    width = at.draw(st.integers(1, 3))
    rows = [
        "| " + " | ".join(at.title() for _ in range(width)) + " |\n",
        "|---" * width + "|\n",
        *("| " + " | ".join(at.sentences(1, 1) for _ in range(width)) + " |\n"
          for _ in range(at.draw(st.integers(1, 3)))),
    ]  # fmt: skip
    return "".join(rows)


def html(at: Writer, _depth: int) -> str:
    form = at.one_of(
        "<p>{}</p>\n", '<div class="note">\n<b>{}</b>\n</div>\n', "<details>\n<summary>{}</summary>\n</details>\n",
        "<ul>\n  <li>{}</li>\n</ul>\n",
    )  # fmt: skip
    return form.format(at.sentences(1, 1))


def image(at: Writer, _depth: int) -> str:
    return at.one_of("![{}](a.svg)\n", '<img src="a.svg" alt="{}">\n').format(at.title())


def component(at: Writer, _depth: int) -> str:
    form = at.one_of("<Note>\n{}\n</Note>\n", "<Note>\n\n{}\n\n</Note>\n", '<Card title="{}" />\n')
    return form.format(at.sentences(1, 1))


def code(at: Writer, _depth: int) -> str:
    fence, info = at.one_of("``` python", "~~~ ", "``` {.python.input}", "```` ").split(" ")
    return f"{fence}{info}\nlamp.light({at.draw(st.integers(0, 99))})\n{fence}\n"


def math(at: Writer, _depth: int) -> str:
    return f"$$\nx_{{{at.draw(st.integers(0, 99))}}} = y\n$$\n"


def markup_line(at: Writer, _depth: int) -> str:
    return at.one_of(
        ":label:`sec_lamp`\n", "{* ../a.py ln[1:3] *}\n", "{{< figure src=a.svg >}}\n", "<!-- a note -->\n",
        "[lamp]: https://example.org/lamp\n", "***\n", "(a-target)=\n", "{{#include a.rs}}\n", "<<< @/a.js\n",
        '--8<-- "a.md"\n', "{% include a.html %}\n", "import Lamp from './lamp'\n",
    )  # fmt: skip


def inline(at: Writer, _depth: int) -> str:
    """A paragraph with what must come back exactly."""
    span = at.one_of(
        "`a`",
        "$x$",
        "[@doe]",
        "@fig-a",
        "[^1]",
        "{{ a }}",
        ":numref:`a`",
        "<br>",
        "{count}",
        "**a**",
    )
    return at.sentences(2, 3, between=f" {span} ") + "\n"


LEAVES: Mapping[str, Construct] = {
    "paragraph": paragraph, "hard breaks": hard_breaks, "heading": heading, "code": code, "math": math,
    "tables": table, "HTML": html, "images": image, "components": component, "markup lines": markup_line,
    "inline": inline,
}  # fmt: skip
CONTAINERS: Mapping[str, Construct] = {
    "lists": bullets, "quotations": quotation, "alerts": alert, "colon containers": colon_container,
    "slash containers": slash_container, "admonitions": admonition, "MyST directives": myst, "tabs": tab,
    "footnotes": footnote, "definitions": definitions,
}  # fmt: skip
CONSTRUCTS: Mapping[str, Construct] = {**LEAVES, **CONTAINERS}


def front_matter(at: Writer) -> str:
    form = at.one_of(
        "---\ntitle: {}\nweight: 3\n---\n", '---\ntitle: "{}"\ndescription: {}\ntags: [a, b]\n---\n',
        '+++\ntitle = "{}"\ndate = 2020-01-01\n+++\n', "---\nlang: en\ndescription: >\n  {}\n---\n",
    )  # fmt: skip
    return form.format(*(at.title() for _ in range(form.count("{}"))))


def _inside(at: Writer, depth: int) -> str:
    """The blocks in a container."""
    names = ["paragraph", "paragraph", "lists", "code", "inline", "heading", "math"]
    names += ["quotations", "colon containers", "admonitions", "MyST directives"] if depth else []
    names = [name for name in names if name in at.inner]
    chosen = at.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2))
    return "\n".join(CONSTRUCTS[name](at, max(0, depth - 1)) for name in chosen)


def _indented(text: str, indent: str) -> str:
    return "".join(
        indent + line if line.strip() else line for line in text.splitlines(keepends=True)
    )


def _prefixed(text: str, empty: str, mark: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(mark + line if line.strip() else f"{empty}\n" for line in lines)


# ------------------------------------------------------------------ documents and edits


@st.composite
def documents(
    draw: Draw,
    names: Sequence[str],
    inner: Collection[str],
    *,
    depth: int = 2,
    fronted: bool = False,
) -> Document:
    """A page of the constructs called `names`, those of `inner` in them, a paragraph before and behind each."""
    at = Writer(draw, inner)
    pieces: list[Piece] = []

    def add(write: Callable[[], str]) -> None:
        first = len(at.leaves)
        text = write()
        pieces.append(Piece(text, tuple(at.leaves[first:])))

    if fronted:
        add(lambda: front_matter(at))
    add(lambda: paragraph(at, 0))
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)):
        add(lambda name=name: CONSTRUCTS[name](at, depth))  # type: ignore[misc]
        add(lambda: paragraph(at, 0))
    return Document(tuple(pieces))


@dataclass(frozen=True)
class Edition:
    """A later English edition: the document, and the leaves that stand from the old one."""

    document: Document
    stands: tuple[Leaf, ...]
    changed: tuple[Leaf, ...]


_LATER = 0x4000  # numbers of sentences that the first edition has not


@st.composite
def reworded(draw: Draw, document: Document) -> Edition:
    """The document with some of its sentences replaced by others."""
    numbers = [number for leaf in document.leaves for number in leaf.sentences]
    chosen = draw(st.sets(st.sampled_from(numbers), max_size=3)) if numbers else set()
    signs = {ord(chr(_FIRST + n)): chr(_FIRST + n + _LATER) for n in chosen}

    def later(leaf: Leaf) -> Leaf:
        return Leaf(tuple(n + _LATER * (n in chosen) for n in leaf.sentences))

    pieces = tuple(
        Piece(piece.text.translate(signs), tuple(map(later, piece.leaves)))
        for piece in document.pieces
    )
    return Edition(
        Document(pieces),
        tuple(leaf for leaf in document.leaves if chosen.isdisjoint(leaf.sentences)),
        tuple(later(leaf) for leaf in document.leaves if not chosen.isdisjoint(leaf.sentences)),
    )


@st.composite
def rearranged(draw: Draw, document: Document) -> Edition:
    """The document with a block gone, a paragraph come, or two blocks in another order."""
    pieces = list(document.pieces)
    front = 1 if pieces and pieces[0].text.startswith(("---", "+++")) else 0
    come: tuple[Leaf, ...] = ()
    gone = (
        draw(st.sets(st.integers(front, len(pieces) - 1), max_size=1))
        if len(pieces) > front + 1
        else set()
    )
    kept = [piece for place, piece in enumerate(pieces) if place not in gone]
    if draw(st.booleans()):
        number = _LATER + 2
        come = (Leaf((number,)),)
        kept.insert(draw(st.integers(front, len(kept))), Piece(chr(_FIRST + number) + "\n", come))
    stands = tuple(leaf for piece in kept for leaf in piece.leaves if leaf not in come)
    return Edition(replace(document, pieces=tuple(kept)), stands, come)
