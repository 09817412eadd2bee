"""git processes: exact arguments, exact bytes, and nothing of the machine's own configuration."""

from __future__ import annotations

import os
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import git

from amts_bot.errors import AmtsError

IDENTITY = {
    "GIT_AUTHOR_NAME": "amts-bot",
    "GIT_AUTHOR_EMAIL": "amts-bot@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "amts-bot",
    "GIT_COMMITTER_EMAIL": "amts-bot@users.noreply.github.com",
}

# What a repository's own configuration must not change for us. Command-scope configuration, which
# GIT_CONFIG_COUNT is, wins over `.git/config`.
CONFIGURATION = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.splitIndex": "false",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "merge.conflictStyle": "merge",
    "protocol.ext.allow": "never",
}

# Questions are put in portions that fit into any system's pipe (16 KiB at least): who writes more before reading
# may wait for a process that waits for its answers to be read.
_PORTION = 100

Answer = TypeVar("Answer")

LOOK_AT_REPOSITORY = "check the repository with `git fsck`, or make a fresh clone"


@dataclass(frozen=True, slots=True)
class Output:
    """What a git process answered."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def line(self) -> str:
        return to_text(self.stdout).rstrip("\n")

    @property
    def complaint(self) -> str:
        """git's last words: "bad config line 1 …; error processing config file(s)"."""
        lines = self.stderr.strip().splitlines() or [f"exit status {self.status}"]
        loud = [line[7:] for line in lines if line.startswith(("fatal: ", "error: "))]
        return "; ".join(loud[-2:]) or lines[-1]


class GitProcess:
    """One repository that git can be asked about."""

    def __init__(self, repo: git.Repo, environment: Mapping[str, str]) -> None:
        self._repo = repo
        self._environment = dict(environment)
        self._variables = _variables(repo, self._environment)

    @property
    def root(self) -> Path:
        """The work tree's folder, or the folder of a bare repository."""
        return Path(self._repo.working_dir)

    def _git(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        variables: Mapping[str, str] | None = None,
        remedy: str = LOOK_AT_REPOSITORY,
    ) -> bytes:
        """What git writes to its standard output, to the byte. Any status but 0 is an AmtsError."""
        answer = self._run(*arguments, stdin=stdin, variables=variables)
        if answer.status:
            raise self._failed(arguments[0], answer, remedy)
        return answer.stdout

    def _run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Output:
        # `execute` and not `repo.git.xyz()`: exact arguments, exact bytes, and the status. Input
        # comes from a file, since GitPython writes to no pipe; so a batch of any size can't
        # deadlock.
        with tempfile.TemporaryFile() as stream:
            stream.write(stdin or b"")
            stream.seek(0)
            try:
                status, stdout, stderr = self._repo.git.execute(
                    [self._executable, *arguments],
                    istream=stream,
                    with_extended_output=True,
                    with_exceptions=False,
                    stdout_as_string=False,
                    strip_newline_in_stdout=False,
                    env={**self._variables, **(variables or {})},
                )
            except git.GitCommandNotFound as error:
                raise _not_there(self.root) from error
        # Killed by a signal: negative. git's own negative ones arrive as 128 and more.
        return Output(abs(status) + 128 if status < 0 else status, stdout, stderr)

    def _dialogue(self, *arguments: str) -> Dialogue:
        """A process of git that answers one line after the other."""
        return Dialogue([self._executable, *arguments], self.root, self._variables)

    @property
    def _executable(self) -> str:
        return self._repo.git.GIT_PYTHON_GIT_EXECUTABLE or "git"

    def _failed(self, command: str, answer: Output, remedy: str = LOOK_AT_REPOSITORY) -> AmtsError:
        return _failure(command, self.root, answer, remedy)


