"""The canary by hand, for one language or all of them, and what earlier ones showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from amts_bot.book.config import LanguageSettings
from amts_bot.console.desk import Desk
from amts_bot.engines.canary import Canary, price
from amts_bot.model import Pending
from amts_bot.text.amazon import profile
from amts_bot.text.amazon.profile import ServiceProfile
from amts_bot.text.amazon.service_file import file_of


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of the service, by language; `missing` are those without a profile, and why."""

    profiles: Mapping[str, ServiceProfile]
    missing: Mapping[str, str]

    @property
    def failed(self) -> bool:
        """A language has no profile, or one that says no book may be sent."""
        return bool(self.missing) or any(it.refusal for it in self.profiles.values())

    def as_text(self) -> str:
        """For people."""
        parts = [f"{code}\n{it.as_text()}" for code, it in self.profiles.items()]
        refused = [f"{code}: {it.refusal}" for code, it in self.profiles.items() if it.refusal]
        return "\n\n".join(
            [*parts, *refused, *(f"{code}: {why}" for code, why in self.missing.items())]
        )

    def as_json(self) -> dict[str, Any]:
        """As data."""
        return {
            "profiles": {code: asdict(it) for code, it in self.profiles.items()},
            "missing": dict(self.missing),
        }


def quoted(desk: Desk, language: str = "") -> str:
    """What the canaries cost, before anything is sent."""
    wanted = _wanted(desk, language)
    return f"{', '.join(it.code for it in wanted)}: one job each of {price(desk.config.engine)}"


def sent(desk: Desk, language: str, wait: float) -> Shown:
    """Runs the canary of each language; one that is not done in time is found again by the next call."""
    profiles: dict[str, ServiceProfile] = {}
    missing: dict[str, str] = {}
    for it in _wanted(desk, language):
        found = Canary(
            cloud=desk.cloud,
            engine=desk.config.engine,
            amazon=desk.config.amazon,
            language=it,
            clock=desk.clock,
            progress=desk.progress,
            wait=wait,
        ).run()
        if isinstance(found, Pending):
            missing[it.code] = found.message
        else:
            profiles[it.code] = found
    return Shown(profiles, missing)


def files(shown: Shown) -> Iterator[tuple[str, str]]:
    """The files to commit, by path."""
    return ((file_of(code), profile.rendered(it)) for code, it in shown.profiles.items())


def places(desk: Desk) -> list[str]:
    """The paths of the profiles in the repository."""
    return [file_of(code) for code in desk.config.languages]


def kept(desk: Desk, language: str, texts: Mapping[str, str]) -> Shown:
    """What the repository knows; `texts` are its files by path. UsageError for a file that is no profile."""
    wanted = [it.code for it in _wanted(desk, language)]
    paths = {code: file_of(code) for code in wanted}
    return Shown(
        {code: profile.parsed(texts[path], path) for code, path in paths.items() if path in texts},
        {
            code: f"{path} is not there: amts-bot amazon check --canary makes it"
            for code, path in paths.items()
            if path not in texts
        },
    )


def _wanted(desk: Desk, language: str) -> list[LanguageSettings]:
    return [desk.config.language(language)] if language else [*desk.config.languages.values()]
