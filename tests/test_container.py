"""The action's container: its Dockerfile, and the command line that action.yml calls."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from amts_bot.cli import build_parser, words

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INPUTS: dict[str, dict[str, str]] = ACTION["inputs"]
DEFAULTS = {name: field["default"] for name, field in INPUTS.items()}
SECRETS = {"token"}  # passed by the environment
SAMPLES = {
    "command": "sync",
    "language": "tr",
    "base": "master",
    "page": "/chapter_one/",
    "rebase-pages": "/chapter_one/",
    "source-ref": "v1.0.3",
    "wait": "45m",
    "dry-run": "true",
    "publish": "true",
    "engine": "memory",
    "output-dir": "out put",
    "path": "book-tr",
}
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Returns each instruction and its text, continued lines joined and comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    words = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(name.upper(), " ".join(rest.split())) for name, rest in words]


def container_arguments(values: dict[str, str]) -> list[str]:
    """Returns the words that the Actions runner passes to the entry point for these inputs."""
    return [INPUT.sub(lambda match: values[match[1]], word) for word in ACTION["runs"]["args"]]


def parse(values: dict[str, str]) -> argparse.Namespace:
    return build_parser().parse_args(words(container_arguments(values)))


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    return instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("no hadolint for this platform beside this Python")
    run = subprocess.run(
        [hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)


def test_the_base_image_has_a_fixed_tag(dockerfile: list[tuple[str, str]]) -> None:
    images = [text for name, text in dockerfile if name == "FROM"]
    assert len(images) == 1
    assert re.fullmatch(r"python:3\.\d+[\w.-]*-slim-[a-z]+", images[0])


@pytest.mark.parametrize("instruction", ["USER", "WORKDIR", "CMD"])
def test_what_the_runner_decides_is_left_to_it(
    instruction: str, dockerfile: list[tuple[str, str]]
) -> None:
    assert instruction not in [name for name, _ in dockerfile]


def test_the_entry_point_is_the_absolute_path_of_our_script(
    dockerfile: list[tuple[str, str]],
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (script,) = project["scripts"]
    entry_points = [json.loads(text) for name, text in dockerfile if name == "ENTRYPOINT"]
    assert entry_points == [[f"/usr/local/bin/{script}"]]


def test_packages_come_from_the_lock(dockerfile: list[tuple[str, str]]) -> None:
    installs = [text for name, text in dockerfile if name == "RUN" and "pip install" in text]
    assert installs
    assert [
        text
        for text in installs
        if "--require-hashes" not in text
        and not ("--no-deps" in text and "--no-build-isolation" in text)
    ] == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="blingfire has no library for it")
def test_the_lock_holds_what_blingfire_needs_to_load() -> None:
    # The sentence splitter goes on without it, a little worse, so nothing else would fail.
    assert importlib.import_module("blingfire")


def test_what_is_copied_exists_and_is_sent_to_the_builder(
    dockerfile: list[tuple[str, str]],
) -> None:
    copied = {path for name, text in dockerfile if name == "COPY" for path in text.split()[:-1]}
    assert [path for path in sorted(copied) if not (ROOT / path).exists()] == []
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignore if line.startswith("!")} == copied


def test_the_installed_package_holds_every_file_of_the_source(tmp_path: Path) -> None:
    source = tmp_path / "source"  # setuptools leaves build output beside what it builds
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", source / "src", ignore=leave)  # what links lead to, too
    package = source / "src" / "amts_bot"
    expected = {
        path.relative_to(source / "src").as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file()
    }
    examples = {
        f"amts_bot/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for path in (ROOT / "examples").rglob("*")
        if path.is_file()
    }
    assert examples.items() <= expected.items()
    for path in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / path, source / path)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    build = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
    subprocess.run(build, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        held = {name: archive.read(name) for name in names}
    assert held == expected


def test_the_action_runs_this_dockerfile() -> None:
    assert (ACTION["runs"]["using"], ACTION["runs"]["image"]) == ("docker", "Dockerfile")


def test_every_input_is_passed_once_and_nothing_else_is_filled_in() -> None:
    command, *options = ACTION["runs"]["args"]
    assert INPUT.fullmatch(command)
    assert [word for word in options if not re.fullmatch(rf"--[a-z-]+={INPUT.pattern}", word)] == []
    secret = ACTION["runs"]["env"].values()
    passed = [INPUT.findall(word) for word in (command, *options, *secret)]
    assert passed == [[name] for name in INPUTS]


def test_the_token_is_no_argument() -> None:
    assert ACTION["runs"]["env"] == {"GITHUB_TOKEN": "${{ inputs.token }}"}


def test_there_is_a_sample_for_every_input() -> None:
    assert SAMPLES.keys() == INPUTS.keys() - SECRETS


def test_the_parser_takes_the_defaults() -> None:
    assert parse(DEFAULTS)


def test_the_parser_takes_a_value_in_every_input() -> None:
    assert parse(SAMPLES)


@pytest.mark.parametrize("name", [name for name, default in DEFAULTS.items() if not default])
def test_the_parser_takes_each_input_alone(name: str) -> None:
    assert parse({**DEFAULTS, name: SAMPLES[name]}) != parse(DEFAULTS)


def test_a_dry_run_is_told_from_a_real_one() -> None:
    runs = [parse({**DEFAULTS, "dry-run": value}) for value in ("true", "false", "")]
    assert [bool(vars(run)["dry_run"]) for run in runs] == [True, False, False]


def test_another_command_is_not_asked_for_options_it_does_not_have() -> None:
    wanted = parse({**DEFAULTS, "command": "languages", "language": "tr"})
    assert (wanted.language, "engine" in vars(wanted)) == ("tr", False)


def test_a_command_of_two_words_arrives_as_one() -> None:
    assert words(["parallel-data push", "--base=", "--language=zh"]) == [
        "parallel-data",
        "push",
        "--language=zh",
    ]
