"""The leaves of HTML and JSX: what stands between tags, and the attributes that people read.

A walk of our own, since offsets must be exact, JSX is no HTML, and what is broken must stay as it is: one pass over
the block, tag by tag. Tags that stand inside a sentence (`<a>`, `<b>`) belong to its text, as in any paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from amts_bot.model import Leaf, Range
from amts_bot.text.markdown import inline

ATTRIBUTES = frozenset({"alt", "aria-label", "caption", "label", "placeholder", "title"})
_SENTENCE_TAGS = """
    a abbr b bdi bdo big br cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup
    time tt u var wbr
"""
_INLINE = frozenset(_SENTENCE_TAGS.split())
_VOID = frozenset(
    {"br", "wbr", "img", "hr", "input", "source", "track", "col", "embed", "link", "meta"}
)
_COMPONENT = re.compile(r"[A-Z.-]")
# What stands in these is for machines, or to be shown as it is.
_RAW = frozenset({"script", "style", "pre", "textarea", "svg", "math", "template"})
# Longer than any tag or expression of a page: where one does not end within this, it is text.
_LONGEST = 4_000
# Beyond these a block is no page's: what is quadratic is left out.
_MOST_UNCLOSED = 20
_MOST_TAGS = 200

_TOKEN = re.compile(
    r"(?P<comment><!--)|(?P<tag></?(?P<name>[A-Za-z][\w.:-]*))|(?P<other></?>|<[!?][^<>]*>)|(?P<brace>\{)"
    r"|(?P<fence>^[ \t]*(?:`{3,}|~{3,}))"
    # What ends a paragraph in Markdown ends one here: a blank line, an item, a heading, a row, a quotation.
    r"|\n[ \t\r]*(?=\n)|\n(?=[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]|[|>]))",
    re.MULTILINE,
)
_IN_TAG = re.compile(
    r"""(?P<name>[^\s"'<>/={}]+)(?:\s*=\s*(?P<value>"[^"]*"|'[^']*'|(?=\{)|[^\s"'<>{}]+))?|(?P<brace>\{)|(?P<end>/?>)|[\s/]+"""
)
_IN_BRACES = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}]")


def leaves(text: str, _prose_keys: frozenset[str] = frozenset()) -> tuple[Leaf, ...]:
    """The texts and attributes of a piece of HTML or JSX that people read, in order.

    None where a tag does not end: nobody knows then what is text.
    """
    walk = _MarkupWalk(text=text)
    found = tuple(walk.leaves())
    return () if walk.is_broken else found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tag:
    """A tag `[start, end)`; `attributes` are the values that people read, quotes included, by name."""

    start: int
    end: int
    name: str
    kind: Literal["open", "close", "void"]
    attributes: tuple[tuple[str, int, int], ...] = ()


@dataclass(slots=True, kw_only=True)
class _MarkupWalk:
    """One pass over a block: what stands in the current sentence is gathered until something parts it."""

    text: str
    parent: str = ""
    start: int = 0
    is_broken: bool = False
    unclosed: int = 0  # braces
    tags: list[_Tag] = field(default_factory=list)  # those inside the current stretch
    components: list[bool] = field(
        default_factory=list
    )  # whether each open one stands inside a sentence

    def leaves(self) -> Iterator[Leaf]:
        at = 0
        while not self.is_broken and (found := _TOKEN.search(self.text, at)):
            at = found.end()
            tag = self._tag(found) if found["tag"] else None
            self.is_broken |= bool(found["tag"]) and tag is None
            if tag and self._is_inline(tag):
                self.tags.append(tag)
                at = tag.end
                continue
            end = tag.end if tag else self._end(found)
            if end is None:
                continue
            if found["brace"] and "\n" not in self.text[found.start() : end]:
                at = end
                continue
            yield from self._stretch(found.start())
            if tag:
                yield from self._attributes(tag)
                self.parent = tag.name if tag.kind == "open" else self.parent
                end = self._behind_raw(tag)
            self.start = at = end
        yield from self._stretch(len(self.text))

    # -- tokens

    def _tag(self, found: re.Match[str]) -> _Tag | None:
        """The tag that begins here, or None where it does not end."""
        name = found["name"] or ""
        at, limit = found.end(), found.end() + _LONGEST
        attributes: list[tuple[str, int, int]] = []
        while inside := _IN_TAG.match(self.text, at, limit):
            at = inside.end()
            if inside["end"]:
                closes = self.text.startswith("</", found.start())
                void = inside["end"] == "/>" or name in _VOID
                kind: Literal["open", "close", "void"] = (
                    "close" if closes else "void" if void else "open"
                )
                return _Tag(
                    start=found.start(), end=at, name=name, kind=kind, attributes=tuple(attributes)
                )
            if inside["brace"]:
                end = self._braces(inside.start())
                if end is None:
                    return None
                at = end
            elif (
                inside["name"] in ATTRIBUTES
                and (inside["value"] or "")[:1] in ('"', "'")
                and inside["value"]
            ):
                attributes.append((inside["name"], *inside.span("value")))
        return None

    def _braces(self, start: int) -> int | None:
        """Behind the brace that closes the one at `start`; those in strings are none."""
        depth = 0
        if self.unclosed > _MOST_UNCLOSED:
            return None
        for found in _IN_BRACES.finditer(self.text, start, start + _LONGEST):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                return found.end()
        self.unclosed += 1
        return None

    def _end(self, found: re.Match[str]) -> int | None:
        """Behind what a token that is no tag begins; None where it is text after all."""
        if found["comment"]:
            end = self.text.find("-->", found.end())
            return end + 3 if end >= 0 else len(self.text)
        if found["brace"]:
            return self._braces(found.start())
        if found["fence"]:
            mark = re.escape(found["fence"].strip())
            closing = re.compile(rf"^[ \t]*{mark}[ \t\r]*$", re.MULTILINE).search(
                self.text, found.end()
            )
            return closing.end() if closing else len(self.text)
        return None if found["tag"] else found.end()

    def _behind_raw(self, tag: _Tag) -> int:
        if tag.kind != "open" or tag.name.lower() not in _RAW:
            return tag.end
        closing = re.compile(rf"</{tag.name}\s*>", re.IGNORECASE).search(self.text, tag.end)
        return closing.end() if closing else len(self.text)

    # -- sentences and what parts them

    def _is_inline(self, tag: _Tag) -> bool:
        """Whether a tag stands inside a sentence: those of HTML by their name, components where words precede them."""
        inside = tag.name in _INLINE
        if _COMPONENT.search(tag.name):
            inside = self._goes_on(tag) if tag.kind != "close" else self._closes_inside()
            if tag.kind == "open":
                self.components.append(inside)
        return inside and not any(
            inline.has_words(self.text[start:end]) for _, start, end in tag.attributes
        )

    def _closes_inside(self) -> bool:
        return bool(self.components) and self.components.pop()

    def _goes_on(self, tag: _Tag) -> bool:
        """Whether a component follows words on its line."""
        line = max(self.start, self.text.rfind("\n", 0, tag.start) + 1)
        return bool(self.text[line : tag.start].strip())

    def _stretch(self, end: int) -> Iterator[Leaf]:
        """The leaf that ends here, without the blanks and tags around it."""
        tags = self.tags if len(self.tags) < _MOST_TAGS else ()
        start, end = _bare(self.text, (self.start, end), tags)
        self.tags.clear()
        if start < end and _has_words(self.text[start:end]):
            yield Leaf(
                kind="text",
                key=self.parent,
                start=start,
                end=end,
                text=self.text[start:end],
                syntax="text",
            )

    def _attributes(self, tag: _Tag) -> Iterator[Leaf]:
        for name, start, end in tag.attributes:
            value = self.text[start + 1 : end - 1]
            if inline.has_words(value):
                yield Leaf(
                    kind="attribute",
                    key=f"{tag.name}@{name}",
                    start=start,
                    end=end,
                    text=value,
                    syntax="attribute",
                )


_VERBATIM = frozenset({"code", "kbd", "samp", "tt", "var"})
_CODE = re.compile(rf"<({'|'.join(sorted(_VERBATIM))})\b[^<>]*>[^<>]*</\1>")


def _has_words(text: str) -> bool:
    return inline.has_words(_CODE.sub(" ", text))


def _bare(text: str, within: Range, tags: Sequence[_Tag]) -> Range:
    """A stretch without the blanks at its ends, and without tags that have nothing to do with its inside."""
    (start, end), left = within, [*tags]
    while True:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        first = left[0] if left and left[0].start == start else None
        last = left[-1] if left and left[-1].end == end else None
        if any(tag.name in _VERBATIM for tag in (first, last) if tag):
            return start, end
        if first and _partner(left, 0) in (None, len(left) - 1 if last else None):
            start = first.end
            left.pop(0)
        elif last and _partner(left, len(left) - 1) is None:
            end = last.start
            left.pop()
        else:
            return start, end


def _partner(tags: Sequence[_Tag], at: int) -> int | None:
    """The other one of a pair of tags, by its number; None for a tag that stands alone."""
    kind, depth = tags[at].kind, 0
    if kind == "void":
        return None
    order = range(at, len(tags)) if kind == "open" else range(at, -1, -1)
    for number in order:
        if tags[number].name == tags[at].name:
            depth += {kind: 1, "void": 0}.get(tags[number].kind, -1)
            if depth == 0:
                return number
    return None


def written(text: str, _model: str) -> str:
    """A text between tags: on one line."""
    return " ".join(text.split())


def written_attribute(text: str, model: str) -> str:
    """The value of an attribute, in the quotes that its model has."""
    quote = model[:1] or '"'
    entity = {'"': "&quot;", "'": "&#39;"}[quote]
    return f"{quote}{' '.join(text.split()).replace(quote, entity)}{quote}"


def said_attribute(raw: str) -> str:
    """What an attribute says; characters that are written by name stay so."""
    return raw[1:-1]
