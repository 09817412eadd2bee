"""Commands in comments on a pull request: `/amts VERB ARGUMENT` at the start of a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

Verb = Literal["retranslate", "keep", "hold", "status"]

_LINE = re.compile(r"^/amts[ \t]+(\S+)(?:[ \t]+(\S.*?))?[ \t]*$", re.M)
_UNIT = re.compile(r"[0-9a-f]{6,12}")
USAGE = (
    "- `/amts status`: how far the translation is\n"
    "- `/amts keep UNIT`: the translation of this unit stays as it stands here, whatever its English does\n"
    "- `/amts hold PAGE`: the page goes back to what the default branch has, and waits\n"
    "- `/amts retranslate PAGE` or `UNIT`: ask the engine again; a page on hold is taken up again\n\n"
    "UNIT is the code that the pull request shows beside a unit, PAGE the path of a page."
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a comment asks for. `argument` is a page or a unit; "" for `status`."""

    verb: Verb
    argument: str = ""

    @property
    def unit(self) -> str:
        """The name of a unit, or its first six digits or more; "" where a page is meant."""
        return self.argument if _UNIT.fullmatch(self.argument) else ""


def instruction(comment: str) -> Instruction | str | None:
    """The first command of a comment; what is wrong with it; or None where it has none.

    Quoted lines and code blocks are somebody else's words: a command is not indented, and no fence is open.
    """
    found = _LINE.search(
        re.sub(r"^(`{3,}|~{3,}).*?^\1[`~]*[ \t]*$", "", comment, flags=re.M | re.S)
    )
    if found is None:
        return None
    verb, argument = found[1], (found[2] or "").strip("`")
    if verb not in get_args(Verb):
        return f"There is no command `{re.sub(r'[^a-z-]', '', verb)[:20]}`."
    if bool(argument) == (verb == "status"):
        return "`status` takes nothing." if argument else f"`{verb}` needs a page or a unit."
    found_verb: Verb = verb  # type: ignore[assignment] # it is one of them: looked up above
    made = Instruction(found_verb, argument)
    if verb == "keep" and not made.unit:
        return "`keep` needs a unit, such as `3f2a9c1b04de`."
    if verb == "hold" and made.unit:
        return "`hold` needs the path of a page."
    return made
