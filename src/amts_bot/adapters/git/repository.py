"""Git, by way of GitPython's `Repo`: the translation repository and the English submodule.

Nothing here needs a work tree. Pages are read from the object database and commits are built in a
temporary index, so that a half-written file is never read, a dirty work tree does no harm, and a
symbolic link or `..` in a foreign tree can't make us write elsewhere. A branch moves by
compare-and-swap. Paths are `str`; bytes that are not UTF-8 travel as surrogate escapes.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

import git

from amts_bot.adapters.git.objects import Objects
from amts_bot.adapters.git.paths import (
    FILE,
    GITLINK,
    OBJECT_ID,
    check_path,
    check_request,
    check_submodule,
    has_control_character,
    object_id,
)
from amts_bot.adapters.git.process import (
    LOOK_AT_REPOSITORY,
    GitProcess,
    Output,
    nul_fields,
    to_bytes,
    to_text,
)
from amts_bot.errors import WORKFLOWS, AmtsError, BranchMoved, lacks
from amts_bot.model import CommitChange, CommitRequest, LogEntry, TreeEntry
from amts_bot.ports import BlobReader

ORIGIN = "origin"

# Why a branch moved, in git's log of where it stood.
_MADE = "amts-bot: commit"
_FOLLOWED = f"amts-bot: follow {ORIGIN}"

# The bot's own branches: git need not be asked whether such a name is one.
_PLAIN_BRANCH = re.compile(r"amts/[A-Za-z]+(?:-[A-Za-z]+)*")

_COMMIT_DATE = re.compile(r"[0-9a-f]{40,64} ([0-9]+)")

LOOK_AT_REMOTE = f"check `git remote get-url {ORIGIN}`, the network, and the token's rights"

# What the upstream of a fork has, out of the way of the fork's own branches and tags.
_UPSTREAM = "refs/amts/upstream"

# `changes` reads history in portions: mostly the first commits answer the question.
_PORTION = 200
_TREES_AT_HAND = 8

_REMOTE = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://git@|git@)(?P<host>[\w.-]+)[:/](?P<path>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
)

# What GitHub says when it refuses a push, and what helps.
_PUSH_REMEDIES = (
    (
        r"without `?workflows?`? permission",
        f"the push holds workflow files: {lacks(WORKFLOWS)}; with any token, a person can update the branch with "
        'GitHub\'s own button, "Update branch", and run again',
    ),
    (
        r"GH006|GH013|protected branch|rule violations|hook declined",
        "let the bot push to `amts/*`: Settings, Rules and Branches of the repository",
    ),
    (
        r"archived",
        "the repository is archived and takes no changes; unarchive it in its settings",
    ),
    (
        r"\b403\b|Permission to .* denied|Write access .* not granted",
        lacks("contents: write"),
    ),
    (
        r"Authentication failed|could not read Username|\b401\b",
        "the token is missing or out of date; hand a valid one to the action's input `token`",
    ),
)


class UnknownRevision(AmtsError):
    """The repository has no such commit, or not yet: a shallow clone lacks the old ones."""


def open_repository(
    path: Path, environment: Mapping[str, str] | None = None, token: str = ""
) -> GitRepository:
    """The repository whose work tree `path` is or lies in, or the bare repository `path`.

    `token` is what `fetch` and `push` log in with, where the remote is an http one.

    Raises:
        AmtsError: there is none.
    """
    try:
        # Variables in a path stay text: expanding them is GitPython's deprecated default.
        repo = git.Repo(path.absolute(), search_parent_directories=True, expand_vars=False)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise AmtsError(
            f"{path} is not a git repository\nrun amts-bot in a clone of the translation repository"
        ) from error
    return GitRepository(repo, environment, token)


class GitRepository(GitProcess):
    """Questions to one repository, one way to change it, `commit`, and one remote: `fetch`, `push`.

    A revision or commit that an argument names may be anything `resolve` takes. Every method
    raises AmtsError, with git's own words and what to do next, when git fails.
    """

    def __init__(
        self, repo: git.Repo, environment: Mapping[str, str] | None = None, token: str = ""
    ) -> None:
        """`environment` may hold GIT_AUTHOR_NAME, GIT_COMMITTER_EMAIL, … to sign commits with."""
        super().__init__(repo, environment or {})
        self._token = token
        self._upstreams: dict[tuple[str, str], GitRepository] = {}
        self._submodules: dict[tuple[str, TreeEntry | None], GitRepository] = {}
        self._objects = Objects(
            self.root,
            names=self._dialogue("cat-file", "--batch-check"),
            contents=self._dialogue("cat-file", "--batch"),
        )
        # What an id names never changes, so git is asked once: the commits that are known to be there, which of two
        # contains the other, and the files of the trees that were asked for last.
        self._commits: set[str] = set()
        self._ancestors: dict[tuple[str, str], bool] = {}
        self._tree_of = lru_cache(maxsize=_TREES_AT_HAND)(self._objects.files)
        self._branch_names: set[str] = set()

    @property
    def private_folder(self) -> Path:
        """Where git keeps its own files: what is put there is in no commit."""
        return Path(self._repo.git_dir)

    def tags(self) -> list[str]:
        """The names of all tags, those of the newest commits first; of an upstream those that were fetched."""
        places = ("refs/tags/", f"{_UPSTREAM}/tags/")
        look = ("for-each-ref", "--sort=-creatordate", "--format=%(refname)", *places)
        names = to_text(self._git(*look)).split()
        short = (name.removeprefix(places[0]).removeprefix(places[1]) for name in names)
        return [*dict.fromkeys(short)]

    # -- commits ----------------------------------------------------------------------------------

    def resolve(self, revision: str) -> str:
        """The commit id that a branch, a tag, `HEAD~1` or an abbreviated id stands for.

        Raises:
            UnknownRevision: there is no such commit here, or `revision` is not one.
        """
        if revision.startswith("-") or has_control_character(revision):
            raise UnknownRevision(
                f"{revision!r} is not a revision: give a branch, a tag or a commit"
            )
        if revision in self._commits:
            return revision
        if found := self._commit(revision):
            return found
        raise UnknownRevision(self._unknown(revision))

    def head(self) -> str:
        """The commit that is checked out.

        Raises:
            AmtsError: the branch has no commit yet.
        """
        if found := self._commit("HEAD"):
            return found
        raise AmtsError(f"{self.root} has no commit yet\nmake a first commit, then run again")

    def _commit(self, name: str) -> str | None:
        """The commit that a name stands for now, None where there is none."""
        (found,) = self._objects.named([f"{name}^{{commit}}"])
        if found.id:
            self._commits.add(found.id)
        return found.id or None

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Whether `of` contains `commit`. In a shallow clone False may mean: history is cut off."""
        ids = self.resolve(commit), self.resolve(of)
        if ids[0] == ids[1]:
            return True
        if ids not in self._ancestors:
            answer = self._run("merge-base", "--is-ancestor", *ids)
            if answer.status > 1:
                raise self._failed("merge-base", answer)
            self._ancestors[ids] = answer.status == 0
        return self._ancestors[ids]

    def was_taken_in(self, tip: str, into: str, apart: Iterable[str] = ()) -> bool:
        """Whether a commit of `into` had every file that `tip` changed since the two parted.

        Git does not know that a squashed or rebased branch is merged; its files show it. Paths in
        `apart` and submodules do not count: other branches write them too.
        """
        base = self._run("merge-base", self.resolve(tip), self.resolve(into)).line
        if not base:
            return False
        before, now = self.tree(base), self.tree(tip)
        changed = {
            path: now.get(path)
            for path in {*before, *now}.difference(apart)
            if before.get(path) != now.get(path) and (now.get(path) or before[path]).mode != GITLINK
        }
        paths = "".join(f"{path}\n" for path in changed)
        touching = self._git(
            "rev-list",
            "--first-parent",
            "--stdin",
            stdin=to_bytes(f"{self._range(base, into)}\n--\n{paths}"),
            variables={"GIT_LITERAL_PATHSPECS": "1"},
        )
        return any(
            all(tree.get(path) == entry for path, entry in changed.items())
            for tree in map(self.tree, to_text(touching).split())
        )

    def refusal(self, path: str) -> str:
        """Why nothing may be written to a path, or ""."""
        try:
            check_path(path)
        except AmtsError as error:
            return str(error)
        return ""

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both contain; None when their histories have nothing in common."""
        answer = self._run("merge-base", self.resolve(one), self.resolve(other))
        if answer.status > 1:
            raise self._failed("merge-base", answer)
        return answer.line or None

    def commits(self, base: str, tip: str) -> tuple[str, ...]:
        """The commits that `tip` has and `base` lacks, newest first."""
        ids = self.resolve(base), self.resolve(tip)
        if ids[0] == ids[1]:
            return ()
        return tuple(to_text(self._git("rev-list", "--topo-order", "..".join(ids))).split())

    def log(
        self,
        paths: tuple[str, ...],
        revision: str = "",
        *,
        beyond: str = "",
        first_parent: bool = False,
    ) -> list[LogEntry]:
        """The commits that changed one of `paths`, newest first: of `revision`, or of all references.

        `beyond` leaves out what that revision has; `first_parent` follows merges by their first parent.
        """
        start = self._range(beyond, revision) if beyond else revision and self.resolve(revision)
        log = self._git(
            "log",
            "-z",
            "--format=%H%n%P%n%cI",
            "--first-parent" if first_parent else "--full-history",
            start or "--all",
            "--",
            *paths,
            variables={"GIT_LITERAL_PATHSPECS": "1"},
        )
        return [_log_entry(record) for record in nul_fields(log)]

    def changes(self, tip: str, base: str = "", under: str = "") -> Iterator[CommitChange]:
        """What `tip` has and `base` lacks, newest first, along first parents: a merge is one change.

        `under` leaves only what changed below a folder.
        """
        span = self._range(base, tip) if base else self.resolve(tip)
        look = ("log", "-z", "--raw", "--no-abbrev", "--format=%H %ct", "--first-parent", "-m")
        skipped, size = 0, _PORTION
        while True:
            portion = (f"--max-count={size}", f"--skip={skipped}", "--no-renames", span)
            log = self._git(
                *look,
                *portion,
                "--",
                *filter(None, [under]),
                variables={"GIT_LITERAL_PATHSPECS": "1"},
            )
            found = list(_changes(nul_fields(log)))
            yield from found
            if len(found) < size:
                return
            skipped += size
            size *= 2  # who reads on reads all of it

    # -- branches and the work tree ---------------------------------------------------------------

    def current_branch(self) -> str | None:
        """The branch that is checked out, be it unborn; None when HEAD is detached."""
        answer = self._run("symbolic-ref", "--quiet", "HEAD")
        return None if answer.status else answer.line.removeprefix("refs/heads/")

    def default_branch(self) -> str:
        """The branch that the remote called its default one when it was cloned; "" where nobody told."""
        answer = self._run("symbolic-ref", "--quiet", f"refs/remotes/{ORIGIN}/HEAD")
        return answer.line.removeprefix(f"refs/remotes/{ORIGIN}/")

    def branch_tip(self, branch: str) -> str | None:
        """The commit that the local `branch` stands at; None when there is no such branch."""
        return self._commit(f"refs/heads/{self._checked_branch(branch)}")

    def dirty(self) -> tuple[str, ...]:
        """The tracked paths with uncommitted changes, staged or not.

        A submodule counts only if its new commit is staged. One whose HEAD differs from the
        recorded commit doesn't: that is how the new English is handed in.
        """
        look = ("status", "--porcelain=v2", "-z", "--no-show-stash", "--untracked-files=no")
        status = nul_fields(self._git(*look, "--no-renames", "--ignore-submodules=dirty"))
        return tuple(sorted(path for entry in status for path in _uncommitted(entry)))

    def uncommitted(self, paths: Iterable[str]) -> list[str]:
        """Those of some files of the work tree that no commit has as they are."""
        committed = self.tree(self.head()).keys() - {*self.dirty()}
        return [path for path in paths if (self.root / path).exists() and path not in committed]

    # -- contents ---------------------------------------------------------------------------------

    def tree(self, commit: str) -> Mapping[str, TreeEntry]:
        """Every path of `commit`, symbolic links (120000) and submodules (160000) included."""
        return self._tree_of(self._tree_id(self.resolve(commit)))

    def read(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The contents of `blobs` by id.

        Raises:
            AmtsError: one of them is missing or not a blob.
        """
        wanted = [object_id(blob) for blob in dict.fromkeys(blobs)]
        return dict(zip(wanted, self._objects.read(wanted), strict=True))

    def missing(self, objects: Iterable[str]) -> frozenset[str]:
        """Those of some commits and files, by their ids, that the repository does not have."""
        wanted = [object_id(name) for name in dict.fromkeys(objects)]
        found = zip(wanted, self._objects.named(wanted), strict=True)
        return frozenset(name for name, it in found if not it.id)

    def is_shallow(self) -> bool:
        """Whether old history was not fetched."""
        return to_text(self._git("rev-parse", "--is-shallow-repository")).strip() == "true"

    def last_changes(self, commit: str) -> dict[str, int]:
        """When each path was last changed in the history of `commit`, in seconds since 1970.

        A shallow clone knows no more than its oldest commit.
        """
        look = ("log", "-z", "-m", "--first-parent", "--no-renames", "--name-only")
        changes: dict[str, int] = {}
        seconds = 0
        for field in nul_fields(self._git(*look, "--format=%H %ct", self.resolve(commit))):
            # "<commit> <seconds>", then its paths, the first behind a line end; newest commit first.
            if date := _COMMIT_DATE.fullmatch(field):
                seconds = int(date[1])
            else:
                changes.setdefault(field.removeprefix("\n"), seconds)
        return changes

    def renames(self, old: str, new: str) -> dict[str, str]:
        """Old path -> new path, for files that git finds at least half alike."""
        look = ("diff-tree", "-r", "-z", "--name-status", "--find-renames", "--diff-filter=R")
        fields = iter(nul_fields(self._git(*look, self.resolve(old), self.resolve(new))))
        # Each rename is three fields: "R087", the old path, the new path.
        return {before: after for _, before, after in zip(fields, fields, fields, strict=True)}

    def merge_file(self, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
        """Three-way line merge: the merged text, and whether it holds conflict markers."""
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        with tempfile.TemporaryDirectory(prefix="amts-") as folder:
            files = _write_files(Path(folder), (ours, base, theirs))
            answer = self._run("merge-file", "-p", *labels, *files)
        # The status is the number of conflicts, at most 127; errors are negative.
        if answer.status > 127:
            raise self._failed("merge-file", answer, "merge text files only")
        return answer.stdout, answer.status > 0

    # -- the English submodule --------------------------------------------------------------------

    def submodule(self, path: str, commit: str) -> GitRepository:
        """The repository of the submodule that `commit` has at `path`.

        Raises:
            AmtsError: there is none, it is not checked out, or `.gitmodules` looks like an attack.
        """
        tree = self.tree(commit)
        if path not in tree or tree[path].mode != GITLINK:
            raise AmtsError(
                f"{path!r} is not a submodule in {commit[:10]}\n"
                "add the English book with `git submodule add` and commit it, or correct its path in amts.toml"
            )
        check_path(path)
        modules = tree.get(".gitmodules")
        if (path, modules) in self._submodules:
            return self._submodules[path, modules]
        if path not in self._submodule_paths(modules):
            raise AmtsError(
                f".gitmodules does not name the submodule {path!r}\n"
                "add it with `git submodule add` and commit .gitmodules"
            )
        return self._submodules.setdefault((path, modules), self._open_submodule(path))

    def _open_submodule(self, path: str) -> GitRepository:
        if self._repo.bare:
            raise AmtsError(f"{self.root} is bare: a clone with a work tree is needed for {path!r}")
        try:
            # GitPython's own submodule support is left alone: CVE-2026-69097 and -100689 were in
            # it. No search in parents: from an empty folder it would find the translation.
            return GitRepository(git.Repo(self.root / path, expand_vars=False), self._environment)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise AmtsError(
                f"the submodule {path!r} is not checked out\n"
                f"run `git submodule update --init {path}`, or set `submodules: true` on "
                "actions/checkout"
            ) from error

    def _submodule_paths(self, modules: TreeEntry | None) -> set[str]:
        """The paths that `.gitmodules` names, once each of its entries has been checked."""
        if modules is None:
            return set()
        # --no-includes: by default git would follow an `include.path` even from a blob.
        look = ("config", "--no-includes", "--blob", object_id(modules.blob), "--list", "-z")
        paths = set()
        for entry in nul_fields(self._git(*look, remedy="correct .gitmodules and commit it")):
            key, _, value = entry.partition("\n")
            name, _, variable = key.removeprefix("submodule.").rpartition(".")
            check_submodule(name, variable, value)
            if variable == "path":
                paths.add(value)
        return paths

    # -- the upstream of a fork -------------------------------------------------------------------

    def upstream(self, url: str, branch: str) -> GitRepository:
        """What the repository at `url` has now, beside our own history; "" is its default branch.

        It is fetched once: the English must not move while it is being translated. The token logs in where the
        upstream is on the same host as origin.

        Raises:
            AmtsError: it cannot be fetched, or has no such branch.
        """
        if (url, branch) in self._upstreams:
            return self._upstreams[url, branch]
        tip = f"{_UPSTREAM}/{f'heads/{branch}' if branch else 'HEAD'}"
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        refs = (f"+{wanted}:{tip}", f"+refs/tags/*:{_UPSTREAM}/tags/*")
        # git takes nothing from a shallow clone, says nothing, and answers 0: so nothing old may stand there.
        self._git("update-ref", "-d", tip)
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        answer = self._run("fetch", *options, "--", url, *refs, variables=self._login())
        if answer.status:
            remedy = _upstream_remedy(answer.stderr)
            raise AmtsError(f"upstream {url}: {answer.complaint}\n{remedy}")
        if not self._commit(tip):
            remedy = "name the whole repository in [source] upstream"
            raise AmtsError(f"upstream {url} is a shallow clone itself\n{remedy}")
        found = _Upstream(self._repo, self._environment, tip=tip, url=url)
        return self._upstreams.setdefault((url, branch), found)

    # -- writing ----------------------------------------------------------------------------------

    def import_blobs(self, source: BlobReader, blobs: Iterable[str]) -> None:
        """Write blobs of another repository into this one, for `CommitRequest.copies`.

        Raises:
            AmtsError: a blob is missing there, or the two repositories name objects differently.
        """
        contents = source.read(blobs)
        if self._write_blobs(list(contents.values())) != list(contents):
            raise AmtsError(
                f"{self.root} and the repository to copy from use different object formats: "
                "convert one of them, SHA-1 and SHA-256 don't mix"
            )

    def commit(self, request: CommitRequest) -> str:
        """Make one commit, move the branch to it, and return its id.

        When the only parent has this very tree, nothing is made or moved and that parent returned.
        The work tree stays as it is, unless the branch is the one checked out: then index and work
        tree follow.

        Raises:
            BranchMoved: the branch doesn't stand at `request.expected`.
            AmtsError: a path or a branch name is refused, commits would be dropped from the
                branch, or uncommitted changes stand in the way. Nothing has moved then.
        """
        self._check_expected(request.branch, request.expected)
        parents = tuple(map(self.resolve, request.parents))
        self._check_descent(request, parents)
        base = self.tree(parents[0]) if parents else {}
        check_request(request, base)
        tree = self._write_tree(self._entries(request, base))
        if len(parents) == 1 and tree == self._tree_id(parents[0]):
            return parents[0]
        new = self._write_commit(tree, parents, request.message)
        self._move(request.branch, request.expected, new, _MADE)
        return new

    def _entries(
        self, request: CommitRequest, base: Mapping[str, TreeEntry]
    ) -> dict[str, TreeEntry]:
        """What is in the commit. A file keeps its executable bit."""
        self._check_imported(request.copies)
        contents = {path: text for path, text in request.files.items() if text is not None}
        blobs = self._write_blobs(list(contents.values()))
        gone = request.files.keys() - contents.keys()
        return {
            **{path: entry for path, entry in base.items() if path not in gone},
            **{
                path: TreeEntry(base[path].mode if path in base else FILE, blob)
                for path, blob in zip(contents, blobs, strict=True)
            },
            **{path: TreeEntry(GITLINK, commit) for path, commit in request.submodules.items()},
            **request.copies,
        }

    def _write_blobs(self, contents: Sequence[bytes]) -> list[str]:
        """Writes blobs and returns their ids, in order."""
        if not contents:
            return []
        with tempfile.TemporaryDirectory(prefix="amts-") as folder:
            files = "".join(f"{file}\n" for file in _write_files(Path(folder), contents))
            write = ("hash-object", "-w", "--no-filters", "--stdin-paths")
            return to_text(self._git(*write, stdin=to_bytes(files))).split()

    def _write_tree(self, entries: Mapping[str, TreeEntry]) -> str:
        """A tree of these files, built in an index of its own."""
        with tempfile.TemporaryDirectory(prefix="amts-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self._git("update-index", "-z", "--index-info", stdin=_index(entries), variables=index)
            return to_text(self._git("write-tree", variables=index)).strip()

    def _write_commit(self, tree: str, parents: Sequence[str], message: str) -> str:
        arguments = [part for parent in parents for part in ("-p", parent)]
        write = ("commit-tree", "--no-gpg-sign", *arguments, "-F", "-", tree)
        return to_text(self._git(*write, stdin=to_bytes(message))).strip()

    def _move(self, branch: str, expected: str | None, new: str, why: str) -> None:
        if self.current_branch() == branch and not self._repo.bare:
            self._fast_forward(branch, expected, new)
        else:
            self._update_reference(branch, expected, new, why)

    def _update_reference(self, branch: str, expected: str | None, new: str, why: str) -> None:
        """`new` of zeros deletes the branch. `why` is for git's log of where the branch stood."""
        reference = f"refs/heads/{branch}"
        if elsewhere := self._checked_out_elsewhere(reference):
            raise AmtsError(
                f"the branch {branch} is checked out in {elsewhere}: "
                "check out another branch there, then run again"
            )
        stands = expected or "0" * len(new)  # zeros: it must not exist
        answer = self._run("update-ref", "--create-reflog", "-m", why, reference, new, stands)
        if answer.status:
            self._check_expected(branch, expected)
            raise self._failed("update-ref", answer, "rename or delete what is in the way")

    def _checked_out_elsewhere(self, reference: str) -> str:
        """The folder of another work tree that has a branch checked out, ""."""
        if self._repo.bare or not Path(self._repo.common_dir, "worktrees").exists():
            return ""  # git keeps there what it knows of each
        look = ("for-each-ref", "--format=%(worktreepath)", reference)
        return to_text(self._git(*look).strip())

    def _fast_forward(self, branch: str, expected: str | None, new: str) -> None:
        self._check_expected(branch, expected)
        answer = self._run("merge", "--ff-only", "--no-autostash", "--no-stat", "--quiet", new)
        if answer.status:
            self._check_expected(branch, expected)
            paths = [line.strip() for line in answer.stderr.splitlines() if line.startswith("\t")]
            raise AmtsError(
                f"the branch {branch} is checked out and can't follow the new commit: "
                f"{', '.join(paths) or answer.complaint}: commit, stash or remove what stands in "
                "the way, or check out another branch, then run again"
            )

    # -- the remote -------------------------------------------------------------------------------

    def fetch(self, branch: str) -> str | None:
        """Brings the local `branch` to where origin has it; origin's tip, None when there is none.

        A local branch without commits of its own follows origin wherever it went: forward, rewritten
        by a person, or deleted. Local commits that origin lacks stay, to be pushed, where they are all that
        is new. Where origin has news too, those of a run that was interrupted before its push are dropped:
        the next run does that work again.

        Raises:
            AmtsError: origin can't be read, or has news while a person made commits here.
        """
        tracking = f"refs/remotes/{ORIGIN}/{self._checked_branch(branch)}"
        known = self._commit(tracking)
        remote, local = self._remote_tip(branch), self.branch_tip(branch)
        if remote:
            refspec = f"+refs/heads/{branch}:{tracking}"
            self._remote(
                "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", ORIGIN, refspec
            )
        elif known:
            self._git("update-ref", "-d", tracking)
        if local in (None, known) or (remote and local and self.is_ancestor(local, remote)):
            return self._follow(branch, local, remote)
        has_news = not self.is_ancestor(remote, local) if remote else bool(known)
        if has_news and self._own(local, remote, known) <= self._made(branch):
            return self._follow(branch, local, remote)
        if not (has_news and remote):
            return remote
        raise AmtsError(
            f"{branch} has commits here that {ORIGIN} lacks, and {ORIGIN} has others: "
            f"`git branch -m {branch} {branch}-mine` sets yours aside; then run again"
        )

    def bring(self, commit: str) -> bool:
        """Whether `commit` is here, or could be fetched from origin by its id.

        GitHub keeps the last commit of a pull request, and gives it, after its branch was deleted.
        """
        if self.missing([commit]):
            order = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", ORIGIN)
            self._run(*order, object_id(commit), variables=self._login())
        return not self.missing([commit])

    def push(self, branch: str, commit: str) -> None:
        """Gives `commit` to origin's `branch`. Never by force.

        Raises:
            BranchMoved: somebody pushed in the meantime: fetch, and start from there.
            AmtsError: origin refuses.
        """
        reference = f"refs/heads/{self._checked_branch(branch)}"
        refspec = f"{self.resolve(commit)}:{reference}"
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        answer = self._run("push", *options, ORIGIN, refspec, variables=self._login())
        if answer.status:
            raise self._not_pushed(branch, answer)
        self._git("update-ref", f"refs/remotes/{ORIGIN}/{branch}", commit)

    def retire(self, branch: str, commit: str) -> None:
        """Deletes `branch` at origin, and here, if it still is at `commit`. Raises as `push` does."""
        reference = f"refs/heads/{self._checked_branch(branch)}"
        order = ("push", "--porcelain", "--no-verify", f"--force-with-lease={reference}:{commit}")
        answer = self._run(*order, ORIGIN, f":{reference}", variables=self._login())
        if answer.status:
            raise self._not_pushed(branch, answer)
        if self.branch_tip(branch) == commit:
            self._update_reference(branch, commit, "0" * len(commit), "amts-bot: retire")

    def withdraw(self, branch: str, commit: str, to: str | None) -> None:
        """Takes the local `branch` back from a `commit` that origin did not take."""
        self._update_reference(branch, commit, to or "0" * len(commit), "amts-bot: withdraw")

    def web_address(self) -> str:
        """Where people look at origin: "https://github.com/owner/book"; "" where that can't be told."""
        return _web_address(self._origin)

    @cached_property
    def _origin(self) -> str:
        """The address of origin; "" where there is none."""
        return self.remote_address(ORIGIN)

    def remote_address(self, name: str) -> str:
        """The address of the remote of that name; "" where there is none."""
        answer = self._run("remote", "get-url", "--", name)
        return "" if answer.status else answer.line

    def _follow(self, branch: str, local: str | None, remote: str | None) -> str | None:
        if local != remote:
            forward = local is None or (remote is not None and self.is_ancestor(local, remote))
            if forward and remote:
                self._move(branch, local, remote, _FOLLOWED)
            elif self.current_branch() == branch and not self._repo.bare:
                raise AmtsError(
                    f"{branch} is checked out, and {ORIGIN} has "
                    f"{'rewritten' if remote else 'deleted'} it: check out another branch, then run again"
                )
            else:
                gone = "0" * len(local or "")
                self._update_reference(branch, local, remote or gone, _FOLLOWED)
        return remote

    def _own(self, local: str, *others: str | None) -> set[str]:
        """The commits of a tip that neither others nor the checked-out commit have."""
        apart = [f"^{commit}" for commit in (*others, self.head()) if commit]
        return set(to_text(self._git("rev-list", local, *apart)).split())

    def _made(self, branch: str) -> set[str]:
        """The commits that `commit` put on the branch, by git's own log of where the branch stood.

        Not by their author: a person who runs the bot at a desk may sign its commits.
        """
        log = self._git("reflog", "show", "-z", "--format=%H %gs", f"refs/heads/{branch}", "--")
        entries = (entry.partition(" ") for entry in nul_fields(log))
        return {commit for commit, _, why in entries if why == _MADE}

    def _remote_tip(self, branch: str) -> str | None:
        listing = self._remote("ls-remote", "--heads", ORIGIN, f"refs/heads/{branch}")
        for line in to_text(listing).splitlines():
            commit, _, reference = line.partition("\t")
            if reference == f"refs/heads/{branch}":
                return commit
        return None

    def _remote(self, *arguments: str) -> bytes:
        return self._git(*arguments, variables=self._login(), remedy=LOOK_AT_REMOTE)

    def _login(self) -> dict[str, str]:
        """The token as a header: not in the URL and not in the arguments, where others could read it.

        The empty value first drops a header that actions/checkout has left in `.git/config`, since
        GitHub refuses a request with two of them.
        """
        url = self._origin
        scheme, _, rest = url.partition("://")
        if not self._token or scheme not in ("https", "http"):
            return {}
        host = rest.partition("/")[0].rpartition("@")[2]
        secret = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
        key = f"http.{scheme}://{host}/.extraHeader"
        first = int(self._variables["GIT_CONFIG_COUNT"])
        variables = {"GIT_CONFIG_COUNT": str(first + 2)}
        for number, value in enumerate(("", f"Authorization: basic {secret}"), start=first):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return variables

    def _not_pushed(self, branch: str, answer: Output) -> AmtsError:
        said = to_text(answer.stdout) + answer.stderr
        if re.search(r"\((fetch first|non-fast-forward|cannot lock ref.*|stale info)\)", said):
            return BranchMoved(f"{ORIGIN} has news on {branch}: fetch it, then run again")
        for sign, remedy in _PUSH_REMEDIES:
            if re.search(sign, said, re.I):
                return AmtsError(f"{ORIGIN} refuses {branch}: {answer.complaint}: {remedy}")
        return self._failed("push", answer, LOOK_AT_REMOTE)

    # -- checks -----------------------------------------------------------------------------------

    def _check_expected(self, branch: str, expected: str | None) -> None:
        tip = self.branch_tip(branch)
        if tip != expected:
            raise BranchMoved(
                f"the branch {branch} moved while amts-bot was working: it "
                f"{f'stands at {tip}' if tip else 'is gone'}, expected was "
                f"{expected or 'no such branch'}; nothing was changed, run again"
            )

    def _check_descent(self, request: CommitRequest, parents: Sequence[str]) -> None:
        """The bot only adds commits: what the branch has must stay in it."""
        if request.expected is None or request.expected in parents:
            return
        if not any(self.is_ancestor(request.expected, parent) for parent in parents):
            raise AmtsError(
                f"the new commit would drop {request.expected} from {request.branch}: "
                "make it a parent"
            )

    def _check_imported(self, copies: Mapping[str, TreeEntry]) -> None:
        found = self._objects.named([entry.blob for entry in copies.values()])
        for path, it in zip(copies, found, strict=True):
            if it.kind != "blob":
                raise AmtsError(
                    f"refused to write {path!r}: {self.root} has no blob {copies[path].blob}: "
                    "import it first"
                )

    def _checked_branch(self, branch: str) -> str:
        if _PLAIN_BRANCH.fullmatch(branch) or branch in self._branch_names:
            return branch
        if not has_control_character(branch):
            answer = self._run("check-ref-format", "--branch", branch)
            # "@{-1}" is accepted and answers with the branch checked out before.
            if answer.status == 0 and answer.line == branch:
                self._branch_names.add(branch)
                return branch
        raise AmtsError(f"{branch!r} is not a branch name: see `git help check-ref-format`")

    def _unknown(self, revision: str) -> str:
        if self.is_shallow():
            return (
                f"{revision} is unknown in {self.root}, which is a shallow clone\n"
                "run `git fetch --unshallow`, or set `fetch-depth: 0` on actions/checkout"
            )
        near = get_close_matches(revision, self.tags(), n=3, cutoff=0.4) or self.tags()[:3]
        tags = f": tags that there are: {', '.join(near)}" if near else ""
        return (
            f"{revision} is unknown in {self.root}\nrun `git fetch`, or correct the revision{tags}"
        )

    # -- running git ------------------------------------------------------------------------------

    def _range(self, old: str, new: str) -> str:
        return f"{self.resolve(old)}..{self.resolve(new)}"

    def _tree_id(self, commit: str) -> str:
        (found,) = self._objects.named([f"{commit}^{{tree}}"])
        if not found.id:
            raise AmtsError(f"{self.root} has no tree of {commit}: {LOOK_AT_REPOSITORY}")
        return found.id


class _Upstream(GitRepository):
    """The repository seen from the upstream of a fork: its head and its tags are those there."""

    def __init__(
        self, repo: git.Repo, environment: Mapping[str, str], *, tip: str, url: str
    ) -> None:
        super().__init__(repo, environment)
        self._tip = tip
        self._url = url

    def head(self) -> str:
        return super().resolve(self._tip)

    def resolve(self, revision: str) -> str:
        """A tag or the branch of the upstream, or any commit that was fetched."""
        kinds = () if OBJECT_ID.fullmatch(revision) else ("tags", "heads")
        for kind in kinds:
            with suppress(UnknownRevision):
                return super().resolve(f"{_UPSTREAM}/{kind}/{revision}")
        return super().resolve(revision)

    def web_address(self) -> str:
        return _web_address(self._url)


def _upstream_remedy(said: str) -> str:
    if "find remote ref" in said:
        return "correct [source] branch; without it, the default branch there is taken"
    return "correct [source] upstream in amts.toml, or check the network and whether it is private"


def _web_address(url: str) -> str:
    found = _REMOTE.fullmatch(url)
    return f"https://{found['host']}/{found['path']}" if found else ""


def _changes(fields: Sequence[str]) -> Iterator[CommitChange]:
    """What `log --raw -z` wrote: "<commit> <seconds>", and for each file ":<mode> <mode> <blob> <blob> M", "<path>"."""
    commit, seconds = "", 0
    files: dict[str, tuple[str, str]] = {}
    rest = iter(fields)
    for entry in rest:
        if date := _COMMIT_DATE.fullmatch(entry):
            if commit:
                yield CommitChange(commit, files, seconds)
            commit, seconds, files = entry.partition(" ")[0], int(date[1]), {}
        else:
            before, after = (_blob_or_none(it) for it in entry.split(" ")[2:4])
            files[next(rest)] = before, after
    if commit:
        yield CommitChange(commit, files, seconds)


def _uncommitted(entry: str) -> Iterator[str]:
    """The path of an entry of `status --porcelain=v2`, if it counts: "1 <staged, unstaged> <submodule> … <path>".

    An entry of a conflict, "u", has two fields more.
    """
    kind, changes, submodule, _ = entry.split(" ", 3)
    if submodule.startswith("N") or not changes.startswith("."):
        yield entry.split(" ", 10 if kind == "u" else 8)[-1]


def _blob_or_none(blob: str) -> str:
    return blob if blob.strip("0") else ""


def _log_entry(record: str) -> LogEntry:
    commit, parents, date = record.split("\n")
    return LogEntry(commit, tuple(parents.split()), date)


def _index(entries: Mapping[str, TreeEntry]) -> bytes:
    """Input for `update-index -z --index-info`."""
    return to_bytes("".join(f"{it.mode} {it.blob}\t{path}\0" for path, it in entries.items()))


def _write_files(folder: Path, contents: Sequence[bytes]) -> list[str]:
    files = [folder / str(number) for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    return list(map(str, files))
