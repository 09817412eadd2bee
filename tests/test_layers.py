"""The three rings of the package: no import points outward, and nothing is caught too widely."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

import pytest

PACKAGE = "amts_bot"
ROOT = Path(__file__).parents[1] / "src" / PACKAGE

Ring = Literal["edge", "story", "port", "adapter", "text", "model", "package"]

RING_OF: dict[str, Ring] = {
    "cli": "edge",
    "commands": "edge",
    "__main__": "edge",
    "adapters": "adapter",
    "text": "text",
    "ports": "port",
    "model": "model",
    "errors": "model",
}  # every other room holds stories

# Which room may import from which; `model`, `errors`, `ports` and the version are open to all that the
# rings allow. The map of these rooms, with what each is for, is docs/architecture.md.
ARROWS: dict[str, frozenset[str]] = {
    room: frozenset(into.split())
    for room, into in {
        "text.scripts": "",
        "text.languages": "text.scripts",
        "text.code": "text.scripts",
        "text.markdown": "text.languages text.scripts",
        "text.align": "text.code text.languages text.markdown text.scripts",
        "text.review_state": "",
        "text.names": "text.code text.markdown text.review_state",
        "text.merge": "text.align text.code text.languages text.markdown text.names text.review_state",
        "text.drafts": (
            "text.align text.languages text.markdown text.merge text.names text.review_state text.scripts"
        ),
        "text.pairs": (
            "text.align text.languages text.markdown text.merge text.names text.review_state text.scripts"
        ),
        "text.web": "text.align text.languages text.pairs",
        "text.measure": (
            "text.align text.columns text.languages text.markdown text.merge text.names text.review_state text.scripts"
        ),
        "text.columns": "",
        "text.status": "text.columns text.measure text.merge",
        "text.amazon": "text.languages text.markdown text.scripts",
        "text.pull_request": (
            "text.columns text.languages text.markdown text.merge text.names text.review_state text.scripts"
        ),
        "book": (
            "text.align text.drafts text.languages text.markdown text.measure text.merge text.names text.review_state"
        ),
        "adopt": "book text.align text.columns text.languages text.markdown text.scripts",
        "engines": (
            "book text.align text.amazon text.drafts text.languages text.markdown text.pairs "
            "text.review_state"
        ),
        "doctor": "adopt book console text.columns",
        "console": "book engines text.amazon text.columns text.languages text.markdown",
        "teach": "book text.align text.languages text.markdown text.measure text.pairs text.web",
        "sync": (
            "book engines text.align text.amazon text.columns text.drafts text.languages text.markdown "
            "text.measure text.merge text.pairs text.pull_request text.names text.review_state"
        ),
        "status": "book sync text.merge text.names text.review_state text.status",
        "measure": (
            "book engines teach text.align text.amazon text.drafts text.languages text.markdown text.measure "
            "text.merge text.pairs text.names text.review_state"
        ),
        "pull_request": (
            "book status sync text.align text.markdown text.merge text.names text.pull_request "
            "text.review_state text.status"
        ),
        "text.exchange": "text.markdown",
        "exchange": (
            "book pull_request text.exchange text.pull_request text.names text.review_state"
        ),
        "adapters": "",
    }.items()
}

# `package` is the version in `amts_bot/__init__.py`: it imports nothing, and all may read it.
MAY_IMPORT: dict[Ring, frozenset[Ring]] = {
    "edge": frozenset({"edge", "story", "port", "adapter", "text", "model", "package"}),
    "story": frozenset({"story", "port", "text", "model", "package"}),
    "port": frozenset({"port", "text", "model", "package"}),
    "adapter": frozenset({"port", "model", "package"}),
    "text": frozenset({"text", "model", "package"}),
    "model": frozenset({"model", "package"}),
    "package": frozenset(),
}

PURE_LIBRARIES: dict[Ring, frozenset[str]] = {
    "text": frozenset(
        {"blingfire", "mistune", "numpy", "polib", "rapidfuzz", "sacrebleu", "wcwidth", "yaml"}
    ),
    "model": frozenset(),
    "package": frozenset(),
}
IMPURE_STANDARD_MODULES = frozenset(
    {
        "asyncio",
        "ftplib",
        "glob",
        "http",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "smtplib",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
        "uuid",
    }
)
IMPURE_BUILTINS = frozenset({"breakpoint", "input", "open", "print"})

FAR_SIDE = frozenset(
    {"boto3", "botocore", "git", "github", "requests", "socket", "subprocess", "urllib.request"}
)
TOUCH_THE_FAR_SIDE: frozenset[Ring] = frozenset({"adapter", "edge"})

NAMES_THAT_SAY_NOTHING = frozenset({"common", "helper", "helpers", "misc", "util", "utils"})


def read_package() -> dict[str, str]:
    """Returns the source text of every module of the package, by dotted name."""
    return {
        _module_name(path): path.read_text(encoding="utf-8")
        for path in sorted(ROOT.rglob("*.py"))
        if "demo_book" not in path.parts
    }


def _module_name(path: Path) -> str:
    parts = (PACKAGE, *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def ring_of(module: str) -> Ring:
    parts = module.split(".")
    return "package" if len(parts) == 1 else RING_OF.get(parts[1], "story")


def imports_of(module: str, sources: Mapping[str, str]) -> set[str]:
    """Returns the dotted names that `module` imports, at its top or anywhere inside.

    `from amts_bot import sync` imports `amts_bot.sync`, as does `from amts_bot.sync import run`.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(sources[module])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute(node, module, sources)
            inner = {f"{origin}.{alias.name}" for alias in node.names}
            modules = inner & (sources.keys() | IMPURE_STANDARD_MODULES)
            found |= modules if modules == inner else modules | {origin}
    return found


