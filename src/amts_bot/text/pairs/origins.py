"""Where pages of a crawl are from: its `pairs.jsonl`, read back."""

from __future__ import annotations

import json

from amts_bot.errors import UsageError
from amts_bot.text.pairs.formats import PageOrigin

UNKNOWN = "unknown"  # how a licence that no page names is called


def parse_origins(text: str) -> dict[str, PageOrigin]:
    """Both addresses and the licence of each pair, by the name of its files.

    A licence that only one side names counts for neither: it is unknown. UsageError names the line that is no pair.
    """
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(line)
            both = {row["source_licence"], row["target_licence"]}
            licence = " and ".join(sorted(both)) if all(both) else ""
            found[f"{row['name']}.md"] = PageOrigin(row["source"], row["target"], licence)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"pairs.jsonl, line {number}: expected a pair of `amts-bot crawl`, found {line[:60]!r}"
            ) from error
    return found


def has_licence(origin: PageOrigin, named: str) -> bool:
    """Is its licence the one that is named, by a part of its address, or unknown?"""
    return not origin.licence if named == UNKNOWN else named.lower() in origin.licence.lower()
