"""What these tests share: one connection for all their commands."""

from __future__ import annotations

import pytest

from tests.aws.cloud import connected


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 takes longer to make its clients than the commands take."""
    monkeypatch.setattr("amts_bot.commands.amazon.connect", connected)
