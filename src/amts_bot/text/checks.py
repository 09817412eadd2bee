"""What a translation must pass before it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from amts_bot.text import inline

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


CHECKS: tuple[Check, ...] = (something_is_there, no_new_block, spans_come_back)


def complaints(source: str, target: str) -> list[str]:
    """What the checks say against a translation; empty when it may be written."""
    return [said for check in CHECKS if (said := check(source, target)) is not None]
