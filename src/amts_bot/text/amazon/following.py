"""Whether an answer has the translations that the terminology forces.

The service takes a terminology as a wish (https://docs.aws.amazon.com/translate/latest/dg/how-custom-terminology.html):
it may leave a term out that does not fit its sentence, and it may inflect it. So a word of a term is
looked for by its beginning: "kitap" is found in "kitabı", "lamba" in "lambaların".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from amts_bot.text import scripts
from amts_bot.text.amazon.terminology import Glossary, choose
from amts_bot.text.languages import Language
from amts_bot.text.markdown import inline


@dataclass(frozen=True)
class ForcedTerms:
    """The forced translations by their English, each with the others that the glossary has for it."""

    wanted: Mapping[str, tuple[str, ...]]
    row: Language

    @classmethod
    def of(cls, glossary: Glossary, row: Language) -> ForcedTerms:
        """What a terminology from English that is made of the glossary asks for."""
        chosen = choose(glossary, "en", row.code)
        return cls({term.source: (term.target, *term.others) for term in chosen.terms}, row)

    def asked(self, source: str) -> dict[str, str]:
        """The terms in the English of a unit, each with the translation that it should have."""
        return {term: self.wanted[term][0] for term in dict.fromkeys(self._named(source))}

    def not_followed(self, source: str, target: str) -> str | None:
        """What stands in the English of a unit, and whose translation its answer lacks."""
        answer = self._folded(inline.mask(target, " "))
        lost = [
            f"{term} → {first}"
            for term, first in self.asked(source).items()
            if not any(self._stands(translation, answer) for translation in self.wanted[term])
        ]
        return f"terminology not followed: {', '.join(lost)}" if lost else None

    def _named(self, source: str) -> Iterator[str]:
        """The terms in a text, as the service finds them: whole words in this case, the longest first."""
        for found in self._pattern.finditer(inline.mask(source, " ")):
            yield " ".join(found[0].split())

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.wanted, key=len, reverse=True)
        terms = [r"\s+".join(map(re.escape, term.split())) for term in longest_first]
        return re.compile(rf"(?<![\w-])(?:{'|'.join(terms)})(?![\w-])" if terms else r"(?!)")

    def _stands(self, translation: str, answer: str) -> bool:
        """White space does not count: "kod çözücü" has "kodçözücü"."""
        said = _joined(answer)
        if _SINGLE.search(translation):
            return _joined(self._folded(translation)) in said
        return all(_stem(word) in said for word in _WORD.findall(self._folded(translation)))

    def _folded(self, text: str) -> str:
        if self.row.code in ("tr", "az"):
            text = text.replace("I", "ı").replace("İ", "i")
        return text.casefold()


_SINGLE = re.compile(f"[{scripts.ranges_by('single')}]")
_WORD = re.compile(r"\w+")
# Endings change the last letter of a word, of a long one two: "uzunluk" -> "uzunluğu", "oğul" -> "oğlu".
_SHORT, _LONG, _LEAST = 4, 7, 3


def _stem(word: str) -> str:
    if len(word) < _SHORT:
        return word
    return word[: max(_LEAST, len(word) - (2 if len(word) >= _LONG else 1))]


def _joined(text: str) -> str:
    return "".join(text.split())
