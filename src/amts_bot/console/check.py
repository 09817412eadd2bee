"""Is the account set up right? Everything that a first run needs, looked at before it costs anything.

Nothing is translated. A small file is written, read, listed and deleted in the bucket, and a job is asked for in
a folder without documents, which tells of role, languages, resources and region.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from amts_bot.book.config import LanguageSettings
from amts_bot.console.desk import Desk
from amts_bot.console.findings import CheckReport, Finding, judged, right, unknown, wrong
from amts_bot.engines.ledger import FOLDER
from amts_bot.engines.resources import parallel_data_name, terminology_name
from amts_bot.errors import AccessDenied, AmtsError
from amts_bot.model import counted
from amts_bot.model.amazon import BatchJob, JobOrder, ParallelDataState

# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data.html, December 2022
PARALLEL_DATA_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
_AT_WORK = {"CREATING", "UPDATING", "DELETING"}
_MOST_RUNNING, _MOST_WAITING, _MOST_RESOURCES = 10, 1000, 1000
_SERVICE = "translate.amazonaws.com"
_STACK = "the output DataAccessRoleArn of the stack (docs/setup-aws.md, step 3)"

Check = Callable[[Desk, tuple[LanguageSettings, ...]], Iterable[Finding]]


def check(desk: Desk, language: str = "") -> CheckReport:
    """Looks at everything for one language of amts.toml, or for all of them.

    Raises UsageError for settings that are missing.
    """
    config = desk.config
    config.amazon.required("role")
    wanted = (config.language(language),) if language else tuple(config.languages.values())
    return CheckReport(
        tuple(it for name, look in _CHECKS for it in _looked(name, look, desk, wanted))
    )


def _looked(
    name: str, look: Check, desk: Desk, wanted: tuple[LanguageSettings, ...]
) -> Iterator[Finding]:
    """The findings of one check; what Amazon refuses is one."""
    try:
        yield from look(desk, wanted)
    except AmtsError as error:
        yield judged(name, error)


def _identity(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    me, role = desk.cloud.account.identity(), desk.config.amazon.role
    yield right("identity", f"account {me.account}, {me.arn}")
    owner = role.split(":")[4]
    if owner != me.account:
        yield wrong(
            "account",
            f"[amazon] role is one of account {owner}, the credentials are of {me.account}",
            f"set [amazon] role to {_STACK}, or take on a role of account {owner}",
        )


def _role(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    arn = desk.config.amazon.role
    try:
        role = desk.cloud.account.role(arn)
    except AccessDenied as error:
        yield judged("role", error, "unknown")
        return
    if role is None:
        yield wrong("role", f"there is no role {arn}", f"set [amazon] role to {_STACK}")
    elif _SERVICE not in role.trusted:
        yield wrong(
            "role: trust",
            f"{_SERVICE} may not take it on; {', '.join(role.trusted) or 'no service'} may",
            f"IAM console, the role, Trust relationships: add {_SERVICE}; or set [amazon] role to {_STACK}",
        )
    else:
        yield right("role: trust", f"{_SERVICE} may take on {arn}")


def _place(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    bucket, here = desk.config.amazon.bucket, desk.cloud.region
    there = desk.cloud.storage.region()
    if there and there != here:
        yield wrong(
            "bucket: region",
            f"{bucket} is in {there}, Amazon Translate is asked in {here}",
            f'set [amazon] region = "{there}", or make the stack again in {here}: both must be in one region',
        )
    else:
        yield right("bucket: region", f"{bucket} is in {here}")


def _files(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    """List, write, read and delete, each for itself."""
    storage, name = desk.cloud.storage, f"{desk.folder}check/probe.txt"

    def read() -> str:
        found = storage.look(name)
        return f"encrypted by {found.encryption or 'S3'}{_KMS.get(found.encryption, '')}"

    steps: dict[str, Callable[[], object]] = {
        "bucket: list": lambda: storage.names(f"{desk.folder}check/"),
        "bucket: ledger": lambda: storage.names(f"{FOLDER}/"),
        "bucket: write": lambda: storage.put({name: b"amts-bot amazon check\n"}),
        "bucket: read": read,
        "bucket: delete": lambda: storage.delete([name]),
    }
    for what, step in steps.items():
        try:
            done = step()
        except AmtsError as error:
            yield judged(what, error)
            if what == "bucket: write":  # nothing is there to be read or deleted
                return
        else:
            place = f"s3://{desk.config.amazon.bucket}/{desk.folder}"
            yield right(what, done if isinstance(done, str) else place)


_KMS = {
    "aws:kms": "; the data access role must be allowed kms:Decrypt and kms:GenerateDataKey on that key"
}


def _region(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    here = desk.cloud.region
    if here in PARALLEL_DATA_REGIONS:
        yield right("region", f"{here} is documented for parallel data")
    else:
        yield unknown(
            "region",
            f"{here} is not among those that were documented for parallel data in 2022",
            f"if a job is refused, use {', '.join(PARALLEL_DATA_REGIONS)}: bucket, stack and [amazon] region",
        )


def _rights(desk: Desk, wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    """Every action that the bot uses; those that are refused one by one."""
    stem = parallel_data_name(desk.config.amazon, "check")
    states = _states(desk, wanted)
    existing = next((state.name for state in states.values() if state), "")
    refusals = desk.cloud.probes.refusals(f"{stem}-{_digest(desk)[:8]}", existing)
    for action, error in refusals.items():
        if error:
            yield judged(f"right {action}", AmtsError(error))
    allowed = sum(not error for error in refusals.values())
    yield right("rights", f"{allowed} of {len(refusals)} actions of Amazon Translate are allowed")


def _limits(desk: Desk, _wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    jobs = [job for job in desk.cloud.translator.jobs("", 0.0) if job.runs]
    running = [job for job in jobs if job.status != "SUBMITTED"]
    waiting = len(jobs) - len(running)
    words = f"{len(running)} of {_MOST_RUNNING} running, {waiting} of {_MOST_WAITING:,} waiting"
    if len(running) >= _MOST_RUNNING:
        yield unknown("jobs", words, "a new job waits for its turn; amts-bot jobs list shows them")
    else:
        yield right("jobs", words)
    resources = desk.cloud.holdings.parallel_data()
    count = f"{len(resources)} of {_MOST_RESOURCES:,} resources"
    busy = [it.name for it in resources if {it.status, it.attempt} & _AT_WORK]
    if len(resources) >= _MOST_RESOURCES:
        yield wrong("parallel data", count, "amts-bot cleanup deletes those that evaluate made")
    elif busy:
        yield unknown(
            "parallel data", f"{count}; {busy[0]} is being imported", "a push waits for its turn"
        )
    else:
        yield right("parallel data", f"{count}, no import at work")


def _languages(desk: Desk, wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    known = desk.cloud.holdings.languages()
    for language in wanted:
        what, code = f"language {language.code}", language.row.service_code
        if code in known:
            yield right(what, f"Amazon Translate has it as {code}")
        else:
            yield wrong(
                what,
                f"Amazon Translate has no {code or language.code!r} in {desk.cloud.region}",
                f"set service-code in [languages.{language.code}], or use another engine for it",
            )


def _resources(desk: Desk, wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    amazon = desk.config.amazon
    for code, state in _states(desk, wanted).items():
        yield _parallel_data(code, parallel_data_name(amazon, code), state)
    for language in wanted:
        if language.terminology:
            name = terminology_name(amazon, language.code)
            yield _terminology(language.code, name, desk.cloud.translator.terminology(name))


def _states(
    desk: Desk, wanted: tuple[LanguageSettings, ...]
) -> dict[str, ParallelDataState | None]:
    names = {it.code: parallel_data_name(desk.config.amazon, it.code) for it in wanted}
    return {code: desk.cloud.translator.parallel_data(name) for code, name in names.items()}


def _parallel_data(code: str, name: str, state: ParallelDataState | None) -> Finding:
    what, push = f"parallel data {name}", f"amts-bot parallel-data push --language {code}"
    if state is None:
        return wrong(what, "is not there", f"amts-bot parallel-data build, then {push}")
    if state.status == "FAILED":
        return wrong(
            what, f"FAILED: {state.message or 'no reason given'}", f"mend the file, then {push}"
        )
    if state.status != "ACTIVE":
        return unknown(what, f"is {state.status}", "wait some minutes: jobs need it ACTIVE")
    if "amts-bot" not in state.description:
        return unknown(
            what,
            f"ACTIVE, and not made by the bot (its description is {state.description!r})",
            "jobs use it, a push is refused: set [amazon] parallel-data to another name if it is not yours",
        )
    return right(what, f"ACTIVE, {counted(state.imported, 'record')}")


def _terminology(code: str, name: str, description: str | None) -> Finding:
    what, push = f"terminology {name}", f"amts-bot terminology push --language {code}"
    if description is None:
        return wrong(what, "is not there, and amts.toml names a glossary", push)
    return right(what, "is there")


def _start(desk: Desk, wanted: tuple[LanguageSettings, ...]) -> Iterator[Finding]:
    """A job in a folder without documents: what stops it says what else is right."""
    states = _states(desk, wanted)
    ready = [it for it in wanted if (state := states[it.code]) and state.status == "ACTIVE"]
    if not ready:
        yield unknown("starting a job", "not tried: a job names parallel data", "push some first")
    for language in ready[:1]:
        try:
            job = desk.cloud.translator.start(_order(desk, language))
        except AmtsError as error:
            yield _refused(error)
        else:
            yield _accepted(desk, job)


def _order(desk: Desk, language: LanguageSettings) -> JobOrder:
    digest = _digest(desk)
    return JobOrder(
        name=f"amts-check-{digest[:16]}",
        token=digest,
        source=f"{desk.folder}check/{digest[:16]}/input/",
        target=f"{desk.folder}check/{digest[:16]}/output/",
        role=desk.config.amazon.role,
        language=language.row.service_code,
        parallel_data=parallel_data_name(desk.config.amazon, language.code),
        formality=language.formality,
    )


def _refused(error: AmtsError) -> Finding:
    words = str(error).partition("\n")[0]
    told = words.casefold()
    if isinstance(error, AccessDenied) or any(sign in told for sign in _WRONG_SIGNS):
        return judged("starting a job", error)
    if "invalidrequest" in told and any(sign in told for sign in _EMPTY_SIGNS):
        return right(
            "starting a job", "only documents were missing: role, languages and region are right"
        )
    return judged("starting a job", error, "unknown")


_WRONG_SIGNS = ("role", "assume", "no access", "passrole", "notauthorized", "unsupportedlanguage")
_EMPTY_SIGNS = ("document", "input folder", "empty", "no file", "no object")


def _accepted(desk: Desk, job: BatchJob) -> Finding:
    """The service took a job without documents: it ends by itself, and costs nothing."""
    try:
        desk.cloud.holdings.stop(job.id)
    except AmtsError as error:
        return judged("starting a job", error)
    return right("starting a job", f"a job without documents was accepted, and stopped ({job.id})")


def _digest(desk: Desk) -> str:
    """Another one for each check: a name or token that was used before would be answered by what it was."""
    return hashlib.sha256(f"{desk.folder} {desk.clock.time()}".encode()).hexdigest()


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("identity", _identity),
    ("role", _role),
    ("bucket", _place),
    ("bucket", _files),
    ("region", _region),
    ("rights", _rights),
    ("limits", _limits),
    ("languages", _languages),
    ("resources", _resources),
    ("starting a job", _start),
)
