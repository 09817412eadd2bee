"""Parallel data and terminology at Amazon Translate: pushed when they changed, one import at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from amts_bot.book.config import AmazonSettings, LanguageSettings
from amts_bot.cli import main
from amts_bot.engines.resources import Push, Pushed, push
from amts_bot.errors import AmtsError
from amts_bot.text.languages import language
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.service import ROLE
from tests.aws.wire import FOR_EVER, Fault, documented
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    MakeBook,
    Silence,
)

PAIRS = b'"en","tr"\n"A lamp.","Bir lamba."\n"A rock.","Bir kaya."\n'
MORE = PAIRS + b'"A horn.","Bir boru."\n'
ONE_BAD = PAIRS + '"-dash","eksi"\n"","boş"\n'.encode()
SETTINGS = AmazonSettings(bucket=BUCKET, role=ROLE)
TURKISH = LanguageSettings(code="tr", row=language("tr"))


def pushed(content: bytes, clock: Hands | None = None, **order: Any) -> Pushed:
    """A push with a clock of our own."""
    wanted = Push(language=TURKISH, content=content, **{"wait": 600.0, **order})
    return push(wanted, SETTINGS, connected, clock or Hands(), Silence())


def imports(aws: Cloud) -> list[str]:
    return [call for call in aws.wire.calls if call in ("CreateParallelData", "UpdateParallelData")]


def test_a_first_push_creates_and_waits_for_the_end_of_the_import(aws: Cloud) -> None:
    aws.rules.import_polls = 3
    clock = Hands()
    done = pushed(PAIRS, clock)
    assert (done.changed, done.state.status, done.state.imported) == (True, "ACTIVE", 2)
    assert clock.slept == [5.0, 7.5, 11.25, 16.875]
    assert aws.service.parallel_data["amts-tr"].pairs == {
        "tr": {"A lamp.": "Bir lamba.", "A rock.": "Bir kaya."}
    }


def test_the_same_content_is_not_pushed_twice(aws: Cloud) -> None:
    pushed(PAIRS)
    again = pushed(PAIRS)
    assert (again.changed, again.summary()) == (
        False,
        "unchanged: amts-tr: ACTIVE; 2 records, 0 failed, 0 skipped",
    )
    assert imports(aws) == ["CreateParallelData"]


def test_an_update_is_over_when_its_own_attempt_is_not_when_the_old_content_is_active(
    aws: Cloud,
) -> None:
    pushed(PAIRS)
    aws.rules.import_polls = 4
    done = pushed(MORE)
    assert (done.state.attempt, done.state.imported) == ("ACTIVE", 3)
    assert pushed(PAIRS).state.imported == 2  # back to what was there before: an import again
    assert imports(aws) == ["CreateParallelData", "UpdateParallelData", "UpdateParallelData"]


@pytest.mark.parametrize("busy", ["LimitExceededException", "ConcurrentModificationException"])
def test_a_push_waits_for_its_turn(aws: Cloud, busy: str) -> None:
    aws.rules.import_polls, aws.rules.busy = 12, busy
    with pytest.raises(AmtsError, match="the import is running, and the waiting time is over"):
        pushed(PAIRS, wait=0.0)
    other = Push(
        language=LanguageSettings(code="zh", row=language("zh")),
        content=PAIRS.replace(b"tr", b"zh"),
        wait=3600.0,
    )
    done = push(other, SETTINGS, connected, Hands(), Silence())
    assert (done.state.name, done.state.status) == ("amts-zh", "ACTIVE")
    assert aws.service.parallel_data["amts-tr"].status == "ACTIVE"


def test_a_push_that_was_killed_goes_on(aws: Cloud) -> None:
    aws.rules.import_polls = 2
    with pytest.raises(AmtsError, match="run the same command again"):
        pushed(PAIRS, wait=0.0)
    assert pushed(PAIRS).state.status == "ACTIVE"
    assert imports(aws) == ["CreateParallelData"]


def test_a_reply_that_was_lost_is_no_second_import(aws: Cloud) -> None:
    aws.trouble.faults = [
        Fault(operation="CreateParallelData", code="InternalServerException", after=True)
    ]
    assert pushed(PAIRS).state.imported == 2
    aws.trouble.faults = [
        Fault(operation="UpdateParallelData", code="InternalServerException", after=True)
    ]
    assert pushed(MORE).state.imported == 3


def test_records_that_the_service_did_not_take_are_shown(aws: Cloud) -> None:
    assert pushed(ONE_BAD).summary() == (
        "imported: amts-tr: ACTIVE; 2 records, 1 failed, 1 skipped\n"
        "  not a valid record: -dash,eksi\n"
        "  source empty or too long: "
    )


def test_a_file_that_is_refused_says_why_and_the_old_one_stays(aws: Cloud) -> None:
    pushed(PAIRS)
    with pytest.raises(
        AmtsError, match="did not accept .*\n.*last update FAILED.*\n.*first row must"
    ):
        pushed(b'"english","turkish"\n"A lamp.","Bir lamba."\n')
    kept = aws.service.parallel_data["amts-tr"]
    assert (kept.status, len(kept.pairs["tr"])) == ("ACTIVE", 2)
    assert pushed(PAIRS).state.attempt == "ACTIVE"


def test_a_terminology_goes_along_when_it_changed(aws: Cloud) -> None:
    for terms in (b"en,tr\nlamp,lamba\n", b"en,tr\nlamp,lamba\n", b"en,tr\nlamp,kandil\n"):
        assert pushed(PAIRS, terminology=terms).terminology == "amts-tr"
    assert aws.wire.calls.count("ImportTerminology") == 2


# -- trouble ------------------------------------------------------------------------------------

IMPORT_CALLS = documented(
    "CreateParallelData",
    "UpdateParallelData",
    "GetParallelData",
    "GetTerminology",
    "ImportTerminology",
)
TERMS, NEW_TERMS = b"en,tr\nlamp,lamba\n", b"en,tr\nlamp,kandil\n"


def renewed() -> Pushed | str:
    """A push of new content over the old one: what became of it, or the error."""
    try:
        return pushed(MORE, terminology=NEW_TERMS)
    except AmtsError as error:
        return str(error)


def is_new(end: Pushed | str) -> bool:
    return isinstance(end, Pushed) and (end.state.status, end.state.imported) == ("ACTIVE", 3)


@pytest.mark.parametrize(("operation", "code"), IMPORT_CALLS)
def test_an_error_of_an_import_that_passes(aws: Cloud, operation: str, code: str) -> None:
    if operation != "CreateParallelData":
        pushed(PAIRS, terminology=TERMS)
    aws.trouble.faults = [Fault(operation=operation, code=code)]
    end = renewed()
    assert is_new(end) or code in str(end)
    assert is_new(renewed())
    assert len(imports(aws)) <= 3  # at most the one that was refused is asked for again


@pytest.mark.parametrize(("operation", "code"), IMPORT_CALLS)
def test_an_error_of_an_import_that_stays_is_told(aws: Cloud, operation: str, code: str) -> None:
    if operation != "CreateParallelData":
        pushed(PAIRS, terminology=TERMS)
    aws.trouble.faults = [Fault(operation=operation, code=code, times=FOR_EVER)]
    end = renewed()
    if isinstance(end, str):
        assert code in end or "the waiting time is over" in end
    else:  # no such terminology: it is made
        assert (operation, code) == ("GetTerminology", "ResourceNotFoundException")
    aws.trouble.faults = []
    assert is_new(renewed())


# -- the commands ---------------------------------------------------------------------------------

TOML = f"""{CONFIG}terminology = "glossary.csv"

