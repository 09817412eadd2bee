"""Kills the main job with SIGKILL at moments all along its run, and looks at what the next runs make of it.

Usage: python -m benchmarks.kills [--kills 50] [--language zh --language tr] [--base v0.17.0]
       [--to v0.17.5] [--english CLONE_OR_BUNDLE] [--corpus DIR]

Every language has a translation repository of its own, as `benchmarks.book` builds it; all of them sync at
once with engine `amazon-act`: real boto3, S3 and Amazon Translate on loopback (tests/aws). One run that
nobody disturbs says what must come out, and counts the moments: before each call of AWS, and when it has been
done but the run does not know it yet. Round by round from the same start every process is killed once, at
moments that are spread evenly over the whole run, and then may end. The tree of the branch must be the
same, every paragraph paid once, and every job that was started must have been collected.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import SHARED
from benchmarks.book import ENVIRONMENT, HOW, Order, build, git
from tests.aws.cloud import BUCKET, Cloud, cloud
from tests.aws.service import ROLE

SETTINGS = f'\n[amazon]\nbucket = "{BUCKET}"\nrole = "{ROLE}"\n'
JOB_POLLS = 2  # how often a run looks at its job before it is done


@dataclass(frozen=True, slots=True)
class Finished:
    """What a language came to: the tree of its branch, its paragraphs that were paid, with counts, and its jobs."""

    tree: str
    paid: Counter[str]
    jobs: int  # a canary is one


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code and its repository."""

    code: str
    repository: Path

    @property
    def branch(self) -> str:
        return f"refs/heads/amts/{self.code}"

    def start(self, aws: Cloud, base: str) -> subprocess.Popen[bytes]:
        """The main job in a process of its own."""
        options = ["--language", self.code, "--base", base, "--engine", "amazon-act", "--quiet"]
        return subprocess.Popen(
            [sys.executable, "-m", "amts_bot", "sync", *options, "--wait", "10m"],
            cwd=self.repository,
            env={**ENVIRONMENT, **aws.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def forget(self) -> None:
        """Back to the state before the first run."""
        git(self.repository, "update-ref", "-d", self.branch)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a line per round and the sums; 1 when anything differs from the undisturbed run."""
    arguments = _parser().parse_args(argv)
    codes = arguments.language or ["zh", "tr"]
    books = {code: arguments.corpus / f"d2l-{code}.bundle" for code in codes}
    missing = [path for path in (arguments.english, *books.values()) if not path.exists()]
    if missing:
        print(f"{missing[0]} is not there: nothing measured. {HOW}")
        return 0
    with tempfile.TemporaryDirectory(prefix="amts-kills-") as name:
        languages = []
        for code, book in books.items():
            folder = Path(name) / code
            folder.mkdir()
            order = Order(
                english=arguments.english,
                translation=book,
                base=arguments.base,
                to=arguments.to,
                language=code,
                origin=False,
            )
            languages.append(Language(code=code, repository=_configured(build(order, folder))))
        return _measure(languages, arguments.base, arguments.kills)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.kills",
        description="Kills the main job at moments all along its run, and looks at what the next runs make of it.",
    )
    corpus = SHARED / "corpus"
    parser.add_argument("--kills", type=int, default=50, help="default: 50")
    parser.add_argument("--language", action="append", help="default: zh and tr")
    parser.add_argument("--base", default="v0.17.0", help="English that was translated")
    parser.add_argument("--to", default="v0.17.5", help="English to move to")
    parser.add_argument("--english", type=Path, default=corpus / "d2l-en.bundle")
    parser.add_argument("--corpus", type=Path, default=corpus, help="folder of the translations")
    return parser


def _configured(repository: Path) -> Path:
    settings = repository / "amts.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    git(repository, "commit", "--quiet", "--message", "Amazon Translate", "amts.toml")
    return repository


def _measure(languages: Sequence[Language], base: str, kills: int) -> int:
    begun = time.monotonic()
    wanted, moments = _undisturbed(languages, base)
    done = missed = bad = rounds = 0
    while done + missed < kills:
        rounds += 1
        with _service(languages) as aws:
            for language in languages:
                language.forget()
            numbers = range(done + missed, min(kills, done + missed + len(languages)))
            hit = _round(languages, base, aws, [1 + n * moments // kills for n in numbers])
            found = {language.code: _finished(language, aws) for language in languages}
            done, missed = done + hit, missed + len(numbers) - hit
            wrong = _differences(found, wanted, aws)
            bad += bool(wrong)
            print(
                f"round {rounds}: {hit} kills, {len(aws.service.jobs)} jobs: {wrong or 'same'}",
                flush=True,
            )
    sums = {code: sum(finished.paid.values()) for code, finished in wanted.items()}
    print(f"{done} kills in {rounds} rounds, {bad} rounds differ; paragraphs paid per run: {sums}")
    print(
        f"{missed} came when the process had ended; all together {time.monotonic() - begun:.0f} s"
    )
    return 1 if bad else 0


@contextmanager
def _service(languages: Sequence[Language]) -> Iterator[Cloud]:
    """A fresh local service with parallel data for every language."""
    with cloud() as aws:
        aws.rules.job_polls = JOB_POLLS
        for language in languages:
            aws.service.add_parallel_data(f"amts-{language.code}", language.code, {})
        yield aws


def _undisturbed(languages: Sequence[Language], base: str) -> tuple[dict[str, Finished], int]:
    """What must come out, and how many moments there are to be killed at."""
    with _service(languages) as aws:
        moments = _Moments(aws)
        _end([(language, language.start(aws, base)) for language in languages])
        found = {language.code: _finished(language, aws) for language in languages}
        print(
            f"undisturbed: {len(aws.service.jobs)} jobs, {len(aws.service.paid)} paragraphs paid, "
            f"{moments.passed} moments"
        )
        return found, moments.passed


class _Moments:
    """Counts the calls of all runs, before they are done and behind that, and does what is due at one."""

    def __init__(self, aws: Cloud) -> None:
        self.passed = 0
        self.due: dict[int, Callable[[], None]] = {}
        self._lock = threading.Lock()
        for trouble in (aws.trouble, aws.s3_trouble):
            trouble.on_call = trouble.on_reply = self._pass

    def _pass(self) -> None:
        with self._lock:
            self.passed += 1
            due = self.due.pop(self.passed, None)
        if due:
            due()


def _round(languages: Sequence[Language], base: str, aws: Cloud, moments: Sequence[int]) -> int:
    """Kills each process at one of the moments, then lets every one end; how many were still there to be killed."""
    started = [(language, language.start(aws, base)) for language in languages]
    counted = _Moments(aws)
    counted.due = {
        moment: process.kill for moment, (_, process) in zip(moments, started, strict=False)
    }
    _end(started)
    hit = len([process for _, process in started if process.returncode == -9])
    _end([(language, language.start(aws, base)) for language in languages])
    return hit


def _end(started: Sequence[tuple[Language, subprocess.Popen[bytes]]]) -> None:
    for language, process in started:
        _, said = process.communicate()
        if process.returncode not in (0, -9):
            words = said.decode("utf-8", "replace")
            print(f"{language.code}: status {process.returncode}\n{words}", file=sys.stderr)


def _finished(language: Language, aws: Cloud) -> Finished:
    tree = git(language.repository, "rev-parse", f"{language.branch}^{{tree}}")
    mine = {
        number
        for number, job in aws.service.jobs.items()
        if f"/{language.code}/" in job.request["InputDataConfig"]["S3Uri"]
    }
    paid = Counter(text for job, _, text in aws.service.paid if job in mine)
    return Finished(tree, paid, len(mine))


def _differences(
    found: dict[str, Finished],
    wanted: dict[str, Finished],
    aws: Cloud,
) -> str:
    wrong = []
    for code, finished in found.items():
        if finished.tree != wanted[code].tree:
            wrong.append(f"{code}: another tree")
        if finished.paid != wanted[code].paid:
            wrong.append(f"{code}: paid {finished.paid - wanted[code].paid}")
        if finished.jobs != wanted[code].jobs:
            wrong.append(f"{code}: {finished.jobs} jobs")
    running = [job.id for job in aws.service.jobs.values() if job.status != "COMPLETED"]
    if running:
        wrong.append(f"not collected: {running}")
    return "; ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
