"""The parallel data and the terminology of a language at Amazon Translate: brought up to date, and looked at.

An account does one import of parallel data at a time, and an import takes minutes: a push waits for its
turn, then for the end of its own import. What was imported is known by its hash in the description.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from amts_bot.book.config import AmazonSettings, LanguageSettings
from amts_bot.errors import AmtsError, ServiceBusy, UsageError
from amts_bot.model import PairFormat, counted
from amts_bot.model.amazon import ParallelDataOrder, ParallelDataState
from amts_bot.ports import (
    Clock,
    Cloud,
    Connect,
    Progress,
)
from amts_bot.text.pairs.formats import FORMATS, parse

_FIRST_POLL, _LONGEST_POLL = 5.0, 60.0  # seconds
# How the resources of `evaluate` are named, where those of the book have their language.
EVALUATE = "evaluate"
_BUSY = ("CREATING", "UPDATING", "DELETING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What to push: the parallel data file of a language, and its terminology as CSV, b"" for none."""

    language: LanguageSettings
    content: bytes
    file_format: PairFormat = "csv"
    terminology: bytes = b""
    wait: float = 0.0  # seconds

    @classmethod
    def of_file(cls, name: str, content: str, language: LanguageSettings) -> Push:
        """A push of a file, whose suffix says how it is written.

        Raises UsageError where Amazon Translate does not take such files, and for other languages.
        """
        taken = {f".{name}": name for name, row in FORMATS.items() if row.service_name}
        file_format = taken.get(PurePath(name).suffix.lower())
        if file_format is None:
            raise UsageError(f"{name}: Amazon Translate takes {_listed(list(taken))}")
        table = parse(content, file_format)
        found, wanted = (table.source_language, table.target_language), language.row.service_code
        if found != ("en", wanted):
            raise UsageError(f"{name} is from {found[0]} to {found[1]}, not from en to {wanted}")
        return cls(language=language, content=content.encode(), file_format=file_format)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True, slots=True)
class Pushed:
    """The resource as it is now. `changed` is false when the service had this content already."""

    state: ParallelDataState
    changed: bool
    terminology: str = ""  # the name of the terminology, "" without one

    def summary(self) -> str:
        """For people: what happened, and what the service did not take."""
        what = "imported" if self.changed else "unchanged"
        lines = [f"{what}: {described(self.state)}"]
        if self.terminology:
            lines.append(f"terminology {self.terminology} is up to date")
        return "\n".join(lines)


def parallel_data_name(settings: AmazonSettings, language: str) -> str:
    """The name of the resource of a language."""
    return settings.parallel_data.replace("{language}", language)


def terminology_name(settings: AmazonSettings, language: str) -> str:
    """The name of the terminology of a language."""
    return settings.terminology_of(language)


def push(
    order: Push, settings: AmazonSettings, connect: Connect, clock: Clock, progress: Progress
) -> Pushed:
    """Brings the resources of a language up to date; does nothing where they are.

    Raises AmtsError when the service refuses the file, and when `wait` is over before the import is.
    """
    cloud = connect(settings.required("bucket"), settings.region)
    code = order.language.code
    terminology = ""
    if order.terminology:
        terminology = terminology_name(settings, code)
        progress.say(push_terminology(code, order.terminology, settings, cloud))
    return _Import(
        order=order,
        settings=settings,
        cloud=cloud,
        clock=clock,
        progress=progress,
        terminology=terminology,
    ).run()


def status(language: str, settings: AmazonSettings, connect: Connect) -> str:
    """The state of a language's parallel data, for people."""
    cloud = connect(settings.required("bucket"), settings.region)
    name = parallel_data_name(settings, language)
    state = cloud.translator.parallel_data(name)
    if state is None:
        return f"{name}: not there; make it with amts-bot parallel-data push --language {language}"
    return described(state)


def described(state: ParallelDataState) -> str:
    """A resource with its counts, and what the service said against single records."""
    attempt = f", last update {state.attempt}" if state.attempt not in ("", state.status) else ""
    lines = [
        f"{state.name}: {state.status}{attempt}; {counted(state.imported, 'record')}, {state.failed:,} failed, "
        f"{state.skipped:,} skipped"
    ]
    lines += filter(None, [state.message, *state.errors])
    return "\n  ".join(lines)


