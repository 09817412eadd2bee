"""Emphasis that renders: where the marks of `*words*` may stand, by the rules of CommonMark.

A mark opens only where it leans on what follows, and closes only where it leans on what went before
(https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run). Languages without blanks between words
break both rules: in `**注意：**请` a letter follows the closing mark and punctuation stands before it, and in
`这里_重要_的` underscores stand inside a word. There the mark becomes `*`, punctuation goes outside, or a
blank is put in: the first of these that helps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_bot.text.markdown import inline

_MARKS = ("*", "**", "_", "__")
# Emphasis on its way: the opening and the closing of each mark are one character of a private plane.
_OPENING = dict(zip(_MARKS, "\U000f0000\U000f0002\U000f0004\U000f0006", strict=True))
_CLOSING = dict(zip(_MARKS, "\U000f0001\U000f0003\U000f0005\U000f0007", strict=True))
OPENING_SIGNS, CLOSING_SIGNS = ("".join(signs.values()) for signs in (_OPENING, _CLOSING))
_OPENS = {sign: mark for mark, sign in _OPENING.items()}
_CLOSES = {sign: mark for mark, sign in _CLOSING.items()}

_ANY_MARK = re.compile(f"[*_{OPENING_SIGNS}{CLOSING_SIGNS}]")

# Punctuation that is part of Markdown does not go anywhere.
_FIXED = frozenset("*_`$<>[]\\&|~{}@#")
_OPENERS, _CLOSERS = "「『《〈“‘（(【\"'", "」』》〉”’）)】\"'"
_PARTNERS = dict(zip(_OPENERS + _CLOSERS, _CLOSERS + _OPENERS, strict=True))
_TOKEN = re.compile(r"⟦\d+⟧|.", re.DOTALL)
# `_so_` beside a letter of another script than Latin; snake_case stays as it is.
_GLUED = re.compile(
    r"(?<=[^\x00-\x7f])(?P<a>_{1,2})(?=[^\s_])(?P<x>[^_]*[^\s_\\])(?P=a)(?![A-Za-z0-9_])"
    r"|(?<![\w\\])(?P<b>_{1,2})(?=[^\s_])(?P<y>[^_]*[^\s_\\])(?P=b)(?=[^\x00-\x7f])"
)


def on_its_way(mark: str, inside: str) -> str:
    """`inside` as emphasis that `settled` will write; blanks at its ends stay outside."""
    body = inside.strip()
    if not body:
        return inside
    lead, tail = inside[: -len(inside.lstrip())], inside[len(inside.rstrip()) :]
    return f"{lead}{_OPENING[mark]}{body}{_CLOSING[mark]}{tail}"


def settled(text: str, originals: Sequence[str], source: str) -> str:
    """Emphasis on its way becomes marks that render, or those of `source` if that is what comes back.

    `text` has placeholders for `originals`, which are put in.
    """
    plain = inline.restore("".join(_mark(sign) for sign in text), originals)
    if plain.split() == source.split() or not any(sign in text for sign in _OPENS):
        return plain
    line = _Line(_TOKEN.findall(text), originals)
    for opening, closing in line.pairs():
        line.settle(opening, closing)
    return inline.restore("".join(line.tokens), originals)


def rendering(text: str, source: str) -> str:
    """`text`, a translation of `source`, with its emphasis in a form that renders."""
    if not _ANY_MARK.search(text):
        return text
    protected = inline.protect(text)
    body = protected.text
    if inline.emphasised(text) < inline.emphasised(source):
        body = _GLUED.sub(lambda m: on_its_way(m["a"] or m["b"], m["x"] or m["y"]), body)
    return settled(_all_on_its_way(body), protected.originals, source)


def _all_on_its_way(text: str) -> str:
    return inline.EMPHASIS.sub(
        lambda m: on_its_way(m["star"] or m["line"], _all_on_its_way(m["starred"] or m["lined"])),
        text,
    )


@dataclass(slots=True)
class _Line:
    """The characters of a text, and its placeholders, each as one token."""

    tokens: list[str]
    originals: Sequence[str]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Where emphasis opens and closes, the inner ones first."""
        opened: list[int] = []
        for at, token in enumerate(self.tokens):
            if token in _OPENS:
                opened.append(at)
            elif token in _CLOSES and opened:
                yield opened.pop(), at

    def settle(self, opening: int, closing: int) -> None:
        """Writes the marks of one pair, where they lean on what they emphasise."""
        mark = _OPENS[self.tokens[opening]]
        mark = mark if self._renders(opening, closing, mark) else "*" * len(mark)
        start = self._let_out(opening, 1, closing, "")
        end = self._let_out(closing, -1, start, self.tokens[opening:start])
        start = self._let_out(start, 1, end, self.tokens[end + 1 : closing + 1])
        opening, closing = start, end
        if opening + 1 == closing:
            mark = ""
        lead = "" if not mark or self._leans(opening, 1) else " "
        tail = "" if not mark or self._leans(closing, -1) else " "
        self.tokens[opening], self.tokens[closing] = lead + mark, mark + tail

    def _renders(self, opening: int, closing: int, mark: str) -> bool:
        return "*" in mark or all(
            self._leans(at, step)
            and (not self._leans(at, -step) or _is_punctuation(self._sign(at, -step)))
            for at, step in ((opening, 1), (closing, -1))
        )

    def _let_out(self, at: int, step: int, other: int, outside: Iterable[str]) -> int:
        """Where a mark stands when what it does not lean on has gone outside, and its partner."""
        partners = {_PARTNERS.get(sign) for sign in outside}
        while at + step != other and (
            self.tokens[at + step] in partners or not self._leans(at, step)
        ):
            sign = self.tokens[at + step]
            if len(sign) > 1 or sign in _FIXED or not _is_punctuation(sign):
                break
            self.tokens[at], self.tokens[at + step] = sign, self.tokens[at]
            at += step
        return at

    def _leans(self, at: int, step: int) -> bool:
        inner, outer = self._sign(at, step), self._sign(at, -step)
        if not inner.strip():
            return False
        return not _is_punctuation(inner) or not outer.strip() or _is_punctuation(outer)

    def _sign(self, at: int, step: int) -> str:
        """The character beside a mark; marks of the same kind are one run. A blank at the ends."""
        own = _mark(self.tokens[at])[0]
        at += step
        while 0 <= at < len(self.tokens) and _mark(self.tokens[at])[:1] == own:
            at += step
        if not 0 <= at < len(self.tokens):
            return " "
        token = _mark(self.tokens[at])
        if token.startswith("⟦") and len(token) > 1:
            token = self.originals[int(token[1:-1])]
        return token[0 if step > 0 else -1]


def _mark(token: str) -> str:
    """The mark that a token is or will be; else the token."""
    return _OPENS.get(token) or _CLOSES.get(token) or token.strip(" ") or token


def _is_punctuation(sign: str) -> bool:
    """By CommonMark: the Unicode categories P and S."""
    return unicodedata.category(sign)[0] in "PS"
