"""First contact: what the service does to a document is seen once, remembered, and replayed; real boto3 on loopback."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.canary import Canary
from amts_bot.engines.ledger import Ledger
from amts_bot.errors import AmtsError, CapReached, UsageError
from amts_bot.model import Pending
from amts_bot.text.amazon import canary
from amts_bot.text.amazon.profile import ServiceProfile, parsed, rendered
from amts_bot.text.languages import language
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.habits import Habits
from tests.aws.service import ROLE
from tests.conftest import Hands, Silence


def bird(code: str = "tr", wait: float = 600.0) -> Canary:
    return Canary(
        cloud=connected(BUCKET, "us-east-1"),
        engine=EngineSettings(),
        amazon=AmazonSettings(bucket=BUCKET, role=ROLE, region="us-east-1"),
        language=LanguageSettings(code=code, row=language(code)),
        clock=Hands(),
        progress=Silence(),
        wait=wait,
    )


def seen(aws: Cloud, habits: Habits) -> ServiceProfile:
    """The profile that a service with these habits gives."""
    aws.reset()
    aws.rules.habits = habits
    found = bird().run()
    assert isinstance(found, ServiceProfile)
    return found


def test_a_service_that_keeps_everything_has_a_profile_without_a_fault(aws: Cloud) -> None:
    profile = seen(aws, Habits())
    assert replace(profile, day="", billed_markup=None) == ServiceProfile(
        region="us-east-1",
        day="",
        units=21,
        usable=21,
        ids="kept",
        order="kept",
        elements="kept",
        element_order="kept",
        nesting="kept",
        attributes="kept",
        entities="by name",
        spaces={"added": 2, "kept": 54},  # the mark of the local service stands before two elements
        head="kept",
        parallel_data="used",
        characters=canary.characters(),
        billed=canary.characters(),
    )
    assert (profile.rate, profile.refusal) == (1.0, "")


HABITS = [
    Habits(loses_ids=True),
    Habits(turns_paragraphs=True),
    Habits(drops_spaces=True),
    Habits(drops_attributes=True),
    Habits(turns_elements=True),
    Habits(bills_markup=True),
    Habits(drops_spaces=True, bills_markup=True, turns_elements=True),
]


@pytest.mark.parametrize("habits", HABITS, ids=str)
def test_the_local_service_replays_a_profile(aws: Cloud, habits: Habits) -> None:
    profile = seen(aws, habits)
    assert profile != seen(aws, Habits())
    again = seen(aws, Habits.replayed(parsed(rendered(profile), "the file")))
    assert replace(again, day=profile.day) == profile


def test_markup_that_is_billed_raises_the_quote(aws: Cloud) -> None:
    profile = seen(aws, Habits(bills_markup=True))
    assert profile.billed == len(canary.document())
    assert profile.rate == len(canary.document()) / canary.characters()


def test_a_run_that_was_out_of_time_finds_its_canary_again(aws: Cloud) -> None:
    aws.rules.job_polls = aws.rules.import_polls = 2
    assert isinstance(bird(wait=0.0).run(), Pending)
    assert aws.service.jobs == {}
    while isinstance(found := bird(wait=0.0).run(), Pending):
        assert len(aws.service.jobs) <= 1
    assert (found.usable, len(aws.service.jobs)) == (21, 1)
    assert [*aws.service.parallel_data] == []
    assert bird(wait=0.0).run() == found  # from the bucket
    assert len(aws.service.paid) == 21


def test_a_canary_is_in_the_ledger_of_the_month(aws: Cloud) -> None:
    it = bird()
    it.run()
    assert Ledger(it.cloud.storage, it.clock, Silence(), "en-tr").spent() == canary.characters()


def test_a_month_without_room_has_no_canary(aws: Cloud) -> None:
    it = replace(bird(), engine=EngineSettings(max_characters_per_month=canary.characters() - 1))
    with pytest.raises(CapReached, match=r"1,002 characters .* allows 1,001: nothing was sent"):
        it.run()
    assert (aws.service.paid, aws.service.jobs) == ([], {})
    assert Ledger(it.cloud.storage, it.clock, Silence(), "en-tr").spent() == 0


def test_a_job_that_hangs_is_said_so(aws: Cloud) -> None:
    aws.rules.job_polls = 10**6
    late = bird(wait=1.0)
    late.run()
    [job] = aws.service.jobs.values()
    found = replace(late, clock=Hands(job.submitted.timestamp() + 25 * 3600)).run()
    assert isinstance(found, Pending)
    assert (found.overdue, found.jobs) == (True, (job.id,))
    assert "25 hours ago" in found.message


def test_a_service_that_brings_back_nothing_usable_is_not_sent_a_book(aws: Cloud) -> None:
    aws.rules.lost_documents = ["canary"]
    found = replace(bird(), clock=Hands(4e9)).run()
    assert isinstance(found, ServiceProfile)
    assert found.usable == 0
    assert found.refusal.startswith("only 0 of 21 units of the canary came back whole: 'The keeper")


def test_a_canary_that_fails_is_tried_three_times_at_most(aws: Cloud) -> None:
    aws.rules.fail = ["no access"] * 9
    for _ in range(3):
        with pytest.raises(AmtsError, match=r"is FAILED: no access\namts-bot amazon check says"):
            bird().run()
    with pytest.raises(AmtsError, match="the canary failed 3 times; the last: no access"):
        bird().run()
    assert len(aws.service.jobs) == 3


def test_another_import_at_work_is_waited_for(aws: Cloud) -> None:
    aws.rules.import_polls = 3
    bird("es", wait=0.0).run()
    assert aws.service.parallel_data["amts-canary-es"].busy
    found = bird().run()
    assert isinstance(found, ServiceProfile)
    assert found.parallel_data == "used"


def test_a_language_that_the_service_does_not_have_is_refused(aws: Cloud) -> None:
    with pytest.raises(UsageError, match="has no language 'xx'"):
        bird("xx").run()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"units": 3', '{"units": "many"}'])
def test_a_file_that_is_no_profile_is_refused_with_the_way_to_a_new_one(text: str) -> None:
    with pytest.raises(UsageError, match=r"^amts/tr.profile.json is no profile .*--canary makes"):
        parsed(text, "amts/tr.profile.json")
