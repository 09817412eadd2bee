"""Everything that can go wrong between us and AWS: a run ends right, or with one clear error, and pays once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from amts_bot.adapters.amazon.errors import ADVICE, explained
from amts_bot.adapters.amazon.translate import connect
from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.amazon import Batch, Realtime
from amts_bot.engines.service import Service
from amts_bot.errors import AmtsError
from amts_bot.model import (
    Answer,
    Failure,
    Pending,
    Reply,
    Request,
)
from amts_bot.text.languages import language
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.machine import marked
from tests.aws.service import ROLE
from tests.aws.wire import (
    FOR_EVER,
    Fault,
    Trouble,
    documented,
)
from tests.conftest import Hands, Silence

REQUESTS = [Request(f"Sentence {n} has `code{n}`.", page=f"page{n % 2}.md") for n in range(6)]
MANY = [Request(f"Sentence {n} has `code{n}`.", page=f"page{n % 7}.md") for n in range(40)]


def service(engine: EngineSettings | None = None, **changes: object) -> Service:
    """The engine's means, with a clock of our own and patience for ten minutes."""
    settings = AmazonSettings(bucket=BUCKET, role=ROLE)
    turkish = LanguageSettings(code="tr", row=language("tr"))
    made = Service(
        connect=connected,
        clock=Hands(),
        progress=Silence(),
        engine=engine or EngineSettings(),
        amazon=settings,
        language=turkish,
        wait=600.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def translate(requests: Sequence[Request] = REQUESTS) -> Sequence[Reply] | Pending | AmtsError:
    """What a run of engine amazon-act comes to."""
    try:
        return Batch(service()).translate(requests, "tr")
    except AmtsError as error:
        return error


def drafts(requests: Sequence[Request]) -> list[Reply]:
    """What the local service makes of them."""
    return [Answer(marked(request.source, "tr"), "amazon-act") for request in requests]


WANTED = drafts(REQUESTS)


def paid_once(aws: Cloud, requests: Sequence[Request] = REQUESTS) -> bool:
    return sorted(text for _, _, text in aws.service.paid) == sorted(r.source for r in requests)


@pytest.fixture(autouse=True)
def _parallel_data(aws: Cloud) -> None:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    aws.rules.job_polls = 1


CALLS = documented(
    "StartTextTranslationJob",
    "DescribeTextTranslationJob",
    "ListTextTranslationJobs",
    "GetParallelData",
)


@pytest.mark.parametrize(("operation", "code"), CALLS)
def test_an_error_that_passes(aws: Cloud, operation: str, code: str) -> None:
    aws.trouble.faults = [Fault(operation=operation, code=code)]
    end = translate()
    if isinstance(end, AmtsError | Pending):
        assert code in str(end) or "there is no parallel data" in str(end)
        end = translate()  # the next run
    assert end == WANTED
    assert paid_once(aws)
    assert len(aws.service.jobs) == 1


@pytest.mark.parametrize("tokens", [True, False])
@pytest.mark.parametrize("code", ["InternalServerException", "AccessDeniedException"])
def test_a_job_whose_start_was_not_heard_of_is_found(aws: Cloud, code: str, tokens: bool) -> None:
    aws.rules.honours_tokens = tokens
    aws.trouble.faults = [
        Fault(operation="StartTextTranslationJob", code=code, times=FOR_EVER, after=True)
    ]
    assert isinstance(translate(), AmtsError)
    aws.trouble.faults = []
    assert translate() == WANTED
    if tokens:
        assert paid_once(aws)


@pytest.mark.parametrize(("operation", "code"), CALLS)
def test_an_error_that_stays_is_told_once_with_advice(
    aws: Cloud, operation: str, code: str
) -> None:
    aws.trouble.faults = [Fault(operation=operation, code=code, times=FOR_EVER)]
    end = translate()
    if isinstance(end, Pending):  # the job is at work without us
        assert (operation, len(end.jobs)) == ("DescribeTextTranslationJob", 1)
        assert code in end.message or code == "ResourceNotFoundException"
    else:
        assert isinstance(end, AmtsError)
        told = str(end)
        assert code in told or "ResourceNotFound" in code
        assert len(told.splitlines()) == 2 or "ResourceNotFound" in code
    aws.trouble.faults = []
    assert translate() == WANTED
    assert paid_once(aws)


@pytest.mark.parametrize("seed", range(5))
def test_a_third_of_all_calls_throttled_changes_nothing(aws: Cloud, seed: int) -> None:
    aws.wire.trouble = Trouble(throttle=0.3, seed=seed)
    assert translate(MANY) == drafts(MANY)
    assert paid_once(aws, MANY)


def test_trouble_with_s3_changes_nothing(aws: Cloud) -> None:
    aws.s3_trouble.share = 0.2
    assert translate(MANY) == drafts(MANY)
    assert paid_once(aws, MANY)


@pytest.mark.parametrize(
    ("status", "code"), [("500 Internal", "InternalError"), ("503 Slow", "InternalError")]
)
def test_s3_that_is_down_ends_the_run_before_a_job_is_started(
    aws: Cloud, status: str, code: str
) -> None:
    aws.s3_trouble.share, aws.s3_trouble.status = 1.0, status
    assert f"({code})\nAmazon had trouble: run again later" in str(translate())
    aws.s3_trouble.share = 0.0
    assert translate() == WANTED
    assert paid_once(aws)


def test_documents_that_fail_lose_only_their_own_units(aws: Cloud) -> None:
    aws.rules.bad_documents = {"page3": "Document too large"}
    aws.rules.truncate = ["page5"]
    aws.rules.foreign = {"tr.page3-00000000.html": b"<p>", "zh.page1.html": b"\xff\xfe"}
    replies = translate(MANY)
    assert isinstance(replies, list)
    for number, (request, reply) in enumerate(zip(MANY, replies, strict=True)):
        if number % 7 == 3:
            assert isinstance(reply, Failure)
            assert "Document too large" in reply.reason
        elif number % 7 != 5:
            assert reply == Answer(marked(request.source, "tr"), "amazon-act")
    lost = [n for n, reply in enumerate(replies) if isinstance(reply, Failure) and n % 7 == 5]
    assert 0 < len(lost) < 5  # a document that is cut short still brings its first units


def test_bytes_that_are_no_text_spoil_one_unit(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    put = aws.service.storage.put

    def spoilt(bucket: str, name: str, content: bytes) -> None:
        put(bucket, name, content.replace("«tr» Sentence 9 ".encode(), b"\xff "))

    monkeypatch.setattr(aws.service.storage, "put", spoilt)
    replies = translate(MANY)
    assert isinstance(replies, list)
    assert replies[9] == Answer("", "amazon-act", damage="came back with bytes that are not UTF-8")
    assert [r for n, r in enumerate(replies) if n != 9] == [
        r for n, r in enumerate(drafts(MANY)) if n != 9
    ]


# -- parallel data that cannot be used ------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("FAILED", r"parallel data 'amts-tr' could not be imported: .*\n?.*parallel-data push"),
        ("CREATING", "parallel data 'amts-tr' is CREATING: run again when it is ACTIVE"),
    ],
)
def test_parallel_data_that_cannot_be_used_stops_the_run(
    aws: Cloud, status: str, told: str
) -> None:
    aws.rules.import_polls = 9
    aws.service.add_parallel_data("amts-tr", "tr", {}, status)
    with pytest.raises(AmtsError, match=told):
        Batch(service()).translate(REQUESTS, "tr")
    assert aws.service.jobs == {}