[amazon]
bucket = "{BUCKET}"
role = "{ROLE}"
"""


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    return make_book(
        {"lamp.md": "# Lamp\n"},
        {"lamp.md": "# Lamba\n", "glossary.csv": "en,tr\nlamp,lamba\n"},
        TOML,
    )


def test_push_and_status_on_the_command_line(
    book: Book, aws: Cloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pairs.csv"
    file.write_bytes(PAIRS)
    place = ["--repository", str(book.root)]
    assert main(["parallel-data", "status", *place]) == 0
    assert main(["parallel-data", "push", "--language", "tr", "--file", str(file), *place]) == 0
    assert main(["parallel-data", "status", *place]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "amts-tr: not there; make it with amts-bot parallel-data push --language tr",
        "imported: amts-tr: ACTIVE; 2 records, 0 failed, 0 skipped",
        "terminology amts-tr is up to date",
        "amts-tr: ACTIVE; 2 records, 0 failed, 0 skipped",
    ]
    assert list(aws.service.terminologies) == ["amts-tr"]


def test_a_file_for_another_language_or_of_another_kind_is_refused(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"pairs.csv": PAIRS.replace(b"tr", b"zh"), "pairs.txt": PAIRS}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    place = ["--repository", str(book.root), "--language", "tr"]
    for name in [*files, ""]:
        file = ["--file", str(tmp_path / name)] if name else []
        assert main(["parallel-data", "push", *place, *file]) == 2
    said = capsys.readouterr().err
    assert "is from en to zh, not from en to tr" in said
    assert "Amazon Translate takes .csv, .tsv and .tmx" in said
    assert "parallel-data.csv is not there: make it with amts-bot parallel-data build" in said
