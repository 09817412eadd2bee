"""What the rules of a language save its editors, and how far they follow their own glossary.

Usage: python -m benchmarks.wording [FOLDER] [--glossary LANGUAGE=FILE]…

FOLDER holds LANGUAGE/PAGE/source.md, machine.md and human.md: English, raw machine output, and what people
made of it. *Spaces* is how much shorter the way from the machine's prose to the people's gets, in character
edits, when the white space between the language's own script and Latin letters, code or math is taken out.
*Glossary* counts how often a term stands in the English of a page, and how often its translation stands on the
people's and on the machine's side of that page, at most as often.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from amts_bot.model import PROSE
from amts_bot.text.amazon.terminology import choose, read_glossary
from amts_bot.text.markdown import inline
from amts_bot.text.markdown.blocks import split
from benchmarks import SHARED

_OWN = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff，。；：！？（）、]"
_OTHER = r"[A-Za-z0-9`$]"
_GAP = re.compile(rf"(?<={_OWN}) (?={_OTHER})|(?<={_OTHER}) (?={_OWN})")
_WRAP = re.compile(rf"(?<={_OWN})[ \t]*\n[ \t]*")  # people wrap their lines, also between two words


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a line for each language and glossary."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.wording",
        description="What the rules of a language save its editors, and how far they follow their glossary.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=SHARED / "replay" / "mt", metavar="FOLDER"
    )
    parser.add_argument("--glossary", action="append", default=[], metavar="LANGUAGE=FILE")
    arguments = parser.parse_args(argv)
    languages = sorted(folder for folder in arguments.folder.glob("*") if folder.is_dir())
    if not languages:
        print(f"{arguments.folder}: no pages; see docs/measurements.md", file=sys.stderr)
        return 2
    for folder in languages:
        print(f"{folder.name}: {_spaces(folder)}")
    for named in arguments.glossary:
        code, _, file = named.partition("=")
        print(f"{code}: {_glossary(arguments.folder / code, code, Path(file))}")
    return 0


def _pages(folder: Path) -> Iterator[tuple[str, str, str]]:
    for page in sorted(folder.iterdir()):
        texts = [
            (page / f"{name}.md").read_text("utf-8") for name in ("source", "machine", "human")
        ]
        source, machine, human = map(_prose, texts)
        yield source, machine, human


def _prose(page: str) -> str:
    blocks = (block.text.strip() for block in split(page) if block.kind in PROSE)
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", _WRAP.sub("", text)) for text in blocks)


def _spaces(folder: Path) -> str:
    before = after = 0
    for _, machine, human in _pages(folder):
        before += Levenshtein.distance(machine, human)
        after += Levenshtein.distance(_GAP.sub("", machine), human)
    return f"{before} character edits, {after} without the spaces: {(before - after) / before:.1%} saved"


def _glossary(folder: Path, code: str, file: Path) -> str:
    terms = choose(read_glossary(file.read_text("utf-8"), file.name), "en", code).terms
    capital = english = by_people = by_machine = 0
    for source, machine, human in _pages(folder):
        text, sides = inline.mask(source, " "), [human.lower(), machine.lower()]
        for term in terms:
            count = len(re.findall(rf"(?<!\w){re.escape(term.source)}(?!\w)", text))
            english += count
            capital += count * term.source[0].isupper()
            found = [min(count, side.count(term.target.lower())) for side in sides]
            by_people, by_machine = by_people + found[0], by_machine + found[1]
    return (
        f"{len(terms)} terms stand {english} times in the English ({capital / english:.1%} with a capital); "
        f"people follow {by_people / english:.1%}, the machine {by_machine / english:.1%}"
    )


if __name__ == "__main__":
    sys.exit(main())
