"""What the stories need of the world, as small Protocols; adapters satisfy them by shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from amts_bot.model import Answer, Request


class Engine(Protocol):
    """Drafts translations: one call per run, answers in the order of the requests."""

    def translate(self, requests: Sequence[Request], language: str) -> list[Answer | None]:
        """None leaves the English for a person."""
        ...
