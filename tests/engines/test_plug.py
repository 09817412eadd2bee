"""Engines that are programs: real processes, and a distribution that is really installed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import amts_bot
from amts_bot.adapters.git import open_repository
from amts_bot.adapters.programs import installed, program
from amts_bot.book.config import EngineSettings
from amts_bot.cli import main
from amts_bot.commands.programs import programs
from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.engines.plug import Plugged
from amts_bot.engines.table import Means, engine
from amts_bot.errors import AmtsError, CapReached, UsageError
from amts_bot.model import Answer, Cost, Failure, Reply, Request
from tests.conftest import CONFIG, MakeBook, Silence, git
from tests.engines.test_table import book

SAID: list[str] = []
Run = Callable[..., Sequence[Reply]]

# What every program of these tests begins with: `units` are the lines, `say` answers one.
HEAD = """\
import json, os, sys, time
def say(unit, **answer):
    print(json.dumps({"id": unit["id"], **answer}), flush=True)
units = map(json.loads, sys.stdin)
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Translates requests into Turkish with a program that is given as the text of its loop."""

    def translate(text: str, *requests: Request, **settings: Any) -> Sequence[Reply]:
        script = tmp_path / "my engine.py"
        script.write_text(HEAD + dedent(text), encoding="utf-8")
        SAID.clear()
        limits = replace(EngineSettings(), **settings)
        found = program(f"command:{sys.executable} '{script}' {tmp_path}", Silence(SAID))
        assert found is not None
        return Plugged(found, limits).translate(requests, "tr")

    return translate


UPPER = """
for unit in units:
    say(unit, text=unit["text"].upper())
