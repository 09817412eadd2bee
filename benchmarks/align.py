"""Measures the aligner: against gold, with paragraphs missing, and its speed on a whole book.

Usage: python -m benchmarks.align GOLD.jsonl [--pages PAGES.jsonl]

GOLD has a page on each line: {"src_sents", "tgt_sents", "src_block", "tgt_block", "src_kind",
"tgt_kind", "alignment": [[[0], [0, 1]], ...], "lang"}; PAGES has {"source": [sentence, ...],
"target": [...]}, not aligned: the lexicon is learnt from it, else from GOLD itself.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from amts_bot.text.align.evidence import Place
from amts_bot.text.align.learning import learn
from amts_bot.text.align.lexicon import Lexicon, parse, render
from amts_bot.text.align.tokens import tokens
from amts_bot.text.align.windows import align

Page = dict[str, Any]
_SEEDS = (1, 2, 3)
_MISSING = 0.25


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures; 0 also where there is no gold to measure on."""
    arguments = _parser().parse_args(argv)
    if not arguments.gold.exists():
        print(f"{arguments.gold} is not there: nothing measured")
        return 0
    gold = _lines(arguments.gold)
    pages = _lines(arguments.pages) if arguments.pages else [_unaligned(page) for page in gold]
    begin = time.process_time()
    lexicon = learn([(p["source"], p["target"]) for p in pages], "en", gold[0]["lang"])
    print(f"lexicon of {len(pages)} pages: {time.process_time() - begin:.1f} s of processor time")
    lexicon = parse(render(lexicon))
    print(f"whole pages         strict F1 {strict(gold, lexicon):.4f}")
    cut = [without(page, seed) for seed in _SEEDS for page in gold]
    print(f"paragraphs missing  strict F1 {strict(cut, lexicon):.4f}")
    print(
        f"speed               {speed(pages, lexicon):.0f} source sentences/s of processor time, words cut before"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.align", description=__doc__)
    parser.add_argument("gold", type=Path, metavar="GOLD")
    parser.add_argument("--pages", type=Path, metavar="PAGES")
    return parser


def _lines(path: Path) -> list[Page]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _unaligned(page: Page) -> Page:
    return {"source": page["src_sents"], "target": page["tgt_sents"]}


def without(page: Page, seed: int) -> Page:
    """The page with a quarter of the paragraphs of either side taken out, each side its own."""
    rest: Page = dict(page)
    numbers = []
    for side in ("src", "tgt"):
        blocks = sorted(set(page[f"{side}_block"]))
        gone = set(random.Random(f"{seed} {side}").sample(blocks, round(_MISSING * len(blocks))))
        kept = [i for i, block in enumerate(page[f"{side}_block"]) if block not in gone]
        for field in ("sents", "block", "kind"):
            rest[f"{side}_{field}"] = [page[f"{side}_{field}"][i] for i in kept]
        numbers.append({i: k for k, i in enumerate(kept)})
    rest["alignment"] = list(_renumbered(page["alignment"], *numbers))
    return rest


def _renumbered(
    beads: Iterable[list[list[int]]], source: dict[int, int], target: dict[int, int]
) -> Iterator[list[list[int]]]:
    for a, b in beads:
        mine, theirs = [source[i] for i in a if i in source], [target[j] for j in b if j in target]
        if mine and theirs:
            yield [mine, theirs]
        else:
            yield from ([[i], []] for i in mine)
            yield from ([[], [j]] for j in theirs)


def strict(pages: Iterable[Page], lexicon: Lexicon) -> float:
    """F1 of exact beads as in Thompson & Koehn 2019: precision over all, recall over those with both sides."""
    right = found = right_pairs = pairs = 0
    for page in pages:
        gold = {(tuple(a), tuple(b)) for a, b in page["alignment"] if a or b}
        beads = align(
            [tokens(text) for text in page["src_sents"]],
            [tokens(text) for text in page["tgt_sents"]],
            lexicon,
            places=(_places(page, "src"), _places(page, "tgt")),
        )
        ours = {(tuple(bead.source), tuple(bead.target)) for bead in beads}
        right += len(ours & gold)
        found += len(ours)
        right_pairs += sum(bool(a and b) for a, b in ours & gold)
        pairs += sum(bool(a and b) for a, b in gold)
    precision, recall = right / found, right_pairs / pairs
    return 2 * precision * recall / (precision + recall)


def _places(page: Page, side: str) -> list[Place]:
    blocks = page[f"{side}_block"]
    firsts = [i == 0 or block != blocks[i - 1] for i, block in enumerate(blocks)]
    return [Place(kind, first) for kind, first in zip(page[f"{side}_kind"], firsts, strict=True)]


def speed(pages: Sequence[Page], lexicon: Lexicon) -> float:
    """Source sentences aligned in a second of processor time, with a ready lexicon."""
    cut = [
        ([tokens(text) for text in page["source"]], [tokens(text) for text in page["target"]])
        for page in pages
    ]
    begin = time.process_time()
    for source, target in cut:
        align(source, target, lexicon)
    return sum(len(source) for source, _ in cut) / (time.process_time() - begin)


if __name__ == "__main__":
    sys.exit(main())
