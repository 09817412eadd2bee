"""The workflows that call the bot, against the examples of this version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
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


def calls(subject: Subject, config: Config) -> Iterator[Finding]:
    """What is wrong with each workflow that calls the bot."""
    repository = subject.repository
    tree = tree_of(repository, repository.head())
    texts = tree.at_each(path for path in tree if path.startswith(_FOLDER))
    ours = {path: it.text for path, it in texts.items() if _CALL.search(it.text)}
    if not ours:
        yield warning(
            "workflows", "none of the last commit calls the bot", "amts-bot init writes them"
        )
    for path, text in ours.items():
        name = path.removeprefix(_FOLDER)
        found = [*_faults(text, repository.default_branch())]
        yield from (Finding(name, it.verdict, it.words, it.remedy) for it in found)
        if not found:
            yield _compared(name, text, _examples(text, subject, config).get(path, ""))


def _faults(text: str, usual: str) -> Iterator[Finding]:
    """What would keep the workflow from running, or from doing its work."""
    call = _CALL.search(text)
    assert call
    if call["bot"].startswith(f"{_NOBODY}/"):
        yield wrong(
            "",
            f"calls {call['bot']}, which is nobody's",
            "amts-bot init --bot OWNER/amts-bot@v1, with the repository of the bot that you use",
        )
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield wrong(
            "", f"is no YAML: {' '.join(str(error).split())}", "mend it: GitHub runs none of it"
        )
        return
    if not isinstance(loaded, dict):
        return
    branches = _branches(loaded)
    if usual and branches and usual not in branches:
        yield wrong(
            "",
            f"starts on pushes to {', '.join(branches)}, and the default branch is {usual}",
            f"branches: [{usual}] under push",
        )
    for job, right_name, need in _lacking(loaded):
        yield wrong(
            "",
            f"job {job} does not grant `{right_name}: {need}`, so GitHub refuses to start it",
            f"{right_name}: {need} under `permissions:` of the job",
        )


def _branches(workflow: Mapping[Any, Any]) -> list[str]:
    """Those of `on: push`; YAML 1.1 reads the key `on` as a truth value."""
    starts = workflow.get("on", workflow.get(True))
    push = starts.get("push") if isinstance(starts, dict) else None
    branches = push.get("branches") if isinstance(push, dict) else None
    return [str(it) for it in branches] if isinstance(branches, list) else []


# What the jobs of the called workflows ask for; GitHub starts no job that its caller grants less.
_NEEDS: Mapping[str, Mapping[str, str]] = {
    "sync.yml": {
        "contents": "write",
        "pull-requests": "write",
        "issues": "write",
        "id-token": "write",
    },
    "comment.yml": {
        "contents": "write",
        "pull-requests": "write",
        "issues": "write",
        "id-token": "write",
    },
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


def _examples(text: str, subject: Subject, config: Config) -> dict[str, str]:
    """The workflows as `init` would write them, with the pin of this one: that is people's own."""
    call = _CALL.search(text)
    assert call
    branch = subject.repository.default_branch()
    bot = f"{call['bot']}@{call['revision']}"
    return workflows(Deployment(bot=bot, branch=branch, settings=config), subject.examples)


def _compared(name: str, text: str, example: str) -> Finding:
    """Where a workflow first differs from the example; comments and blank lines do not count."""
    mine, theirs = _lines(text), _lines(example)
    if mine == theirs:
        return right(name, "is as the example of this version has it")
    if not example:
        return right(name, "calls the bot; no example has this name")
    for tag, begin, end, other, _ in SequenceMatcher(
        None, mine, theirs, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            line = (
                mine[begin] if begin < end else f"(nothing, where the example has) {theirs[other]}"
            )
            break
    return warning(
        name,
        f"differs from the example of this version, first at: {line.strip()}",
        "amts-bot init --dry-run shows how; nothing to do where that is on purpose",
    )


def _lines(text: str) -> list[str]:
    plain = (re.sub(r"\s+#.*", "", line).rstrip() for line in text.splitlines())
    return [line for line in plain if line.strip() and not line.lstrip().startswith("#")]
