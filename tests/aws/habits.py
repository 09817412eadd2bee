"""What the service does to every document: made up for a test, or replayed from a profile of the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from amts_bot.text.amazon.profile import ServiceProfile
from tests.aws.machine import characters

_SPAN = re.compile(r'<(?:span|a|i|b)\b[^>]*\bid="[^"]*"[^>]*>.*?</(?:span|a|i|b)>', re.DOTALL)


@dataclass(frozen=True)
class Habits:
    """Nothing is the default: every element comes back as it was, and text alone is billed."""

    loses_ids: bool = False
    turns_paragraphs: bool = False
    drops_spaces: bool = False
    drops_attributes: bool = False
    turns_elements: bool = False
    bills_markup: bool = False

    @classmethod
    def replayed(cls, profile: ServiceProfile) -> Habits:
        """Those that a profile shows."""
        return cls(
            loses_ids=profile.ids != "kept",
            turns_paragraphs=profile.order == "changed" and profile.ids == "kept",
            # Elements that trade places change their neighbours, too.
            drops_spaces=profile.spaces.get("dropped", 0) > 2 * profile.spaces.get("added", 0),
            drops_attributes=profile.attributes == "changed",
            turns_elements=profile.element_order == "changed" and profile.elements == "kept",
            bills_markup=profile.billed is not None and profile.billed > profile.characters,
        )

    def answer(self, document: str) -> str:
        """A translated document as it comes back."""
        if self.turns_elements:
            document = re.sub(r"(<p\b[^>]*>)(.*?)(</p>)", _turned, document)
        if self.drops_spaces:
            document = re.sub(r" (?=<(?:span|a|i|b)\b)", "", document)
        if self.drops_attributes:
            document = document.replace(' translate="no"', "")
        if self.loses_ids:
            document = re.sub(r'<p id="[^"]*">', "<p>", document)
        if self.turns_paragraphs:
            found = re.findall(r"<p\b.*?</p>\n?", document, re.DOTALL)
            document = document.replace("".join(found), "".join(reversed(found)))
        return document

    def billed(self, english: str) -> int:
        """The characters that a document costs."""
        return len(english) if self.bills_markup else characters(english)


def _turned(paragraph: re.Match[str]) -> str:
    """The first two elements that stand side by side trade their places."""
    inner = paragraph[2]
    found = [*_SPAN.finditer(inner)]
    if len(found) < 2 or any("<" in it[0].partition(">")[2].rpartition("</")[0] for it in found):
        return paragraph[0]
    one, two = found[0], found[1]
    turned = (
        inner[: one.start()] + two[0] + inner[one.end() : two.start()] + one[0] + inner[two.end() :]
    )
    return f"{paragraph[1]}{turned}{paragraph[3]}"
