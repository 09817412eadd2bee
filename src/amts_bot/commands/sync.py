"""`amts-bot sync`: the main job."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.amazon import WAIT, connect
from amts_bot.commands.arguments import (
    ENGINE_HELP,
    FAILED,
    OK,
    add_base,
    add_repository,
    command,
    count,
    duration,
    flag,
    recording,
)
from amts_bot.commands.github import identity, pull_requests, review_address, token_of
from amts_bot.commands.output import progress_of, screen_of
from amts_bot.commands.programs import programs
from amts_bot.errors import AmtsError, UsageError

if TYPE_CHECKING:
    from amts_bot.adapters.actions import Runner
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.book.snapshot import Order
    from amts_bot.ports import Crew, PullRequests, Repository
    from amts_bot.pull_request.published import Published
    from amts_bot.sync.amazon import Amazon


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "sync",
        _run,
        "Bring the translation in this repository up to the newest English, which is what its submodule has checked "
        "out, the default branch has below its root, or its upstream has now: "
        "one commit on branch amts/LANGUAGE, and the text of the pull request.",
        "  amts-bot sync --language tr --dry-run     plan, characters and price; writes nothing\n"
        "  amts-bot sync --language tr               the job; an empty option is an unset one\n"
        "  amts-bot sync --language tr --publish     the same, and the pull request on GitHub\n"
        "  amts-bot sync --language tr --to v1.1     to a tag of the English, instead of the newest\n"
        "  amts-bot sync --language tr --page 'maps/'    these pages alone\n"
        "  amts-bot sync --language zh --base v1.0   first run: the English the pages were made from\n"
        "  amts-bot sync --language zh --base v0.9 --rebase-pages 'chapter_maps/'   these were made from v0.9",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    _add_source(parser)
    _add_delivery(parser)


def _add_source(parser: argparse.ArgumentParser) -> None:
    """From which English to which, and who translates."""
    add_base(parser)
    parser.add_argument(
        "--page",
        action="append",
        metavar="PATTERN",
        help="pages to do alone, patterns as in .gitignore, whatever the budget says; again for more; the others wait",
    )
    parser.add_argument(
        "--rebase-pages",
        default="",
        metavar="PATTERN",
        help="pages whose row in the lock is wrong, as in .gitignore: they take --base too",
    )
    parser.add_argument(
        "--to",
        default="",
        metavar="REV",
        help="English commit or tag to move to; default: the newest",
    )
    parser.add_argument(
        "--engine", default="", metavar="NAME", help=f"{ENGINE_HELP}; default: as in amts.toml"
    )


def _add_delivery(parser: argparse.ArgumentParser) -> None:
    """What is done with it, and where it goes."""
    parser.add_argument(
        "--dry-run",
        nargs="?",
        const=True,
        default=False,
        type=flag,
        metavar="true|false",
        help="plan, count and price only",
    )
    parser.add_argument(
        "--publish",
        nargs="?",
        const=True,
        default=None,
        type=flag,
        metavar="true|false",
        help="push the branch and open or update its pull request, with the token in GITHUB_TOKEN; "
        "default: only in GitHub Actions",
    )
    parser.add_argument(
        "--wait",
        default=None,
        type=duration,
        metavar="TIME",
        help="how long to wait for a batch job, such as 90s or 2h; default: 45m",
    )
    _add_working(parser)


def _add_working(parser: argparse.ArgumentParser) -> None:
    """Where it works, with how many processes, and what it writes and says there."""
    parser.add_argument(
        "--output-dir",
        default="",
        metavar="DIR",
        help="where the pull request text and the report go; default: amts-report",
    )
    parser.add_argument(
        "--workers",
        default=0,
        type=count,
        metavar="N",
        help="processes to work on many pages with, 1 for none but this one; the result is the same; default: one for "
        "each processor that it may use, up to 4",
    )
    add_repository(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.actions import Runner
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.side_by_side import SideBySide, processors
    from amts_bot.book.snapshot import languages
    from amts_bot.commands.sync_files import write
    from amts_bot.sync.amazon import Amazon

    token = token_of(environment)
    runner = Runner(environment, sys.stdout)
    runner.mask(token)
    runner.outputs(_NOTHING)
    hub = pull_requests(environment) if _publishes(arguments, runner, token) else None
    repository = open_repository(arguments.repository, identity(environment), token)
    progress = progress_of(quiet=arguments.quiet)
    service = _Service(
        repository=repository,
        progress=progress,
        amazon=Amazon(connect, time),
        hub=hub,
        wait=_wait(arguments.wait, environment, progress),
        crew=SideBySide(arguments.workers or processors(), progress),
        notes=repository.private_folder / "amts",
    )
    status, outputs = OK, []
    failures: dict[str, AmtsError] = {}
    for language in languages(repository, arguments.language):
        order = service.order(language, arguments, environment)
        try:
            done = service.done(order)
        except AmtsError as error:  # the other languages are no worse for it
            failures[language] = error
            continue
        folder = Path(arguments.output_dir or arguments.repository / "amts-report") / language
        write(done, folder, service.crew)
        _tell(done, folder, runner)
        outputs.append(_outputs(done, folder))
        runner.outputs(_together(outputs))
        status = max(status, FAILED if done.result.report.trouble else OK)
    if failures:
        raise _all_of(failures)
    return status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """What the languages of a run share; without a `hub` nothing is published."""

    repository: Repository
    progress: TerminalProgress
    amazon: Amazon
    hub: PullRequests | None
    wait: float
    crew: Crew
    notes: Path  # a folder for what runs keep for the next one

    def order(
        self, language: str, arguments: argparse.Namespace, environment: Mapping[str, str]
    ) -> Order:
        """What is asked for one of them."""
        from amts_bot.adapters.files import NoteFile
        from amts_bot.book.snapshot import Order

        return Order(
            language,
            base=arguments.base,
            rebase=arguments.rebase_pages,
            pages=tuple(arguments.page or ()),
            to=arguments.to,
            engine=arguments.engine,
            recording=recording(arguments.engine, language),
            dry_run=arguments.dry_run,
            programs=programs(self.progress, environment, self.repository),
            crew=self.crew,
            notebook=NoteFile(self.notes / f"left-{language}.txt"),
            wait=self.wait,
            review_at=review_address(environment, language),
        )

    def done(self, order: Order) -> Published:
        """Raises what `sync` and `publish` raise."""
        if self.hub is not None:
            from amts_bot.pull_request.publish import publish

            return publish(order, self.repository, self.hub, self.progress, self.amazon)
        from amts_bot.pull_request.branch import branch_report
        from amts_bot.pull_request.published import Published
        from amts_bot.sync.run import sync

        result = sync(order, self.repository, self.progress, self.amazon)
        whole = branch_report(order, self.repository, result.report, self.progress)
        return Published(result, whole=whole)


def _wait(asked: float | None, environment: Mapping[str, str], progress: TerminalProgress) -> float:
    """How long to wait for a batch job: not beyond the life of a token that the workflow knows to be short."""
    wanted = WAIT if asked is None else asked
    longest = duration(environment.get("AMTS_LONGEST_WAIT", ""))
    if longest is None or wanted <= longest:
        return wanted
    progress.say(
        f"waiting {longest / 60:.0f} minutes at the most, not {wanted / 60:.0f}: the token of a GitHub App lives for "
        "one hour, and a later run collects what is not done by then"
    )
    return longest


def _all_of(failures: Mapping[str, AmtsError]) -> AmtsError:
    """One error for the languages that could not be done; of the configuration, if one is."""
    if len(failures) == 1:
        (error,) = failures.values()
        return error
    usage = any(isinstance(error, UsageError) for error in failures.values())
    return (UsageError if usage else AmtsError)(
        "\n".join(f"{language}: {error}" for language, error in failures.items())
    )


def _publishes(arguments: argparse.Namespace, runner: Runner, token: str) -> bool:
    if arguments.dry_run:
        return False
    if arguments.publish is None:
        return runner.present and bool(token)
    return bool(arguments.publish)


def _tell(done: Published, folder: Path, runner: Runner) -> None:
    """The run for whoever looks: on the terminal or in the log, beside it, and for the next step."""
    from amts_bot.text.pull_request.body import summary
    from amts_bot.text.pull_request.review import review

    report, screen = done.result.report, screen_of(sys.stdout)
    with runner.group(f"{report.language}: every page"):
        runner.print(report.table(screen))
    for line in (_summary(done, folder), *done.notes):
        runner.print(screen.folded(line))
    runner.annotate(report.annotations())
    shown = done.sheet if done.report is report else review(report)
    runner.summarise(summary(shown, done.pull.url if done.pull else ""))


def _summary(done: Published, folder: Path) -> str:
    from amts_bot.commands.sync_files import REVIEW_PAGE

    result, branch = done.result, f"amts/{done.result.report.language}"
    if result.report.pending and done.pull and done.operation != "none":
        return f"draft pull request {done.operation}: {done.pull.url}"
    if result.report.pending:
        return f"no page was written; branch {branch} remembers the job"
    if result.report.planned:
        page = (folder / REVIEW_PAGE).absolute().as_uri()
        return f"dry run: nothing was written but {folder}\nlook at it in your browser: {page}"
    if done.pull and done.operation != "none":
        return f"pull request {done.operation}: {done.pull.url}"
    if not result.commit:
        return "nothing to do"
    page = (folder / REVIEW_PAGE).absolute().as_uri()
    return f"commit {result.commit[:10]} on branch {branch}\nreview it in your browser: {page}"


# The outputs of action.yml, as they are where a run stops before it has done anything.
_NOTHING: dict[str, str | int] = {
    "pull-request-body": "",
    "pull-request-number": "",
    "pull-request-url": "",
    "pull-request-operation": "none",
    "pull-request-head-sha": "",
    "branch": "",
    "units-kept": 0,
    "units-translated": 0,
    "units-held": 0,
    "units-failed": 0,
    "characters": 0,
}


def _outputs(done: Published, folder: Path) -> dict[str, str | int]:
    report, totals = done.result.report, done.result.report.totals
    found: dict[str, str | int] = {
        "pull-request-body": str(folder / "pull-request.md"),
        "pull-request-operation": done.operation,
        "branch": f"amts/{report.language}" if done.result.commit else "",
        "units-kept": totals["keep"],
        "units-translated": totals["translate"],
        "units-held": totals["hold"],
        "units-failed": totals["fail"] + len(report.failed),
        "characters": report.quote.characters,
    }
    if done.pull:
        found["pull-request-number"] = str(done.pull.number)
        found["pull-request-url"] = done.pull.url
        found["pull-request-head-sha"] = done.pull.head
    return {**_NOTHING, **found}


def _together(outputs: Sequence[Mapping[str, str | int]]) -> dict[str, str | int]:
    """The outputs of several languages as those of one step: numbers are summed, texts listed."""
    rows = {name: [row[name] for row in outputs] for name in _NOTHING}
    return {
        name: sum(n for n in row if isinstance(n, int))
        if isinstance(_NOTHING[name], int)
        else " ".join(str(text) for text in row if text)
        for name, row in rows.items()
    }
