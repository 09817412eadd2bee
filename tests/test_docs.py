"""README, docs, CHANGELOG, `--help`, action.yml and the configuration agree with each other."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import amts_bot
from amts_bot.book import config, lock
from amts_bot.cli import build_parser, words
from amts_bot.commands.reference import reference
from amts_bot.errors import UsageError
from amts_bot.sync.one_page import merge

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PAGES = (*DOCUMENTS, *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")))
LINK = re.compile(r"\]\((?!https?:|mailto:)([^()\s]+)\)")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))

# Inputs are named like the option they become, but for these.
OPTION_OF_INPUT = {"source-ref": "--to", "path": "--repository"}
# Options of sync that are for a terminal.
# A job has a runner for itself: all of its processors are for the bot.
NO_INPUT = {"-h", "--help", "--quiet", "--workers"}

OPTION = re.compile(r"(?<![\w<!-])--[a-z][a-z0-9-]*")
CALL = re.compile(r"(?:^|(?<=[\s$`(|])|(?<=bin/))amts-bot(?=[ \t])(?P<rest>[^\n]*)")
NEXT_COMMAND = re.compile(r"\s(?:\|\|?|&&?|;|>>?|#)\s")  # where a shell goes on
WORD = re.compile(r"[a-z][a-z-]*$")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code in a document: an inline code span, or one line of a code block."""

    document: str
    text: str


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: command
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, command in action.choices.items()
    }


def all_parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for command in subcommands(parser).values():
        yield from all_parsers(command)


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def split_code(markdown: str) -> tuple[str, list[str]]:
    """Returns the prose without its code, and the code: spans, and lines of blocks.

    Lines of one command, continued by a backslash, are joined.
    """
    code: list[str] = []

    def take_block(match: re.Match[str]) -> str:
        code.extend(re.sub(r"\\\n\s*", "", match["code"]).splitlines())
        return ""

    def take_span(match: re.Match[str]) -> str:
        code.append(match["code"])
        return ""

    prose = re.sub(
        r"^(?P<fence>```+|~~~+)[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$",
        take_block,
        markdown,
        flags=re.MULTILINE | re.DOTALL,
    )
    prose = re.sub(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)", take_span, prose, flags=re.DOTALL)
    return prose, code


def wrong_in(snippet: str, parser: argparse.ArgumentParser) -> list[str]:
    """Returns the commands and options in a piece of code that the parser does not know.

    Options of other programs are theirs: only calls of amts-bot and bare options are looked at.
    """
    if snippet.lstrip().startswith("--"):
        known = set().union(*map(options, all_parsers(parser)))
        return [option for option in OPTION.findall(snippet) if option not in known]
    calls = [call["rest"] for part in NEXT_COMMAND.split(snippet) if (call := CALL.search(part))]
    return [fault for call in calls for fault in _wrong_call(call, parser)]


