"""Engines `amazon` and `amazon-act`: Amazon Translate at once, and by a batch job with parallel data.

What was paid for is never lost: a unit is known by the hash of its English (text/documents.py), every
job keeps a list of its units beside its documents, and a run first looks through the jobs of the last
days for units that it needs. So a run that was killed, or went out of time, goes on on any machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from amts_bot.book.config import AmazonSettings, EngineSettings, LanguageSettings
from amts_bot.engines.resources import parallel_data_name, terminology_name
from amts_bot.engines.waiting import named, pending
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import (
    Answer,
    BatchJob,
    Cost,
    Failure,
    JobOrder,
    Pending,
    Reply,
    Request,
)
from amts_bot.ports import (
    Clock,
    Cloud,
    Connect,
    Progress,
)
from amts_bot.text.amazon import details, documents
from amts_bot.text.amazon.documents import Reading

# The service takes 1,000,000 characters and 1 MB of text in a document, 20 MB with its markup.
_MOST_DOCUMENT = 200_000
_MOST_TEXT_BYTES = 10_000  # in one call of TranslateText
# Jobs older than this are not looked through. It is shorter than what the bucket keeps.
MEMORY_DAYS = 14
# A unit that a finished job did not bring back is sent once more, not for ever.
_MOST_SENT = 2
# A job that failed this often with the same documents needs a person first.
_MOST_ATTEMPTS = 3
_FIRST_POLL, _LONGEST_POLL = 2.0, 60.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the two engines are made from. `jobs` are those that the lock names; `wait` is in seconds."""

    connect: Connect
    clock: Clock
    progress: Progress
    engine: EngineSettings
    amazon: AmazonSettings
    language: LanguageSettings
    wait: float = 0.0
    jobs: tuple[str, ...] = ()
    source_language: str = "en"  # as the service calls it

    def cloud(self) -> Cloud:
        """The far side, when something is to be asked of it."""
        if not self.language.row.service_code:
            raise UsageError(
                f"Amazon Translate has no language {self.language.code!r}: set service-code in "
                f"[languages.{self.language.code}], or use another engine"
            )
        return self.connect(self.amazon.required("bucket"), self.amazon.region)

    @property
    def terminology(self) -> str:
        """The name of the terminology, "" for a language without a glossary."""
        code = self.language.code
        return terminology_name(self.amazon, code) if self.language.terminology else ""

    def allow(self, characters: int) -> None:
        """Raises UsageError when that is more than the settings allow to send."""
        most = self.engine.max_characters
        if most and characters > most:
            raise UsageError(
                f"{characters:,} characters are to be translated, and [engine] max-characters allows "
                f"{most:,}: nothing was sent; raise it, or run for fewer changes with --to"
            )


def units(requests: Iterable[Request]) -> dict[str, Request]:
    """What would be sent, by id: each text once, nothing that has no words."""
    found: dict[str, Request] = {}
    for request in requests:
        if documents.has_words(request.source):
            found.setdefault(_id(request), request)
    return found


def billable(requests: Iterable[Request]) -> int:
    """The characters that the service would bill for them."""
    return documents.characters(request.source for request in units(requests).values())


def _id(request: Request) -> str:
    return documents.unit_id(request.source, request.instead)


def reply_of(request: Request, known: Mapping[str, Reply]) -> Reply:
    if not documents.has_words(request.source):
        return Answer(request.source, "source")
    return known[_id(request)]


def answered(reading: Reading, origin: str) -> Answer:
    return Answer(reading.text, origin, damage=reading.damage)


# ------------------------------------------------------------------ TranslateText


