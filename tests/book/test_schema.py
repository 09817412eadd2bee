"""The schema of `amts.toml`: up to date, and of one mind with the parser."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from amts_bot.book import config, schema
from amts_bot.errors import UsageError

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "amts.schema.json"
VALIDATOR = Draft7Validator(schema.schema())
EXAMPLES = {
    **{
        path.parent.name: path.read_text(encoding="utf-8")
        for path in sorted(ROOT.glob("examples/*/amts.toml"))
    },
    "the smallest": '[source]\nsubmodule = "english"\n[languages.tr]\n',
    "of the messages": config.EXAMPLE,
}

Tables = dict[str, dict[str, Any]]


def toml(tables: Tables) -> str:
    """TOML writes texts, numbers and lists as JSON does."""
    return "".join(
        f"[{name}]\n"
        + "".join(f"{key} = {json.dumps(it, ensure_ascii=False)}\n" for key, it in row.items())
        for name, row in tables.items()
    )


def is_taken(text: str) -> tuple[bool, bool]:
    """By the parser, by the schema."""
    try:
        config.parse(text)
    except UsageError:
        return False, VALIDATOR.is_valid(tomllib.loads(text))
    return True, VALIDATOR.is_valid(tomllib.loads(text))


def table(keys: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict(keys))


WORDS = st.text("abcß字 .-_*/", max_size=8)
LISTS = st.lists(WORDS, max_size=3)
FOLDERS = st.sampled_from(["", "tr/", "a b/ü/", "..hidden/"])
PLACES = st.builds(
    "{}{}".format, FOLDERS, st.sampled_from(["{path}", "{stem}_tr{suffix}", "x/{name}"])
)
AMOUNTS = st.integers(0, 10**9) | st.floats(0, 1e6).filter(lambda it: "e" not in repr(it))
RESOURCES = st.sampled_from(["", "{language}", "book-{language}", "a_b-{language}_c"])
LANGUAGES = table(
    {
        "pages": PLACES,
        "root": st.sampled_from(["", ".", "docs/en", "en/"]),
        "path-code": st.sampled_from(["zh_CN", "zh-cn", "zh-Hans", "sr@latin"]),
        "origin": st.just("") | PLACES,
        "terminology": st.builds("{}terms.md".format, FOLDERS),
        "service-code": st.sampled_from(["", "pt", "pt-PT", "zh-TW"]),
        "formality": st.just(""),
        "spacing": st.sampled_from(["none", "space", "as-is"]),
        "bleu-tokenizer": st.sampled_from(["13a", "zh", "char"]),
        "reviewers": st.lists(st.sampled_from(["ada", "@grace", "book-org/tr.team"]), max_size=2),
    }
)
OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "engine": table(
            {"name": WORDS}
            | dict.fromkeys(
                (
                    "minimum-similarity",
                    "price",
                    "standard-price",
                    "small-change",
                    "max-characters",
                    "held-out",
                ),
                AMOUNTS,
            )
        ),
        "amazon": table(
            {
                "bucket": st.sampled_from(["", "book-files"]),
                "role": st.just("arn:aws:iam::123456789012:role/amts/data"),
                "region": st.sampled_from(["", "eu-west-1", "us-gov-east-1"]),
                "prefix": st.sampled_from(["", "books/tea", "a.b_c"]),
                "parallel-data": RESOURCES,
                "terminology": RESOURCES,
            }
        ),
        "review": table(
            {
                "trust": st.sampled_from(["merged", "approved", "edited"]),
                "machine": LISTS,
                "max-units": AMOUNTS,
                "max-words": AMOUNTS,
                "order": st.sampled_from(["drifted", "read", "path"]),
            }
        ),
        "pull-request": table({"labels": LISTS, "assignees": LISTS}),
        "markdown": table({"prose-keys": LISTS, "plain-keys": LISTS}),
    },
)


WHERE = st.sampled_from(
    [
        *({"submodule": path} for path in ("english", "/en/", "a/..b", "e-n")),
        *({"root": path} for path in ("", ".", "docs/en/")),
        {"upstream": "https://host/team/book"},
        {"upstream": "git@host:book.git", "branch": "master"},
    ]
)


@st.composite
def configurations(draw: st.DrawFn) -> Tables:
    source = draw(table({"pages": LISTS, "exclude": LISTS, "assets": LISTS}))
    source |= draw(WHERE)
    codes = draw(st.lists(st.sampled_from(["tr", "pt-BR", "zh", "yue"]), min_size=1, unique=True))
    languages = {f"languages.{code}": draw(LANGUAGES) for code in codes}
    return {"source": source, **languages, **draw(OTHERS)}


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == schema.text(), "run make schema"


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(schema.schema())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_taken_by_both(name: str) -> None:
    assert is_taken(EXAMPLES[name]) == (True, True)


@given(configurations())
def test_what_the_parser_takes_the_schema_takes(tables: Tables) -> None:
    assert is_taken(toml(tables)) == (True, True)


def known_at(name: str) -> set[str]:
    """The keys that the parser takes in a table, which the refusal of another one names."""
    smallest: Tables = {"source": {"submodule": "english"}, "languages.tr": {}}
    smallest[name] = smallest.get(name, {}) | {"no-such-key": 1}
    with pytest.raises(UsageError) as refusal:
        config.parse(toml(smallest))
    first, _ = str(refusal.value).splitlines()
    return set(first.split("known here: ", 1)[1].split(", "))


def test_both_know_the_same_keys() -> None:
    known = schema.schema()["properties"]
    tables = {name: row for name, row in known.items() if name != "languages"}
    rows = tables | {"languages.tr": known["languages"]["additionalProperties"]}
    assert known_at("no-such-table") == known.keys()
    assert {name: known_at(name) for name in rows} == {
        name: row["properties"].keys() for name, row in rows.items()
    }


@given(configurations(), st.data())
def test_an_unknown_key_is_refused_by_both(tables: Tables, data: st.DataObject) -> None:
    tables[data.draw(st.sampled_from(sorted(tables)))]["pagse"] = data.draw(WORDS | AMOUNTS | LISTS)
    assert is_taken(toml(tables)) == (False, False)


# A value of no type that the key takes.
WRONG: dict[type, st.SearchStrategy[Any]] = {
    str: st.booleans() | AMOUNTS | LISTS,
    int: st.booleans() | WORDS | LISTS | st.integers(max_value=-1),
    float: st.booleans() | WORDS | LISTS | st.integers(max_value=-1),
    list: st.booleans() | WORDS | AMOUNTS | st.lists(AMOUNTS, min_size=1, max_size=2),
}


@given(configurations(), st.data())
def test_a_value_of_another_type_is_refused_by_both(tables: Tables, data: st.DataObject) -> None:
    places = [(name, key) for name, row in tables.items() for key in row]
    name, key = data.draw(st.sampled_from(places))
    tables[name][key] = data.draw(WRONG[type(tables[name][key])])
    assert is_taken(toml(tables)) == (False, False)


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("source", "submodule", ""),
        ("source", "submodule", "//"),
        ("source", "submodule", "--upload-pack=x"),
        ("source", "submodule", "../english"),
        ("source", "submodule", "en/.."),
        ("languages.tr", "pages", "all.md"),
        ("languages.tr", "pages", "/{path}"),
        ("languages.tr", "origin", "a/../{path}"),
        ("languages.tr", "terminology", "/terms.md"),
        ("languages.tr", "service-code", "Turkish"),
        ("languages.tr", "formality", "polite"),
        ("languages.tr", "spacing", ""),
        ("languages.tr", "bleu-tokenizer", "flores200"),
        ("languages.tr", "reviewers", ["Grace Hopper"]),
        ("languages.tr", "reviewers", [""]),
        ("languages.Turkish", "pages", "{path}"),
        ("amazon", "bucket", "s3://book"),
        ("amazon", "region", "Ireland"),
        ("amazon", "parallel-data", "book"),
        ("review", "trust", "everybody"),
        ("review", "order", ""),
    ],
)
def test_a_value_of_another_form_is_refused_by_both(name: str, key: str, value: object) -> None:
    tables: Tables = {"source": {"submodule": "english"}, "languages.tr": {}}
    tables[name] = tables.get(name, {}) | {key: value}
    assert is_taken(toml(tables)) == (False, False)


@pytest.mark.parametrize("text", ["", '[source]\nsubmodule = "e"\n', "[source]\n[languages.tr]\n"])
def test_what_is_missing_is_missed_by_both(text: str) -> None:
    assert is_taken(text) == (False, False)
