"""First contact: before the first book is sent, a canary shows what Amazon Translate does, and the branch remembers it.

A profile that is there costs nothing. One of another region says nothing of this one, and is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amts_bot.book.snapshot import Snapshot, branch_of
from amts_bot.errors import AmtsError
from amts_bot.model import CommitRequest, Cost, Pending
from amts_bot.text.amazon.service_file import file_of

if TYPE_CHECKING:
    from amts_bot.engines.service import Service
    from amts_bot.text.amazon.profile import ServiceProfile


def profile_of(found: Snapshot) -> ServiceProfile | None:
    """What the repository knows of the service, for this language in this region.

    Raises UsageError for a file that is no profile.
    """
    path = file_of(found.language.code)
    if path not in found.tree:
        return None
    from amts_bot.text.amazon import profile  # and all that tells one from what came back

    known = profile.parsed(found.tree.at(path).strict(path), path)
    here = found.config.amazon.region or known.region
    return known if known.region == here else None


def first_contact(
    cost: Cost, service: Service | None, found: Snapshot
) -> ServiceProfile | Pending | None:
    """A canary where a large job would be sent to a service that nobody knows: its profile, or Pending.

    None where no canary is needed. Raises AmtsError when the profile says that a book must not be sent.
    """
    if service is None or cost.billing != "by job":
        return None
    known = profile_of(found)
    if known is not None:
        _refuse(known, found)
        return None
    if not _needs_canary(cost.characters, service):
        return None
    from amts_bot.engines.canary import Canary

    return Canary(
        cloud=service.cloud(),
        engine=service.engine,
        amazon=service.amazon,
        language=service.language,
        clock=service.clock,
        progress=service.progress,
        wait=service.wait,
    ).run()


def _needs_canary(characters: int, service: Service) -> bool:
    """A job of the size of the canary is one itself; and both must fit under the cap."""
    from amts_bot.text.amazon import canary

    limit, most = service.engine.canary, service.engine.max_characters
    if not 0 < limit < characters:
        return False
    if most and characters + canary.characters() > most:
        service.remark("the cap of max-characters leaves no room for a canary: none was sent")
        return False
    return True


def _refuse(known: ServiceProfile, found: Snapshot) -> None:
    if known.refusal:
        path = file_of(found.language.code)
        raise AmtsError(
            f"Amazon Translate does not bring documents back whole: {known.refusal}\n"
            f"Nothing was sent. {path} has what was seen on {known.day}; to look again, delete it, or run "
            "amts-bot amazon check --canary; until then engine memory does the work"
        )


def keep_profile(seen: ServiceProfile, found: Snapshot) -> str:
    """Commits a profile on the language's branch."""
    from amts_bot.text.amazon import profile

    code, start = found.language.code, found.start
    return found.repository.commit(
        CommitRequest(
            branch=branch_of(code),
            parents=start.parents,
            expected=start.tip,
            files={file_of(code): profile.rendered(seen).encode()},
            submodules={},
            copies={},
            message=f"Remember what Amazon Translate does to documents for {code}\n\n{seen.as_text()}\n",
        )
    )
