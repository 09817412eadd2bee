"""The block of a pull request's body that is for machines, and hidden from people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BLOCK = re.compile(r"<!-- amts-bot (\{.*\}) -->")


def hidden_block(data: Mapping[str, Any]) -> str:
    """The block as Markdown. Keys are only ever added; `version` says which may be there."""
    return f"\n<!-- amts-bot {json.dumps({'version': 1, **data})} -->\n"


def metadata(text: str) -> dict[str, Any]:
    """The hidden block of a pull request body; empty where somebody wrote it over or broke it."""
    found = _BLOCK.findall(text)
    try:
        data = json.loads(found[-1]) if found else {}
    except ValueError:
        return {}
    return data if data.get("version") == 1 else {}