"""
SPANS = Request("See `code` and *a [map](x.md)*.")


def test_a_program_gets_each_text_once_as_markdown_and_as_html(run: Run, tmp_path: Path) -> None:
    text = """
    with open(sys.argv[1] + "/asked.jsonl", "a") as file:
        for unit in units:
            file.write(json.dumps(unit) + "\\n")
            say(unit, html=unit["html"].replace("See", "Bkz."))
    """
    wrapped = Request("It is\n> dry\\\nhere.", page="well.md", instead="Kuru.")
    answers = run(text, SPANS, wrapped, SPANS, Request("$x$"))
    bkz = Answer("Bkz. `code` and *a [map](x.md)*.", "command")
    assert answers == [bkz, Answer("It is dry\\\nhere.", "command"), bkz, Answer("$x$", "source")]
    asked = [json.loads(it) for it in (tmp_path / "asked.jsonl").read_text().splitlines()]
    [one, other] = [{k: v for k, v in row.items() if k != "id"} for row in asked]
    languages = {"source_language": "en", "target_language": "tr"}
    assert one == languages | {
        "text": SPANS.source,
        "html": 'See <span id="s0" translate="no">`code`</span> and <i id="e0">a <a id="s1">map</a></i>.',
    }
    assert other == languages | {
        "text": "It is dry\\\nhere.",
        "html": 'It is dry<br id="s0">here.',
        "page": "well.md",
        "instead": "Kuru.",
    }


def test_a_program_is_told_of_the_terms_in_each_text(tmp_path: Path) -> None:
    script = tmp_path / "engine.py"
    script.write_text(
        HEAD + "for unit in units: say(unit, text=str(sorted(unit.get('terms', {}).items())))",
        "utf-8",
    )
    found = program(f"command:{sys.executable} {script}", Silence())
    assert found is not None
    glossary = GlossaryFile("en,tr\nwell,kuyu\nrope,halat\n", "terms.csv")
    made = Plugged(found, EngineSettings(), "en", glossary)
    asked = [Request("The well is dry."), Request("Both a well and a rope."), Request("Go.")]
    assert made.translate(asked, "tr") == [
        Answer("[('well', 'kuyu')]", "command"),
        Answer("[('rope', 'halat'), ('well', 'kuyu')]", "command"),
        Answer("[]", "command"),
    ]
    script.write_text(HEAD + "for unit in units: say(unit, text='Kuyular.')", "utf-8")
    remark = ("terminology not followed: rope → halat",)
    assert made.translate(asked[:2], "tr") == [
        Answer("Kuyular.", "command"),
        Answer("Kuyular.", "command", remarks=remark),
    ]


def test_answers_find_their_units_in_any_order_and_are_checked(run: Run) -> None:
    text = """
    answers = {
        "See `x`.": {"text": "Bkz."},
        "See `y`.": {"html": 'Bkz. <span id="s0">`y`</span>.'},
        "Go.": {"error": "too hard"},
        "Stop.": {"html": "Dur.</p><p>Dur."},
        "A *b*.": {"html": "A <i id=\\"e0\\">b.", "text": None},
    }
    for unit in reversed(list(units)):
        say(unit, **answers[unit["text"]])
    """
    asked = [Request(t) for t in ("See `x`.", "See `y`.", "Go.", "Stop.", "A *b*.")]
    assert run(text, *asked) == [
        Answer("Bkz.", "command", damage="lost: `x`"),
        Answer("Bkz. `y`.", "command"),
        Failure("command: too hard"),
        Answer("", "command", damage="came back as a page, not as the inside of its paragraph"),
        Answer(
            "",
            "command",
            damage="came back with elements that are not closed, or cross each other",
        ),
    ]


NAMES = ["alpha", "beta", "gamma", "delta", "epsilon"]
ALL = [Request(f"The {name}.") for name in NAMES]


def test_a_program_that_dies_is_started_again_for_the_rest_alone(run: Run, tmp_path: Path) -> None:
    text = """
    open(sys.argv[1] + "/starts", "a").write("|")
    for unit in units:
        open(sys.argv[1] + "/starts", "a").write(unit["text"][4])
        if unit["text"] == "The beta.":
            sys.exit("no word for beta")
        say(unit, text=unit["text"].upper())
    """
    upper = {r.source: Answer(r.source.upper(), "command") for r in ALL}
    why = "command: no answer came: ended with status 1, its last words: no word for beta"
    assert run(text, *ALL) == [*(upper | {"The beta.": Failure(why)}).values()]
    # Who is likely to blame comes last, and then tries twice.
    assert (tmp_path / "starts").read_text() == "|ab|gdeb|b|b"
    assert SAID.count("command: no word for beta") == 4
    again = "command: ended with status 1, its last words: no word for beta; started again for"
    assert [it for it in SAID if it.startswith(again)] == [
        f"{again} 4 units", f"{again} 1 unit", f"{again} 1 unit"
    ]  # fmt: skip


def test_a_program_that_is_killed_from_outside_loses_nothing(run: Run, tmp_path: Path) -> None:
    text = """
    first = not os.path.exists(sys.argv[1] + "/seen")
    open(sys.argv[1] + "/seen", "w").close()
    for number, unit in enumerate(units):
        if first and number == 3:
            os.kill(os.getpid(), 9)
        say(unit, text=unit["text"].upper())
    """
    assert run(text, *ALL) == [Answer(r.source.upper(), "command") for r in ALL]
    assert SAID == ["command: was killed by signal 9; started again for 2 units"]


def test_a_program_that_says_nothing_is_stopped_with_all_that_it_started(
    run: Run, tmp_path: Path
) -> None:
    text = """
    import subprocess
    subprocess.Popen(f"while sleep 0.05; do echo >> '{sys.argv[1]}/beats'; done", shell=True)
    say(next(units), text="Evet.")
    time.sleep(60)
    """
    answers = run(text, *ALL[:2], longest_silence=1)
    assert answers == [Answer("Evet.", "command")] * 2
    beats = (tmp_path / "beats").read_text()
    time.sleep(0.3)
    assert (tmp_path / "beats").read_text() == beats != ""


def test_a_program_that_never_answers_fails_as_a_whole(run: Run) -> None:
    with pytest.raises(AmtsError) as failed:
        run("sys.exit('no key in MY_KEY')", *ALL)
    assert str(failed.value) == (
        "command: ended with status 1, its last words: no key in MY_KEY, and not one of 5 units has an answer; "
        "docs/engines.md shows how to try the program by hand"
    )
    with pytest.raises(
        AmtsError, match=r"it ended, and not one of 5 .* \(line 1: not JSON: 'hello'"
    ):
        run("print('hello')", *ALL)


def test_lines_that_are_no_answers_are_named_and_lose_nothing(run: Run) -> None:
    text = """
    print("Loading the model …")
    for unit in units:
        say(unit, text=unit["text"].upper())
        say(unit, text="again")
        say({"id": "u0"}, text="?")
        say({"id": ["u0"]}, text="?")
        say(unit, text=7) if unit["text"] == "The beta." else None
    sys.stdout.buffer.write(b'{"id": "\\xff"}\\n[1]')
    """
    assert run(text, *ALL) == [Answer(r.source.upper(), "command") for r in ALL]
    again = [it.split(": ", 3)[3] for it in SAID if "answered before" in it]
    assert [
        "command: line 1: not JSON: 'Loading the model …'",
        f"command: line 3: answered before, the first answer counts: {again[0]}",
        """command: line 4: no id that was asked for: '{"id": "u0", "text": "?"}'""",
        """command: line 5: no id that was asked for: '{"id": ["u0"], "text": "?"}'""",
        f"command: line 7: answered before, the first answer counts: {again[1]}",
        "command: … and 14 more lines that are no answers",
    ] == SAID


def test_a_unit_without_an_answer_says_which_line_was_wrong(run: Run) -> None:
    text = """
    for unit in units:
        say(unit, **({"txt": "?"} if "beta" in unit["text"] else {"text": "Evet."}))
    """
    *_, failure = run(text, ALL[0], ALL[1])
    assert isinstance(failure, Failure)
    assert failure.reason.startswith(
        "command: no answer came (line 2: neither html nor text nor error, as a text: "
    )


def test_a_program_that_says_anything_but_answers_is_stopped(run: Run) -> None:
    with pytest.raises(AmtsError, match="more than 100 of its lines are no answers"):
        run("while True: print('y')", *ALL)


def test_a_program_meets_no_token_of_github(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("MY_KEY", "key")
    text = """
    for unit in units:
        say(unit, text=f"{os.environ.get('GITHUB_TOKEN')} {os.environ['MY_KEY']}")
    """
    assert run(text, ALL[0]) == [Answer("None key", "command")]


def test_more_than_the_cap_is_not_sent_and_no_words_start_nothing(run: Run) -> None:
    with pytest.raises(CapReached, match="10 characters .* max-characters allows 9"):
        run("sys.exit('started')", ALL[0], max_characters=9)
    assert run("sys.exit('started')", Request("$x$")) == [Answer("$x$", "source")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("command:", "engine command needs a program: command:PROGRAM"),
        ("command:  ", "engine command needs a program: command:PROGRAM"),
        ("command:'x", "No closing quotation: quote the program as for a shell"),
        ("command:/no/such/engine -x", "'/no/such/engine' cannot be started: No such file"),
    ],
)
def test_a_command_that_is_none_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        engine(name, Means(book, program=program(name, Silence()))).translate(ALL, "tr")


def test_the_memory_stands_before_a_program_and_the_bill_counts_the_rest(tmp_path: Path) -> None:
    script = tmp_path / "engine.py"
    script.write_text(HEAD + UPPER, encoding="utf-8")
    name = f"command:{sys.executable} {script}"
    made = engine(name, Means(book, program=program(name, Silence())))
    asked = [Request("The well is dry."), Request("Go.")]
    assert made.translate(asked, "tr") == [Answer("Kuyu kuru.", "memory"), Answer("GO.", "command")]
    assert made.cost(asked, "tr") == Cost(3)


ENGINE = '''
"""A distribution of somebody else's, that translates into capital letters."""

