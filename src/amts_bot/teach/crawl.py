"""Page pairs from the web: a site that was read is paired, filtered, and every address of it accounted for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec

from amts_bot.model import counted
from amts_bot.model.web import WebSite
from amts_bot.ports import Progress
from amts_bot.text.web.filters import Wanted, duplicates, fault, repeats, usual_ratio
from amts_bot.text.web.pairing import WebPair, page_pairs, redirected, speaks

PAIRED = "paired"
HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class KeptPair:
    """A pair that is written, and the name of its two files."""

    name: str
    pair: WebPair

    def as_json(self) -> dict[str, Any]:
        """Its provenance, as `pairs.jsonl` has it."""
        source, target = self.pair.source, self.pair.target
        return {
            "name": self.name,
            "source": source.address,
            "target": target.address,
            "how": self.pair.how,
            "source_title": source.title,
            "target_title": target.title,
            "source_modified": source.modified,
            "target_modified": target.modified,
            "source_licence": source.licence,
            "target_licence": target.licence,
            "source_sha256": sha256(source.text.encode()).hexdigest(),
            "target_sha256": sha256(target.text.encode()).hexdigest(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPairs:
    """What a crawl brought: pairs, those held out, and what became of every address."""

    languages: tuple[str, str]
    kept: tuple[KeptPair, ...]
    held_out: tuple[KeptPair, ...]
    addresses: dict[str, str]
    requests: int
    unmatched: tuple[str, ...] = ()  # patterns of what is held out that no pair has

    def files(self) -> Iterator[tuple[str, str]]:
        """All files by their paths, the report last."""
        for folder, pairs in (("", self.kept), ("held-out/", self.held_out)):
            for it in pairs:
                yield f"{folder}{self.languages[0]}/{it.name}.md", it.pair.source.text
                yield f"{folder}{self.languages[1]}/{it.name}.md", it.pair.target.text
        rows = (json.dumps(it.as_json(), ensure_ascii=False) for it in self.kept)
        yield "pairs.jsonl", "".join(f"{row}\n" for row in rows)

    def as_json(self) -> dict[str, Any]:
        """The report: the sums over `outcomes` are the number of `addresses`."""
        return {
            "source_language": self.languages[0],
            "target_language": self.languages[1],
            "requests": self.requests,
            "pairs": len(self.kept),
            "pairs_held_out": len(self.held_out),
            "how": dict(Counter(it.pair.how for it in self.kept)),
            "without_licence": sum(not it.pair.source.licence for it in self.kept),
            "total": len(self.addresses),
            "outcomes": dict(Counter(self.addresses.values()).most_common()),
            "addresses": self.addresses,
        }

    def summary(self) -> str:
        """For people: what was found, and what became of the rest."""
        counts = Counter(self.addresses.values())
        lines = [
            f"{counted(len(self.addresses), 'address', 'addresses')}, {counted(self.requests, 'request')} in this run"
        ]
        lines += [f"{count:>7}  {reason}" for reason, count in counts.most_common()]
        without = sum(not it.pair.source.licence for it in self.kept)
        if without:
            lines.append(
                f"{without} of the pairs name no licence: look at their sites' terms first"
            )
        lines += [f"--hold-out {it}: no pair has such an address" for it in self.unmatched]
        return "\n".join([*lines, f"{counted(len(self.kept), 'pair')} of pages"])


def web_pairs(
    site: WebSite,
    languages: tuple[str, str],
    keywords: tuple[str, ...],
    hold_out: tuple[str, ...],
    progress: Progress,
) -> WebPairs:
    """The pairs of a site that are worth having. Patterns of `hold_out`, as in .gitignore, match an address or the
    end of it; what they match, and what nearly repeats it, is in no pair."""
    found = page_pairs(site, *languages)
    reasons, good = _sifted(found, languages, keywords, progress)
    held, rest = _held_out(good, hold_out)
    near = [pair for pair in rest if _repeats_held(pair, held)]
    kept = [pair for pair in rest if pair not in near]
    for pairs, reason in (
        (held, HELD_OUT),
        (near, "repeats a page that is held out"),
        (kept, PAIRED),
    ):
        for pair in pairs:
            reasons |= _both(pair, reason)
    return WebPairs(
        languages=languages,
        kept=tuple(_named(kept)),
        held_out=tuple(_named(held)),
        addresses=_outcomes(site, reasons, languages),
        requests=site.requests,
        unmatched=tuple(it for it in hold_out if not _held_out(good, [it])[0]),
    )


def _sifted(
    found: Sequence[WebPair],
    languages: tuple[str, str],
    keywords: tuple[str, ...],
    progress: Progress,
) -> tuple[dict[str, str], list[WebPair]]:
    """Why pages are in no pair, by address, and the pairs that are worth having."""
    wanted = Wanted(
        source=languages[0],
        target=languages[1],
        keywords=keywords,
        ratio=usual_ratio(found),
    )
    reasons: dict[str, str] = {}
    good: list[WebPair] = []
    for index, pair in enumerate(found):
        progress.step(pair.source.address, index, len(found))
        if reason := fault(pair, wanted):
            reasons |= _both(pair, reason)
        else:
            good.append(pair)
    repeated = set(duplicates(good))
    for index in repeated:
        reasons |= _both(good[index], "repeats another page")
    return reasons, [pair for index, pair in enumerate(good) if index not in repeated]


def _both(pair: WebPair, reason: str) -> dict[str, str]:
    return {pair.source.address: reason, pair.target.address: reason}


def _held_out(
    pairs: Sequence[WebPair], patterns: Sequence[str]
) -> tuple[list[WebPair], list[WebPair]]:
    spec = GitIgnoreSpec.from_lines(patterns)
    held: list[WebPair] = []
    rest: list[WebPair] = []
    for pair in pairs:
        paths = [urlsplit(page.address).path.lstrip("/") for page in (pair.source, pair.target)]
        stems = [re.sub(r"\.\w+$", "", path) for path in paths]
        (held if any(map(spec.match_file, [*paths, *stems])) else rest).append(pair)
    return held, rest


def _repeats_held(pair: WebPair, held: Sequence[WebPair]) -> bool:
    return repeats(pair.source, [it.source for it in held]) or repeats(
        pair.target, [it.target for it in held]
    )


def _named(pairs: Sequence[WebPair]) -> Iterator[KeptPair]:
    """Each pair with a name for its files: the last part of its address, numbered where that is taken."""
    taken: Counter[str] = Counter()
    for pair in pairs:
        path = unquote(urlsplit(pair.source.address).path).rstrip("/")
        stem = re.sub(r"\.\w+$", "", path.rsplit("/", 1)[-1])
        name = re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:100] or "page"
        taken[name.casefold()] += 1
        again = taken[name.casefold()]
        yield KeptPair(name if again == 1 else f"{name}~{again}", pair)


def _outcomes(site: WebSite, reasons: dict[str, str], languages: tuple[str, str]) -> dict[str, str]:
    """What became of every address, by address."""
    found = dict(site.dropped)
    for address in site.redirects:
        leads = redirected(address, site.redirects)
        found[address] = "redirects for ever" if leads is None else "redirects to another address"
    for page in site.pages:
        found[page.address] = reasons.get(page.address) or _alone(page.language, languages)
    return dict(sorted(found.items()))


def _alone(code: str, languages: tuple[str, str]) -> str:
    if code and not any(speaks(code, wanted) for wanted in languages):
        return "in another language"
    return "no counterpart"
