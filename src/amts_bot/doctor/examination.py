"""Everything that a run needs, looked at in the order in which it must be right; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from amts_bot.book.config import FILE, Config
from amts_bot.console.check import check
from amts_bot.console.findings import CheckReport, Finding, judged, right, unknown, wrong
from amts_bot.doctor.book import book
from amts_bot.doctor.branch import branch
from amts_bot.doctor.calls import calls
from amts_bot.doctor.settings import settings
from amts_bot.doctor.subject import Subject
from amts_bot.errors import AmtsError
from amts_bot.model import Annotation
from amts_bot.text.columns import PAPER, Screen

Look = Callable[[Subject, Config], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings, and those among them that concern what the repository says: settings, locks, workflows."""

    report: CheckReport
    misconfigured: bool

    @property
    def failed(self) -> bool:
        return self.report.failed

    def annotations(self) -> tuple[Annotation, ...]:
        """What is not right, as marks in the log of a run."""
        levels: Mapping[str, Literal["error", "warning"]] = {"wrong": "error", "warning": "warning"}
        return tuple(
            Annotation(
                level=levels[it.verdict],
                path="",
                line=0,
                title=it.what,
                message=f"{it.words}\n{it.remedy}".strip(),
            )
            for it in self.report.findings
            if it.verdict in levels
        )

    def as_text(self, screen: Screen = PAPER) -> str:
        return self.report.as_text(screen)

    def as_json(self) -> dict[str, object]:
        return self.report.as_json() | {"misconfigured": self.misconfigured}


def examine(subject: Subject) -> Examination:
    """Looks at everything. Without settings that can be read there is nothing to compare the rest with."""
    found, config = settings(subject)
    of_repository, of_services = [*found], list[Finding]()
    if config is not None:
        for name, look in _OF_REPOSITORY:
            of_repository += _looked(name, look, subject, config)
        for name, look in _OF_SERVICES:
            of_services += _looked(name, look, subject, config)
    return Examination(
        CheckReport((*of_repository, *of_services)),
        misconfigured=CheckReport(tuple(of_repository)).failed,
    )


def _looked(name: str, look: Look, subject: Subject, config: Config) -> Iterator[Finding]:
    """The findings of one check; an error is one."""
    try:
        yield from look(subject, config)
    except AmtsError as error:
        yield judged(name, error)


def _token(subject: Subject, _config: Config) -> Iterator[Finding]:
    if subject.rights is None:
        yield unknown(
            "token",
            "GITHUB_TOKEN and GITHUB_REPOSITORY are not set: nobody was asked what a token may do",
            "only a run that publishes needs one; a workflow has it",
        )
        return
    for it in subject.rights.look():
        what = f"token: {it.right}"
        match it.granted:
            case True:
                yield right(what, it.words)
            case False:
                yield wrong(what, "is not granted", it.words)
            case None:
                yield unknown(what, it.words, "a run that publishes says whether it needs more")


def _amazon(subject: Subject, config: Config) -> Iterator[Finding]:
    if not config.engine.name.startswith("amazon"):
        return
    if subject.desk is None:
        yield unknown("amazon", "was not looked at", "amts-bot amazon check")
        return
    for it in check(subject.desk(config), subject.language).findings:
        yield Finding(f"amazon: {it.what}", it.verdict, it.words, it.remedy)


def _engine(subject: Subject, config: Config) -> Iterator[Finding]:
    name = config.engine.name
    if name.partition(":")[0] in subject.engines:
        yield right("engine", name)
    else:
        known = ", ".join(sorted(subject.engines))
        yield wrong(
            "engine",
            f"there is none called {name!r}",
            f"write another name under [engine] of {FILE}, one of {known}; or install it (docs/engines.md)",
        )


_OF_REPOSITORY: tuple[tuple[str, Look], ...] = (
    ("repository", branch),
    ("English", book),
    ("engine", _engine),
    ("workflows", calls),
)
_OF_SERVICES: tuple[tuple[str, Look], ...] = (("token", _token), ("amazon", _amazon))
