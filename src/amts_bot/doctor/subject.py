"""What is looked over: a repository, its work tree, and the services that its settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from amts_bot.book.config import Config
from amts_bot.console.desk import Desk
from amts_bot.ports import Repository, Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`there` reads the work tree; `examples` are the workflows of this version, by layout and path.

    `engines` are the names that may stand for one.
    `rights` asks GitHub what the token may do, None where there is no token; `desk` opens the account of settings that
    name an engine of Amazon, None where nobody wants it looked at.
    """

    repository: Repository
    there: Callable[[str], bytes | None]
    examples: Mapping[str, Mapping[str, str]]
    engines: frozenset[str]
    rights: Rights | None = None
    desk: Callable[[Config], Desk] | None = None
    language: str = ""
    base: str = ""  # that the first run will be given

    def codes(self, config: Config) -> list[str]:
        """The languages to look at."""
        return [config.language(self.language).code] if self.language else [*config.languages]