def _wrong_call(rest: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    known, command = options(parser), parser
    for word in rest.split():
        if subcommands(command) and WORD.match(word):
            if word not in subcommands(command):
                yield word
                return
            command = subcommands(command)[word]
            known |= options(command)
    yield from (option for option in OPTION.findall(rest) if option not in known)


@pytest.fixture(scope="module")
def parser() -> argparse.ArgumentParser:
    return build_parser()


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_readme(parser: argparse.ArgumentParser, readme: str) -> None:
    commands = list(subcommands(parser))
    assert commands
    missing = [name for name in commands if not re.search(rf"amts-bot {name}(?![\w-])", readme)]
    assert missing == []


def test_every_command_explains_itself(parser: argparse.ArgumentParser) -> None:
    explained = {
        choice.dest
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
        if choice.help
    }
    assert explained == set(subcommands(parser))
    assert [name for name in explained if name not in parser.format_help()] == []


def test_every_command_to_type_is_accepted(parser: argparse.ArgumentParser) -> None:
    refused = []
    for document in DOCUMENTS:
        for line in shell_lines(document.read_text(encoding="utf-8")):
            try:
                parser.parse_args(words(shlex.split(line, comments=True)[1:]))
            except SystemExit:
                refused.append((document.name, line))
    assert refused == []


def shell_lines(markdown: str) -> Iterator[str]:
    """The calls of amts-bot in the `sh` blocks of a document, continued lines joined."""
    for block in re.findall(r"^```sh\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            if line.startswith("amts-bot ") and "--help" not in line:
                yield NEXT_COMMAND.split(line)[0]


def test_the_page_of_commands_is_what_the_parser_says(parser: argparse.ArgumentParser) -> None:
    """Where this fails, run `make commands`."""
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == reference(parser)


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    prose, _ = split_code(document.read_text(encoding="utf-8"))
    lost = [link for link in LINK.findall(prose) if not leads_somewhere(document, link)]
    assert lost == []


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists() or (target != ROOT and ROOT not in target.parents):
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(markdown: str) -> set[str]:
    """What GitHub makes of the headings: lower case, no punctuation, hyphens for spaces."""
    unfenced = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", unfenced, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_option_in_a_document_exists(
    document: Path, parser: argparse.ArgumentParser
) -> None:
    prose, code = split_code(document.read_text(encoding="utf-8"))
    known = set().union(*map(options, all_parsers(parser)))
    wrong = {snippet: faults for snippet in code if (faults := wrong_in(snippet, parser))}
    wrong_in_prose = [option for option in OPTION.findall(prose) if option not in known]
    assert (wrong, wrong_in_prose) == ({}, [])


@pytest.mark.parametrize("name", sorted(ACTION["inputs"].keys() - {"command", "token"}))
def test_every_action_input_is_an_option_of_sync(
    name: str, parser: argparse.ArgumentParser
) -> None:
    assert OPTION_OF_INPUT.get(name, f"--{name}") in options(subcommands(parser)["sync"])


def test_every_option_of_sync_is_an_action_input(parser: argparse.ArgumentParser) -> None:
    inputs = {OPTION_OF_INPUT.get(name, f"--{name}") for name in ACTION["inputs"]}
    assert options(subcommands(parser)["sync"]) - inputs == NO_INPUT


@pytest.mark.parametrize(("name", "field"), ACTION["inputs"].items())
def test_every_action_input_has_a_sentence_and_a_default(name: str, field: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z].{15,}\.", field["description"].strip(), flags=re.DOTALL), name
    assert isinstance(field["default"], str), f"{name}: quote the default, YAML makes it no string"


@pytest.mark.parametrize(("name", "field"), ACTION["outputs"].items())
def test_every_action_output_has_a_sentence(name: str, field: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z].{15,}\.", field["description"].strip(), flags=re.DOTALL), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_workflow_examples_use_inputs_and_outputs_that_exist(document: Path) -> None:
    wrong: list[str] = []
    for example in re.findall(
        r"^```ya?ml\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        steps = [step for step in _mappings(yaml.safe_load(example)) if _uses_the_bot(step)]
        wrong += [
            key for step in steps for key in step.get("with", {}) if key not in ACTION["inputs"]
        ]
        names = {step["id"] for step in steps if "id" in step}
        wrong += [
            output
            for name, output in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", example)
            if name in names and output not in ACTION["outputs"]
        ]
    assert wrong == []


def _mappings(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for child in children:
        yield from _mappings(child)


def _uses_the_bot(step: dict[str, Any]) -> bool:
    return re.search(r"(^|/)amts-bot(@|$)", str(step.get("uses", ""))) is not None


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d[\w.]*) - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert versions[0] == amts_bot.__version__


def test_examples_and_documents_use_the_major_version_of_this_one() -> None:
    examples = (ROOT / "examples").rglob("*.yml")
    texts = [path.read_text(encoding="utf-8") for path in (*PAGES, *examples)]
    used = [tag for text in texts for tag in re.findall(r"OWNER/amts-bot\S*@(\w+)", text)]
    assert len(used) >= 5
    assert {*used} == {f"v{amts_bot.__version__.partition('.')[0]}"}


def small_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("amts-bot")
    parser.add_argument("--version", action="store_true")
    commands = parser.add_subparsers()
    commands.add_parser("sync").add_argument("--language")
    data = commands.add_parser("parallel-data").add_subparsers()
    data.add_parser("build").add_argument("--output")
    return parser


@pytest.mark.parametrize(
    ("snippet", "faults"),
    [
        ("amts-bot sync --language tr", []),
        ("$ .venv/bin/amts-bot --version", []),
        ("amts-bot parallel-data build --output pairs.tmx --version", []),
        ("amts-bot sync --language tr | jq --raw-output .", []),
        ("pip install --no-deps amts-bot", []),
        ("uses: someone/amts-bot@v1", []),
        ("git clone https://example.org/amts-bot folder", []),
        ("--language", []),
        ("amts-bot snyc", ["snyc"]),
        ("amts-bot sync --lang=tr --output x", ["--lang", "--output"]),
        ("amts-bot parallel-data burn", ["burn"]),
        ("amts-bot sync && amts-bot gone", ["gone"]),
        ("--speed 9", ["--speed"]),
    ],
)
def test_the_checker_finds_what_does_not_exist(snippet: str, faults: list[str]) -> None:
    assert wrong_in(snippet, small_parser()) == faults


def test_code_and_prose_are_told_apart() -> None:
    page = "Say `--a` or --b:\n\n```sh\namts-bot sync \\\n  --c\n```\n"
    assert split_code(page) == ("Say  or --b:\n\n\n", ["amts-bot sync --c", "--a"])


def test_a_link_that_leads_nowhere_is_found() -> None:
    page = ROOT / "docs" / "configuration.md"
    links = ("#sources", "../README.md#engines", "../README.md#gone", "gone.md", "../../x.md")
    assert [leads_somewhere(page, link) for link in links] == [False, True, False, False, False]


# ------------------------------------------------------------------ docs/configuration.md

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
SMALLEST = {"source": 'submodule = "english"\n', "languages.tr": ""}


def documented(heading: str) -> dict[str, str]:
    """The keys in the table below a heading, with their second column."""
    section = CONFIGURATION.split(f"### `[{heading}]`", 1)[1].split("\n#", 1)[0]
    return dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \| ", section, flags=re.MULTILINE))


HEADINGS = re.findall(r"^### `\[([\w.-]+)\]`", CONFIGURATION, flags=re.MULTILINE)


def parse(**more: str) -> config.Config:
    """The smallest configuration, with lines added to its tables."""
    tables = SMALLEST | {name: SMALLEST.get(name, "") + lines for name, lines in more.items()}
    return config.parse("".join(f"[{name}]\n{lines}" for name, lines in tables.items()))


def known_at(table: str) -> set[str]:
    """The keys that a table may have: the refusal of another one names them."""
    with pytest.raises(UsageError) as refusal:
        parse(**{table: "no-such-key = 1\n"})
    return set(str(refusal.value).splitlines()[0].split("known here: ", 1)[1].split(", "))


def test_every_table_has_a_section() -> None:
    with pytest.raises(UsageError) as refusal:
        config.parse("no-such-key = 1\n")
    tables = set(str(refusal.value).splitlines()[0].split("known here: ", 1)[1].split(", "))
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
    rows = re.findall(r"^\| `(\w+)` \| (the lock|a page) \|", CONFIGURATION, flags=re.MULTILINE)
    fields = {
        (field.name, of)
        for of, record in (
            ("the lock", lock.LanguageLock),
            ("a page", lock.PageLock),
        )
        for field in dataclasses.fields(record)
        if field.name != "review"  # its marks stand beside the others in the file
    }
    marks = {(key, "a page") for key in (*lock.MARKS, "held")}
    assert set(rows) == fields | marks | {("version", "the lock")}


# ------------------------------------------------------------------ docs/operations.md


QUOTED = r"^\| (?:held: )?(?P<ticks>`+) ?(?P<said>.+?) ?(?P=ticks) \|"


def part_of_text(part: ast.expr) -> str:
    """What stands there in a message; a number that is filled in brings its noun along."""
    match part:
        case ast.Constant(str(text)):
            return text
        case ast.FormattedValue(value=ast.Call(func=ast.Name(id="counted"), args=[_, *nouns])):
            said = [str(noun.value) for noun in nouns if isinstance(noun, ast.Constant)]
            return f"… {said[1]}" if said[1:] else f"… {said[0]}s" if said else "…"
        case _:
            return "…"


def texts_of_the_program() -> set[str]:
    """Every text in the source, with … for what is filled in."""
    texts = set()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.add("".join(map(part_of_text, node.values)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(re.sub(r"\{[a-z_]*\}", "…", node.value))
    return texts


def test_every_message_of_the_operations_page_is_one_that_the_bot_gives() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    quoted = [m["said"] for m in re.finditer(QUOTED, page, re.MULTILINE)]
    assert len(quoted) > 20
    texts = texts_of_the_program()
    assert [said for said in quoted if not any(is_in(said, text) for text in texts)] == []


def is_in(message: str, text: str) -> bool:
    """Whether the pieces between … stand in the text, in this order."""
    return bool(re.search(".*".join(map(re.escape, message.split("…"))), text, re.DOTALL))


# ------------------------------------------------------------------ docs/page-merge.md


def worked_examples() -> Iterator[tuple[dict[str, str], str, str]]:
    """Tables of old English, new English and translation: the three, an engine, and what it makes of them."""
    guide = (ROOT / "docs" / "page-merge.md").read_text(encoding="utf-8")
    for table in re.findall(r"(?:^\|.*\n)+", guide, re.MULTILINE):
        rows = dict(re.findall(r"^\| (.+?) \| `+(.+?)`+ \|$", table, re.MULTILINE))
        if "old English" in rows:
            for name in rows.keys() - {"old English", "new English", "translation"}:
                yield rows, "memory" if "memory" in name else "none", rows[name]


def test_the_examples_of_the_page_merge_come_out_as_they_say() -> None:
    examples = list(worked_examples())
    assert len(examples) >= 3
    for rows, engine, becomes in examples:
        old, new, target = (
            rows[name] + "\n" for name in ("old English", "new English", "translation")
        )
        assert merge(old, new, target, "de", engine_name=engine).text == becomes + "\n"
