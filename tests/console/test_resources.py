"""Parallel data and terminologies in hand, and what is cleaned up; real boto3 on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_bot.book import config
from amts_bot.book.config import LanguageSettings
from amts_bot.cli import main
from amts_bot.console.cleanup import clean_up, waste
from amts_bot.console.desk import Desk
from amts_bot.console.resources import fetched, remove, resources
from amts_bot.engines.resources import Push, push
from amts_bot.errors import AmtsError
from amts_bot.text.languages import language
from tests.aws.cloud import Cloud, connected
from tests.conftest import CONFIG, Hands, MakeBook, Silence
from tests.console.test_jobs import start
from tests.engines.test_amazon import SETTINGS

PAIRS = '"en","tr"\n"A lamp.","Bir lamba."\n'
TERMS = b"en,tr\nlamp,lamba\n"


@pytest.fixture
def desk(aws: Cloud) -> Desk:
    return Desk(config.parse(CONFIG + SETTINGS), connected, Hands(2e9), Silence())


def pushed(desk: Desk, terms: bytes = b"") -> None:
    turkish = LanguageSettings(code="tr", row=language("tr"))
    order = Push(language=turkish, content=PAIRS.encode(), terminology=terms, wait=60.0)
    push(order, desk.config.amazon, connected, Hands(), Silence())


def test_parallel_data_is_listed_with_what_it_is_for(desk: Desk, aws: Cloud) -> None:
    pushed(desk)
    aws.service.add_parallel_data("amts-evaluate-12", "tr", {}, description="made by amts-bot")
    aws.service.add_parallel_data("amts-fr", "fr", {})
    aws.service.add_parallel_data("shop", "tr", {}, description="ours")
    found = resources(desk, "parallel data")
    assert {card.resource.name: card.next_run for card in found.cards} == {
        "amts-tr": "uses it for tr",
        "amts-evaluate-12": "does not need it: amts-bot cleanup deletes it",
        "amts-fr": "does not need it: its language is not in amts.toml",
    }
    assert found.others == 1
    assert "1 record for tr" in found.as_text()


def test_the_file_of_parallel_data_comes_back_as_it_was_imported(desk: Desk) -> None:
    pushed(desk)
    assert fetched(desk, "tr").decode() == PAIRS


def test_what_the_bot_made_is_deleted_and_what_is_gone_is_no_error(desk: Desk, aws: Cloud) -> None:
    pushed(desk, TERMS)
    for kind in ("parallel data", "terminology"):
        assert "is deleted" in remove(desk, kind, "tr")
        assert remove(desk, kind, "tr").endswith("is not there: nothing to do")
    assert (aws.service.parallel_data, aws.service.terminologies) == ({}, {})


def test_what_somebody_else_made_under_our_name_is_neither_deleted_nor_overwritten(
    desk: Desk, aws: Cloud
) -> None:
    aws.service.add_parallel_data("amts-tr", "tr", {}, description="of the shop")
    desk.cloud.translator.import_terminology("amts-tr", TERMS, "of the shop")
    [card] = resources(desk, "parallel data").cards
    assert card.next_run == "uses it for tr, and a push is refused: the bot did not make it"
    for kind in ("parallel data", "terminology"):
        with pytest.raises(AmtsError, match=r"was not made by the bot .*'of the shop'"):
            remove(desk, kind, "tr")
    for terms in (b"", TERMS):
        with pytest.raises(AmtsError, match="the bot did not make it .*another name"):
            pushed(desk, terms)
    assert aws.service.parallel_data["amts-tr"].request["Description"] == "of the shop"
    assert aws.service.terminologies["amts-tr"]["Description"] == "of the shop"


def test_old_files_and_what_evaluate_made_go_and_a_job_at_work_keeps_its_own(
    desk: Desk, aws: Cloud
) -> None:
    pushed(desk)
    aws.rules.job_polls = 9
    start(desk)
    aws.service.add_parallel_data("amts-evaluate-12", "tr", {}, description="made by amts-bot")
    files = {"amts/tr/old-1/input/a.html": b"a", "ledger/orders/a.json": b"b", "other/c": b"c"}
    desk.cloud.storage.put(files)
    found = waste(desk, "old", 30)
    assert [it.name for it in found.resources] == ["amts-evaluate-12"]
    assert [name for name in found.files if "parallel-data" not in name] == [
        "amts/tr/old-1/input/a.html"
    ]
    assert "delete s3://amts-books/amts/tr/old-1/input/a.html" in found.as_text()
    clean_up(desk, found)
    left = desk.cloud.storage.names("")
    assert [*left] == ["amts/tr/abc-1/input/lamp.html", "ledger/orders/a.json", "other/c"]
    assert [*aws.service.parallel_data] == ["amts-tr"]


def test_everything_goes_but_the_ledger_and_what_others_made(desk: Desk, aws: Cloud) -> None:
    pushed(desk, TERMS)
    aws.rules.job_polls = 9
    job = start(desk)
    aws.service.add_parallel_data("shop", "tr", {}, description="ours")
    desk.cloud.storage.put({"ledger/orders/a.json": b"b", "other/c": b"c"})
    clean_up(desk, waste(desk, "everything", 0))
    assert desk.cloud.storage.names("") == ["ledger/orders/a.json", "other/c"]
    assert [*aws.service.parallel_data] == ["shop"]
    assert aws.service.terminologies == {}
    assert aws.service.jobs[job].status in ("STOP_REQUESTED", "STOPPED")
    assert not waste(desk, "everything", 0).files


def test_the_commands_do_it(
    desk: Desk, aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = CONFIG + 'terminology = "terms.csv"\n' + SETTINGS
    target = {"lamp.md": "# Lamba\n", "terms.csv": TERMS.decode()}
    book = make_book({"lamp.md": "# Lamp\n"}, target, config=settings)
    place = f"--repository={book.root}"
    pushed(desk)
    assert main(["parallel-data", "list", place]) == 0
    output = tmp_path / "imported.csv"
    assert main(["parallel-data", "download", "--language=tr", f"--output={output}", place]) == 0
    assert output.read_text(encoding="utf-8") == PAIRS
    assert main(["terminology", "push", "--language=tr", place]) == 0
    assert main(["terminology", "status", place]) == 0
    assert main(["terminology", "delete", "--language=tr", place]) == 0
    assert main(["parallel-data", "delete", "--language=tr", place]) == 0
    assert main(["terminology", "push", place]) == 2
    said = capsys.readouterr().out
    assert "parallel data amts-tr  ACTIVE" in said
    assert "terminology amts-tr imported" in said
    assert "1 record for tr" in said
    assert main(["cleanup", "--days=0", place]) == 0
    assert "nothing was done: say --yes to do it" in capsys.readouterr().out
    assert main(["cleanup", "--scope=everything", "--yes", "--quiet", place]) == 0
    assert desk.cloud.storage.names("amts/") == []
