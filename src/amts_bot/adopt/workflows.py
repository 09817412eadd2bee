"""The workflows of the examples as one repository needs them: text in, text out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from amts_bot.book.config import Config
from amts_bot.book.layout import Place, SameRepository, Submodule, Upstream

# Where nobody said whose copy of the bot is used, as the examples have it.
PLACEHOLDER = "OWNER/amts-bot@v1"

Workflows = Mapping[str, Mapping[str, str]]  # the texts of each layout, by their paths

_OF_ALL = (".github/workflows/amts-comments.yml", ".github/workflows/amts-schedule.yml")

# What differs from repository to repository, as the examples have it.
_BOT = re.compile(r"OWNER/amts-bot(?P<file>/\.github/workflows/[\w-]+\.yml)@v1")
_BRANCHES = re.compile(r"branches: \[main, master\].*")
_LANGUAGES = re.compile(r"options: \[all, .*\]")
_ENGLISH = re.compile(r"- docs/en/\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Which bot works for a repository, and what starts it. `bot` is "owner/name@revision"."""

    bot: str
    branch: str
    settings: Config


def workflows(deployment: Deployment, examples: Workflows) -> dict[str, str]:
    """The workflows of the layout, and those that are the same in all; by their paths."""
    own = examples[layout_of(deployment.settings.source.place)]
    texts = {**{path: examples["translation"][path] for path in _OF_ALL}, **own}
    return {path: filled(text, deployment) for path, text in texts.items()}


def layout_of(place: Place) -> str:
    """The folder of the examples for a place of the English."""
    match place:
        case Submodule():
            return "translation"
        case SameRepository():
            return "same-repository"
        case Upstream():
            return "fork"


def filled(text: str, deployment: Deployment) -> str:
    """A workflow of the examples with what differs from repository to repository."""
    name, _, revision = deployment.bot.partition("@")
    languages = ", ".join(map(_word, ["all", *deployment.settings.languages]))
    text = _BOT.sub(lambda found: f"{name}{found['file']}@{revision}", text)
    text = _BRANCHES.sub(lambda _: f"branches: [{_word(deployment.branch)}]", text)
    text = _LANGUAGES.sub(lambda _: f"options: [{languages}]", text)
    return _ENGLISH.sub(lambda _: f"- {_english(deployment.settings)}", text)


def _english(settings: Config) -> str:
    """The filter of paths that are English."""
    root = getattr(settings.source.place, "root", "")
    return _word(f"{root}/**" if root else "**.md")


def _word(text: str) -> str:
    """A text in YAML: quoted where it would be something else, such as the language no."""
    try:
        return text if yaml.safe_load(f"[{text}]") == [text] else json.dumps(text)
    except yaml.YAMLError:
        return json.dumps(text)
