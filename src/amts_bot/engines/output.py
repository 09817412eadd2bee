"""What a batch job left in the bucket: documents as they came back, and what the service says about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amts_bot.engines.documents import list_of_units
from amts_bot.engines.ledger import PaidDocument, unsealed
from amts_bot.model.amazon import BatchJob, JobRecord
from amts_bot.ports import Cloud
from amts_bot.text.amazon.details import file_name, read_details


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutput:
    """What a job left in the bucket: its documents as they came back, and what the details file says.

    `units` are the English of each document's units; `files` the outputs that are there; `errors` the service's
    words for documents that it refused; `billed` its count of characters, None where it gives none.
    """

    job: str
    units: Mapping[str, Mapping[str, str]]
    files: Mapping[str, bytes]
    errors: Mapping[str, str]
    billed: int | None

    @classmethod
    def of(cls, job: BatchJob, record: JobRecord, cloud: Cloud) -> JobOutput:
        """Reads the bucket."""
        code, listed = record.pair.partition("-")[2], list_of_units(record.source)
        # By their own names: the service puts them into a folder of its own below ours.
        there = {path.rpartition("/")[2]: path for path in cloud.storage.names(job.target)}
        details = there.get(file_name(code), "")
        small = cloud.storage.get([listed, *filter(None, [details])])
        units = _listed_units(small.get(listed, b""))
        paths = {name: there[f"{code}.{name}"] for name in units if f"{code}.{name}" in there}
        contents = cloud.storage.get(paths.values())
        said = read_details(small.get(details, b""))
        return cls(
            job=job.id,
            units=units,
            files={name: contents[path] for name, path in paths.items() if path in contents},
            errors=said.errors,
            billed=said.characters,
        )

    @property
    def is_late(self) -> bool:
        """Whether a document is missing that the service does not say it refused."""
        return bool(self.units.keys() - self.files.keys() - self.errors.keys())

    def documents(self, now: float) -> dict[str, PaidDocument]:
        """The documents for the ledger, by name; those that the service refused may be sent again."""
        return {
            name: PaidDocument(
                units=units,
                html=self.files.get(name, b"").decode("utf-8", "replace"),
                where=f"batch job {self.job}, {name}",
                at=now,
                error="" if name in self.files else self.errors.get(name, ""),
                again=name not in self.files and name in self.errors,
            )
            for name, units in self.units.items()
        }


def _listed_units(file: bytes) -> dict[str, dict[str, str]]:
    """The list beside a job's documents; nothing where it was cut off or changed."""
    content = unsealed(file) or {}
    return {name: dict(units) for name, units in content.items() if isinstance(units, dict)}
