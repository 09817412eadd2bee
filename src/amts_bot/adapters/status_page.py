"""The status page: one HTML file that needs nothing else and looks like the review page."""

from __future__ import annotations

from importlib.resources import files
from string import Template

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>How far the translations are</title>
<style>
$style
main { max-width: 60rem; margin: 0 auto; padding: 1rem 20px 4rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-size: 14px; }
th, td { border-bottom: 1px solid var(--line); padding: 4px 10px 4px 0; text-align: start; overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: 500; }
</style>
</head>
<body>
<main>
<h1>How far the translations are</h1>
$body
</main>
</body>
</html>
""")


def status_page(body: str) -> str:
    """The page around a body of HTML."""
    style = (files("amts_bot.adapters.review_page") / "style.css").read_text(encoding="utf-8")
    return _PAGE.substitute(style=style, body=body)
