"""A bilingual lexicon: which words of two languages translate each other, and how often.

`text/learning.py` makes one. The file it is kept in is plain text, UTF-8, one pair of words a line:

    # amts-bot lexicon 2<TAB>en<TAB>zh<TAB>6543<TAB>1-1:0.87 1-2:0.02 2-1:0.05 …
    channel<TAB>道<TAB>0.51<TAB>0.38

with the number of source sentences it was learnt from and how often beads of each shape were found there; then
p(target word | source word) and p(source word | target word), sorted. Files of version 1 told neither. Words are as
`text/tokens.py` cuts them: casefolded words, single Han characters and kana, Korean stems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from amts_bot.errors import UsageError
from amts_bot.text.align.model1 import Reals, TranslationTable

Shape = tuple[int, int]  # source and target sentences of a bead

_HEADER, _OLD_HEADER = "# amts-bot lexicon 2", "# amts-bot lexicon 1"

# Source sentences of a lexicon that does not tell their number.
_OF_A_BOOK = 10_000

# How often beads of each shape are found where nothing better is known, sentences without counterpart aside.
USUAL_SHAPES: Mapping[Shape, float] = {
    (1, 1): 0.90,
    (1, 2): 0.03,
    (2, 1): 0.03,
    (2, 2): 0.02,
    (1, 3): 0.006,
    (3, 1): 0.006,
    (2, 3): 0.004,
    (3, 2): 0.004,
    (3, 3): 0.002,
    (1, 4): 0.002,
    (4, 1): 0.002,
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lexicon:
    """Translation tables in both directions between numbered words; an empty one knows nothing.

    An `own` lexicon was learnt from nothing but the text that it is used on, so what it says is no second
    witness. `sentences` is how many source sentences taught it, `shapes` how often beads of each shape are
    found in such texts.
    """

    source_language: str
    target_language: str
    source_words: Mapping[str, int] = field(default_factory=dict)
    target_words: Mapping[str, int] = field(default_factory=dict)
    forward: TranslationTable = field(
        default_factory=TranslationTable.empty
    )  # p(target word | source word)
    backward: TranslationTable = field(
        default_factory=TranslationTable.empty
    )  # p(source word | target word)
    sentences: int = _OF_A_BOOK
    shapes: Mapping[Shape, float] = field(default_factory=lambda: USUAL_SHAPES)
    own: bool = False


def render(lexicon: Lexicon) -> str:
    """The text of a lexicon file."""
    sources, targets = list(lexicon.source_words), list(lexicon.target_words)
    forward = {(sources[s], targets[t]): p for s, t, p in _entries(lexicon.forward)}
    backward = {(sources[s], targets[t]): p for t, s, p in _entries(lexicon.backward)}
    lines = [
        f"{s}\t{t}\t{forward.get((s, t), 0.0):.3g}\t{backward.get((s, t), 0.0):.3g}\n"
        for s, t in sorted(forward.keys() | backward.keys())
    ]
    shapes = " ".join(f"{a}-{b}:{share:.3g}" for (a, b), share in lexicon.shapes.items())
    languages = f"{lexicon.source_language}\t{lexicon.target_language}"
    return f"{_HEADER}\t{languages}\t{lexicon.sentences}\t{shapes}\n" + "".join(lines)


def _entries(table: TranslationTable) -> Iterator[tuple[int, int, float]]:
    columns = table.source.tolist(), table.target.tolist(), table.probability.tolist()
    return zip(*columns, strict=True)


def parse(text: str) -> Lexicon:
    """The twin of `render`. Raises UsageError and names the line that does not belong in a lexicon."""
    head, _, body = text.partition("\n")
    title, source_language, target_language, *rest = [*head.rstrip("\r").split("\t"), "", ""]
    if title not in (_HEADER, _OLD_HEADER) or not target_language:
        raise UsageError(_NO_LEXICON)
    sentences, shapes = _taught_by(rest) if title == _HEADER else (_OF_A_BOOK, USUAL_SHAPES)
    sources, targets, forward, backward = _columns(body)
    source_words, target_words = _numbered(sources), _numbered(targets)
    source = np.array([source_words[word] for word in sources], np.int64)
    target = np.array([target_words[word] for word in targets], np.int64)
    return Lexicon(
        source_language=source_language,
        target_language=target_language,
        source_words=source_words,
        target_words=target_words,
        forward=TranslationTable.of(source, target, forward),
        backward=TranslationTable.of(target, source, backward),
        sentences=sentences,
        shapes=shapes,
    )


_NO_LEXICON = "this is not a lexicon of this version: make one with `amts-bot lexicon`"


def _taught_by(fields: Sequence[str]) -> tuple[int, Mapping[Shape, float]]:
    """The number of sentences and the shapes of beads that a header tells."""
    try:
        sentences = int(fields[0])
        shares = dict(part.split(":") for part in fields[1].split())
        shapes = {(a, b): float(shares[f"{a}-{b}"]) for a, b in USUAL_SHAPES}
    except (ValueError, KeyError):
        raise UsageError(_NO_LEXICON) from None
    if not all(0 < share <= 1 for share in shapes.values()):
        raise UsageError(_NO_LEXICON)
    return sentences, shapes


def _columns(body: str) -> tuple[Sequence[str], Sequence[str], Reals, Reals]:
    """The four fields of all lines, read in bulk: a lexicon of a book has 25,000 lines."""
    lines = body.splitlines()
    if any(line.count("\t") != 3 for line in lines):
        raise _damaged(lines)
    fields = "\t".join(lines).split("\t") if lines else []
    sources, targets = fields[0::4], fields[1::4]
    try:
        forward, backward = (np.array(list(map(float, fields[k::4]))) for k in (2, 3))
    except ValueError:
        raise _damaged(lines) from None
    likely = (forward >= 0) & (forward <= 1) & (backward >= 0) & (backward <= 1)
    if not (likely.all() and all(sources) and all(targets)):
        raise _damaged(lines)
    return sources, targets, forward, backward


def _damaged(lines: Iterable[str]) -> UsageError:
    """Names the first line that does not belong in a lexicon."""
    number, line = next((n, line) for n, line in enumerate(lines, 2) if not _is_row(line))
    return UsageError(
        f"line {number} of the lexicon is damaged ({line[:60]!r}): make it again with `amts-bot lexicon`"
    )


def _is_row(line: str) -> bool:
    try:
        source, target, *probabilities = line.split("\t")
        forward, backward = map(float, probabilities)
    except ValueError:
        return False
    return bool(source and target and 0 <= forward <= 1 and 0 <= backward <= 1)


def _numbered(words: Iterable[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for word in words:
        numbers.setdefault(word, len(numbers))
    return numbers
