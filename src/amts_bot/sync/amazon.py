"""How the main job reaches Amazon Translate."""

from __future__ import annotations

from dataclasses import dataclass, field

from amts_bot.engines.account import RunAccount
from amts_bot.ports import Clock, Connect


@dataclass(frozen=True, slots=True)
class Amazon:
    """How the main job reaches Amazon Translate, how it waits there, and what it did with money."""

    connect: Connect
    clock: Clock
    account: RunAccount = field(default_factory=RunAccount)
