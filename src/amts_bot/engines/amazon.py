"""Engines `amazon` and `amazon-act`: Amazon Translate at once, and by a batch job with parallel data.

Nothing is paid twice: a unit is known by the hash of its English (text/amazon/documents.py), what came back
stands in the ledger (engines/ledger.py), and a run asks there first. So a run that was killed, or went out
of time, goes on on any machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amts_bot.engines.calls import DOCUMENTS, Calls, Way
from amts_bot.engines.findings import findings, reader, warning
from amts_bot.engines.jobs import JobDesk
from amts_bot.engines.orders import JOB, JobData, OrderDesk
from amts_bot.engines.service import Service, billable, units
from amts_bot.errors import AmtsError, CapReached
from amts_bot.model import Cost, Failure, Pending, Reply, Request


@dataclass(frozen=True, slots=True)
class Realtime:
    """Engine `amazon`: TranslateDocument with the terminology; no parallel data."""

    service: Service
    way: Way = DOCUMENTS
    origin: str = "amazon"

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """Each text is billed once, however often it is asked for."""
        sources = [request.source for request in units(requests).values()]
        return Cost(self.way.characters(sources), "at once")

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply]:
        """Answers at once. A unit that the service refused is a Failure."""
        wanted = units(requests)
        replies = self.replies(wanted) if wanted else {}
        return [self.service.reply(request, replies) for request in requests]

    def replies(self, wanted: Mapping[str, Request]) -> dict[str, Reply]:
        """The replies to units, by id; what the ledger knows is not sent."""
        service, cloud = self.service, self.service.cloud()
        ledger = service.ledger(cloud)
        calls = Calls(service=service, cloud=cloud, ledger=ledger, way=self.way)
        read, retried = self.way.read(service.language.row, service.trust), ledger.retried()
        paid = ledger.documents(calls.method)
        left = findings(wanted, paid, retried, read).left(wanted)
        failures: Mapping[str, Reply] = {}
        if why := warning(ledger.records(), service.purpose, retried) if left else "":
            failures = dict.fromkeys(left, Failure(why))
        elif left:
            failures = calls.send(left)
        found = findings(wanted, [*calls.brought, *paid], retried, read)
        return {**failures, **found.replies(wanted, self.origin)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Engine `amazon-act`: one batch job per run and language, with the book's parallel data."""

    service: Service

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """Small changes are no work for a job of their own."""
        characters = self.service.bill(requests)
        is_small = characters <= self.service.engine.small_change
        return Cost(characters, "at once" if is_small else "by job")

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply] | Pending:
        """Answers, or Pending when a job is not done within `wait`.

        Raises AmtsError when a job that this run started or waited for fails as a whole.
        """
        wanted = units(requests)
        if not wanted:
            for job in self.service.jobs:
                self.service.progress.say(f"batch job {job} is not needed any more")
        replies = self._replies(wanted) if wanted else {}
        if isinstance(replies, Pending):
            return replies
        return [self.service.reply(request, replies) for request in requests]

    def known(self, requests: Sequence[Request], mark: str) -> list[Reply] | None:
        """The replies when the ledger has all of them, of jobs whose parallel data has a mark; else None."""
        wanted, service = units(requests), self.service
        cloud = service.cloud()
        ledger = service.ledger(cloud)
        paid = ledger.documents(service.method(JOB, mark))
        found = findings(
            wanted, paid, ledger.retried(), reader(service.language.row, service.trust)
        )
        if found.left(wanted):
            return None
        replies = found.replies(wanted, _ORIGIN)
        return [service.reply(request, replies) for request in requests]

    def _replies(self, wanted: Mapping[str, Request]) -> dict[str, Reply] | Pending:
        service, cloud = self.service, self.service.cloud()
        deadline = service.clock.monotonic() + service.wait
        orders = OrderDesk(service, cloud, service.ledger(cloud), JobData.found(service, cloud))
        read = reader(service.language.row, service.trust)
        desk, paid = JobDesk.opened(orders, read), orders.ledger.documents(orders.method)
        for _ in range(_MOST_ORDERS):
            if pending := desk.finish(deadline):
                return pending
            found = findings(wanted, [*desk.brought, *paid], desk.retried, read)
            left = found.left(wanted)
            if not left:
                return found.replies(wanted, _ORIGIN)
            if refused := self._refused(left, desk):
                return {**refused, **found.replies(wanted, _ORIGIN)}
            if self._is_small(left):
                return {**Realtime(service).replies(left), **found.replies(wanted, _ORIGIN)}
            try:
                pending = desk.start(left, deadline)
            except CapReached as error:
                if not service.account.sent:
                    raise
                return {**_failed(left, str(error)), **found.replies(wanted, _ORIGIN)}
            if pending:
                return pending
        raise AmtsError("Amazon Translate brings back what nobody can read: see amts-bot jobs list")

    def _is_small(self, left: Mapping[str, Request]) -> bool:
        return billable(left.values()) <= self.service.engine.small_change

    def _refused(self, left: Mapping[str, Request], desk: JobDesk) -> dict[str, Reply]:
        """Failures when the last order went wrong as a whole, nothing when one may be started."""
        why = warning([*desk.records.values()], self.service.purpose, desk.retried)
        return _failed(left, why) if why else {}


_ORIGIN = "amazon-act"
# In one run: what changed; what was refused of it, once more; a look at what that brought.
_MOST_ORDERS = 3


def _failed(left: Mapping[str, Request], why: str) -> dict[str, Reply]:
    return dict.fromkeys(left, Failure(why))
