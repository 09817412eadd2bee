"""`amts-bot lexicon`: what pages and their translations teach about words."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, add_sides, command
from amts_bot.errors import UsageError
from amts_bot.model import counted


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "lexicon",
        _run,
        "Learn a bilingual lexicon from pages that are translations of each other, for `align --lexicon`. "
        "They need not be aligned; the more pages, the better.",
        "  amts-bot lexicon english/ turkish/ --source-language en --target-language tr \\\n"
        "      --output tr.lexicon\n"
        "  amts-bot lexicon --pairs pages.jsonl --source-language en --target-language zh \\\n"
        "      --output zh.lexicon",
    )
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="SOURCE_DIR TARGET_DIR",
        help="folders whose pages have the same names",
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        metavar="JSONL",
        help='pages already split, one a line: {"source": ["sentence", …], "target": ["sentence", …]}',
    )
    add_sides(parser)
    parser.add_argument(
        "--output", required=True, type=Path, metavar="FILE", help="where the lexicon goes"
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.teach.lexicon import PageFolders, PageLines, learn_lexicon

    if len(arguments.folders) != (0 if arguments.pairs else 2):
        raise UsageError("a lexicon is learnt from --pairs JSONL, or from SOURCE_DIR TARGET_DIR")
    book = (
        PageLines(str(arguments.pairs), files.read(arguments.pairs))
        if arguments.pairs
        else PageFolders(*map(files.folder, arguments.folders))
    )
    learnt = learn_lexicon(book, arguments.source_language, arguments.target_language)
    files.write(arguments.output, learnt.text)
    print(
        f"{counted(learnt.pages, 'page')}, {counted(learnt.pairs, 'pair')} of words; written: {arguments.output}"
    )
    return OK
