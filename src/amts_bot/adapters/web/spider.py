"""The crawl itself: a Scrapy spider that knows what became of every address it met."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import scrapy
from lxml import etree
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from amts_bot import __version__
from amts_bot.adapters.web import is_local
from amts_bot.adapters.web.politeness import AGENT, TOO_LARGE
from amts_bot.adapters.web.reading import HtmlPage, absolute, refusal
from amts_bot.errors import AmtsError
from amts_bot.model.web import (
    CrawlOrder,
    WebLink,
    WebPage,
    WebSite,
)
from amts_bot.ports import Progress

_LARGEST = 5_000_000  # bytes of a page
_LEAST_DELAY = 1.0
# So many pages of one address pattern without an article, and the next are not asked for: a calendar has no end.
_BARREN = 20
_LEAST_LETTERS = 200
_NO_PAGE = re.compile(
    r"\.(?:pdf|png|jpe?g|gif|svg|webp|ico|zip|gz|tgz|tar|7z|rar|exe|dmg|mp[34]|avi|mov|webm|css|js|json|woff2?|docx?"
    r"|xlsx?|pptx?|epub|csv|ipynb|whl|jar|bin)$",
    re.IGNORECASE,
)
_FAILURES = {
    "TimeoutError": "no answer in time",
    "DownloadTimeoutError": "no answer in time",
    "DNSLookupError": "the host is not known",
    "CannotResolveHostError": "the host is not known",
    "DownloadFailedError": "the connection broke",
    "ResponseDataLossError": "the answer broke off",
    "BadGzipFile": "could not be unpacked",
    "EOFError": "could not be unpacked",
    "error": "could not be unpacked",  # of zlib and brotli
}
_LARGE = "larger than 5 MB"
_STATUSES = {TOO_LARGE: _LARGE}
_XML = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)


def crawl(order: CrawlOrder, cache: Path, progress: Progress) -> WebSite:
    """Reads the sites of the starts. `cache` keeps what was answered: a later run asks for nothing of it.

    Raises AmtsError where it was stopped, or not one page was read.
    """
    process = CrawlerProcess(_settings(order, cache))
    crawler = process.create_crawler(Spider)
    process.crawl(crawler, order=order, progress=progress)
    process.start()
    done: Any = crawler.spider
    if done.ended != "finished":
        raise AmtsError(
            "stopped; what was answered is kept, and the same command goes on from there"
        )
    site = WebSite(
        pages=tuple(done.pages),
        redirects=done.redirects,
        dropped=done.dropped,
        requests=done.asked,
    )
    if not site.pages:
        reasons = "; ".join(f"{a}: {reason}" for a, reason in list(site.dropped.items())[:5])
        raise AmtsError(f"no page could be read ({reasons}): check the addresses, then run again")
    return site


def _settings(order: CrawlOrder, cache: Path) -> dict[str, Any]:
    here = "amts_bot.adapters.web"
    return {
        "USER_AGENT": f"{AGENT}/{__version__} (+{order.contact})" if order.contact else AGENT,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": AGENT,
        # With more, Scrapy lets the first requests of a host pass before its robots.txt is read.
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0,  # `Patience` waits, and only for what is really asked
        "COOKIES_ENABLED": False,
        "DOWNLOAD_MAXSIZE": _LARGEST,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": 30,
        "RETRY_TIMES": 3,
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(cache.absolute()),
        "HTTPCACHE_STORAGE": f"{here}.answers.AnswersOnDisk",
        "HTTPCACHE_IGNORE_HTTP_CODES": [408, 429, 500, 502, 503, 504, 522, 524],
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # knows no ports
            f"{here}.politeness.Robots": 100,
            f"{here}.politeness.Patience": 950,
        },
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.depth.DepthMiddleware": None},
    }


class Spider(scrapy.Spider):
    """Follows links and sitemaps of the hosts of the starts, breadth first."""

    name = AGENT

    def __init__(self, order: CrawlOrder, progress: Progress) -> None:
        super().__init__()
        self._order = order
        self._progress = progress
        self._hosts = {urlsplit(start).netloc.lower() for start in order.starts}
        local = all(map(is_local, order.starts))
        self.delay = order.delay if local else max(order.delay, _LEAST_DELAY)
        self.delays: dict[str, float] = {}
        self.sitemaps: dict[str, tuple[str, ...]] = {}
        self.unknown_rules: dict[str, str] = {}
        self.asked = 0
        self.ended = ""
        self.pages: list[WebPage] = []
        self.redirects: dict[str, str] = {}
        self.dropped: dict[str, str] = {}
        self._wanted: set[str] = set()
        self._mapped: set[str] = set()
        self._declared: dict[str, tuple[WebLink, ...]] = {}
        self._barren: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **named: Any) -> Self:
        """As Scrapy makes it; told of pages that could not be read."""
        spider = super().from_crawler(crawler, *args, **named)
        crawler.signals.connect(spider.unreadable, signals.spider_error)
        return spider

    def unreadable(self, failure: Any, response: Response) -> None:
        """One page that breaks a reader stops no crawl."""
        address = absolute(response.url, "")
        self.dropped[address] = f"could not be read: {failure.type.__name__}"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The first requests."""
        for start in self._order.starts:
            for request in self._ask(absolute(start, ""), 0):
                yield request

    def _ask(self, address: str, depth: int) -> Iterator[scrapy.Request]:
        if not address or address in self._wanted or address in self.dropped:
            return
        if reason := self._refusal(address, depth):
            self.dropped[address] = reason
            return
        self._wanted.add(address)
        yield self._request(address, depth, self.read)

    def _request(self, address: str, depth: int, callback: Any) -> scrapy.Request:
        return scrapy.Request(
            address,
            callback,
            errback=self.fail,
            cb_kwargs={"depth": depth},
            priority=-depth,
            dont_filter=True,
            meta={"dont_redirect": True, "handle_httpstatus_all": True},
        )

    def _refusal(self, address: str, depth: int) -> str:
        found = urlsplit(address)
        if found.scheme not in ("http", "https"):
            return f"no web page: {found.scheme or 'no scheme'}"
        if found.netloc not in self._hosts:
            return "on another host"
        if depth > self._order.depth:
            return f"more than {self._order.depth} links away"
        if _NO_PAGE.search(found.path):
            return "no HTML"
        if self._barren[_pattern(address)] >= _BARREN:
            return f"{_BARREN} addresses like it had no article"
        if len(self._wanted) >= self._order.most_pages:
            return "over --max-pages"
        return ""

    def read(self, response: Response, depth: int) -> Iterator[scrapy.Request]:
        """Takes a page in and follows its links."""
        address = absolute(response.request.url if response.request else response.url, "")
        self._progress.step(address, len(self.pages), self._order.most_pages)
        yield from self._sitemaps(address)
        if response.status in (301, 302, 303, 307, 308):
            yield from self._redirect(address, response, depth)
        elif response.status != 200:
            self.dropped[address] = _STATUSES.get(response.status, f"answered {response.status}")
        elif b"html" not in (response.headers.get("Content-Type") or b"html"):
            self.dropped[address] = "no HTML"
        else:
            yield from self._page(address, response, depth)

    def _redirect(self, address: str, response: Response, depth: int) -> Iterator[scrapy.Request]:
        named = (response.headers.get("Location") or b"").decode("latin-1")
        if not named.strip():
            self.dropped[address] = f"answered {response.status}, and not where it went"
            return
        to = absolute(address, named)
        self.redirects[address] = to
        yield from self._ask(to, depth)

    def _page(self, address: str, response: Response, depth: int) -> Iterator[scrapy.Request]:
        encoding = getattr(response, "encoding", None) or "utf-8"
        headers = {
            name.decode("latin-1").lower(): [value.decode("utf-8", "replace") for value in values]
            for name, values in response.headers.items()
        }
        try:
            html = HtmlPage(address, response.body, encoding, headers)
        except ValueError as error:
            self.dropped[address] = f"not a page of text: {error}"
            return
        robots = html.robots()
        if reason := refusal(robots):
            self.dropped[address] = reason
        else:
            self._keep(html.record())
        if not robots & {"nofollow", "none"}:
            for link in (*html.alternates(), *html.links()):
                yield from self._ask(link.address, depth + 1)

    def _keep(self, page: WebPage) -> None:
        if page.letters < _LEAST_LETTERS:
            self._barren[_pattern(page.address)] += 1
        self.pages.append(page)

    def fail(self, failure: Any) -> None:
        """Notes why there was no answer."""
        address = absolute(failure.request.url, "")
        if address in self._mapped:
            return
        error = failure.value
        unknown = self.unknown_rules.get(urlsplit(address).netloc)
        if isinstance(error, IgnoreRequest) and unknown:
            self.dropped[address] = f"robots.txt could not be read: {unknown}"
            return
        if isinstance(error, IgnoreRequest):
            # What is small only while it is packed, Scrapy leaves unread in a sentence of its own.
            too_large = "DOWNLOAD_MAXSIZE" in str(error)
            self.dropped[address] = _LARGE if too_large else str(error) or "ignored"
            return
        kind = type(error).__name__
        self.dropped[address] = _FAILURES.get(kind, f"no answer: {kind}")

    def _sitemaps(self, address: str) -> Iterator[scrapy.Request]:
        """Of the host of the first page that it answered: those that robots.txt names, else the usual one."""
        site = urlsplit(address)
        named = self.sitemaps.pop(site.netloc, None)
        if named is not None:
            for sitemap in named or (f"{site.scheme}://{site.netloc}/sitemap.xml",):
                yield from self._map(absolute(address, sitemap))

    def _map(self, address: str) -> Iterator[scrapy.Request]:
        if address not in self._mapped and urlsplit(address).netloc in self._hosts:
            self._mapped.add(address)
            yield self._request(address, 0, self.read_sitemap)

    def read_sitemap(self, response: Response, depth: int) -> Iterator[scrapy.Request]:
        """Follows a sitemap, and remembers which languages it says an address has."""
        if response.status != 200:
            return
        root = etree.fromstring(response.body, _XML)
        if root is None:
            return
        for inner in root.iterfind("{*}sitemap/{*}loc"):
            yield from self._map(absolute(response.url, inner.text or ""))
        for entry in root.iterfind("{*}url"):
            address = absolute(response.url, entry.findtext("{*}loc") or "")
            links = tuple(
                WebLink(absolute(response.url, link.get("href")), "", link.get("hreflang"))
                for link in entry.iterfind("{http://www.w3.org/1999/xhtml}link")
                if link.get("href") and link.get("hreflang")
            )
            self._declared[address] = links
            for wanted in (address, *(link.address for link in links)):
                yield from self._ask(wanted, depth + 1)

    def closed(self, reason: str) -> None:
        """Gives each page what sitemaps say of it."""
        self.ended = reason
        self.pages = [
            replace(page, alternates=page.alternates + self._declared.get(page.address, ()))
            # By address: one that answered at the second time of asking came late, in the next run it does not.
            for page in sorted(self.pages, key=lambda page: page.address)
        ]


def _pattern(address: str) -> str:
    return re.sub(r"\d+", "#", address)
