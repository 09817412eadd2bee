"""Is there an `amts.toml`, does a commit have it, and what is wrong in it?"""

from __future__ import annotations

from collections.abc import Iterator

from amts_bot.book import config
from amts_bot.book.config import FILE, Config
from amts_bot.book.tables import WrongSettings
from amts_bot.book.texts import decoded, tree_of
from amts_bot.console.findings import Finding, judged, right, wrong
from amts_bot.doctor.subject import Subject
from amts_bot.errors import AmtsError
from amts_bot.model import counted


def settings(subject: Subject) -> tuple[list[Finding], Config | None]:
    """The findings, and the settings where they can be read: those of the work tree, which will be committed."""
    content = subject.there(FILE)
    committed = _committed(subject)
    text = committed if content is None else content
    if text is None:
        return [wrong(FILE, "is not there", "amts-bot init writes it")], None
    found = [*_uncommitted(content, committed)]
    try:
        read = config.parse(decoded(text).strict(FILE))
    except WrongSettings as error:
        return [*found, *(wrong(FILE, _inside(it), error.remedy) for it in error.faults)], None
    except AmtsError as error:
        return [*found, judged(FILE, error)], None
    count = len(read.languages)
    said = f"{counted(count, 'language')}: {', '.join(read.languages)}"
    return [*found, right(FILE, said)], read


def _committed(subject: Subject) -> bytes | None:
    tree = tree_of(subject.repository, subject.repository.head())
    if FILE not in tree:
        return None
    return subject.repository.read([tree[FILE].blob])[tree[FILE].blob]


def _uncommitted(content: bytes | None, committed: bytes | None) -> Iterator[Finding]:
    add = f"git add {FILE} && git commit -m 'Set up the AMTS bot'"
    if content is not None and committed is None:
        yield wrong(FILE, "is there and in no commit: the bot reads commits", add)
    elif content is not None and content.replace(b"\r\n", b"\n") != committed:
        undo = f"{add}; or git checkout {FILE}, which undoes the changes"
        yield wrong(FILE, "has changes that are in no commit: the bot reads commits", undo)


def _inside(fault: str) -> str:
    """A fault without the name of the file."""
    return fault.removeprefix(FILE).lstrip(": ")