class Dialogue:
    """A git process that answers question after question, so that not each of them has to start one.

    It starts with the first question, and ends with this object; at the latest with our own process, however that
    ends: git then finds nothing more to read. Each fork of our process starts its own: two who asked one would get each
    other's answers.
    """

    def __init__(self, command: Sequence[str], root: Path, variables: Mapping[str, str]) -> None:
        """It runs in the folder `root`, with these environment variables on top of our own."""
        self._command = command
        self._root = root
        self._variables = variables
        self._running: _Running | None = None

    def ask(self, questions: Sequence[str], read: Callable[[IO[bytes]], Answer]) -> list[Answer]:
        """The answers to some lines, each as `read` takes it off the stream; EOFError says that there is none.

        Raises AmtsError, with git's words, when the process has ended before.
        """
        portions = (questions[it : it + _PORTION] for it in range(0, len(questions), _PORTION))
        return [answer for portion in portions for answer in self._answers(portion, read)]

    def _answers(
        self, questions: Sequence[str], read: Callable[[IO[bytes]], Answer]
    ) -> list[Answer]:
        if self._running is None or not self._running.is_ours:
            self._running = self._begun()
        running = self._running
        try:
            running.put(to_bytes("".join(f"{question}\n" for question in questions)))
            return [read(running.answers) for _ in questions]
        except (EOFError, BrokenPipeError) as error:
            self._running = None
            raise _failure(
                self._command[1], self._root, running.outcome(), LOOK_AT_REPOSITORY
            ) from error

    def _begun(self) -> _Running:
        # It lives as long as the process: `end` closes it.
        complaints = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            process = subprocess.Popen(
                self._command,
                cwd=self._root,
                env={**os.environ, **self._variables},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        except FileNotFoundError as error:
            complaints.close()
            raise _not_there(self._root) from error
        running = _Running(process, complaints, os.getpid())
        weakref.finalize(self, running.end)
        return running


@dataclass(frozen=True, slots=True)
class _Running:
    """A process that is asked. It complains into a file: it never waits for somebody to read that."""

    process: subprocess.Popen[bytes]
    complaints: IO[bytes]
    asker: int  # who may ask: the process that started it

    @property
    def is_ours(self) -> bool:
        """Whether it is there, and none of another process. Ctrl+C in a terminal ends it too."""
        return self.asker == os.getpid() and self.process.poll() is None

    @property
    def answers(self) -> IO[bytes]:
        assert self.process.stdout  # a pipe
        return self.process.stdout

    def put(self, questions: bytes) -> None:
        assert self.process.stdin  # a pipe
        self.process.stdin.write(questions)
        self.process.stdin.flush()

    def outcome(self) -> Output:
        """How a process ended that answers no more."""
        status = self.process.wait()
        self.complaints.seek(0)
        return Output(status, b"", to_text(self.complaints.read()))

    def end(self) -> None:
        with suppress(BrokenPipeError), self.process:
            self.process.kill()
        self.complaints.close()


def _failure(command: str, root: Path, answer: Output, remedy: str) -> AmtsError:
    return AmtsError(f"git {command} failed in {root}: {answer.complaint}: {remedy}")


def _not_there(root: Path) -> AmtsError:
    return AmtsError(f"git could not be started in {root}: install git")


def _variables(repo: git.Repo, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that every git process gets on top of our own."""
    folder = os.path.realpath(repo.working_dir)
    directory = os.path.realpath(repo.git_dir)
    # In a container the clone often belongs to another user ("dubious ownership").
    configuration = {"safe.directory": folder, **CONFIGURATION}
    variables = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        # GitPython hands our environment on, and a git hook or alias that runs us sets these.
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_DIR": directory,
        "GIT_INDEX_FILE": str(Path(directory, "index")),
        "GIT_CONFIG_COUNT": str(len(configuration)),
    }
    if not repo.bare:
        variables["GIT_WORK_TREE"] = folder
    for number, (key, value) in enumerate(configuration.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    identity = {name: environment.get(name) or default for name, default in IDENTITY.items()}
    return variables | identity


def nul_fields(output: bytes) -> list[str]:
    """The fields of `-z` output."""
    return [to_text(field) for field in output.split(b"\0") if field]


def to_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
