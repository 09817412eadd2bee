"""`amts-bot crawl` on a small site on loopback: what it finds, what it leaves alone, and that it goes on."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters import web
from amts_bot.cli import main
from tests.web_site import TEXTS, Answer, WebSiteOnLoopback, html, serve


def alternates(english: str, spanish: str) -> str:
    return "".join(
        f'<link rel="alternate" hreflang="{tag}" href="{path}">'
        for tag, path in (("en-us", english), ("es-es", spanish))
    )


def pages() -> dict[str, Answer]:
    both = alternates("/en/gardens.html", "/es/old-gardens.html")
    bread = (
        (
            "Link",
            '</en/bread.html>; rel="alternate"; hreflang="en", </es/bread.html>; rel="alternate"; hreflang="es"',
        ),
    )
    links = (
        "/en/gardens.html /en/bread.html /en/bridges.html /es/bridges.html /private/bread.html /loop-1.html /file.pdf "
        "/noindex.html /reserved.html /binary.html /huge.html /nowhere.html "
        "http://[::1/ http://127.0.0.2:9/outside.html file:///etc/hosts"
    )
    index = "".join(f'<a href="{link}">read</a>' for link in links.split())
    machine = "<p>Texto obtenido mediante traducción automática, sin revisar.</p>"
    return {
        "/robots.txt": Answer("User-agent: *\nDisallow: /private/\nCrawl-delay: 0.01\n"),
        "/": Answer(f"<html><body>{index}</body></html>"),
        "/en/gardens.html": Answer(html("en", "gardens", both)),
        "/es/old-gardens.html": Answer("", 301, (("Location", "/es/gardens.html"),)),
        "/es/gardens.html": Answer(html("es", "gardens", both)),
        "/en/bread.html": Answer(html("en", "bread"), headers=bread),
        "/es/bread.html": Answer(html("es", "bread"), headers=bread),
        "/en/bridges.html": Answer(
            html("en", "bridges", extra='<a href="/es/bridges.html">Español</a>')
        ),
        "/es/bridges.html": Answer(html("es", "bridges", extra=machine)),
        "/private/bread.html": Answer(html("en", "bread")),
        "/loop-1.html": Answer("", 302, (("Location", "/loop-2.html"),)),
        "/nowhere.html": Answer("", 302),
        "/loop-2.html": Answer("", 302, (("Location", "/loop-1.html"),)),
        "/noindex.html": Answer(html("en", "bread", '<meta name="robots" content="noindex">')),
        "/reserved.html": Answer(html("en", "bread"), headers=(("TDM-Reservation", "1"),)),
        "/binary.html": Answer(b"%PDF\x00\x01\x02"),
        "/huge.html": Answer(b"<p>much</p>" * 500_000),
    }


@pytest.fixture
def site() -> Iterator[WebSiteOnLoopback]:
    with serve(pages()) as served:
        served.busy.add("/es/bread.html")
        yield served


def crawl(start: str, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["crawl", start, "--source-language", "en", "--target-language", "es", "--delay", "0"]
    return subprocess.run(
        [sys.executable, "-m", "amts_bot", *words, "--output", str(output), *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def rows(output: Path) -> list[dict[str, Any]]:
    text = (output / "pairs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_site_is_paired_every_address_accounted_for_and_nothing_asked_for_twice(
    site: WebSiteOnLoopback, tmp_path: Path
) -> None:
    first = crawl(f"{site.address}/", tmp_path, "--keyword", "YEAST", "--keyword", "tejado")
    assert first.returncode == 0, first.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    outcomes = {
        address.removeprefix(site.address): what for address, what in report["addresses"].items()
    }
    assert outcomes == {
        "/": "no counterpart",
        "/en/": "answered 404",
        "/es/": "answered 404",
        "/en/bread.html": "paired",
        "/es/bread.html": "paired",
        "/en/gardens.html": "paired",
        "/es/gardens.html": "paired",
        "/es/old-gardens.html": "redirects to another address",
        "/en/bridges.html": "no keyword",
        "/es/bridges.html": "no keyword",
        "/private/bread.html": "Forbidden by robots.txt",
        "/loop-1.html": "redirects for ever",
        "/loop-2.html": "redirects for ever",
        "/noindex.html": "asks not to be indexed",
        "/reserved.html": "reserves its rights to text and data mining",
        "/binary.html": "not a page of text: binary",
        "/huge.html": "larger than 5 MB",
        "/file.pdf": "no HTML",
        "/nowhere.html": "answered 302, and not where it went",
        "invalid:http://[::1/": "no web page: invalid",
        "http://127.0.0.2:9/outside.html": "on another host",
        "file:///etc/hosts": "no web page: file",
    }
    assert sum(report["outcomes"].values()) == report["total"] == len(outcomes)
    assert [(row["name"], row["how"]) for row in rows(tmp_path)] == [
        ("bread", "hreflang"),
        ("gardens", "hreflang"),
    ]
    english = (tmp_path / "en/bread.md").read_text(encoding="utf-8")
    assert english.startswith("# How bread rises\n\nBread rises because yeast eats sugar")
    assert "Menu" not in english
    assert site.asked[0] == "/robots.txt"
    assert not any(path.startswith("/private") for path in site.asked)
    assert site.often() == {"/es/bread.html": 2}, "429 with Retry-After, then the page"
    assert site.agents == {"amts-bot"}

    before, made = len(site.asked), rows(tmp_path)
    again = crawl(f"{site.address}/", tmp_path, "--hold-out", "bread", "--hold-out", "salt")
    assert "--hold-out salt: no pair has such an address\n" in again.stdout
    assert len(site.asked) == before
    assert rows(tmp_path) == made[1:], "bridges are translated by a machine, bread is held out"
    assert not (tmp_path / "en/bread.md").exists()
    assert (tmp_path / "held-out/es/bread.md").exists()


def test_a_robots_txt_that_is_not_to_be_had_is_a_refusal(tmp_path: Path) -> None:
    closed = {**pages(), "/robots.txt": Answer("", 503, (("Retry-After", "400"),))}
    with serve(closed) as site:
        done = crawl(f"{site.address}/", tmp_path / "closed")
        assert done.returncode == 1
        assert "robots.txt could not be read: " in done.stderr
        assert set(site.asked) == {"/robots.txt"}


def test_a_public_site_is_told_whom_to_write_to(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["--source-language", "en", "--target-language", "es", "--output", str(tmp_path / "x")]
    assert main(["crawl", "https://docs.example.org/", *words]) == 2
    assert "--contact" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_what_the_extra_installs_is_named_before_any_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(web, "_NEEDED", ("scrapy_of_nobody",))
    words = ["--source-language", "en", "--target-language", "es", "--output", str(tmp_path / "x")]
    assert main(["crawl", "http://127.0.0.1:9/", *words]) == 2
    assert capsys.readouterr().err == (
        "amts-bot: crawl needs scrapy_of_nobody, which is not installed: pip install 'amts-bot[crawl]'\n"
    )


def test_pairs_of_a_crawl_keep_their_addresses_and_may_be_left_out_by_licence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    by = "https://creativecommons.org/licenses/by/4.0/"
    lines = []
    for topic, licence in (("bread", by), ("bridges", "")):
        for language in TEXTS:
            page = tmp_path / language / f"{topic}.md"
            page.parent.mkdir(exist_ok=True)
            page.write_text(TEXTS[language][topic].format(n=12) + "\n", encoding="utf-8")
        pair = {"name": topic, "source": f"http://x/{topic}", "target": f"http://x/es/{topic}"}
        lines.append(json.dumps({**pair, "source_licence": licence, "target_licence": licence}))
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    words = [
        "parallel-data",
        "build",
        str(tmp_path / "en"),
        str(tmp_path / "es"),
        "--language",
        "es",
    ]
    words += ["--format", "jsonl", "--output", str(tmp_path / "pd"), "--without-licence", "unknown"]
    assert main([*words, "--least-probability", "0", "--quiet"]) == 0
    assert "1 page left out, licence: bridges.md" in capsys.readouterr().out
    rows = [json.loads(line) for line in (tmp_path / "pd").read_text("utf-8").splitlines()]
    assert {(it["source_address"], it["target_address"], it["licence"]) for it in rows} == {
        ("http://x/bread", "http://x/es/bread", by)
    }


SHOP = (
    "".join(f"<h2>Oferta {n}</h2><p>Zapatos.</p>" for n in "abcdef")
    + "<p>"
    + (
        "La tienda de la esquina vende zapatos de cuero, y los arregla mientras la gente espera. "
        * 8
    )
)


def bad_pages() -> dict[str, Answer]:
    """Pages that declare what is not so, and a server that has had enough."""
    shop, gardens = (alternates(f"/en/{n}", f"/es/{n}") for n in ("shop.html", "gardens.html"))
    itself = alternates("/en/bread.html", "/en/bread.html")
    latin = html("es", "gardens", gardens).encode("latin-1")
    false = (("Content-Type", "text/html; charset=utf-8"),)
    links = ["/en/shop.html", "/es/shop.html", "/en/bread.html", "/en/gardens.html"]
    links += ["/es/gardens.html", "/bomb.html", "/torn.html", "/busy.html", "/late.html"]
    packed, note = ("Content-Encoding", "gzip"), ("X-Note", "caf\xe9")
    return {
        "/robots.txt": Answer("User-agent: *\nCrawl-delay: 0.01\n"),
        "/": Answer("".join(f'<a href="{link}">read</a>' for link in links)),
        "/en/shop.html": Answer(html("en", "bridges", shop)),
        "/es/shop.html": Answer(f'<html lang="es"><head>{shop}</head><body><main>{SHOP}</main>'),
        "/en/bread.html": Answer(html("en", "bread", itself)),
        "/en/gardens.html": Answer(html("en", "gardens", gardens), headers=(note,)),
        "/bomb.html": Answer(gzip.compress(b"<p>much</p>" * 500_000), headers=(packed,)),
        "/torn.html": Answer(b"\x1f\x8bnothing", headers=(packed,)),
        "/es/gardens.html": Answer(latin.replace(b'"utf-8"', b'"utf-16"'), headers=false),
        "/busy.html": Answer("", 503, (("Retry-After", "4000"),)),
        "/late.html": Answer(html("en", "bread")),
    }


def test_pages_that_declare_what_is_not_so_are_dropped_or_read_right(tmp_path: Path) -> None:
    with serve(bad_pages()) as site:
        done = crawl(f"{site.address}/", tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = {at.removeprefix(site.address): what for at, what in report["addresses"].items()}
    wait = "the host asks for a longer wait than five minutes"
    unlike = "does not look like a translation"
    assert found == {
        "/": "no counterpart",
        "/en/bread.html": "no counterpart",  # it says that it is its own translation
        "/en/gardens.html": "paired",
        "/es/gardens.html": "paired",
        "/en/shop.html": unlike,  # its counterpart is about something else
        "/es/shop.html": unlike,
        "/bomb.html": "larger than 5 MB",
        "/torn.html": "could not be unpacked",
        "/busy.html": wait,
        "/late.html": wait,
        "/en/": wait,
        "/es/": wait,
    }
    spanish = (tmp_path / "es/gardens.md").read_text(encoding="utf-8")
    assert "Un jardín en el tejado mantiene" in spanish, "the declared charset is false"
    assert site.asked.count("/busy.html") == 1
    assert "/late.html" not in site.asked


def test_a_site_that_is_down_is_named_and_leaves_nothing_half(tmp_path: Path) -> None:
    with serve({}) as site:
        gone = site.address
    done = crawl(f"{gone}/", tmp_path / "x")
    assert done.returncode == 1
    assert f"no page could be read ({gone}/: robots.txt could not be read:" in done.stderr
    assert not (tmp_path / "x" / "pairs.jsonl").exists()
