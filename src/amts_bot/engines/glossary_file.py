"""The glossary that engines may be told of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GlossaryFile:
    """A glossary of the repository; "" for a language without one."""

    text: str = ""
    name: str = ""
