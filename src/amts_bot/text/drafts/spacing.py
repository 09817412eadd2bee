"""White space between Chinese or Japanese and other characters: as the book has it."""

from __future__ import annotations

import re
from functools import cache

from amts_bot.text import scripts
from amts_bot.text.languages import Language

_WIDE = f"[{scripts.WIDE}]"
_NARROW = rf"[^{scripts.WIDE}\s]"


# These take 3 ms each to compile: with the first text.
@cache
def _space() -> re.Pattern[str]:
    """Not the space before a role: `:numref:` needs it to be one."""
    return re.compile(rf"(?<={_WIDE}) +(?={_NARROW})(?!:)|(?<={_NARROW}) +(?={_WIDE})")


@cache
def _no_space() -> re.Pattern[str]:
    return re.compile(rf"(?<={_WIDE})(?={_NARROW})|(?<={_NARROW})(?={_WIDE})")


def is_tight(text: str, language: Language) -> bool:
    """Whether no space stands between scripts: as a reviewed text shows, else as the language's row says."""
    spaced, tight = len(_space().findall(text)), len(_no_space().findall(text))
    return tight >= spaced if spaced or tight else language.spacing == "none"


def spaced_like(model: str, text: str, language: Language) -> str:
    """`text` with the white space between scripts that a reviewed text has; "" as `model` asks the language's row."""
    return tightened(text) if is_tight(model, language) else text


def tightened(text: str) -> str:
    """`text` without these spaces: "使用 `torch` 的" -> "使用`torch`的"."""
    return _space().sub("", text)
