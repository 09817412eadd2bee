"""The formats of translation tools: the one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from amts_bot.model import ExchangeFormat
from amts_bot.text.exchange import po, xliff
from amts_bot.text.exchange.units import OfferedUnits, ReturnedUnits


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is written and read; `read` raises UsageError where the content is of another format."""

    suffix: str
    write: Callable[[OfferedUnits], bytes]
    read: Callable[[bytes], ReturnedUnits]


FORMS: Mapping[ExchangeFormat, FileForm] = {
    "xliff": FileForm(".xlf", xliff.write, xliff.read),
    "po": FileForm(".po", po.write, po.read),
}


def form_of(content: bytes) -> FileForm:
    """The format of a file, by how it begins: XML, or not."""
    return FORMS["xliff" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "po"]
