"""Files that are no Markdown, whatever list of pages they stand in: merged as Markdown they would be spoilt."""

from __future__ import annotations

import re

_FORMATS = {
    "a notebook": (".ipynb",),
    "AsciiDoc": (".adoc", ".asciidoc", ".asc"),
    "reStructuredText": (".rst", ".rest"),
    "Org": (".org",),
    "LaTeX": (".tex", ".latex"),
    "Textile": (".textile",),
    "MediaWiki": (".wiki", ".mediawiki"),
    "HTML": (".html", ".htm", ".xhtml"),
    "DocBook or DITA": (".xml", ".dita", ".docbook"),
    "a word processor's file": (".doc", ".docx", ".odt", ".rtf"),
    "a gettext catalogue": (".po", ".pot"),
    "data": (".json", ".yaml", ".yml", ".toml", ".csv"),
}
_BY_SUFFIX = {suffix: name for name, suffixes in _FORMATS.items() for suffix in suffixes}
# The specification of Git LFS (github.com/git-lfs/git-lfs): the version is always the first line.
_POINTER = re.compile(r"\ufeff?version https?://(?:git-lfs\.github|hawser\.github)\.com/spec/")
_NOTEBOOK = re.compile(r"\ufeff?\s*+\{(?=.*\"cells\"\s*+:)(?=.*\"nbformat\"\s*+:)", re.DOTALL)


def foreign(path: str, text: str) -> str:
    """Why the file is no page of Markdown and what to do, or "". By its name, else by how it begins."""
    name = _BY_SUFFIX.get(_suffix(path))
    if _POINTER.match(text):
        return f"{path}: a Git LFS pointer, not the page itself: keep pages out of Git LFS"
    if name or _NOTEBOOK.match(text):
        return f"{path}: {name or 'a notebook'}, not Markdown: take it out of `pages` in amts.toml"
    return ""


def _suffix(path: str) -> str:
    """ "a/Page.RST" -> ".rst"."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
