"""The JSON schema of `amts.toml`, for editors: made of the records that its parser fills.

A schema knows keys, types, choices and the form of a value. What only the parser knows it leaves to it: whether
Amazon offers formality for a language, for one. `make schema` writes docs/amts.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from amts_bot.book.config import (
    ADDRESS,
    AMAZON_FORMS,
    BRANCH,
    LANGUAGE_CODE,
    MARKDOWN_KEYS,
    PATH_CODE,
    PLACES,
    REVIEWER,
    ROW_KEYS,
    SERVICE_CODE,
    BaseChoice,
    BaseSettings,
    Config,
    LanguageSettings,
    Source,
)
from amts_bot.book.layout import Layout
from amts_bot.text.languages import Language

Schema = dict[str, Any]

_INSIDE = r"^(?!/)(?!(.*/)?\.\.(/|$))"  # a path that stays in the repository
_PLACE = rf"{_INSIDE}(|.*\{{(path|stem|name)\}}.*)$"  # of pages, one file for each


def _whole(pattern: str) -> str:
    """A pattern for all of a text; an empty one stands for the default."""
    return f"^({pattern})?$"


# The forms of texts, by table and key; of a list, those of its items.
_FORMS: Mapping[str, Mapping[str, str]] = {
    "source": {
        "submodule": r"^/*(?![-/])(?!(.*/)?\.\.(/|$)).",
        "root": _INSIDE,
        "upstream": f"^{ADDRESS}$",
        "branch": f"^{BRANCH}$",
    },
    "base": {"file": _INSIDE},
    "amazon": {key: _whole(pattern) for key, (pattern, _) in AMAZON_FORMS.items()},
    "languages": {
        "pages": _PLACE,
        "root": _INSIDE,
        "path-code": f"^{PATH_CODE}$",
        "origin": _PLACE,
        "terminology": _INSIDE,
        "service-code": _whole(SERVICE_CODE.pattern),
        "reviewers": f"^({REVIEWER.pattern})$",
    },
}


def schema() -> Schema:
    """The schema, in the draft that TOML editors understand."""
    records = get_type_hints(Config)
    tables = {
        _key(field): _table(_key(field), records[field.name])
        for field in fields(Config)
        if field.name not in ("source", "languages", "markdown")
    }
    tables["source"] = _source()
    tables["markdown"] = _object({key: _value(tuple[str, ...], "") for key in MARKDOWN_KEYS})
    languages = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^({LANGUAGE_CODE.pattern})$"},
        "additionalProperties": _language(),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "amts.toml, the settings of AMTS bot",
        **_object({**tables, "languages": languages}),
        "required": ["source", "languages"],
    }


def text() -> str:
    """The schema as the file has it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _table(name: str, record: type[Any]) -> Schema:
    found = _object(_properties(name, record))
    required = [_key(field) for field in fields(record) if not _has_default(field)]
    return found | ({"required": required} if required else {})


def _source() -> Schema:
    """The keys of the English book; exactly one says where it is, and only a fork has a branch."""
    forms = _FORMS["source"]
    places = {key: _value(str, forms[key]) for key in (*PLACES, "branch")}
    files = _properties("source", Source)
    del files["place"]
    one = [{"required": [key]} for key in PLACES]
    return _object(places | files) | {"oneOf": one, "dependencies": {"branch": ["upstream"]}}


def _language() -> Schema:
    """A language's own keys, those of its layout, and those with which a team changes its row; code and row are
    not written."""
    own = _properties("languages", LanguageSettings) | _properties("languages", Layout)
    for key in ("root", "path-code"):  # those of the English, and of the table
        del own[key]["default"]
    row = _properties(
        "languages", Language
    )  # without defaults: they differ from language to language
    for found in row.values():
        found.pop("default", None)
    changed = {key: row[key] for key in sorted(ROW_KEYS)}
    by = _value(BaseChoice, "")
    own["base"] = {"anyOf": [by, _object(_properties("base", BaseSettings))]}
    return _object(
        {key: it for key, it in own.items() if key not in ("code", "row", "layout")} | changed
    )


def _properties(name: str, record: type[Any]) -> dict[str, Schema]:
    hints, forms = get_type_hints(record), _FORMS.get(name, {})
    return {
        _key(field): _value(hints[field.name], forms.get(_key(field), "")) | _default(field)
        for field in fields(record)
    }


def _key(field: Field[Any]) -> str:
    return field.name.replace("_", "-")


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING


def _default(field: Field[Any]) -> Schema:
    if not _has_default(field):
        return {}
    return {"default": list(field.default) if isinstance(field.default, tuple) else field.default}


def _value(hint: Any, form: str) -> Schema:
    """The schema of one value, by the type of the field that it fills."""
    text: Schema = {"type": "string"} | ({"pattern": form} if form else {})
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string", "pattern": _INSIDE}}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": text}
    return {"type": "number", "minimum": 0} if hint in (int, float) else text


if __name__ == "__main__":
    print(text(), end="")
