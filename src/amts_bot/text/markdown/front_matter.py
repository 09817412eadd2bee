"""Front matter, entry by entry: which values are prose, and where they stand.

An entry is a key of the top level with everything under it. Each is read for itself, so that one that nobody can read
(broken YAML, anchors, a key that stands twice) is a frame without leaves and spoils no other. PyYAML's composer
gives the offsets of YAML values; TOML is read by its strings, and only where `tomllib` reads it too.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amts_bot.model import Leaf, Syntax

if TYPE_CHECKING:
    import yaml

# Keys whose values people read: of Hugo, Jekyll, MkDocs, MyST, VitePress, Docusaurus, Quarto and The Carpentries.
_PROSE_KEYS = """
    abstract alt caption description details excerpt headline heroalt herotext intro keypoints lead lede linktitle
    longtitle message objectives pagetitle pulltitle questions seotitle shorttitle sidebarlabel socialdescription
    subtitle summary tagline teaser text title titleshort toctitle
"""
PROSE_KEYS = frozenset(_PROSE_KEYS.split())
EVERY_KEY = frozenset({"*"})  # for who looks whether some text stands anywhere
_YAML_KEY = re.compile(
    r"(?P<key>\"[^\"\n]*\"|'[^'\n]*'|[^\s#\-?&*!|>'\"%@`\[\]{},:][^:\n]*?|-(?=\S)[^:\n]*?)[ \t]*:(?=[ \t\r\n]|\Z)"
)
_TOML_KEY = re.compile(
    r"[ \t]*(?P<key>(?:[\w.-]|\"[^\"\n]*\"|'[^'\n]*')+)[ \t]*=|[ \t]*\[+[^\[\]\n]*\]+"
)
_TOML_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^']|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)
# The composer takes its time; no front matter of a page is as long as this.
_MOST_CHARACTERS = 50_000
# Nor does any nest deeper: PyYAML looks at every open bracket for every character.
_MOST_BRACKETS = 200
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatterEntry:
    """A stretch of front matter: an entry with its comments and blank lines, or one of its two fences."""

    key: str
    start: int
    end: int


def entries(text: str) -> tuple[FrontMatterEntry, ...]:
    """Tiles front matter. Keys of fences and of what stands before the first key are no keys of the format."""
    lines = [(found.start(), found[0]) for found in _LINE.finditer(text) if found[0]]
    starts = _starts(lines, _TOML_KEY if _is_toml(text) else _YAML_KEY)
    counted: Counter[str] = Counter()
    found = []
    for (key, start), (_, end) in zip(starts, [*starts[1:], ("", len(text))], strict=True):
        counted[key] += 1
        name = f"{key} {counted[key]}" if counted[key] > 1 else key
        found.append(FrontMatterEntry(name, start, end))
    return tuple(found)


def _is_toml(text: str) -> bool:
    return text.lstrip("\ufeff ").startswith("+++")


def _starts(lines: Iterable[tuple[int, str]], pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    """Where each entry begins. A table of TOML begins its entries' keys anew."""
    listed = list(lines)
    found = [("\0open", 0)]
    table = ""
    for start, line in listed[1:-1]:
        key = pattern.match(line)
        if key and key["key"] is None:
            table = key[0].strip()
            found.append((table, start))
        elif key:
            found.append((table + _bare(key["key"]), start))
        elif len(found) == 1:
            found.append(("\0head", start))
    if len(listed) > 1:
        found.append(("\0close", listed[-1][0]))
    return found


def _bare(key: str) -> str:
    return key.strip().strip("\"'")


def leaves(text: str, prose_keys: frozenset[str] = PROSE_KEYS) -> tuple[Leaf, ...]:
    """The prose values of front matter, in order."""
    if len(text) > _MOST_CHARACTERS:
        return ()
    read = _toml_leaves if _is_toml(text) else _yaml_leaves
    tiles = entries(text)
    twice = {entry.key.rpartition(" ")[0] for entry in tiles if entry.key[-2:] == " 2"}
    return tuple(
        leaf
        for entry in tiles
        if not entry.key.startswith("\0") and not _is_twice(entry.key, twice)
        for leaf in read(text[entry.start : entry.end], entry, prose_keys)
    )


def _is_twice(key: str, twice: set[str]) -> bool:
    return key in twice or key.rpartition(" ")[0] in twice


def is_prose_key(key: str, prose_keys: frozenset[str]) -> bool:
    """Whether people read the value of a key: `linkTitle`, `link_title` and `link-title` are one."""
    return prose_keys >= EVERY_KEY or plain_key(key) in prose_keys


def plain_key(key: str) -> str:
    """A key as the tables of prose keys have it."""
    return re.sub(r"[\s_-]", "", key).casefold()


# ------------------------------------------------------------------ YAML


def _composed(text: str) -> yaml.Node | None:
    """The tree of an entry, or None where it is no YAML, or names a value that stands elsewhere."""
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        return None
    import yaml  # it takes a while, and few books have front matter

    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                return None
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):  # deeper than any page goes
        return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: its path, the last key of that, and whether brackets or braces are around it."""

    path: str = ""
    key: str = ""
    flow: bool = False

    def under(self, key: str, node: yaml.CollectionNode) -> _Place:
        path = f"{self.path}.{key}" if self.path else key
        return _Place(path, key, self.flow or bool(node.flow_style))

    def at(self, number: int, node: yaml.CollectionNode) -> _Place:
        return _Place(f"{self.path}[{number}]", self.key, self.flow or bool(node.flow_style))


def _scalars(node: yaml.Node, place: _Place) -> Iterator[tuple[yaml.ScalarNode, _Place]]:
    """The texts of a tree, with their places."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode):
                yield from _scalars(value, place.under(str(name.value), node))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(value, place.at(number, node))
    elif isinstance(node, yaml.ScalarNode) and node.tag == _TEXT:
        yield node, place


