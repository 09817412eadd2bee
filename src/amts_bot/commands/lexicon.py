"""`amts-bot lexicon`: what pages and their translations teach about words."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from amts_bot.commands.arguments import OK, command
from amts_bot.errors import UsageError

_Page = tuple[list[str], list[str]]


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
    for side in ("source", "target"):
        parser.add_argument(
            f"--{side}-language",
            required=True,
            metavar="CODE",
            help=f"language of the {side}, such as zh",
        )
    parser.add_argument(
        "--output", required=True, type=Path, metavar="FILE", help="where the lexicon goes"
    )


def _run(arguments: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from amts_bot.adapters import files
    from amts_bot.text.align.learning import learn
    from amts_bot.text.align.lexicon import render

    if len(arguments.folders) != (0 if arguments.pairs else 2):
        raise UsageError("a lexicon is learnt from --pairs JSONL, or from SOURCE_DIR TARGET_DIR")
    pages = list(_read(arguments.pairs) if arguments.pairs else _split(arguments))
    if not any(source and target for source, target in pages):
        raise UsageError("no page has sentences on both sides: there is nothing to learn from")
    lexicon = learn(pages, arguments.source_language, arguments.target_language)
    files.write(arguments.output, render(lexicon))
    pairs = len(lexicon.forward.source)
    print(f"{len(pages)} pages, {pairs} pairs of words; written: {arguments.output}")
    return OK


def _read(path: Path) -> Iterator[_Page]:
    from amts_bot.adapters import files

    for number, line in enumerate(files.read(path).split("\n"), 1):
        if line.strip():
            try:
                page = json.loads(line)
                yield _sentences(page["source"]), _sentences(page["target"])
            except (ValueError, KeyError, TypeError):
                raise UsageError(
                    f'{path}: line {number} is no page: {{"source": ["sentence", …], "target": […]}}'
                ) from None


def _sentences(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError
    return value


def _split(arguments: argparse.Namespace) -> Iterator[_Page]:
    from amts_bot.adapters import files
    from amts_bot.text.pairs.bitext import page_sentences

    source, target = (files.folder(folder) for folder in arguments.folders)
    for name in sorted(source.keys() & target.keys()):
        yield (
            page_sentences(_text(source[name], name), arguments.source_language),
            page_sentences(_text(target[name], name), arguments.target_language),
        )


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 at byte {error.start}: convert it to UTF-8") from error
