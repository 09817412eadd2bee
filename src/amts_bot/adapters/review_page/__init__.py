"""The review page: one HTML file that needs nothing else, for any browser, without a network.

Texts of books are data in it: the script writes them as text and nothing else, and a policy lets no other script run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any


def review_page(data: Mapping[str, Any]) -> Iterator[str]:
    """The HTML of the page for `data`, which has its `title` and `locale` too, in stretches."""
    parts = {name: (files(__package__) / name).read_text(encoding="utf-8") for name in _PARTS}
    script = parts["script.js"]
    before, behind = parts["page.html"].split("$data")
    yield Template(before).substitute(
        title=html.escape(str(data["title"])),
        locale=html.escape(str(data["locale"])),
        style=parts["style.css"],
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    yield from map(_inside_script, json_stretches(data, COMPACT))
    yield Template(behind).substitute(script=script)


_PARTS = ("page.html", "style.css", "script.js")


def _inside_script(text: str) -> str:
    """JSON that ends no element and opens no comment; lone surrogates of file names are escaped."""
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return safe.encode("utf-8", "backslashreplace").decode()


Separators = tuple[str, str]
SPACED: Separators = (", ", ": ")
COMPACT: Separators = (",", ":")  # those of the review page


@dataclass(frozen=True, slots=True)
class Encoded:
    """A list whose entries are JSON already."""

    entries: Iterable[str]


def encoded(value: object, separators: Separators = COMPACT) -> str:
    """As `json.dumps`, but for what is not ASCII: it stays."""
    return json.JSONEncoder(ensure_ascii=False, separators=separators).encode(value)


def json_stretches(data: Mapping[str, Any], separators: Separators = SPACED) -> Iterator[str]:
    """The JSON of a table, in stretches: an encoder makes a million strings of a whole book at once.

    A value may be an iterator, of what a list would hold.
    """
    comma, colon = separators
    for number, (key, value) in enumerate(data.items()):
        yield f"{comma if number else '{'}{encoded(key)}{colon}"
        entries = _entries(value, separators)
        if entries is None:
            yield encoded(value, separators)
            continue
        yield "["
        yield from (f"{comma if place else ''}{entry}" for place, entry in enumerate(entries))
        yield "]"
    yield "}" if data else "{}"


def _entries(value: object, separators: Separators) -> Iterable[str] | None:
    """The JSON of the entries of a list; None of anything else."""
    match value:
        case Encoded(entries):
            return entries
        case list() | Iterator():
            return (encoded(entry, separators) for entry in value)
        case _:
            return None
