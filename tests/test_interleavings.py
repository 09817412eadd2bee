"""Everything that can happen around a pull request, in any order, and also in the middle of a run.

A state machine draws the order: English moves, the bot runs, reviewers edit the branch, others the default branch,
somebody merges, closes or deletes, a run is cut off at any call that it makes of git or GitHub, a second run
works at the same time. After every step the first four promises of the design are checked against a model that
only knows which English each paragraph has and which words people wrote.

    AMTS_INTERLEAVINGS=200 pytest -n 0 --hypothesis-seed=1 tests/test_interleavings.py

runs as many as wanted, others with every seed; the suite runs a few, always the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from amts_bot import lock
from amts_bot.adapters.git import open_repository
from amts_bot.publish import Published, publish
from amts_bot.survey import Order
from tests.conftest import Book, MakeBook, Silence, git
from tests.github_server import Merge, Server, running
from tests.team import Team

EXAMPLES = int(os.environ.get("AMTS_INTERLEAVINGS", "6"))
STEPS = 9
BRANCH = "amts/tr"

# Every paragraph is known by a name that English, bot and people all keep; a version is a sentence about it.
PAGES = {"lamp.md": ("Arvid", "Bruna", "Cemre"), "fog.md": ("Dagny", "Elif", "Farid")}
SAID = (
    ("trims the wick before dusk.", "alacakaranlıktan önce fitili kırpar."),
    ("carries two cans of oil up the stairs.", "merdivenden iki bidon yağ taşır."),
    ("writes the weather into a thick book.", "havayı kalın bir deftere yazar."),
    ("paints the iron door white every spring.", "demir kapıyı her bahar beyaza boyar."),
)
NAMES = [(page, name) for page, names in PAGES.items() for name in names]
RECORDING = "\n".join(
    json.dumps({"source": f"{name} {english}", "target": f"{name} {turkish}"})
    for _, name in NAMES
    for english, turkish in SAID
)

Versions = dict[str, int]  # which sentence of SAID the English says of each name
Names = st.sampled_from(NAMES)
CALLS = st.integers(1, 40)
HOW: st.SearchStrategy[Merge] = st.sampled_from(["merge", "squash", "rebase"])
FOLDERS = ("book-en", "book-tr", "book-tr-2", "hub.git", "desk")


class Cut(BaseException):
    """The runner is gone: nothing of the bot may catch it."""


@dataclass
class Interrupted:
    """A port of which one call is special: something happens just before it, or just after it was done."""

    port: Any
    meanwhile: Meanwhile

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.port, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self.meanwhile.tick(after=False)
            answer = found(*arguments, **named)
            self.meanwhile.tick(after=True)
            return answer

        return call


@dataclass
class Meanwhile:
    """Does something once, at the `at`-th call."""

    at: int
    after: bool
    act: Callable[[], None]
    seen: int = 0

    def tick(self, *, after: bool) -> None:
        self.seen += not after
        if self.seen == self.at and after == self.after:
            self.at = 0
            self.act()


@dataclass
class World:
    """The repositories in one folder, and what the model knows of them."""

    folder: Path
    server: Server
    english: Versions = field(default_factory=lambda: {name: 0 for _, name in NAMES})
    commit: str = ""  # of that English
    ours: dict[str, str] = field(default_factory=dict)  # people's words on the bot's branch
    theirs: dict[str, str] = field(default_factory=dict)  # and on main, not yet on the branch
    tip: str = ""  # of the branch, the last time somebody looked
    words: int = 0

    # -- what people do ---------------------------------------------------------------------------

    def write(self, changes: Versions) -> None:
        """English moves on."""
        self.english |= changes
        pages = {page: text_of(page, self.english, 0) for page in PAGES}
        self.commit = self.clone("book-tr").book.edit(pages)

    def review(self, page: str, name: str) -> None:
        if self.there(BRANCH) and self.paragraph(BRANCH, page, name):
            self.ours[name] = self._edit(page, name, BRANCH)
            self.tip = self.there(BRANCH)

    def edit_main(self, page: str, name: str) -> None:
        if self.paragraph("main", page, name):
            self.theirs[name] = self._edit(page, name, "main")

    def _edit(self, page: str, name: str, branch: str) -> str:
        self.words += 1
        new = f"{name} {'pek ' * self.words}iyi bilir."
        old = self.paragraph(branch, page, name)
        self.clone("book-tr").edit({page: self.text(branch, page).replace(old, new)}, branch)
        return new

    def merge(self, how: Merge, *, delete: bool) -> None:
        """The button, where it is not grey. What main then has is what was reviewed."""
        if not self.is_open() or not self.mergeable(how):
            return
        before = self.there("main")
        self.server.merge(how)
        self.check_reviewed(before, "main")
        for page, name in NAMES:
            words = self.ours.get(name) or self.theirs.get(name)
            assert words in (None, self.paragraph("main", page, name)), f"{name}: lost by a merge"
        self.ours.clear()
        if delete:
            self.delete_branch()

    def mergeable(self, how: Merge) -> bool:
        desk = self.folder / "rebase"
        shutil.rmtree(desk, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--shared", str(self.server.bare), str(desk))
        git(
            desk,
            "checkout",
            "--quiet",
            "--detach",
            f"origin/{'main' if how != 'rebase' else BRANCH}",
        )
        order = (
            ["rebase", "--quiet", "origin/main"]
            if how == "rebase"
            else ["merge", f"origin/{BRANCH}"]
        )
        with suppress(AssertionError):
            git(desk, *order)
            return True
        return False

    def close(self) -> None:
        if self.is_open():
            self.server.close()

    def delete_branch(self) -> None:
        if self.there(BRANCH):
            git(self.server.bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
            self.ours.clear()
            self.tip = ""

    # -- what the bot does ------------------------------------------------------------------------

    def run(self, clone: str = "book-tr", meanwhile: Meanwhile | None = None) -> Published | None:
        """One run, and all that must hold after it; None where it was cut off."""
        team = self.clone(clone)
        if (
            BRANCH in team.book.branches()
        ):  # actions/checkout leaves no local branch of an earlier run
            team.book.git("update-ref", "-d", f"refs/heads/{BRANCH}")
        team.book.git("fetch", "--quiet", "origin", "main")
        team.book.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        team.book.checkout(self.commit)
        main = team.book.rev("HEAD")
        start = self.there(BRANCH) or main
        repository: Any = open_repository(team.book.root)
        hub: Any = team.hub()
        if meanwhile is not None:
            repository, hub = Interrupted(repository, meanwhile), Interrupted(hub, meanwhile)
        order = Order("tr", engine="recorded", recording=RECORDING)
        done = None
        with suppress(Cut):
            done = publish(order, repository, hub, Silence())
        self.check_forward()
        self.check_people(main)
        if self.there(BRANCH) and self.contains(BRANCH, main):
            self.check_reviewed(main, BRANCH)
        if done is not None:
            check_sums(done)
        if done is not None and meanwhile is None:
            assert self.there("main") == main, "only people change the default branch"
            self.check_new(done, start)
        return done

    # -- what must hold ---------------------------------------------------------------------------

    def check_reviewed(self, before: str, after: str) -> None:
        """Promise 1: text of `before` stands in `after` wherever the English is the same."""
        for page in PAGES:
            old, new = self.versions(before, page), self.versions(after, page)
            for name in {n for n, version in old.items() if new.get(n) == version}:
                text = self.paragraph(after, page, name)
                merged = self.paragraph("main", page, name)  # perhaps while the run was at work
                allowed = (self.paragraph(before, page, name), self.ours.get(name), merged)
                assert text in allowed, f"{name}: {text}"

    def check_people(self, main: str) -> None:
        """Promise 3: people's words stand on the branch; only a person's on main replace them."""
        if not self.there(BRANCH):
            return
        for page, name in NAMES:
            text = self.paragraph(BRANCH, page, name)
            if name in self.ours and text != self.ours[name]:
                assert text == self.theirs.get(name), f"{name}: {self.ours[name]} became {text}"
                del self.ours[name]
        if self.contains(BRANCH, main):
            seen = {
                name
                for page, name in NAMES
                if self.theirs.get(name) == self.paragraph(main, page, name)
            }
            self.theirs = {n: words for n, words in self.theirs.items() if n not in seen}

    def check_forward(self) -> None:
        tip = self.there(BRANCH)
        assert not self.tip or self.contains(BRANCH, self.tip), "the branch went back"
        self.tip = tip

    def check_new(self, done: Published, start: str) -> None:
        """Promise 2: every page is at the newest English, and nothing was asked for twice."""
        for page in done.result.report.pages:
            assert not page.message, page
            before = self.versions(start, page.target)
            for entry in page.outcome.entries:
                for draft in entry.drafts:
                    name = draft.source.split()[0]
                    assert before.get(name) != self.english[name], f"{draft.source}: twice"
            said = " ".join(e.source for e in page.outcome.entries if e.action != "drop").split()
            assert [said.count(name) for name in PAGES[page.target]] == [
                int(name in self.english) for name in PAGES[page.target]
            ]

    # -- what there is ----------------------------------------------------------------------------

    def clone(self, name: str) -> Team:
        return Team(
            Book(self.folder / "book-en", self.folder / name), self.server, self.folder / "desk"
        )

    def there(self, branch: str) -> str:
        return self.clone("book-tr").tip(branch)

    def is_open(self) -> bool:
        return bool(self.server.issues) and self.server.shown(self.server.pull())["state"] == "open"

    def contains(self, revision: str, commit: str) -> bool:
        return git(self.server.bare, "merge-base", revision, commit).strip() == commit

    def text(self, revision: str, page: str) -> str:
        return git(self.server.bare, "show", f"{revision}:{page}")

    def paragraph(self, revision: str, page: str, name: str) -> str:
        """The one paragraph about a name; "" for none."""
        found = [p.strip() for p in self.text(revision, page).split("\n\n") if f"{name} " in p]
        assert len(found) <= 1, f"{page} of {revision}: {found}"
        return "".join(found)

    def versions(self, revision: str, page: str) -> Versions:
        """What the English said of each name when a page was translated."""
        blob = lock.parse(self.text(revision, lock.FILE)).language("tr").pages[page].blob
        english = git(self.folder / "book-en", "cat-file", "blob", blob)
        return {
            n: v
            for n in PAGES[page]
            for v, (said, _) in enumerate(SAID)
            if f"{n} {said}" in english
        }


def check_sums(done: Published) -> None:
    """Promise 2: the figures of every page add up."""
    for page in done.result.report.pages:
        units = {kind: n for kind, n in page.outcome.totals.items() if kind != "characters"}
        assert sum(units.values()) == len(page.outcome.entries)
    if done.pull is not None:
        for total, parts in re.findall(r" (\d+) units: ([^\n.]*)", done.pull.body):
            assert sum(int(n) for n in re.findall(r"\d+", parts)) == int(total), parts


def text_of(page: str, versions: Versions, language: int) -> str:
    lines = [f"# {('House', 'Ev')[language]}"]
    lines += [f"{n} {SAID[versions[n]][language]}" for n in PAGES[page] if n in versions]
    return "\n\n".join(lines) + "\n"


class Story(RuleBasedStateMachine):
    """One interleaving, in a folder of its own that is as new at its start."""

    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        folder = self.folder
        for name in FOLDERS:
            shutil.rmtree(folder / name)
            shutil.copytree(folder / "new" / name, folder / name, symlinks=True)
        self.server = running(folder / "hub.git")
        self.world = World(folder, self.server.__enter__())
        self.world.commit = git(folder / "book-en", "rev-parse", "HEAD").strip()

    def teardown(self) -> None:
        """A last run leaves nothing to do for another one."""
        world = self.world
        try:
            world.run()
            tip = world.there(BRANCH)
            world.server.calls.clear()
            world.run()
            assert world.there(BRANCH) == tip
            assert {call.method for call in world.server.calls} == {"GET"}
        finally:
            self.server.__exit__(None, None, None)

    @rule(names=st.sets(Names, min_size=1, max_size=2), version=st.integers(0, len(SAID) - 1))
    def english_moves(self, names: set[tuple[str, str]], version: int) -> None:
        self.world.write({name: version for _, name in names})

    @rule()
    def bot_runs(self) -> None:
        self.world.run()

    @rule(at=CALLS, after=st.booleans())
    def bot_is_cut_off(self, at: int, after: bool) -> None:
        def cut() -> None:
            raise Cut

        self.world.run(meanwhile=Meanwhile(at, after, cut))

    @rule(at=CALLS)
    def two_runs_at_once(self, at: int) -> None:
        def other() -> None:
            self.world.run("book-tr-2")

        self.world.run(meanwhile=Meanwhile(at, False, other))

    @rule(at=CALLS, what=st.sampled_from(["review", "edit_main"]), name=Names)
    def people_edit_during_a_run(self, at: int, what: str, name: tuple[str, str]) -> None:
        self.world.run(meanwhile=Meanwhile(at, False, lambda: getattr(self.world, what)(*name)))

    @rule(at=CALLS, how=HOW, delete=st.booleans())
    def people_merge_during_a_run(self, at: int, how: Merge, delete: bool) -> None:
        self.world.run(meanwhile=Meanwhile(at, False, lambda: self.world.merge(how, delete=delete)))

    @rule(name=Names)
    def reviewer_edits(self, name: tuple[str, str]) -> None:
        self.world.review(*name)

    @rule(name=Names)
    def main_is_edited(self, name: tuple[str, str]) -> None:
        self.world.edit_main(*name)

    @rule(how=HOW, delete=st.booleans())
    def people_merge(self, how: Merge, delete: bool) -> None:
        self.world.merge(how, delete=delete)

    @rule(delete=st.booleans())
    def people_close(self, delete: bool) -> None:
        self.world.close()
        if delete:
            self.world.delete_branch()


@pytest.fixture
def folder(make_book: MakeBook, tmp_path: Path) -> Path:
    """A synced book, its hub, a desk, two clones for the bot, and a copy of it all in `new`."""
    first = {name: 0 for _, name in NAMES}
    book = make_book(*({p: text_of(p, first, language) for p in PAGES} for language in (0, 1)))
    book.sync(base="v1", engine="none")
    book.git("merge", "--quiet", "--ff-only", BRANCH)
    book.git("branch", "--quiet", "-D", BRANCH)
    git(tmp_path, "clone", "--quiet", "--bare", str(book.root), "hub.git")
    book.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    git(tmp_path, "clone", "--quiet", "hub.git", "desk")
    shutil.copytree(book.root, tmp_path / "book-tr-2", symlinks=True)
    for name in FOLDERS:
        shutil.copytree(tmp_path / name, tmp_path / "new" / name, symlinks=True)
    return tmp_path


def test_the_promises_hold_in_every_interleaving(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Story, "folder", folder, raising=False)
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize="AMTS_INTERLEAVINGS" not in os.environ,
            database=None,
            suppress_health_check=[*HealthCheck],
            phases=[Phase.generate],  # to shrink one takes minutes, and nine steps can be read
        ),
    )