# -- what must be set otherwise -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (AmazonSettings(role=ROLE), r"amts.toml \[amazon\]: bucket is not set"),
        (AmazonSettings(bucket=BUCKET), r"amts.toml \[amazon\]: role is not set"),
        (
            AmazonSettings(bucket=BUCKET, role=ROLE.replace("123456789012", "210987654321")),
            r"cannot assume \(InvalidParameterValueException\)\ncheck \[amazon\]: role must be",
        ),
        (
            AmazonSettings(bucket="no-such-bucket", role=ROLE),
            r"NoSuchBucket\)\nset \[amazon\] bucket",
        ),
        (
            AmazonSettings(bucket=BUCKET, role=ROLE, parallel_data="other-{language}"),
            r"no parallel data 'other-tr': .* set \[amazon\] parallel-data; .* region",
        ),
    ],
)
def test_a_wrong_setting_is_named(aws: Cloud, settings: AmazonSettings, told: str) -> None:
    with pytest.raises(AmtsError, match=told):
        Batch(service(amazon=settings)).translate(REQUESTS, "tr")
    assert aws.service.paid == []


def test_a_language_that_the_service_does_not_have_is_named() -> None:
    klingon = LanguageSettings(code="tlh", row=language("tlh"))
    with pytest.raises(
        AmtsError, match=r"no language 'tlh': set service-code in \[languages.tlh\]"
    ):
        Batch(service(language=klingon)).translate(REQUESTS, "tlh")


