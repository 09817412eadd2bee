"""Files of another format are told by their name, or by how they begin."""

from __future__ import annotations

import pytest

from amts_bot.text.markdown.formats import foreign

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
NOTEBOOK = '\n{\n "metadata": {},\n "nbformat": 4,\n "cells": []\n}\n'


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("a/b.rst", "Title\n=====\n", "reStructuredText"),
        ("b.IPYNB", "", "a notebook"),
        ("b.adoc", "= Title\n", "AsciiDoc"),
        ("b.md", LFS, "a Git LFS pointer"),
        ("b.md", f"\ufeff{LFS}", "a Git LFS pointer"),
        ("b.ipynb", LFS, "a Git LFS pointer"),
        ("b.md", NOTEBOOK, "a notebook"),
    ],
)
def test_another_format_is_named(path: str, text: str, what: str) -> None:
    assert foreign(path, text).startswith(f"{path}: {what}, not ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("b.md", ""),
        ("b.rst.md", "# Title\n"),
        ("a.rst/README", "# Title\n"),
        ("b.Rmd", "# Title\n"),
        ("b.qmd", "# Title\n"),
        ("b.mdx", "# Title\n"),
        ("b.md", f"A pointer looks so:\n\n{LFS}"),
        ("b.md", '{"cells" are not all}\n'),
        ("b.md", "{" * 100_000),
        ("b.md", " " * 100_000),
    ],
)
def test_markdown_is_markdown_by_any_of_its_names(path: str, text: str) -> None:
    assert foreign(path, text) == ""
