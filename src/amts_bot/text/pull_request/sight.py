"""Where the pages of the branch are to be seen and edited, and in whose words that is said."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from amts_bot.text.pull_request.units import ReviewUnit
from amts_bot.text.pull_request.wording import Words


@dataclass(frozen=True, slots=True)
class Sight:
    """How units are shown: in whose words, in which language's pages, and where these are ("" where nowhere)."""

    words: Words
    language: str
    pages_at: str = ""

    def page(self, target: str) -> str:
        """Where people look at a page of the branch; "" where nobody knows."""
        return f"{self.pages_at}/{quote(target)}" if self.pages_at else ""

    def editor(self, target: str) -> str:
        """Where they edit it."""
        return self.page(target).replace("/blob/", "/edit/", 1)

    def address(self, unit: ReviewUnit) -> str:
        """Where the lines of a unit are to be seen; "" where it stands nowhere, or nobody knows."""
        page = self.page(unit.page)
        lines = f"L{unit.line}" + f"-L{unit.last_line}" * (unit.last_line > unit.line)
        return f"{page}?plain=1#{lines}" if page and unit.line else ""

    def place(self, unit: ReviewUnit) -> str:
        """A link to the lines of a unit, or their number alone."""
        if not unit.line:
            return ""
        name = self.words("line {line}", line=unit.line)
        address = self.address(unit)
        return f"[{name}]({address})" if address else name