@dataclass(frozen=True, slots=True)
class Realtime:
    """Engine `amazon`: TranslateText with the terminology; no parallel data."""

    service: Service

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """Each text is billed once, however often it is asked for."""
        return Cost(billable(requests), "at once")

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply]:
        """Answers at once. A unit that the service refused is a Failure."""
        wanted = units(requests)
        self.service.allow(billable(requests))
        texts = {unit: request.source for unit, request in wanted.items()}
        long = {unit for unit, text in texts.items() if _size({unit: text}) > _MOST_TEXT_BYTES}
        replies: dict[str, Reply] = dict.fromkeys(long, _TOO_LONG)
        groups = [*_groups({unit: text for unit, text in texts.items() if unit not in long})]
        if groups:
            row = self.service.language
            results = self.service.cloud().translator.texts(
                [*map(documents.render, groups)],
                row.row.service_code,
                self.service.terminology,
                row.formality,
            )
            for group, result in zip(groups, results, strict=True):
                replies |= self._read(group, result)
        return [reply_of(request, replies) for request in requests]

    def _read(self, group: Mapping[str, str], result: str | Failure) -> dict[str, Reply]:
        if isinstance(result, Failure):
            return dict.fromkeys(group, result)
        found = documents.read(result, group, self.service.language.row)
        lost = Reading("", "Amazon Translate left it out of its answer")
        return {unit: answered(found.get(unit, lost), "amazon") for unit in group}


_TOO_LONG = Failure(
    f"a stretch of English is longer than the {_MOST_TEXT_BYTES:,} bytes that TranslateText takes: "
    "use engine amazon-act"
)


def _size(units: Mapping[str, str]) -> int:
    return len(documents.render(units).encode())


