"""Everything that can happen around a pull request, in any order, and also in the middle of a run.

A state machine draws the order: English changes, comes, goes, moves and gets other names; the bot runs, in a new
clone or in one that stays; people edit and split paragraphs on the branch and on the default branch, merge, rebase,
close, delete; a run is cut off at any call that it makes of git or GitHub, a second run works at the same time. After
every step the first four promises of the design are checked against a model that only knows which English each
paragraph has and which words people wrote.

    AMTS_INTERLEAVINGS=200 pytest -n 0 --hypothesis-seed=1 tests/pull_request/test_interleavings.py

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
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from amts_bot.adapters.git import open_repository
from amts_bot.book import lock
from amts_bot.book.snapshot import Order
from amts_bot.pull_request.publish import Published, publish
from tests.conftest import (
    Book,
    MakeBook,
    Silence,
    git,
)
from tests.github_server import Merge, Server, running
from tests.team import Team

EXAMPLES = int(os.environ.get("AMTS_INTERLEAVINGS", "5"))
STEPS = 7 if EXAMPLES < 10 else 13
BRANCH = "amts/tr"

# Every paragraph is known by a name that English, bot and people all keep; a version is a sentence about it.
# The book starts with two pages of three paragraphs; the others come later, or never.
HOMES = {
    "lamp": ("Arvid", "Bruna", "Cemre", "Gizem"),
    "fog": ("Dagny", "Elif", "Farid", "Hakan"),
    "bell": ("Irmak", "Jale"),
}
SAID = (
    ("trims the wick before dusk.", "alacakaranlıktan önce fitili kırpar."),
    ("carries two cans of oil up the stairs.", "merdivenden iki bidon yağ taşır."),
    ("writes the weather into a thick book.", "havayı kalın bir deftere yazar."),
    ("paints the iron door white every spring.", "demir kapıyı her bahar beyaza boyar."),
)
NAMES = [name for names in HOMES.values() for name in names]
ABSENT = ("Gizem", "Hakan", "Irmak", "Jale")
TITLES = {"lamp": ("The lamp", "Lamba"), "fog": ("The fog", "Sis"), "bell": ("The bell", "Çan")}
RECORDING = "\n".join(
    json.dumps({"source": source, "target": target})
    for source, target in [
        *(
            (f"{name} {english}", f"{name} {turkish}")
            for name in NAMES
            for english, turkish in SAID
        ),
        *TITLES.values(),
    ]
)

Words = tuple[str, ...]  # paragraphs that a person wrote
Versions = dict[str, int]  # which sentence of SAID the English says of each name
Names = st.sampled_from(NAMES)
CALLS = st.integers(
    1, 110
)  # a run that merges, writes and opens a pull request makes about so many
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


def first_pages() -> dict[str, list[str]]:
    return {home: [n for n in HOMES[home] if n not in ABSENT] for home in ("lamp", "fog")}


@dataclass
class English:
    """The original as it is now: its pages, the names on each, and what is said of them."""

    pages: dict[str, list[str]] = field(default_factory=first_pages)
    paths: dict[str, str] = field(default_factory=lambda: {home: f"{home}.md" for home in HOMES})
    said: Versions = field(default_factory=lambda: dict.fromkeys(NAMES, 0))

    def files(self, language: int = 0) -> dict[str, str]:
        return {
            self.paths[home]: "\n\n".join(
                [
                    f"# {TITLES[home][language]}",
                    *(f"{n} {SAID[self.said[n]][language]}" for n in names),
                ]
            )
            + "\n"
            for home, names in self.pages.items()
        }

    @property
    def versions(self) -> Versions:
        return {name: self.said[name] for names in self.pages.values() for name in names}

    def toggle(self, name: str, at: int) -> None:
        """A paragraph goes, or comes to a place of its page."""
        [home] = (home for home in HOMES if name in HOMES[home])
        names = self.pages.get(home, [])
        if name in names:
            names.remove(name)
        else:
            names.insert(at, name)

    def toggle_page(self, home: str) -> None:
        if self.pages.pop(home, None) is None:
            self.pages[home] = [*HOMES[home]]

    def rename(self, home: str) -> None:
        path = self.paths[home]
        self.paths[home] = path.removeprefix("old-") if path.startswith("old-") else f"old-{path}"


@dataclass(kw_only=True)
class World:
    """The repositories in one folder, and what the model knows of them."""

    folder: Path
    server: Server
    english: English = field(default_factory=English)
    commit: str = ""  # of that English
    ours: dict[str, Words] = field(default_factory=dict)  # people's words on the bot's branch
    theirs: dict[str, Words] = field(default_factory=dict)  # and on main, not yet on the branch
    written: set[str] = field(default_factory=set)  # every paragraph that people ever wrote
    tip: str = ""  # of the branch, the last time somebody looked

    # -- what people do ---------------------------------------------------------------------------

    def write(self) -> None:
        """The English as it is now is committed."""
        files: dict[str, str | None] = dict(self.english.files())
        gone = {*git(self.folder / "book-en", "ls-files", "*.md").split()} - {*files}
        self.commit = self.clone("book-tr").book.edit({**dict.fromkeys(gone), **files})

    def review(self, name: str, paragraphs: int = 1) -> None:
        if self.there(BRANCH) and self.texts(BRANCH, name):
            self.ours[name] = self._edit(name, BRANCH, paragraphs)
            self.tip = self.there(BRANCH)

    def split(self, name: str) -> None:
        self.review(name, paragraphs=2)

    def edit_main(self, name: str) -> None:
        if self.texts("main", name):
            self.theirs[name] = self._edit(name, "main", 1)

    def _edit(self, name: str, branch: str, paragraphs: int) -> Words:
        new = [
            f"{name} {'pek ' * (len(self.written) + k + 1)}iyi bilir." for k in range(paragraphs)
        ]
        self.written.update(new)
        page, old = next(
            (p, old) for p in self.pages(branch) for old in self.texts(branch, name, p)
        )
        text = self.show(branch, page).replace(old, "\n\n".join(new))
        self.clone("book-tr").edit({page: text}, branch)
        return tuple(new)

    def merge_by_hand(self, name: str) -> None:
        """Somebody merges main into the branch, where git does it without a conflict."""
        self._push_by_hand("merge", "--quiet", "--no-edit", "origin/main")

    def rebase_by_hand(self, name: str) -> None:
        self._push_by_hand("rebase", "--quiet", "origin/main")

    def _push_by_hand(self, *how: str) -> None:
        if not self.there(BRANCH):
            return
        desk = self._desk(BRANCH)
        with suppress(AssertionError):
            git(desk, *how)
            git(desk, "push", "--quiet", "--force", "origin", f"HEAD:{BRANCH}")
            self.tip = self.there(BRANCH)

    def merge(self, how: Merge, *, delete: bool) -> None:
        """The button, where it is not grey. What main then has is what was reviewed."""
        if not self.is_open() or not self.mergeable(how):
            return
        before = self.there("main")
        self.server.merge(how)
        self.check_reviewed(before, "main")
        for name, words in {**self.theirs, **self.ours}.items():
            assert self.stands(words, "main"), f"{name}: lost by a merge"
        self.ours.clear()
        if delete:
            self.delete_branch()

    def mergeable(self, how: Merge) -> bool:
        desk = self._desk(BRANCH if how == "rebase" else "main")
        other = "origin/main" if how == "rebase" else f"origin/{BRANCH}"
        with suppress(AssertionError):
            git(desk, "rebase" if how == "rebase" else "merge", "--quiet", other)
            return True
        return False

    def _desk(self, branch: str) -> Path:
        """A new clone with a branch checked out."""
        desk = self.folder / "by-hand"
        shutil.rmtree(desk, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--shared", str(self.server.bare), str(desk))
        git(desk, "checkout", "--quiet", "--detach", f"origin/{branch}")
        return desk

    def close(self, name: str = "") -> None:
        if self.is_open():
            self.server.close()

    def delete_branch(self, name: str = "") -> None:
        if self.there(BRANCH):
            git(self.server.bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
            self.ours.clear()
            self.tip = ""

    # -- what the bot does ------------------------------------------------------------------------

    def run(
        self, clone: str = "book-tr", meanwhile: Meanwhile | None = None, *, fresh: bool = True
    ) -> Published | None:
        """One run, and all that must hold after it; None where it was cut off."""
        team = self.clone(clone)
        if fresh and BRANCH in team.book.branches():  # actions/checkout leaves no local branch
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
        old, new = self.versions(before), self.versions(after)
        for name in {n for n, version in old.items() if new.get(n) == version}:
            was, now = self.texts(before, name), self.texts(after, name)
            kept = all(text in now for text in was)
            merged = self.texts("main", name) == now  # perhaps while the run was at work
            people = bool(now) and {*now} <= self.written  # perhaps of a branch deleted meanwhile
            assert kept or merged or people, f"{name}: {was} {now}"

    def check_people(self, main: str) -> None:
        """Promise 3: people's words stand on the branch; only a person's on main replace them.

        And what is on main gives way to other English, as ever.
        """
        if not self.there(BRANCH):
            return
        for name, words in list(self.ours.items()):
            if not self.stands(words, BRANCH):
                assert name in self.theirs, f"{name}: {words} is gone"
                same = self.versions(BRANCH).get(name) == self.versions(main).get(name)
                assert not same or self.stands(self.theirs[name], BRANCH), f"{name}: {words}"
                del self.ours[name]
        if self.contains(BRANCH, main):
            self.theirs = {
                n: words for n, words in self.theirs.items() if not self.stands(words, main)
            }

    def check_forward(self) -> None:
        tip = self.there(BRANCH)
        assert not self.tip or self.contains(BRANCH, self.tip), "the branch went back"
        self.tip = tip

    def check_new(self, done: Published, start: str) -> None:
        """Promise 2: every page is at the newest English, and nothing was asked for twice."""
        before, now = self.versions(start), self.english.versions
        on = {self.english.paths[home]: names for home, names in self.english.pages.items()}
        for page in done.result.report.pages:
            held = page.target not in on and page.message  # gone, but for what people wrote there
            assert held or not page.message, page
            for entry in page.outcome.entries:
                for draft in entry.drafts:
                    name = draft.source.split()[0]
                    assert name not in now or before.get(name) != now[name], (
                        f"{draft.source}: twice"
                    )
            said = [e.source.split()[0] for e in page.outcome.entries if e.source_new is not None]
            assert [name for name in said if name in NAMES] == on.get(page.target, [])

    # -- what there is ----------------------------------------------------------------------------

    def clone(self, name: str) -> Team:
        return Team(
            book=Book(self.folder / "book-en", self.folder / name),
            server=self.server,
            desk=self.folder / "desk",
        )

    def there(self, branch: str) -> str:
        return self.clone("book-tr").tip(branch)

    def is_open(self) -> bool:
        return bool(self.server.issues) and self.server.shown(self.server.pull())["state"] == "open"

    def contains(self, revision: str, commit: str) -> bool:
        return git(self.server.bare, "merge-base", revision, commit).strip() == commit

    def pages(self, revision: str) -> list[str]:
        paths = git(self.server.bare, "ls-tree", "--name-only", revision).split()
        return [path for path in paths if path.endswith(".md")]

    def show(self, revision: str, page: str) -> str:
        return git(self.server.bare, "show", f"{revision}:{page}")

    def texts(self, revision: str, name: str, page: str = "") -> list[str]:
        """The paragraphs about a name; but for what people wrote there is one at most."""
        texts = [self.show(revision, path) for path in ([page] if page else self.pages(revision))]
        found = [p.strip() for text in texts for p in text.split("\n\n") if f"{name} " in p]
        assert len({*found} - self.written) <= 1, f"{revision}: {found}"
        assert len({*found}) == len(found), f"{revision}: {found}"
        return found

    def stands(self, words: Words, revision: str) -> bool:
        """Whether a person's paragraphs are there."""
        texts = (self.show(revision, page) for page in self.pages(revision))
        return bool(words) and {*words} <= {p.strip() for text in texts for p in text.split("\n\n")}

    def versions(self, revision: str) -> Versions:
        """What the English said of each name when the pages were translated."""
        file = lock.file_of("tr")
        rows = lock.parse(self.show(revision, file), file).pages.values()
        blobs = (git(self.folder / "book-en", "cat-file", "blob", row.blob) for row in rows)
        english = "\n".join(blobs)
        return {n: v for n in NAMES for v, (said, _) in enumerate(SAID) if f"{n} {said}" in english}


