"""The command line as a person and a workflow meet it: help, exit statuses, messages, outputs."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from amts_bot import cli
from amts_bot.cli import build_parser, main
from amts_bot.errors import AmtsError, UsageError
from tests.conftest import CONFIG, Book, MakeBook

ROOT = Path(__file__).parents[1]
OUTPUTS = set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["outputs"])
FIRST = "# Tea\n\nWater boils. Leaves wait.\n"
SECOND = "# Tea\n\nWater boils. Leaves wait. Cups are warm.\n"
TURKISH = "# Çay\n\nSu kaynar. Yapraklar bekler.\n"
GERMAN = "# Tee\n\nWasser kocht. Blätter warten.\n"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No runner around: these tests may run in one. Logs go to the test's folder."""
    for name in list(os.environ):
        if name.startswith("GITHUB_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


# ------------------------------------------------------------------ help


def leaves(
    parser: argparse.ArgumentParser, *names: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(names), parser
    for group in groups:
        for name, child in group.choices.items():
            yield from leaves(child, *names, name)


COMMANDS = dict(leaves(build_parser()))


def examples(command: str) -> list[list[str]]:
    """The arguments of each example in a command's help; an explanation stands behind three spaces."""
    _, _, text = COMMANDS[command].format_help().partition("examples:\n")
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    calls = [re.split(r"\s{3,}", line.strip())[0] for line in lines if "amts-bot " in line]
    return [shlex.split(call.split("amts-bot ", 1)[1], comments=True) for call in calls]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples_that_it_understands(command: str) -> None:
    calls = examples(command)
    assert calls
    for call in calls:
        assert " ".join(call).startswith(command)
        words = list(takewhile(lambda word: word not in ("|", ">"), call))
        assert build_parser().parse_args(words).run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is_for(command: str) -> None:
    silent = [a.dest for a in COMMANDS[command]._actions if not a.help]
    assert silent == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_a_success(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), "--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: amts-bot {command}".rstrip())


def test_each_command_is_read_as_it_is_among_the_others() -> None:
    alone = {
        command: parser
        for names in cli._COMMANDS.values()
        for command, parser in leaves(build_parser(names[0]))
    }
    assert [*alone] == [*COMMANDS]
    assert [it for it in alone if alone[it].format_help() != COMMANDS[it].format_help()] == []


def test_help_answers_without_loading_what_the_commands_need() -> None:
    script = (
        "import sys; from amts_bot.cli import build_parser; build_parser(); print(*sys.modules)"
    )
    loaded = run("-c", script).stdout.split()
    assert {"boto3", "github", "mistune", "numpy", "sacrebleu", "matplotlib"} & set(loaded) == set()


def test_the_name_of_the_bot_alone_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().out
    assert [name for name in COMMANDS if name.split()[0] not in said] == []


def test_no_help_names_a_folder_that_only_this_project_has() -> None:
    """Options for replays are for folders of the user's own."""
    ours = re.compile(r"\.\./shared|\b(?:benchmarks|tests|src|corpus|replay)/")
    assert [name for name, parser in COMMANDS.items() if ours.search(parser.format_help())] == []


# ------------------------------------------------------------------ exit statuses


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


def stub(error: BaseException) -> Callable[..., Any]:
    def add(commands: Any) -> None:
        def fail(*_: object) -> int:
            raise error

        commands.add_parser("stub").set_defaults(run=fail)

    return add


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Runs a command that raises an error, and returns the exit status."""

    def fail(error: BaseException) -> int:
        monkeypatch.setattr(cli, "_COMMANDS", {"stub": ("stub",)})
        monkeypatch.setattr(cli, "import_module", lambda _name: SimpleNamespace(add=stub(error)))
        return main(["stub"])

    return fail


def test_done_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(FIRST, encoding="utf-8")
    assert main(["split", str(page)]) == 0
    assert capsys.readouterr().err == ""


def test_work_that_failed_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(b"Tee f\xfcr alle\n")
    assert main(["split", str(page)]) == 1
    said = f"amts-bot: {page}: not UTF-8 at byte 5 (0xfc): convert the file to UTF-8\n"
    assert capsys.readouterr().err == said


def test_a_page_of_another_format_is_not_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, book = tmp_path / "page.md", tmp_path / "book.ipynb"
    page.write_text(FIRST, encoding="utf-8")
    book.write_text('{"cells": [], "nbformat": 4}', encoding="utf-8")
    pages = ["--source-old", page, "--source-new", book, "--target", page, "--output", page]
    assert main(["merge", "--language", "tr", *map(str, pages)]) == 2
    said = f"amts-bot: {book}: a notebook, not Markdown: take it out of `pages` in amts.toml\n"
    assert capsys.readouterr().err == said
    assert page.read_text(encoding="utf-8") == FIRST


def test_wrong_usage_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    assert main(["split", str(page)]) == 2
    assert (
        capsys.readouterr().err
        == f"amts-bot: {page}: No such file or directory\ncorrect the path\n"
    )
    with pytest.raises(SystemExit) as stopped:
        main(["split", "--fast", str(page)])
    assert stopped.value.code == 2


def test_a_bug_is_3_and_leaves_a_log(
    failing: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(ZeroDivisionError("tea by zero")) == 3
    said = capsys.readouterr()
    match = re.fullmatch(
        r"amts-bot: this is a bug, sorry: ZeroDivisionError: tea by zero\n"
        r"please report it with the log (.*/amts-bot-\w+\.log)\n",
        said.err,
    )
    assert match is not None
    assert said.out == ""
    log = Path(match[1]).read_text(encoding="utf-8")
    assert log.startswith("Traceback (most recent call last):\n")
    assert log.endswith("ZeroDivisionError: tea by zero\n")


def test_a_person_who_stops_it_reads_one_line(
    failing: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(KeyboardInterrupt()) == 1
    said = "amts-bot: stopped; what is committed stands, and running again continues from there\n"
    assert capsys.readouterr().err == said


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(FIRST * 20_000, encoding="utf-8")
    script = f"{shlex.quote(sys.executable)} -m amts_bot split {shlex.quote(str(page))}"
    piped = subprocess.run(
        ["bash", "-c", f"{script} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout.split() == ["0", "6", "heading", "#", "Tea"]


@pytest.mark.parametrize(("error", "status"), [(AmtsError, 1), (UsageError, 2)])
def test_in_a_workflow_the_message_is_an_annotation_on_one_line(
    failing: Callable[[BaseException], int],
    error: type[AmtsError],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert failing(error("50 % done\r\n::set-output name=x::y")) == status
    said = capsys.readouterr()
    assert said.out == "::error::50 %25 done%0D%0A::set-output name=x::y\n"
    assert said.err == "amts-bot: 50 % done\r\n::set-output name=x::y\n"


# ------------------------------------------------------------------ sync: outputs and languages


def read_outputs(path: Path) -> dict[str, str]:
    """What the runner makes of the file: of two values of one name the last."""
    text = path.read_text(encoding="utf-8")
    return {
        name: value for name, _, value in re.findall(r"^([\w-]+)<<(\w+)\n(.*)\n\2$", text, re.M)
    }


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """A book in two languages; the German has one of its two pages."""
    return make_book(
        {"a/tea.md": FIRST, "b/milk.md": "# Milk\n"},
        {"tr/a/tea.md": TURKISH, "tr/b/milk.md": "# Süt\n", "de/a/tea.md": GERMAN},
        CONFIG.replace('pages = "{path}"', 'pages = "tr/{path}"')
        + '[languages.de]\npages = "de/{path}"\n',
    )


@pytest.fixture
def sync(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, str]]]:
    """Runs the job in a workflow's environment; its exit status and outputs."""

    def run_it(*arguments: str) -> tuple[int, dict[str, str]]:
        output = tmp_path / "output"
        output.write_text("", encoding="utf-8")
        monkeypatch.setenv("GITHUB_OUTPUT", str(output))
        folder = ["--output-dir", str(tmp_path / "report"), "--repository", str(book.root)]
        status = main(["sync", "--engine", "none", "--quiet", *folder, *arguments])
        return status, read_outputs(output)

    return run_it


Sync = Callable[..., tuple[int, dict[str, str]]]


def test_every_output_is_set_also_when_there_was_nothing_to_do(book: Book, sync: Sync) -> None:
    book.publish({"a/tea.md": SECOND})
    assert sync("--language", "tr", "--base", "v1")[0] == 0
    book.merge()
    status, outputs = sync("--language", "tr")
    assert (status, set(outputs)) == (0, OUTPUTS - {"languages"})
    assert (outputs["branch"], outputs["units-translated"]) == ("", "0")


def test_a_second_or_dry_run_leaves_the_text_of_an_open_pull_request(
    book: Book, sync: Sync, tmp_path: Path
) -> None:
    def text() -> list[str]:
        """The text as people read it; what a run sends to its engine is of the run."""
        lines = (tmp_path / "report" / "tr" / "pull-request.md").read_text(encoding="utf-8")
        return [line for line in lines.splitlines() if not line.startswith("To translate:")]

    book.publish({"a/tea.md": SECOND})
    assert sync("--language", "tr", "--base", "v1")[0] == 0
    first = text()
    assert any("Cups are warm." in line for line in first)
    for again in ((), ("--dry-run",)):
        assert sync("--language", "tr", *again)[0] == 0
        assert text() == first


def test_a_dry_run_says_what_it_wrote_all_the_same(
    book: Book, sync: Sync, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book.publish({"a/tea.md": SECOND})
    status, _ = sync("--language", "tr", "--base", "v1", "--dry-run")
    folder = tmp_path / "report" / "tr"
    assert (status, book.branches()) == (0, ["main"])
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"dry run: nothing was written but {folder}",
        f"look at it in your browser: {(folder / 'review.html').as_uri()}",
    ]
    assert {it.name for it in folder.iterdir()} == {
        "pull-request.md",
        "report.json",
        "review.html",
    }


def test_a_run_waits_no_longer_than_its_token_lives(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AMTS_LONGEST_WAIT", "50m")
    book.publish({"a/tea.md": SECOND})
    asked = ["sync", "--repository", str(book.root), "--output-dir", str(tmp_path / "report")]
    asked += ["--language", "tr", "--base", "v1", "--dry-run"]
    assert main([*asked, "--wait", "45m"]) == 0
    assert "at the most" not in capsys.readouterr().err
    assert main([*asked, "--wait", "2h"]) == 0
    said = "waiting 50 minutes at the most, not 120: the token of a GitHub App lives for one hour"
    assert said in capsys.readouterr().err


def test_every_output_is_set_also_when_nothing_could_be_done(sync: Sync) -> None:
    status, outputs = sync("--language", "fr")
    assert status == 2
    assert set(outputs) == OUTPUTS - {"languages"}
    assert {outputs[name] for name in outputs if name.startswith("units-")} == {"0"}


def test_several_languages_are_one_call(book: Book, sync: Sync, tmp_path: Path) -> None:
    book.publish({"a/tea.md": SECOND})
    one = {code: sync("--language", code, "--base", "v1", "--dry-run")[1] for code in ("tr", "de")}
    status, outputs = sync("--base", "v1")
    assert status == 0
    assert outputs["branch"] == "amts/de amts/tr"
    assert outputs["pull-request-body"].split() == [
        str(tmp_path / "report" / code / "pull-request.md") for code in ("de", "tr")
    ]
    for name in ("units-kept", "units-translated", "characters"):
        assert int(outputs[name]) == sum(int(one[code][name]) for code in one)
    assert {"amts/de", "amts/tr"} <= set(book.branches())


def test_a_language_that_fails_does_not_stop_the_others(
    book: Book, sync: Sync, capsys: pytest.CaptureFixture[str]
) -> None:
    config = book.show("amts.toml", "HEAD")
    broken = '[languages.ar]\npages = "ar/{name}"\n'
    more = config.replace("[languages.tr]", f"{broken}\n[languages.tr]")
    book.translate({"amts.toml": more})
    book.publish({"a/tea.md": SECOND, "b/tea.md": FIRST})
    status, outputs = sync("--base", "v1")
    assert status == 2
    assert outputs["branch"] == "amts/de amts/tr"
    said = capsys.readouterr().err
    assert said.startswith("amts-bot: amts.toml [languages.ar]: pages = 'ar/{name}' puts both ")


def test_all_languages_that_fail_are_named(
    book: Book, sync: Sync, capsys: pytest.CaptureFixture[str]
) -> None:
    book.publish({"a/tea.md": SECOND})
    status, outputs = sync()
    assert (status, outputs["branch"]) == (2, "")
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("amts-bot: de: amts/de.lock does not exist yet")
    assert said[2].startswith("tr: amts/tr.lock does not exist yet")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_learns_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert [name for name in COMMANDS if name.split()[0] not in script] == []


def test_an_option_is_not_abbreviated(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sync", "--lang", "tr"])
    assert "unrecognized arguments: --lang" in capsys.readouterr().err