def _absolute(node: ast.ImportFrom, module: str, sources: Mapping[str, str]) -> str:
    if node.level == 0:
        return node.module or ""
    is_package = any(other.startswith(f"{module}.") for other in sources)
    depth = node.level - 1 if is_package else node.level
    parent = module.split(".")[: len(module.split(".")) - depth]
    return ".".join([*parent, *([node.module] if node.module else [])])


def violations(sources: Mapping[str, str]) -> list[str]:
    """Returns one sentence for each rule that a module breaks; empty when the rings hold."""
    return [
        f"{module} {fault}" for module in sorted(sources) for fault in _faults_of(module, sources)
    ]


def _faults_of(module: str, sources: Mapping[str, str]) -> Iterator[str]:
    ring = ring_of(module)
    if module.rsplit(".", 1)[-1] in NAMES_THAT_SAY_NOTHING:
        yield "has a name that says nothing"
    for imported in sorted(imports_of(module, sources)):
        if imported.split(".")[0] == PACKAGE:
            if _points_outward(ring, imported) and not _is_one_adapter(module, imported):
                yield f"({ring}) imports {imported} ({ring_of(imported)})"
        elif not _allowed_outside_package(ring, imported):
            yield f"({ring}) imports {imported}"
    if ring in PURE_LIBRARIES:
        for name in sorted(_called_names(sources[module]) & IMPURE_BUILTINS):
            yield f"({ring}) calls {name}()"


def _points_outward(ring: Ring, imported: str) -> bool:
    return ring_of(imported) not in MAY_IMPORT[ring]


def _is_one_adapter(module: str, imported: str) -> bool:
    """An adapter of several files is a folder: `adapters.amazon.jobs` may import `adapters.amazon.errors`."""
    own, other = (name.split(".")[1:3] for name in (module, imported))
    return own == other and own[0] == "adapters"


def _allowed_outside_package(ring: Ring, imported: str) -> bool:
    if ring in PURE_LIBRARIES:
        is_standard = imported.split(".")[0] in sys.stdlib_module_names
        if not is_standard:
            return imported.split(".")[0] in PURE_LIBRARIES[ring]
        return not _is_one_of(imported, IMPURE_STANDARD_MODULES)
    return ring in TOUCH_THE_FAR_SIDE or not _is_one_of(imported, FAR_SIDE)


def _is_one_of(imported: str, modules: frozenset[str]) -> bool:
    return any(imported == module or imported.startswith(f"{module}.") for module in modules)


def _called_names(source: str) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def broad_handlers(sources: Mapping[str, str]) -> list[str]:
    """Returns the module of each `except` that catches everything, one entry a handler."""
    return [
        module
        for module in sorted(sources)
        for node in ast.walk(ast.parse(sources[module]))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type)
    ]


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"} for kind in kinds
    )


