"""The quality line of a run: held-out reviewed sentences that go along with its batch job."""

from __future__ import annotations

from collections.abc import Sequence

from amts_bot.book.aligned_book import AlignedBook
from amts_bot.book.snapshot import Snapshot
from amts_bot.model import Answer, Reply, Request
from amts_bot.ports import Engine
from amts_bot.text.measure.held_out import (
    Quality,
    in_slice,
    lowest,
    measured,
    place,
    probes,
)
from amts_bot.text.measure.scores import ScoredSegment
from amts_bot.text.pairs.bitext import page_sentences
from amts_bot.text.review_state import Sentences

_FOLDER = "held-out"
# Some sentences of the slice have no sure counterpart: so many more are looked at.
_SPARE = 2


def slice_of(
    requests: Sequence[Request], translator: Engine, found: Snapshot, book: AlignedBook
) -> list[ScoredSegment]:
    """The held-out sentences that go along with a run: none unless it starts a batch job."""
    most = found.config.engine.held_out
    if not most or translator.cost(requests, found.language.code).billing != "by job":
        return []
    return lowest(
        (
            probe
            for path in _pages(book, most)
            for probe in probes(book.alignment(path), found.language.code, _unreviewed(path, found))
        ),
        most,
    )


def _pages(book: AlignedBook, most: int) -> list[str]:
    """The pages with the first sentences of the slice: aligning all of a book takes a while."""
    places = sorted(
        (place(sentence), path)
        for path, page in book.pages.items()
        for sentence in in_slice(page_sentences(page.source, "en"))
    )
    return list(dict.fromkeys(path for _, path in places[: most * _SPARE]))


def _unreviewed(path: str, found: Snapshot) -> Sentences:
    row = found.locked.pages.get(path)
    return row.review.unreviewed(found.config.review.trust) if row else frozenset()


def probe_requests(slice_: Sequence[ScoredSegment]) -> list[Request]:
    """What is sent for the slice: a document of its own."""
    return [Request(segment.hypothesis, page=_FOLDER, probe=True) for segment in slice_]


def quality_of(
    slice_: Sequence[ScoredSegment], replies: Sequence[Reply], found: Snapshot
) -> Quality | None:
    """The scores of the replies to the slice; None where there is none."""
    answers = {
        segment.hypothesis: reply.target
        for segment, reply in zip(slice_, replies, strict=True)
        if isinstance(reply, Answer)
    }
    row = found.language
    before = found.locked.quality
    return measured(slice_, answers, found.engine, row.code, row.row.bleu_tokenizer, before)
