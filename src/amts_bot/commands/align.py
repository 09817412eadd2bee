"""`amts-bot align`: the pairs of two pages, or the beads of two files of sentences."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_bot.commands.arguments import OK, command
from amts_bot.errors import UsageError

if TYPE_CHECKING:
    from amts_bot.model import Bead
    from amts_bot.text.align.lexicon import Lexicon
    from amts_bot.text.pairs.bitext import Pair

_FORMATS = ("jsonl", "csv", "tsv", "tmx", "beads")


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
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language",
            required=True,
            metavar="CODE",
            help=f"language of the {side}, such as zh",
        )


def _add_alignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--level",
        choices=("sentence", "block"),
        default="sentence",
        help="what is aligned of two pages; default: sentence",
    )
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="jsonl: every pair with its probability and offsets; csv, tsv, tmx: those fit for parallel "
        "data; beads: one group a line, [0,1]:[0]:0.98, for --sentences alone; default: jsonl, or beads",
    )
    parser.add_argument(
        "--lexicon", type=Path, metavar="FILE", help="what `amts-bot lexicon` has learnt"
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    if arguments.sentences != ((arguments.format or "beads") == "beads") and (
        arguments.sentences or arguments.format
    ):
        raise UsageError("--format beads goes with --sentences, and every other format with pages")
    for remark in _remarks(arguments.source_language, arguments.target_language):
        print(f"amts-bot: {remark}", file=sys.stderr)
    lexicon = _lexicon(arguments)
    if arguments.sentences:
        return _sentences(arguments, lexicon)
    return _pages(arguments, lexicon)


def _remarks(*codes: str) -> list[str]:
    from amts_bot.text.languages import language

    return [
        f"{code}: no rules for this language, general ones were used"
        for code in codes
        if language(code).is_generic
    ]


def _lexicon(arguments: argparse.Namespace) -> Lexicon | None:
    from amts_bot.adapters import files
    from amts_bot.text.align.lexicon import parse

    if not arguments.lexicon:
        return None
    lexicon = parse(files.read(arguments.lexicon))
    languages = lexicon.source_language, lexicon.target_language
    if languages != (arguments.source_language, arguments.target_language):
        raise UsageError(
            f"{arguments.lexicon} is from {languages[0]} to {languages[1]}: learn one for "
            f"{arguments.source_language} and {arguments.target_language} with `amts-bot lexicon`"
        )
    return lexicon


def _sentences(arguments: argparse.Namespace, lexicon: Lexicon | None) -> int:
    from amts_bot.adapters import files
    from amts_bot.text.align.learning import own_lexicon
    from amts_bot.text.align.sentences import align_sentences

    source, target = (_lines(files.read(path)) for path in (arguments.source, arguments.target))
    languages = arguments.source_language, arguments.target_language
    lexicon = lexicon or own_lexicon(source, target, *languages)
    beads = align_sentences(source, target, *languages, lexicon)
    _warn([bead.probability for bead in beads if bead.source and bead.target], len(source))
    print("".join(f"{_bead(bead)}\n" for bead in beads), end="")
    return OK


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _bead(bead: Bead) -> str:
    source, target = (",".join(map(str, side)) for side in (bead.source, bead.target))
    return f"[{source}]:[{target}]:{bead.probability:.4f}"


def _pages(arguments: argparse.Namespace, lexicon: Lexicon | None) -> int:
    from amts_bot.adapters import files
    from amts_bot.text.align.learning import own_lexicon
    from amts_bot.text.pairs.bitext import bitext, page_sentences

    source, target = files.read(arguments.source), files.read(arguments.target)
    languages = arguments.source_language, arguments.target_language
    english, ours = (
        page_sentences(source, languages[0]),
        page_sentences(target, languages[1]),
    )
    lexicon = lexicon or own_lexicon(english, ours, *languages)
    pairs = bitext(source, target, *languages, arguments.level, lexicon)
    _warn([pair.probability for pair in pairs], len(english))
    print(_rendered(pairs, arguments), end="")
    return OK


# With less of the source in likely pairs, two texts are no translations of each other.
_LEAST_SHARE = 0.3


def _warn(probabilities: Sequence[float], sentences: int) -> None:
    if sum(probabilities) < _LEAST_SHARE * sentences:
        print(
            "amts-bot: these two do not look like translations of each other: hardly a sentence "
            "found its counterpart; check that the pages and the languages are the right ones",
            file=sys.stderr,
        )


def _rendered(pairs: Sequence[Pair], arguments: argparse.Namespace) -> str:
    if arguments.format in (None, "jsonl"):
        return "".join(json.dumps(_row(pair), ensure_ascii=False) + "\n" for pair in pairs)
    from amts_bot.text.pairs import cleaning, formats

    languages = arguments.source_language, arguments.target_language
    data = cleaning.build([cleaning.PagePairs(arguments.target.name, pairs)], *languages)
    for reason, count in data.rejected.items():
        print(f"amts-bot: left out: {count} {reason}", file=sys.stderr)
    return formats.render(formats.PairTable(*languages, data.segments), arguments.format)


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "source": pair.source,
        "target": pair.target,
        "probability": round(pair.probability, 4),
        "kind": pair.kind,
        "source_range": pair.source_range,
        "target_range": pair.target_range,
    }
