"""`amts-bot align`: the pairs of two pages, or the beads of two files of sentences."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from amts_bot.commands.arguments import OK, add_sides, command
from amts_bot.commands.output import tell
from amts_bot.errors import UsageError
from amts_bot.model import PairFormat


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = command(
        commands,
        "align",
        _run,
        "Align a page with its translation. Without a lexicon lengths, endings, what both sides share "
        "(code, math, numbers, names) and what the page teaches itself must do; a lexicon learnt from "
        "the whole book makes it much better.",
        "  amts-bot align lamp.md lamba.md --source-language en --target-language tr\n"
        "  amts-bot align lamp.md deng.md --source-language en --target-language zh \\\n"
        "      --lexicon zh.lexicon --format csv > pairs.csv\n"
        "  amts-bot align --sentences lamp.txt deng.txt --source-language en \\\n"
        "      --target-language zh --format beads",
    )
    _add_texts(parser)
    _add_alignment(parser)


def _add_texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a page, or lines of sentences")
    parser.add_argument("target", type=Path, metavar="TARGET", help="its translation")
    parser.add_argument(
        "--sentences", action="store_true", help="both files have one sentence on each line"
    )
    add_sides(parser)


def _add_alignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--level",
        choices=("sentence", "block"),
        default="sentence",
        help="what is aligned of two pages; default: sentence",
    )
    parser.add_argument(
        "--format",
        choices=(*get_args(PairFormat), "beads"),
        help="jsonl: every pair with its probability and offsets; csv, tsv, tmx: those fit for parallel "
        "data; beads: one group a line, [0,1]:[0]:0.98, for --sentences alone; default: jsonl, or beads",
    )
    parser.add_argument(
        "--lexicon", type=Path, metavar="FILE", help="what `amts-bot lexicon` has learnt"
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.teach.align import AlignOrder, LexiconFile, align

    if arguments.sentences != ((arguments.format or "beads") == "beads") and (
        arguments.sentences or arguments.format
    ):
        raise UsageError("--format beads goes with --sentences, and every other format with pages")
    order = AlignOrder(
        source_language=arguments.source_language,
        target_language=arguments.target_language,
        level=arguments.level,
        file_format=arguments.format or ("beads" if arguments.sentences else "jsonl"),
        lexicon=LexiconFile(str(arguments.lexicon), files.read(arguments.lexicon))
        if arguments.lexicon
        else None,
        name=arguments.target.name,
    )
    aligned = align(order, files.read(arguments.source), files.read(arguments.target))
    for remark in aligned.remarks:
        tell(f"amts-bot: {remark}", sys.stderr)
    print(aligned.text, end="")
    return OK
