"""What every command of this room works on, and where its findings are in the AWS console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from amts_bot.book.config import Config
from amts_bot.engines.ledger import Ledger
from amts_bot.ports import Clock, Cloud, Connect, Progress

_SOURCE = "en"


@dataclass(frozen=True)
class Desk:
    """The settings of a translation, and the account that they name."""

    config: Config
    connect: Connect
    clock: Clock
    progress: Progress

    @cached_property
    def cloud(self) -> Cloud:
        """The far side; UsageError when the settings name no bucket."""
        amazon = self.config.amazon
        return self.connect(amazon.required("bucket"), amazon.region)

    @property
    def folder(self) -> str:
        """What the bucket has of this translation, "/" at its end."""
        return f"{self.config.amazon.prefix}/"

    def codes(self) -> Iterator[tuple[str, str]]:
        """The languages of amts.toml that the service has, each with its code there."""
        for code, settings in self.config.languages.items():
            if settings.row.service_code:
                yield code, settings.row.service_code

    def ledger(self, service_code: str) -> Ledger:
        """What was paid for in a language."""
        return Ledger(self.cloud.storage, self.clock, self.progress, f"{_SOURCE}-{service_code}")

    def bucket_page(self, folder: str) -> str:
        """The address of a folder of the bucket in the AWS console."""
        bucket, region = self.config.amazon.bucket, self.cloud.region
        return f"https://{region}.console.aws.amazon.com/s3/buckets/{bucket}?region={region}&prefix={folder}"

    def translate_page(self, place: str = "") -> str:
        """The address of Amazon Translate in the AWS console. A single job or resource has none that is documented."""
        region = self.cloud.region
        place = f"#{place}" if place else ""
        return f"https://{region}.console.aws.amazon.com/translate/home?region={region}{place}"
