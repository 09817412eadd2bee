"""Money: each unit is paid once, whatever goes wrong between two runs, and no cap is passed."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest

from amts_bot.adapters.amazon.rights import line_of
from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.account import RunAccount
from amts_bot.engines.amazon import Batch, Realtime
from amts_bot.engines.resources import Push, push
from amts_bot.engines.service import Service
from amts_bot.errors import AmtsError, CapReached
from amts_bot.model import Answer, Failure, Pending, Reply, Request
from amts_bot.text.amazon.documents import characters
from amts_bot.text.languages import language
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.machine import marked
from tests.aws.service import ROLE
from tests.aws.wire import FOR_EVER, Fault
from tests.conftest import Hands, Silence

MANY = [Request(f"Sentence {n} has `code{n}`.", page=f"page{n % 7}.md") for n in range(40)]
PLAIN = [Request(f"The lamp {n} burns through the night.", page="lamp.md") for n in range(12)]
MORE = [Request("A guest asked for bread.", page="oven.md")]
DAY = 24 * 3600.0


def service(code: str = "tr", **changes: object) -> Service:
    """What one run has: a clock and an account of its own."""
    made = Service(
        connect=connected,
        clock=Hands(now=time.time()),
        progress=Silence([]),
        engine=EngineSettings(),
        amazon=AmazonSettings(bucket=BUCKET, role=ROLE),
        language=LanguageSettings(code=code, row=language(code)),
        wait=1200.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def run(requests: Sequence[Request] = MANY, **changes: object) -> Sequence[Reply] | Pending:
    return Batch(service(**changes)).translate(requests, "tr")  # type: ignore[arg-type]


def drafts(requests: Sequence[Request] = MANY, origin: str = "amazon-act") -> list[Reply]:
    return [Answer(marked(request.source, "tr"), origin) for request in requests]


def paid(aws: Cloud) -> Counter[str]:
    return Counter(text for *_, text in aws.service.paid)


def failures(replies: Sequence[Reply] | Pending) -> list[str]:
    assert not isinstance(replies, Pending)
    return [reply.reason for reply in replies if isinstance(reply, Failure)]


@pytest.fixture(autouse=True)
def _parallel_data(aws: Cloud) -> None:
    for code in ("tr", "zh", "es"):
        aws.service.add_parallel_data(f"amts-{code}", code, {})


def later(days: float) -> Hands:
    return Hands(now=time.time() + days * DAY)


def retry(code: str = "tr") -> None:
    asked = service(code, clock=later(0.1))
    asked.ledger(asked.cloud()).retry()


# -- nothing is paid again ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [Batch, Realtime])
def test_what_was_paid_is_never_asked_for_again(
    aws: Cloud, engine: type[Batch] | type[Realtime]
) -> None:
    first = engine(service()).translate(MANY, "tr")
    for name in aws.service.storage.names(BUCKET, "amts/"):  # a rule that deletes what is old
        aws.s3.delete_object(Bucket=BUCKET, Key=name)
    aws.service.jobs.clear()  # and a service that has forgotten
    moved = AmazonSettings(bucket=BUCKET, role=ROLE, prefix="elsewhere")
    assert engine(service(clock=later(40), amazon=moved)).translate(MANY, "tr") == first
    assert max(paid(aws).values()) == 1


def test_a_job_is_collected_after_forty_days_from_another_prefix(aws: Cloud) -> None:
    aws.rules.job_polls = 3
    assert isinstance(run(wait=0.0), Pending)
    moved = AmazonSettings(bucket=BUCKET, role=ROLE, prefix="elsewhere")
    assert run(clock=later(40), amazon=moved) == drafts()
    assert (len(aws.service.jobs), max(paid(aws).values())) == (1, 1)


def test_a_service_that_drops_every_id_is_paid_for_one_job(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = aws.service.machine.translate
    monkeypatch.setattr(
        aws.service.machine,
        "translate",
        lambda *given: re.sub(r'<p id="[^"]*">', "<p>", old(*given)),
    )
    for _ in range(2):
        assert len(failures(run(PLAIN))) == len(PLAIN)
    [told] = failures(run(MORE))
    assert "only 0 of 12 units came back whole: nothing more is sent" in told
    assert (len(aws.service.jobs), max(paid(aws).values())) == (1, 1)
    monkeypatch.undo()
    retry()
    assert run([*PLAIN, *MORE], clock=later(0.2)) == drafts([*PLAIN, *MORE])


def test_a_document_that_was_refused_is_sent_once_more_alone(aws: Cloud) -> None:
    aws.rules.bad_documents = {"page3": "Invalid utf-8 encoded texts detected"}
    for _ in range(2):
        told = failures(run())
        assert len(told) == 6
        assert "InvalidRequestException: Invalid utf-8 encoded texts detected" in told[0]
    sizes = [job.counts["InputDocumentsCount"] for job in aws.service.jobs.values()]
    assert (sizes, max(paid(aws).values())) == ([7, 1], 1)


def test_output_that_is_listed_late_is_waited_for(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[str, str, bytes]] = []
    put = aws.service.storage.put

    def late(bucket: str, name: str, content: bytes) -> None:
        if "page3" in name and "/output/" in name:
            held.append((bucket, name, content))
        else:
            put(bucket, name, content)

    monkeypatch.setattr(aws.service.storage, "put", late)
    pending = run(wait=60.0)
    assert isinstance(pending, Pending)
    assert "some of its output is not listed yet" in pending.message
    for file in held:
        put(*file)
    assert run() == drafts()
    assert (len(aws.service.jobs), max(paid(aws).values())) == (1, 1)


def test_an_entry_that_somebody_changed_is_named_and_its_units_sent_again(aws: Cloud) -> None:
    run()
    storage, said = aws.service.storage, list[str]()
    [name] = [it for it in storage.names(BUCKET, "ledger/answers/") if "page3" in it]
    storage.put(BUCKET, name, storage.get(BUCKET, name).replace(b"Sentence", b"Sentance"))
    aws.service.jobs.clear()
    assert run(progress=Silence(said)) == drafts()
    assert f"{name} was cut off or changed by somebody: it is not used" in said
    assert sum(paid(aws).values()) == 46


def test_an_order_that_somebody_cut_off_is_no_second_job(aws: Cloud) -> None:
    aws.rules.job_polls = 3
    assert isinstance(run(wait=0.0), Pending)
    storage = aws.service.storage
    [name] = storage.names(BUCKET, "ledger/orders/")
    storage.put(BUCKET, name, storage.get(BUCKET, name)[:40])
    assert run() == drafts()
    assert (len(aws.service.jobs), max(paid(aws).values())) == (1, 1)


RIGHTS = [
    "s3:ListBucket",
    "s3:GetObject",
    "s3:PutObject",
    "translate:ListTextTranslationJobs",
    "translate:GetParallelData",
    "translate:StartTextTranslationJob",
    "iam:PassRole",
]


@pytest.mark.parametrize("action", RIGHTS)
def test_a_right_that_the_policy_lacks_is_named_with_its_line_and_costs_nothing(
    aws: Cloud, action: str
) -> None:
    aws.trouble.forbidden = aws.s3_trouble.forbidden = {action}
    with pytest.raises(AmtsError) as told:
        run(MORE)
    assert action in str(told.value)
    assert line_of(action) in str(told.value)
    assert aws.service.paid == []
    aws.trouble.forbidden = aws.s3_trouble.forbidden = set()
    assert run(MORE) == drafts(MORE)


# -- calls that answer at once --------------------------------------------------------------------

LONG = [Request(f"Sentence {n} " + "is long, " * 100) for n in range(300)]


@pytest.mark.parametrize("code", ["ExpiredTokenException", "InternalServerException"])
def test_answers_are_kept_when_the_credentials_end_in_the_middle(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    fault = Fault(operation="TranslateDocument", code=code, times=FOR_EVER)
    calls = count()
    aws.trouble.on_call = lambda: aws.trouble.faults.extend([fault] * (next(calls) == 1))
    first = Realtime(service()).translate(LONG, "tr")
    lost = failures(first)
    assert 0 < len(lost) < len(LONG)
    assert all(code in why for why in lost)
    aws.trouble.faults, aws.trouble.on_call = [], lambda: None
    assert failures(Realtime(service()).translate(LONG, "tr")) == []
    assert max(paid(aws).values()) == 1


def test_answers_that_cannot_be_written_down_are_used_all_the_same(aws: Cloud) -> None:
    aws.trouble.on_call = lambda: setattr(aws.s3_trouble, "share", 1.0)
    run_ = service()
    assert Realtime(run_).translate(MANY[:3], "tr") == drafts(MANY[:3], "amazon")
    assert "could not be written into the ledger" in run_.account.remarks[0]


def test_a_first_call_that_comes_back_broken_is_the_last(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws.service.machine, "translate", lambda *_given: "<html></html>")
    told = failures(Realtime(service()).translate(LONG, "tr"))
    assert (len(told), aws.wire.calls.count("TranslateDocument")) == (len(LONG), 1)
    assert "nothing more was sent" in " ".join(told)


# -- caps -----------------------------------------------------------------------------------------

ALL = characters(request.source for request in MANY)


def test_the_cap_of_a_run_counts_all_its_jobs(aws: Cloud) -> None:
    aws.rules.bad_documents = {"page3": "Invalid utf-8 encoded texts detected"}
    told = failures(run(engine=EngineSettings(max_characters=ALL)))
    assert len(told) == 6
    assert f"in a run, which has sent {ALL:,} already: nothing was sent" in told[0]
    assert (len(aws.service.jobs), sum(paid(aws).values())) == (1, 34)


def test_the_cap_of_a_run_counts_all_its_engines(aws: Cloud) -> None:
    account, engine = RunAccount(), EngineSettings(max_characters=ALL + 10)
    run(account=account, engine=engine)
    with pytest.raises(CapReached, match="nothing was sent"):
        Realtime(service(account=account, engine=engine)).translate(MORE, "tr")
    assert sum(paid(aws).values()) == 40


def test_the_cap_of_a_month_counts_all_languages_and_ends_with_it(aws: Cloud) -> None:
    engine = EngineSettings(max_characters_per_month=ALL + 10)
    run(engine=engine)
    with pytest.raises(CapReached, match=f"{ALL:,} were ordered this month"):
        run(code="zh", engine=engine)
    assert sum(paid(aws).values()) == 40
    assert failures(run(code="zh", engine=engine, clock=later(32))) == []


def test_a_job_that_failed_costs_nothing(aws: Cloud) -> None:
    engine = EngineSettings(max_characters_per_month=ALL)
    aws.rules.fail = ["Access denied"]
    with pytest.raises(AmtsError, match="Access denied"):
        run(engine=engine)
    assert run(engine=engine) == drafts()


def test_after_three_failures_time_or_another_setting_allows_the_next(aws: Cloud) -> None:
    aws.rules.fail = ["Access denied"] * 4
    for _ in range(3):
        with pytest.raises(AmtsError, match="Access denied"):
            run(MORE)
    with pytest.raises(AmtsError, match=r"failed 3 times; .*Access denied\nanother is tried"):
        run(MORE)
    assert len(aws.service.jobs) == 3
    other = AmazonSettings(bucket=BUCKET, role=f"{ROLE}-mended")
    with pytest.raises(AmtsError, match="Access denied"):
        run(MORE, amazon=other)
    assert run(MORE, clock=later(0.2)) == drafts(MORE)


def test_the_bill_stands_beside_the_quote(aws: Cloud) -> None:
    one = service()
    Batch(one).translate(MANY, "tr")
    [told] = one.account.remarks
    assert told.endswith(f"{ALL:,} characters quoted, {ALL:,} billed (as quoted)")
    [record] = one.ledger(one.cloud()).records()
    assert (record.state, record.quoted, record.billed, record.usable) == ("done", ALL, ALL, 40)


# -- several languages ----------------------------------------------------------------------------


def test_three_languages_at_once_end_right_where_one_job_may_run(aws: Cloud) -> None:
    aws.rules.job_polls, aws.rules.most_jobs = 2, 1

    def one(code: str) -> Sequence[Reply] | Pending:
        return run(code=code)

    with ThreadPoolExecutor(3) as pool:
        found = [*pool.map(one, ("tr", "zh", "es"))]
    assert [failures(replies) for replies in found] == [[], [], []]
    assert (len(aws.service.jobs), set(paid(aws).values())) == (3, {3})


def test_three_imports_at_once_take_turns(aws: Cloud) -> None:
    aws.rules.import_polls = 2

    def one(code: str) -> str:
        pair = b'"en","%s"\n"A lamp.","X"\n' % code.encode()
        wanted = Push(language=service(code).language, content=pair, wait=3600.0)
        settings = AmazonSettings(bucket=BUCKET, parallel_data="new-{language}")
        return push(wanted, settings, connected, Hands(), Silence([])).state.status

    with ThreadPoolExecutor(3) as pool:
        assert [*pool.map(one, ("tr", "zh", "es"))] == ["ACTIVE"] * 3
