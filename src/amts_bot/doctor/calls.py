"""The workflows that call the bot, against the examples of this version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import yaml

from amts_bot.adopt.workflows import PLACEHOLDER, Deployment, workflows
from amts_bot.book.config import Config
from amts_bot.book.texts import tree_of
from amts_bot.console.findings import Finding, right, warning, wrong
from amts_bot.doctor.subject import Subject

_FOLDER = ".github/workflows/"
# A call of one of our workflows, or of the action in a step.
_CALL = re.compile(
    r"uses:\s*['\"]?(?P<bot>[\w.-]+/amts-bot)(?:/\.github/workflows/(?P<file>[\w-]+\.yml))?@(?P<revision>[\w./-]+)"
)
_NOBODY = PLACEHOLDER.partition("/")[0]


@dataclass(frozen=True, slots=True)
class CallingWorkflow:
    """A workflow that calls the bot: its file, its text, and what YAML makes of it, nothing where it is none."""

    name: str
    text: str
    loaded: Mapping[Any, Any]
    fault: str = ""

    @property
    def bot(self) -> re.Match[str]:
        """The first of its calls."""
        (first, *_) = _CALL.finditer(self.text)
        return first

    @property
    def branches(self) -> list[str]:
        """Those of `on: push`; YAML 1.1 reads the key `on` as a truth value."""
        starts = self.loaded.get("on", self.loaded.get(True))
        push = starts.get("push") if isinstance(starts, dict) else None
        branches = push.get("branches") if isinstance(push, dict) else None
        return [str(it) for it in branches] if isinstance(branches, list) else []


def calls(subject: Subject, config: Config) -> Iterator[Finding]:
    """What is wrong with each workflow that calls the bot."""
    repository = subject.repository
    tree = tree_of(repository, repository.head())
    texts = tree.at_each(path for path in tree if path.startswith(_FOLDER))
    ours = [_read(path, it.text) for path, it in texts.items() if _CALL.search(it.text)]
    if not ours:
        yield warning(
            "workflows", "none of the last commit calls the bot", "amts-bot init writes them"
        )
    usual = repository.default_branch()
    for workflow in ours:
        found = [*_faults(workflow, usual)]
        yield from found
        if not found:
            branch = usual or next(iter(workflow.branches), "")
            yield _compared(workflow, _example(workflow, branch, subject, config))


def _read(path: str, text: str) -> CallingWorkflow:
    name = path.removeprefix(_FOLDER)
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return CallingWorkflow(name, text, {}, " ".join(str(error).split()))
    return CallingWorkflow(name, text, loaded if isinstance(loaded, dict) else {})


def _faults(workflow: CallingWorkflow, usual: str) -> Iterator[Finding]:
    """What would keep the workflow from running, or from doing its work. `usual` is the default branch, or ""."""
    name, bot, branches = workflow.name, workflow.bot["bot"], workflow.branches
    if bot.startswith(f"{_NOBODY}/"):
        yield wrong(
            name,
            f"calls {bot}, which is nobody's",
            "amts-bot init --bot OWNER/amts-bot@v1, with the repository of the bot that you use",
        )
    if workflow.fault:
        yield wrong(name, f"is no YAML: {workflow.fault}", "mend it: GitHub runs none of it")
    if usual and branches and usual not in branches:
        yield wrong(
            name,
            f"starts on pushes to {', '.join(branches)}, and the default branch is {usual}",
            f"branches: [{usual}] under push",
        )
    for job, key, need in _lacking(workflow.loaded):
        yield wrong(
            name,
            f"job {job} does not grant `{key}: {need}`, so GitHub refuses to start it",
            f"{key}: {need} under `permissions:` of the job",
        )


# What the jobs of the called workflows ask for; GitHub starts no job that its caller grants less.
_WRITE = dict.fromkeys(("contents", "pull-requests", "issues", "id-token"), "write")
_NEEDS: Mapping[str, Mapping[str, str]] = {
    "sync.yml": _WRITE,
    "comment.yml": _WRITE,
    "learn.yml": {"contents": "read", "id-token": "write"},
}


def _lacking(workflow: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    for name, job in (workflow.get("jobs") or {}).items():
        call = _CALL.search(f"uses: {job.get('uses', '')}") if isinstance(job, dict) else None
        if not call:
            continue
        granted = job.get("permissions", workflow.get("permissions"))
        for key, need in _NEEDS.get(call["file"] or "", {}).items():
            if isinstance(granted, dict) and granted.get(key) not in (need, "write"):
                yield str(name), key, need


def _example(workflow: CallingWorkflow, branch: str, subject: Subject, config: Config) -> str:
    """The workflow of the same name as `init` would write it, "" where it writes none; the pin is people's own."""
    bot = f"{workflow.bot['bot']}@{workflow.bot['revision']}"
    made = workflows(Deployment(bot=bot, branch=branch, settings=config), subject.examples)
    return made.get(f"{_FOLDER}{workflow.name}", "")


def _compared(workflow: CallingWorkflow, example: str) -> Finding:
    """Where a workflow first differs from the example; comments and blank lines do not count."""
    mine, theirs = _lines(workflow.text), _lines(example)
    if mine == theirs:
        return right(workflow.name, "is as the example of this version has it")
    if not example:
        return right(workflow.name, "calls the bot; no example has this name")
    pairs = zip_longest(mine, theirs, fillvalue="")
    here, there = next(pair for pair in pairs if pair[0] != pair[1])
    return warning(
        workflow.name,
        f"differs from the example of this version, first at `{here.strip()}` for `{there.strip()}`",
        "amts-bot init --dry-run shows how; nothing to do where that is on purpose",
    )


def _lines(text: str) -> list[str]:
    plain = (re.sub(r"\s+#.*", "", line).rstrip() for line in text.splitlines())
    return [line for line in plain if line.strip() and not line.lstrip().startswith("#")]
