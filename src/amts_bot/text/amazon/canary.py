"""The canary: some twenty units with every kind of span and leaf, sent before a book is.

What Amazon Translate does to ids, order, nesting, attributes, characters and white space is not documented. One
small job with these units, and parallel data of a few lines, shows it: `profile` reads what came back.
"""

from __future__ import annotations

from collections.abc import Mapping

from amts_bot.text.amazon import documents

# Every kind of `model.SpanKind`, and what stands in every kind of leaf.
UNITS = (
    "The keeper climbs the stairs every evening before the sun goes down.",
    "Run `lamp --on` before you look at `lamp.log`.",
    "The light falls as $1/r^2$, so that $r$ counts twice.",
    "The tower is drawn in :numref:`fig_tower` and described in :cite:`Keeper.1890`.",
    "Read the [first chapter](oil.md) and then the [second one](wick.md#trim).",
    "![A ship in the fog](img/ship.png) passes the ![red buoy](img/buoy.png).",
    "The tables are at https://example.org/tides?day=1&port=2 every morning.",
    'Press <kbd>Enter</kbd> or the <span class="key">left</span> key.',
    "A *calm* sea is **never** quite as ***still*** as it looks.",
    "A **bold `name` with code** and an *italic [link](x.md) inside* stand here.",
    "The price is 5 \\* 3 \\_ not more \\_ and the sign is \\#.",
    "Tea &amp; bread cost less than 3 &lt; 5 &nbsp;coins.",
    "The first line ends here.  \nThe second line follows.",
    "[**Turn the key and wait.**]",
    "lamp | oil | wick",
    "Note",
    "1. The third step comes after the second one.",
    "Fog: \"Don't sail\", said the 'old' keeper — it's 12.5 % too dark & cold.",
    "Between 1,000 and 2,500 ships pass in 24 hours.",
    "How does the horn sound in fog? It sounds twice. Then it waits!",
)

# English that no book has, with a word that no language has: it can come from parallel data alone.
TOLD = "The zarnok of the tower is asleep."
SIGN = "Zarnok-7391"
PAIRS = (
    (TOLD, f"{SIGN}."),
    ("The zarnok of the tower is awake.", f"{SIGN} 2."),
    ("The zarnok of the harbour is asleep.", f"{SIGN} 3."),
)


def units() -> dict[str, str]:
    """All units of the canary by id, in order."""
    return {documents.unit_id(source): source for source in (*UNITS, TOLD)}


def document() -> str:
    """What is sent."""
    return documents.render(units())


def characters() -> int:
    """What it should cost, by our count."""
    return documents.characters(units().values())


def parallel_data(code: str) -> str:
    """The lines of parallel data as CSV; `code` is the service's for the target language."""
    rows: Mapping[str, str] = dict(PAIRS)
    return "".join(f'"{a}","{b}"\n' for a, b in [("en", code), *rows.items()])
