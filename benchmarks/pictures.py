"""Draws the pictures of docs/translators.md from a real run of the demo.

Usage: python -m benchmarks.pictures [--folder docs/pictures] [--browser chromium] [--keep-html]

Needs a Chromium and the packages of requirements/dev.txt. The body of the pull request is rendered by
cmark-gfm, which GitHub uses too, under a style sheet of our own that looks like GitHub's.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from PIL import Image, ImageChops

from amts_bot.adapters.git import open_repository
from amts_bot.adapters.review_page import review_page
from amts_bot.adapters.stage import DemoStage
from amts_bot.adapters.terminal import TerminalProgress
from amts_bot.sync.demo import demo
from amts_bot.text.pull_request.body import body, title
from amts_bot.text.pull_request.page import page_data
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.review import review
from benchmarks import ROOT

WIDTH, HEIGHT = 900, 6000  # of the window; what stays white below is cut off
PAGE_HEIGHT = 900  # the review page fills its window
PAGE = "chapter_noise/averages.md"  # of the demo book: it has a little of everything
UNITS = 4  # paragraphs in the picture of a fold
FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
COLOURS = 48  # enough for text on white, and a third of the size

STYLE = """
body { margin: 0; padding: 24px; width: 852px; box-sizing: border-box; color: #1f2328; background: #fff;
  font: 14px/1.5 "Noto Sans", "DejaVu Sans", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 26px; font-weight: 400; margin: 0 0 8px; }
h2 { font-size: 21px; border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; }
h3 { font-size: 17px; }
.state { margin: 0 0 20px; color: #59636e; }
.state b { background: #1f883d; color: #fff; border-radius: 14px; padding: 4px 12px; margin-right: 8px; }
.state code { color: #0969da; background: #ddf4ff; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; padding: 4px 16px; }
code { background: #eff1f3; border-radius: 6px; padding: 2px 5px; font: 12px "DejaVu Sans Mono", monospace; }
pre { background: #f6f8fa; border-radius: 6px; padding: 12px; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; margin: 12px 0; }
th, td { border: 1px solid #d1d9e0; padding: 5px 12px; }
tr:nth-child(even) td { background: #f6f8fa; }
details { margin: 8px 0; } summary { cursor: pointer; }
blockquote { border-left: 4px solid #d1d9e0; margin: 0; padding: 0 14px; color: #59636e; }
.file { border: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px; font-weight: 600; }
.diff { border: 1px solid #d1d9e0; border-top: 0; font: 12px/20px "DejaVu Sans Mono", monospace; }
.diff div { white-space: pre-wrap; padding: 0 12px; }
.add { background: #dafbe1; } .gone { background: #ffebe9; } .hunk { background: #ddf4ff; color: #59636e; }
li { margin: 3px 0; } li:has(input) { list-style: none; }
input[type=checkbox] { appearance: none; width: 13px; height: 13px; margin: 0 6px -2px -22px;
  border: 1px solid #818b98; border-radius: 3px; }
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the pictures; 1 without a browser."""
    arguments = _parser().parse_args(argv)
    browser = shutil.which(arguments.browser)
    if browser is None:
        print(f"no {arguments.browser} here: name a Chromium with --browser", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="amts-pictures-") as name:
        report, diff = run(Path(name) / "books")
        html_of = {
            **pages(report, diff),
            "review-page": "".join(review_page(page_data(review(report)))),
        }
        for picture, html in html_of.items():
            source = (arguments.folder if arguments.keep_html else Path(name)) / f"{picture}.html"
            source.write_text(html, encoding="utf-8")
            draw(browser, source, arguments.folder / f"{picture}.png")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pictures",
        description="Draws the pictures of docs/translators.md from a real run of the demo.",
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "pictures", metavar="DIR")
    parser.add_argument("--browser", default="chromium", help="default: chromium")
    parser.add_argument("--keep-html", action="store_true", help="leave the pages beside them")
    return parser


def run(folder: Path) -> tuple[RunReport, str]:
    """Runs the demo: its report, and what its commit changes in one page, as git shows it."""
    stage = DemoStage(folder, open_repository)
    report = demo(
        stage, TerminalProgress(sys.stderr, quiet=True), lambda _text: None, lambda _data: ""
    ).report
    diff = subprocess.run(
        ["git", "-C", folder / "book-tr", "diff", "main", f"amts/{report.language}", "--", PAGE],
        check=True,
        capture_output=True,
        text=True,
    )
    return report, diff.stdout


def pages(report: RunReport, diff: str) -> dict[str, str]:
    """The HTML of each picture, by name."""
    text = body(review(report))
    heading = f"<h1>{escape(title(review(report)))} <span style='color:#59636e'>#12</span></h1>"
    state = (
        "<p class='state'><b>Open</b> amts-bot wants to merge 1 commit into <code>main</code> "
        f"from <code>amts/{escape(report.language)}</code></p>"
    )
    return {
        "pull-request": _page(f"{heading}{state}<div class='comment'>{_rendered(text)}</div>"),
        "unit": _page(f"<div class='comment'>{_rendered(_unfolded(text))}</div>"),
        "files-changed": _page(f"<div class='file'>{PAGE}</div>{_coloured(diff)}"),
    }


def _unfolded(body: str) -> str:
    """The fold of one page, open, with its first units."""
    fold = next(fold for fold in FOLD.findall(body) if PAGE in fold)
    head, *units = re.split(r"\n\n(?=\*\*)", fold.removesuffix("</details>"))
    shown = [unit for unit in units if " · paragraph · " in unit][:UNITS]
    return "\n\n".join([head.replace("<details>", "<details open>"), *shown, "</details>"])


def _coloured(diff: str) -> str:
    """The hunks of a diff, a line each, in GitHub's colours."""
    hunks = diff[diff.index("@@") :].splitlines()
    classes = {"+": "add", "-": "gone", "@": "hunk"}
    rows = [
        f"<div class='{classes.get(line[:1], '')}'>{escape(line) or ' '}</div>" for line in hunks
    ]
    return f"<div class='diff'>{''.join(rows)}</div>"


def _rendered(markdown: str) -> str:
    """As GitHub shows it, with the HTML that the body itself has."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return html


def _page(content: str) -> str:
    return f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{content}"


def draw(browser: str, source: Path, picture: Path) -> None:
    """Takes a picture of a page, without the white below it."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    height = PAGE_HEIGHT if picture.stem == "review-page" else HEIGHT
    subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--window-size={WIDTH},{height}", f"--screenshot={picture}", source.as_uri()),
        ],
        check=True,
        capture_output=True,
    )
    with Image.open(picture) as taken:
        whole = taken.convert("RGB")
    box = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).getbbox()
    bottom = min(box[3] + 24, whole.height) if box else whole.height
    whole.crop((0, 0, WIDTH, bottom)).quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
