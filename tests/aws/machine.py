"""The translating part of the local Amazon Translate: paragraphs of HTML in, the same in another language out.

A paragraph is looked up in the recordings, then in the parallel data, and gets a visible marking when
neither knows it. Elements with `translate="no"` come through as they are, but a recorded translation
that lost or changed one loses it here too, and `Damage` breaks them on request.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

_PARAGRAPH = re.compile(r"(<p\b[^>]*>)(.*?)(</p>)", re.DOTALL)
_KEPT = re.compile(r"<(?P<tag>\w+)\b[^>]*\btranslate=\"no\"[^>]*>.*?</(?P=tag)>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARKDOWN_HEAD = re.compile(r"^(?:#{1,6}|[-*+]|\d+\.)\s+")

How = Literal["lose", "double", "change", "move", "swallow", "drop"]


@dataclass(frozen=True)
class Damage:
    """What happens to paragraphs whose English holds `text`, as the real service was seen to do it.

    lose, double or change the first kept element; move it to the end (which is no damage); swallow a
    word into it; drop the whole paragraph.
    """

    text: str
    how: How


@dataclass
class Machine:
    """`recordings`: target language -> English -> translation, both as Markdown."""

    recordings: dict[str, dict[str, str]] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)

    def learn(self, language: str, lines: Iterable[str]) -> None:
        """Adds JSON lines of {"source", "target"}."""
        known = self.recordings.setdefault(language, {})
        for line in filter(str.strip, lines):
            row = json.loads(line)
            known[key(row["source"])] = _MARKDOWN_HEAD.sub("", row["target"].strip())

    def translate(self, text: str, language: str, pairs: Mapping[str, str]) -> str:
        """A whole HTML text; plain text gets the marking. `pairs` are English and target, by `key`."""
        if not _PARAGRAPH.search(text):
            return self._plain(text, language, pairs)
        return _PARAGRAPH.sub(
            lambda found: self._paragraph(found[1], found[2], found[3], language, pairs), text
        )

    def _plain(self, text: str, language: str, pairs: Mapping[str, str]) -> str:
        return self._known(text, language, pairs) or marked(text, language)

    def _known(self, text: str, language: str, pairs: Mapping[str, str]) -> str | None:
        return self.recordings.get(language, {}).get(key(text)) or pairs.get(key(text))

    def _paragraph(
        self, opening: str, inner: str, closing: str, language: str, pairs: Mapping[str, str]
    ) -> str:
        plain = html.unescape(_TAG.sub("", inner))
        known = self._known(plain, language, pairs)
        kept = [found[0] for found in _KEPT.finditer(inner)]
        out = marked(inner, language) if known is None else _with_elements(known, kept)
        for damage in self.damage:
            if damage.text in plain:
                out = _damaged(out, kept, damage.how)
                if damage.how == "drop":
                    return ""
        return f"{opening}{out}{closing}"


# What stays as it is: kept elements, tags, characters by their name, and in Markdown code; the words of links, too,
# so that a test sees where they went.
_STAYS = re.compile(
    rf"{_KEPT.pattern}|<a\b[^>]*>[^<]*</a>|<[^>]*>|&#?\w+;|`[^`]*`|\[[^\]]*\]\([^)]*\)", re.DOTALL
)
_WORD = re.compile(r"(?<![^\W\d_])[a-z]{3,}(?![^\W_])")


def marked(text: str, language: str) -> str:
    """The marking of a text that neither recordings nor parallel data know, HTML or Markdown.

    Words get the language as an ending: what is nearly the English is no translation.
    """
    lead = text[: len(text) - len(text.lstrip())]
    pieces, position = [], 0
    for stays in _STAYS.finditer(text):
        pieces += [_WORD.sub(rf"\g<0>{language}", text[position : stays.start()]), stays[0]]
        position = stays.end()
    pieces.append(_WORD.sub(rf"\g<0>{language}", text[position:]))
    return f"{lead}«{language}» {''.join(pieces).lstrip()}"


def key(text: str) -> str:
    """English as it is looked up: white space collapsed, heading or list mark and emphasis left out."""
    return re.sub(r"[*_]", "", " ".join(_MARKDOWN_HEAD.sub("", text.strip()).split()))


def characters(text: str) -> int:
    """What is billed of an HTML text: the characters inside <html> that are no markup."""
    return len(html.unescape(_TAG.sub("", "".join(f[2] for f in _PARAGRAPH.finditer(text)))))


def _with_elements(target: str, kept: Sequence[str]) -> str:
    """A recorded translation with the kept elements where their text stands in it."""
    pieces = [target]
    for element in kept:
        text = html.unescape(_TAG.sub("", element))
        for index in range(0, len(pieces), 2):
            before, found, after = pieces[index].partition(text)
            if found:
                pieces[index : index + 1] = [before, element, after]
                break
    return "".join(
        piece if index % 2 else html.escape(piece, quote=True) for index, piece in enumerate(pieces)
    )


def _damaged(out: str, kept: Sequence[str], how: How) -> str:
    if not kept or kept[0] not in out:
        return out
    first = kept[0]
    changed = {
        "lose": "",
        "double": first + first,
        "change": first.replace("</", "?</"),
        "swallow": first.replace("</", " und</"),
    }
    if how == "move":
        return out.replace(first, "", 1) + " " + first
    return out.replace(first, changed.get(how, first), 1)
