"""Amazon Translate and its bucket through boto3.

Endpoints, credentials and the default region come from the environment as boto3 reads it;
AWS_ENDPOINT_URL_TRANSLATE and AWS_ENDPOINT_URL_S3 lead to a local service.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from amts_bot.adapters.amazon.account import AwsAccount
from amts_bot.adapters.amazon.errors import code_of, explained
from amts_bot.adapters.amazon.holdings import AmazonHoldings
from amts_bot.adapters.amazon.probes import AmazonProbes
from amts_bot.adapters.amazon.storage import AT_ONCE, Bucket
from amts_bot.errors import AmtsError
from amts_bot.model import Failure
from amts_bot.model.amazon import (
    BatchJob,
    CallOrder,
    JobOrder,
    ParallelDataOrder,
    ParallelDataState,
)
from amts_bot.ports import Cloud

if TYPE_CHECKING:
    from mypy_boto3_translate import TranslateClient
    from mypy_boto3_translate.type_defs import (
        GetParallelDataResponseTypeDef,
        TextTranslationJobPropertiesTypeDef,
    )

# Calls at once that answer with the translation. The pause between tries grows when the service asks for patience.
_CALLS_AT_ONCE = 4
_TRIES = 8
_PAGE = 100
_MOST_ERRORS = 10
_PATIENCE = 30  # seconds, for the file of errors


def connect(bucket: str, region: str) -> Cloud:
    """Opens the services of a region; an empty one is the default of the environment.

    Raises AmtsError without a region. Credentials are asked for with the first call.
    """
    settings = Config(
        retries={"mode": "standard", "total_max_attempts": _TRIES},
        max_pool_connections=AT_ONCE,
        connect_timeout=10,
        # A call that is given up and made again may be paid twice: a document takes its time.
        read_timeout=300,
    )
    with explained("sts"):
        session = boto3.Session(region_name=region or None)
        translate = session.client("translate", config=settings)
        storage = session.client("s3", config=settings)
    return Cloud(
        storage=Bucket(storage, bucket),
        translator=AmazonTranslate(translate, bucket),
        holdings=AmazonHoldings(translate),
        account=AwsAccount(partial(session.client, config=settings)),
        probes=AmazonProbes(translate, bucket),
        region=session.region_name or "",
    )


class AmazonTranslate:
    """Amazon Translate in one region, working on one bucket. Folders are names in that bucket."""

    def __init__(self, client: TranslateClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._explained = partial(explained, "translate", client.meta.region_name)

    # -- batch jobs

    def start(self, order: JobOrder) -> BatchJob:
        """Starts a job, or finds the one that the same order started before."""
        arguments: dict[str, Any] = {
            "JobName": order.name,
            "ClientToken": order.token,
            "InputDataConfig": {"S3Uri": self._uri(order.source), "ContentType": "text/html"},
            "OutputDataConfig": {"S3Uri": self._uri(order.target)},
            "DataAccessRoleArn": order.role,
            "SourceLanguageCode": order.source_language,
            "TargetLanguageCodes": [order.language],
            "ParallelDataNames": _names(order.parallel_data),
            "TerminologyNames": _names(order.terminology),
            "Settings": _settings(order.formality),
        }
        with self._explained():
            started = self._client.start_text_translation_job(
                **{name: value for name, value in arguments.items() if value}
            )
        # Whatever its answer: where the output goes is known once the job is described.
        return BatchJob(
            id=started["JobId"], status="SUBMITTED", source=order.source, target=order.target
        )

    def job(self, number: str) -> BatchJob | None:
        """One job; None when the service does not know it any more."""
        with self._explained():
            try:
                found = self._client.describe_text_translation_job(JobId=number)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
            return self._job(found["TextTranslationJobProperties"])

    def jobs(self, folder: str, since: float) -> tuple[BatchJob, ...]:
        """The jobs that read from below `folder`, submitted after `since` (seconds since 1970)."""
        found = [self._job(row) for row in self._listed(since)]
        return tuple(job for job in found if job.source.startswith(folder))

    def _listed(self, since: float) -> Iterator[TextTranslationJobPropertiesTypeDef]:
        """Newest first, as the service lists them. boto3 has no paginator for this."""
        arguments: dict[str, Any] = {
            "Filter": {"SubmittedAfterTime": datetime.fromtimestamp(since, UTC)},
            "MaxResults": _PAGE,
        }
        while True:
            with self._explained():
                page = self._client.list_text_translation_jobs(**arguments)
            yield from page["TextTranslationJobPropertiesList"]
            if not page.get("NextToken"):
                return
            arguments["NextToken"] = page["NextToken"]

    def _job(self, row: TextTranslationJobPropertiesTypeDef) -> BatchJob:
        return BatchJob(
            id=row["JobId"],
            status=row["JobStatus"],
            source=self._folder(row["InputDataConfig"]["S3Uri"]),
            target=self._folder(row["OutputDataConfig"]["S3Uri"]),
            message=row.get("Message", ""),
            name=row.get("JobName", ""),
            language=next(iter(row.get("TargetLanguageCodes", [])), ""),
            parallel_data=next(iter(row.get("ParallelDataNames", [])), ""),
            submitted=_seconds(row.get("SubmittedTime")),
            ended=_seconds(row.get("EndTime")),
        )

    def _uri(self, folder: str) -> str:
        return f"s3://{self._bucket}/{folder}"

    def _folder(self, uri: str) -> str:
        """The folder of a URI, "" when it is in another bucket."""
        start = self._uri("")
        return uri.removeprefix(start).rstrip("/") + "/" if uri.startswith(start) else ""

    # -- at once

    def texts(self, texts: Sequence[str], order: CallOrder) -> Iterator[tuple[int, str | Failure]]:
        """Translates plain texts; answers as they come, by number. One that is refused is a Failure."""

        def call(text: str, wanted: dict[str, Any]) -> str:
            return self._client.translate_text(Text=text, **wanted)["TranslatedText"]

        return self._at_once(call, texts, order)

    def documents(
        self, documents: Sequence[str], order: CallOrder
    ) -> Iterator[tuple[int, str | Failure]]:
        """Translates HTML documents; answers as they come, by number. One that is refused is a Failure."""

        def call(text: str, wanted: dict[str, Any]) -> str:
            document: Any = {"Content": text.encode(), "ContentType": "text/html"}
            reply = self._client.translate_document(Document=document, **wanted)
            return reply["TranslatedDocument"]["Content"].decode("utf-8", "replace")

        return self._at_once(call, documents, order)

    def _at_once(
        self, call: Callable[[str, dict[str, Any]], str], texts: Sequence[str], order: CallOrder
    ) -> Iterator[tuple[int, str | Failure]]:
        arguments: dict[str, Any] = {
            "SourceLanguageCode": order.source_language,
            "TargetLanguageCode": order.language,
            "TerminologyNames": _names(order.terminology),
            "Settings": _settings(order.formality),
        }
        wanted = {name: value for name, value in arguments.items() if value}

        def one(text: str) -> str | Failure:
            try:
                with self._explained():
                    return call(text, wanted)
            except AmtsError as error:
                return Failure(str(error))

        with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
            asked = {pool.submit(one, text): number for number, text in enumerate(texts)}
            for done in as_completed(asked):
                yield asked[done], done.result()

    # -- parallel data

    def parallel_data(self, name: str) -> ParallelDataState | None:
        """The state of a resource; None when there is none of that name."""
        with self._explained():
            try:
                reply = self._client.get_parallel_data(Name=name)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
        found = reply["ParallelDataProperties"]
        bad = found.get("FailedRecordCount", 0) + found.get("SkippedRecordCount", 0)
        return ParallelDataState(
            name=name,
            status=found["Status"],
            attempt=found.get("LatestUpdateAttemptStatus", ""),
            attempt_at=_seconds(found.get("LatestUpdateAttemptAt")),
            description=found.get("Description", ""),
            message=found.get("Message", ""),
            imported=found.get("ImportedRecordCount", 0),
            failed=found.get("FailedRecordCount", 0),
            skipped=found.get("SkippedRecordCount", 0),
            errors=tuple(_record_errors(reply)) if bad else (),
        )

    def put_parallel_data(self, order: ParallelDataOrder, *, exists: bool) -> float:
        """Creates or updates a resource; when the service took the order (seconds since 1970).

        Raises ServiceBusy while another import of the account is at work.
        """
        arguments: dict[str, Any] = {
            "Name": order.name,
            "Description": order.description,
            "ParallelDataConfig": {"S3Uri": self._uri(order.file), "Format": order.file_format},
            "ClientToken": order.token,
        }
        with self._explained():
            if not exists:
                self._client.create_parallel_data(**arguments)
                return 0.0
            reply = self._client.update_parallel_data(**arguments)
            return reply["LatestUpdateAttemptAt"].timestamp()

    # -- terminology

    def terminology(self, name: str) -> str | None:
        """The description of a terminology; None when there is none of that name."""
        with self._explained():
            try:
                found = self._client.get_terminology(Name=name)
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise
        return found["TerminologyProperties"].get("Description", "")

    def import_terminology(self, name: str, content: bytes, description: str) -> None:
        """Replaces what was there with a CSV."""
        with self._explained():
            self._client.import_terminology(
                Name=name,
                MergeStrategy="OVERWRITE",
                Description=description,
                TerminologyData={"File": content, "Format": "CSV"},
            )


def _record_errors(reply: GetParallelDataResponseTypeDef) -> Iterator[str]:
    """What the service says about single records, from the file that it keeps for half an hour."""
    place = reply.get("LatestUpdateAttemptAuxiliaryDataLocation") or reply.get(
        "AuxiliaryDataLocation"
    )
    if not place:
        return
    url = place["Location"]
    if not url.startswith(("https://", "http://127.0.0.1:")):
        return
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
            messages = json.load(answer).get("messages", [])
    except (OSError, ValueError, AttributeError):  # it only explains the counts
        return
    for message in messages[:_MOST_ERRORS]:
        yield f"{message.get('message', '')}: {message.get('content', '')}"
    if len(messages) > _MOST_ERRORS:
        yield f"… and {len(messages) - _MOST_ERRORS} more"


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _names(name: str) -> list[str]:
    return [name] if name else []


def _settings(formality: str) -> dict[str, str]:
    return {"Formality": formality.upper()} if formality else {}
