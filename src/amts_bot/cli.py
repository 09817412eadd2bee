"""The edge: arguments and environment become an order, adapters are plugged in, errors an exit status.

Exit status: 0 done · 1 some unit or page failed · 2 wrong usage or configuration · 3 a bug.
Imports of what a command needs stand inside its function: `--help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot import __version__
from amts_bot.errors import AmtsError, UsageError

if TYPE_CHECKING:
    from amts_bot.sync import SyncResult

OK, FAILED, USAGE, BUG = 0, 1, 2, 3
_TRUE, _FALSE = {"true", "yes", "1", "on"}, {"false", "no", "0", "off", ""}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    arguments = build_parser().parse_args(argv)
    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    try:
        return int(arguments.run(arguments, os.environ))
    except UsageError as error:
        return _complain(str(error), in_actions, USAGE)
    except AmtsError as error:
        return _complain(str(error), in_actions, FAILED)
    except BrokenPipeError:  # the reader has seen enough: `amts-bot split page.md | head`
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return _complain("stopped; nothing was written", in_actions, FAILED)
    except Exception:
        return _complain(_log(traceback.format_exc()), in_actions, BUG)


def _complain(message: str, in_actions: bool, status: int) -> int:
    print(f"amts-bot: {message}", file=sys.stderr)
    if in_actions:
        escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        print(f"::error::{escaped}")
    return status


def _log(trace: str) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="amts-bot-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write(trace)
    last = trace.rstrip().rsplit("\n", 1)[-1]
    return f"a bug, sorry: {last}\nnothing was written; please report it with the log {file.name}"


# ------------------------------------------------------------------ arguments


def build_parser() -> argparse.ArgumentParser:
    """All commands and options."""
    parser = argparse.ArgumentParser(
        prog="amts-bot",
        description="Keeps a translated book in step with its English original.",
        epilog="Exit status: 0 done, 1 some unit or page failed, 2 wrong usage or configuration, 3 a bug.",
    )
    parser.add_argument("--version", action="version", version=f"amts-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_sync, _add_demo, _add_merge, _add_split):
        add(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[..., int], text: str, examples: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


_ENGINE_HELP = (
    "none (leaves English), memory (what the reviewed book says, exactly or nearly), or recorded:FILE "
    'with JSON lines of {"source", "target"}'
)


def _add_sync(commands: Any) -> None:
    parser = _command(
        commands,
        "sync",
        _sync,
        "Bring the translation in this repository up to the English that its submodule has checked out: "
        "one commit on branch amts/LANGUAGE, and the text of the pull request.",
        "  amts-bot sync --language tr --dry-run     plan, characters and price; writes nothing\n"
        "  amts-bot sync --language tr               the job; an empty option is an unset one\n"
        "  amts-bot sync --language zh --base v1.0   first run: the English the pages were made from",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    parser.add_argument(
        "--base",
        default="",
        metavar="REV",
        help="English commit or tag that a repository without amts.lock was translated from",
    )
    parser.add_argument(
        "--to",
        default="",
        metavar="REV",
        help="English commit or tag to move to; default: what the submodule has checked out",
    )
    parser.add_argument(
        "--engine", default="", metavar="NAME", help=f"{_ENGINE_HELP}; default: as in amts.toml"
    )
    parser.add_argument(
        "--dry-run",
        nargs="?",
        const=True,
        default=False,
        type=_flag,
        metavar="true|false",
        help="plan, count and price only",
    )
    parser.add_argument(
        "--wait",
        default="",
        type=_duration,
        metavar="TIME",
        help="how long to wait for a batch job, such as 45m or 2h (for engines that run one)",
    )
    parser.add_argument(
        "--output-dir",
        default="",
        metavar="DIR",
        help="where the pull request text and the report go; default: amts-report",
    )
    parser.add_argument(
        "--repository",
        default=".",
        type=Path,
        metavar="DIR",
        help="the translation repository; default: here",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _add_demo(commands: Any) -> None:
    parser = _command(
        commands,
        "demo",
        _demo,
        "Run the main job on a built-in book: two git repositories in a temporary folder, no account, no network.",
        "  amts-bot demo\n  amts-bot demo --folder /tmp/look     leave it there",
    )
    parser.add_argument(
        "--folder",
        default="",
        metavar="DIR",
        help="an empty folder to play in; default: a temporary one",
    )


def _add_merge(commands: Any) -> None:
    parser = _command(
        commands,
        "merge",
        _merge,
        "Merge one page: the old English, the new English and the translation of the old one.",
        "  amts-bot merge --source-old old.md --source-new new.md --target page.md --language tr \\\n"
        "      --engine memory --output page.md --report report.json",
    )
    for name, text in (
        ("--source-old", "English page that the target was translated from"),
        ("--source-new", "new English page"),
        ("--target", "reviewed translation of the old English"),
        ("--output", "where the new target page goes (may be the target itself)"),
    ):
        parser.add_argument(name, required=True, type=Path, metavar="FILE", help=text)
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of the target, such as zh"
    )
    parser.add_argument(
        "--engine", default="none", metavar="NAME", help=f"{_ENGINE_HELP}; default: none"
    )
    parser.add_argument("--report", type=Path, metavar="JSON", help="where the merge report goes")


def _add_split(commands: Any) -> None:
    parser = _command(
        commands,
        "split",
        _split,
        "Show the blocks of a page with their kinds and character offsets.",
        "  amts-bot split page.md --format json",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a Markdown page")
    parser.add_argument("--format", choices=("json", "text"), default="text", help="default: text")


def _flag(text: str) -> bool:
    if text.casefold() in _TRUE | _FALSE:
        return text.casefold() in _TRUE
    raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")


def _duration(text: str) -> str:
    if text and not re.fullmatch(r"\d+[smh]?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 90s, 45m or 2h")
    return text


# ------------------------------------------------------------------ commands


def _sync(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from amts_bot import config
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.sync import Order, languages, sync

    identity = {
        k: v
        for k, v in environment.items()
        if re.fullmatch(r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)", k)
    }
    repository = open_repository(arguments.repository, identity)
    progress = TerminalProgress(sys.stderr, quiet=arguments.quiet)
    recording = _recording(arguments.engine)
    status = OK
    for language in [arguments.language] if arguments.language else languages(repository):
        order = Order(
            language, arguments.base, arguments.to, arguments.engine, recording, arguments.dry_run
        )
        result = sync(order, repository, progress)
        folder = Path(arguments.output_dir or arguments.repository / "amts-report") / language
        files.write(folder.parent / ".gitignore", "*\n")
        files.write(folder / "pull-request.md", result.report.body())
        files.write(
            folder / "report.json",
            json.dumps(result.report.as_json(), ensure_ascii=False, indent=1) + "\n",
        )
        print(result.report.table())
        print(_summary(result, language, folder))
        _outputs(result, language, folder, environment)
        status = max(status, FAILED if result.report.failed else OK)
    return status


def _recording(engine: str) -> str:
    from amts_bot.adapters import files

    kind, _, path = engine.partition(":")
    if kind != "recorded":
        return ""
    if not path:
        raise UsageError("engine recorded needs a file: recorded:FILE")
    return files.read(Path(path))


def _summary(result: SyncResult, language: str, folder: Path) -> str:
    if result.report.planned:
        return f"dry run: nothing was written but {folder}/pull-request.md"
    if not result.commit:
        return "nothing to do"
    return f"commit {result.commit[:10]} on branch amts/{language}; pull request text: {folder}/pull-request.md"


def _outputs(
    result: SyncResult, language: str, folder: Path, environment: Mapping[str, str]
) -> None:
    """The action's outputs, all of them, also when nothing happened."""
    path = environment.get("GITHUB_OUTPUT")
    if not path:
        return
    from amts_bot.adapters import files

    totals = result.report.totals
    values = {
        "pull-request-body": str(folder / "pull-request.md"),
        "branch": f"amts/{language}" if result.commit else "",
        "units-kept": totals["keep"],
        "units-translated": totals["translate"],
        "units-held": totals["hold"],
        "units-failed": totals["fail"] + len(result.report.failed),
        "characters": result.report.quote.characters,
    }
    files.append(Path(path), "".join(f"{name}={value}\n" for name, value in values.items()))


