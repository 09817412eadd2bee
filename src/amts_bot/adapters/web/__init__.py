"""Reads web sites with Scrapy, politely; the extra `crawl` installs what it needs."""

from __future__ import annotations

from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

from amts_bot.errors import UsageError

_NEEDED = ("scrapy", "lxml", "markdownify", "readability", "py3langid")


def demand_extra() -> None:
    """Raises UsageError where a library of the extra is missing: before any work."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"crawl needs {', '.join(missing)}, which is not installed: pip install 'amts-bot[crawl]'"
        )


def is_local(address: str) -> bool:
    """Is it this machine?"""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
