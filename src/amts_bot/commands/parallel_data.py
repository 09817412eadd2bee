"""`amts-bot parallel-data`: the reviewed pairs of the book, as a file and on Amazon Translate."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from amts_bot.commands.amazon import WAIT, connect, desk_of
from amts_bot.commands.arguments import (
    FAILED,
    OK,
    add_base,
    add_folders,
    add_repository,
    add_source_language,
    command,
    count,
    duration,
)
from amts_bot.commands.output import add_format, progress_of, show, tell, written_json
from amts_bot.errors import UsageError
from amts_bot.model import PairFormat, counted

if TYPE_CHECKING:
    from amts_bot.adapters.git import GitRepository
    from amts_bot.book.config import LanguageSettings
    from amts_bot.book.reviewed import ReviewedBook
    from amts_bot.teach.parallel_data import BuildOrder

_LEVELS = {"sentence": "sentence", "paragraph": "block"}


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    text = "The pairs that reviewed pages teach: make a file of them for Amazon Translate."
    parser = commands.add_parser("parallel-data", help=text, description=text)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add_part in (_add_build, _add_push, _add_status, _add_list, _add_download, _add_delete):
        add_part(parts)


def _add_build(parts: Any) -> None:
    parser = command(
        parts,
        "build",
        _build,
        "Make the parallel data of a translation: from the repository here, or from two folders of "
        "pages, or from files of pairs that were made elsewhere. Reviewed pairs alone enter; what is left out is "
        "counted with its reason.",
        "  amts-bot parallel-data build --language zh          amts-report/zh/parallel-data.csv\n"
        "  amts-bot parallel-data build --language tr --format tmx --hold-out '/chapter_intro/'\n"
        "  amts-bot parallel-data build english/ turkish/ --language tr --output pairs.csv\n"
        "  amts-bot parallel-data build --language es --from en-es.txt.zip --from bitextor/en-es.sent.tsv.gz\n"
        "  amts-bot parallel-data build --language zh --direction reverse    from zh to en",
    )
    add_folders(parser)
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="language of the translation; default: all those of amts.toml",
    )
    add_source_language(parser)
    add_base(parser)
    _add_file(parser)
    _add_made_elsewhere(parser)
    _add_pairs(parser)
    _add_work(parser)
    _add_place(parser)


def _add_file(parser: argparse.ArgumentParser) -> None:
    """What file the pairs become."""
    parser.add_argument(
        "--level",
        choices=tuple(_LEVELS),
        default="sentence",
        help="what a pair is; default: sentence",
    )
    parser.add_argument(
        "--format",
        choices=get_args(PairFormat),
        default="csv",
        help="of the file; default: csv",
    )
    parser.add_argument(
        "--output",
        default="",
        metavar="FILE",
        help="where the file goes; default: amts-report/LANGUAGE/parallel-data.FORMAT",
    )
    parser.add_argument(
        "--report",
        default="",
        metavar="JSON",
        help="where all counts and conflicts go",
    )


def _add_made_elsewhere(parser: argparse.ArgumentParser) -> None:
    """Pairs that nobody has to align any more."""
    parser.add_argument(
        "--from",
        dest="files",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="pairs that were made elsewhere, beside those of two folders or alone: .tmx, .jsonl, .tsv, .csv, packed "
        "or not, a .zip of OPUS, or NAME where NAME.en and NAME.es are line by line; again for more",
    )
    parser.add_argument(
        "--most",
        default=200_000,
        type=count,
        metavar="N",
        help="take no more pairs of each such file, of more those with the least hashes; default: 200000",
    )


def _add_pairs(parser: argparse.ArgumentParser) -> None:
    """Which pairs enter."""
    parser.add_argument(
        "--least-probability",
        default=0.9,
        type=_probability,
        metavar="P",
        help="how sure the aligner must be of a pair, 0 to 1; default: 0.9",
    )
    parser.add_argument(
        "--without-licence",
        action="append",
        default=[],
        metavar="TEXT",
        help="of pages of `amts-bot crawl`, and of pairs of --from, leave out those whose licence has this in its "
        "address, such as by-nc, or "
        "unknown: those that name none; again for more",
    )
    parser.add_argument(
        "--hold-out",
        action="extend",
        nargs="+",
        default=[],
        metavar="PATTERN",
        help="pages to measure on, as in .gitignore: neither they nor near copies of their sentences enter",
    )
    parser.add_argument(
        "--direction",
        choices=("forward", "reverse"),
        default="forward",
        help="reverse teaches the way from the translation to the original; default: forward",
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    """How pages are aligned."""
    parser.add_argument(
        "--cache",
        default="",
        metavar="FILE",
        help="keeps the alignments of pages that do not change; none keeps nothing; default: in the "
        "repository's .git, for folders none",
    )
    parser.add_argument(
        "--jobs",
        default=0,
        type=count,
        metavar="N",
        help="processes to align with; default: one for each processor",
    )


def _add_push(parts: Any) -> None:
    parser = command(
        parts,
        "push",
        _push,
        "Bring the parallel data of a language to Amazon Translate, and its terminology where amts.toml "
        "names a glossary. Waits for its turn and for the import; does nothing when nothing changed.",
        "  amts-bot parallel-data push --language tr          what `build` wrote\n"
        "  amts-bot parallel-data push --language zh --file pairs.tmx --wait 2h",
    )
    parser.add_argument(
        "--language", required=True, metavar="CODE", help="language of amts.toml, such as tr"
    )
    parser.add_argument(
        "--file",
        default="",
        metavar="FILE",
        help="CSV, TSV or TMX; default: amts-report/LANGUAGE/parallel-data.csv, where `build` puts it",
    )
    parser.add_argument(
        "--wait",
        default=None,
        type=duration,
        metavar="TIME",
        help="how long to wait for the import, such as 90s or 2h; default: 45m",
    )
    _add_place(parser)


def _add_status(parts: Any) -> None:
    parser = command(
        parts,
        "status",
        _status,
        "Show what Amazon Translate has as parallel data: its state, counts, and what it did not take.",
        "  amts-bot parallel-data status                 every language of amts.toml\n"
        "  amts-bot parallel-data status --language tr",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of amts.toml; default: all of them"
    )
    _add_place(parser)


def _add_list(parts: Any) -> None:
    parser = command(
        parts,
        "list",
        _list,
        "List the parallel data of this translation in the region: what it holds, who made it, what the next run does "
        "with it, and where it is in the AWS console.",
        "  amts-bot parallel-data list\n  amts-bot parallel-data list --format json",
    )
    add_format(parser, "text", "json")
    _add_place(parser)


def _add_download(parts: Any) -> None:
    parser = command(
        parts,
        "download",
        _download,
        "Fetch the file that the parallel data of a language was imported from.",
        "  amts-bot parallel-data download --language tr --output imported.csv",
    )
    parser.add_argument("--language", required=True, metavar="CODE", help="language of amts.toml")
    parser.add_argument("--output", required=True, metavar="FILE", type=Path, help="where it goes")
    _add_place(parser)


def _add_delete(parts: Any) -> None:
    parser = command(
        parts,
        "delete",
        _delete,
        "Delete the parallel data of a language at Amazon Translate; not what somebody else made.",
        "  amts-bot parallel-data delete --language tr",
    )
    parser.add_argument("--language", required=True, metavar="CODE", help="language of amts.toml")
    _add_place(parser)


def _add_place(parser: argparse.ArgumentParser) -> None:
    add_repository(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _push(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import settings
    from amts_bot.engines.resources import Push, push

    config = settings(open_repository(arguments.repository))
    language = config.language(arguments.language)
    file = Path(
        arguments.file or arguments.repository / "amts-report" / language.code / "parallel-data.csv"
    )
    if not arguments.file and not file.exists():
        raise UsageError(
            f"{file} is not there: make it with amts-bot parallel-data build --language {language.code}"
        )
    order = replace(
        Push.of_file(str(file), files.read(file), language),
        terminology=_terminology(arguments.repository, language),
        wait=WAIT if arguments.wait is None else arguments.wait,
    )
    progress = progress_of(quiet=arguments.quiet)
    tell(push(order, config.amazon, connect, time, progress).summary())
    return OK


def _terminology(repository: Path, language: LanguageSettings) -> bytes:
    """The glossary as CSV, what was left out of it told."""
    from amts_bot.adapters import files
    from amts_bot.engines.terminology import terminology

    if not language.terminology:
        return b""
    file = repository / language.terminology
    made = terminology(files.read(file), str(file), language.code)
    for remark in made.remarks:
        tell(remark, sys.stderr)
    return made.content


def _status(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import languages, settings
    from amts_bot.engines.resources import status

    repository = open_repository(arguments.repository)
    config = settings(repository)
    for language in languages(repository, arguments.language):
        tell(status(language, config.amazon, connect))
    return OK


def _list(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.resources import resources

    show(resources(desk_of(arguments), "parallel data"), arguments.format)
    return OK


def _download(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.console.resources import fetched

    content = fetched(desk_of(arguments), arguments.language)
    files.write(arguments.output, content.decode("utf-8"))
    print(f"written: {arguments.output}")
    return OK


def _delete(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.console.resources import remove

    tell(remove(desk_of(arguments), "parallel data", arguments.language))
    return OK


def _probability(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no probability from 0 to 1")
    return value


def _build(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.adapters.corpora import open_corpus
    from amts_bot.adapters.processes import Processes
    from amts_bot.teach.parallel_data import build, read_corpus

    status = OK
    progress = progress_of(quiet=arguments.quiet)
    for order, book, cache in _books(arguments):
        found = []
        for path in arguments.files:
            progress.say(f"reading {path}")
            with open_corpus(path, order.source_language, order.language) as it:
                found.append(read_corpus(str(path), it.kind, it.streams, order, arguments.most))
        with Processes(arguments.jobs) as workers:
            built = build(order, book, files.CacheFile(cache), workers, progress, files=found)
        output = _output(arguments, order.language)
        files.write(output, built.file(arguments.format))
        if arguments.report:
            files.write(Path(arguments.report), written_json(built.as_json()))
        tell(built.summary())
        print(f"written: {output}")
        status = max(status, FAILED if built.incomplete else OK)
    return status


def _books(arguments: argparse.Namespace) -> Iterator[tuple[BuildOrder, ReviewedBook, Path | None]]:
    """What to build from, and where its alignments are kept."""
    from amts_bot.adapters import files
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.reviewed import ReviewedBook, book_of_files, merged_book
    from amts_bot.book.snapshot import languages, settings

    if arguments.folders:
        if len(arguments.folders) != 2 or not arguments.language:
            raise UsageError(
                "two folders of pages need --language: SOURCE_DIR TARGET_DIR --language CODE"
            )
        _refuse_html(arguments.folders)
        book = book_of_files(*map(files.folder, arguments.folders))
        order = replace(_order(arguments, arguments.language), provenance=_provenance(arguments))
        yield order, book, _cache(arguments, None)
        return
    if arguments.files:
        if not arguments.language:
            raise UsageError("--from needs --language: the language of the translations")
        yield _order(arguments, arguments.language), ReviewedBook(()), None
        return
    if arguments.without_licence:
        raise UsageError(
            "--without-licence is for two folders that amts-bot crawl wrote, and for --from"
        )
    repository = open_repository(arguments.repository)
    wanted = [arguments.language] if arguments.language else languages(repository)
    if len(wanted) > 1 and (arguments.output or arguments.report or arguments.cache):
        raise UsageError(
            f"--output, --report and --cache name one file: choose one --language: {', '.join(wanted)}"
        )
    for language in wanted:
        keeps = settings(repository).engine.held_out > 0
        order = replace(_order(arguments, language), keeps_slice=keeps)
        book = merged_book(language, arguments.base, repository)
        yield order, book, _cache(arguments, _kept_in(repository, order))


def _refuse_html(folders: Sequence[Path]) -> None:
    """Says what is read, where a folder holds HTML and no Markdown."""
    from amts_bot.adapters import files

    for folder in folders:
        pages = files.folder(folder, "*.htm*")
        if pages and not files.folder(folder):
            raise UsageError(
                f"{folder}: {counted(len(pages), 'page')} of HTML and no Markdown; Markdown (.md) is read: "
                "amts-bot crawl makes it of a site, also of one that you serve on your own machine"
            )


def _provenance(arguments: argparse.Namespace) -> str:
    """What `amts-bot crawl` wrote beside the two folders; "" where they are not of a crawl."""
    from amts_bot.adapters import files

    source, target = (folder.absolute().parent for folder in arguments.folders)
    file = source / "pairs.jsonl"
    if source == target and file.exists():
        return files.read(file)
    if arguments.without_licence and not arguments.files:
        raise UsageError(f"--without-licence: {file} is not there, so no page has a licence")
    return ""


def _order(arguments: argparse.Namespace, language: str) -> BuildOrder:
    from amts_bot.teach.parallel_data import BuildOrder

    return BuildOrder(
        language,
        source_language=arguments.source_language,
        level=_LEVELS[arguments.level],  # type: ignore[arg-type]
        least_probability=arguments.least_probability,
        hold_out=tuple(arguments.hold_out),
        reverse=arguments.direction == "reverse",
        without_licence=tuple(arguments.without_licence),
    )


def _cache(arguments: argparse.Namespace, default: Path | None) -> Path | None:
    if arguments.cache == "none":
        return None
    return Path(arguments.cache) if arguments.cache else default


def _kept_in(repository: GitRepository, order: BuildOrder) -> Path:
    return repository.private_folder / "amts" / f"alignments-{order.language}-{order.level}.json"


def _output(arguments: argparse.Namespace, language: str) -> Path:
    from amts_bot.adapters import files

    if arguments.output:
        return Path(arguments.output)
    folder = arguments.repository / "amts-report"
    files.write(folder / ".gitignore", "*\n")
    return Path(folder / language / f"parallel-data.{arguments.format}")
