"""`amazon check --canary` and `--show`: the price before, the file to commit, and what it says."""

from __future__ import annotations

import json

import pytest

from amts_bot.cli import main
from tests.aws.cloud import Cloud
from tests.aws.habits import Habits
from tests.conftest import CONFIG, MakeBook
from tests.engines.test_amazon import SETTINGS

PATH = "amts/tr.profile.json"


def test_the_canary_is_written_down_and_shown(
    aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    book = make_book({"lamp.md": "# Lamp\n"}, {"lamp.md": "# Lamba\n"}, config=CONFIG + SETTINGS)
    place = f"--repository={book.root}"
    assert main(["amazon", "check", "--show", place]) == 1
    assert (
        f"{PATH} is not there: amts-bot amazon check --canary makes it" in capsys.readouterr().out
    )
    assert main(["amazon", "check", "--canary", place]) == 0
    said = capsys.readouterr()
    assert "tr: one job each of 21 units, 1,002 characters, at most $0.06\n" in said.err
    assert f"written: {PATH}; commit it" in said.err
    assert "units                    21 of 21 came back whole" in said.out
    assert "1,002 characters, 1,002 by our count, so markup is not billed" in said.out
    aws.wire.calls.clear()
    assert main(["amazon", "check", "--show", "--format=json", place]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["profiles"]["tr"] == json.loads((book.root / PATH).read_text(encoding="utf-8"))
    assert aws.wire.calls == []


def test_a_profile_of_a_service_that_breaks_everything_ends_with_status_1(
    aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.service.add_parallel_data("amts-tr", "tr", {})
    aws.rules.habits = Habits(loses_ids=True, turns_paragraphs=True)
    book = make_book({"lamp.md": "# Lamp\n"}, {"lamp.md": "# Lamba\n"}, config=CONFIG + SETTINGS)
    assert main(["amazon", "check", "--canary", f"--repository={book.root}"]) == 1
    said = capsys.readouterr().out
    assert "ids of paragraphs        lost\n" in said
    assert "tr: only 0 of 21 units of the canary came back whole" in said


def test_nothing_is_sent_while_something_is_wrong(
    aws: Cloud, make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_book({"lamp.md": "# Lamp\n"}, {"lamp.md": "# Lamba\n"}, config=CONFIG + SETTINGS)
    assert main(["amazon", "check", "--canary", f"--repository={book.root}"]) == 1
    assert capsys.readouterr().out.endswith("1 to change before a run\n")
    assert aws.service.jobs == {}
