"""docs/configuration.md names every key of amts.toml and amts.lock, with the default that it really has."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from amts_bot import config, lock
from amts_bot.errors import UsageError

PAGE = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
SMALLEST = {"source": 'submodule = "english"\n', "languages.tr": ""}


def documented(heading: str) -> dict[str, str]:
    """The keys in the table below a heading, with their second column."""
    section = PAGE.split(f"### `[{heading}]`", 1)[1].split("\n#", 1)[0]
    return dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \| ", section, flags=re.MULTILINE))


HEADINGS = re.findall(r"^### `\[([\w.-]+)\]`", PAGE, flags=re.MULTILINE)


def parse(**more: str) -> config.Config:
    """The smallest configuration, with lines added to its tables."""
    tables = SMALLEST | {name: SMALLEST.get(name, "") + lines for name, lines in more.items()}
    return config.parse("".join(f"[{name}]\n{lines}" for name, lines in tables.items()))


def known_at(table: str) -> set[str]:
    """The keys that a table may have: the refusal of another one names them."""
    with pytest.raises(UsageError) as refusal:
        parse(**{table: "no-such-key = 1\n"})
    return set(str(refusal.value).split("known here: ", 1)[1].split(", "))


def test_every_table_has_a_section() -> None:
    with pytest.raises(UsageError) as refusal:
        config.parse("no-such-key = 1\n")
    tables = set(str(refusal.value).split("known here: ", 1)[1].split(", "))
    assert {heading.split(".")[0] for heading in HEADINGS} == tables


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_key_of_a_table_is_explained(heading: str) -> None:
    assert set(documented(heading)) == known_at(heading.replace("CODE", "tr"))


@pytest.mark.parametrize(
    ("heading", "key", "default"),
    [
        (heading, key, default.strip("`"))
        for heading in HEADINGS
        for key, default in documented(heading).items()
        if default.startswith("`")
    ],
)
def test_a_default_is_what_the_page_says(heading: str, key: str, default: str) -> None:
    table = heading.replace("CODE", "tr")
    assert parse(**{table: f"{key} = {default}\n"}) == parse()


def test_every_field_of_the_lock_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (the file|a language|a page) \|", PAGE, flags=re.MULTILINE)
    fields = {
        (field.name, of)
        for of, record in (("a language", lock.LanguageLock), ("a page", lock.PageLock))
        for field in dataclasses.fields(record)
    }
    assert set(rows) == fields | {("version", "the file")}
