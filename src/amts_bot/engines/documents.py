"""Which units go to Amazon Translate in one document, by page for a job, by size for a call, and where it stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from amts_bot.model import Request
from amts_bot.text.amazon import documents

# The service takes 1,000,000 characters and 1 MB of text in a document, 20 MB with its markup.
_MOST_DOCUMENT = 200_000
# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html, for TranslateDocument and TranslateText
MOST_CALL_BYTES = 100_000
MOST_TEXT_BYTES = 10_000


INPUT = "input/"
_UNITS = "units.json"  # beside the folder of documents: by document, the English of its units by id


def folder_of(source: str) -> str:
    """What a job has of ours: `input/` with its documents, and the list of their units."""
    return source.removesuffix(INPUT)


def list_of_units(source: str) -> str:
    """The file that lists the units of a job that reads from `source`."""
    return f"{folder_of(source)}{_UNITS}"


def by_page(left: Mapping[str, Request]) -> dict[str, dict[str, str]]:
    """The units of each document by id, by a name that S3 and a person can read.

    A document per page, or several for a very long one.
    """
    pages: dict[str, dict[str, str]] = {}
    for unit, request in left.items():
        pages.setdefault(request.page, {})[unit] = request.source
    files: dict[str, dict[str, str]] = {}
    for page, units in sorted(pages.items()):
        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", page.removesuffix(".md")).strip("-") or "units"
        for part in _parts(units):
            digest = hashlib.sha256(f"{page}\n{documents.render(part)}".encode()).hexdigest()
            files[f"{readable[-80:]}-{digest[:8]}.html"] = part
    return files


def _parts(units: Mapping[str, str]) -> Iterator[dict[str, str]]:
    part: dict[str, str] = {}
    size = 0
    for unit, source in units.items():
        if part and size + len(source) > _MOST_DOCUMENT:
            yield part
            part, size = {}, 0
        part[unit] = source
        size += len(source)
    if part:
        yield part


def size(units: Mapping[str, str]) -> int:
    """The bytes of the document that they make."""
    return len(documents.render(units).encode())


def by_size(units: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Units that fit into one call together; one that is too long for a call stands alone."""
    empty = size({})
    group: dict[str, str] = {}
    so_far = empty
    for unit, source in units.items():
        more = size({unit: source}) - empty
        if group and so_far + more > MOST_CALL_BYTES:
            yield group
            group, so_far = {}, empty
        group[unit] = source
        so_far += more
    if group:
        yield group


def one_by_one(units: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Each unit in a call of its own."""
    return ({unit: source} for unit, source in units.items())
