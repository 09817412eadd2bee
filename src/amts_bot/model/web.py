"""Pages of a web site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebLink:
    """A link of a web page: where to, its words, and the language that it declares, or ""."""

    address: str
    words: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What a web page says. `language` is that of its prose, told by its words; `letters` counts those of its prose
    outside links and code; `alternates` are what it declares as itself in other languages."""

    address: str
    canonical: str
    title: str
    language: str
    text: str  # Markdown
    letters: int
    alternates: tuple[WebLink, ...]
    links: tuple[WebLink, ...]
    subjects: str = ""  # what it declares itself to be about: its keywords and description
    # Short paragraphs anywhere on the page, and what it declares of its making.
    notices: tuple[str, ...] = ()
    licence: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSite:
    """All addresses that a crawl met: a page that was read, one that leads to another, or why neither."""

    pages: tuple[WebPage, ...]
    redirects: Mapping[str, str]
    dropped: Mapping[str, str]
    requests: int  # made in this run; the others were answered in an earlier one


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """Which pages of the web to read: `delay` is in seconds between requests to a host."""

    starts: tuple[str, ...]
    languages: tuple[str, str]
    most_pages: int
    delay: float
    depth: int
    contact: str
