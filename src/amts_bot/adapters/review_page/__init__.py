"""The review page: one HTML file that needs nothing else, for any browser, without a network.

Texts of books are data in it: the script writes them as text and nothing else, and a policy lets no other script run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator, Mapping
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
    yield from map(_inside_script, json_stretches(data, (",", ":")))
    yield Template(behind).substitute(script=script)


_PARTS = ("page.html", "style.css", "script.js")


def _inside_script(text: str) -> str:
    """JSON that ends no element and opens no comment; lone surrogates of file names are escaped."""
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return safe.encode("utf-8", "backslashreplace").decode()


def json_stretches(
    data: Mapping[str, Any], separators: tuple[str, str] = (", ", ": ")
) -> Iterator[str]:
    """`json.dumps` of a table, in stretches: an encoder makes a million strings of a whole book at once.

    A value may be an iterator, of what a list would hold.
    """
    encode = json.JSONEncoder(ensure_ascii=False, separators=separators).encode
    comma, colon = separators
    for number, (key, value) in enumerate(data.items()):
        yield f"{comma if number else '{'}{encode(key)}{colon}"
        if isinstance(value, (list, Iterator)):
            yield "["
            yield from (f"{comma if place else ''}{encode(it)}" for place, it in enumerate(value))
            yield "]"
        else:
            yield encode(value)
    yield "}" if data else "{}"
