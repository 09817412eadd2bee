"""The workflows and examples: linted, and in step with each other, with action.yml and with the command line."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from amts_bot import __version__
from amts_bot.adapters.git import open_repository
from amts_bot.adapters.stage import DemoStage
from amts_bot.book import config
from amts_bot.book.layout import SameRepository
from amts_bot.book.lock import file_of
from amts_bot.cli import build_parser, words
from tests.conftest import git, put
from tests.git_server import private_server

ROOT = Path(__file__).parents[1]
LAYOUTS = sorted(path.parent for path in ROOT.glob("examples/*/amts.toml"))
EXAMPLES = sorted(ROOT.glob("examples/*/.github/workflows/*.yml"))
WORKFLOWS = [*sorted(ROOT.glob(".github/workflows/*.yml")), *EXAMPLES]
OURS = re.compile(r"OWNER/amts-bot/\.github/workflows/(?P<file>[\w-]+\.yml)@v\d+")
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
RELEASE = ROOT / ".github/workflows/release.yml"
CODE = re.compile(r"`([\w-]+)`")
LEVELS = ("none", "read", "write")

Yaml = dict[Any, Any]


def load(path: Path) -> Yaml:
    loaded: Yaml = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def triggers(workflow: Yaml) -> Yaml:
    """What starts a workflow. YAML 1.1 reads the key `on` as a truth value."""
    found: Yaml = workflow[True]
    return found


def steps(workflow: Yaml) -> Iterator[Yaml]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", ())


def step(path: Path, name: str) -> Yaml:
    (found,) = [row for row in steps(load(path)) if row.get("name") == name]
    return found


def calls_of_ours() -> Iterator[tuple[str, Yaml, Yaml]]:
    """Each job of an example that calls a workflow of ours: its name, the job, and the called workflow."""
    for path in EXAMPLES:
        for name, job in load(path)["jobs"].items():
            if match := OURS.fullmatch(job.get("uses", "")):
                yield f"{path.name}: {name}", job, load(ROOT / ".github/workflows" / match["file"])


CALLS = list(calls_of_ours())
CALL_NAMES = [name for name, _, _ in CALLS]


ACTION = load(ROOT / "action.yml")
# What the workflows share: the newest English, and the action from its sources.
ENGLISH_ACTION, RUN_ACTION = ".github/actions/english", ".github/actions/run"
ENGLISH, RUN = (ROOT / folder / "action.yml" for folder in (ENGLISH_ACTION, RUN_ACTION))


def action_values(given: Yaml) -> dict[str, str]:
    """The inputs of the action: those given, else their defaults."""
    return {name: row["default"] for name, row in ACTION["inputs"].items()} | given


def action_words(values: dict[str, str]) -> list[str]:
    """What the runner calls the container with."""
    return [
        re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], word)
        for word in ACTION["runs"]["args"]
    ]


def tool(name: str) -> Path:
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.skip(f"no {name} for this platform beside this Python")
    return path


def run(
    *command: str | Path, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return done.returncode, done.stdout + done.stderr


# ------------------------------------------------------------------ lint


def test_actionlint_has_nothing_to_say() -> None:
    assert run(tool("actionlint"), "-no-color", *WORKFLOWS) == (0, "")


def test_actionlint_takes_the_workflows_of_the_documents(tmp_path: Path) -> None:
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = "\n".join(document.read_text(encoding="utf-8") for document in documents)
    found = re.findall(r"^```ya?ml\n(name:.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    for number, workflow in enumerate(found):
        (tmp_path / f"{number}.yml").write_text(workflow, encoding="utf-8")
    assert run(tool("actionlint"), "-no-color", *sorted(tmp_path.iterdir())) == (0, "")


def test_zizmor_has_nothing_to_say() -> None:
    folders = {path.parents[2] for path in WORKFLOWS}
    rules = f"--config={ROOT / '.github' / 'zizmor.yml'}"
    options = (
        "--offline",
        "--quiet",
        "--no-progress",
        "--color=never",
        "--persona=pedantic",
        rules,
    )
    status, said = run(tool("zizmor"), *options, *sorted(folders))
    assert (status, said.startswith("No findings to report.")) == (0, True), said


def test_comments_are_heard_by_the_right_to_write_and_none_reaches_a_script() -> None:
    """Whoever is a member in private has the association of a stranger: the bot asks GitHub who may write."""
    example = load(ROOT / "examples/translation/.github/workflows/amts-comments.yml")
    (job,) = example["jobs"].values()
    assert {*triggers(example)} == {"issue_comment", "pull_request_review_comment"}
    assert "author_association" not in job["if"]
    text = json.dumps([job.get("with"), load(ROOT / ".github/workflows/comment.yml")["jobs"]])
    assert "comment.body" not in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_expression_is_written_into_a_script(path: Path) -> None:
    assert [row["run"] for row in steps(load(path)) if "${{" in row.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_of_others_are_pinned_and_say_their_version(path: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines()]
    foreign = [line for line in lines if line.startswith("uses:") and "OWNER/" not in line]
    assert [line for line in foreign if "./" not in line and not PINNED.fullmatch(line)] == []


# ------------------------------------------------------------------ what calls what


def test_every_example_calls_a_workflow_of_ours() -> None:
    assert {name.split(":")[0] for name in CALL_NAMES} == {path.name for path in EXAMPLES}


@pytest.mark.parametrize(("name", "job", "called"), CALLS, ids=CALL_NAMES)
def test_an_example_gives_what_the_workflow_takes(name: str, job: Yaml, called: Yaml) -> None:
    call = triggers(called)["workflow_call"]
    for given, taken in ((job.get("with", {}), "inputs"), (job.get("secrets", {}), "secrets")):
        known = call.get(taken, {})
        required = {key for key, row in known.items() if row.get("required")}
        assert required <= set(given) <= set(known), (name, taken)


@pytest.mark.parametrize(("name", "job", "called"), CALLS, ids=CALL_NAMES)
def test_an_example_grants_what_the_jobs_ask_for_and_no_more(
    name: str, job: Yaml, called: Yaml
) -> None:
    asked: dict[str, str] = {}
    for inner in called["jobs"].values():
        for right, level in inner.get("permissions", {}).items():
            asked[right] = max(level, asked.get(right, "none"), key=LEVELS.index)
    assert job.get("permissions", {}) == asked


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_step_that_runs_the_action_gives_inputs_that_it_has(path: Path) -> None:
    for job in load(path)["jobs"].values():
        found = job.get("steps", [])
        for number, row in enumerate(found):
            if row.get("uses") == f"./.amts-bot/{RUN_ACTION}":
                before = [earlier.get("with", {}).get("path") for earlier in found[:number]]
                assert ".amts-bot" in before, "the action is not checked out yet"
                assert set(row["with"]) <= set(ACTION["inputs"])
                parse_as_a_runner_would(row["with"])


def parse_as_a_runner_would(given: Yaml) -> None:
    """Ends the test where the command line does not take what a step gives, whatever its expressions are."""
    samples = {"dry-run": "true", "publish": "true", "wait": "45m"}
    values = {
        name: samples.get(name, "sample") if "${{" in str(value) else str(value)
        for name, value in given.items()
    }
    build_parser().parse_args(words(action_words(action_values(values))))


@pytest.mark.parametrize("folder", LAYOUTS, ids=lambda folder: folder.name)
def test_the_choice_of_languages_is_that_of_the_example_configuration(folder: Path) -> None:
    configured = config.parse((folder / "amts.toml").read_text(encoding="utf-8"))
    manual = triggers(load(folder / ".github/workflows/amts.yml"))["workflow_dispatch"]
    assert manual["inputs"]["language"]["options"] == ["all", *configured.languages]


def test_a_push_of_english_starts_a_sync_and_one_of_the_bots_pages_does_not() -> None:
    folder = ROOT / "examples" / "same-repository"
    configured = config.parse((folder / "amts.toml").read_text(encoding="utf-8"))
    patterns = triggers(load(folder / ".github/workflows/amts.yml"))["push"]["paths"]
    place = configured.source.place
    assert isinstance(place, SameRepository)
    english = f"{place.root}/guide/start.md"
    assert any(fnmatch(english, pattern) for pattern in patterns)
    for language in configured.languages.values():
        target = language.target(english)
        assert [pattern for pattern in patterns if fnmatch(target, pattern)] == []


# ------------------------------------------------------------------ English push -> sync


def fake_gh(folder: Path, refuses: str = "") -> Path:
    """A `gh` that writes its arguments down, a JSON list a line, and refuses what names `refuses`."""
    script = folder / "gh"
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        f"with open({str(folder / 'calls')!r}, 'a') as file:\n"
        "    print(json.dumps(sys.argv[1:]), file=file)\n"
        f"sys.exit(bool({refuses!r}) and {refuses!r} in ' '.join(sys.argv))\n"
    )
    script.chmod(0o755)
    return folder


def notify(folder: Path) -> tuple[int, list[list[str]]]:
    """Runs the script of notify.yml as the runner would, for two translations."""
    script = step(ROOT / ".github/workflows/notify.yml", "Send the event to each translation")
    status, said = run(
        *("bash", "-e", "-c", script["run"]),
        environment={
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "TRANSLATIONS": "book-tr\nbook-zh\n",
            "GITHUB_REPOSITORY_OWNER": "someone",
            "GITHUB_SHA": "c0ffee",
        },
    )
    assert "::error::" in said or status == 0
    calls = (folder / "calls").read_text(encoding="utf-8").splitlines()
    return status, [json.loads(line) for line in calls]


def test_an_english_push_is_the_event_that_translations_wait_for(tmp_path: Path) -> None:
    status, calls = notify(fake_gh(tmp_path))
    assert (status, [call[1] for call in calls]) == (
        0,
        ["repos/someone/book-tr/dispatches", "repos/someone/book-zh/dispatches"],
    )
    fields = dict(word.split("=", 1) for word in calls[0] if "=" in word)
    payload = {key[15:-1]: value for key, value in fields.items() if key.endswith("]")}
    assert (fields["event_type"], payload) == ("english-changed", {"sha": "c0ffee"})

    example = load(ROOT / "examples/translation/.github/workflows/amts.yml")
    assert fields["event_type"] in triggers(example)["repository_dispatch"]["types"]
    read = set(re.findall(r"client_payload\.(\w+)", json.dumps({**example, "on": ""}, default=str)))
    assert read == set(payload)


def test_what_a_person_chooses_reaches_the_command_line_of_sync() -> None:
    """By name, from the example through the called workflow and the action to the parser."""
    example = load(ROOT / "examples/translation/.github/workflows/amts.yml")
    chosen = triggers(example)["workflow_dispatch"]["inputs"]
    jobs = chosen.pop("what")["options"]
    assert set(jobs) == set(example["jobs"])
    handed_on = example["jobs"]["sync"]["with"]
    given = step(ROOT / ".github/workflows/sync.yml", "Sync")["with"]
    for name in chosen:
        assert f"inputs.{name}" in handed_on[name]
        source = "matrix" if name == "language" else "inputs"  # a choice of all is a job each
        assert given[name] == f"${{{{ {source}.{name} }}}}"
    values = {"language": "tr", "source-ref": "v1.1", "base": "v1.0", "dry-run": "true"}
    assert values.keys() == chosen.keys()
    parsed = build_parser().parse_args(words(action_words(action_values(values))))
    assert (parsed.language, parsed.to, parsed.base, parsed.dry_run) == ("tr", "v1.1", "v1.0", True)


@pytest.mark.parametrize("folder", LAYOUTS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("what", ["main", "master"])
def test_a_merged_pull_request_starts_a_sync_of_what_became_stale(what: str, folder: Path) -> None:
    """Its lock is pushed to the default branch, whatever that is called."""
    example = load(folder / ".github/workflows/amts.yml")
    push = triggers(example)["push"]
    assert what in push["branches"]
    assert any(fnmatch(file_of("tr"), pattern) for pattern in push["paths"])
    assert "push" not in example["jobs"]["sync"]["if"]


def test_a_translation_that_cannot_be_told_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    status, calls = notify(fake_gh(tmp_path, refuses="book-tr"))
    assert (status, len(calls)) == (1, 2)


# ------------------------------------------------------------------ a sync job, step by step


def test_the_steps_of_a_sync_job_leave_the_branch_of_the_pull_request(tmp_path: Path) -> None:
    _, base = DemoStage(tmp_path / "books", open_repository).build()
    workspace, outputs = tmp_path / "workspace", tmp_path / "outputs"
    local = git_configuration({"protocol.file.allow": "always"})  # GitHub's are https
    clone = ("git", "clone", "--quiet", "--recurse-submodules", tmp_path / "books" / "book-tr")
    assert run(*clone, workspace, environment=local)[0] == 0
    (newest,) = (row["run"] for row in load(ENGLISH)["runs"]["steps"])
    assert run("bash", "-e", "-c", f"cd {workspace} && {newest}", environment=local)[0] == 0
    if os.geteuid() == 0:  # in the container the workspace belongs to another user
        for path in (workspace, *workspace.rglob("*")):
            os.chown(path, 12345, 12345, follow_symlinks=False)

    given = action_values({"language": "tr", "base": base, "publish": "false", "token": ""})
    environment = {
        "PYTHONPATH": str(ROOT / "src"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_TOKEN": "",
    }
    action = (sys.executable, "-m", "amts_bot", *action_words(given))
    status, said = run(*action, folder=workspace, environment=environment)
    assert (status, "branch amts/tr" in said) == (0, True), said
    assert re.search(r"^branch<<(\w+)\namts/tr\n\1$", outputs.read_text("utf-8"), re.MULTILINE)
    lock = run(
        "git", "-c", f"safe.directory={workspace}", "show", "amts/tr:amts/tr.lock", folder=workspace
    )
    newest_english = run("git", "rev-parse", "main", folder=tmp_path / "books" / "book-en")[1]
    assert json.loads(lock[1])["commit"] == newest_english.strip()


@pytest.mark.parametrize(
    "address", ["git@github.com:team/book-en", "ssh://git@github.com/team/book-en"]
)
def test_a_private_english_with_an_address_of_ssh_is_fetched_with_the_token(
    tmp_path: Path, address: str
) -> None:
    """Its default branch is `master`, and the commit that the translation points to is not there any more."""
    english, translation = tmp_path / "team" / "book-en", tmp_path / "book-tr"
    newest = published(english, {"lamp.md": "# Lamp\n"})
    modules = f'[submodule "english"]\n\tpath = english\n\turl = {address}\n'
    modules += f'[submodule "theme"]\n\tpath = theme\n\turl = {address}-theme\n'  # not the bot's
    files = {".gitmodules": modules, "amts.toml": '[source]\nsubmodule = "english"\n'}
    published(translation, files, pointer="1" * 40)
    (fetch,) = load(ENGLISH)["runs"]["steps"]
    with private_server(tmp_path, "secret") as server:
        values = {
            key: re.sub(r"\$\{\{ github\.server_url \}\}", server, value)
            for key, value in fetch["env"].items()
        }
        assert values.pop("ENGLISH_TOKEN") == "${{ inputs.token }}"
        quiet = {**values, "GIT_TERMINAL_PROMPT": "0"}
        script = ("bash", "-e", "-c", fetch["run"])
        wrong = quiet | {"ENGLISH_TOKEN": "other"}
        assert run(*script, folder=translation, environment=wrong)[0] != 0
        right = quiet | {"ENGLISH_TOKEN": "secret"}
        status, said = run(*script, folder=translation, environment=right)
    assert (status, open_repository(translation / "english").head()) == (0, newest), said


@pytest.mark.parametrize("workflow", ["sync", "comment", "learn"])
def test_every_job_that_reads_the_book_fetches_the_newest_english(workflow: str) -> None:
    for job in load(ROOT / f".github/workflows/{workflow}.yml")["jobs"].values():
        rows = [row for row in job["steps"] if row.get("uses") == f"./.amts-bot/{ENGLISH_ACTION}"]
        assert all(row["with"]["token"].startswith("${{ secrets.english-token || ") for row in rows)
        whole = [row for row in job["steps"] if row.get("with", {}).get("fetch-depth") == 0]
        assert len(rows) == len(whole)


def published(folder: Path, files: Mapping[str, str], pointer: str = "") -> str:
    """A repository of one commit on `master`, with a submodule `english` where there is a pointer."""
    put(folder, files)
    git(folder, "init", "--quiet", "--initial-branch", "master")
    git(folder, "add", "--all")
    if pointer:
        git(folder, "update-index", "--add", "--cacheinfo", f"160000,{pointer},english")
    git(folder, "commit", "--quiet", "-m", "one")
    return git(folder, "rev-parse", "HEAD").strip()


def git_configuration(values: dict[str, str]) -> dict[str, str]:
    found = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (key, value) in enumerate(values.items()):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


# ------------------------------------------------------------------ from the sources, without a container


def test_the_action_from_its_sources_takes_and_gives_what_the_action_does() -> None:
    ours = load(RUN)
    defaults = {name: str(row["default"]) for name, row in ours["inputs"].items()}
    assert defaults == {name: row["default"] for name, row in ACTION["inputs"].items()}
    assert {name: row["value"] for name, row in ours["outputs"].items()} == {
        name: f"${{{{ steps.run.outputs.{name} }}}}" for name in ACTION["outputs"]
    }


def test_the_action_from_its_sources_says_the_same_words_as_the_container(tmp_path: Path) -> None:
    python = tmp_path / "amts-venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nfor word in "$@" "$PYTHONPATH"; do echo "$word"; done\n')
    python.chmod(0o755)
    given = action_values(
        {"command": "status --publish", "base": "a tag; $(echo no)", "wait": "5m"}
    )
    last = load(RUN)["runs"]["steps"][-1]
    values = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for key, value in last["env"].items()
    }
    environment = {**values, "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(RUN.parent)}
    status, said = run("bash", "-e", "-c", last["run"], environment=environment)
    *arguments, path = said.splitlines()
    assert (status, arguments) == (0, ["-m", "amts_bot", *action_words(given)])
    assert Path(path).resolve() == ROOT / "src"


def test_what_is_installed_has_a_name_by_which_a_runner_keeps_it(tmp_path: Path) -> None:
    steps_of_it = {row.get("id"): row for row in load(RUN)["runs"]["steps"]}
    environment = {
        "GITHUB_ACTION_PATH": str(RUN.parent),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
    }
    assert run("bash", "-e", "-c", steps_of_it["lock"]["run"], environment=environment)[0] == 0
    lock = (ROOT / "requirements" / "runtime.txt").read_bytes()
    name = f"hash={hashlib.sha256(lock).hexdigest()}\n"
    assert (tmp_path / "outputs").read_text(encoding="utf-8") == name
    assert "steps.lock.outputs.hash" in steps_of_it["kept"]["with"]["key"]


LEFT_OUT = re.compile(r"-regex '([^']+)' -delete")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="blingfire has no library for it")
def test_what_is_not_installed_of_blingfire_is_not_needed(tmp_path: Path) -> None:
    """The step runs with a venv and a pip that put the package of this Python there, file by file."""
    import blingfire

    folder = tmp_path / "amts-venv" / "lib" / "blingfire"
    python = tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\nmkdir -p {folder} {tmp_path}/amts-venv/bin\n"
        f"ln -sf {Path(blingfire.__file__).parent}/* {folder}\n"
        f"cp {python} {tmp_path}/amts-venv/bin/pip\n"
    )
    python.chmod(0o755)
    install = next(
        row for row in load(RUN)["runs"]["steps"] if row["name"] == "Install the packages"
    )
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(RUN.parent),
    }
    assert run("bash", "-e", "-c", install["run"], environment=environment) == (0, "")
    kept = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    assert kept < 3_000_000
    ask = (
        "import blingfire as b; print(b.__file__, b.text_to_sentences('It is so. It is.').split())"
    )
    path = {"PYTHONPATH": str(folder.parent)}
    said = f"{folder}/__init__.py ['It', 'is', 'so.', 'It', 'is.']\n"
    assert run(sys.executable, "-c", ask, environment=path) == (0, said)
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert LEFT_OUT.findall(dockerfile) == LEFT_OUT.findall(install["run"]) != []


# ------------------------------------------------------------------ when a sync runs, and what it costs


def grants(path: Path) -> set[str]:
    """What the token of a workflow's jobs may write."""
    jobs = load(path)["jobs"].values()
    return {
        right
        for job in jobs
        for right, level in job.get("permissions", {}).items()
        if level == "write"
    }


