"""The ledger of paid answers: what was written down is read again, and nothing that somebody changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.engines.ledger import Ledger, PaidDocument, sealed, unsealed
from amts_bot.model.amazon import JobRecord
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.conftest import Hands, Silence

NOVEMBER, DECEMBER = 1_795_000_000.0, 1_797_000_000.0
RECORD = JobRecord(
    name="amts-tr-1",
    key="1",
    purpose="sync",
    pair="en-tr",
    answers="ledger/answers/en-tr/method",
    ordered=NOVEMBER,
    units=2,
    quoted=100,
)
DOCUMENT = PaidDocument(units={"u1": "Salt."}, html="<p>Tuz.</p>", where="job 1, a.html", at=1.0)


def ledger(pair: str = "en-tr", now: float = NOVEMBER, said: list[str] | None = None) -> Ledger:
    progress = Silence(said if said is not None else [])
    return Ledger(connected(BUCKET, "").storage, Hands(now), progress, pair)


def test_orders_and_answers_are_found_by_every_later_run(aws: Cloud) -> None:
    done = replace(RECORD, name="amts-tr-2", ordered=DECEMBER, state="done", billed=90)
    for record in (done, RECORD):
        ledger().write(record)
    ledger("en-zh").write(replace(RECORD, pair="en-zh"))
    assert ledger().records() == [RECORD, done]
    newer = replace(DOCUMENT, at=2.0)
    ledger().keep(ledger().answers("method"), {"a": DOCUMENT, "b": newer})
    assert ledger().documents("method") == [newer, DOCUMENT]
    assert ledger().documents("another") == []


def test_a_month_counts_every_language_and_nothing_that_costs_nothing(aws: Cloud) -> None:
    ledger().write(RECORD)
    ledger("en-zh").write(replace(RECORD, pair="en-zh", state="done", billed=70))
    ledger().write(replace(RECORD, name="amts-tr-2", state="failed"))
    ledger().write(replace(RECORD, name="amts-tr-3", ordered=DECEMBER))
    assert (ledger().spent(), ledger(now=DECEMBER).spent()) == (170, 100)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file[: len(file) // 2],
        lambda file: file.replace(b"Tuz", b"Buz"),
        lambda file: b"",
        lambda file: b"[]",
        lambda file: sealed({"somebody": "else"}),
        lambda file: b"\xff" + file,
    ],
)
def test_an_entry_that_was_cut_off_or_changed_is_not_used(aws: Cloud, spoil: object) -> None:
    storage, folder = aws.service.storage, ledger().answers("method")
    ledger().keep(folder, {"a": DOCUMENT, "b": replace(DOCUMENT, html="<p>Şeker.</p>")})
    storage.put(BUCKET, f"{folder}/a.json", spoil(storage.get(BUCKET, f"{folder}/a.json")))  # type: ignore[operator]
    said: list[str] = []
    assert [it.html for it in ledger(said=said).documents("method")] == ["<p>Şeker.</p>"]
    assert all("a.json was cut off or changed" in words for words in said)


def test_a_retry_is_remembered_with_its_time(aws: Cloud) -> None:
    assert ledger().retried() == 0.0
    ledger(now=NOVEMBER).retry()
    assert (ledger().retried(), ledger("en-zh").retried()) == (NOVEMBER, 0.0)


@given(st.dictionaries(st.text(), st.text(st.characters()) | st.integers() | st.booleans()))
def test_what_was_sealed_comes_out_of_its_seal(content: dict[str, object]) -> None:
    assert unsealed(sealed(content)) == content
