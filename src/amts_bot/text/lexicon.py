"""A bilingual lexicon, learnt from pages that are translations of each other but not aligned yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from amts_bot.errors import UsageError

_HEADER = "# amts-bot lexicon 1"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """p(target word | source word), and the languages."""

    source_language: str
    target_language: str
    probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def learn(
    pages: Iterable[tuple[Sequence[str], Sequence[str]]],
    source_language: str,
    target_language: str,
) -> Lexicon:
    """The lexicon of pages, each a pair of its source and its target sentences, in order."""
    return Lexicon(source_language, target_language)


def render(lexicon: Lexicon) -> str:
    """The text of a lexicon file: a header, then `source TAB target TAB probability` lines, sorted."""
    rows = [
        f"{source}\t{target}\t{probability:.4g}"
        for source, targets in sorted(lexicon.probabilities.items())
        for target, probability in sorted(targets.items())
    ]
    head = f"{_HEADER}\t{lexicon.source_language}\t{lexicon.target_language}"
    return "\n".join([head, *rows]) + "\n"


def parse(text: str) -> Lexicon:
    """The twin of `render`. Raises UsageError and names the line that is none of a lexicon."""
    head, *rows = text.rstrip("\n").split("\n")
    if head.split("\t")[0] != _HEADER or head.count("\t") != 2:
        raise UsageError("not a lexicon: make one with `amts-bot lexicon`")
    found: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows, 2):
        try:
            source, target, probability = row.split("\t")
            found.setdefault(source, {})[target] = float(probability)
        except ValueError:
            raise UsageError(f"line {number} of the lexicon is damaged: make it again") from None
    _, source_language, target_language = head.split("\t")
    return Lexicon(source_language, target_language, found)
