"""The ledger of what was paid for: orders and answers, in the bucket.

    ledger/orders/2026-11/en-tr/NAME.json    one order: written before it is sent, completed when it is over
    ledger/answers/en-tr/METHOD/NAME.json    one document as it came back, with the English of its units
    ledger/retries/en-tr.json                when a person said: what did not come back may be sent again

It stands outside of the prefix, so that no rule deletes it with the files of a run and another prefix finds
it. METHOD is a hash of all that an answer depends on but its English: engine, parallel data, terminology,
formality. A file carries the hash of its content: one that was cut off or changed is ignored, and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from amts_bot.errors import CapReached
from amts_bot.model import counted
from amts_bot.model.amazon import JobRecord
from amts_bot.ports import Clock, Progress, Storage

FOLDER = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidDocument:
    """A document as it came back: the English of its units by id, and the HTML, "" when there was none.

    `where` says it to people; `error` is why there is nothing, in the service's words: then nothing was
    paid, and the units may be sent `again`. `at` is when it was written down (seconds since 1970).
    """

    units: Mapping[str, str]
    html: str
    where: str
    at: float
    error: str = ""
    again: bool = False


def sealed(content: Mapping[str, Any]) -> bytes:
    """A file of the ledger: JSON with the hash of its content."""
    return json.dumps(
        {"sha256": _digest(content), "content": content}, ensure_ascii=False, indent=1
    ).encode("utf-8", "surrogatepass")


def unsealed(file: bytes) -> dict[str, Any] | None:
    """The twin of `sealed`; None for a file that was cut off or changed."""
    try:
        read = json.loads(file.decode("utf-8", "surrogatepass"))
        content: dict[str, Any] = read["content"]
        return content if read["sha256"] == _digest(content) else None
    except (ValueError, KeyError, TypeError):
        return None


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one pair of languages, "en-tr". Every method raises AmtsError when S3 refuses."""

    storage: Storage
    clock: Clock
    progress: Progress
    pair: str

    def records(self) -> list[JobRecord]:
        """All orders of this pair, oldest first."""
        names = [name for name in self.storage.names(_ORDERS) if f"/{self.pair}/" in name]
        return sorted(self._records(names), key=lambda record: record.ordered)

    def write(self, record: JobRecord) -> None:
        """Writes an order down, or what became of it."""
        name = f"{_ORDERS}{_month(record.ordered)}/{record.pair}/{record.name}.json"
        self.storage.put({name: sealed(asdict(record))})

    def reserve(self, record: JobRecord, most: int) -> None:
        """Writes an order down before anything of it is sent; `most` is what a month may cost, 0 for any.

        Raises CapReached when the month would have more: then nothing may be sent. Of two runs at the same
        moment each sees the other's order, so that both may be refused, but never both be let through.
        """
        self.write(record)
        if most and (spent := self.spent()) > most:
            self.write(replace(record, state="void", reason="the cap of the month"))
            raise CapReached(
                f"{counted(record.quoted, 'character is', 'characters are')} to be translated, "
                f"{spent - record.quoted:,} were ordered this month, and [engine] max-characters-per-month "
                f"allows {most:,}: nothing was sent; raise it, or wait for the next month"
            )

    def spent(self) -> int:
        """The characters of all orders of this month, whatever the languages."""
        month = f"{_ORDERS}{_month(self.clock.time())}/"
        return sum(record.cost for record in self._records(self.storage.names(month)))

    def documents(self, method: str) -> list[PaidDocument]:
        """What came back for a method, newest first."""
        read = self._read(self.storage.names(f"{self.answers(method)}/"))
        found = [PaidDocument(**content) for content in _whole(read, PaidDocument)]
        return sorted(found, key=lambda document: document.at, reverse=True)

    def keep(self, answers: str, documents: Mapping[str, PaidDocument]) -> None:
        """Writes documents down in a folder of `answers`, each under a name of its own."""
        files = {f"{answers}/{name}.json": sealed(asdict(it)) for name, it in documents.items()}
        self.storage.put(files)

    def answers(self, method: str) -> str:
        """The folder for the answers of a method."""
        return f"{FOLDER}/answers/{self.pair}/{method}"

    def retried(self) -> float:
        """When somebody last said that what did not come back may be sent again; 0 for never."""
        [content] = [*self._read([self._retries])] or [{}]
        at = content.get("at", 0.0)
        return float(at) if isinstance(at, int | float) else 0.0

    def retry(self) -> None:
        """From now on, what failed, got lost or came back damaged until now may be sent again."""
        self.storage.put({self._retries: sealed({"at": self.clock.time()})})

    @property
    def _retries(self) -> str:
        return f"{FOLDER}/retries/{self.pair}.json"

    def _records(self, names: Iterable[str]) -> list[JobRecord]:
        return [JobRecord(**content) for content in _whole(self._read(names), JobRecord)]

    def _read(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        for name, file in sorted(self.storage.get(names).items()):
            content = unsealed(file)
            if content is None:
                self.progress.say(f"{name} was cut off or changed by somebody: it is not used")
            else:
                yield content


_ORDERS = f"{FOLDER}/orders/"


def _month(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")


def _whole(contents: Iterable[dict[str, Any]], kind: type) -> Iterator[dict[str, Any]]:
    """Those with the fields of a record: all that have no default, and none that it does not know."""
    known = {field.name for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    for content in contents:
        if needed <= content.keys() <= known:
            yield content
