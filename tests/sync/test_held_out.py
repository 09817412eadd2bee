"""The held-out slice goes along with a batch job, teaches nothing, and is told in the pull request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from amts_bot.adapters.amazon.translate import connect
from amts_bot.adapters.files import CacheFile
from amts_bot.adapters.git import open_repository
from amts_bot.adapters.processes import Processes
from amts_bot.book.lock import parse, render
from amts_bot.book.reviewed import merged_book
from amts_bot.book.snapshot import Order
from amts_bot.errors import UsageError
from amts_bot.model import QualityPoint
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from amts_bot.teach.parallel_data import BuildOrder as Lesson
from amts_bot.teach.parallel_data import build
from amts_bot.text.align.pages import align
from amts_bot.text.measure.held_out import (
    in_slice,
    lowest,
    place,
    probes,
)
from amts_bot.text.measure.scores import ScoredSegment
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.review import review
from tests.aws.cloud import BUCKET, Cloud
from tests.aws.service import ROLE
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    MakeBook,
    Silence,
)

SETTINGS = f"""
[amazon]
bucket = "{BUCKET}"
role = "{ROLE}"

[engine]
name = "amazon-act"
"""


def sentence(number: int) -> tuple[str, str]:
    return (
        f"Lamp number {number} burns from dusk to dawn.",
        f"{number} numaralı lamba alacakaranlıktan şafağa dek yanar.",
    )


# The numbers of sentences that the hash puts into the slice, and of some that it does not.
HELD = [n for n in range(9000) if place(sentence(n)[0]) >= 0][:24]
OTHERS = [n for n in range(60) if n not in HELD]


def test_one_sentence_in_a_hundred_is_held_out() -> None:
    assert 60 < sum(place(sentence(n)[0]) >= 0 for n in range(9000)) < 120


def test_the_choice_depends_on_the_words_alone() -> None:
    text = sentence(HELD[0])[0]
    assert place(text) == place(f"  [**{text.upper()[:-1]}**]\n!")
    assert place("Too short.") == -1
    assert in_slice([text, "Too short."]) == [text]


def test_a_probe_is_a_reviewed_sentence_that_is_surely_aligned() -> None:
    (english, turkish), (other, baska) = sentence(HELD[0]), sentence(OTHERS[0])
    page, ours = f"# Lamps\n\n{other} {english}\n", f"# Lambalar\n\n{baska} {turkish}\n"
    found = list(probes(align(page, ours), "tr"))
    assert found == [ScoredSegment(english, turkish)]
    untranslated = page.replace(other, baska)
    assert list(probes(align(page, untranslated), "tr")) == []


def test_the_slice_is_the_same_in_any_order() -> None:
    found = [ScoredSegment(*sentence(n)) for n in HELD]
    assert lowest(found, 5) == lowest(found[::-1] + found, 5)


@pytest.fixture
def lamps(make_book: MakeBook) -> Book:
    english, turkish = zip(*(sentence(n) for n in (*HELD, *OTHERS)), strict=True)
    pages = (
        "# Lamps\n\n" + "\n\n".join(english) + "\n",
        "# Lambalar\n\n" + "\n\n".join(turkish) + "\n",
    )
    return make_book({"lamps.md": pages[0]}, {"lamps.md": pages[1]}, CONFIG + SETTINGS)


def run(book: Book, aws: Cloud, **order: Any) -> SyncResult:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    aws.machine.learn(
        "tr",
        (
            json.dumps({"source": source, "target": target.replace("şafağa", "sabaha")})
            for source, target in map(sentence, HELD)
        ),
    )
    wanted = Order("tr", **{"base": "v1", "wait": 60.0, **order})
    return sync(wanted, open_repository(book.root), Silence(), Amazon(connect, Hands()))


NEW = "The keeper of all these lamps has a ladder of twenty steps."
NEWER = "Nobody else may climb up while it is raining."


def grown(book: Book, text: str = NEW) -> None:
    """A paragraph is added to the English page."""
    page = (book.english / "lamps.md").read_text(encoding="utf-8")
    book.publish({"lamps.md": f"{page}\n{text}\n"})


def test_a_batch_job_brings_a_quality_line_and_a_trend(lamps: Book, aws: Cloud) -> None:
    grown(lamps)
    result = run(lamps, aws)
    quality = result.quality
    assert quality is not None
    assert (quality.scores.segments, quality.engine) == (len(HELD), "amazon-act")
    low, high = quality.scores.bleu.interval or (0, 0)
    assert 0.3 < low <= quality.scores.bleu.value <= high < 1
    assert f"{quality}" in body(review(result.report))
    assert result.report.as_json()["quality"] == f"{quality}"
    assert len(aws.service.jobs) == 1
    assert len(aws.service.paid) == len(HELD) + 1
    [point] = lamps.lock().quality
    assert point == quality.point(lamps.pointer()[:10])

    lamps.merge()
    grown(lamps, NEWER)
    again = run(lamps, aws)
    assert again.quality is not None
    assert again.quality.before == (point,)
    assert f"BLEU of the runs before: {point.bleu:.3f}" in body(review(again.report))
    assert len(lamps.lock().quality) == 2
    assert len(aws.service.paid) == len(HELD) + 2  # the slice was not paid twice


@pytest.mark.parametrize("setting", ["held-out = 0", "small-change = 1000"])
def test_no_slice_goes_along_when_it_is_switched_off_or_no_job_is_started(
    lamps: Book, aws: Cloud, setting: str
) -> None:
    lamps.translate({"amts.toml": CONFIG + SETTINGS + setting + "\n"})
    grown(lamps)
    result = run(lamps, aws)
    assert result.quality is None
    assert len(aws.service.paid) == 1


def test_a_dry_run_prices_the_slice_and_a_run_without_changes_sends_none(
    lamps: Book, aws: Cloud
) -> None:
    assert run(lamps, aws).quality is None
    grown(lamps)
    length = len(NEW) + sum(len(sentence(n)[0]) for n in HELD)
    assert run(lamps, aws, dry_run=True).report.quote.characters == length
    assert aws.service.paid == []


def test_the_slice_never_enters_the_parallel_data(lamps: Book) -> None:
    book = merged_book("tr", "v1", open_repository(lamps.root))
    order = Lesson("tr")
    everything, taught = (
        {
            segment.source
            for segment in build(
                replace(order, keeps_slice=keeps), book, CacheFile(None), Processes(1), Silence()
            ).table.segments
        }
        for keeps in (False, True)
    )
    held = {sentence(n)[0] for n in HELD}
    assert held & everything
    assert not held & taught
    assert taught < everything


def test_the_lock_keeps_what_was_measured(lamps: Book, aws: Cloud) -> None:
    grown(lamps)
    run(lamps, aws)
    state = lamps.lock()
    assert parse(render(state), "amts/tr.lock") == state
    assert isinstance(state.quality[0], QualityPoint)
    with pytest.raises(UsageError, match="amts/tr.lock: quality is damaged"):
        parse(render(state).replace('"bleu":', '"blue":'), "amts/tr.lock")
