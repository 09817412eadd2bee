"""What a step tells the runner of GitHub Actions."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from amts_bot.adapters.actions import MOST_SUMMARY_BYTES, Runner
from amts_bot.model import Annotation


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def runner(folder: Path, stream: io.StringIO) -> Runner:
    files = {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return Runner({"GITHUB_ACTIONS": "true", **files}, stream)


def test_an_output_may_hold_anything(tmp_path: Path, stream: io.StringIO) -> None:
    runner(tmp_path, stream).outputs({"url": "a=b\nEOF\nx=y", "number": 3})
    text = (tmp_path / "GITHUB_OUTPUT").read_text()
    found = re.fullmatch(r"url<<(\w{32})\na=b\nEOF\nx=y\n\1\nnumber<<(\w{32})\n3\n\2\n", text)
    assert found
    assert found[1] != found[2]


def test_untrusted_text_is_printed_with_commands_switched_off(
    tmp_path: Path, stream: io.StringIO
) -> None:
    runner(tmp_path, stream).print("::error::from a page name")
    assert re.fullmatch(
        r"::stop-commands::(\w{32})\n::error::from a page name\n::\1::\n", stream.getvalue()
    )


def test_marks_are_escaped_and_no_more_than_github_shows(
    tmp_path: Path, stream: io.StringIO
) -> None:
    marks = [
        Annotation(level="warning", path="a,b.md", line=k, title="x", message="50%\n::error::")
        for k in range(12)
    ]
    runner(tmp_path, stream).annotate(
        [*marks, Annotation(level="error", path="c.md", line=7, title="y", message="z")]
    )
    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[:3] == [
        "::error file=c.md,line=7,title=y::z",
        "::warning file=a%2Cb.md,title=x::50%25%0A::error::",
        "::warning file=a%2Cb.md,line=1,title=x::50%25%0A::error::",
    ]


def test_a_summary_never_outgrows_what_github_takes(tmp_path: Path, stream: io.StringIO) -> None:
    it = runner(tmp_path, stream)
    it.summarise("one\n")
    it.summarise("ş" * MOST_SUMMARY_BYTES)
    content = (tmp_path / "GITHUB_STEP_SUMMARY").read_bytes()
    assert content.startswith(b"one\n")
    assert content.decode().endswith("in the report files of this run.*\n")
    assert MOST_SUMMARY_BYTES - 8 < len(content) <= MOST_SUMMARY_BYTES


def test_a_log_is_folded_and_a_secret_masked(tmp_path: Path, stream: io.StringIO) -> None:
    it = runner(tmp_path, stream)
    it.mask("geheim")
    with it.group("pages"):
        pass
    assert stream.getvalue() == "::add-mask::geheim\n::group::pages\n::endgroup::\n"


def test_on_a_desk_there_is_plain_text_alone(tmp_path: Path, stream: io.StringIO) -> None:
    it = Runner({}, stream)
    it.mask("geheim")
    it.outputs({"a": 1})
    it.summarise("b")
    it.annotate([Annotation(level="error", path="c.md", line=1, title="d", message="e")])
    with it.group("pages"):
        it.print("plain")
    assert stream.getvalue() == "plain\n"
    assert list(tmp_path.iterdir()) == []
