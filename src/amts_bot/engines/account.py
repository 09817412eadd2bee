"""What a run did at Amazon Translate, with its money."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class RunAccount:
    """What one run did, over all its engines and jobs: the characters it sent, and what people should know.

    `quoted` is what it told people that it would send at most, 0 where it told nothing.
    """

    sent: int = 0
    quoted: int = 0
    remarks: list[str] = field(default_factory=list)