_TEXT = "tag:yaml.org,2002:str"


def _yaml_leaves(text: str, entry: FrontMatterEntry, prose_keys: frozenset[str]) -> Iterator[Leaf]:
    root = _composed(text)
    for node, place in _scalars(root, _Place()) if root is not None else ():
        if not is_prose_key(place.key, prose_keys) or not node.value.strip():
            continue
        start, end = node.start_mark.index, node.end_mark.index
        if node.style in ("|", ">"):
            yield from _block_leaves(place.path, text, (start, end), entry.start)
        elif text[start] != "!":
            syntax: Syntax = "yaml flow" if place.flow else "yaml"
            yield Leaf(
                kind="value",
                key=place.path,
                start=entry.start + start,
                end=entry.start + end,
                text=node.value,
                syntax=syntax,
            )


_MARK = r"(?:[-*+]|\d{1,9}[.)])[ \t]+"
_PARAGRAPH = re.compile(rf"(?:{_MARK})?\S[^\n]*(?:\n[ \t]*(?!{_MARK})[^\s][^\n]*)*")


def _block_leaves(path: str, text: str, within: tuple[int, int], at: int) -> Iterator[Leaf]:
    """The paragraphs and items of a block scalar; what stands behind its `|` or `>` is frame."""
    first = text.find("\n", *within) + 1
    for number, found in enumerate(_PARAGRAPH.finditer(text, first, within[1]) if first else ()):
        key = f"{path}#{number}" if number else path
        raw = found[0].rstrip()
        start = at + found.start()
        yield Leaf(
            kind="value",
            key=key,
            start=start,
            end=start + len(raw),
            text=_unwrapped(raw),
            syntax="yaml block",
        )


def _unwrapped(raw: str) -> str:
    return "\n".join(line.strip() for line in raw.strip().split("\n"))


_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]([^\n]*[^\s])?")
_FLOW_MARK = re.compile(r"[,\[\]{}]")


def written_yaml(text: str, model: str, *, flow: bool = False) -> str:
    """A value as YAML on one line, quoted like `model` where that can hold it."""
    line = " ".join(text.split())
    plain = "" if flow and _FLOW_MARK.search(line) else line
    single = "'" + line.replace("'", "''") + "'"
    double = json.dumps(line, ensure_ascii=False)
    order: tuple[str, ...] = (single, double) if model.startswith("'") else (double, single)
    if not model.startswith(("'", '"')):
        order = (plain, *order)
    return next((raw for raw in order if _says(raw, line)), json.dumps(line))


def written_yaml_flow(text: str, model: str) -> str:
    """`written_yaml` inside brackets or braces, which commas and brackets would end."""
    return written_yaml(text, model, flow=True)


def _says(raw: str, text: str) -> bool:
    """Whether YAML reads a value as this text."""
    if not raw.startswith(("'", '"')) and not _PLAIN.fullmatch(raw):
        return False
    root = _composed(f"k: {raw}\n")
    found = list(_scalars(root, _Place())) if root is not None else []
    return [(node.value, place.path) for node, place in found] == [(text, "k")]


# ------------------------------------------------------------------ TOML


def _toml_leaves(text: str, entry: FrontMatterEntry, prose_keys: frozenset[str]) -> Iterator[Leaf]:
    key = _TOML_KEY.match(text)
    if key is None or key["key"] is None or not _is_toml_entry(text):
        return
    name = _bare(key["key"].rpartition(".")[2])
    if not is_prose_key(name, prose_keys):
        return
    strings = [found for found in _TOML_STRING.finditer(text, key.end()) if found[0][0] != "#"]
    for number, found in enumerate(strings):
        value = tomllib.loads(f"v = {found[0]}")["v"]
        path = f"{entry.key}[{number}]" if text[key.end() :].lstrip()[:1] == "[" else entry.key
        if value.strip():
            yield Leaf(
                kind="value",
                key=path,
                start=entry.start + found.start(),
                end=entry.start + found.end(),
                text=value,
                syntax="toml",
            )


def _is_toml_entry(text: str) -> bool:
    """Whether an entry is a string or a list of strings: tables inside have keys of their own."""
    try:
        read = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    value: object = read
    while isinstance(value, dict):
        value = next(iter(value.values()), "")
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def written_toml(text: str, model: str) -> str:
    """A value as a TOML string, literal where `model` is and it can be."""
    line = " ".join(text.split())
    if model.startswith("'") and "'" not in line and not model.startswith("'''"):
        return f"'{line}'"
    return json.dumps(line, ensure_ascii=False)


# ------------------------------------------------------------------ both


def said_yaml(raw: str) -> str:
    """What a YAML value says; itself where that cannot be read."""
    root = _composed(f"k: {raw}\n")
    found = list(_scalars(root, _Place())) if root is not None else []
    return str(found[0][0].value) if len(found) == 1 else raw


def said_toml(raw: str) -> str:
    """What a TOML string says; itself where that cannot be read."""
    try:
        return str(tomllib.loads(f"v = {raw}")["v"])
    except tomllib.TOMLDecodeError:
        return raw
