"""The quality line of a run: held-out reviewed sentences that go along with its batch job.

What measures is imported with the first sentences: few runs have any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amts_bot.model import Answer, Cost, QualityPoint, Reply, Request
from amts_bot.text.review_state import Sentences

if TYPE_CHECKING:
    from amts_bot.book.aligned_book import AlignedBook
    from amts_bot.book.snapshot import Snapshot
    from amts_bot.text.measure.held_out import Quality
    from amts_bot.text.measure.scores import ScoredSegment

_FOLDER = "held-out"
# Some sentences of the slice have no sure counterpart: so many more are looked at.
_SPARE = 2
# Runs whose quality the lock keeps.
_MOST_KEPT = 12


def slice_of(cost: Cost, found: Snapshot, book: AlignedBook) -> list[ScoredSegment]:
    """The held-out sentences that go along with a run of this cost: none unless it starts a batch job."""
    most = found.config.engine.held_out
    if not most or cost.billing != "by job":
        return []
    from amts_bot.text.measure.held_out import lowest, probes

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
    from amts_bot.text.measure.held_out import in_slice, place
    from amts_bot.text.pairs.bitext import page_sentences

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
    if not slice_:
        return None
    from amts_bot.text.measure.held_out import measured

    answers = {
        segment.hypothesis: reply.target
        for segment, reply in zip(slice_, replies, strict=True)
        if isinstance(reply, Answer)
    }
    row = found.language
    before = found.locked.quality
    return measured(slice_, answers, found.engine, row.code, row.row.bleu_tokenizer, before)


def remembered(quality: Quality | None, found: Snapshot) -> tuple[QualityPoint, ...]:
    """What the lock keeps of this run's quality and of those before."""
    now = (quality.point(found.new.commit[:10]),) if quality else ()
    return (*found.locked.quality, *now)[-_MOST_KEPT:]
