"""A bilingual lexicon: which words of two languages translate each other, and how often.

`text/learning.py` makes one. The file it is kept in is plain text, UTF-8, one pair of words a line:

    # amts-bot lexicon 1<TAB>en<TAB>zh
    channel<TAB>道<TAB>0.51<TAB>0.38

with p(target word | source word) and p(source word | target word), sorted. Words are as
`text/tokens.py` cuts them: casefolded words, single Han characters and kana, Korean stems.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from amts_bot.errors import UsageError
from amts_bot.text.model1 import Table

_HEADER = "# amts-bot lexicon 1"


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Translation tables in both directions between numbered words; an empty one knows nothing."""

    source_language: str
    target_language: str
    source_words: Mapping[str, int] = field(default_factory=dict)
    target_words: Mapping[str, int] = field(default_factory=dict)
    forward: Table = field(default_factory=Table.empty)  # p(target word | source word)
    backward: Table = field(default_factory=Table.empty)  # p(source word | target word)


def render(lexicon: Lexicon) -> str:
    """The text of a lexicon file."""
    sources, targets = list(lexicon.source_words), list(lexicon.target_words)
    forward = {(sources[s], targets[t]): p for s, t, p in _entries(lexicon.forward)}
    backward = {(sources[s], targets[t]): p for t, s, p in _entries(lexicon.backward)}
    lines = [
        f"{s}\t{t}\t{forward.get((s, t), 0.0):.3g}\t{backward.get((s, t), 0.0):.3g}\n"
        for s, t in sorted(forward.keys() | backward.keys())
    ]
    head = f"{_HEADER}\t{lexicon.source_language}\t{lexicon.target_language}\n"
    return head + "".join(lines)


def _entries(table: Table) -> Iterator[tuple[int, int, float]]:
    columns = table.source.tolist(), table.target.tolist(), table.probability.tolist()
    return zip(*columns, strict=True)


def parse(text: str) -> Lexicon:
    """The twin of `render`. Raises UsageError and names the line that is none of a lexicon."""
    head, _, body = text.partition("\n")
    title, source_language, target_language = [*head.rstrip("\r").split("\t"), "", ""][:3]
    if title != _HEADER or not target_language:
        raise UsageError(
            "this is no lexicon of the present version: make one with `amts-bot lexicon`"
        )
    rows = [_row(number, line) for number, line in enumerate(body.splitlines(), 2)]
    source_words, target_words = (
        _numbered(row[0] for row in rows),
        _numbered(row[1] for row in rows),
    )
    pairs = [(source_words[s], target_words[t], p, q) for s, t, p, q in rows]
    return Lexicon(
        source_language,
        target_language,
        source_words,
        target_words,
        Table.of((s, t, p) for s, t, p, _ in pairs if p),
        Table.of((t, s, q) for s, t, _, q in pairs if q),
    )


def _row(number: int, line: str) -> tuple[str, str, float, float]:
    try:
        source, target, forward, backward = line.split("\t")
        row = source, target, float(forward), float(backward)
    except ValueError:
        row = "", "", math.nan, math.nan
    if not (row[0] and row[1] and 0 <= row[2] <= 1 and 0 <= row[3] <= 1):
        raise UsageError(
            f"line {number} of the lexicon is damaged ({line[:60]!r}): make it again with `amts-bot lexicon`"
        )
    return row


def _numbered(words: Iterable[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for word in words:
        numbers.setdefault(word, len(numbers))
    return numbers
