"""The account is checked line by line: a policy that forbids one action at a time, a bucket elsewhere, a wrong role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from amts_bot.adapters.amazon.rights import STATEMENTS, TEMPLATE
from amts_bot.book import config
from amts_bot.cli import main
from amts_bot.console.check import check
from amts_bot.console.desk import Desk
from amts_bot.console.findings import Finding
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.service import ROLE
from tests.aws.wire import FOR_EVER, Fault
from tests.conftest import CONFIG, Hands, MakeBook, Silence
from tests.engines.test_amazon import SETTINGS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(aws: Cloud) -> Desk:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    return Desk(config.parse(CONFIG + SETTINGS), connected, Hands(2e9), Silence())


def findings(desk: Desk, verdict: str) -> list[Finding]:
    return [it for it in check(desk).findings if it.verdict == verdict]


def with_amazon(desk: Desk, **changes: str) -> Desk:
    settings = replace(desk.config.amazon, **changes)
    return replace(desk, config=replace(desk.config, amazon=settings))


def test_an_account_that_is_set_up_right_has_nothing_to_change(desk: Desk, aws: Cloud) -> None:
    report = check(desk)
    assert [it for it in report.findings if it.verdict != "right"] == []
    assert {it.what: it.words for it in report.findings} == {
        "identity": "account 123456789012, arn:aws:sts::123456789012:user/moto",
        "role: trust": f"translate.amazonaws.com may take on {ROLE}",
        "bucket: region": "amts-books is in us-east-1",
        "bucket: write": "s3://amts-books/amts/",
        "bucket: read": "encrypted by S3",
        "bucket: list": "s3://amts-books/amts/",
        "bucket: ledger": "s3://amts-books/amts/",
        "bucket: delete": "s3://amts-books/amts/",
        "region": "us-east-1 is documented for parallel data",
        "rights": "15 of 15 actions of Amazon Translate are allowed",
        "jobs": "0 of 10 running, 0 of 1,000 waiting",
        "parallel data": "1 of 1,000 resources, no import at work",
        "language tr": "Amazon Translate has it as tr",
        "parallel data amts-tr": "ACTIVE, 0 records",
        "starting a job": "only documents were missing: role, languages and region are right",
    }
    assert report.as_text().endswith("nothing to change")


def test_a_check_leaves_nothing_behind_and_pays_nothing(desk: Desk, aws: Cloud) -> None:
    before = dict(aws.service.parallel_data)
    check(desk)
    assert desk.cloud.storage.names("") == []
    assert (aws.service.jobs, aws.service.terminologies, aws.service.paid) == ({}, {}, [])
    assert aws.service.parallel_data == before


ACTIONS = [action for actions in STATEMENTS.values() for action in actions]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_that_the_policy_forbids_is_named_with_its_line_of_the_template(
    desk: Desk, aws: Cloud, action: str
) -> None:
    aws.trouble.forbidden = aws.s3_trouble.forbidden = {action}
    told = [it for it in check(desk).findings if it.verdict != "right"]
    assert told
    [statement] = [name for name, actions in STATEMENTS.items() if action in actions]
    line = f"in {TEMPLATE} that is {action} in the statement {statement!r} of CallerRole"
    assert [it.what for it in told if line not in it.remedy] == []
    template = (ROOT / TEMPLATE).read_text(encoding="utf-8")
    assert f"- Sid: {statement}\n" in template


def test_a_bucket_in_another_region_is_named_with_its_own(desk: Desk, aws: Cloud) -> None:
    there = boto3.client(
        "s3",
        endpoint_url=aws.environment["AWS_ENDPOINT_URL_S3"],
        region_name="eu-north-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    name = "amts-books-north"
    there.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    found = [it for it in check(with_amazon(desk, bucket=name)).findings if "region" in it.what]
    assert found[0] == Finding(
        "bucket: region",
        "wrong",
        "amts-books-north is in eu-north-1, Amazon Translate is asked in us-east-1",
        'set [amazon] region = "eu-north-1", or make the stack again in us-east-1: both must be in one region',
    )


def no_bucket(desk: Desk, _aws: Cloud) -> Desk:
    return with_amazon(desk, bucket="nobody-has-this")


def no_role(desk: Desk, _aws: Cloud) -> Desk:
    return with_amazon(desk, role=f"{ROLE}-x")


def of_another_account(desk: Desk, _aws: Cloud) -> Desk:
    return with_amazon(desk, role=ROLE.replace("123456789012", "210987654321"))


def no_parallel_data(desk: Desk, aws: Cloud) -> Desk:
    aws.service.parallel_data.clear()
    return desk


def not_ours(desk: Desk, aws: Cloud) -> Desk:
    aws.service.parallel_data["amts-tr"].request["Description"] = "of the shop"
    return desk


def no_language(desk: Desk, aws: Cloud) -> Desk:
    aws.rules.unknown_languages = {"tr"}
    return desk


def no_service(desk: Desk, aws: Cloud) -> Desk:
    aws.trouble.faults = [
        Fault("StartTextTranslationJob", "NotAuthorizedException", FOR_EVER, message="no such call")
    ]
    return desk


def no_time_left(desk: Desk, aws: Cloud) -> Desk:
    aws.trouble.faults = [
        Fault(operation, "ExpiredTokenException", FOR_EVER)
        for operation in ("ListTextTranslationJobs", "GetParallelData", "ListLanguages")
    ]
    return desk


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        (no_bucket, "bucket: write", "set [amazon] bucket to the name of a bucket of this account"),
        (no_role, "role", "set [amazon] role to the output DataAccessRoleArn"),
        (of_another_account, "account", "or take on a role of account 210987654321"),
        (no_parallel_data, "parallel data amts-tr", "amts-bot parallel-data push --language tr"),
        (not_ours, "parallel data amts-tr", "set [amazon] parallel-data to another name"),
        (no_language, "language tr", "set service-code in [languages.tr]"),
        (no_service, "starting a job", "is StartTextTranslationJob there in region us-east-1?"),
        (no_time_left, "languages", "the credentials have expired"),
    ],
)
def test_what_is_wrong_says_what_to_change(
    desk: Desk, aws: Cloud, change: Callable[[Desk, Cloud], Desk], what: str, remedy: str
) -> None:
    told = {it.what: it.remedy for it in check(change(desk, aws)).findings if it.verdict != "right"}
    assert remedy in told[what]


def test_the_command_ends_with_status_1_where_something_is_wrong(
    aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_book({"lamp.md": "# Lamp\n"}, {"lamp.md": "# Lamba\n"}, config=CONFIG + SETTINGS)
    place = f"--repository={book.root}"
    assert main(["amazon", "check", place]) == 1
    said = capsys.readouterr().out
    assert "wrong    parallel data amts-tr  is not there\n" in said
    assert (
        "→ amts-bot parallel-data build, then amts-bot parallel-data push --language tr\n" in said
    )
    assert said.endswith("1 to change before a run\n")
    aws.service.add_parallel_data("amts-tr", "tr", {})
    assert main(["amazon", "check", "--format=json", place]) == 0
    assert '"failed": false' in capsys.readouterr().out
    assert BUCKET in said
