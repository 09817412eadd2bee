"""The engines of Amazon Translate, told on a small book against the local service: nothing lost, nothing paid twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.engines.ledger import Ledger
from amts_bot.errors import AmtsError, UsageError
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.done import SyncResult
from amts_bot.sync.run import sync
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.review import review
from tests.aws.cloud import BUCKET, Cloud, connected
from tests.aws.machine import Damage, marked
from tests.aws.service import ROLE
from tests.aws.wire import Fault
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    MakeBook,
    Silence,
)

SETTINGS = f"""
[engine]
name = "amazon-act"

[amazon]
bucket = "{BUCKET}"
role = "{ROLE}"
"""
OVEN = """\
# The Oven

The oven is lit before dawn. It takes `40` logs of beech.

Bread goes in when the roof of the oven is white.
"""
FIRIN = """\
# Fırın

Fırın şafaktan önce yakılır. `40` kayın kütüğü alır.

Ekmek, fırının tavanı beyazlaşınca girer.
"""
YEAST = """\
# Yeast

Yeast sleeps in the cold. It wakes at :numref:`fig_warm`.
"""
MAYA = """\
# Maya

Maya soğukta uyur. :numref:`fig_warm` sıcaklığında uyanır.
"""
OVEN_2 = (
    OVEN + "\nA stone of `12` kilos closes the oven, see [the mason](http://stone.example/m).\n"
)
YEAST_2 = YEAST + "\nSalt makes it *slow* and keeps the dough tight.\n"
STONE = "A stone of `12` kilos closes the oven, see [the mason](http://stone.example/m)."
SENT = "A stone of `12` kilos closes the oven, see the mason."  # the end of a link is markup
DRAFT = marked(STONE, "tr")
SALTED = marked("Salt makes it *slow* and keeps the dough tight.", "tr")
SALT = "Salt makes it slow and keeps the dough tight."


@dataclass
class Bakery:
    """A book of two pages whose English grew by a paragraph each, with parallel data at the service."""

    book: Book
    aws: Cloud
    clock: Hands
    said: list[str] = field(default_factory=list)

    def sync(self, **order: Any) -> SyncResult:
        """Runs the job as CI does, with boto3 and a clock of our own."""
        progress = Silence(self.said)
        wanted = Order("tr", **{"wait": 60.0, **order})
        repository = open_repository(self.book.root)
        return sync(wanted, repository, progress, Amazon(connected, self.clock))

    def retry(self) -> None:
        """A person says that what did not come back may be sent again."""
        self.clock.now += 1
        Ledger(connected(BUCKET, "").storage, self.clock, Silence(), "en-tr").retry()
        self.clock.now += 1

    def paid(self) -> list[str]:
        """Every paragraph that was billed, in alphabetical order."""
        return sorted(text for _, _, text in self.aws.service.paid)


@pytest.fixture
def bakery(make_book: MakeBook, aws: Cloud) -> Bakery:
    book = make_book(
        {"oven.md": OVEN, "yeast.md": YEAST},
        {"oven.md": FIRIN, "yeast.md": MAYA},
        CONFIG + SETTINGS,
    )
    book.publish({"oven.md": OVEN_2, "yeast.md": YEAST_2})
    aws.service.add_parallel_data("amts-tr", "tr", {})
    return Bakery(book, aws, Hands(now=time.time()))


def configure(bakery: Bakery, settings: str) -> None:
    bakery.book.translate({"amts.toml": CONFIG + settings})


# -- a run from start to end ----------------------------------------------------------------------


def test_a_run_sends_what_changed_and_writes_what_comes_back(bakery: Bakery) -> None:
    result = bakery.sync(base="v1")
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert bakery.book.show("yeast.md") == MAYA + (f"\n{SALTED}\n")
    assert result.report.totals["translate"] == 2
    assert result.report.quote.characters == len(SENT) + len(SALT)
    assert bakery.paid() == [SENT, SALT]
    assert bakery.book.lock().jobs == ()
    [job] = bakery.aws.service.jobs.values()
    assert job.request["ParallelDataNames"] == ["amts-tr"]


def test_an_answer_that_does_not_follow_the_terminology_is_told(bakery: Bakery) -> None:
    """What the glossary of the book has, and the machine of the tests writes in words of its own."""
    with_glossary = CONFIG + 'terminology = "terms.csv"\n' + SETTINGS
    files = {"terms.csv": "en,tr\nstone,taş\ndough,doughtr\n", "amts.toml": with_glossary}
    bakery.book.translate(files)
    bakery.aws.service.terminologies["amts-tr"] = {}
    result = bakery.sync(base="v1")
    found = (entry for page in result.report.pages for entry in page.outcome.entries)
    assert "terminology not followed: stone → taş" in {it for e in found for it in e.warnings}


def test_a_job_that_is_not_done_in_time_is_remembered_on_the_branch(bakery: Bakery) -> None:
    bakery.aws.rules.job_polls = 3
    result = bakery.sync(base="v1", wait=0.0)
    [job] = bakery.aws.service.jobs
    assert result.commit == bakery.book.rev()
    assert f"still at work (batch job {job}, submitted " in result.report.pending
    assert bakery.book.git("diff", "--name-only", "main", "amts/tr") == "amts/tr.lock"
    assert bakery.book.lock().jobs == (job,)
    assert bakery.sync(wait=0.0).commit == ""  # still at work: nothing new to remember


def test_the_next_run_on_any_machine_collects_the_job(bakery: Bakery) -> None:
    bakery.aws.rules.job_polls = 2
    bakery.sync(base="v1", wait=0.0)
    result = bakery.sync()
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert result.report.pending == ""
    assert bakery.book.lock().jobs == ()
    assert bakery.paid() == [SENT, SALT]
    assert bakery.sync().commit == ""


def test_a_run_waits_with_growing_patience_as_long_as_it_may(bakery: Bakery) -> None:
    bakery.aws.rules.job_polls = 50
    bakery.sync(base="v1", wait=100.0)
    assert bakery.clock.slept == [
        2.0,
        3.0,
        4.5,
        6.75,
        10.125,
        15.1875,
        22.78125,
        34.171875,
        1.484375,
    ]


def test_a_job_that_no_lock_knows_is_found_and_not_paid_again(bakery: Bakery) -> None:
    """A run was killed between starting the job and committing its id."""
    bakery.aws.rules.honours_tokens = False
    bakery.aws.rules.job_polls = 1
    bakery.sync(base="v1", wait=0.0)
    bakery.book.git("branch", "-D", "amts/tr")
    bakery.sync(base="v1")
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert (len(bakery.aws.service.jobs), bakery.paid()) == (1, [SENT, SALT])


def test_english_that_moved_on_meanwhile_is_sent_and_the_rest_collected(bakery: Bakery) -> None:
    bakery.aws.rules.job_polls = 1
    bakery.sync(base="v1", wait=0.0)
    more = "The crust sings when it cools."
    bakery.book.publish({"oven.md": OVEN_2 + f"\n{more}\n"})
    bakery.sync()
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n\n{marked(more, 'tr')}\n"
    assert (len(bakery.aws.service.jobs), bakery.paid()) == (2, [SENT, SALT, more])


def test_a_small_change_needs_no_job(bakery: Bakery) -> None:
    configure(bakery, SETTINGS.replace('"amazon-act"', '"amazon-act"\nsmall-change = 500'))
    bakery.sync(base="v1")
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert (bakery.aws.service.jobs, bakery.paid()) == ({}, [SENT, SALT])


def test_a_dry_run_asks_amazon_nothing(bakery: Bakery) -> None:
    result = bakery.sync(base="v1", dry_run=True)
    assert result.report.quote.characters == len(SENT) + len(SALT)
    assert bakery.aws.wire.calls == []


@pytest.mark.parametrize("engine", ["amazon", "amazon-act"])
def test_a_cap_stops_the_run_before_it_spends_anything(bakery: Bakery, engine: str) -> None:
    configure(bakery, SETTINGS.replace('"amazon-act"', f'"{engine}"\nmax-characters = 90'))
    with pytest.raises(
        UsageError, match="98 characters .* max-characters allows 90: nothing was sent"
    ):
        bakery.sync(base="v1")
    assert (bakery.paid(), bakery.book.branches()) == ([], ["main"])


# -- what comes back broken -----------------------------------------------------------------------


@pytest.mark.parametrize("how", ["lose", "double"])
def test_a_broken_span_holds_its_unit_and_no_other(bakery: Bakery, how: Any) -> None:
    bakery.aws.machine.damage = [Damage("A stone", how)]
    result = bakery.sync(base="v1")
    assert bakery.book.show("oven.md") == OVEN_2.replace(OVEN, FIRIN)
    assert bakery.book.show("yeast.md").endswith(f"{SALTED}\n")
    assert (result.report.totals["hold"], result.report.totals["translate"]) == (1, 1)
    assert "`12`" in body(review(result.report))


@pytest.mark.parametrize(("how", "came"), [("change", "`12`?"), ("swallow", "`12` und")])
def test_a_span_with_more_in_its_element_is_put_back_with_a_warning(
    bakery: Bakery, how: Any, came: str
) -> None:
    bakery.aws.machine.damage = [Damage("A stone", how)]
    result = bakery.sync(base="v1")
    found = [entry for page in result.report.pages for entry in page.outcome.entries]
    warnings = [entry.warnings for entry in found if entry.warnings]
    put_back = f"put back: `12`, which came back as {came}"
    assert warnings == [(put_back, "English left: the mason")]  # the local machine leaves links
    assert result.report.totals["hold"] == 0


def test_a_span_that_moved_is_welcome(bakery: Bakery) -> None:
    bakery.aws.machine.damage = [Damage("A stone", "move")]
    bakery.sync(base="v1")
    assert bakery.book.show("oven.md").endswith("[the mason](http://stone.example/m). `12`\n")
    assert bakery.paid() == [SENT, SALT]


@pytest.mark.parametrize("trouble", ["lost_documents", "truncate"])
def test_what_an_output_lacks_is_not_paid_again_until_a_person_says_so(
    bakery: Bakery, trouble: str
) -> None:
    parts: list[str] = getattr(bakery.aws.rules, trouble)
    parts.append("oven")
    result = bakery.sync(base="v1", wait=1200.0)
    assert [p.status for p in result.report.pages] == ["failed", "merged"]
    assert "its translation is missing in the output" in result.report.pages[0].message
    assert any("only 1 of 2 units came back whole" in said for said in bakery.said)
    parts.clear()
    assert [p.status for p in bakery.sync().report.pages] == ["failed"]
    assert len(bakery.aws.service.jobs) == 1
    bakery.retry()
    assert [p.status for p in bakery.sync().report.pages] == ["merged"]
    assert len(bakery.aws.service.jobs) == 2
    assert bakery.paid().count(SALT) == 1


def test_foreign_files_in_the_output_are_not_read(bakery: Bakery) -> None:
    bakery.aws.rules.foreign = {"tr.stranger.html": b"<p>\xff", "notes.txt": b"hello"}
    assert [p.status for p in bakery.sync(base="v1").report.pages] == ["merged", "merged"]


# -- jobs that fail as a whole --------------------------------------------------------------------


def test_a_failed_job_ends_the_run_with_its_reason_and_the_next_run_starts_another(
    bakery: Bakery,
) -> None:
    bakery.aws.rules.fail = ["Access denied to the output bucket"]
    with pytest.raises(
        AmtsError, match=r"failed: Access denied to the output.*\n.*\[amazon\] role"
    ):
        bakery.sync(base="v1")
    assert bakery.book.branches() == ["main"]
    bakery.sync(base="v1")
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert (len(bakery.aws.service.jobs), bakery.paid()) == (2, [SENT, SALT])
    assert any("once more: batch job" in said and "Access denied" in said for said in bakery.said)


def test_a_job_that_keeps_failing_is_not_started_for_ever(bakery: Bakery) -> None:
    bakery.aws.rules.fail = ["no"] * 9
    for _ in range(3):
        with pytest.raises(AmtsError, match="failed: no"):
            bakery.sync(base="v1")
    with pytest.raises(AmtsError, match="failed 3 times"):
        bakery.sync(base="v1")
    assert len(bakery.aws.service.jobs) == 3


def test_a_job_that_somebody_stopped_is_started_anew(bakery: Bakery) -> None:
    bakery.aws.rules.job_polls = 5
    bakery.sync(base="v1", wait=0.0)
    [job] = bakery.aws.service.jobs.values()
    job.status = "STOPPED"
    bakery.aws.rules.job_polls = 0
    bakery.sync()
    assert bakery.book.show("oven.md") == FIRIN + f"\n{DRAFT}\n"
    assert len(bakery.aws.service.jobs) == 2


@pytest.mark.parametrize("code", ["ExpiredTokenException", "AccessDeniedException"])
def test_a_job_is_remembered_when_nobody_may_look_at_it_any_more(bakery: Bakery, code: str) -> None:
    bakery.aws.trouble.faults = [Fault(operation="DescribeTextTranslationJob", code=code, times=99)]
    result = bakery.sync(base="v1")
    assert f"({code})" in result.report.pending
    assert len(bakery.book.lock().jobs) == 1
    bakery.aws.trouble.faults = []
    bakery.sync()
    assert bakery.paid() == [SENT, SALT]


# -- a run that is killed -------------------------------------------------------------------------


def test_runs_that_are_killed_at_every_call_end_as_one_that_nobody_disturbs(bakery: Bakery) -> None:
    """Run 1 is killed when its first call to AWS is done and it does not know yet, run 2 at its second…"""
    bakery.sync(base="v1")
    wanted, paid = bakery.book.git("rev-parse", "amts/tr^{tree}"), bakery.paid()
    bakery.book.git("branch", "-D", "amts/tr")
    bakery.aws.reset()
    bakery.aws.service.add_parallel_data("amts-tr", "tr", {})
    kills = 0
    while _killed_at(kills + 1, bakery):
        kills += 1
    assert kills >= 5  # the call that starts the job is one of them
    assert bakery.book.git("rev-parse", "amts/tr^{tree}") == wanted
    assert (bakery.paid(), len(bakery.aws.service.jobs)) == (paid, 1)


def _killed_at(call: int, bakery: Bakery) -> bool:
    """A run in a process of its own that SIGKILL meets before the reply to a call; whether it did."""
    started = threading.Event()
    left = iter(range(call - 1, -1, -1))

    def count() -> None:
        if next(left, -1) == 0:
            started.wait()
            process.kill()

    bakery.aws.trouble.on_reply = bakery.aws.s3_trouble.on_reply = count
    process = subprocess.Popen(
        [sys.executable, "-m", "amts_bot", "sync", "--base", "v1", "--quiet"],
        cwd=bakery.book.root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started.set()
    status = process.wait(60)
    assert status in (0, -signal.SIGKILL)
    return status != 0
