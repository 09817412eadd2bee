"""Pairs of crawled pages say where they are from, and under which licence."""

from __future__ import annotations

import json

import pytest

from amts_bot.errors import UsageError
from amts_bot.text.pairs.formats import PageOrigin, PairTable, Segment, parse, render
from amts_bot.text.pairs.origins import UNKNOWN, has_licence, parse_origins

BY = "https://creativecommons.org/licenses/by/4.0/"
BREAD = PageOrigin("http://x/en/bread?a=1&b=2", "http://x/es/pan", BY)
TABLE = PairTable("en", "es", (Segment(source="Bread", target="Pan", page="bread.md"),))
CRAWLED = PairTable("en", "es", TABLE.segments, {"bread.md": BREAD})


def row(**other: str) -> str:
    known = {"name": "bread", "source": BREAD.source_address, "target": BREAD.target_address}
    return json.dumps({**known, "source_licence": BY, "target_licence": BY, **other})


def test_a_licence_counts_where_both_sides_name_it() -> None:
    assert parse_origins(row()) == {"bread.md": BREAD}
    (alone,) = parse_origins(row(target_licence="")).values()
    assert alone.licence == ""
    assert has_licence(alone, UNKNOWN)
    assert has_licence(BREAD, "/BY/")
    assert not has_licence(BREAD, "by-nc")
    assert not has_licence(BREAD, UNKNOWN)


def test_a_line_that_is_no_pair_is_named() -> None:
    with pytest.raises(UsageError, match="pairs.jsonl, line 2: expected a pair"):
        parse_origins(f"{row()}\n[]\n")


def test_json_lines_and_tmx_carry_the_origin_and_csv_the_pair_alone() -> None:
    assert json.loads(render(CRAWLED, "jsonl")) == {
        **json.loads(render(TABLE, "jsonl")),
        "source_address": BREAD.source_address,
        "target_address": BREAD.target_address,
        "licence": BY,
    }
    assert (
        '<tu><prop type="x-source-address">http://x/en/bread?a=1&amp;b=2</prop>'
        '<prop type="x-target-address">http://x/es/pan</prop>'
        f'<prop type="x-licence">{BY}</prop><tuv xml:lang="en">'
    ) in render(CRAWLED, "tmx")
    assert (
        parse(render(CRAWLED, "tmx"), "tmx").segments == parse(render(TABLE, "tmx"), "tmx").segments
    )
    assert render(CRAWLED, "csv") == render(TABLE, "csv")
