"""Text for people in the translators' language, by gettext: `catalogues/LANGUAGE.po`, with English as the key.

A catalogue is a table of the package, as constant as one of its modules.
"""

from __future__ import annotations

import gettext
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polib

from amts_bot.text.pull_request.reasons import MESSAGES, SENTENCES, pattern

# Catalogues by language code; a code with a region or script takes that of its language, where people read it.
CATALOGUES = "catalogues"
_OTHER_SCRIPT = frozenset({"zh-tw", "zh-hk", "zh-mo", "zh-hant"})


@dataclass(frozen=True, slots=True)
class Words:
    """One language's catalogue. What it lacks is said in English."""

    catalogue: gettext.NullTranslations

    def __call__(self, message: str, **values: object) -> str:
        """A message with its `{values}` filled in."""
        return self.catalogue.gettext(message).format(**values) if message else ""

    def known(self, text: str) -> str:
        """A text that may be a message, such as a kind of block; it has no values."""
        return self.catalogue.gettext(text) if text else ""

    def reason(self, text: str) -> str:
        """Why something became of a unit, clause by clause, since some may be known and others not; a value of a
        message may hold what parts clauses.
        """
        clauses = text.split("; ")
        said = [*map(self._clause, clauses)]
        whole = self._clause(text)
        return whole if whole != text and clauses[-1] == said[-1] else "; ".join(said)

    def _clause(self, text: str) -> str:
        said = self.known(text)
        if said != text:
            return said
        for message, form in _patterns():
            if found := form.fullmatch(text):
                values = {
                    name: self.reason(value) if name in SENTENCES else value
                    for name, value in found.groupdict().items()
                }
                return self(message, **values)
        return text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of a message that goes with a number, which stands for its `{n}`."""
        said = self.catalogue.ngettext(one, many, number)
        return said.format(n=f"{number:,}", **values)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, pattern(message)) for message in MESSAGES)


@cache
def wording(language: str) -> Words:
    """The words for the people of a language; English where there is no catalogue."""
    file = files(__package__) / CATALOGUES / f"{locale(language)}.po"
    if not file.is_file():
        return Words(gettext.NullTranslations())
    binary = polib.pofile(file.read_text(encoding="utf-8")).to_binary()
    return Words(gettext.GNUTranslations(io.BytesIO(binary)))


def locale(language: str) -> str:
    """The language that people of a language are spoken to in."""
    code = language.casefold()
    names = [code] if code in _OTHER_SCRIPT else [code, code.partition("-")[0]]
    there = (name for name in names if (files(__package__) / CATALOGUES / f"{name}.po").is_file())
    return next(there, "en")
