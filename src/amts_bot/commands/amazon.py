"""What the commands that work on AWS share: the connection, how long they wait, and the desk of the console."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from amts_bot.commands.arguments import add_repository
from amts_bot.commands.output import progress_of

if TYPE_CHECKING:
    from amts_bot.console.desk import Desk
    from amts_bot.ports import Cloud

WAIT = 45 * 60.0  # seconds; a run of hosted CI has six hours, its AWS credentials one


def connect(bucket: str, region: str) -> Cloud:
    """Opens the services. boto3 takes half a second to load: only where something is asked of them."""
    from amts_bot.adapters.amazon.translate import connect as connect_boto3

    return connect_boto3(bucket, region)


def add_desk(parser: argparse.ArgumentParser) -> None:
    """Adds where the settings are, and whether the command talks."""
    add_repository(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress")


def desk_of(arguments: argparse.Namespace) -> Desk:
    """The account that the amts.toml of the repository names."""
    from amts_bot.adapters.git import open_repository
    from amts_bot.book.snapshot import settings
    from amts_bot.console.desk import Desk

    config = settings(open_repository(arguments.repository))
    return Desk(config, connect, time, progress_of(quiet=arguments.quiet))
