"""The bot's processor time beside that of other programs, on the same pages in one run: ratios hold on any machine.

Usage: python -m benchmarks.ratios [options of benchmarks.book]

The pages are those that the English book has before and after the span, and the translation too. The bot brings them
from one to the other; `git diff` shows what changed in them; po4a and mdpo make a catalogue of each old page and
update it to the new one, by paragraphs, and do not look at the translation. hunalign aligns the sentences of some old
pages with those of their translation, as the bot's aligner does. What is not installed is left out, and said so.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_bot.text.align.sentences import align_sentences
from amts_bot.text.pairs.bitext import page_sentences
from benchmarks.book import ENVIRONMENT, SUBMODULE, Order, bot, git, on_a_book, pages_at

_ALIGNED = 40  # pages whose sentences are aligned: all of them take minutes
_ROUNDS = 5  # of `git diff`, which is over at once


@dataclass(frozen=True, slots=True)
class Span:
    """The pages, by path in three folders: the old English, the new one, and the translation of the old."""

    old: Path
    new: Path
    translation: Path
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What another program did, its processor seconds and the bot's; None where it is not installed."""

    program: str
    task: str
    seconds: tuple[float, float] | None = None

    def __str__(self) -> str:
        if self.seconds is None:
            return f"| {self.program} | {self.task} | not installed | | |"
        theirs, ours = self.seconds
        ratio = ours / theirs
        times = f"{theirs:.2f} s | {ours:.2f} s | {ratio:.{1 if ratio < 100 else 0}f}"
        return f"| {self.program} | {self.task} | {times} |"


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table."""
    return on_a_book(
        argv, "ratios", "Compares processor times with those of other programs.", _measure
    )


def _measure(order: Order, repository: Path, folder: Path) -> None:
    span = _span(order, repository, folder)
    only = [word for path in span.paths for word in ("--page", f"/{path}")]
    sync = ("sync", "--language", order.language, "--engine", "memory", "--quiet")
    synced = bot(repository, *sync, "--base", order.base, *only).processor
    rows = [
        Beside("`git diff`", "what changed", (_git_diff(order, repository, span), synced)),
        *_catalogues(span, folder, synced),
        _hunalign(order, span, folder),
    ]
    print(
        f"| beside | what it does, on {len(span.paths)} pages | it takes | the bot takes | ratio |"
    )
    print("|---|---|--:|--:|--:|")
    print("\n".join(map(str, rows)))


def _span(order: Order, repository: Path, folder: Path) -> Span:
    english = repository / SUBMODULE
    places = {
        "old": (english, order.base),
        "new": (english, order.to),
        "translation": (repository, "HEAD"),
    }
    pages = [pages_at(*place).keys() for place in places.values()]
    paths = tuple(sorted(pages[0] & pages[1] & pages[2]))
    for name, (place, revision) in places.items():
        for path in paths:
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(git(place, "show", f"{revision}:{path}") + "\n", encoding="utf-8")
    return Span(folder / "old", folder / "new", folder / "translation", paths)


def _git_diff(order: Order, repository: Path, span: Span) -> float:
    diff = ["git", "-C", f"{repository / SUBMODULE}", "diff", order.base, order.to, "--"]
    return processor([[*diff, *span.paths]] * _ROUNDS)[0] / _ROUNDS


def _catalogues(span: Span, folder: Path, synced: float) -> Iterator[Beside]:
    """The programs that keep a catalogue of messages for each page."""
    po4a = ("po4a-updatepo", "-f", "text", "-o", "markdown", "-M", "UTF-8", "-m", "{page}", "-p")
    mdpo = ("md2po", "{page}", "--quiet", "--save", "--po-filepath")
    for program, command in (("po4a", po4a), ("mdpo", mdpo)):
        task = "catalogues updated"
        if not shutil.which(command[0]):
            yield Beside(program, task)
            continue
        catalogues = folder / program
        catalogues.mkdir()
        seconds, failed = processor(
            [*(word.format(page=side / path) for word in command), f"{catalogues / str(number)}.po"]
            for number, path in enumerate(span.paths)
            for side in (span.old, span.new)
        )
        failures = f", {failed} runs failed" if failed else ""
        yield Beside(program, task + failures, (seconds, synced))


def _hunalign(order: Order, span: Span, folder: Path) -> Beside:
    """hunalign with no dictionary, and the bot's aligner with no lexicon; words of both are cut in that time."""
    paths = span.paths[:_ALIGNED]
    task = f"sentences of {len(paths)} pages aligned"
    if not shutil.which("hunalign"):
        return Beside("hunalign", task)
    sides = [
        [page_sentences((place / path).read_text(encoding="utf-8"), language) for path in paths]
        for place, language in ((span.old, "en"), (span.translation, order.language))
    ]
    jobs = []
    for number, page in enumerate(zip(*sides, strict=True)):
        files = [folder / f"{number}.{side}" for side in ("source", "target", "beads")]
        for file, sentences in zip(files, page, strict=False):
            lines = (" ".join(sentence.split()) + "\n" for sentence in sentences)
            file.write_text("".join(lines), encoding="utf-8")
        jobs.append("\t".join(map(str, files)))
    batch, dictionary = folder / "jobs", folder / "empty.dic"
    batch.write_text("\n".join(jobs) + "\n", encoding="utf-8")
    dictionary.touch()
    theirs, _ = processor([["hunalign", "-batch", str(dictionary), str(batch)]])
    begin = time.process_time()
    for source, target in zip(*sides, strict=True):
        align_sentences(source, target, "en", order.language)
    return Beside("hunalign", task, (theirs, time.process_time() - begin))


def processor(commands: Iterable[Sequence[str]]) -> tuple[float, int]:
    """The processor seconds of some commands, one after the other, and how many of them failed."""
    before, failed = resource.getrusage(resource.RUSAGE_CHILDREN), 0
    for command in commands:
        run = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)
        failed += run.returncode != 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, failed


if __name__ == "__main__":
    sys.exit(main())