def _groups(units: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Units that fit into one call together."""
    empty = _size({})
    group: dict[str, str] = {}
    size = empty
    for unit, source in units.items():
        more = _size({unit: source}) - empty
        if group and size + more > _MOST_TEXT_BYTES:
            yield group
            group, size = {}, empty
        group[unit] = source
        size += more
    if group:
        yield group


# ------------------------------------------------------------------ batch jobs


@dataclass(slots=True)
class _Collected:
    """What the jobs brought so far, by unit id: readings, how often it was sent, why it is missing."""

    readings: dict[str, Reading] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Engine `amazon-act`: one batch job per run and language, with the book's parallel data."""

    service: Service

    def cost(self, requests: Sequence[Request], language: str) -> Cost:
        """Small changes are no work for a job of their own."""
        characters = billable(requests)
        is_small = characters <= self.service.engine.small_change
        return Cost(characters, "at once" if is_small else "by job")

    def translate(self, requests: Sequence[Request], language: str) -> list[Reply] | Pending:
        """Answers, or Pending when a job is not done within `wait`.

        Raises AmtsError when a job that this run started or waited for fails as a whole.
        """
        wanted = units(requests)
        if self._is_small(wanted):
            return Realtime(self.service).translate(requests, language)
        if not wanted:
            for job in self.service.jobs:
                self.service.progress.say(f"batch job {job} is not needed any more")
            return [reply_of(request, {}) for request in requests]
        cloud = self.service.cloud()
        deadline = self.service.clock.monotonic() + self.service.wait
        jobs = self._known_jobs(cloud)
        while True:
            finished = self._waited(jobs, deadline, cloud)
            if isinstance(finished, Pending):
                return finished
            found = self._collected(finished, wanted, cloud)
            left = {
                unit: request
                for unit, request in wanted.items()
                if unit not in found.readings and found.sent.get(unit, 0) < _MOST_SENT
            }
            if not left:
                replies = _replies(wanted, found)
                return [reply_of(request, replies) for request in requests]
            jobs = [self._start(left, finished, cloud), *finished]

    def _is_small(self, wanted: Mapping[str, Request]) -> bool:
        characters = documents.characters(request.source for request in wanted.values())
        small = 0 < characters <= self.service.engine.small_change
        return small and not self.service.jobs

    @property
    def _folder(self) -> str:
        return f"{self.service.amazon.prefix}/{self.service.language.code}/"

    def _known_jobs(self, cloud: Cloud) -> list[BatchJob]:
        """The jobs that the lock names, then those that a run started and could not record."""
        since = self.service.clock.time() - MEMORY_DAYS * 24 * 3600
        recorded = [cloud.translator.job(number) for number in self.service.jobs]
        listed = cloud.translator.jobs(self._folder, since)
        jobs = {job.id: job for job in (*recorded, *listed) if job is not None}
        return list(jobs.values())

    def _waited(
        self, jobs: Sequence[BatchJob], deadline: float, cloud: Cloud
    ) -> list[BatchJob] | Pending:
        """The jobs when none runs any more."""
        jobs, pause = list(jobs), _FIRST_POLL
        running = [job.id for job in jobs if job.runs]
        while running:
            try:
                states = {number: cloud.translator.job(number) for number in running}
            except AmtsError as error:  # the job continues without us: better to remember it
                return self._pending(jobs, f"{error}\n")
            # A job that was just started may not be known everywhere yet.
            jobs = [states.get(job.id) or job for job in jobs]
            for job in jobs:
                if job.id in running and job.broken:
                    raise AmtsError(_failure(job))
            running = [job.id for job in jobs if job.runs]
            if not running:
                break
            left = deadline - self.service.clock.monotonic()
            if left <= 0:
                return self._pending(jobs, "")
            first = next(job for job in jobs if job.runs)
            self.service.progress.say(
                f"batch job {named(first, self.service.clock.time())} is at work"
            )
            self.service.clock.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_POLL)
        return jobs

    def _pending(self, jobs: Sequence[BatchJob], trouble: str) -> Pending:
        now, limit = self.service.clock.time(), self.service.engine.longest_job
        found = pending([job for job in jobs if job.runs], now, limit, trouble)
        return replace(found, jobs=tuple(dict.fromkeys([*found.jobs, *self.service.jobs])))

    # -------------------------------------------------------------- starting

    def _start(
        self, left: Mapping[str, Request], before: Sequence[BatchJob], cloud: Cloud
    ) -> BatchJob:
        service = self.service
        service.allow(documents.characters(request.source for request in left.values()))
        parts = _documents(left)
        files = {name: documents.render(part) for name, part in parts.items()}
        order = self._order(files, before, self._parallel_data(cloud))
        service.progress.say(f"{len(left)} units in {len(files)} documents go to a batch job")
        units_file = {name: [*part] for name, part in parts.items()}
        cloud.storage.put(
            {f"{order.source}{name}": text.encode() for name, text in files.items()}
            | {f"{_folder_of(order.source)}{_UNITS}": json.dumps(units_file).encode()}
        )
        return cloud.translator.start(order)

    def _order(
        self, files: Mapping[str, str], before: Sequence[BatchJob], parallel_data: str
    ) -> JobOrder:
        """The order that follows from the documents and from how often they were sent before."""
        service, row = self.service, self.service.language
        wishes = [files, parallel_data, service.terminology, row.formality]
        key = _hash(json.dumps(wishes, sort_keys=True))
        stem = f"{self._folder}{key[:16]}-"
        attempts = [job for job in before if job.source.startswith(stem)]
        broken = [job for job in attempts if job.broken]
        if len(broken) >= _MOST_ATTEMPTS:
            raise AmtsError(
                f"batch jobs for this text failed {_MOST_ATTEMPTS} times; the last: {_failure(broken[0])}"
            )
        if broken:
            service.progress.say(f"once more: {_failure(broken[0])}")
        number = len(attempts) + 1
        return JobOrder(
            name=f"amts-{row.code}-{key[:16]}-{number}",
            token=_hash(f"{key} {number}"),
            source=f"{stem}{number}/{_INPUT}",
            target=f"{stem}{number}/output/",
            role=service.amazon.required("role"),
            language=row.row.service_code,
            parallel_data=parallel_data,
            terminology=service.terminology,
            formality=row.formality,
            source_language=service.source_language,
        )

    def _parallel_data(self, cloud: Cloud) -> str:
        """The name of the resource, once it can be used; "" for a job that goes without."""
        name = parallel_data_name(self.service.amazon, self.service.language.code)
        if not name:
            return ""
        state = cloud.translator.parallel_data(name)
        push = f"amts-bot parallel-data push --language {self.service.language.code}"
        if state is None:
            raise AmtsError(
                f"there is no parallel data {name!r}: make it with {push}; if it is called otherwise, "
                "set [amazon] parallel-data; if it is in another region, set [amazon] region"
            )
        if state.status == "FAILED":
            raise AmtsError(
                f"parallel data {name!r} could not be imported: {state.message or 'no reason given'}; "
                f"mend it with {push}"
            )
        if state.status != "ACTIVE":
            raise AmtsError(
                f"parallel data {name!r} is {state.status}: run again when it is ACTIVE"
            )
        return name

    # -------------------------------------------------------------- collecting

    def _collected(
        self, jobs: Sequence[BatchJob], wanted: Mapping[str, Request], cloud: Cloud
    ) -> _Collected:
        """Looks through the jobs, newest first, as long as a unit is missing."""
        found = _Collected()
        folders = {job.id: _folder_of(job.source) for job in jobs}
        lists = cloud.storage.get(f"{folder}{_UNITS}" for folder in folders.values())
        for job in jobs:
            content = lists.get(f"{folders[job.id]}{_UNITS}")
            missing = wanted.keys() - found.readings.keys()
            if content is not None and missing:
                of_job = json.loads(content)
                useful = {name: ids for name, ids in of_job.items() if missing & set(ids)}
                if useful:
                    self._collect(job, useful, wanted, found, cloud)
        return found

    def _collect(
        self,
        job: BatchJob,
        useful: Mapping[str, Sequence[str]],
        wanted: Mapping[str, Request],
        found: _Collected,
        cloud: Cloud,
    ) -> None:
        code = self.service.language.row.service_code
        # By their own names: the service puts them into a folder of its own below ours.
        there = {path.rpartition("/")[2]: path for path in cloud.storage.names(job.target)}
        outputs = {name: there[f"{code}.{name}"] for name in useful if f"{code}.{name}" in there}
        contents = cloud.storage.get(outputs.values())
        reasons = self._reasons(there, cloud) if len(outputs) < len(useful) else {}
        for name, ids in useful.items():
            sources = {u: wanted[u].source for u in ids if u in wanted and u not in found.readings}
            text = contents.get(outputs.get(name, ""), b"").decode("utf-8", "replace")
            readings = documents.answers(text, sources, ids, self.service.language.row).readings
            found.readings.update(readings)
            for unit in sources.keys() - readings.keys():
                why = reasons.get(name, "its translation is missing in the output")
                found.trouble[unit] = f"batch job {job.id}, {name}: {why}"
                if not job.broken:
                    found.sent[unit] = found.sent.get(unit, 0) + 1

    def _reasons(self, there: Mapping[str, str], cloud: Cloud) -> Mapping[str, str]:
        """What the details file says about documents that did not come back."""
        path = there.get(details.file_name(self.service.language.row.service_code), "")
        content = cloud.storage.get([path] if path else []).get(path, b"{}")
        return details.read_details(content).errors


