"""The site of the documents: every document is a page, and no link of it leads nowhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from benchmarks.site import build, found, page_of, rendered

LINK = re.compile(r' (?:href|src)="([^"]*)"')
NAME = re.compile(r' id="([^"]*)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    assert build(folder, "team/amts-bot") == len(found())
    return folder


def test_every_document_is_a_page_that_all_others_name(site: Path) -> None:
    pages = {page_of(path) for path in found()}
    assert {file.name for file in site.glob("*.html")} == pages
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        assert {link for link in LINK.findall(text) if link in pages} == pages
        assert text.count('aria-current="page"') == 1


def test_every_link_leads_somewhere(site: Path) -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in site.glob("*.html")}
    names = {file: {unescape(name) for name in NAME.findall(text)} for file, text in texts.items()}
    lost = [
        (file, link)
        for file, text in texts.items()
        for link in map(unescape, LINK.findall(text))
        if not leads_somewhere(site, file, link, names)
    ]
    assert lost == []


def leads_somewhere(site: Path, file: str, link: str, names: dict[str, set[str]]) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    return (site / (path or file)).is_file() and (not anchor or anchor in names[path or file])


def test_headings_are_called_as_on_github_and_tables_scroll() -> None:
    assert rendered("# `a` & b\n\n## Twice\n\n## Twice\n\n|a|\n|-|\n") == (
        '<h1 id="a--b"><code>a</code> &amp; b</h1>\n<h2 id="twice">Twice</h2>\n<h2 id="twice-1">Twice</h2>\n'
        '<div class="table"><table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table></div>\n'
    )