def translate(units):
    print("I am not an answer")
    for unit in units:
        yield {"id": unit["id"], "text": unit["text"].upper()}
'''


@pytest.fixture
def loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs a distribution with an engine, as an installer leaves it."""
    site = tmp_path / "site-packages"
    information = site / "loud_engine-1.0.dist-info"
    information.mkdir(parents=True)
    (site / "loud_engine.py").write_text(ENGINE, encoding="utf-8")
    files = {
        "METADATA": "Metadata-Version: 2.1\nName: loud-engine\nVersion: 1.0\n",
        "entry_points.txt": "[amts_bot.engines]\nloud = loud_engine:translate\n",
        "RECORD": "loud_engine.py,,\n",
    }
    for name, text in files.items():
        (information / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{site}{os.pathsep}{Path(amts_bot.__file__).parents[1]}")
    monkeypatch.syspath_prepend(str(site))


@pytest.mark.usefixtures("loud")
def test_an_installed_engine_is_found_by_its_name() -> None:
    said: list[str] = []
    assert "loud" in installed()
    made = engine("loud", Means(book, program=program("loud", Silence(said))))
    assert made.translate([SPANS, ALL[0]], "tr") == [
        Answer("SEE `CODE` AND *A [MAP](X.MD)*.", "loud", damage=DAMAGE),
        Answer("THE ALPHA.", "loud"),
    ]
    assert said == ["loud: I am not an answer"]


DAMAGE = "lost: ](x.md), `code`; not in the English: ](X.MD), `CODE`"


def test_a_name_that_stands_for_nothing_is_refused() -> None:
    assert program("memory", Silence()) is None
    with pytest.raises(UsageError, match=r"unknown engine 'loud'\n.* or install one"):
        engine("loud", Means(book, program=program("loud", Silence())))


# ------------------------------------------------------------------ the commands


def test_the_main_job_drafts_with_a_program_that_amts_toml_names(
    make_book: MakeBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'for unit in units: say(unit, text="*İp* yeni.")'
    (tmp_path / "engine.py").write_text(HEAD + text, encoding="utf-8")
    named = f'\n[engine]\nname = "command:{sys.executable} engine.py"\n'
    book = make_book({"well.md": "Old.\n"}, {"well.md": "Eski.\n"}, CONFIG + named)
    book.publish({"well.md": "Old.\n\nThe *rope* is new.\n"})
    monkeypatch.chdir(tmp_path)
    arguments = ["sync", "--language", "tr", "--base", "v1", "--quiet"]
    assert main([*arguments, "--repository", str(book.root)]) == 0
    assert book.show("well.md") == "Eski.\n\n*İp* yeni.\n"


def test_a_page_is_merged_with_a_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {
        "engine.py": HEAD + UPPER,
        "a.md": "Old.\n",
        "b.md": "Old.\n\nNew.\n",
        "t.md": "Eski.\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    a, b, t = (str(tmp_path / f"{name}.md") for name in "abt")
    arguments = ["merge", "--source-old", a, "--source-new", b, "--target", t, "--output", t]
    named = f"command:{sys.executable} {tmp_path / 'engine.py'}"
    assert main([*arguments, "--language", "tr", "--engine", named]) == 0
    assert Path(t).read_text(encoding="utf-8") == "Eski.\n\nNEW.\n"
    assert main([*arguments, "--language", "tr", "--engine", "command:no-such-program"]) == 2
    assert "'no-such-program' cannot be started: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("event", "of_a_stranger", "starts"),
    [
        ("schedule", True, True),  # somebody who may write chose the branch
        ("pull_request_review_comment", False, True),  # as the workflow for comments checks out
        ("pull_request_review_comment", True, False),
        ("pull_request_target", True, False),
    ],
)
def test_no_program_of_a_pull_request_is_started(
    make_book: MakeBook, tmp_path: Path, event: str, of_a_stranger: bool, starts: bool
) -> None:
    book = make_book({"well.md": "Old.\n"}, {"well.md": "Eski.\n"})
    git(book.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    if of_a_stranger:
        book.translate({"amts.toml": CONFIG + '\n[engine]\nname = "command:rm -rf /tmp/x"\n'})
    (tmp_path / "event.json").write_text('{"repository": {"default_branch": "main"}}')
    environment = {"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    start = programs(Silence(), environment, open_repository(book.root))
    assert start("memory") is None
    if starts:
        assert start("command:my-engine") is not None
    else:
        with pytest.raises(UsageError, match="no program of it is started"):
            start("command:my-engine")


def test_the_example_for_apertium_speaks_as_the_bot_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "apertium"
    stub.write_text('#!/bin/sh\nsed "s/old/viejo/; s/^/$4: /"\n', encoding="utf-8")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    script = Path(__file__).parents[2] / "examples" / "engines" / "apertium.py"
    found = program(f"command:{sys.executable} {script}", Silence())
    assert found is not None
    answers = Plugged(found, EngineSettings(), "en").translate([Request("An *old* `well`.")], "es")
    assert answers == [Answer("eng-spa: An *viejo* `well`.", "command")]
