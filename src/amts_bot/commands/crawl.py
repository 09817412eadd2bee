"""`amts-bot crawl`: page pairs from web sites that are there in two languages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from amts_bot.commands.arguments import OK, command, count
from amts_bot.commands.output import progress_of, tell, written_json
from amts_bot.errors import UsageError


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "crawl",
        _run,
        "Read web sites and keep the pages that are there in two languages, as Markdown, for parallel-data build. It "
        "obeys robots.txt and what sites ask of crawlers, asks one page at a time, and goes on where it was stopped. "
        "Needs the extra amts-bot[crawl].",
        "  amts-bot crawl https://docs.example.org/ --source-language en --target-language es \\\n"
        "      --keyword 'machine learning' --keyword 'aprendizaje automático' --output crawled \\\n"
        "      --contact team@example.org\n"
        "  amts-bot crawl http://127.0.0.1:8000/ --source-language en --target-language fr --output crawled",
    )
    parser.add_argument(
        "starts",
        nargs="+",
        metavar="URL",
        help="where to start; only the hosts named here are read",
    )
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language", required=True, metavar="CODE", help=f"language of the {side}"
        )
    parser.add_argument(
        "--output", required=True, type=Path, metavar="DIR", help="where everything goes"
    )
    _add_choice(parser)
    _add_manners(parser)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keyword",
        action="append",
        default=[],
        metavar="TEXT",
        help="keep pairs with this text on either page; again for more, one of which is enough; default: all",
    )
    parser.add_argument(
        "--hold-out",
        action="append",
        default=[],
        metavar="PATTERN",
        help="addresses to keep out, with what nearly repeats them, patterns as in .gitignore; their pages go to "
        "DIR/held-out; again for more",
    )
    parser.add_argument(
        "--max-pages", type=count, default=2000, metavar="N", help="read no more; default: 2000"
    )
    parser.add_argument(
        "--depth", type=count, default=6, metavar="N", help="follow so many links; default: 6"
    )


def _add_manners(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--delay",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="wait between requests to a host, at least 1 but on this machine; robots.txt may ask for more; default: 1",
    )
    parser.add_argument(
        "--contact",
        default="",
        metavar="ADDRESS",
        help="mail or web address of who runs the crawl, told to each site; required but on this machine",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters.web import demand_extra, is_local

    _check(arguments)
    demand_extra()
    if not arguments.contact and not all(map(is_local, arguments.starts)):
        raise UsageError(
            "crawl tells each site whom to write to: --contact, a mail or web address of yours"
        )
    from amts_bot.adapters import files
    from amts_bot.adapters.web.spider import crawl
    from amts_bot.model.web import CrawlOrder
    from amts_bot.teach.crawl import web_pairs

    progress = progress_of(quiet=arguments.quiet)
    order = CrawlOrder(
        starts=tuple(arguments.starts),
        languages=(arguments.source_language, arguments.target_language),
        most_pages=arguments.max_pages,
        delay=arguments.delay,
        depth=arguments.depth,
        contact=arguments.contact,
    )
    site = crawl(order, arguments.output / ".answers", progress)
    found = web_pairs(
        site, order.languages, tuple(arguments.keyword), tuple(arguments.hold_out), progress
    )
    files.replace_folders(arguments.output, dict(found.files()), (*order.languages, "held-out"))
    files.write(arguments.output / "report.json", written_json(found.as_json()))
    tell(found.summary())
    print(f"written: {arguments.output}")
    return OK


def _check(arguments: argparse.Namespace) -> None:
    for start in arguments.starts:
        found = urlsplit(start)
        if found.scheme not in ("http", "https") or not found.hostname:
            raise UsageError(f"{start} is no web address such as https://docs.example.org/")
    if arguments.source_language == arguments.target_language:
        raise UsageError("--source-language and --target-language are the same")
    if not arguments.delay >= 0:
        raise UsageError(f"--delay {arguments.delay} is no time in seconds")