def test_no_import_points_outward() -> None:
    assert violations(read_package()) == []


def room_of(module: str) -> str:
    """`amts_bot.text.merge.draft` is in the room `text.merge`, `amts_bot.book.lock` in `book`."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2] if parts[:1] == ["text"] else parts[:1])


def closed_doors(sources: Mapping[str, str]) -> list[str]:
    """Returns one sentence for each import between two rooms that the table does not allow."""
    return [
        f"{module} imports {imported}: no arrow from {room_of(module)} to {room_of(imported)}"
        for module in sorted(sources)
        if room_of(module) in ARROWS
        for imported in sorted(imports_of(module, sources) & sources.keys())
        if room_of(imported) in ARROWS
        and room_of(imported) not in ARROWS[room_of(module)] | {room_of(module)}
    ]


def test_rooms_are_entered_by_their_doors() -> None:
    assert closed_doors(read_package()) == []


# What of `text` the commands may import, and what for: they compute nothing.
PRINTED_BY_COMMANDS = {
    "text.pull_request.body",  # what `sync` leaves beside its commit
    "text.pull_request.page",
    "text.pull_request.report",  # what both are made of
    "text.pull_request.review",  # a report, looked through once for both
    "text.measure.effort_report",  # the report that `effort` prints and draws
    "text.status.report",  # the report that `status` prints
    "text.columns",  # the screen that all of it is shown on
}


def computing_commands(sources: Mapping[str, str]) -> list[str]:
    """Returns one sentence for each import of a command that is neither a story, nor an adapter to plug
    into one, nor a word everybody speaks, nor a record that it prints."""
    return [
        f"{module} imports {imported}: a command leaves this to a story"
        for module in sorted(sources)
        if ring_of(module) == "edge"
        for imported in sorted(imports_of(module, sources) & sources.keys())
        if ring_of(imported) == "text"
        and imported.removeprefix(f"{PACKAGE}.") not in PRINTED_BY_COMMANDS
    ]


def test_commands_compute_nothing() -> None:
    assert computing_commands(read_package()) == []


def test_a_command_that_computes_is_named() -> None:
    sources = {
        "amts_bot": "",
        "amts_bot.adapters": "",
        "amts_bot.commands": "",
        "amts_bot.commands.split": (
            "from amts_bot import adapters, book\nfrom amts_bot.text.blocks import split"
        ),
        "amts_bot.book": "",
        "amts_bot.text": "",
        "amts_bot.text.blocks": "",
    }
    assert computing_commands(sources) == [
        "amts_bot.commands.split imports amts_bot.text.blocks: a command leaves this to a story"
    ]


def test_every_module_has_a_room_and_every_room_says_what_it_is_for() -> None:
    sources = read_package()
    open_to_all = {"", "cli", "__main__", "commands", "model", "errors", "ports", "text"}
    assert {room_of(module) for module in sources} - ARROWS.keys() == open_to_all
    silent = [
        room
        for room in ARROWS
        if not (ast.get_docstring(ast.parse(sources[f"{PACKAGE}.{room}"])) or "").strip()
    ]
    assert silent == []


def test_the_arrows_between_rooms_make_no_circle() -> None:
    TopologicalSorter(ARROWS).prepare()


def test_a_closed_door_is_named() -> None:
    sources = {
        "amts_bot": "",
        "amts_bot.engines": "",
        "amts_bot.engines.table": "from amts_bot.sync import run",
        "amts_bot.sync": "",
        "amts_bot.sync.run": "",
    }
    assert closed_doors(sources) == [
        "amts_bot.engines.table imports amts_bot.sync.run: no arrow from engines to sync"
    ]


def longest_chain(sources: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the modules of the longest chain of imports, importer first."""
    chains: dict[str, tuple[str, ...]] = {}
    graph = {module: imports_of(module, sources) & sources.keys() for module in sources}
    for module in TopologicalSorter(graph).static_order():
        chains[module] = (module, *max((chains[to] for to in graph[module]), key=len, default=()))
    return max(chains.values(), key=len)


def test_no_reader_walks_far() -> None:
    assert len(longest_chain(read_package())) <= 18


