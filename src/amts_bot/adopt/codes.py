"""Languages by their names in paths, by the name of a repository, and by the letters of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from amts_bot.text.languages import is_code, is_code_of_another, right_code
from amts_bot.text.scripts import ARMENIAN, GEORGIAN, GREEK, HAN, HANGUL, HEBREW, KANA, THAI, Script

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_@][A-Za-z0-9]{2,8})?")
_AT_THE_END = re.compile(r"[-._/]([a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)(?:\.git|\.bundle)?/?$")

# Scripts that tell the language, those that are mixed with others first: Japanese has Han too.
_LANGUAGE_OF: tuple[tuple[Script, str], ...] = (
    (KANA, "ja"),
    (HANGUL, "ko"),
    (HAN, "zh"),
    (THAI, "th"),
    (HEBREW, "he"),
    (GREEK, "el"),
    (ARMENIAN, "hy"),
    (GEORGIAN, "ka"),
)
_LEAST_SHARE = 0.05  # of the letters; the rest is code, formulas and names


def is_path_code(word: str) -> bool:
    """Whether a part of a path may be a translation's language: zh-cn, pt_BR, es."""
    return bool(_CODE.fullmatch(word)) and is_code_of_another(word)


def as_tag(code: str) -> str:
    """A code as settings name it: zh_cn is zh-CN, zh-hans is zh-Hans, and jp is ja."""
    first, *rest = re.split("[-_@]", code)
    tag = "-".join([first.lower(), *(it.title() if len(it) == 4 else it.upper() for it in rest)])
    return tag if is_code(tag) else right_code(tag) or tag


def language_of(pages: Iterable[str], address: str) -> str:
    """The language of pages, by their letters, else by how the address of their repository ends; "" for neither.

    Where both agree, the address knows more: docs-zh-cn is zh-CN.
    """
    named = _AT_THE_END.search(address)
    by_name = as_tag(named[1]) if named and is_path_code(named[1]) else ""
    by_letters = _by_letters("".join(pages))
    return by_name if by_name.split("-")[0] == by_letters or not by_letters else by_letters


def _by_letters(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    for script, code in _LANGUAGE_OF:
        if letters and len(re.findall(f"[{script.ranges}]", text)) >= _LEAST_SHARE * letters:
            return code
    return ""
