"""The details file of a batch job, which Amazon Translate writes beside the translations.

Its form is documented by one example alone, and numbers come as texts in it. It only explains, so whatever
it holds is read as far as it can be.
https://docs.aws.amazon.com/translate/latest/dg/async-results.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Details:
    """The characters that were billed, None where the file does not say; what was said against documents,
    by the last part of their names."""

    characters: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def file_name(code: str) -> str:
    """What the details file of a target language is called; `code` is the service's."""
    return f"{code}.auxiliary-translation-details.json"


def read_details(content: bytes) -> Details:
    """Reads the file; an empty record for one that is nothing of the kind."""
    try:
        found = json.loads(content)
    except ValueError:  # UnicodeDecodeError is one
        return Details()
    if not isinstance(found, dict):
        return Details()
    return Details(_whole(found.get("charactersTranslated")), dict(_errors(found.get("details"))))


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _errors(rows: object) -> Iterator[tuple[str, str]]:
    for row in _mappings(rows):
        file, extra = row.get("sourceFile"), row.get("auxiliaryData")
        places = [row, extra] if isinstance(extra, dict) else [row]
        said = next((it["error"] for it in places if it.get("error")), None)
        if isinstance(file, str) and said is not None:
            yield file.rpartition("/")[2], _words(said)


def _mappings(rows: object) -> Iterable[Mapping[str, Any]]:
    return (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _words(error: object) -> str:
    """The error in words: `errorCode` and `errorMessage` where it has them, else whatever it says."""
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        named = [error[key] for key in ("errorCode", "errorMessage") if error.get(key)]
        if named:
            return ": ".join(map(str, named))
    return json.dumps(error, ensure_ascii=False)