ACTS = {
    "review": World.review,
    "split": World.split,
    "edit_main": World.edit_main,
    "merge_by_hand": World.merge_by_hand,
    "rebase_by_hand": World.rebase_by_hand,
    "close": World.close,
    "delete_branch": World.delete_branch,
}


def check_sums(done: Published) -> None:
    """Promise 2: the figures of every page add up."""
    for page in done.result.report.pages:
        units = {kind: n for kind, n in page.outcome.totals.items() if kind != "characters"}
        assert sum(units.values()) == len(page.outcome.entries)
    if done.pull is not None:
        for total, parts in re.findall(r" (\d+) units: ([^\n.]*)", done.pull.body):
            assert sum(int(n) for n in re.findall(r"\d+", parts)) == int(total), parts


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
        self.world = World(folder=folder, server=self.server.__enter__())
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

    @initialize(name=Names, version=st.integers(1, len(SAID) - 1))
    def a_pull_request_is_open(self, name: str, version: int) -> None:
        self.english_changes({name, "Arvid"}, version, dispatched=True)

    # -- the English; `dispatched` says whether its push starts a run

    @rule(
        names=st.sets(Names, min_size=1, max_size=2),
        version=st.integers(0, len(SAID) - 1),
        dispatched=st.booleans(),
    )
    def english_changes(self, names: set[str], version: int, dispatched: bool) -> None:
        self.world.english.said |= dict.fromkeys(names, version)
        self._push(dispatched)

    @rule(
        names=st.sets(Names, min_size=1, max_size=2),
        at=st.integers(0, 3),
        dispatched=st.booleans(),
    )
    def english_comes_and_goes(self, names: set[str], at: int, dispatched: bool) -> None:
        for name in sorted(names):
            self.world.english.toggle(name, at)
        self._push(dispatched)

    @rule(home=st.sampled_from(sorted(HOMES)), dispatched=st.booleans())
    def english_moves(self, home: str, dispatched: bool) -> None:
        names = self.world.english.pages.get(home, [])
        names[:] = [*names[1:], *names[:1]]
        self._push(dispatched)

    @rule(home=st.sampled_from(sorted(HOMES)), dispatched=st.booleans())
    def a_page_comes_or_goes(self, home: str, dispatched: bool) -> None:
        self.world.english.toggle_page(home)
        self._push(dispatched)

    @rule(home=st.sampled_from(sorted(HOMES)), dispatched=st.booleans())
    def a_page_gets_another_name(self, home: str, dispatched: bool) -> None:
        self.world.english.rename(home)
        self._push(dispatched)

    def _push(self, dispatched: bool) -> None:
        self.world.write()
        if dispatched:
            self.world.run()

    # -- the bot

    @rule(fresh=st.booleans())
    def bot_runs(self, fresh: bool) -> None:
        self.world.run(fresh=fresh)

    @rule(at=CALLS, after=st.booleans())
    def bot_is_cut_off(self, at: int, after: bool) -> None:
        def cut() -> None:
            raise Cut

        self.world.run(meanwhile=Meanwhile(at, after, cut), fresh=False)

    @rule(at=CALLS)
    def two_runs_at_once(self, at: int) -> None:
        def other() -> None:
            self.world.run("book-tr-2")

        self.world.run(meanwhile=Meanwhile(at, False, other))

    # -- people

    @rule(what=st.sampled_from(["review", "split", "edit_main"]), name=Names)
    def people_edit(self, what: str, name: str) -> None:
        ACTS[what](self.world, name)

    @rule(what=st.sampled_from(sorted(ACTS)), name=Names)
    def people(self, what: str, name: str) -> None:
        ACTS[what](self.world, name)

    @rule(at=CALLS, what=st.sampled_from(sorted(ACTS)), name=Names)
    def people_during_a_run(self, at: int, what: str, name: str) -> None:
        self.world.run(meanwhile=Meanwhile(at, False, lambda: ACTS[what](self.world, name)))

    @rule(how=HOW, delete=st.booleans())
    def people_merge(self, how: Merge, delete: bool) -> None:
        self.world.merge(how, delete=delete)

    @rule(at=CALLS, how=HOW, delete=st.booleans())
    def people_merge_during_a_run(self, at: int, how: Merge, delete: bool) -> None:
        self.world.run(meanwhile=Meanwhile(at, False, lambda: self.world.merge(how, delete=delete)))


@pytest.fixture
def folder(make_book: MakeBook, tmp_path: Path) -> Path:
    """A synced book, its hub, a desk, two clones for the bot, and a copy of it all in `new`."""
    book = make_book(*(English().files(language) for language in (0, 1)))
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
            phases=[Phase.generate],  # to shrink one takes minutes, and a dozen steps can be read
        ),
    )