def test_no_credentials_and_no_region_are_named(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        with pytest.raises(AmtsError) as error:
            Batch(service(connect=connect)).translate(REQUESTS, "tr")
        return str(error.value)

    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert "no AWS region is known: set [amazon] region" in told()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert "there are no AWS credentials: check the step" in told()


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_every_advice_is_whole(code: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "words"}}, "ListObjectsV2")
    with (
        pytest.raises(AmtsError, match=f"refused ListObjectsV2: words .{code}.\n.+") as told,
        explained("s3"),
    ):
        raise error
    assert "{" not in str(told.value)


def test_the_wishes_of_the_team_go_along(aws: Cloud) -> None:
    german = LanguageSettings(
        code="de", row=language("de"), formality="formal", terminology="glossary.csv"
    )
    aws.service.add_parallel_data("amts-de", "de", {})
    aws.service.terminologies["amts-de"] = {}
    Batch(service(language=german)).translate(REQUESTS, "de")
    [job] = aws.service.jobs.values()
    wanted = ("TerminologyNames", "ParallelDataNames", "Settings", "TargetLanguageCodes")
    assert [job.request[name] for name in wanted] == [
        ["amts-de"],
        ["amts-de"],
        {"Formality": "FORMAL"},
        ["de"],
    ]


# -- TranslateDocument ----------------------------------------------------------------------------


def test_text_goes_in_calls_of_at_most_a_hundred_thousand_bytes(aws: Cloud) -> None:
    long = [Request(f"Sentence {n} " + "is long, " * 100) for n in range(300)]
    replies = Realtime(service()).translate(long, "tr")
    assert [r for r in replies if not isinstance(r, Answer) or r.damage] == []
    assert aws.wire.calls.count("TranslateDocument") == 3


def test_a_stretch_that_is_too_long_for_a_call_fails_alone(aws: Cloud) -> None:
    huge = Request("word " * 25_000)
    replies = Realtime(service()).translate([REQUESTS[0], huge], "tr")
    assert replies[0] == Answer(marked(REQUESTS[0].source, "tr"), "amazon")
    assert isinstance(replies[1], Failure)
    assert "use engine amazon-act" in replies[1].reason


@pytest.mark.parametrize(("operation", "code"), documented("TranslateDocument"))
def test_an_error_of_a_call_that_passes(aws: Cloud, operation: str, code: str) -> None:
    aws.trouble.faults = [Fault(operation=operation, code=code)]
    first = Realtime(service()).translate(REQUESTS, "tr")
    assert all(isinstance(reply, Answer) or code in str(reply) for reply in first)
    again = Realtime(service()).translate(REQUESTS, "tr")
    assert again == [
        replace(reply, origin="amazon") for reply in WANTED if isinstance(reply, Answer)
    ]
    assert paid_once(aws)


@pytest.mark.parametrize(("operation", "code"), documented("TranslateDocument"))
def test_an_error_of_a_call_is_a_failure_with_advice(aws: Cloud, operation: str, code: str) -> None:
    aws.trouble.faults = [Fault(operation=operation, code=code, times=FOR_EVER)]
    replies = Realtime(service()).translate(REQUESTS, "tr")
    reasons = {reply.reason for reply in replies if isinstance(reply, Failure)}
    assert len(replies) == len(REQUESTS)
    assert [code in reason for reason in reasons] == [True]
