"""Holds what Amazon Translate really did to pages against what the checks say of it.

Usage: python -m benchmarks.damage [FOLDER] [--show N]

FOLDER holds recorded-LANGUAGE.jsonl: blocks of English with the raw machine output, {"source", "target"} a
line. What was lost, doubled or changed is counted here by plain patterns, one per kind of protected text and
none of them the product's; a block is damaged when the two sides do not have the same ones as often. Then
the product's checks are asked. Emphasis is counted apart: its loss is no damage but a note in the report.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_bot.model import Answer, Request
from amts_bot.text.languages import Language, language
from amts_bot.text.markdown.checks import complaints, remarks
from amts_bot.text.merge.verdicts import Accepted, judged
from benchmarks import SHARED

# In this order: what an earlier pattern took, no later one sees.
PATTERNS = {
    "role": r":[a-z_]+:`[^`]*`",
    "code": r"(?<!`)(?P<run>`+)(?!`).+?(?<!`)(?P=run)(?!`)",
    "math": r"(?<!\\)\$\$.+?\$\$|(?<!\\)\$(?!\s)(?:\\.|[^$\\])+\$",
    "link": r"\]\(\s*[^()\s]*(?:\([^()]*\)[^()\s]*)*\s*\)",
    "address": r"https?://[^\s<>`\u3000-\uffef]*[A-Za-z0-9/#=]",
    "marker": r"\[\*\*|\*\*\]|\(\*\*|\*\*\)|\[~~|~~\]|\(~~|~~\)",
    "tag": r"</?[a-z][^<>]*>",
}
EMPHASIS = r"(?<![*\\])(\*{1,2})(?![\s*])[^*]*[^\s*]\1(?!\*)"


@dataclass(kw_only=True)
class Tally:
    """The blocks of a language, by what happened and what was said, and the worst disagreements."""

    blocks: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    emphasis: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    disputed: list[tuple[str, str, str]] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table; 1 when some damage was not caught or too many clean blocks were accused."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.damage",
        description="Holds what Amazon Translate really did to pages against what the checks say of it.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=SHARED / "replay" / "mt", metavar="FOLDER"
    )
    parser.add_argument("--show", type=int, default=0, metavar="N", help="disagreements to print")
    arguments = parser.parse_args(argv)
    files = sorted(arguments.folder.glob("recorded-*.jsonl"))
    if not files:
        print(f"{arguments.folder} has no recorded-LANGUAGE.jsonl: nothing measured")
        return 0
    tallies = {file.stem.removeprefix("recorded-"): tally(file) for file in files}
    print("\n".join(table(tallies)))
    for found in tallies.values():
        for kind, english, target in found.disputed[: arguments.show]:
            print(
                f"\n{kind}\n  {english[:400]!r}\n  {target[:400]!r}\n  {complaints(english, target)}"
            )
    good = all(t.blocks[True, False] == 0 and _false_alarms(t) <= 0.005 for t in tallies.values())
    return 0 if good else 1


def tally(file: Path) -> Tally:
    """Counts a file of recordings."""
    found, row_of = Tally(), language(file.stem.removeprefix("recorded-"))
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        _count(row["source"], row["target"], found)
        _use(row["source"], row["target"], row_of, found)
    return found


def _count(english: str, target: str, found: Tally) -> None:
    wanted, came = Counter(parts(english)), Counter(parts(target))
    found.wanted.update(kind for kind, _ in wanted.elements())
    found.lost.update(kind for kind, _ in (wanted - came).elements())
    damaged, said = wanted != came, bool(complaints(english, target))
    found.blocks[damaged, said] += 1
    if damaged != said:
        found.disputed.append(("missed" if damaged else "false alarm", english, target))
    before, after = (_emphasis(text) for text in (english, target))
    found.emphasis["wanted"] += before
    found.emphasis["lost"] += max(0, before - after)
    found.emphasis["blocks"] += after < before
    found.emphasis["noted"] += after < before and (said or bool(remarks(english, target)))


def _use(english: str, target: str, row: Language, found: Tally) -> None:
    """Counts what a page would get of the raw output: text that is written, with a warning or without."""
    verdict = judged(Request(english), Answer(target, ""), "", row)
    found.used["characters"] += len(english)
    if isinstance(verdict, Accepted):
        found.used["blocks passed"] += 1
        found.used["characters passed"] += len(english)
        found.used["blocks remarked"] += bool(verdict.remarks)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _emphasis(text: str) -> int:
    for kind in ("code", "math", "marker"):
        text = re.sub(PATTERNS[kind], "x", text, flags=re.DOTALL)
    return len(re.findall(EMPHASIS, text))


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The kinds and texts of what must come back, white space aside."""
    for kind, pattern in PATTERNS.items():
        for match in re.finditer(pattern, text, re.DOTALL):
            yield kind, "".join(match[0].split())
        text = re.sub(pattern, " " if kind != "link" else "]", text, flags=re.DOTALL)


def _false_alarms(found: Tally) -> float:
    clean = found.blocks[False, False] + found.blocks[False, True]
    return found.blocks[False, True] / clean if clean else 0.0


def table(tallies: dict[str, Tally]) -> Iterator[str]:
    """The figures as a Markdown table, a column per language."""
    yield f"| figure | {' | '.join(tallies)} |"
    yield "|---|" + "--:|" * len(tallies)
    rows: dict[str, Callable[[Tally], str]] = {
        "blocks": lambda t: f"{t.blocks.total():,}",
        "damaged": lambda t: str(t.blocks[True, True] + t.blocks[True, False]),
        "… and caught": lambda t: str(t.blocks[True, True]),
        "clean": lambda t: str(t.blocks[False, True] + t.blocks[False, False]),
        "… but accused": lambda t: f"{t.blocks[False, True]} ({_false_alarms(t):.2%})",
        "raw output that passes, of blocks": lambda t: _share(
            t.used["blocks passed"], t.blocks.total()
        ),
        "… of characters": lambda t: _share(t.used["characters passed"], t.used["characters"]),
        "… with a warning, of blocks": lambda t: _share(
            t.used["blocks remarked"], t.blocks.total()
        ),
        "emphasis spans": lambda t: str(t.emphasis["wanted"]),
        "… lost or broken": lambda t: str(t.emphasis["lost"]),
        "blocks with lost emphasis": lambda t: str(t.emphasis["blocks"]),
        "… and noted": lambda t: str(t.emphasis["noted"]),
    }
    for name, cell in rows.items():
        yield f"| {name} | {' | '.join(cell(t) for t in tallies.values())} |"
    for kind in PATTERNS:
        cells = (f"{t.lost[kind]} of {t.wanted[kind]:,}" for t in tallies.values())
        yield f"| lost: {kind} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
