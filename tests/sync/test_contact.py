"""The first contact of the main job: a canary before the first large job, once, and what follows from its profile."""

from __future__ import annotations

import re

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.engines.ledger import Ledger
from amts_bot.errors import AmtsError
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from amts_bot.text.amazon import canary, documents
from amts_bot.text.amazon.profile import parsed
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.habits import Habits
from tests.aws.machine import marked
from tests.conftest import CONFIG, Book, Hands, MakeBook, Silence
from tests.engines.test_amazon import SETTINGS

PATH = "amts/tr.profile.json"
FIRST = "# The lamp\n\nThe lamp burns oil. It is lit at dusk.\n"
TURKISH = "# Lamba\n\nLamba gaz yağı yakar. Alacakaranlıkta yakılır.\n"
LADDER = "A keeper with a ladder cleans the burner every single week of the year."
STEPS = "The steps `one` and *two* are red."
MORE = f"{FIRST}\n{LADDER}\n"
SETTINGS_OF_A_SMALL_BOOK = SETTINGS.replace("[amazon]", "canary = 20\n[amazon]")


@pytest.fixture
def book(aws: Cloud, make_book: MakeBook) -> Book:
    """A book whose new English is more than twenty characters, and that counts as a large job here."""
    aws.service.add_parallel_data("amts-tr", "tr", {})
    made = make_book(
        {"lamp.md": FIRST}, {"lamp.md": TURKISH}, config=CONFIG + SETTINGS_OF_A_SMALL_BOOK
    )
    made.publish({"lamp.md": MORE})
    return made


def run(book: Book, wait: float = 60.0, dry_run: bool = False) -> SyncResult:
    order = Order("tr", base="v1", wait=wait, dry_run=dry_run)
    return sync(order, open_repository(book.root), Silence(), Amazon(connected, Hands()))


def canaries(aws: Cloud) -> int:
    return sum(
        "/canary/" in job.request["InputDataConfig"]["S3Uri"] for job in aws.service.jobs.values()
    )


def test_the_first_large_job_comes_after_a_canary_whose_profile_is_committed(
    book: Book, aws: Cloud
) -> None:
    aws.machine.recordings["tr"] = {
        LADDER: "Merdivenli bir bekçi memeyi yılın her haftası temizler."
    }
    result = run(book)
    assert (canaries(aws), len(aws.service.jobs)) == (1, 2)
    assert "Merdivenli bir bekçi" in book.git("show", f"{result.commit}:lamp.md")
    assert parsed(book.git("show", f"amts/tr:{PATH}"), PATH).usable == 21
    subjects = book.git("log", "--format=%s", "main..amts/tr").splitlines()
    assert subjects[-1] == "Remember what Amazon Translate does to documents for tr"


def test_a_profile_that_is_there_costs_nothing(book: Book, aws: Cloud) -> None:
    run(book)
    book.publish(
        {"lamp.md": MORE + "\nThe ladder has forty rungs, and each of them is painted red.\n"}
    )
    run(book)
    assert (canaries(aws), len(aws.service.jobs)) == (1, 3)


def test_a_canary_that_takes_longer_than_a_run_is_remembered(book: Book, aws: Cloud) -> None:
    aws.rules.job_polls = 2
    states = [run(book, wait=0.0) for _ in range(3)]
    assert all(state.report.pending for state in states)
    assert (canaries(aws), len(aws.service.jobs)) == (1, 1)
    aws.rules.job_polls = 0
    assert run(book).report.pending == ""
    assert (canaries(aws), len(aws.service.jobs)) == (1, 2)


def test_a_book_whose_ids_are_lost_costs_one_canary(book: Book, aws: Cloud) -> None:
    aws.rules.habits = Habits(loses_ids=True, turns_paragraphs=True)
    for _ in range(3):
        with pytest.raises(AmtsError, match=r"(?s)only 0 of 21 units .*Nothing was sent"):
            run(book)
    assert (canaries(aws), len(aws.service.jobs)) == (1, 1)
    assert len(aws.service.paid) == 21


@pytest.mark.parametrize(
    "habits",
    [
        Habits(loses_ids=True, drops_attributes=True),
        Habits(turns_paragraphs=True, drops_spaces=True),
        Habits(turns_elements=True),
        Habits(bills_markup=True),
    ],
    ids=str,
)
def test_whatever_the_service_does_the_book_is_right_and_so_is_the_quote(
    book: Book, aws: Cloud, habits: Habits
) -> None:
    """A run with a canary, then one with what its profile shows replayed: both write what is right."""
    aws.rules.habits = habits
    assert written(run(book), book) == f"{TURKISH}\n{marked(LADDER, 'tr')}"
    aws.rules.habits = Habits.replayed(parsed(book.git("show", f"amts/tr:{PATH}"), PATH))
    book.publish({"lamp.md": f"{MORE}\n{STEPS}\n"})
    steps = marked(STEPS, "tr")
    if habits.turns_elements:
        steps = "«tr» The stepstr *twotr* andtr `one` aretr redtr."
    assert written(run(book), book) == f"{TURKISH}\n{marked(LADDER, 'tr')}\n\n{steps}"
    ledger = Ledger(connected(BUCKET, "").storage, Hands(), Silence(), "en-tr")
    job = next(it for it in reversed(ledger.records()) if it.purpose == "sync")
    assert job.quoted >= (job.billed or 10**9)
    assert canaries(aws) == 1


def written(result: SyncResult, book: Book) -> str:
    return book.git("show", f"{result.commit}:lamp.md")


def test_a_service_that_bills_markup_is_quoted_with_it(book: Book, aws: Cloud) -> None:
    aws.rules.habits = Habits(bills_markup=True)
    run(book)
    assert parsed(book.git("show", f"amts/tr:{PATH}"), PATH).bills_markup
    book.git("branch", "--quiet", "-f", "amts/tr", "amts/tr~1")  # the profile alone
    after = run(book, dry_run=True).report.quote.characters
    assert after == len(documents.render({documents.unit_id(LADDER): LADDER}))


def test_a_profile_of_another_region_is_not_used(book: Book, aws: Cloud) -> None:
    run(book)
    text = book.git("show", f"amts/tr:{PATH}")
    other = re.sub('"region": "[^"]*"', '"region": "eu-west-1"', text)
    book.git("branch", "--quiet", "-D", "amts/tr")
    settings = CONFIG + SETTINGS_OF_A_SMALL_BOOK.replace(
        "[amazon]", '[amazon]\nregion = "us-east-1"'
    )
    book.translate({PATH: other, "amts.toml": settings})
    run(book)
    assert parsed(book.git("show", f"amts/tr:{PATH}"), PATH).region == "us-east-1"


def test_a_small_job_and_a_cap_without_room_need_no_canary(book: Book, aws: Cloud) -> None:
    small = CONFIG + SETTINGS_OF_A_SMALL_BOOK.replace("canary = 20", "canary = 10000")
    book.translate({"amts.toml": small})
    run(book)
    tight = SETTINGS_OF_A_SMALL_BOOK.replace(
        "canary", f"max-characters = {canary.characters()}\ncanary"
    )
    book.translate({"amts.toml": CONFIG + tight})
    book.publish({"lamp.md": MORE + "\nThe ladder has forty rungs.\n"})
    run(book)
    assert canaries(aws) == 0


def test_a_dry_run_asks_nobody(book: Book, aws: Cloud) -> None:
    run(book, dry_run=True)
    assert aws.wire.calls == []
