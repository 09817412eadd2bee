"""What sites ask of crawlers, obeyed; none of it can be switched off.

Scrapy reads robots.txt but neither its Crawl-delay nor Retry-After, and takes a robots.txt that it cannot get for
leave. Here it is refusal, as RFC 9309 (2.3.1.4) has it.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Request, Response

AGENT = "amts-bot"
TOO_LARGE = 413
LONGEST_WAIT = 300.0  # seconds; a host that asks for more is left alone for this run
_CLOSED = b"User-agent: *\nDisallow: /\n"
_BUSY = frozenset({429, 503})
_TEXT_OF_ROBOTS = 512_000  # bytes that are read of robots.txt: RFC 9309, 2.5


class Robots(RobotsTxtMiddleware):
    """robots.txt for our own agent, its delay and its sitemaps told to the spider."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        rules = response.body[:_TEXT_OF_ROBOTS] if response.status == 200 else b""
        if response.status >= 500 or response.status == 429:
            rules = _CLOSED
            self._note(netloc, f"it answered {response.status}")
        read = Protego.parse(rules.decode("utf-8", "replace"))
        spider: Any = self.crawler.spider
        spider.delays[netloc] = float(read.crawl_delay(AGENT) or 0)
        spider.sitemaps[netloc] = tuple(read.sitemaps)
        await super()._parse_robots(response.replace(body=rules), netloc, request)

    def _note(self, netloc: str, reason: str) -> None:
        spider: Any = self.crawler.spider
        spider.unknown_rules[netloc] = reason

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        from scrapy.robotstxt import ProtegoRobotParser

        self._note(netloc, type(exc).__name__)
        waiting: Any = self._parsers[netloc]
        closed = ProtegoRobotParser.from_crawler(self.crawler, _CLOSED)
        self._parsers[netloc] = closed
        waiting.callback(closed)


class Patience:
    """Waits before each request that really goes out: for the delay of the order, of robots.txt, and Retry-After.

    It stands behind Scrapy's cache: what an earlier run was answered costs no wait.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._free_at: dict[str, float] = {}
        self._closed: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Patience:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets the request pass when its host may be asked again."""
        host = urlsplit(request.url).netloc
        if host in self._closed:
            raise IgnoreRequest("the host asks for a longer wait than five minutes")
        await asyncio.sleep(max(0.0, self._free_at.get(host, 0) - time.monotonic()))
        spider: Any = self._crawler.spider
        spider.asked += 1

    def process_response(self, request: Request, response: Response) -> Response:
        """Notes when the host may be asked again."""
        host = urlsplit(request.url).netloc
        spider: Any = self._crawler.spider
        wait = max(spider.delay, spider.delays.get(host, 0))
        if response.status in _BUSY:
            asked = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"))
            if asked > LONGEST_WAIT:
                self._closed.add(host)
            wait = max(wait, asked)
        self._free_at[host] = time.monotonic() + wait
        return response

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """A host that failed is not asked again at once, either; what is too large is kept as that, so that the
        next run does not ask for it."""
        host = urlsplit(request.url).netloc
        spider: Any = self._crawler.spider
        self._free_at[host] = time.monotonic() + max(spider.delay, spider.delays.get(host, 0))
        if isinstance(exception, DownloadCancelledError):
            return Response(request.url, status=TOO_LARGE)
        return None


def retry_after(said: str) -> float:
    """The seconds that a Retry-After asks to wait; 0 where it does not say."""
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
