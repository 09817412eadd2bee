"""Links that lead to the same page in two languages.

    See [below](https://a.org/en-us/docs/x#y).   Siehe [unten](https://a.org/de-de/docs/x#y).

The pages of a site link to their neighbours in their own language. That is no other link, and nothing to learn.
"""

from __future__ import annotations

import re

from amts_bot.model import Span
from amts_bot.text.markdown import inline


def with_addresses_of(source: str, target: str, codes: tuple[str, str]) -> str:
    """The target with the source's addresses where they differ in the language they name."""
    ours = [source[span.start : span.end] for span in _links(source)]
    left: dict[str, list[str]] = {}
    for text in ours:
        left.setdefault(_neutral(text, codes), []).append(text)
    pieces: list[str] = []
    position = 0
    for span in _links(target):
        text = target[span.start : span.end]
        same = left.get(_neutral(text, codes), [])
        pieces += [target[position : span.start], same.pop(0) if same else text]
        position = span.end
    return "".join(pieces) + target[position:]


def _links(text: str) -> list[Span]:
    return [span for span in inline.spans(text) if span.kind in ("link", "image", "url", "html")]


def _neutral(text: str, codes: tuple[str, str]) -> str:
    """An address without the language it names: as a folder, as the first part of the host, or as `hl` or `lang`."""
    if "/" not in text and "?" not in text:
        return text
    code = (
        "(?:"
        + "|".join(re.escape(it.split("-")[0]) for it in codes)
        + r")(?:[-_][A-Za-z0-9]{2,4})?"
    )
    text = re.sub(rf"//(?:{code}|www)\.", "//", text, flags=re.IGNORECASE)
    text = re.sub(rf"(?<!/)/{code}(?=[/)>\"])", "", text, flags=re.IGNORECASE)
    return re.sub(rf"[?&](?:hl|lang)={code}(?![\w-])", "", text, flags=re.IGNORECASE)
