"""The batch jobs in hand: what stands there, what it cost, what comes next; real boto3 on loopback."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from amts_bot.book import config
from amts_bot.cli import main
from amts_bot.console.desk import Desk
from amts_bot.console.jobs import listed, retry, shown, stop
from amts_bot.errors import AmtsError
from amts_bot.model.amazon import JobOrder, JobRecord
from tests.aws.cloud import Cloud, connected
from tests.aws.service import ROLE
from tests.conftest import CONFIG, Hands, MakeBook, Silence
from tests.engines.test_amazon import SETTINGS

DOCUMENT = '<html><body><p id="u1">A lamp.</p><p id="u2">It burns.</p></body></html>'
NOW = 2_000_000_000.0


@pytest.fixture
def desk(aws: Cloud) -> Desk:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    return Desk(config.parse(CONFIG + SETTINGS), connected, Hands(NOW), Silence())


def start(desk: Desk, folder: str = "amts/tr/abc-1/", token: str = "one") -> str:
    desk.cloud.storage.put({f"{folder}input/lamp.html": DOCUMENT.encode()})
    order = JobOrder(
        name=f"amts-tr-{token}",
        token=token,
        source=f"{folder}input/",
        target=f"{folder}output/",
        role=ROLE,
        language="tr",
        parallel_data="amts-tr",
    )
    return desk.cloud.translator.start(order).id


def submitted(aws: Cloud, job: str, hours: float) -> None:
    """Moves the start of a job so far back from now."""
    found = aws.service.jobs[job]
    found.submitted += timedelta(seconds=NOW - hours * 3600 - found.submitted.timestamp())


def test_a_job_says_where_it_is_what_it_cost_and_what_comes_next(desk: Desk, aws: Cloud) -> None:
    job = start(desk)
    submitted(aws, job, 3)
    desk.cloud.translator.job(job)
    card = shown(desk, job).as_json()
    times = {key: card.pop(key) for key in ("submitted", "ended", "hours")}
    assert times["submitted"] == "2033-05-18 00:33 UTC"
    home = "https://us-east-1.console.aws.amazon.com"
    assert card == {
        "id": job,
        "name": "amts-tr-one",
        "status": "COMPLETED",
        "language": "tr",
        "region": "us-east-1",
        "parallel_data": "amts-tr",
        "input": "s3://amts-books/amts/tr/abc-1/input/",
        "output": f"s3://amts-books/amts/tr/abc-1/output/123456789012-TranslateText-{job}/",
        "quoted": None,
        "billed": 16,
        "cost": 16 * 60 / 1e6,
        "message": "",
        "errors": {},
        "next_run": "takes from it what it still needs, and pays nothing for that",
        "console": f"{home}/translate/home?region=us-east-1",
        "files": f"{home}/s3/buckets/amts-books?region=us-east-1&prefix=amts/tr/abc-1/",
    }


def test_a_job_that_came_back_broken_says_what_lets_the_next_run_send_more(desk: Desk) -> None:
    job = start(desk)
    record = JobRecord(
        name="amts-tr-one",
        key="one",
        purpose="sync",
        pair="en-tr",
        answers="",
        ordered=NOW,
        units=2,
        quoted=20,
        job=job,
        state="done",
        reason="only 0 of 2 units came back whole",
    )
    desk.ledger("tr").write(record)
    desk.cloud.translator.job(job)
    card = shown(desk, job)
    assert card.next_run == (
        "sends nothing more before amts-bot jobs retry: only 0 of 2 units came back whole"
    )
    assert "16 characters, $0.00, 20 were quoted" in card.as_text()


def test_a_document_that_failed_is_named_with_its_reason(desk: Desk, aws: Cloud) -> None:
    aws.rules.bad_documents = {"lamp": "no letters"}
    job = start(desk)
    desk.cloud.translator.job(job)
    assert shown(desk, job).details.errors == {"lamp.html": "InvalidRequestException: no letters"}


def test_the_list_has_our_jobs_newest_first_and_counts_the_others(desk: Desk, aws: Cloud) -> None:
    aws.rules.job_polls = 9
    jobs = [start(desk), start(desk, "amts/tr/def-1/", "two"), start(desk, "elsewhere/", "three")]
    for job in jobs:
        submitted(aws, job, 2)
    found = listed(desk, "tr")
    assert [card.job.id for card in found.cards] == [jobs[1], jobs[0]]
    assert found.others == 1
    assert "1 more in this region is of others" in found.as_text()


@pytest.mark.parametrize(
    ("hours", "words"),
    [(3, "waits for it, and takes what it brings"), (25, "reports a failure, because it hangs")],
)
def test_a_job_at_work_says_what_the_next_run_does(
    desk: Desk, aws: Cloud, hours: int, words: str
) -> None:
    aws.rules.job_polls = 9
    job = start(desk)
    submitted(aws, job, hours)
    card = shown(desk, job)
    assert words in card.next_run
    assert f"{hours} hours ago" in card.as_text()
    assert card.billed is None


def test_a_job_is_stopped_once(desk: Desk, aws: Cloud) -> None:
    aws.rules.job_polls = 9
    job = start(desk)
    assert stop(desk, job).job.status in ("STOP_REQUESTED", "STOPPED")
    aws.service.jobs[job].status = "STOPPED"
    with pytest.raises(AmtsError, match="is STOPPED: there is nothing to stop"):
        stop(desk, job)


def test_a_job_of_others_is_left_alone(desk: Desk, aws: Cloud) -> None:
    aws.rules.job_polls = 9
    job = start(desk, "elsewhere/")
    with pytest.raises(AmtsError, match="belongs to others"):
        stop(desk, job)
    assert "StopTextTranslationJob" not in aws.wire.calls


def test_a_job_that_nobody_knows_is_said_so(desk: Desk) -> None:
    with pytest.raises(AmtsError, match="does not know batch job 'abc' in us-east-1"):
        shown(desk, "abc")


def test_retry_is_written_into_the_ledger(desk: Desk) -> None:
    assert retry(desk, "tr") == ["tr"]
    assert desk.ledger("tr").retried() == NOW


def test_the_commands_print_a_card_as_text_and_as_json(
    aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    book = make_book({"lamp.md": "# Lamp\n"}, {"lamp.md": "# Lamba\n"}, config=CONFIG + SETTINGS)
    aws.rules.job_polls = 9
    desk = Desk(config.parse(CONFIG + SETTINGS), connected, Hands(NOW), Silence())
    job = start(desk)
    place = f"--repository={book.root}"
    assert main(["jobs", "list", place]) == 0
    assert capsys.readouterr().out.startswith(f"{job}  SUBMITTED  tr\n  times     submitted ")
    assert main(["jobs", "show", job, "--format=json", place]) == 0
    card: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (card["id"], card["status"]) == (job, "IN_PROGRESS")
    assert main(["jobs", "stop", job, place]) == 0
    assert main(["jobs", "retry", place]) == 0
    assert capsys.readouterr().out.endswith("or wait for the schedule\n")


def test_a_language_that_the_service_does_not_have_has_no_jobs(desk: Desk) -> None:
    settings = desk.config.languages["tr"]
    row = replace(settings.row, service_code="")
    bare = replace(desk.config, languages={"tr": replace(settings, row=row)})
    with pytest.raises(AmtsError, match="has no language 'tr'"):
        listed(replace(desk, config=bare), "tr")