_INPUT = "input/"
_UNITS = "units.json"  # beside the folder of documents: by document, the ids of its units


def _folder_of(source: str) -> str:
    """What a job has of ours: `input/` with its documents, and the list of their units."""
    return source.removesuffix(_INPUT)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _replies(wanted: Mapping[str, Request], found: _Collected) -> dict[str, Reply]:
    replies: dict[str, Reply] = {}
    for unit in wanted:
        reading = found.readings.get(unit)
        if reading is not None:
            replies[unit] = answered(reading, "amazon-act")
        else:
            replies[unit] = Failure(found.trouble[unit])
    return replies


def _documents(left: Mapping[str, Request]) -> dict[str, dict[str, str]]:
    """The units of each document by id, by a name that S3 and a person can read.

    A document per page, or several for a very long one.
    """
    pages: dict[str, dict[str, str]] = {}
    for unit, request in left.items():
        pages.setdefault(request.page, {})[unit] = request.source
    files: dict[str, dict[str, str]] = {}
    for page, units in sorted(pages.items()):
        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", page.removesuffix(".md")).strip("-") or "units"
        for part in _parts(units):
            digest = _hash(f"{page}\n{documents.render(part)}")
            files[f"{readable[-80:]}-{digest[:8]}.html"] = part
    return files


def _parts(units: Mapping[str, str]) -> Iterator[dict[str, str]]:
    part: dict[str, str] = {}
    size = 0
    for unit, source in units.items():
        if part and size + len(source) > _MOST_DOCUMENT:
            yield part
            part, size = {}, 0
        part[unit] = source
        size += len(source)
    if part:
        yield part


def _failure(job: BatchJob) -> str:
    if job.status == "STOPPED":
        return f"batch job {job.id} was stopped by somebody: run again to start a new one"
    return (
        f"batch job {job.id} failed: {job.message or 'no reason given'}\n"
        "If it speaks of access, check [amazon] role (it must be able to read and write the bucket) and "
        "that bucket and region belong together; then run again: nothing of a failed job is billed"
    )
