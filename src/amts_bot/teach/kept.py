"""What `parallel-data build` keeps for its next run, as the text of one file.

    DIGEST {"lexicon": "…", "learnt": ["KEY", …]}
    DIGEST {"held": "DIGEST", "repeats": {"KEY": [3, 17], …}}
    DIGEST KEY {"fault": "", "slice": ["…"], "candidates": [["source", "target", 0.99, …], …]}
    …

A key is the digest of a page and its translation. The first digest seals the lexicon and what else all depends on,
the others seal their line and that first one: a damaged line costs its page, a damaged lexicon all of them, and
nothing that was made with another lexicon, another version, or between other languages counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from amts_bot.text.pairs.cleaning import Candidate

_PAGE, _REPEATS = "page", "repeats"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtPage:
    """What a page teaches: its candidates, unless it has a fault; and its English sentences that are in the slice."""

    fault: str
    in_slice: Sequence[str]
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Repeats:
    """The numbers of the candidates that repeat held-out sentences of a digest, by the key of their page."""

    held: str = ""
    pages: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptBook:
    """The text of a lexicon, the keys of the pages it was learnt from, and what was made with it: the lines of pages,
    by key."""

    lexicon: str = ""
    learnt: frozenset[str] = frozenset()
    pages: Mapping[str, str] = field(default_factory=dict)
    repeats: Repeats = Repeats()


def digest(*texts: str) -> str:
    """A name for some texts, in their order."""
    lengths = " ".join(str(len(text)) for text in texts)
    return hashlib.sha256("\0".join((lengths, *texts)).encode("utf-8", "surrogatepass")).hexdigest()


def line_of(page: TaughtPage) -> str:
    """The line of a page, without its digest and its key."""
    return _json(
        {
            "fault": page.fault,
            "slice": page.in_slice,
            "candidates": [*map(_fields, page.candidates)],
        }
    )


def page_of(line: str) -> TaughtPage:
    """The twin of `line_of`."""
    row = json.loads(line)
    candidates = [_candidate(*fields) for fields in row["candidates"]]
    return TaughtPage(fault=row["fault"], in_slice=row["slice"], candidates=candidates)


def _fields(it: Candidate) -> Candidate:
    """Most targets stand on one line of their page, and need not be told twice."""
    return it._replace(written="") if it.written == it.target else it


def _candidate(
    source: str, target: str, probability: float, ratio: float, written: str, *faults: str
) -> Candidate:
    return Candidate(source, target, probability, ratio, written or target, *faults)


def written(kept: KeptBook, stamp: str) -> str:
    """The text of the file. `stamp` says what else its content depends on."""
    return "\n".join(_lines(kept, stamp))


def _lines(kept: KeptBook, stamp: str) -> Iterator[str]:
    head = _json({"lexicon": kept.lexicon, "learnt": sorted(kept.learnt)})
    repeats = _json({"held": kept.repeats.held, "repeats": kept.repeats.pages})
    seal = digest(stamp, head)
    yield f"{seal} {head}"
    yield f"{digest(seal, _REPEATS, repeats)} {repeats}"
    for key, line in kept.pages.items():
        yield f"{digest(seal, _PAGE, key, line)} {key} {line}"


def recalled(text: str, stamp: str) -> KeptBook:
    """The twin of `written`; what is damaged or of another making is as good as nothing."""
    head, *rest = text.split("\n")
    seal, _, body = head.partition(" ")
    if not seal or seal != digest(stamp, body):
        return KeptBook()
    row: dict[str, Any] = json.loads(body)
    pages = dict(_page(line, seal) for line in rest[1:])
    pages.pop("", None)
    return KeptBook(row["lexicon"], frozenset(row["learnt"]), pages, _repeats(rest[:1], seal))


def _page(line: str, seal: str) -> tuple[str, str]:
    """The key and the line of a page; without a key where it is damaged."""
    said, _, rest = line.partition(" ")
    key, _, body = rest.partition(" ")
    return (key, body) if said == digest(seal, _PAGE, key, body) else ("", "")


def _repeats(lines: Sequence[str], seal: str) -> Repeats:
    for line in lines:
        said, _, body = line.partition(" ")
        if said == digest(seal, _REPEATS, body):
            row = json.loads(body)
            return Repeats(row["held"], row["repeats"])
    return Repeats()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
