"""What the commands that work on AWS share: the connection, and how long they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amts_bot.ports import Cloud

WAIT = 45 * 60.0  # seconds; a run of hosted CI has six hours, its AWS credentials one


def connect(bucket: str, region: str) -> Cloud:
    """Opens the services. boto3 takes half a second to load: only where something is asked of them."""
    from amts_bot.adapters.amazon.translate import connect as connect_boto3

    return connect_boto3(bucket, region)
