"""One sentence of each kind that a run drafted, for people who see the bot for the first time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amts_bot.text.columns import PAPER, Screen
from amts_bot.text.merge.entries import Entry, SentenceDraft
from amts_bot.text.pull_request.quoting import WordEdit, word_edits
from amts_bot.text.pull_request.report import RunReport

# What a draft's origin means; any other origin is the name of a machine.
_ORIGINS: Mapping[str, str] = {
    "memory": "the reviewed book says it already",
    "repair": "the change of the English, made in the reviewed translation",
}
_MACHINE = "a machine's text, checked: formulas, code and links are all there"


def samples(report: RunReport, screen: Screen = PAPER) -> Iterator[str]:
    """The longest of each kind: what it is, then lines of text, with changes marked as `git diff --word-diff` does."""
    entries = [entry for page in report.pages for entry in page.outcome.entries]
    found = sorted((draft for entry in entries for draft in entry.drafts), key=_length)
    by_origin = {draft.origin: draft for draft in found}
    for origin, draft in sorted(by_origin.items(), key=lambda it: it[0] not in _ORIGINS):
        yield _drafted(_ORIGINS.get(origin, _MACHINE), draft, screen)
    waits = next((entry for entry in entries if entry.translate and entry.warnings), None)
    held = next((entry for entry in entries if entry.action == "hold"), None)
    if waits:
        yield _left("left in English, and shown as work to do", waits, waits.warnings[0])
    if held:
        yield _left("not written, and shown to people", held, held.reason)


def _length(draft: SentenceDraft) -> int:
    return len(draft.source)


def _drafted(what: str, draft: SentenceDraft, screen: Screen) -> str:
    like = f" ({draft.similarity:.0%} alike)" if draft.similarity < 1 else ""
    english = _marked(draft.previous_source, draft.source, screen)
    return _lines(f"{what}{like}", ("English", english), ("draft", draft.target))


def _left(what: str, entry: Entry, reason: str) -> str:
    return _lines(what, ("English", entry.translate[0]), ("because", reason))


def _lines(what: str, *rows: tuple[str, str]) -> str:
    return "\n".join([what, *(f"  {name:8} {' '.join(text.split())}" for name, text in rows)])


def _marked(old: str, new: str, screen: Screen) -> str:
    """The new text with what changed against the old one."""
    if not old:
        return new
    return "".join(_edited(edit, screen) for edit in word_edits(old, new))


def _edited(edit: WordEdit, screen: Screen) -> str:
    if not edit.changes:
        return edit.come
    gone = screen.painted(f"[-{edit.gone}-]", "bad") if edit.gone else ""
    return gone + (screen.painted(f"{{+{edit.come}+}}", "good") if edit.come else "")
