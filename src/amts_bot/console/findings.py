"""What a check found, line by line, and what to change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from amts_bot.text.columns import PAPER, Screen, Style, aligned

Verdict = Literal["right", "wrong", "warning", "unknown"]
_STYLES: dict[Verdict, Style] = {"right": "good", "wrong": "bad", "warning": "doubtful"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is the setting, the permission or the console page to change."""

    what: str
    verdict: Verdict
    words: str
    remedy: str = ""


def right(what: str, words: str) -> Finding:
    """It is as it should be."""
    return Finding(what, "right", words)


def wrong(what: str, words: str, remedy: str) -> Finding:
    """A run would fail, or would do what nobody wants."""
    return Finding(what, "wrong", words, remedy)


def warning(what: str, words: str, remedy: str) -> Finding:
    """A run would do, and perhaps not what people want."""
    return Finding(what, "warning", words, remedy)


def unknown(what: str, words: str, remedy: str) -> Finding:
    """It cannot be told from here; `remedy` says who can."""
    return Finding(what, "unknown", words, remedy)


def judged(what: str, error: Exception, verdict: Verdict = "wrong") -> Finding:
    """What Amazon refused: its words, and below them what to change."""
    words, _, remedy = str(error).partition("\n")
    return Finding(what, verdict, words, remedy)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings, in the order in which things must be right."""

    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Something is wrong."""
        return any(it.verdict == "wrong" for it in self.findings)

    def as_text(self, screen: Screen = PAPER) -> str:
        """For people: a line for each finding, and below it what to change."""
        cells = [
            (screen.painted(f"{it.verdict:7}", _STYLES.get(it.verdict)), it.what, it.words)
            for it in self.findings
        ]
        lines: list[str] = []
        for line, it in zip(aligned(cells), self.findings, strict=True):
            lines.append(line)
            lines += [f"         → {line}" for line in it.remedy.splitlines()]
        count = sum(it.verdict == "wrong" for it in self.findings)
        end = f"{count} to change before a run" if count else "nothing to change"
        return screen.folded("\n".join([*lines, end]))

    def as_json(self) -> dict[str, Any]:
        """The findings as data."""
        return {"findings": [asdict(it) for it in self.findings], "failed": self.failed}
