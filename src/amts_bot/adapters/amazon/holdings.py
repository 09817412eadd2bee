"""What an account holds at Amazon Translate in one region: looked at, fetched, stopped and deleted."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from amts_bot.adapters.amazon.errors import code_of, explained
from amts_bot.errors import AmtsError
from amts_bot.model.amazon import Resource

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_translate import TranslateClient
    from mypy_boto3_translate.type_defs import (
        ParallelDataPropertiesTypeDef,
        TerminologyPropertiesTypeDef,
    )

_PAGE = 100
_PATIENCE = 60  # seconds, for a file of parallel data


class AmazonHoldings:
    """The resources of Amazon Translate in one region. Every method raises AmtsError that says what to change."""

    def __init__(self, client: TranslateClient) -> None:
        self._client = client
        self._explained = partial(explained, "translate", client.meta.region_name)

    def languages(self) -> frozenset[str]:
        """The codes of the languages that the service has here."""
        rows = self._pages(self._client.list_languages, "Languages")
        return frozenset(str(row["LanguageCode"]) for row in rows)

    def stop(self, job: str) -> None:
        """Asks for the end of a job; what it did until then is paid and stays."""
        with self._explained():
            self._client.stop_text_translation_job(JobId=job)

    def parallel_data(self) -> tuple[Resource, ...]:
        """All parallel data of the account, whoever made it."""
        rows = self._pages(self._client.list_parallel_data, "ParallelDataPropertiesList")
        return tuple(_of_parallel_data(row) for row in rows)

    def terminologies(self) -> tuple[Resource, ...]:
        """All terminologies of the account, whoever made them."""
        rows = self._pages(self._client.list_terminologies, "TerminologyPropertiesList")
        return tuple(_of_terminology(row) for row in rows)

    def content(self, name: str) -> bytes:
        """The file that parallel data was imported from, as the service keeps it."""
        with self._explained():
            reply = self._client.get_parallel_data(Name=name)
        url = reply.get("DataLocation", {}).get("Location", "")
        if not url.startswith(("https://", "http://127.0.0.1:")):
            raise AmtsError(
                f"parallel data {name!r} has no file that was imported without an error"
            )
        try:
            with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
                return bytes(answer.read())
        except OSError as error:
            raise AmtsError(
                f"the file of parallel data {name!r} cannot be fetched: {error}; try again, its address "
                "is good for half an hour"
            ) from error

    def delete(self, resource: Resource) -> None:
        """Deletes a resource; one that is gone already is no error."""
        calls: dict[str, Callable[..., object]] = {
            "parallel data": self._client.delete_parallel_data,
            "terminology": self._client.delete_terminology,
        }
        with self._explained():
            try:
                calls[resource.kind](Name=resource.name)
            except self._client.exceptions.ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise

    def _pages(self, call: Callable[..., Any], member: str) -> Iterator[Any]:
        """boto3 has a paginator for one of these lists only."""
        arguments: dict[str, Any] = {"MaxResults": _PAGE}
        while True:
            with self._explained():
                page = call(**arguments)
            yield from page[member]
            if not page.get("NextToken"):
                return
            arguments["NextToken"] = page["NextToken"]


def _of_parallel_data(row: ParallelDataPropertiesTypeDef) -> Resource:
    return Resource(
        kind="parallel data",
        name=row["Name"],
        status=row["Status"],
        attempt=row.get("LatestUpdateAttemptStatus", ""),
        **_described(row, "ImportedRecordCount"),
    )


def _of_terminology(row: TerminologyPropertiesTypeDef) -> Resource:
    return Resource(
        kind="terminology", name=row["Name"], status="ACTIVE", **_described(row, "TermCount")
    )


def _described(row: Mapping[str, Any], count: str) -> dict[str, Any]:
    made: datetime | None = row.get("LastUpdatedAt") or row.get("CreatedAt")
    return {
        "description": row.get("Description", ""),
        "records": row.get(count, 0),
        "languages": tuple(row.get("TargetLanguageCodes", [])),
        "updated": made.timestamp() if made else 0.0,
    }
