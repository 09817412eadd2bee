"""The state of the local Amazon Translate: parallel data, terminologies and batch jobs.

Nothing here runs by the clock: a job or an import is done after it was looked at `polls` times.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from amts_bot.text.languages import LANGUAGES
from tests.aws.habits import Habits
from tests.aws.machine import Machine, characters, key
from tests.aws.wire import ServiceError

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/amts-translate-data"
_URI = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)")
_MOST_TEXT = 1_000_000  # characters of text in a document
_MOST_SEGMENT = 1_000  # bytes of one side of a parallel data record
_SERVICE_CODES = {row.service_code for row in LANGUAGES.values() if row.service_code}
_OVER = ("COMPLETED", "COMPLETED_WITH_ERROR", "FAILED", "STOPPED")


class Storage(Protocol):
    """The service's own way to S3; no fault of the callers' S3 hits it."""

    def exists(self, bucket: str) -> bool: ...

    def names(self, bucket: str, prefix: str) -> list[str]: ...

    def get(self, bucket: str, name: str) -> bytes: ...

    def put(self, bucket: str, name: str, content: bytes) -> None: ...

    def link(self, bucket: str, name: str) -> str: ...


@dataclass
class Rules:
    """How the service behaves where its documentation leaves it open, and how slow it is.

    `fail` ends the next jobs FAILED with these messages; `bad_documents` maps a part of a document's
    name to the error it gets; `lost_documents` are left out without a word; `truncate` cuts the output
    of documents short; `foreign` adds outputs that nobody asked for; `unknown_languages` are missing here;
    `habits` are what happens to the markup of every document.
    """

    job_polls: int = 0
    most_jobs: int = 10  # that run at once; others wait
    import_polls: int = 0
    honours_tokens: bool = True
    busy: str = "LimitExceededException"  # or ConcurrentModificationException
    fail: list[str] = field(default_factory=list)
    bad_documents: dict[str, str] = field(default_factory=dict)
    lost_documents: list[str] = field(default_factory=list)
    truncate: list[str] = field(default_factory=list)
    foreign: dict[str, bytes] = field(default_factory=dict)
    unknown_languages: set[str] = field(default_factory=set)
    habits: Habits = field(default_factory=Habits)


@dataclass
class Job:
    """A batch job: what was asked for, and how often it still has to be looked at."""

    id: str
    request: dict[str, Any]
    left: int
    submitted: datetime
    status: str = "SUBMITTED"
    message: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    ended: datetime | None = None


@dataclass
class ParallelData:
    """A parallel data resource; `pairs` are those of the last import that worked."""

    name: str
    request: dict[str, Any]
    left: int
    created: datetime
    attempt: datetime
    status: str = "CREATING"
    attempt_status: str = ""
    message: str = ""
    pairs: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    auxiliary: str = ""

    @property
    def busy(self) -> bool:
        return self.status == "CREATING" or self.attempt_status == "UPDATING"


@dataclass
class Service:
    """`handle` answers one call. `paid` lists every paragraph that was billed: job, document, English."""

    storage: Storage
    machine: Machine
    rules: Rules = field(default_factory=Rules)
    jobs: dict[str, Job] = field(default_factory=dict)
    parallel_data: dict[str, ParallelData] = field(default_factory=dict)
    terminologies: dict[str, dict[str, Any]] = field(default_factory=dict)
    paid: list[tuple[str, str, str]] = field(default_factory=list)
    _time: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def handle(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Answers one call, or raises ServiceError."""
        if operation not in _OPERATIONS:
            raise ServiceError("UnknownOperationException", f"this fake has no {operation}")
        self._time += timedelta(seconds=1)
        return _OPERATIONS[operation](self, request)

    def add_parallel_data(
        self,
        name: str,
        language: str,
        pairs: Mapping[str, str],
        status: str = "ACTIVE",
        description: str = "amts-bot sha256:before",
    ) -> None:
        """Parallel data as if it had been imported before: English and its translation."""
        request = {
            "ClientToken": name,
            "ParallelDataConfig": {"S3Uri": "s3://before/it.csv", "Format": "CSV"},
            "Description": description,
        }
        by_key = {key(source): target for source, target in pairs.items()}
        self.parallel_data[name] = ParallelData(
            name=name,
            request=request,
            left=self.rules.import_polls,
            created=self._time,
            attempt=self._time,
            status=status,
            pairs={language: by_key},
        )

    # -------------------------------------------------------------- batch jobs

    def start_job(self, request: dict[str, Any]) -> dict[str, Any]:
        same = next((j for j in self.jobs.values() if self._repeats(j, request)), None)
        if same is None:
            self._check_order(request)
            number = hashlib.md5(f"job {len(self.jobs)}".encode()).hexdigest()
            same = Job(id=number, request=request, left=self.rules.job_polls, submitted=self._time)
            self.jobs[number] = same
        return {"JobId": same.id, "JobStatus": same.status}

    def _repeats(self, job: Job, request: Mapping[str, Any]) -> bool:
        return self.rules.honours_tokens and job.request["ClientToken"] == request["ClientToken"]

    def _check_order(self, request: Mapping[str, Any]) -> None:
        source, targets = request["SourceLanguageCode"], request["TargetLanguageCodes"]
        self._check_pair(source, targets)
        if len(targets) > 10 or not request["DataAccessRoleArn"].startswith(
            f"arn:aws:iam::{ACCOUNT}:"
        ):
            raise ServiceError("InvalidParameterValueException", "DataAccessRoleArn: cannot assume")
        if len(request.get("ParallelDataNames", [])) > 1:
            raise ServiceError("InvalidParameterValueException", "one parallel data resource only")
        self._named_resources(request, targets)
        for side in ("InputDataConfig", "OutputDataConfig"):
            bucket, prefix = _place(request[side]["S3Uri"])
            if not prefix.strip("/"):
                raise ServiceError("InvalidRequestException", f"{side}: not a folder of the bucket")
            if not self.storage.exists(bucket):
                raise ServiceError("InvalidRequestException", f"{side}: no access to {bucket}")
        if not self._inputs(request):
            raise ServiceError("InvalidRequestException", "The input folder has no documents")

    def _check_pair(self, source: str, targets: list[str]) -> None:
        for code in (source, *targets):
            if code not in _SERVICE_CODES or targets.count(source):
                raise ServiceError(
                    "UnsupportedLanguagePairException",
                    f"Unsupported language pair: {source} to {', '.join(targets)}",
                )

    def _named_resources(self, request: Mapping[str, Any], targets: list[str]) -> None:
        for name in request.get("TerminologyNames", []):
            if name not in self.terminologies:
                raise ServiceError("ResourceNotFoundException", f"no terminology {name}")
        for name in request.get("ParallelDataNames", []):
            found = self.parallel_data.get(name)
            if found is None:
                raise ServiceError("ResourceNotFoundException", f"no parallel data {name}")
            if found.status != "ACTIVE":
                raise ServiceError("InvalidRequestException", f"{name} is {found.status}")
            if not set(targets) <= set(found.pairs):
                raise ServiceError("InvalidRequestException", f"{name} lacks {targets}")

    def describe_job(self, request: dict[str, Any]) -> dict[str, Any]:
        job = self._job(request["JobId"])
        self._look(job)
        return {"TextTranslationJobProperties": self._properties(job)}

    def list_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted = request.get("Filter", {})
        if len(wanted) > 1:
            raise ServiceError("InvalidFilterException", "one filter at a time")
        found = []
        for job in reversed(self.jobs.values()):
            properties = self._properties(job)
            after = wanted.get("SubmittedAfterTime", 0)
            if wanted.get("JobName", properties["JobName"]) != properties["JobName"]:
                continue
            if wanted.get("JobStatus", job.status) == job.status and (
                job.submitted.timestamp() > after
            ):
                found.append(properties)
        return _page(found, request, "TextTranslationJobPropertiesList")

    def stop_job(self, request: dict[str, Any]) -> dict[str, Any]:
        job = self._job(request["JobId"])
        if job.status not in _OVER:
            job.status = "STOPPED"
        return {"JobId": job.id, "JobStatus": job.status}

    def _job(self, number: str) -> Job:
        if number not in self.jobs:
            raise ServiceError("ResourceNotFoundException", f"no job {number}")
        return self.jobs[number]

    def _look(self, job: Job) -> None:
        if job.status in _OVER:
            return
        running = [it for it in self.jobs.values() if it.status == "IN_PROGRESS"]
        if job.status == "SUBMITTED" and len(running) >= self.rules.most_jobs:
            return
        if job.left > 0:
            job.left -= 1
            job.status = "IN_PROGRESS"
        elif self.rules.fail:
            job.status, job.message = "FAILED", self.rules.fail.pop(0)
        else:
            self._run(job)
        if job.status in _OVER:
            job.ended = self._time

    def _properties(self, job: Job) -> dict[str, Any]:
        request = job.request
        output = request["OutputDataConfig"]["S3Uri"].rstrip("/")
        copied = (
            "SourceLanguageCode",
            "TargetLanguageCodes",
            "TerminologyNames",
            "ParallelDataNames",
            "InputDataConfig",
            "DataAccessRoleArn",
            "Settings",
        )
        properties = {name: request[name] for name in copied if name in request}
        properties |= {
            "JobId": job.id,
            "JobName": request.get("JobName", job.id),
            "JobStatus": job.status,
            "JobDetails": job.counts,
            "SubmittedTime": job.submitted,
            "OutputDataConfig": {"S3Uri": f"{output}/{ACCOUNT}-TranslateText-{job.id}/"},
        }
        if job.ended:
            properties["EndTime"] = job.ended
        return properties | ({"Message": job.message} if job.message else {})

    def _inputs(self, request: Mapping[str, Any]) -> list[str]:
        bucket, prefix = _place(request["InputDataConfig"]["S3Uri"])
        folder = prefix.rstrip("/") + "/"
        return [n for n in self.storage.names(bucket, folder) if not n.endswith("/")]

    def _run(self, job: Job) -> None:
        """Translates every document of the job, as documented for text/html."""
        target = job.request["TargetLanguageCodes"][0]
        bucket, prefix = _place(job.request["InputDataConfig"]["S3Uri"])
        output = _place(self._properties(job)["OutputDataConfig"]["S3Uri"])[1]
        details, bad, billed = [], 0, 0
        for name in self._inputs(job.request):
            relative = name.removeprefix(prefix.rstrip("/") + "/")
            folder, _, file = relative.rpartition("/")
            made = f"{folder}/{target}.{file}".lstrip("/")
            error = self._error(relative, self.storage.get(bucket, name))
            row: dict[str, Any] = {"sourceFile": relative, "targetFile": made, "auxiliaryData": {}}
            if error:
                bad += 1
                row["auxiliaryData"]["error"] = {
                    "errorCode": "InvalidRequestException",
                    "errorMessage": error,
                }
            elif not _any(relative, self.rules.lost_documents):
                english = self.storage.get(bucket, name).decode()
                billed += self._document(job, relative, english, bucket, output + made)
            details.append(row)
        summary = {
            "sourceLanguageCode": job.request["SourceLanguageCode"],
            "targetLanguageCode": target,
            "charactersTranslated": str(billed),
            "documentCountWithCustomerError": str(bad),
            "documentCountWithServerError": "0",
            "inputDataPrefix": job.request["InputDataConfig"]["S3Uri"],
            "outputDataPrefix": f"s3://{bucket}/{output}",
            "details": details,
        }
        extra = {
            ".write_access_check_file.temp": b"",
            f"details/{target}.auxiliary-translation-details.json": json.dumps(summary).encode(),
            **self.rules.foreign,
        }
        for name, content in extra.items():
            self.storage.put(bucket, output + name, content)
        good = len(details) - bad
        job.counts = {
            "TranslatedDocumentsCount": good,
            "DocumentsWithErrorsCount": bad,
            "InputDocumentsCount": len(details),
        }
        job.status = "COMPLETED_WITH_ERROR" if bad else "COMPLETED"

    def _error(self, name: str, content: bytes) -> str:
        for part, error in self.rules.bad_documents.items():
            if part in name:
                return error
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return "Invalid utf-8 encoded texts detected"
        return "Document too large" if characters(text) > _MOST_TEXT else ""

    def _document(self, job: Job, name: str, english: str, bucket: str, made: str) -> int:
        target = job.request["TargetLanguageCodes"][0]
        if "<html" not in english:  # text outside the html element is not translated
            self.storage.put(bucket, made, english.encode())
            return 0
        translated = self.machine.translate(english, target, self._pairs(job.request, target))
        if _any(name, self.rules.truncate):
            translated = translated[: len(translated) * 2 // 3]
        self.storage.put(bucket, made, self.rules.habits.answer(translated).encode())
        self.paid += [(job.id, name, text) for text in _paragraphs(english)]
        return self.rules.habits.billed(english)

    def _pairs(self, request: Mapping[str, Any], target: str) -> dict[str, str]:
        names = request.get("ParallelDataNames", [])
        return self.parallel_data[names[0]].pairs.get(target, {}) if names else {}

    # -------------------------------------------------------------- TranslateText

    def translate_text(self, request: dict[str, Any]) -> dict[str, Any]:
        source, target = request["SourceLanguageCode"], request["TargetLanguageCode"]
        self._check_pair(source, [target])
        self._named_resources(request, [target])
        text = request["Text"]
        if len(text.encode()) > 10_000:
            raise ServiceError("TextSizeLimitExceededException", "Input text size exceeds limit")
        paragraphs = [*_paragraphs(text)] or [key(text)]
        self.paid += [("", "TranslateText", paragraph) for paragraph in paragraphs]
        return {
            "TranslatedText": self.machine.translate(text, target, {}),
            "SourceLanguageCode": source,
            "TargetLanguageCode": target,
        }

    def translate_document(self, request: dict[str, Any]) -> dict[str, Any]:
        source, target = request["SourceLanguageCode"], request["TargetLanguageCode"]
        self._check_pair(source, [target])
        if "en" not in (source, target):
            raise ServiceError("UnsupportedLanguagePairException", "one language must be English")
        self._named_resources(request, [target])
        content = request["Document"]["Content"]
        if len(content) > 100_000:
            raise ServiceError("LimitExceededException", "The document is too large")
        text = content.decode()
        self.paid += [("", "TranslateDocument", paragraph) for paragraph in _paragraphs(text)]
        return {
            "TranslatedDocument": {"Content": self.machine.translate(text, target, {}).encode()},
            "SourceLanguageCode": source,
            "TargetLanguageCode": target,
        }

    # -------------------------------------------------------------- parallel data

    def create_parallel_data(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["Name"]
        found = self.parallel_data.get(name)
        if found is not None:
            if self.rules.honours_tokens and found.request["ClientToken"] == request["ClientToken"]:
                return {"Name": name, "Status": found.status}
            raise ServiceError("ConflictException", f"parallel data {name} exists")
        self._one_at_a_time()
        polls = self.rules.import_polls
        self.parallel_data[name] = ParallelData(
            name=name, request=request, left=polls, created=self._time, attempt=self._time
        )
        return {"Name": name, "Status": "CREATING"}

    def update_parallel_data(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._resource(request["Name"])
        if found.status not in ("ACTIVE", "FAILED"):
            raise ServiceError("ConflictException", f"{found.name} is {found.status}")
        self._one_at_a_time()
        found.request = found.request | request
        found.left, found.attempt = self.rules.import_polls, self._time
        found.attempt_status = "UPDATING"
        return {
            "Name": found.name,
            "Status": found.status,
            "LatestUpdateAttemptStatus": "UPDATING",
            "LatestUpdateAttemptAt": found.attempt,
        }

    def _one_at_a_time(self) -> None:
        busy = [found.name for found in self.parallel_data.values() if found.busy]
        for name in busy:  # whoever asks meets an import that is a little further on
            self._import(self.parallel_data[name])
        if busy:
            raise ServiceError(self.rules.busy, f"{busy[0]} is being imported")

    def get_parallel_data(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._resource(request["Name"])
        if found.busy:
            self._import(found)
        reply: dict[str, Any] = {"ParallelDataProperties": self._resource_properties(found)}
        if found.counts:
            bucket, name = _place(found.request["ParallelDataConfig"]["S3Uri"])
            place = {"RepositoryType": "S3", "Location": self.storage.link(bucket, name)}
            reply["DataLocation"] = place
        if found.auxiliary:
            bucket, name = _place(found.auxiliary)
            place = {"RepositoryType": "S3", "Location": self.storage.link(bucket, name)}
            updated = "LatestUpdateAttemptAuxiliaryDataLocation"
            reply[updated if found.attempt_status else "AuxiliaryDataLocation"] = place
        return reply

    def list_parallel_data(self, request: dict[str, Any]) -> dict[str, Any]:
        rows = [self._resource_properties(found) for found in self.parallel_data.values()]
        return _page(rows, request, "ParallelDataPropertiesList")

    def delete_parallel_data(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._resource(request["Name"])
        del self.parallel_data[found.name]
        return {"Name": found.name, "Status": "DELETING"}

    def _resource(self, name: str) -> ParallelData:
        if name not in self.parallel_data:
            raise ServiceError("ResourceNotFoundException", f"no parallel data {name}")
        return self.parallel_data[name]

    def _resource_properties(self, found: ParallelData) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "Name": found.name,
            "Status": found.status,
            "ParallelDataConfig": found.request["ParallelDataConfig"],
            "CreatedAt": found.created,
            "LastUpdatedAt": found.attempt,
            "TargetLanguageCodes": sorted(found.pairs),
            **found.counts,
        }
        optional = {
            "Description": found.request.get("Description"),
            "Message": found.message,
            "LatestUpdateAttemptStatus": found.attempt_status,
            "LatestUpdateAttemptAt": found.attempt if found.attempt_status else None,
        }
        return properties | {name: value for name, value in optional.items() if value}

    def _import(self, found: ParallelData) -> None:
        """Looks at an import; when it is over, the new pairs count or the old ones stay."""
        if found.left > 0:
            found.left -= 1
            return
        bucket, name = _place(found.request["ParallelDataConfig"]["S3Uri"])
        try:
            pairs, counts, messages = _records(self.storage.get(bucket, name).decode())
        except (ValueError, KeyError) as error:
            status, found.message = "FAILED", f"The input file cannot be read: {error}"
        else:
            status, found.message = "ACTIVE", ""
            found.pairs, found.counts = pairs, counts
            found.auxiliary = f"s3://{bucket}/{name}.errors.json"
            self.storage.put(bucket, f"{name}.errors.json", json.dumps(messages).encode())
        if found.attempt_status:
            found.attempt_status = status
            found.status = "ACTIVE" if found.pairs else status
        else:
            found.status = status

    # -------------------------------------------------------------- terminology

    def import_terminology(self, request: dict[str, Any]) -> dict[str, Any]:
        content = request["TerminologyData"]["File"].decode()
        codes = next(csv.reader(io.StringIO(content)))
        if len(codes) < 2:
            raise ServiceError("InvalidParameterValueException", "no target language")
        row = {
            "Name": request["Name"],
            "Description": request.get("Description", ""),
            "SourceLanguageCode": codes[0],
            "TargetLanguageCodes": codes[1:],
            "SizeBytes": len(content.encode()),
            "TermCount": content.count("\n") - 1,
            "CreatedAt": self._time,
            "LastUpdatedAt": self._time,
        }
        self.terminologies[request["Name"]] = row
        return {"TerminologyProperties": row}

    def list_terminologies(self, request: dict[str, Any]) -> dict[str, Any]:
        return _page([*self.terminologies.values()], request, "TerminologyPropertiesList")

    def delete_terminology(self, request: dict[str, Any]) -> dict[str, Any]:
        self.get_terminology(request)
        del self.terminologies[request["Name"]]
        return {}

    def list_languages(self, request: dict[str, Any]) -> dict[str, Any]:
        codes = sorted(_SERVICE_CODES - self.rules.unknown_languages)
        rows = [{"LanguageName": code, "LanguageCode": code} for code in codes]
        return _page(rows, request, "Languages") | {"DisplayLanguageCode": "en"}

    def get_terminology(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["Name"] not in self.terminologies:
            raise ServiceError("ResourceNotFoundException", f"no terminology {request['Name']}")
        return {"TerminologyProperties": self.terminologies[request["Name"]]}


_OPERATIONS: dict[str, Callable[[Service, dict[str, Any]], dict[str, Any]]] = {
    "StartTextTranslationJob": Service.start_job,
    "DescribeTextTranslationJob": Service.describe_job,
    "ListTextTranslationJobs": Service.list_jobs,
    "StopTextTranslationJob": Service.stop_job,
    "TranslateText": Service.translate_text,
    "TranslateDocument": Service.translate_document,
    "CreateParallelData": Service.create_parallel_data,
    "UpdateParallelData": Service.update_parallel_data,
    "GetParallelData": Service.get_parallel_data,
    "ListParallelData": Service.list_parallel_data,
    "DeleteParallelData": Service.delete_parallel_data,
    "ImportTerminology": Service.import_terminology,
    "GetTerminology": Service.get_terminology,
    "ListTerminologies": Service.list_terminologies,
    "DeleteTerminology": Service.delete_terminology,
    "ListLanguages": Service.list_languages,
}


def _place(uri: str) -> tuple[str, str]:
    found = _URI.fullmatch(uri)
    assert found is not None  # the model's pattern was checked
    return found["bucket"], found["prefix"]


def _any(name: str, parts: list[str]) -> bool:
    return any(part in name for part in parts)


def _page(rows: list[Any], request: Mapping[str, Any], member: str) -> dict[str, Any]:
    start, size = int(request.get("NextToken", 0)), request.get("MaxResults", 100)
    reply: dict[str, Any] = {member: rows[start : start + size]}
    return reply | ({"NextToken": str(start + size)} if start + size < len(rows) else {})


def _paragraphs(text: str) -> Iterator[str]:
    for found in re.finditer(r"<p\b[^>]*>(.*?)</p>", text, re.DOTALL):
        yield key(html.unescape(re.sub(r"<[^>]*>", "", found[1])))


def _records(content: str) -> tuple[dict[str, dict[str, str]], dict[str, int], dict[str, Any]]:
    """The pairs of a CSV by language, the counters, and the error file. The last of a source wins."""
    rows = list(csv.reader(io.StringIO(content), strict=True))
    codes = rows[0] if rows else []
    if len(codes) < 2 or not set(codes) <= _SERVICE_CODES:
        raise ValueError("the first row must name the language codes")
    pairs: dict[str, dict[str, str]] = {code: {} for code in codes[1:]}
    messages: list[dict[str, str]] = []
    failed = skipped = 0
    for row in rows[1:]:
        if len(row) != len(codes) or any(field[:1] in ("+", "-", "=", "@") for field in row):
            failed += 1
            messages.append({"content": ",".join(row)[:80], "message": "not a valid record"})
        elif not row[0].strip() or len(row[0].encode()) > _MOST_SEGMENT:
            skipped += 1
            messages.append({"content": row[0][:80], "message": "source empty or too long"})
        else:
            for code, field_ in zip(codes[1:], row[1:], strict=True):
                if field_.strip() and len(field_.encode()) <= _MOST_SEGMENT:
                    pairs[code][key(row[0])] = field_
    counts = {
        "ImportedDataSize": len(content),
        "ImportedRecordCount": len(rows) - 1 - failed - skipped,
        "FailedRecordCount": failed,
        "SkippedRecordCount": skipped,
    }
    summary = {"record_error_count": failed, "record_skipped_count": skipped}
    return pairs, counts, {"summary": summary, "messages": messages}
