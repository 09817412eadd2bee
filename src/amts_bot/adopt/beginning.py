"""The first hour of a repository: all files that the bot needs in it, beside those that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Any, Literal

from amts_bot.adopt.adoption import adopt
from amts_bot.adopt.comments import commented
from amts_bot.adopt.notice import NOTICE, notice
from amts_bot.adopt.places import Asked
from amts_bot.adopt.report import Adoption
from amts_bot.adopt.to_do import repository_name, to_do
from amts_bot.adopt.workflows import PLACEHOLDER, Deployment, Workflows, workflows
from amts_bot.book.config import FILE
from amts_bot.book.layout import SameRepository
from amts_bot.book.texts import decoded
from amts_bot.errors import UsageError
from amts_bot.model import counted
from amts_bot.ports import Repository

FileState = Literal["new", "same", "other"]
Look = Callable[[str], bytes | None]  # what the work tree has at a path


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file as this version would write it, and what stands there now.

    `draft` is what an earlier run has written that did not know whose bot it is: nobody's work.
    """

    path: str
    content: bytes
    there: bytes | None
    draft: bytes = b""

    @property
    def state(self) -> FileState:
        if self.there is None or self.there == self.draft != self.content:
            return "new"
        return "same" if self.there == self.content else "other"

    def shown(self) -> Iterator[str]:
        """A new file whole, the difference from one that people have."""
        text = self.content.decode()
        match self.state:
            case "new":
                yield f"--- {self.path}"
                yield from text.splitlines()
            case "other":
                yield from unified_diff(
                    (self.there or b"").decode(errors="replace").splitlines(),
                    text.splitlines(),
                    f"{self.path}: yours, which stays",
                    f"{self.path}: of this version",
                    lineterm="",
                )
            case "same":
                pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What was found, the files, and what is left for people to do outside of the repository."""

    adoption: Adoption
    files: tuple[PlannedFile, ...]
    steps: tuple[str, ...]
    notice: PlannedFile | None = None  # in a clone of the English

    @property
    def new(self) -> dict[str, bytes]:
        """The files to write."""
        return {file.path: file.content for file in self.files if file.state == "new"}

    def listing(self, *, written: bool) -> str:
        """What was found, and a line for each file."""
        return "\n".join([*self._found(), "", *self._files(written)])

    def contents(self) -> str:
        """The text of every file that would be written, and how others differ from it."""
        files = (*self.files, *([self.notice] if self.notice else []))
        blocks = ("\n".join(file.shown()) for file in files if not _is_lock(file.path))
        return "\n\n".join(filter(None, blocks))

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            **self.adoption.as_json(),
            "files": {file.path: file.state for file in self.files},
            "steps": [*self.steps],
            **({"notice": {self.notice.path: self.notice.state}} if self.notice else {}),
        }

    def _found(self) -> Iterator[str]:
        yield from self.adoption.notes
        for language in self.adoption.languages:
            sure = len(language.pages) - len(language.unsure)
            yield (
                f"{language.code}: {counted(len(language.pages), 'translation')}, the base of {sure} is sure; "
                f"{counted(len(language.english_only), 'English page has', 'English pages have')} none"
            )

    def _files(self, written: bool) -> Iterator[str]:
        says = _SAYS | {"new": "written" if written else "would be written"}
        width = max(len(file.path) for file in self.files)
        for file in self.files:
            state = "lock" if file.state == "other" and _is_lock(file.path) else file.state
            yield f"  {file.path:{width}}  {says[state]}"


_SAYS = {
    "same": "there already",
    "other": "left as it is, it has been edited, or is of another version: --dry-run shows how it differs",
    "lock": "left as it is: amts-bot adopt --write adds the pages that it lacks",
}


def _is_lock(path: str) -> bool:
    return path.endswith(".lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningOrder:
    """What the user said of a repository that begins. `bot` is "owner/name@revision", `branch` its default one."""

    asked: Asked
    bot: str
    branch: str
    amazon: bool = False
    english: EnglishClone | None = None


@dataclass(frozen=True, slots=True)
class EnglishClone:
    """A clone of the English repository: its default branch, and what its work tree has."""

    branch: str
    there: Look


def beginning(
    order: BeginningOrder, repository: Repository, examples: Workflows, there: Look
) -> Beginning:
    """Reads the checked-out commit, and what the work tree has at the paths of the files; changes nothing.

    Settings that are written count, also where nobody committed them yet. Raises UsageError as `adopt` does.
    """
    own = there(FILE)
    settings = decoded(own).strict(FILE) if own else ""
    found = adopt(replace(order.asked, settings=settings), repository)
    deployment = Deployment(bot=order.bot, branch=order.branch, settings=found.settings)
    files = dict(found.files)
    if found.proposed:
        files[FILE] = commented(found.proposed, order.bot).encode()
    elif own:
        files[FILE] = own
    nobodys = workflows(replace(deployment, bot=PLACEHOLDER), examples)
    for path, text in workflows(deployment, examples).items():
        files[path] = text.encode()
    return Beginning(
        adoption=found,
        files=tuple(
            PlannedFile(path, content, there(path), nobodys.get(path, "").encode())
            for path, content in sorted(files.items())
        ),
        steps=to_do(
            deployment,
            repository.web_address(),
            amazon=order.amazon,
            notice=order.english is not None,
        ),
        notice=_notice(order, deployment, repository, examples),
    )


def _notice(
    order: BeginningOrder, deployment: Deployment, repository: Repository, examples: Workflows
) -> PlannedFile | None:
    """The workflow that tells this translation of changes, where there is a clone of the English to write it to."""
    english = order.english
    if english is None:
        return None
    if isinstance(deployment.settings.source.place, SameRepository):
        raise UsageError(
            "--english: the English is in this repository\nleave it out: the workflow starts on its changes"
        )
    name = repository_name(repository.web_address()).partition("/")[2]
    there = english.there(NOTICE)
    own = replace(deployment, branch=english.branch)
    text = notice(own, name, (there or b"").decode(), examples)
    if name not in text.split():  # people have it another way
        return PlannedFile(NOTICE, notice(own, name, "", examples).encode(), there)
    return PlannedFile(NOTICE, text.encode(), there, draft=there or b"")
