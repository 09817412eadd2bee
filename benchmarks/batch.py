"""Times engine `amazon-act` on a whole book: upload, job, download, and the answers back as Markdown.

Usage: python -m benchmarks.batch [--english CLONE_OR_BUNDLE] [--revision v1.0.3] [--pages 200]

Takes all prose of the first pages, as if the book had no translation yet. S3 and Amazon Translate run
on loopback in a process of their own (tests/aws) and answer at once; their seconds are not ours.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from amts_bot.adapters.amazon.translate import connect
from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.amazon import Batch
from amts_bot.engines.resources import Push, push
from amts_bot.engines.service import Service, units
from amts_bot.model import (
    PROSE,
    Answer,
    Pending,
    Request,
)
from amts_bot.text.amazon.documents import characters
from amts_bot.text.languages import language
from amts_bot.text.markdown.blocks import split
from amts_bot.text.merge.revision import fresh
from benchmarks import SHARED
from benchmarks.book import ENVIRONMENT, HOW, Row, git, table
from tests.aws.cloud import BUCKET
from tests.aws.service import ROLE

SETTINGS = AmazonSettings(bucket=BUCKET, role=ROLE)
CHINESE = LanguageSettings(code="zh", row=language("zh"))
PAIRS = b'"en","zh"\n"A lamp.","\xe4\xb8\x80\xe7\x9b\x8f\xe7\x81\xaf\xe3\x80\x82"\n'


class Quiet:
    """No progress."""

    def say(self, message: str) -> None:
        pass

    def step(self, what: str, done: int, total: int) -> None:
        pass


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table; 1 when a unit came back without an answer."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.batch", description="Times engine amazon-act on a whole book."
    )
    parser.add_argument("--english", type=Path, default=SHARED / "corpus" / "d2l-en.bundle")
    parser.add_argument("--revision", default="v1.0.3", help="default: v1.0.3")
    parser.add_argument("--pages", type=int, default=200, help="default: 200")
    arguments = parser.parse_args(argv)
    if not arguments.english.exists():
        print(f"{arguments.english} is not there: nothing measured. {HOW}")
        return 0
    with tempfile.TemporaryDirectory(prefix="amts-batch-") as name:
        requests = requests_of(arguments.english, arguments.revision, arguments.pages, Path(name))
    with _service() as environment:
        os.environ.update(environment)
        push(Push(language=CHINESE, content=PAIRS, wait=60.0), SETTINGS, connect, time, Quiet())
        return _measure(requests)


def requests_of(english: Path, revision: str, most: int, folder: Path) -> list[Request]:
    git(folder, "clone", "--quiet", "--no-checkout", str(english), "book")
    book = folder / "book"
    paths = git(book, "ls-tree", "-r", "--name-only", revision).splitlines()
    pages = [path for path in paths if re.fullmatch(r"chapter_.*\.md|index\.md", path)][:most]
    return [
        replace(piece, page=path)
        for path in pages
        for block in split(git(book, "show", f"{revision}:{path}") + "\n")
        if block.kind in PROSE
        for piece in fresh(block.text)
        if isinstance(piece, Request)
    ]


@contextmanager
def _service() -> Iterator[dict[str, str]]:
    """The local service in another process; its environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.aws.cloud"],
        env=ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None  # a pipe was asked for
    found: dict[str, str] = {}
    for line in process.stdout:
        if line.startswith("#"):
            break
        name, _, value = line.removeprefix("export ").strip().partition("=")
        found[name] = value
    try:
        yield found
    finally:
        process.communicate("")


def _measure(requests: Sequence[Request]) -> int:
    service = Service(
        connect=connect,
        clock=time,
        progress=Quiet(),
        engine=EngineSettings(),
        amazon=SETTINGS,
        language=CHINESE,
        wait=600.0,
    )
    wall, own = time.perf_counter(), time.process_time()
    replies = Batch(service).translate(requests, "zh")
    wall, own = time.perf_counter() - wall, time.process_time() - own
    if isinstance(replies, Pending):
        print(replies.message)
        return 1
    good = sum(isinstance(reply, Answer) and not reply.damage for reply in replies)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    pages = len({request.page for request in requests})
    sent = characters(request.source for request in units(requests).values())
    rows = [
        Row("pages, units, characters", "", f"{pages}, {len(requests):,}, {sent:,}"),
        Row("units with an answer that may be written", "all", f"{good:,}"),
        Row("own seconds (processor)", "< 10", f"{own:.1f}"),
        Row("seconds with the service's", "", f"{wall:.1f}"),
        Row("peak memory in MB", "< 500", f"{peak:.0f}"),
    ]
    print(table(rows))
    return 0 if good == len(requests) else 1


if __name__ == "__main__":
    sys.exit(main())
