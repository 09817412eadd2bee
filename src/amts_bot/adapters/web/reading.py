"""One HTML page: what it declares of itself, its links, and its article as Markdown."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import py3langid
from lxml.etree import ParserError
from markdownify import MarkdownConverter
from readability import Document

from amts_bot.model.web import WebLink, WebPage

_NO_PROSE = "script|style|noscript|template|nav|aside|header|footer|form|button|svg|iframe|dialog"
_LEAST_LETTERS = 200  # of an <article>, before the rest of the page is looked through for one
_LONGEST_NOTICE = 400
_LINK_HEADER = re.compile(r"<([^>]*)>\s*((?:;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^;,\s]+)\s*)*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^;,\s]+))")
_REFUSES_INDEX = frozenset({"noindex", "none"})
_REFUSES_AI = frozenset({"noai", "noimageai"})
Headers = dict[str, list[str]]


def absolute(base: str, address: str) -> str:
    """An address as a page names it, whole and without its fragment; `invalid:…` where it is none."""
    try:
        found = urlsplit(urljoin(base, address.strip()))
        _ = found.port
    except ValueError:
        return f"invalid:{address.strip()}"
    return found._replace(fragment="", path=found.path or "/", netloc=found.netloc.lower()).geturl()


class HtmlPage:
    """A page on its way to a record: `address` is where it came from, `headers` have lower-case names."""

    def __init__(self, address: str, body: bytes, encoding: str, headers: Headers) -> None:
        """Raises ValueError where the bytes are no page."""
        self.address = address
        self._headers = headers
        self.html = _decoded(body, encoding)
        try:
            # A declaration of another encoding inside a text is refused by lxml.
            text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", self.html)
            self._root: Any = lxml.html.document_fromstring(text)
        except (ParserError, ValueError) as error:
            raise ValueError("no HTML") from error
        self._base = absolute(address, self._first("//base/@href") or "") or address

    def robots(self) -> frozenset[str]:
        """What page and headers ask of crawlers, ours by name or all: noindex, nofollow, noai …"""
        said = (
            self._headers.get("x-robots-tag", []) + self._metas("robots") + self._metas("amts-bot")
        )
        words = re.split(r"[,\s:]+", " ".join(said).lower())
        reserved = self._headers.get("tdm-reservation", []) + self._metas("tdm-reservation")
        return frozenset({*words, *(["tdm"] if "1" in map(str.strip, reserved) else [])} - {""})

    def links(self) -> tuple[WebLink, ...]:
        """Where the page leads, without links that ask not to be followed."""
        return tuple(
            WebLink(address, " ".join(a.text_content().split())[:80], a.get("hreflang") or "")
            for a in self._root.xpath("//a[@href]")
            if "nofollow" not in (a.get("rel") or "").lower().split()
            if (address := absolute(self._base, a.get("href")))
        )

    def alternates(self) -> tuple[WebLink, ...]:
        """The page in other languages, by its head and its Link header."""
        declared = [
            (link.get("hreflang"), link.get("href"))
            for link in self._root.xpath("//link[@hreflang][@href]")
            if "alternate" in (link.get("rel") or "").lower().split()
        ]
        declared += _link_header(", ".join(self._headers.get("link", [])))
        return tuple(
            WebLink(address, "", tag)
            for tag, href in declared
            if (address := absolute(self._base, href))
        )

    def record(self) -> WebPage:
        """All of it."""
        article = self._article()
        prose = _prose(article)
        return WebPage(
            address=self.address,
            canonical=absolute(self._base, self._first("//link[@rel='canonical']/@href") or "")
            or self.address,
            title=" ".join((self._first("//title/text()") or "").split()),
            language=language_of(prose),
            text=_markdown(article, self._base),
            letters=sum(map(str.isalpha, prose)),
            alternates=self.alternates(),
            links=self.links(),
            subjects=" ".join(self._metas("keywords") + self._metas("description")),
            notices=tuple(self._notices()),
            licence=self._first(
                "//link[contains(@rel,'license')]/@href | //a[contains(@rel,'license')]/@href"
            )
            or next(iter(self._metas("dcterms.license")), ""),
            modified=self._modified(),
        )

    def _article(self) -> Any:
        """The longest <article>, else <main>; where neither has much to say, what readability takes for it."""
        for path in ("//article", "//main | //*[@role='main']"):
            found = [_without_frame(node) for node in self._root.xpath(path)]
            best = max(found, key=lambda node: len(node.text_content()), default=None)
            if best is not None and sum(map(str.isalpha, best.text_content())) >= _LEAST_LETTERS:
                return best
        return _without_frame(lxml.html.fromstring(Document(self.html).summary() or "<p></p>"))

    def _notices(self) -> Iterator[str]:
        for node in self._root.xpath("//p | //div[not(*)] | //span[not(*)]"):
            text = " ".join(node.text_content().split())
            if 0 < len(text) <= _LONGEST_NOTICE:
                yield text
        yield from (f"translationtype: {it}" for it in self._metas("ms.translationtype"))

    def _modified(self) -> str:
        stated = self._first("//meta[@property='article:modified_time']/@content")
        return stated or next(iter(self._headers.get("last-modified", [])), "")

    def _metas(self, name: str) -> list[str]:
        return [
            str(meta.get("content") or "")
            for meta in self._root.xpath("//meta[@name]")
            if meta.get("name").lower() == name
        ]

    def _first(self, path: str) -> str:
        found = self._root.xpath(path)
        return str(found[0]) if found else ""


def refusal(robots: frozenset[str]) -> str:
    """Why a page must not be used, by what it asks; "" where it may."""
    if robots & _REFUSES_INDEX:
        return "asks not to be indexed"
    if robots & _REFUSES_AI:
        return "asks not to be used for machine learning"
    return "reserves its rights to text and data mining" if "tdm" in robots else ""


def _decoded(body: bytes, encoding: str) -> str:
    """UTF-8 where the bytes are, whatever is declared: declared charsets are often wrong, valid UTF-8 never is."""
    if b"\x00" in body[:4096]:
        raise ValueError("binary")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return body.decode(
            "cp1252" if encoding.lower() in ("utf-8", "ascii") else encoding, "replace"
        )
    except LookupError:
        return body.decode("cp1252", "replace")


def _link_header(header: str) -> Iterator[tuple[str, str]]:
    for address, rest in _LINK_HEADER.findall(header):
        said = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        if "alternate" in said.get("rel", "").lower().split() and said.get("hreflang"):
            yield said["hreflang"], address


def _without_frame(node: Any) -> Any:
    node = copy.deepcopy(node)
    for inner in node.xpath(" | ".join(f".//{name}" for name in _NO_PROSE.split("|"))):
        # <header> of an article holds its title.
        if inner.tag == "header" and inner.xpath(".//h1"):
            continue
        inner.drop_tree()
    return node


def _prose(article: Any) -> str:
    node = copy.deepcopy(article)
    for inner in node.xpath(".//pre | .//code | .//a | .//kbd | .//samp"):
        inner.drop_tree()
    return " ".join(node.text_content().split())


def _markdown(article: Any, base: str) -> str:
    node = copy.deepcopy(article)
    node.make_links_absolute(base, handle_failures="ignore")
    # An empty anchor is the goal of a link and says nothing.
    for anchor in node.xpath(".//a[not(@href)][not(normalize-space())]"):
        anchor.drop_tag()
    html = lxml.html.tostring(node, encoding="unicode", with_tail=False)
    made = MarkdownConverter(heading_style="ATX", bullets="-", newline_style="backslash").convert(
        html
    )
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", made)).strip() + "\n"


def language_of(prose: str) -> str:
    """The language of a text, by its letters; "" of one that is too short to tell."""
    return str(py3langid.classify(prose[:20_000])[0]) if len(prose) >= 40 else ""