def _demo(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.stage import DemoStage
    from amts_bot.adapters.terminal import TerminalProgress
    from amts_bot.demo import demo

    if (
        arguments.folder
        and Path(arguments.folder).exists()
        and any(Path(arguments.folder).iterdir())
    ):
        raise UsageError(f"{arguments.folder} is not empty: name a new folder")
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="amts-demo-")).absolute()
    result = demo(DemoStage(folder), TerminalProgress(sys.stderr, quiet=True), print)
    return FAILED if result.report.failed else OK


def _merge(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.merge import merge

    pages = [
        files.read(path) for path in (arguments.source_old, arguments.source_new, arguments.target)
    ]
    outcome = merge(
        *pages,
        arguments.language,
        engine_name=arguments.engine,
        recording=_recording(arguments.engine),
    )
    files.write(arguments.output, outcome.text)
    if arguments.report:
        files.write(
            arguments.report, json.dumps(outcome.report(), ensure_ascii=False, indent=1) + "\n"
        )
    if outcome.held:
        print(f"amts-bot: {arguments.target}: held: {outcome.held}", file=sys.stderr)
        return FAILED
    return OK


def _split(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.text.segments import split

    blocks = split(files.read(arguments.file))
    if arguments.format == "json":
        rows = [{"kind": b.kind, "start": b.start, "end": b.end, "text": b.text} for b in blocks]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return OK
    for block in blocks:
        first = block.text.strip().split("\n", 1)[0][:60]
        print(f"{block.start:>7} {block.end:>7}  {block.kind:<12} {first}")
    return OK
