"""GitHub Actions: what a step tells its runner, by files it names and by commands on standard output.

Text from books and branches is printed with commands switched off, or escaped: a page could hold a line
such as `::add-path::`. (GitHub's reference: "Workflow commands for GitHub Actions".)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from amts_bot.model import Annotation

# GitHub shows this many annotations of each level for a step, and drops a summary above this size.
MOST_ANNOTATIONS = 10
MOST_SUMMARY_BYTES = 1024 * 1024
_CUT = "\n\n*The rest did not fit: it is in the report files of this run.*\n"


class Runner:
    """The runner of this step. Every method does nothing where there is none, as on a developer's machine."""

    def __init__(self, environment: Mapping[str, str], stream: TextIO) -> None:
        self.present = environment.get("GITHUB_ACTIONS") == "true"
        self._outputs = environment.get("GITHUB_OUTPUT", "")
        self._summary = environment.get("GITHUB_STEP_SUMMARY", "")
        self._stream = stream

    def mask(self, secret: str) -> None:
        """Keeps a secret out of every log from here on."""
        if self.present and secret:
            self._command("add-mask", secret)

    def outputs(self, values: Mapping[str, object]) -> None:
        """Sets outputs of the step; of two values of one name the last counts."""
        if self._outputs:
            text = "".join(_output(name, str(value)) for name, value in values.items())
            _append(self._outputs, text)

    def summarise(self, markdown: str) -> None:
        """Adds to the page that GitHub shows for the run, up to the size it accepts."""
        if self._summary:
            room = MOST_SUMMARY_BYTES - _size(self._summary) - len(_CUT.encode())
            raw = markdown.encode()
            if len(raw) > room:
                raw = raw[: max(room, 0)] + _CUT.encode()
            _append(self._summary, raw.decode("utf-8", "ignore"))

    def annotate(self, annotations: Sequence[Annotation]) -> None:
        """Marks on files, the first ten of each level; GitHub shows no more."""
        if not self.present:
            return
        for level in ("error", "warning", "notice"):
            for found in [a for a in annotations if a.level == level][:MOST_ANNOTATIONS]:
                place = {"file": found.path, "line": str(found.line or ""), "title": found.title}
                properties = ",".join(f"{k}={_property(v)}" for k, v in place.items() if v)
                self._command(f"{level} {properties}".rstrip(), found.message)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Folds what is printed inside the block."""
        if self.present:
            self._command("group", title)
        try:
            yield
        finally:
            if self.present:
                self._command("endgroup", "")

    def print(self, text: str) -> None:
        """Prints text that may come from anywhere: the runner obeys no commands in it."""
        if not self.present:
            print(text, file=self._stream)
            return
        token = _secret()
        print(f"::stop-commands::{token}\n{text}\n::{token}::", file=self._stream, flush=True)

    def _command(self, name: str, message: str) -> None:
        print(f"::{name}::{_data(message)}", file=self._stream, flush=True)


def _output(name: str, value: str) -> str:
    """`name<<EOF` form, with an end that no value can hold."""
    end = _secret()
    return f"{name}<<{end}\n{value}\n{end}\n"


def _secret() -> str:
    from secrets import token_hex  # few runs have a runner

    return token_hex(16)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _size(path: str) -> int:
    file = Path(path)
    return file.stat().st_size if file.exists() else 0
