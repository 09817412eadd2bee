"""The documents as a small site: Markdown in, HTML out, without a network.

Usage: python -m benchmarks.site [--output build/site] [--repository OWNER/NAME]

Pages are rendered by cmark-gfm, which GitHub uses too. What a document leads to outside of the documents is shown by
GitHub, in the repository that `--repository` or GITHUB_REPOSITORY names.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape, unescape
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

from benchmarks import ROOT

# The order that people read in, by what they come for; a document that no part names stands last.
PARTS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("README", "tour", "quick-start", "desk"),
    "Review": ("translators", "pull-requests", "exchange", "status"),
    "Look up": ("configuration", "commands", "workflows", "operations", "trust"),
    "Machine translation": ("engines", "setup-aws", "amazon", "parallel-data"),
    "Inside": ("architecture", "page-merge", "alignment", "measurements", "results"),
    "Project": ("CHANGELOG", "CONTRIBUTING", "SECURITY"),
}
NAMES = {"README": "AMTS bot", "CHANGELOG": "Changelog"}
_HEADING = re.compile(r"<h(?P<level>[1-6])>(?P<text>.*?)</h(?P=level)>", re.DOTALL)
_ADDRESS = re.compile(r'(?P<name> (?:href|src))="(?P<address>[^"]*)"')
_PICTURES = "docs/pictures"

STYLE = """\
:root { color-scheme: light dark; --ground: light-dark(#fff, #0d1117); --soft: light-dark(#f6f8fa, #161b22);
  --text: light-dark(#1f2328, #e6edf3); --dim: light-dark(#59636e, #9198a1); --line: light-dark(#d0d7de, #30363d);
  --accent: light-dark(#0969da, #4493f8); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.6 system-ui, "Noto Sans", sans-serif; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--ground); }
.all { display: grid; grid-template-columns: 15rem minmax(0, 52rem); gap: 2.5rem; max-width: 75rem; margin: 0 auto;
  padding: 1.5rem; }
nav { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem); overflow-y: auto;
  font-size: 15px; }
nav h2 { font-size: 12px; text-transform: uppercase; letter-spacing: .05em; color: var(--dim); margin: 1.2em 0 .3em; }
nav ul { list-style: none; margin: 0; padding: 0; } nav [aria-current] { font-weight: 600; color: var(--text); }
h1, h2, h3 { line-height: 1.25; scroll-margin-top: 1rem; } main > h1:first-child { margin-top: 0; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em; margin-top: 2em; }
pre { background: var(--soft); border-radius: 6px; padding: 14px; overflow-x: auto; line-height: 1.4; }
code { font: 85%/1.4 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--soft); border-radius: 4px;
  padding: .15em .35em; overflow-wrap: anywhere; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 15px; }
th, td { border: 1px solid var(--line); padding: 6px 12px; vertical-align: top; text-align: left; }
tr:nth-child(even) td { background: var(--soft); }
img { max-width: 100%; height: auto; } blockquote { margin: 0; padding: 0 1em; border-left: 4px solid var(--line); }
@media (max-width: 60rem) { .all { display: block; } nav { position: static; max-height: none; margin-bottom: 2rem; } }
"""
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="stylesheet" href="style.css">
<a class="skip" href="#text">To the text</a>
<div class="all">
<nav aria-label="Documents">
{navigation}
</nav>
<main id="text">
{content}
</main>
</div>
</html>
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the site; what was in the folder is gone."""
    arguments = _parser().parse_args(argv)
    if arguments.output.exists():
        shutil.rmtree(arguments.output)
    written = build(arguments.output, arguments.repository)
    print(f"{written} pages in {arguments.output}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.site")
    parser.add_argument("--output", type=Path, default=Path("build/site"), metavar="DIR")
    parser.add_argument(
        "--repository",
        default=os.environ.get("GITHUB_REPOSITORY", "OWNER/amts-bot"),
        metavar="OWNER/NAME",
    )
    return parser


def build(output: Path, repository: str) -> int:
    """Writes a page for each document, the pictures and the style; the number of pages."""
    documents = found()
    shutil.copytree(ROOT / _PICTURES, output / "pictures")
    (output / "style.css").write_text(STYLE, encoding="utf-8")
    titles = {path: title_of(path) for path in documents}
    for path in documents:
        content = rendered((ROOT / path).read_text(encoding="utf-8"))
        page = PAGE.format(
            title=escape(titles[path]),
            navigation="\n".join(_navigation(path, titles)),
            content=_ADDRESS.sub(_led(path, {*documents}, repository), content),
        )
        (output / page_of(path)).write_text(page, encoding="utf-8")
    return len(documents)


def found() -> tuple[str, ...]:
    """The documents, by their paths in the project, in the order of the navigation."""
    named = [_path(name) for names in PARTS.values() for name in names]
    there = (f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md")))
    return tuple(dict.fromkeys([*named, *there]))


def _path(name: str) -> str:
    return f"{name}.md" if name.isupper() else f"docs/{name}.md"


def page_of(path: str) -> str:
    """The file of a document on the site."""
    name = posixpath.basename(path).removesuffix(".md").lower()
    return f"{'index' if name == 'readme' else name}.html"


def title_of(path: str) -> str:
    """The first heading of a document, but for those with a name of their own."""
    first = re.search(r"^# (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return NAMES.get(posixpath.basename(path).removesuffix(".md")) or (first[1] if first else path)


def rendered(markdown: str) -> str:
    """The HTML of a document: headings with the names that GitHub gives them, tables that scroll by themselves."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    seen: dict[str, int] = {}

    def named(heading: re.Match[str]) -> str:
        name = slug(unescape(re.sub(r"<[^>]*>", "", heading["text"])))
        times = seen[name] = seen.get(name, -1) + 1
        again = f"-{times}" if times else ""
        return f'<h{heading["level"]} id="{name}{again}">{heading["text"]}</h{heading["level"]}>'

    html = _HEADING.sub(named, html)
    return html.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )


def slug(heading: str) -> str:
    """What GitHub makes of a heading: lower case, no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _led(path: str, documents: set[str], repository: str) -> Callable[[re.Match[str]], str]:
    """Addresses of a document as the site has them."""

    def led(found: re.Match[str]) -> str:
        address, hash_, anchor = found["address"].partition("#")
        if not address or re.match(r"[a-z]+:", address):
            return found[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unescape(address)))
        if target in documents:
            target = page_of(target)
        elif target.startswith(f"{_PICTURES}/"):
            target = target.removeprefix("docs/")
        else:
            target = f"https://github.com/{repository}/blob/HEAD/{target}"
        return f'{found["name"]}="{escape(target)}{hash_}{anchor}"'

    return led


def _navigation(path: str, titles: Mapping[str, str]) -> Iterator[str]:
    parts = {part: [_path(name) for name in names] for part, names in PARTS.items()}
    named = {it for paths in parts.values() for it in paths}
    parts["More"] = [it for it in titles if it not in named]
    for part, paths in parts.items():
        if paths:
            links = (_link(it, titles[it], here=it == path) for it in paths)
            yield f"<h2>{part}</h2>\n<ul>{''.join(links)}</ul>"


def _link(path: str, title: str, *, here: bool) -> str:
    current = ' aria-current="page"' if here else ""
    return f'<li><a href="{page_of(path)}"{current}>{escape(title)}</a></li>'


if __name__ == "__main__":
    raise SystemExit(main())
