"""Which pages of a site belong together, and what is told of the others."""

from __future__ import annotations

from dataclasses import replace

from amts_bot.model.web import WebLink, WebPage, WebSite
from amts_bot.text.web.pairing import page_pairs, redirected


def page(address: str, language: str, text: str = "", **links: str) -> WebPage:
    """A page that declares `es="/x"` as itself in Spanish."""
    return WebPage(
        address=address,
        canonical=address,
        title="",
        language=language,
        text=text,
        letters=500,
        alternates=tuple(WebLink(to, "", tag.replace("_", "-")) for tag, to in links.items()),
        links=(),
    )


def found(*pages: WebPage, **redirects: str) -> list[tuple[str, str, str]]:
    site = WebSite(pages=pages, redirects=redirects, dropped={}, requests=0)
    pairs = page_pairs(site, "en", "es")
    return [(pair.source.address, pair.target.address, pair.how) for pair in pairs]


def test_both_pages_must_declare_each_other() -> None:
    agreed = page("a", "en", es="b"), page("b", "es", en="a")
    assert found(*agreed) == [("a", "b", "hreflang")]
    assert found(page("a", "en", es="b"), page("b", "es", en="c"), page("c", "en")) == []


def test_a_page_that_declares_itself_in_the_other_language_is_no_pair() -> None:
    assert found(page("a", "en", en="a", es="a")) == []


def test_the_language_of_its_own_country_comes_before_that_of_others() -> None:
    english = page("a", "en", es_MX="m", es_ES="b")
    assert found(english, page("m", "es", en="a"), page("b", "es", en="a")) == [
        ("a", "b", "hreflang")
    ]


def test_redirects_are_followed_and_may_go_round_for_ever() -> None:
    assert found(page("a", "en", es="old"), page("b", "es", en="a"), old="b") == [
        ("a", "b", "hreflang")
    ]
    assert redirected("1", {"1": "2", "2": "1"}) is None


def test_a_link_called_after_the_language_leads_to_the_other_page() -> None:
    english = replace(page("a", "en"), links=(WebLink("b", "Español"), WebLink("c", "next")))
    assert found(english, page("b", "es"), page("c", "es")) == [("a", "b", "language link")]


def test_how_addresses_differ_is_learnt_from_the_pairs_so_far() -> None:
    pairs = [
        side
        for name in ("one", "two")
        for side in (
            page(f"http://x/en-us/{name}.html", "en", es=f"http://x/es-es/{name}.html"),
            page(f"http://x/es-es/{name}.html", "es", en=f"http://x/en-us/{name}.html"),
        )
    ]
    lone = page("http://x/en-us/three.html", "en"), page("http://x/es-es/three.html", "es")
    assert found(*pairs, *lone)[-1] == (*(it.address for it in lone), "address")


def test_what_translations_leave_as_it_is_finds_the_rest() -> None:
    english = (
        page("a", "en", "Siemens laid 1827 wires to KÖLN-2"),
        page("b", "en", "In 1911 Kamerlingh"),
    )
    spanish = (
        page("y", "es", "En 1911, Kamerlingh"),
        page("z", "es", "Siemens tendió 1827 hilos a KÖLN-2"),
    )
    assert found(*english, *spanish) == [("a", "z", "content"), ("b", "y", "content")]