def push_terminology(language: str, content: bytes, settings: AmazonSettings, cloud: Cloud) -> str:
    """Brings the terminology of a language up to date; what was done, in words.

    Raises AmtsError for one of that name that the bot did not make.
    """
    name, mark = terminology_name(settings, language), _mark(content)
    there = cloud.translator.terminology(name)
    if there == mark:
        return f"terminology {name} is up to date"
    if there is not None:
        _refuse_foreign(f"terminology {name!r}", there, "terminology")
    cloud.translator.import_terminology(name, content, mark)
    return f"terminology {name} imported"


def _refuse_foreign(what: str, description: str, key: str) -> None:
    """What somebody else made under our name is not overwritten: every resource of ours says so."""
    if "amts-bot" not in description:
        raise AmtsError(
            f"{what} is there, and the bot did not make it (its description is {description!r}): it is left as it "
            f"is. Set [amazon] {key} to another name, or delete it in the AWS console if it is yours"
        )


def _mark(content: bytes) -> str:
    """How a resource says in its description what it was made from."""
    return f"amts-bot sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(slots=True, kw_only=True)
class _Import:
    """One push of parallel data. `asked` is the time of our own update, None before it."""

    order: Push
    settings: AmazonSettings
    cloud: Cloud
    clock: Clock
    progress: Progress
    terminology: str
    asked: float | None = None

    def run(self) -> Pushed:
        """Looks, asks when it is our turn, and looks again until our own import is over."""
        name = parallel_data_name(self.settings, self.order.language.code)
        deadline, pause = self.clock.monotonic() + self.order.wait, _FIRST_POLL
        while True:
            state = self.cloud.translator.parallel_data(name)
            if state is not None and self._is_over(state):
                return self._pushed(state)
            doing = self._step(name, state)
            left = deadline - self.clock.monotonic()
            if left <= 0:
                raise AmtsError(
                    f"parallel data {name!r}: {doing}, and the waiting time is over: run the same "
                    "command again, it continues from there (or give --wait a longer time)"
                )
            self.progress.say(f"parallel data {name}: {doing}")
            self.clock.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_POLL)

    def _is_over(self, state: ParallelDataState) -> bool:
        """The service has our content, or our own attempt has ended.

        While an update runs the status is that of the old content: the time of the attempt tells.
        """
        if state.status in _BUSY or state.attempt in _BUSY:
            return False
        if self.asked is not None:
            return state.attempt_at >= self.asked
        return state.description == _mark(self.order.content) and not _failed(state)

    def _step(self, name: str, state: ParallelDataState | None) -> str:
        """Asks for the import unless one is at work; what is going on, for people."""
        if self.asked is not None:
            return "the import is running"
        if state is not None and (state.status in _BUSY or state.attempt in _BUSY):
            return f"another operation on it is running ({state.attempt or state.status})"
        if state is not None:
            _refuse_foreign(f"parallel data {name!r}", state.description, "parallel-data")
        content, before = self.order.content, state.attempt_at if state else 0.0
        mark = _mark(content)
        code, digest = self.order.language.code, mark[-64:]
        file = f"{self.settings.prefix}/{code}/parallel-data/{digest[:16]}.{self.order.file_format}"
        self.cloud.storage.put({file: content})
        wanted = ParallelDataOrder(
            name=name,
            file=file,
            file_format=FORMATS[self.order.file_format].service_name,
            description=mark,
            # The same for a run that was killed, another one after the next import.
            token=hashlib.sha256(f"{name} {digest} {before}".encode()).hexdigest(),
        )
        try:
            self.asked = self.cloud.translator.put_parallel_data(wanted, exists=state is not None)
        except ServiceBusy:
            return "the account has another import running"
        return "the import is running"

    def _pushed(self, state: ParallelDataState) -> Pushed:
        if _failed(state):
            raise AmtsError(
                f"Amazon Translate did not accept the parallel data:\n{described(state)}\n"
                "Fix the file (amts-bot parallel-data build makes one that follows the rules) and push again"
            )
        return Pushed(state, self.asked is not None, self.terminology)


def _failed(state: ParallelDataState) -> bool:
    return (state.attempt or state.status) == "FAILED"