def classes_of(sources: Mapping[str, str]) -> list[tuple[str, ast.ClassDef]]:
    """Returns every class of the package, with its module."""
    return [
        (module, node)
        for module in sorted(sources)
        for node in ast.walk(ast.parse(sources[module]))
        if isinstance(node, ast.ClassDef)
    ]


def test_no_two_classes_have_one_name() -> None:
    names = [node.name for _, node in classes_of(read_package())]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_records_with_more_than_four_fields_are_made_by_name() -> None:
    by_position = [
        f"{module}.{node.name}"
        for module, node in classes_of(read_package())
        for decorator in map(ast.unparse, node.decorator_list)
        if decorator.startswith("dataclass")
        and "kw_only=True" not in decorator
        and "_: KW_ONLY" not in ast.unparse(node)
        and sum(isinstance(line, ast.AnnAssign) for line in node.body) > 4
    ]
    assert by_position == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    sources = read_package()
    graph = {module: imports_of(module, sources) & sources.keys() for module in sources}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' <- '.join(error.args[1])}")


def test_everything_is_caught_in_one_place_only() -> None:
    sources = read_package()
    edge = [f"{PACKAGE}.cli"] if f"{PACKAGE}.cli" in sources else []
    assert broad_handlers(sources) == edge


GOOD_PACKAGE = {
    "amts_bot": '__version__ = "1"',
    "amts_bot.cli": "import git\nfrom amts_bot import sync\nfrom amts_bot.adapters.hub import Hub",
    "amts_bot.sync": "import pathlib\nfrom amts_bot.ports import Hub\nfrom .text import plan",
    "amts_bot.ports": "from typing import Protocol\nfrom amts_bot.model import Block",
    "amts_bot.errors": "",
    "amts_bot.model": "from dataclasses import dataclass",
    "amts_bot.adapters": "",
    "amts_bot.adapters.cloud": "",
    "amts_bot.adapters.cloud.errors": "",
    "amts_bot.adapters.cloud.jobs": "from amts_bot.adapters.cloud.errors import explained",
    "amts_bot.adapters.hub": "import git\nfrom amts_bot.ports import Hub",
    "amts_bot.text": "",
    "amts_bot.text.plan": "import mistune\nfrom urllib.parse import urlsplit\nfrom . import cut",
    "amts_bot.text.cut": "from ..model import Block",
}


def test_the_checker_accepts_a_well_built_package() -> None:
    assert violations(GOOD_PACKAGE) == []


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("sync", "from amts_bot import cli", "(story) imports amts_bot.cli (edge)"),
        ("demo", "from .adapters import hub", "(story) imports amts_bot.adapters.hub (adapter)"),
        ("sync", "def f():\n    import subprocess", "(story) imports subprocess"),
        ("ports", "from amts_bot.sync import run", "(port) imports amts_bot.sync (story)"),
        ("adapters.hub", "from amts_bot import sync", "(adapter) imports amts_bot.sync (story)"),
        (
            "adapters.web",
            "from .hub import Hub",
            "(adapter) imports amts_bot.adapters.hub (adapter)",
        ),
        (
            "adapters.web.page",
            "from amts_bot.adapters.hub import Hub",
            "(adapter) imports amts_bot.adapters.hub (adapter)",
        ),
        ("text.plan", "from ..ports import Hub", "(text) imports amts_bot.ports (port)"),
        ("text.plan", "import os.path", "(text) imports os.path"),
        ("text.plan", "from urllib import request", "(text) imports urllib.request"),
        ("text.plan", "import tomli", "(text) imports tomli"),
        ("text.plan", "open('page.md')", "(text) calls open()"),
        ("model", "from .text.plan import draft", "(model) imports amts_bot.text.plan (text)"),
        ("text.utils", "", "has a name that says nothing"),
    ],
)
def test_the_checker_names_what_is_wrong(module: str, source: str, fault: str) -> None:
    name = f"{PACKAGE}.{module}"
    assert violations({**GOOD_PACKAGE, name: source}) == [f"{name} {fault}"]


@pytest.mark.parametrize(
    "handler", ["except Exception as error", "except", "except (ValueError, BaseException)"]
)
def test_the_checker_finds_every_way_to_catch_everything(handler: str) -> None:
    source = f"try:\n    pass\nexcept KeyError:\n    pass\n{handler}:\n    pass\n"
    assert broad_handlers({"amts_bot.sync": source}) == ["amts_bot.sync"]
