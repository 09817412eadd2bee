"""What a translation must pass before it is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from amts_bot.text.markdown import inline

Check = Callable[[str, str], str | None]  # (source, target) -> what is wrong, or None


def spans_come_back(source: str, target: str) -> str | None:
    """Code, math, references, links and images are the same on both sides, each as often."""
    wanted, found = _spans(source), _spans(target)
    if wanted == found:
        return None
    lost = ", ".join(sorted((wanted - found).elements()))
    extra = ", ".join(sorted((found - wanted).elements()))
    return "; ".join(
        [f"lost: {lost}"] * bool(lost) + [f"not in the English: {extra}"] * bool(extra)
    )


def _spans(text: str) -> Counter[str]:
    return Counter("".join(text[s.start : s.end].split()) for s in inline.spans(text))


def something_is_there(source: str, target: str) -> str | None:
    """A translation of something is not nothing."""
    return "the translation is empty" if source.strip() and not target.strip() else None


def no_new_block(_source: str, target: str) -> str | None:
    """A blank line inside a unit would cut it in two."""
    return "the translation holds a blank line" if "\n\n" in target.strip() else None


def stays_prose(source: str, target: str) -> str | None:
    """A unit that begins with "* " or "# " is no sentence any more, but an item or a heading."""
    became = _BLOCK_START.match(target.lstrip())
    if became and not _BLOCK_START.match(source.lstrip()):
        return f"the translation begins with {became[0].strip()!r}, as another kind of block does"
    return None


_BLOCK_START = re.compile(r"[-*+][ \t]|#{1,6}[ \t]|>")


def emphasis_comes_back(source: str, target: str) -> str | None:
    """As many stretches stand out in the translation as in the English."""
    wanted, found = inline.emphasised(source), inline.emphasised(target)
    return f"{wanted - found} of {wanted} emphasised words lost" if found < wanted else None


CHECKS: tuple[Check, ...] = (something_is_there, no_new_block, stays_prose, spans_come_back)
REMARKS: tuple[Check, ...] = (emphasis_comes_back,)


def remarks(source: str, target: str) -> list[str]:
    """What a reviewer should know of a translation that may be written all the same."""
    return [said for check in REMARKS if (said := check(source, target)) is not None]


def complaints(source: str, target: str) -> list[str]:
    """What the checks say against a translation; empty when it may be written."""
    return [said for check in CHECKS if (said := check(source, target)) is not None]
