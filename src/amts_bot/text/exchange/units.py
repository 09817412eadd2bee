"""What travels to a translation tool and back: the units of a language that wait for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedUnit:
    """A unit as a tool gets it. `name` finds it again in its page for as long as neither side of it changes.

    `target` is what stands there, "" where that is the English; `line` counts from 1. `english_before` and `before` are
    the English and the translation that it had, "" where it is new; `notes` say what a person should know.
    """

    page: str
    name: str
    english: str
    target: str
    line: int
    english_before: str = ""
    before: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedUnits:
    """The units of a language, in the order in which people read them."""

    language: str
    units: tuple[OfferedUnit, ...]


@dataclass(frozen=True, slots=True)
class ReturnedUnits:
    """What a file brought back: its language, and the text of each unit by page and name; "" where it has none."""

    language: str
    texts: Mapping[tuple[str, str], str]
