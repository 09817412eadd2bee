"""Engines that are programs: `command:PROGRAM`, and those that an installed distribution brings.

    {"id": "u3f…", "source_language": "en", "target_language": "tr", "text": "See `x`.", "html": "See <span …>…"}
    {"id": "u3f…", "html": "Bkz. <span id=\"s0\" translate=\"no\">`x`</span>."}

A line for each unit goes in, a line for each comes out, in any order; docs/engines.md is the contract. A
program that fails is started again for what it has not answered. A unit that stays without an answer is a
Failure: its page stays as it is, and the next run asks again. Nothing is kept in a ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from amts_bot.book.config import EngineSettings
from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.engines.service import answered, billable, reply_of, units
from amts_bot.engines.terminology import forced_terms, remarked
from amts_bot.errors import AmtsError, CapReached, ProgramEnded
from amts_bot.model import Cost, Failure, Reply, Request, counted
from amts_bot.ports import Program
from amts_bot.text import languages
from amts_bot.text.amazon import documents
from amts_bot.text.amazon.documents import Reading
from amts_bot.text.languages import Language
from amts_bot.text.markdown.checks import spans_come_back

# Each start may stumble over another unit; two that bring nothing new say that it is not the unit's fault.
_MOST_STARTS = 10
_MOST_BARREN = 2
_MOST_WRONG_LINES = 100  # of one start: from then on it says anything but answers
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Plugged:
    """An engine that is a program. `source_language` is that of the requests, as the book calls it; `glossary` is the
    one of the book."""

    program: Program
    settings: EngineSettings
    source_language: str = "en"
    glossary: GlossaryFile = field(default_factory=GlossaryFile)

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """What the program's maker asks for it nobody knows here."""
        return Cost(billable(requests))

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply]:
        """Raises AmtsError when the program fails and not one answer came, CapReached before it is started."""
        wanted = units(requests)
        self._allow(requests)
        row = languages.language(language)
        talk = _Talk(
            program=self.program,
            wanted=wanted,
            language=row,
            patience=self.settings.longest_silence,
        )
        asked = forced_terms(self.glossary, language)
        lines = {
            unit: self._line(unit, request, language, asked.asked(request.source))
            for unit, request in wanted.items()
        }
        replies = talk.replies(lines)
        return [remarked(reply_of(it, replies), it, asked) for it in requests]

    def _allow(self, requests: Sequence[Request]) -> None:
        most, characters = self.settings.max_characters, billable(requests)
        if most and characters > most:
            raise CapReached(
                f"{counted(characters, 'character is', 'characters are')} to be translated, and [engine] "
                f"max-characters allows {most:,}: nothing was sent; raise it, or run for fewer changes with --to"
            )

    def _line(self, unit: str, request: Request, language: str, terms: Mapping[str, str]) -> str:
        row = {
            "id": unit,
            "source_language": self.source_language,
            "target_language": language,
            "text": documents.in_one_line(request.source),
            "html": documents.inside(request.source),
        }
        more = {"terms": terms, "page": request.page, "instead": request.instead}
        given = {name: value for name, value in more.items() if value}
        return json.dumps({**row, **given})  # ASCII: any program reads it, whatever its locale


@dataclass(slots=True, kw_only=True)
class _Talk:
    """What one program said of the units of one run."""

    program: Program
    wanted: Mapping[str, Request]
    language: Language
    patience: float
    known: dict[str, Reply] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def replies(self, lines: Mapping[str, str]) -> dict[str, Reply]:
        """A reply to each unit, by its id."""
        left, end, barren = list(lines), "", 0
        for start in range(_MOST_STARTS):
            if not left or barren == _MOST_BARREN:
                break
            if start:
                self._say(f"{end or 'it ended'}; started again for {counted(len(left), 'unit')}")
            before = len(left)
            end = self._heard([lines[unit] for unit in left])
            left = [unit for unit in left if unit not in self.known]
            barren = barren + 1 if len(left) == before else 0
            if barren and not end:  # it has said all that it wants to say
                break
            left = left[1:] + left[:1]  # the first one may be why it failed
        if lines and len(left) == len(lines):
            raise AmtsError(self._silent(end))
        self._tell_wrong_lines()
        why = f"{self.program.name}: no answer came{f': {end}' if end else ''}{self._first_wrong()}"
        return {**dict.fromkeys(left, Failure(why)), **self.known}

    def _heard(self, lines: Sequence[str]) -> str:
        """Starts the program once, and takes its answers; why it failed, or ""."""
        wrong = 0
        try:
            for number, line in enumerate(self.program.ask(lines, self.patience), 1):
                if fault := self._take(line):
                    wrong += 1
                    self.wrong.append(f"line {number}: {fault}: {line[:60]!r}")
                if wrong > _MOST_WRONG_LINES:
                    return f"more than {_MOST_WRONG_LINES} of its lines are no answers"
                self.program.progress.step(self.program.name, len(self.known), len(self.wanted))
        except ProgramEnded as error:
            return str(error)
        return ""

    def _take(self, line: str) -> str:
        """Takes one answer; says what is wrong with a line that is none."""
        try:
            row = json.loads(line)
        except ValueError:
            return "not JSON"
        unit = row.get("id") if isinstance(row, dict) else None
        if not isinstance(unit, str) or unit not in self.wanted:
            return "no id that was asked for"
        if unit in self.known:
            return "answered before, the first answer counts"
        reply = self._reply(row, self.wanted[unit].source)
        if reply is None:
            return "neither html nor text nor error, as a text"
        self.known[unit] = reply
        return ""

    def _reply(self, row: Mapping[str, Any], source: str) -> Reply:
        kind = next((kind for kind in ("html", "text", "error") if row.get(kind) is not None), "")
        value = row.get(kind)
        if not isinstance(value, str):
            return None
        if kind == "error":
            return Failure(f"{self.program.name}: {value}")
        if kind == "html":
            reading = documents.read_inside(source, value, self.language)
        else:
            reading = Reading(value.strip(), spans_come_back(source, value) or "")
        return answered(reading, self.program.name)

    def _silent(self, end: str) -> str:
        return (
            f"{self.program.name}: {end or 'it ended'}, and not one of {len(self.wanted):,} units has an answer"
            f"{self._first_wrong()}; docs/engines.md shows how to try the program by hand"
        )

    def _first_wrong(self) -> str:
        return f" ({self.wrong[0]})" if self.wrong else ""

    def _tell_wrong_lines(self) -> None:
        for words in self._wrong_lines():
            self._say(words)

    def _wrong_lines(self) -> Iterator[str]:
        yield from self.wrong[:_MOST_SHOWN]
        if len(self.wrong) > _MOST_SHOWN:
            yield f"… and {counted(len(self.wrong) - _MOST_SHOWN, 'more line')} that are no answers"

    def _say(self, words: str) -> None:
        self.program.progress.say(f"{self.program.name}: {words}")
