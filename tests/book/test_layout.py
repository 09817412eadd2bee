"""Where the translation of a page stands, and whose translation a file is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.book.layout import Layout

NAMES = st.text("abé.字_ -", min_size=1, max_size=5).filter(lambda it: it.strip(". "))
SOURCES = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PATTERNS = st.sampled_from(
    [
        "{path}",
        "docs/es/docs/{path}",
        "{stem}.es{suffix}",
        "{stem}_{language}{suffix}",
        "{folder}/{language}/{name}",
        "i18n/{language}/{folder}/{name}",
        "{stem}/{stem}{suffix}",
    ]
)


@given(PATTERNS, SOURCES, st.sampled_from(["", "docs", "docs/en"]))
def test_a_translation_leads_back_to_its_english(pattern: str, source: str, root: str) -> None:
    layout = Layout(pattern, root, "zh_CN")
    path = f"{root}/{source}" if root else source
    assert layout.source(layout.target(path)) == path


@pytest.mark.parametrize(
    ("layout", "source", "target"),
    [
        (
            Layout("docs/es/docs/{path}", "docs/en/docs"),
            "docs/en/docs/a/b.md",
            "docs/es/docs/a/b.md",
        ),
        (Layout("{stem}.es{suffix}"), "a/b.md", "a/b.es.md"),
        (
            Layout("content/{language}/{path}", "content/en", "zh-cn"),
            "content/en/x.md",
            "content/zh-cn/x.md",
        ),
        (Layout("{stem}.qmd"), "a/b.md", "a/b.qmd"),
        (Layout(files={"intro.md": "giris.md"}), "intro.md", "giris.md"),
        (
            Layout("tr/{path}", "en", files={"intro.md": "tr/giris.md"}),
            "en/intro.md",
            "tr/giris.md",
        ),
        (
            Layout("tr/{path}", "en", files={"en/intro.md": "tr/giris.md"}),
            "en/intro.md",
            "tr/giris.md",
        ),
        (Layout("es/{path}", "en"), "LICENSE.md", "es/LICENSE.md"),
    ],
)
def test_a_page_finds_its_translation(layout: Layout, source: str, target: str) -> None:
    assert layout.target(source) == target


def test_a_file_that_no_pattern_leads_to_is_nobodys_translation() -> None:
    layout = Layout("docs/{language}/{path}", "docs/en", "es", {"a.md": "b.md"})
    assert [
        layout.source(path) for path in ("docs/es/a/x.md", "b.md", "docs/fr/x.md", "docs/es")
    ] == [
        "docs/en/a/x.md",
        "docs/en/a.md",
        "",
        "",
    ]


def test_a_name_with_marks_in_it_is_a_name() -> None:
    assert Layout("es/{path}").target("{stem}/{name}.md") == "es/{stem}/{name}.md"


@pytest.mark.parametrize(
    ("pages", "folder"),
    [
        ("docs/es/{path}", "docs/es"),
        ("{path}", ""),
        ("i18n/es-{name}", "i18n"),
        ("{stem}.es.md", ""),
    ],
)
def test_the_folder_of_a_language_is_what_the_pattern_begins_with(pages: str, folder: str) -> None:
    assert Layout(pages).folder == folder
