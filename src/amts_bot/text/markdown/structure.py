"""What a page is built from, words aside: the frame of a page as a value, and how two frames differ.

The frame of a stretch of a page is what begins there, each kind as often as it does: blocks with their level and
what they stand in, the cells of a row, the keys of front matter, definitions of links, and the labels that links go
by. The spans of a sentence are held against its English by the checks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_bot.model import PROSE, Block, Range, counted
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.leaves import sections

_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)([^\[\]]+)\]:", re.MULTILINE)
_SHORTCUT = re.compile(r"\[([^\[\]]+)\](?![\[(:])")
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Outline:
    """The frame of a page, read where it is asked for: its blocks, and the labels that links may go by."""

    starts: tuple[int, ...]
    content: tuple[Block, ...]
    labels: frozenset[str]

    def blocks(self, place: Range | None) -> list[str]:
        """The kinds of the blocks that begin in a stretch, in order, wherever they stand."""
        return [block.kind for block in self._inside(place)]

    def parts(self, place: Range | None) -> list[str]:
        """What the blocks that begin in a stretch are built from, in order."""
        inside = self._inside(place)
        found = [*map(_kind, inside)]
        for block in inside:
            found += _parts(block, self.labels)
        return found

    def frame(self, place: Range | None) -> Counter[str]:
        """The same, each kind as often as it does."""
        return Counter(self.parts(place))

    def _inside(self, place: Range | None) -> Sequence[Block]:
        start, end = place or (0, 0)
        return self.content[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def outline(blocks: Iterable[Block], labels: frozenset[str] = frozenset()) -> Outline:
    """The frame of a page of blocks, blank lines left out; `labels` are those that the page may go by."""
    content = tuple(block for block in blocks if block.kind != "blank")
    starts = tuple(block.start for block in content)
    return Outline(starts, content, labels or labels_of(content))


def labels_of(blocks: Iterable[Block]) -> frozenset[str]:
    """The labels that a page defines: `[the guide]: x.md`."""
    references = (block for block in blocks if block.kind == "reference")
    return frozenset(_label(name) for block in references for name in _names(block))


def unexplained(
    mine: Counter[str], model: Counter[str], before: tuple[Counter[str], Counter[str]]
) -> Counter[str]:
    """What a frame has more (above 0) or fewer (below 0) than its model.

    `before` are the old frame and its model: a difference that was there is none, also where the container
    around it is another one by now. One paragraph may be as good as two: people join and cut them.
    """
    now, then = _difference(mine, model), _difference(*before)
    anywhere = Counter[str]()
    for part, n in then.items():
        anywhere[_placeless(part)] += n
    odd = {
        part: n - _between(n, then[part] or anywhere[_placeless(part)]) for part, n in now.items()
    }
    return Counter({part: n for part, n in odd.items() if n})


def _placeless(part: str) -> str:
    return part.partition(" in ")[0]


def _difference(mine: Counter[str], model: Counter[str]) -> Counter[str]:
    """Signed, and without zeros; paragraphs count once."""
    found = Counter(_plain(mine))
    found.subtract(_plain(model))
    return Counter({part: n for part, n in found.items() if n})


def _plain(frame: Counter[str]) -> dict[str, int]:
    return {part: 1 if part.startswith("paragraph") else n for part, n in frame.items() if n}


def _between(wanted: int, known: int) -> int:
    """As much of a difference as was known, with its sign."""
    return max(0, min(wanted, known)) if wanted > 0 else min(0, max(wanted, known))


def _kind(block: Block) -> str:
    place = "/".join(filter(None, (block.context, block.container)))
    return f"{block.kind} {block.level}".removesuffix(" 0") + (f" in {place}" if place else "")


def _parts(block: Block, labels: frozenset[str]) -> Iterator[str]:
    if block.kind == "row":
        yield counted(len(_PIPE.findall(inline.mask(block.text))), "cell mark")
    if block.kind == "front_matter":
        yield from (f"key {name}" for name, _ in sections(block) if name)
    if block.kind == "reference":
        yield from (f"definition {name}" for name in _names(block))
    if block.kind in PROSE:
        yield from (f"[{name}]" for name in _shortcuts(block.text, labels))


def _names(block: Block) -> list[str]:
    return _DEFINITION.findall(block.text)


def _label(name: str) -> str:
    return " ".join(name.casefold().split())


def _shortcuts(text: str, labels: frozenset[str]) -> list[str]:
    """The labels that links of a text go by, alone: `[the guide]`."""
    found = [_label(name) for name in _SHORTCUT.findall(text)] if labels else []
    return [name for name in found if name in labels]
