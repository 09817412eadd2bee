"""What the merge says of units with values in it, such as a number or a text, as the messages of the catalogues.

Reports have one sentence, in English, since programs read them, too. Whoever shows it to people finds the message that
it was made from, and fills its values into the translation. `tests/text/pull_request/test_wording.py` holds this table
to the modules that make such sentences.
"""

from __future__ import annotations

import re

# A message that begins or ends with a value takes whatever no other one does: these stand last.
MESSAGES: tuple[str, ...] = (
    "{some} of {all} sentences changed",
    "lost: {spans}",
    "not in the English: {spans}",
    "the translation begins with {mark}, as another kind of block does",
    "emphasis that goes on beyond the sentence: {found} marks of {wanted}",
    "a placeholder of the service came back: {text}",
    "the translation says again and again: {text}",
    "signs that the English has not: {signs}",
    "in another order than in the English: from {text} on",
    "came out of a link or emphasis, or into one: {text}",
    "the texts of links seem to have changed places: {one} and {other}",
    "look which text belongs to which link: {one} and {other}",
    "set apart: {text}",
    "no space behind a link or emphasis: {text}",
    "letters of another script: {text}",
    "English left: {text}",
    "not closed: {text}",
    "said again and again: {text}",
    "said twice at the end: {text}",
    "another number: {text}",
    "place the slide marker {mark} by hand",
    "slide marker {mark} placed by its clause",
    "not built as its English is: it would have {parts}",
    "not built as its English is: it would lack {parts}",
    "it would lack {parts}",
    "the {what} cannot be paired with the English, which changed",
    "the translators had: {text}",
    "terminology not followed: {terms}",
    # Notes on pages.
    "{n} base fits clearly worse than another version of their English "
    "(look at them before you merge, --rebase-pages gives pages another base): {pages}",
    "{n} bases fit clearly worse than another version of their English "
    "(look at them before you merge, --rebase-pages gives pages another base): {pages}",
    "{page} agrees with {base} in {share}, with English {commit} of {day} in {better}",
    "English {commit} of --base",
    "several versions of its English fit; English {commit} is the likeliest, at {share}",
    "agrees with no English of it in more than {share}",
    "{page} was moved to {place} by hand, and is kept in step there",
    "{page}: the default branch has another version, which stands; the run did the page again",
    "{page}: {n} block was changed here and on the default branch, whose text stands; "
    "compare it with the new English",
    "{page}: {n} blocks were changed here and on the default branch, whose text stands; "
    "compare it with the new English",
    "{page}: changed here and on the default branch, whose version stands",
    "{page}: the English did not change there: nothing to ask",
    "{page}: could not be translated again: {why}",
    "{page}: {n} unit translated again",
    "{page}: {n} units translated again",
    "{page}: a symbolic link or submodule here",
    "{page}: gone from the English, changed here",
    "{page}: binary, and changed on both sides",
    "{page}: changed in the same place on both sides",
    "{page} is there already, and {why}: run once with --base",
    # What any page could be called, and any text be.
    "{found} cell marks for {wanted}",
    "{some} of {all} emphasised words lost",
    "{n} more emphasised than in the English",
    "{found} sentences for {wanted}",
    "{text} lost",
    "{text} not in the English",
    "{name}: its English changed, and it cannot be paired with the translation",
    "{name}: changed in the English, and otherwise by the translators",
    "{pages} and {n} more",
)

# Values that are sentences of the bot's own; all others are names and texts, which stay to the letter.
SENTENCES = frozenset({"base", "better", "pages", "what", "why"})


def pattern(message: str) -> re.Pattern[str]:
    """What a message matches once its values are filled in."""
    pieces = re.split(r"\{(\w+)\}", message)
    return re.compile(
        "".join(f"(?P<{it}>.+)" if place % 2 else re.escape(it) for place, it in enumerate(pieces)),
        re.DOTALL,
    )
