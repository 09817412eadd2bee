"""BibTeX files by entry: both sides append at the end, which a merge by lines takes for a conflict."""

from __future__ import annotations

import re
from itertools import pairwise

_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s}]+)", re.MULTILINE)


def merge_bibliography(base: str, ours: str, theirs: str) -> str | None:
    """`ours` with the entries that changed, came or went from `base` to `theirs`.

    None where both sides changed the same entry differently, or where a file repeats a key.
    """
    split = [_entries(text) for text in (base, ours, theirs)]
    if any(entries is None for entries in split):
        return None
    before, mine, now = (entries or {} for entries in split)
    merged = dict(mine)
    for key in [*before, *(k for k in now if k not in before)]:
        old, own, new = (_squeezed(side.get(key)) for side in (before, mine, now))
        if old == new or own == new:
            continue
        if own != old:
            return None
        if key in now:
            merged[key] = now[key]
        else:
            merged.pop(key, None)
    taken = {key for key in merged if merged[key] != mine.get(key)}
    at_seam = {a for a, b in pairwise(merged) if a in taken or b in taken}
    return "".join(_ended(text) if key in at_seam else text for key, text in merged.items())


def _entries(text: str) -> dict[str, str] | None:
    """Key -> the entry with all that follows it; "" holds what stands before the first."""
    starts = [(match.start(), match[1]) for match in _ENTRY.finditer(text)]
    ends = [*(start for start, _ in starts), len(text)]
    found = {"": text[: ends[0]]}
    for (start, key), end in zip(starts, ends[1:], strict=True):
        if key in found:
            return None
        found[key] = text[start:end]
    return found


def _squeezed(entry: str | None) -> str | None:
    return None if entry is None else " ".join(entry.split())


def _ended(entry: str) -> str:
    """An entry that another may follow."""
    if not entry or entry.endswith("\n\n"):
        return entry
    return entry.rstrip("\n") + "\n\n"
