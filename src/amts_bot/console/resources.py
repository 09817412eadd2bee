"""Parallel data and terminologies in the account: listed, fetched and deleted. Those of others are left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from amts_bot.console.desk import Desk
from amts_bot.engines.resources import EVALUATE, parallel_data_name, terminology_name
from amts_bot.engines.waiting import moment
from amts_bot.errors import AmtsError
from amts_bot.model import counted
from amts_bot.model.amazon import Resource

ResourceKind = Literal["parallel data", "terminology"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCard:
    """A resource as people look at it; `next_run` says what the bot does with it."""

    resource: Resource
    region: str
    page: str
    next_run: str

    def as_json(self) -> dict[str, Any]:
        """The card as data."""
        it = self.resource
        return {
            "kind": it.kind,
            "name": it.name,
            "status": it.status,
            "last_update": it.attempt,
            "records": it.records,
            "languages": list(it.languages),
            "updated": moment(it.updated) if it.updated else None,
            "description": it.description,
            "made_by_the_bot": it.is_ours,
            "region": self.region,
            "next_run": self.next_run,
            "console": self.page,
        }

    def as_text(self) -> str:
        """The card for people."""
        it = self.resource
        state = f"{it.status}, last update {it.attempt}" if it.attempt else it.status
        rows = {
            "holds": f"{counted(it.records, 'record')} for {', '.join(it.languages) or 'no language yet'}",
            "updated": moment(it.updated) if it.updated else "",
            "made by": "the bot" if it.is_ours else "somebody else",
            "next run": self.next_run,
            "console": self.page,
        }
        lines = [f"{it.kind} {it.name}  {state}  {self.region}"]
        return "\n".join([*lines, *(f"  {name:9} {text}" for name, text in rows.items() if text)])


@dataclass(frozen=True, slots=True)
class ResourceList:
    """Resources, and how many of the region belong to others."""

    cards: tuple[ResourceCard, ...]
    others: int = 0

    def as_text(self) -> str:
        """The list for people."""
        cards = [card.as_text() for card in self.cards] or ["nothing of this translation"]
        more = (
            [
                f"{counted(self.others, 'more in this region is', 'more in this region are')} of others"
            ]
            if self.others
            else []
        )
        return "\n\n".join([*cards, *more])

    def as_json(self) -> dict[str, Any]:
        """The list as data."""
        return {"resources": [card.as_json() for card in self.cards], "others": self.others}


def resources(desk: Desk, kind: ResourceKind) -> ResourceList:
    """The resources that this translation uses or made."""
    found = held(desk, kind)
    ours = [it for it in found if _why(it, desk)]
    return ResourceList(tuple(_card(it, desk) for it in ours), len(found) - len(ours))


def held(desk: Desk, kind: ResourceKind) -> tuple[Resource, ...]:
    """All resources of a kind in the region, whoever made them."""
    holdings = desk.cloud.holdings
    return holdings.parallel_data() if kind == "parallel data" else holdings.terminologies()


def fetched(desk: Desk, language: str) -> bytes:
    """The file from which the parallel data of a language was imported."""
    desk.config.language(language)
    return desk.cloud.holdings.content(parallel_data_name(desk.config.amazon, language))


def remove(desk: Desk, kind: ResourceKind, language: str) -> str:
    """Deletes the resource of a language; what was done, in words.

    Raises AmtsError for one that somebody else made.
    """
    name = _names(desk, kind)[desk.config.language(language).code]
    found = next((it for it in held(desk, kind) if it.name == name), None)
    if found is None:
        return f"{kind} {name} is not there: nothing to do"
    if not found.is_ours:
        raise AmtsError(
            f"{kind} {name!r} was not made by the bot (its description is {found.description!r}): it is left "
            "alone. If it is yours, delete it in the AWS console; if not, give the bot another name in [amazon]"
        )
    desk.cloud.holdings.delete(found)
    return f"{kind} {name} is deleted; amts-bot {kind.replace(' ', '-')} push makes it again"


def made_for_evaluate(desk: Desk, found: Iterable[Resource]) -> list[Resource]:
    """Those that `evaluate` made and nobody needs any more."""
    stem = parallel_data_name(desk.config.amazon, f"{EVALUATE}-")
    return [it for it in found if it.is_ours and it.name.startswith(stem)]


def of_this_stack(desk: Desk, found: Iterable[Resource]) -> list[Resource]:
    """All that the bot made for this translation."""
    return [it for it in found if it.is_ours and _why(it, desk)]


def _names(desk: Desk, kind: ResourceKind) -> dict[str, str]:
    name = parallel_data_name if kind == "parallel data" else terminology_name
    return {code: name(desk.config.amazon, code) for code in desk.config.languages}


def _why(resource: Resource, desk: Desk) -> str:
    """What the bot does with a resource, "" for one that is none of ours."""
    names = _names(desk, resource.kind)
    language = next((code for code, name in names.items() if name == resource.name), "")
    if language and not resource.is_ours:
        return f"uses it for {language}, and a push is refused: the bot did not make it"
    if language and resource.status == "ACTIVE":
        return f"uses it for {language}"
    if language:
        return f"stops before a job of {language}, until it is ACTIVE"
    if made_for_evaluate(desk, [resource]):
        return "does not need it: amts-bot cleanup deletes it"
    stem = desk.config.amazon.parallel_data.partition("{")[0]
    if resource.is_ours and stem and resource.name.startswith(stem):
        return "does not need it: its language is not in amts.toml"
    return ""


def _card(resource: Resource, desk: Desk) -> ResourceCard:
    place = "terminology" if resource.kind == "terminology" else ""
    return ResourceCard(
        resource=resource,
        region=desk.cloud.region,
        page=desk.translate_page(place),
        next_run=_why(resource, desk),
    )
