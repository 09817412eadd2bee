"""A book in two languages on GitHub, and a model of what its people did: tests/pull_request/test_interleavings.py.

The model only knows which English each paragraph has, which words people wrote, and what they asked for. After
everything that happens, the first four promises of the design are checked against it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_bot.adapters.git import open_repository
from amts_bot.book import lock
from amts_bot.book.lock import LanguageLock
from amts_bot.book.snapshot import Order
from amts_bot.model import Comment
from amts_bot.pull_request.comment import answer
from amts_bot.pull_request.publish import publish
from amts_bot.pull_request.published import Published
from amts_bot.text.names.texts import unit_hash
from tests.conftest import CONFIG, Book, Silence, git
from tests.github_server import Merge, Server
from tests.team import Team

# Every paragraph is known by a name that English, bot and people all keep; a version is a sentence about it.
# The book starts with two pages of three paragraphs; the others come later, or never.
HOMES = {
    "lamp": ("Arvid", "Bruna", "Cemre", "Gizem"),
    "fog": ("Dagny", "Elif", "Farid", "Hakan"),
    "bell": ("Irmak", "Jale"),
}
SAID = (
    (
        "trims the wick before dusk.",
        "alacakaranlıktan önce fitili kırpar.",
        "recorta la mecha antes del anochecer.",
    ),
    (
        "carries two cans of oil up the stairs.",
        "merdivenden iki bidon yağ taşır.",
        "sube dos latas de aceite por la escalera.",
    ),
    (
        "writes the weather into a thick book.",
        "havayı kalın bir deftere yazar.",
        "anota el tiempo en un libro grueso.",
    ),
    (
        "paints the iron door white every spring.",
        "demir kapıyı her bahar beyaza boyar.",
        "pinta de blanco la puerta de hierro cada primavera.",
    ),
)
NAMES = [name for names in HOMES.values() for name in names]
ABSENT = ("Gizem", "Hakan", "Irmak", "Jale")
TITLES = {
    "lamp": ("The lamp", "Lamba", "La lámpara"),
    "fog": ("The fog", "Sis", "La niebla"),
    "bell": ("The bell", "Çan", "La campana"),
}
LANGUAGES = {"tr": 1, "es": 2}  # the place of a language in SAID and TITLES
ROOTS = {"tr": "", "es": "es/"}
BUDGET = "\n[review]\nmax-units = {}\nmax-words = 0\n"
SETTINGS = f'{CONFIG}\n[languages.es]\npages = "es/{{path}}"\n'
RECORDINGS = {
    language: "\n".join(
        json.dumps({"source": texts[0], "target": texts[at]})
        for texts in [
            *(tuple(f"{name} {text}" for text in said) for name in NAMES for said in SAID),
            *TITLES.values(),
        ]
    )
    for language, at in LANGUAGES.items()
}
FOLDERS = ("book-en", "book-tr", "book-tr-2", "hub.git", "desk")
WORKFLOW = ".github/workflows/ci.yml"
BOT = "amts-bot"

Words = tuple[str, ...]  # paragraphs that a person wrote
Versions = dict[str, int]  # which sentence of SAID the English says of each name


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
    commit: str = ""  # the newest

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
        """A page comes, or goes unless it is the last one."""
        if home not in self.pages:
            self.pages[home] = [*HOMES[home]]
        elif len(self.pages) > 1:
            del self.pages[home]

    def rename(self, home: str) -> None:
        path = self.paths[home]
        self.paths[home] = path.removeprefix("old-") if path.startswith("old-") else f"old-{path}"


@dataclass(kw_only=True)
class World:
    """One language of the book: the repositories in one folder, and what the model knows of its pull requests."""

    folder: Path
    server: Server
    english: English
    language: str
    ours: dict[str, Words] = field(default_factory=dict)  # people's words on the bot's branch
    theirs: dict[str, Words] = field(default_factory=dict)  # and on main, not yet on the branch
    written: set[str] = field(default_factory=set)  # every paragraph that people ever wrote
    kept: dict[str, str] = field(default_factory=dict)  # paragraphs that people want kept
    held: set[str] = field(default_factory=set)  # pages on hold, on the branch
    held_on_main: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)  # sentences that somebody who may approved
    tip: str = ""  # of the branch, the last time somebody looked
    merged_tip: str = ""  # of a branch that was merged: it may go
    seen: dict[str, str] | None = None  # the English that the open pull request is at
    refused: dict[str, str] | None = None  # and that of one that a person closed
    refused_tip: str = ""

    @property
    def branch(self) -> str:
        return f"amts/{self.language}"

    # -- what people do ---------------------------------------------------------------------------

    def write(self) -> None:
        """The English as it is now is committed."""
        files: dict[str, str | None] = dict(self.english.files())
        gone = {*git(self.folder / "book-en", "ls-files", "*.md").split()} - {*files}
        self.english.commit = self.clone("book-tr").book.edit({**dict.fromkeys(gone), **files})

    def change_workflow(self, name: str = "") -> None:
        """As Dependabot does."""
        commits = git(self.server.bare, "rev-list", "--count", "main").strip()
        self.clone("book-tr").edit({WORKFLOW: f"name: {commits}\n"}, "main")

    def set_budget(self, units: int) -> None:
        text = SETTINGS + (BUDGET.format(units) if units else "")
        if text != self.show("main", "amts.toml"):
            self.clone("book-tr").edit({"amts.toml": text}, "main")

    def approve(self, login: str, state: str) -> None:
        """A review; `ghost` is an account that was deleted afterwards."""
        pull = self.pull()
        if pull is None:
            return
        self.server.approve(login, state, pull["number"])
        if login == "ghost":
            self.server.reviews[pull["number"]][-1]["user"] = None
        if login == "ada" and self.there(self.branch):
            rows = self.lock(self.branch).pages.values()
            self.approved |= {name for row in rows for name in row.review.machine}

    def review(self, name: str, paragraphs: int = 1) -> None:
        if self.there(self.branch) and self.texts(self.branch, name):
            self.ours[name] = self._edit(name, self.branch, paragraphs)
            self.tip = self.there(self.branch)

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
        self.kept.pop(name, None)
        page, old = next(
            (p, old) for p in self.pages(branch) for old in self.texts(branch, name, p)
        )
        if branch == self.branch:
            self.held.discard(page)
        text = self.show(branch, page).replace(old, "\n\n".join(new))
        self.clone("book-tr").edit({page: text}, branch)
        return tuple(new)

    def merge_by_hand(self, name: str) -> None:
        """Somebody merges main into the branch, where git does it without a conflict."""
        self._push_by_hand("merge", "--quiet", "--no-edit", "origin/main")

    def rebase_by_hand(self, name: str) -> None:
        self._push_by_hand("rebase", "--quiet", "origin/main")

    def _push_by_hand(self, *how: str) -> None:
        if not self.there(self.branch):
            return
        desk = self._desk(self.branch)
        with suppress(AssertionError):
            git(desk, *how)
            git(desk, "push", "--quiet", "--force", "origin", f"HEAD:{self.branch}")
            self.tip = self.there(self.branch)

    def merge(self, how: Merge, *, delete: bool) -> None:
        """The button, where it is not grey. What main then has is what was reviewed."""
        pull = self.pull()
        if pull is None or not self.is_open() or not self.mergeable(how):
            return
        before = self.there("main")
        self.server.merge(how, pull["number"])
        self.check_reviewed(before, "main")
        for name, words in {**self.theirs, **self.ours}.items():
            assert self.stands(words, "main"), f"{name}: lost by a merge"
        self.ours.clear()
        self.kept.clear()
        self.held_on_main = {*self.held}
        self.seen = None
        self.merged_tip = pull["head"]["sha"]
        if delete:
            self.delete_branch()

    def mergeable(self, how: Merge) -> bool:
        desk = self._desk(self.branch if how == "rebase" else "main")
        other = "origin/main" if how == "rebase" else f"origin/{self.branch}"
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
        pull = self.pull()
        if pull is not None and self.is_open():
            self.server.close(pull["number"])
            self._refuse()

    def delete_branch(self, name: str = "") -> None:
        if self.there(self.branch):
            if self.is_open():
                self._refuse()
            git(self.server.bare, "update-ref", "-d", f"refs/heads/{self.branch}")
            self.ours.clear()
            self.kept.clear()
            self.held = {*self.held_on_main}
            self.tip = ""

    def _refuse(self) -> None:
        self.refused, self.refused_tip = self.seen, self.there(self.branch)

    def ask(self, body: str) -> str:
        """A command in a comment on the newest pull request; the answer."""
        pull = self.pull()
        if pull is None:
            return ""
        event = self.server.say("ada", body, pull["number"])
        comment = Comment(pull["number"], event["comment"]["id"], "ada", body)
        order = Order("", engine="recorded", recording=RECORDINGS[self.language])
        team, _ = self._clone_at_main("book-tr")
        said = answer(comment, order, open_repository(team.book.root), team.hub(), Silence())
        self.seen = None
        return said

    def ask_to_hold(self, page: str) -> None:
        if self.ask(f"/amts hold {page}").startswith(f"`{page}` is on hold"):
            self.held.add(page)
            self.kept = {n: it for n, it in self.kept.items() if self.texts(self.branch, n) == [it]}
        self.check_people(self.there("main"))

    def ask_to_keep(self, name: str) -> None:
        standing = self.texts(self.branch, name) if self.there(self.branch) else []
        said = self.ask(f"/amts keep {self._unit(name)}")
        if said.startswith("Kept as it stands") and len(standing) == 1:
            self.kept[name] = standing[0]
        self.check_people(self.there("main"))

    def ask_again(self, name: str) -> None:
        """Another translation of a unit, whoever wrote what stands."""
        said = self.ask(f"/amts retranslate {self._unit(name)}")
        if re.search(r"\b[1-9]\d* units? translated again", said):
            self.ours.pop(name, None)
        if "asked again" in said:
            self.kept.pop(name, None)
        self.check_people(self.there("main"))

    def ask_for_page(self, page: str) -> None:
        """Another translation of what the bot wrote there, or a page on hold taken up again."""
        said = self.ask(f"/amts retranslate {page}")
        if "no longer on hold" in said:
            self.held.discard(page)
        if "asked again" in said:
            self.kept.clear()
        self.check_people(self.there("main"))

    def _unit(self, name: str) -> str:
        """As the pull request names a paragraph of its English."""
        version = self.versions(self.branch if self.there(self.branch) else "main").get(name, 0)
        return unit_hash(f"{name} {SAID[version][0]}")

    # -- what the bot does ------------------------------------------------------------------------

    def run(
        self, clone: str = "book-tr", meanwhile: Meanwhile | None = None, *, fresh: bool = True
    ) -> Published | None:
        """One run, and all that must hold after it; None where it was cut off."""
        team, main = self._clone_at_main(clone, fresh=fresh)
        before = self.there(self.branch)
        repository: Any = open_repository(team.book.root)
        hub: Any = team.hub()
        if meanwhile is not None:
            repository, hub = Interrupted(repository, meanwhile), Interrupted(hub, meanwhile)
        order = Order(self.language, engine="recorded", recording=RECORDINGS[self.language])
        done = None
        with suppress(Cut):
            done = publish(order, repository, hub, Silence())
        self.check_forward()
        self.check_workflows(before)
        self.check_people(main)
        if self.there(self.branch) and self.contains(self.branch, main):
            self.check_reviewed(main, self.branch)
        if done is not None:
            check_sums(done)
        if done is not None and meanwhile is None:
            assert self.there("main") == main, "only people change the default branch"
            self.check_closed(before)
            self.check_new(done, before or main)
            self.check_budget(done, before, main)
        self.seen = self.english.files() if self.is_open() and meanwhile is None and done else None
        return done

    def _clone_at_main(self, clone: str, *, fresh: bool = True) -> tuple[Team, str]:
        """A clone as Actions has it: the default branch and the newest English checked out; that commit."""
        team = self.clone(clone)
        if fresh and self.branch in team.book.branches():  # actions/checkout leaves no local branch
            team.book.git("update-ref", "-d", f"refs/heads/{self.branch}")
        team.book.git("fetch", "--quiet", "origin", "main")
        team.book.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        team.book.checkout(self.english.commit)
        return team, team.book.rev("HEAD")

    # -- what must hold ---------------------------------------------------------------------------

    def check_reviewed(self, before: str, after: str) -> None:
        """Promise 1: text of `before` stands in `after` wherever the English is the same."""
        old, new = self.versions(before), self.versions(after)
        for name in {n for n, version in old.items() if new.get(n) == version}:
            was, now = self.texts(before, name), self.texts(after, name)
            kept = all(text in now for text in was)
            merged = self.texts("main", name) == now  # perhaps while the run was at work
            people = bool(now) and {*now} <= self.written  # perhaps of a branch deleted meanwhile
            wanted = self.kept.get(name, "") in now  # whatever the English does
            assert kept or merged or people or wanted, f"{name}: {was} {now}"

    def check_people(self, main: str) -> None:
        """Promise 3: people's words stand on the branch; only a person's on main replace them.

        And what is on main gives way to other English, as ever.
        """
        if not self.there(self.branch):
            return
        self.check_wishes(main)
        for name, words in list(self.ours.items()):
            if not self.stands(words, self.branch):
                assert name in self.theirs, f"{name}: {words} is gone"
                same = self.versions(self.branch).get(name) == self.versions(main).get(name)
                assert not same or self.stands(self.theirs[name], self.branch), f"{name}: {words}"
                del self.ours[name]
        if self.contains(self.branch, main):
            self.theirs = {
                n: words for n, words in self.theirs.items() if not self.stands(words, main)
            }

    def check_wishes(self, main: str) -> None:
        """What people want kept stands; a page on hold is as the default branch has it; so are approvals theirs."""
        versions = self.versions(self.branch)
        self.kept = {name: text for name, text in self.kept.items() if name in versions}
        for name, text in self.kept.items():
            assert name in self.theirs or text in self.texts(self.branch, name), f"{name}: not kept"
        if self.contains(self.branch, main):
            for page in self.held & {*self.pages("main")}:
                assert self.show(self.branch, page) == self.show(main, page), f"{page}: not held"
        for row in self.lock(self.branch).pages.values():
            assert row.review.approved <= self.approved, "approved by nobody"

    def check_closed(self, before: str) -> None:
        """What a person closed stays closed while no page of the English changes and nobody pushes."""
        if self.refused is None:
            return
        same = self.refused == self.english.files() and before in ("", self.refused_tip)
        assert not (same and self.is_open()), "opened again with nothing new"
        if not same:
            self.refused = None

    def check_workflows(self, before: str) -> None:
        """No push of the bot brings a workflow: a GITHUB_TOKEN may not."""
        if not self.there(self.branch):
            return
        apart = ["^main", *([f"^{before}"] if before else [])]
        log = git(self.server.bare, "log", "--format=%H %an %P", self.branch, *apart)
        for line in log.splitlines():
            commit, author, *parents = line.split()
            mine = [it for it in parents if not self.contains("main", it)] or parents[:1]
            if author == BOT:
                brought = git(
                    self.server.bare, "diff", "--name-only", mine[0], commit, "--", WORKFLOW
                )
                assert not brought, f"{commit} brings {brought}"

    def check_budget(self, done: Published, before: str, main: str) -> None:
        """A new pull request asks for no more than the team wants at once, but for one page that is larger."""
        found = re.search(r"max-units = (\d+)", self.show(main, "amts.toml"))
        if not found or before or done.operation != "created":
            return
        old = {part for page in self.english_of(main) for part in page}
        pages = [page for page in self.english_of(self.branch) if {*page} - old]
        new = sum(len({*page} - old) for page in pages)
        assert new <= int(found[1]) or len(pages) == 1, f"{new} units asked for"

    def english_of(self, revision: str) -> list[list[str]]:
        """The paragraphs of each English page that the translation was made from."""
        rows = self.lock(revision).pages.values()
        texts = (git(self.folder / "book-en", "cat-file", "blob", row.blob) for row in rows)
        return [text.strip().split("\n\n") for text in texts]

    def check_forward(self) -> None:
        tip = self.there(self.branch)
        if self.tip not in ("", self.merged_tip):
            assert tip, "the branch is gone"
            assert self.contains(self.branch, self.tip), "the branch went back"
        self.tip = tip

    def check_new(self, done: Published, start: str) -> None:
        """Promise 2: every page is at the newest English, and nothing was asked for twice."""
        before, now = self.versions(start), self.english.versions
        root, paths = ROOTS[self.language], self.english.paths
        on = {f"{root}{paths[home]}": names for home, names in self.english.pages.items()}
        for page in done.result.report.pages:
            if page.target in self.lock(self.branch if self.there(self.branch) else start).hold:
                continue
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

    def pull(self) -> dict[str, Any] | None:
        """The newest pull request of the language."""
        rows = [row for row in self.server.issues.values() if "head" in row]
        return next((r for r in reversed(rows) if r["head"]["ref"] == self.branch), None)

    def is_open(self) -> bool:
        pull = self.pull()
        return pull is not None and self.server.shown(pull)["state"] == "open"

    def contains(self, revision: str, commit: str) -> bool:
        return git(self.server.bare, "merge-base", revision, commit).strip() == commit

    def pages(self, revision: str) -> list[str]:
        root = ROOTS[self.language]
        paths = git(self.server.bare, "ls-tree", "-r", "--name-only", revision).split()
        names = {path: path.removeprefix(root) for path in paths if path.startswith(root)}
        return [path for path, name in names.items() if "/" not in name and name.endswith(".md")]

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

    def lock(self, revision: str) -> LanguageLock:
        file = lock.file_of(self.language)
        return lock.parse(self.show(revision, file), file)

    def versions(self, revision: str) -> Versions:
        """What the English said of each name when the pages were translated."""
        english = "\n".join(part for page in self.english_of(revision) for part in page)
        return {
            n: v for n in NAMES for v, (said, *_) in enumerate(SAID) if f"{n} {said}" in english
        }


def check_sums(done: Published) -> None:
    """Promise 2: the figures of every page add up."""
    for page in done.result.report.pages:
        units = {kind: n for kind, n in page.outcome.totals.items() if kind != "characters"}
        assert sum(units.values()) == len(page.outcome.entries)
    if done.pull is not None:
        for total, parts in re.findall(r" (\d+) units: ([^\n.]*)", done.pull.body):
            assert sum(int(n) for n in re.findall(r"\d+", parts)) == int(total), parts
