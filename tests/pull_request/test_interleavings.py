"""Everything that can happen around pull requests, in any order, and also in the middle of a run.

A state machine draws the order: English changes, comes, goes, moves and gets other names; the bot runs for two
languages, in a new clone or in one that stays; people edit and split paragraphs on a branch and on the default branch,
hold pages, keep units, ask for others, approve, merge, rebase, close, delete, set a budget, change a workflow; a run is
cut off at any call that it makes of git or GitHub, a second run works at the same time. After every step the first
four promises of the design are checked against a model (tests/world.py).

    AMTS_INTERLEAVINGS=400 pytest -n 0 --hypothesis-seed=1 tests/pull_request/test_interleavings.py

runs as many as wanted, others with every seed; the suite runs a few, always the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import MakeBook, git
from tests.github_server import Merge, running
from tests.world import (
    FOLDERS,
    HOMES,
    LANGUAGES,
    NAMES,
    ROOTS,
    SAID,
    SETTINGS,
    Cut,
    English,
    Meanwhile,
    World,
)

EXAMPLES = int(os.environ.get("AMTS_INTERLEAVINGS", "5"))
STEPS = 7 if EXAMPLES < 10 else 13
Names = st.sampled_from(NAMES)
Homes = st.sampled_from(sorted(HOMES))
Language = st.sampled_from(["tr", "tr", "tr", "es"])
CALLS = st.integers(
    1, 110
)  # a run that merges, writes and opens a pull request makes about so many
HOW: st.SearchStrategy[Merge] = st.sampled_from(["merge", "squash", "rebase"])

ACTS = {
    "review": World.review,
    "split": World.split,
    "edit_main": World.edit_main,
    "merge_by_hand": World.merge_by_hand,
    "rebase_by_hand": World.rebase_by_hand,
    "close": World.close,
    "delete_branch": World.delete_branch,
    "change_workflow": World.change_workflow,
}
ASKED: dict[str, Callable[[World, str], None]] = {
    "keep": World.ask_to_keep,
    "retranslate": World.ask_again,
}


RUN = st.sampled_from(["", "", "tr", "tr", "es"])  # the languages that are told of a push


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
        server, english = self.server.__enter__(), English()
        english.commit = git(folder / "book-en", "rev-parse", "HEAD").strip()
        self.worlds = {
            language: World(folder=folder, server=server, english=english, language=language)
            for language in LANGUAGES
        }
        self.english = english

    def teardown(self) -> None:
        """A last run leaves nothing to do for another one."""
        try:
            for world in self.worlds.values():
                world.run()
                tip = world.there(world.branch)
                world.server.calls.clear()
                world.run()
                assert world.there(world.branch) == tip
                assert {call.method for call in world.server.calls} == {"GET"}
        finally:
            self.server.__exit__(None, None, None)

    @initialize(name=Names, version=st.integers(1, len(SAID) - 1))
    def a_pull_request_is_open(self, name: str, version: int) -> None:
        self.english_changes({name, "Arvid"}, version, run="tr")

    # -- the English; its push starts a `run` for a language, or for none

    @rule(
        names=st.sets(Names, min_size=1, max_size=2),
        version=st.integers(0, len(SAID) - 1),
        run=RUN,
    )
    def english_changes(self, names: set[str], version: int, run: str) -> None:
        self.english.said |= dict.fromkeys(names, version)
        self._push(run)

    @rule(
        names=st.sets(Names, min_size=1, max_size=2),
        at=st.integers(0, 3),
        run=RUN,
    )
    def english_comes_and_goes(self, names: set[str], at: int, run: str) -> None:
        for name in sorted(names):
            self.english.toggle(name, at)
        self._push(run)

    @rule(home=Homes, run=RUN)
    def english_moves(self, home: str, run: str) -> None:
        names = self.english.pages.get(home, [])
        names[:] = [*names[1:], *names[:1]]
        self._push(run)

    @rule(home=Homes, run=RUN)
    def a_page_comes_or_goes(self, home: str, run: str) -> None:
        self.english.toggle_page(home)
        self._push(run)

    @rule(home=Homes, run=RUN)
    def a_page_gets_another_name(self, home: str, run: str) -> None:
        self.english.rename(home)
        self._push(run)

    def _push(self, run: str) -> None:
        self.worlds["tr"].write()
        if run:
            self.worlds[run].run()

    # -- the bot

    @rule(language=Language, fresh=st.booleans())
    def bot_runs(self, language: str, fresh: bool) -> None:
        self.worlds[language].run(fresh=fresh)

    @rule(language=Language, at=CALLS, after=st.booleans())
    def bot_is_cut_off(self, language: str, at: int, after: bool) -> None:
        def cut() -> None:
            raise Cut

        self.worlds[language].run(meanwhile=Meanwhile(at, after, cut), fresh=False)

    @rule(language=Language, other=Language, at=CALLS)
    def two_runs_at_once(self, language: str, other: str, at: int) -> None:
        def second() -> None:
            self.worlds[other].run("book-tr-2")

        self.worlds[language].run(meanwhile=Meanwhile(at, False, second))

    # -- people

    @rule(language=Language, what=st.sampled_from(["review", "split", "edit_main"]), name=Names)
    def people_edit(self, language: str, what: str, name: str) -> None:
        ACTS[what](self.worlds[language], name)

    @rule(language=Language, what=st.sampled_from(sorted(ACTS)), name=Names)
    def people(self, language: str, what: str, name: str) -> None:
        ACTS[what](self.worlds[language], name)

    @rule(language=Language, at=CALLS, what=st.sampled_from(sorted(ACTS)), name=Names)
    def people_during_a_run(self, language: str, at: int, what: str, name: str) -> None:
        world = self.worlds[language]
        world.run(meanwhile=Meanwhile(at, False, lambda: ACTS[what](world, name)))

    @rule(language=Language, how=HOW, delete=st.booleans())
    def people_merge(self, language: str, how: Merge, delete: bool) -> None:
        self.worlds[language].merge(how, delete=delete)

    @rule(language=Language, at=CALLS, how=HOW, delete=st.booleans())
    def people_merge_during_a_run(self, language: str, at: int, how: Merge, delete: bool) -> None:
        world = self.worlds[language]
        world.run(meanwhile=Meanwhile(at, False, lambda: world.merge(how, delete=delete)))

    @rule(language=Language, what=st.sampled_from(sorted(ASKED)), name=Names)
    def people_ask_of_a_unit(self, language: str, what: str, name: str) -> None:
        ASKED[what](self.worlds[language], name)

    @rule(language=Language, home=Homes, taken_up=st.booleans())
    def people_hold_a_page(self, language: str, home: str, taken_up: bool) -> None:
        page = f"{ROOTS[language]}{self.english.paths[home]}"
        world = self.worlds[language]
        (world.ask_for_page if taken_up else world.ask_to_hold)(page)

    @rule(
        language=Language,
        login=st.sampled_from(["ada", "eve", "ghost"]),
        state=st.sampled_from(["APPROVED", "APPROVED", "CHANGES_REQUESTED"]),
    )
    def people_approve(self, language: str, login: str, state: str) -> None:
        self.worlds[language].approve(login, state)

    @rule(units=st.integers(0, 2))
    def the_team_sets_a_budget(self, units: int) -> None:
        self.worlds["tr"].set_budget(units)


@pytest.fixture
def folder(make_book: MakeBook, tmp_path: Path) -> Path:
    """A synced book, its hub, a desk, two clones for the bot, and a copy of it all in `new`."""
    english = English()
    target = english.files(LANGUAGES["tr"])
    target |= {f"es/{path}": text for path, text in english.files(LANGUAGES["es"]).items()}
    book = make_book(english.files(), target, config=SETTINGS)
    for language in LANGUAGES:
        book.sync(language=language, base="v1", engine="none")
        book.git("merge", "--quiet", "--ff-only", f"amts/{language}")
        book.git("branch", "--quiet", "-D", f"amts/{language}")
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
            phases=[Phase.generate],  # to shrink one takes minutes, and a dozen steps can be read
        ),
    )