def test_the_table_of_what_starts_a_run_is_that_of_the_examples() -> None:
    """A workflow that stands in several layouts is started by what starts it in any of them."""
    text = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+\.yml)` \| ([^|]*) \| ([^|]*) \|", text, re.MULTILINE)
    told = {file: tuple(map(set, map(CODE.findall, cells))) for file, *cells in rows}
    assert told == {
        name: (
            {str(it) for path in EXAMPLES if path.name == name for it in triggers(load(path))},
            {it for path in EXAMPLES if path.name == name for it in grants(path)},
        )
        for name in {path.name for path in EXAMPLES}
    }


@pytest.mark.parametrize("word", ["queue: max", "cache-mode", "upload-artifact"])
def test_what_enterprise_server_lacks_is_told_with_the_files_that_have_it(word: str) -> None:
    text = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith("|") and word in line]
    told = set(re.findall(r"`([\w-]+\.yml)`", row.split("|")[2]))
    ours = [path for path in WORKFLOWS if path.name not in ("ci.yml", "docs.yml", "release.yml")]
    wanted = re.compile(rf"{word}|upload-pages-artifact" if word == "upload-artifact" else word)
    assert told == {path.name for path in ours if wanted.search(path.read_text(encoding="utf-8"))}


def test_the_schedule_is_as_often_as_the_page_says() -> None:
    schedule = load(ROOT / "examples/translation/.github/workflows/amts-schedule.yml")
    [row] = triggers(schedule)["schedule"]
    jobs = load(ROOT / ".github/workflows/sync.yml")["jobs"]
    text = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert (row["cron"].split()[1:], len(jobs)) == (["*/6", "*", "*", "*"], 3)
    for said in ("four times a day", "six hours at the most", f"{4 * len(jobs)} minutes a day"):
        assert said in text


def test_a_batch_job_that_is_done_can_start_the_run_that_collects_it() -> None:
    for folder in LAYOUTS:
        started = triggers(load(folder / ".github/workflows/amts.yml"))
        assert "batch-finished" in started["repository_dispatch"]["types"]
    text = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert "event_type=batch-finished" in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_says_what_its_token_may_do_and_when_it_is_ended(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        assert "uses" in job or 0 < job["timeout-minutes"] <= 350


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_that_is_run_again_can_keep_its_files(path: Path) -> None:
    kept = [row for row in steps(load(path)) if "actions/upload-artifact@" in row.get("uses", "")]
    assert [row["name"] for row in kept if row["with"].get("overwrite") is not True] == []


def test_no_two_runs_write_one_branch_at_once_and_no_run_is_broken_off() -> None:
    for file, job in (("sync", "sync"), ("comment", "comment"), ("learn", "learn")):
        one = load(ROOT / f".github/workflows/{file}.yml")["jobs"][job]["concurrency"]
        assert one["cancel-in-progress"] is False


def test_what_a_comment_starts_fills_no_cache_that_others_read() -> None:
    example = load(ROOT / "examples/translation/.github/workflows/amts-comments.yml")
    assert example["cache-mode"] in ("none", "read")


def test_a_schedule_that_github_switches_off_takes_no_event_with_it() -> None:
    scheduled = {path.name for path in EXAMPLES if "schedule" in triggers(load(path))}
    events = {path.name for path in EXAMPLES if "repository_dispatch" in triggers(load(path))}
    assert (scheduled, events) == ({"amts-schedule.yml"}, {"amts.yml"})


def test_a_token_of_an_app_is_made_last_and_outlives_the_wait() -> None:
    rows = load(ROOT / ".github/workflows/sync.yml")["jobs"]["sync"]["steps"]
    names = [row.get("id") or row["name"] for row in rows]
    after = names[names.index("app") + 1 :]
    assert after[:2] == ["Look everything over", "Sync"]  # the first takes seconds
    assert rows[names.index("Sync")]["env"]["AMTS_LONGEST_WAIT"] == (
        "${{ inputs.app-id != '' && '50m' || '' }}"
    )


MINTED = ("sync", "comment")


@pytest.mark.parametrize("file", MINTED)
def test_a_token_of_an_app_may_what_that_of_the_job_may_and_members_only_on_request(
    file: str,
) -> None:
    job = load(ROOT / f".github/workflows/{file}.yml")["jobs"][file]
    (app,) = [row["with"] for row in job["steps"] if row.get("id") == "app"]
    rights = {
        key.removeprefix("permission-"): it for key, it in app.items() if "permission-" in key
    }
    members = rights.pop("members", None)
    wanted = {"sync": "${{ inputs.team-reviewers && 'read' || '' }}"}
    assert members == wanted.get(file)
    assert rights == {key: it for key, it in job["permissions"].items() if key != "id-token"}
    guide = (ROOT / "docs" / "quick-start.md").read_text(encoding="utf-8")
    assert "*Contents*, *Issues* and *Pull requests*, each read and write" in guide


def test_waiting_is_short_unless_somebody_asks_for_it() -> None:
    inputs = triggers(load(ROOT / ".github/workflows/sync.yml"))["workflow_call"]["inputs"]
    assert inputs["wait"]["default"] == "2m"


NODE_20 = {  # the last versions that GitHub's runners of today cannot start any more
    "actions/setup-python": 5,
    "actions/upload-artifact": 5,
    "actions/download-artifact": 6,
    "actions/cache": 4,
    "actions/checkout": 4,
    "actions/create-github-app-token": 2,
    "actions/upload-pages-artifact": 4,
    "actions/deploy-pages": 4,
    "aws-actions/configure-aws-credentials": 5,
}


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, ENGLISH, RUN], ids=lambda path: path.parent.name + path.name
)
def test_every_action_runs_on_a_node_that_runners_have(path: Path) -> None:
    used = re.findall(r"uses: ([\w-]+/[\w-]+)@[0-9a-f]{40} # v(\d+)", path.read_text("utf-8"))
    assert [(name, version) for name, version in used if int(version) <= NODE_20[name]] == []


def test_the_image_is_built_for_both_architectures() -> None:
    release = load(RELEASE)["jobs"]
    assert release["image"]["strategy"]["matrix"]["runner"] == ["ubuntu-24.04", "ubuntu-24.04-arm"]
    named = step(RELEASE, "Give both images one name")["run"]
    assert '"$image:$VERSION-x86_64" "$image:$VERSION-aarch64"' in named


# ------------------------------------------------------------------ the release


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (
        "action.yml",
        f"{RUN_ACTION}/action.yml",
        "CHANGELOG.md",
        "src/amts_bot/__init__.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "action.yml", RUN_ACTION], check=True)
    return tmp_path


def script(name: str, folder: Path, **environment: str) -> int:
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step(RELEASE, name)["run"]],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    return done.returncode


def test_a_release_takes_the_notes_of_its_version(checkout: Path) -> None:
    check = "Check the version, and take its notes from the changelog"
    assert script(check, checkout, VERSION=__version__) == 0
    notes = (checkout / "notes.md").read_text(encoding="utf-8")
    assert "### Added" in notes
    assert "## " not in re.sub(r"^### .*$", "", notes, flags=re.MULTILINE)
    assert script(check, checkout, VERSION="9.9.9") == 1


def test_a_release_lets_the_action_use_its_image(checkout: Path) -> None:
    digest = f"images.example.org/someone/amts-bot@sha256:{'0' * 64}"
    assert script("Let the action use the image", checkout, VERSION="9.9.9", DIGEST=digest) == 0
    before, after = load(ROOT / "action.yml"), load(checkout / "action.yml")
    assert after == before | {"runs": before["runs"] | {"image": f"docker://{digest}"}}
    assert load(checkout / RUN_ACTION / "action.yml") == after
    assert script("Let the action use the image", checkout, VERSION="9.9.9", DIGEST="lost") == 1
