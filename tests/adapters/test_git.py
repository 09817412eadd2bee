"""The git adapter, on real repositories."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from amts_bot.adapters.git import GitRepository, UnknownRevision, open_repository
from amts_bot.errors import AmtsError, BranchMoved
from amts_bot.model import CommitChange, CommitRequest, TreeEntry

ABSENT = "1" * 40
ANN = {"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org"}
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Tester",
    "GIT_AUTHOR_EMAIL": "tester@example.org",
    "GIT_COMMITTER_NAME": "Tester",
    "GIT_COMMITTER_EMAIL": "tester@example.org",
}


def run(folder: Path, *arguments: str, stdin: str = "", **variables: str) -> str:
    """Plain git, to set the scene and to look at the result with other eyes."""
    process = subprocess.run(
        ["git", "-C", folder, *arguments],
        input=os.fsencode(stdin),
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        check=True,
    )
    return os.fsdecode(process.stdout).rstrip("\n")


def record(folder: Path, files: Mapping[str, str | bytes], **variables: str) -> str:
    """Write files, commit everything, return the commit."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    run(folder, "add", "--all")
    run(folder, "commit", "--quiet", "--message", "by hand", **variables)
    return run(folder, "rev-parse", "HEAD")


def record_entries(folder: Path, entries: Mapping[str, tuple[str, str]]) -> str:
    """Commit path -> (mode, content or commit id), through the index alone."""
    for path, (mode, content) in entries.items():
        blob = content
        if mode != "160000":
            blob = run(folder, "hash-object", "-w", "--stdin", stdin=content)
        run(folder, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
    run(folder, "commit", "--quiet", "--message", "by plumbing")
    return run(folder, "rev-parse", "HEAD")


def request(parent: str, **changes: object) -> CommitRequest:
    empty = CommitRequest(
        branch="amts/zh",
        parents=(parent,),
        expected=None,
        files={},
        submodules={},
        copies={},
        message="amts: sync\n",
    )
    return replace(empty, **changes)  # type: ignore[arg-type]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of the work tree, and the index."""
    files = [file for file in folder.rglob("*") if file.is_file() and ".git" not in file.parts]
    return {str(file): file.read_bytes() for file in [*files, folder / ".git/index"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A translation repository on `main` with one commit."""
    folder = tmp_path / "book-zh"
    folder.mkdir()
    run(folder, "init", "--quiet", "--initial-branch", "main")
    record(folder, {"index.md": "# 书\n", "chapter/one.md": "一\n" * 20, "logo.bin": b"\0\xff\n"})
    return folder


@pytest.fixture
def book(folder: Path) -> GitRepository:
    return open_repository(folder)


@pytest.fixture
def english(tmp_path: Path, folder: Path) -> Path:
    """The English book, added to the translation repository as its submodule `en`."""
    english = tmp_path / "book"
    english.mkdir()
    run(english, "init", "--quiet", "--initial-branch", "main")
    record(english, {"index.md": "# Book\n"})
    allow = ("-c", "protocol.file.allow=always")
    run(folder, *allow, "submodule", "--quiet", "add", "../book", "en")
    record(folder, {})
    return english


# -- opening --------------------------------------------------------------------------------------


def test_a_folder_outside_of_any_repository_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(AmtsError, match="is not a git repository\nrun amts-bot in a clone of the"):
        open_repository(tmp_path)
    with pytest.raises(AmtsError, match="is not a git repository"):
        open_repository(tmp_path / "absent")


def test_a_folder_inside_the_work_tree_opens_the_repository(folder: Path) -> None:
    assert open_repository(folder / "chapter").root == folder


def test_a_bare_repository_opens_and_takes_commits(folder: Path, tmp_path: Path) -> None:
    run(folder, "clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    bare = open_repository(tmp_path / "bare.git")
    tip = bare.head()
    new = bare.commit(request(tip, branch="main", expected=tip, files={"new.md": b"new\n"}))
    assert bare.branch_tip("main") == new


def test_variables_of_a_git_hook_or_alias_do_not_lead_astray(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "--quiet")
    expected = run(folder, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'merge.conflictStyle'='diff3'")
    book = open_repository(folder)
    assert (book.head(), book.dirty()) == (expected, ())
    assert b"|||||||" not in book.merge_file(b"a\n", b"b\n", b"c\n")[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_clone_that_belongs_to_another_user_is_read(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 12345, 12345)
    with pytest.raises(subprocess.CalledProcessError):
        run(folder, "rev-parse", "HEAD")
    assert "index.md" in open_repository(folder).tree("HEAD")


# -- commits --------------------------------------------------------------------------------------


def test_branches_tags_and_abbreviations_resolve_to_the_commit(
    folder: Path, book: GitRepository
) -> None:
    run(folder, "tag", "--annotate", "v1", "--message", "one")
    commit = run(folder, "rev-parse", "HEAD")
    assert {book.resolve(name) for name in ("main", "v1", "HEAD", commit[:8])} == {commit}


@pytest.mark.parametrize(
    "revision", ["nowhere", ABSENT, "", "main..main", "^main", "HEAD:index.md"]
)
def test_an_unknown_revision_is_named(book: GitRepository, revision: str) -> None:
    with pytest.raises(UnknownRevision, match=re.escape(f"{revision} is unknown in ")):
        book.resolve(revision)


@pytest.mark.parametrize("revision", ["--all", "-h", "main\n", "main\0", "ma\x1bin"])
def test_a_revision_that_looks_like_an_option_or_holds_control_characters_is_refused(
    book: GitRepository, revision: str
) -> None:
    with pytest.raises(UnknownRevision, match="is not a revision"):
        book.resolve(revision)


def test_a_shallow_clone_says_how_to_get_the_missing_history(folder: Path, tmp_path: Path) -> None:
    old = run(folder, "rev-parse", "HEAD")
    record(folder, {"index.md": "# 新书\n"})
    run(folder, "clone", "--quiet", "--depth=1", f"file://{folder}", str(tmp_path / "shallow"))
    shallow = open_repository(tmp_path / "shallow")
    assert "index.md" in shallow.tree("HEAD")
    with pytest.raises(UnknownRevision, match=r"git fetch --unshallow.*fetch-depth: 0"):
        shallow.tree(old)
    assert (shallow.is_shallow(), shallow.missing([old])) == (True, frozenset({old}))


def test_an_unborn_branch_has_a_name_and_no_commit(tmp_path: Path) -> None:
    run(tmp_path, "init", "--quiet", "--initial-branch", "main")
    empty = open_repository(tmp_path)
    assert (empty.current_branch(), empty.branch_tip("main"), empty.dirty()) == ("main", None, ())
    with pytest.raises(AmtsError, match="has no commit yet"):
        empty.head()


def test_a_detached_head_is_on_no_branch(folder: Path, book: GitRepository) -> None:
    assert book.current_branch() == "main"
    run(folder, "checkout", "--quiet", "--detach")
    assert book.current_branch() is None
    assert book.head() == book.branch_tip("main")


def test_history_questions_are_answered_from_the_commit_graph(
    folder: Path, book: GitRepository
) -> None:
    old = book.head()
    record(folder, {"a.md": "a"})
    middle = book.head()
    new = record(folder, {"b.md": "b"})
    assert (book.is_ancestor(old, new), book.is_ancestor(new, old)) == (True, False)
    assert (book.commits(old, new), book.commits(new, old)) == ((new, middle), ())


def test_a_branch_that_does_not_exist_has_no_tip(book: GitRepository) -> None:
    assert book.branch_tip("amts/zh") is None


@pytest.mark.parametrize(
    "branch", ["", "-x", "a..b", "a b", "@{-1}", "HEAD", "x\n", "x\0", "x.lock"]
)
def test_a_bad_branch_name_is_refused(folder: Path, book: GitRepository, branch: str) -> None:
    run(folder, "checkout", "--quiet", "-b", "other")  # so that @{-1} means something
    with pytest.raises(AmtsError, match="is not a branch name"):
        book.commit(request(book.head(), branch=branch, files={"a.md": b""}))


# -- the work tree --------------------------------------------------------------------------------


def test_staged_and_unstaged_changes_are_dirty_and_untracked_files_are_not(
    folder: Path, book: GitRepository
) -> None:
    assert book.dirty() == ()
    (folder / "index.md").write_text("half-writ")
    (folder / "untracked.md").write_text("mine")
    run(folder, "mv", "chapter/one.md", 'chapter/一 "1".md')
    assert book.dirty() == ("chapter/one.md", 'chapter/一 "1".md', "index.md")


def test_a_conflict_and_a_path_with_blanks_are_dirty_and_a_stash_is_nothing(
    folder: Path, book: GitRepository
) -> None:
    base = record(folder, {"a page.md": "0\n"})
    theirs = record(folder, {"a page.md": "1\n"})
    run(folder, "reset", "--quiet", "--hard", base)
    (folder / "index.md").write_text("put aside")
    run(folder, "stash")
    run(folder, "config", "status.showStash", "true")
    record(folder, {"a page.md": "2\n"})
    with pytest.raises(subprocess.CalledProcessError):
        run(folder, "cherry-pick", theirs)
    assert book.dirty() == ("a page.md",)


def test_a_touched_file_with_the_same_content_is_not_dirty(
    folder: Path, book: GitRepository
) -> None:
    os.utime(folder / "index.md", (1, 1))
    assert book.dirty() == ()


def test_a_submodule_is_dirty_only_when_its_new_commit_is_staged(
    folder: Path, book: GitRepository, english: Path
) -> None:
    record(folder / "en", {"index.md": "# New book\n"})
    run(folder, "config", "submodule.en.ignore", "all")  # must not hide what is staged
    assert book.dirty() == ()
    run(folder, "add", "--force", "en")
    assert book.dirty() == ("en",)


# -- contents -------------------------------------------------------------------------------------


def test_a_tree_lists_files_links_submodules_and_unusual_names(
    folder: Path, book: GitRepository
) -> None:
    names = ["a b.md", 'quote"d.md', "tab\there.md", "书/一.md", "latin1-\udce9.md"]
    commit = record_entries(
        folder,
        {
            **{name: ("100644", name) for name in names},
            "link": ("120000", "index.md"),
            "run.sh": ("100755", "#!/bin/sh"),
            "en": ("160000", ABSENT),
        },
    )
    tree = book.tree(commit)
    assert set(names) < set(tree)
    assert [tree[path].mode for path in ("index.md", "run.sh", "link", "en")] == [
        "100644",
        "100755",
        "120000",
        "160000",
    ]
    assert tree["en"].blob == ABSENT
    contents = book.read(tree[name].blob for name in names)
    assert [os.fsdecode(contents[tree[name].blob]) for name in names] == names


def test_blobs_come_back_to_the_byte(book: GitRepository) -> None:
    tree = book.tree("HEAD")
    contents = book.read(entry.blob for entry in [*tree.values(), *tree.values()])
    assert {path: contents[entry.blob] for path, entry in tree.items()} == {
        "index.md": "# 书\n".encode(),
        "chapter/one.md": "一\n".encode() * 20,
        "logo.bin": b"\0\xff\n",
    }


def test_reading_no_blobs_gives_nothing(book: GitRepository) -> None:
    assert book.read([]) == {}


def test_more_blobs_than_a_pipe_holds_are_read_without_a_deadlock(
    folder: Path, book: GitRepository
) -> None:
    pages = (f"{number:06}{'x' * 1000}" for number in range(4_000))
    run(folder, "fast-import", "--quiet", stdin="".join(f"blob\ndata 1006\n{it}\n" for it in pages))
    look = ("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")
    blobs = [line[5:] for line in run(folder, *look).splitlines() if line.startswith("blob ")]
    assert len(book.read(blobs)) == len(blobs) == 4_003


def test_what_a_repository_does_not_have_is_told_without_an_error(book: GitRepository) -> None:
    head = book.head()
    blob = book.tree(head)["index.md"].blob
    assert book.missing([head, ABSENT, blob, ABSENT]) == {ABSENT}
    assert (book.missing([]), book.is_shallow()) == (frozenset(), False)
    with pytest.raises(AmtsError, match="is not an object id"):
        book.missing(["HEAD"])


def test_a_missing_blob_or_another_object_is_an_error(book: GitRepository) -> None:
    with pytest.raises(AmtsError, match=f"has no blob {ABSENT} \\(missing\\)"):
        book.read([ABSENT])
    with pytest.raises(AmtsError, match=r"has no blob .* \(commit\)"):
        book.read([book.head()])
    with pytest.raises(AmtsError, match="is not an object id"):
        book.read(["HEAD:index.md"])


def test_renames_pair_old_and_new_paths(folder: Path, book: GitRepository) -> None:
    old = book.head()
    (folder / "书 二").mkdir()
    run(folder, "mv", "chapter/one.md", "书 二/uno\udce9.md")
    new = record(folder, {"书 二/uno\udce9.md": "一\n" * 20 + "二\n", "added.md": "unlike\n"})
    assert book.renames(old, new) == {"chapter/one.md": "书 二/uno\udce9.md"}
    assert book.renames(old, old) == {}


# -- three-way merge ------------------------------------------------------------------------------


def test_changes_of_both_sides_are_merged(book: GitRepository) -> None:
    merged = book.merge_file(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\r\n")
    assert merged == (b"A\nb\nC\r\n", False)


def test_a_conflict_is_marked_the_plain_way(folder: Path, book: GitRepository) -> None:
    run(folder, "config", "merge.conflictStyle", "diff3")
    merged = book.merge_file(b"a\n", b"ours\n", b"theirs\n")
    assert merged == (b"<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n", True)


def test_more_conflicts_than_the_exit_status_can_count_are_still_conflicts(
    book: GitRepository,
) -> None:
    sides = ["\n".join(f"{n} {who}\n\n\n\n" for n in range(300)) for who in ("base", "us", "them")]
    _, conflicts = book.merge_file(*(side.encode() for side in sides))
    assert conflicts


def test_binary_files_cannot_be_merged(book: GitRepository) -> None:
    with pytest.raises(AmtsError, match=r"git merge-file failed .*[Cc]annot merge binary files"):
        book.merge_file(b"\0a", b"\0b", b"\0c")


# -- the submodule --------------------------------------------------------------------------------


def test_the_submodule_opens_as_a_repository_of_its_own(
    folder: Path, book: GitRepository, english: Path
) -> None:
    opened = book.submodule("en", "HEAD")
    assert (opened.root, opened.head()) == (folder / "en", run(english, "rev-parse", "HEAD"))
    assert list(opened.tree("HEAD")) == ["index.md"]


def test_a_path_that_is_no_submodule_is_refused(book: GitRepository) -> None:
    for path in ("chapter", "index.md", "absent", "../book"):
        with pytest.raises(AmtsError, match="is not a submodule in"):
            book.submodule(path, "HEAD")


def test_a_submodule_that_gitmodules_does_not_name_is_refused(
    folder: Path, book: GitRepository
) -> None:
    commit = record_entries(folder, {"en": ("160000", ABSENT)})
    with pytest.raises(AmtsError, match=r"\.gitmodules does not name the submodule 'en'"):
        book.submodule("en", commit)


def test_a_submodule_that_is_not_checked_out_is_refused_with_the_command(
    folder: Path, book: GitRepository, english: Path
) -> None:
    run(folder, "submodule", "--quiet", "deinit", "--force", "en")
    for _ in ("an empty folder", "no folder"):
        with pytest.raises(AmtsError, match="git submodule update --init en"):
            book.submodule("en", "HEAD")
        if (folder / "en").exists():
            (folder / "en").rmdir()


def test_a_bare_repository_has_no_submodule_to_open(
    folder: Path, tmp_path: Path, english: Path
) -> None:
    run(folder, "clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(AmtsError, match="is bare"):
        open_repository(tmp_path / "bare.git").submodule("en", "HEAD")


@pytest.mark.parametrize(
    "section",
    [
        '[submodule "--upload-pack=evil"]\n\tpath = en\n\turl = ../book',
        '[submodule "../../hooks"]\n\tpath = en\n\turl = ../book',
        '[submodule "en"]\n\tpath = -en\n\turl = ../book',
        '[submodule "en"]\n\tpath = a/../../en\n\turl = ../book',
        '[submodule "en"]\n\tpath = en\n\turl = --upload-pack=evil',
        '[submodule "en"]\n\tpath = en\n\turl = ./-u./evil',
        '[submodule "en"]\n\tpath = en\n\turl = https://example.org/../../evil',
        '[submodule "en"]\n\tpath = en\n\turl = "https://example.org/\\n[core]"',
        '[submodule "e\ren"]\n\tpath = en\n\turl = ../book',
    ],
)
def test_a_gitmodules_that_looks_like_an_attack_is_refused(
    folder: Path, book: GitRepository, section: str
) -> None:
    entries = {"en": ("160000", ABSENT), ".gitmodules": ("100644", f"{section}\n")}
    commit = record_entries(folder, entries)
    with pytest.raises(AmtsError, match=r"\.gitmodules is refused"):
        book.submodule("en", commit)


def test_a_broken_gitmodules_is_reported_in_the_words_of_git(
    folder: Path, book: GitRepository
) -> None:
    entries = {"en": ("160000", ABSENT), ".gitmodules": ("100644", '[submodule "en\n')}
    with pytest.raises(AmtsError, match=r"bad config line 1 in blob .*: correct \.gitmodules"):
        book.submodule("en", record_entries(folder, entries))


def test_gitmodules_does_not_include_other_files(
    folder: Path, book: GitRepository, tmp_path: Path
) -> None:
    (tmp_path / "included").write_text('[submodule "en"]\n\tpath = en\n')
    include = f"[include]\n\tpath = {tmp_path / 'included'}\n"
    entries = {"en": ("160000", ABSENT), ".gitmodules": ("100644", include)}
    with pytest.raises(AmtsError, match="does not name the submodule"):
        book.submodule("en", record_entries(folder, entries))


# -- making commits -------------------------------------------------------------------------------


def test_a_commit_adds_changes_and_deletes_files_and_moves_the_submodule(
    folder: Path, book: GitRepository
) -> None:
    base = record_entries(
        folder, {"en": ("160000", ABSENT), "run.sh": ("100755", "old"), "old.md": ("100644", "x")}
    )
    files = {
        "index.md": "# 新\r\nno newline at the end".encode(),
        "chapter/two words/二.md": b"two\n",
        "latin1-\udce9.md": b"\xe9",
        "run.sh": b"new",
        "old.md": None,
        "never there.md": None,
    }
    run(folder, "config", "core.autocrlf", "true")  # must not change a byte
    new = book.commit(request(base, files=files, submodules={"en": "2" * 40}))
    before, after = book.tree(base), book.tree(new)
    assert book.branch_tip("amts/zh") == new
    assert after["en"] == TreeEntry("160000", "2" * 40)
    assert after["run.sh"].mode == "100755"
    written = {path: after[path].blob for path, text in files.items() if text is not None}
    contents = book.read(written.values())
    assert {path: contents[blob] for path, blob in written.items()} == {
        path: text for path, text in files.items() if text is not None
    }
    assert set(after) == (set(before) | set(written)) - {"old.md"}
    assert after["chapter/one.md"] == before["chapter/one.md"]


def test_a_commit_keeps_its_message_and_is_signed_by_the_bot(
    folder: Path, book: GitRepository
) -> None:
    base = book.head()
    new = book.commit(request(base, files={"a.md": b"a"}, message="同步\n\nlines\n# no comment\n"))
    assert run(folder, "log", "-1", "--format=%B|%an %ae|%cn %ce|%P", new).split("|") == [
        "同步\n\nlines\n# no comment\n",
        "amts-bot amts-bot@users.noreply.github.com",
        "amts-bot amts-bot@users.noreply.github.com",
        base,
    ]


def test_the_identity_can_be_handed_in(folder: Path) -> None:
    book = open_repository(folder, {**ANN, "GIT_COMMITTER_NAME": ""})
    new = book.commit(request(book.head(), files={"a.md": b"a"}))
    assert run(folder, "log", "-1", "--format=%an %ae, %cn", new) == "Ann ann@example.org, amts-bot"


def test_a_commit_without_a_change_is_not_made(book: GitRepository) -> None:
    base = book.head()
    files = {"index.md": "# 书\n".encode(), "never there.md": None}
    assert book.commit(request(base, files=files)) == base
    assert book.branch_tip("amts/zh") is None


def test_a_merge_commit_is_made_even_without_a_change(folder: Path, book: GitRepository) -> None:
    base = book.head()
    tip = book.commit(request(base, files={"a.md": b"a"}))
    main = record(folder, {"b.md": "b"})
    new = book.commit(request(tip, parents=(tip, main), expected=tip))
    assert run(folder, "log", "-1", "--format=%P", new) == f"{tip} {main}"
    assert set(book.tree(new)) == set(book.tree(tip))


@pytest.mark.parametrize("branch", ["amts/zh", "main"])
def test_a_first_commit_needs_no_parent(tmp_path: Path, branch: str) -> None:
    run(tmp_path, "init", "--quiet", "--initial-branch", "main")
    book = open_repository(tmp_path)
    new = book.commit(request("", branch=branch, parents=(), files={"a.md": b"a"}))
    assert (book.branch_tip(branch), list(book.tree(new))) == (new, ["a.md"])
    assert (tmp_path / "a.md").exists() == (branch == "main")  # it is checked out, though unborn


def test_blobs_are_copied_from_another_repository(
    folder: Path, book: GitRepository, english: Path
) -> None:
    record(folder / "en", {"img/plot.svg": "<svg/>\r\n"})
    source = book.submodule("en", "HEAD")
    plot = source.tree("HEAD")["img/plot.svg"]
    copies = {"img/plot.svg": plot}
    with pytest.raises(AmtsError, match=r"refused to write 'img/plot.svg': .*import it first"):
        book.commit(request(book.head(), copies=copies))
    book.import_blobs(source, [plot.blob])
    new = book.commit(request(book.head(), copies=copies))
    assert book.tree(new)["img/plot.svg"] == plot
    assert book.read([plot.blob]) == {plot.blob: b"<svg/>\r\n"}


def test_blobs_of_another_object_format_are_not_imported(
    book: GitRepository, tmp_path: Path
) -> None:
    run(tmp_path, "init", "--quiet", "--object-format=sha256", "other")
    record(tmp_path / "other", {"a.md": "a"})
    other = open_repository(tmp_path / "other")
    with pytest.raises(AmtsError, match="different object formats"):
        book.import_blobs(other, [other.tree("HEAD")["a.md"].blob])


def test_a_repository_with_sha256_takes_commits(tmp_path: Path) -> None:
    run(tmp_path, "init", "--quiet", "--object-format=sha256")
    base = record(tmp_path, {"a.md": "a"})
    book = open_repository(tmp_path)
    new = book.commit(request(base, files={"a.md": None, "b.md": b"b"}))
    assert list(book.tree(new)) == ["b.md"]


# -- moving the branch ----------------------------------------------------------------------------


def test_a_dirty_work_tree_is_neither_read_nor_touched(folder: Path, book: GitRepository) -> None:
    (folder / "index.md").write_text("half-writ")
    (folder / "staged.md").write_text("staged")
    run(folder, "add", "staged.md")
    (folder / "untracked.md").write_text("mine")
    before = snapshot(folder)
    new = book.commit(request(book.head(), files={"index.md": b"bot\n", "untracked.md": b"bot\n"}))
    assert snapshot(folder) == before
    assert "staged.md" not in book.tree(new)


def test_hooks_are_not_run(folder: Path, book: GitRepository) -> None:
    for name in ("post-commit", "post-merge", "reference-transaction", "post-index-change"):
        hook = folder / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {folder}/hook-ran\n")
        hook.chmod(0o755)
    base = book.head()
    book.commit(request(base, branch="main", expected=base, files={"a.md": b"a"}))
    assert (folder / "a.md").exists()
    assert not (folder / "hook-ran").exists()


def test_the_branch_that_is_checked_out_takes_index_and_work_tree_along(
    folder: Path, book: GitRepository
) -> None:
    (folder / "logo.bin").write_text("mine, and not in the way")
    base = book.head()
    new = book.commit(request(base, branch="main", expected=base, files={"index.md": b"new\n"}))
    assert (book.head(), book.current_branch()) == (new, "main")
    assert (folder / "index.md").read_text() == "new\n"
    assert book.dirty() == ("logo.bin",)


def test_another_git_at_work_in_the_checked_out_branch_is_reported(
    folder: Path, book: GitRepository
) -> None:
    (folder / ".git/index.lock").touch()
    base = book.head()
    with pytest.raises(
        AmtsError, match=r"can't follow the new commit: .*index\.lock': File exists"
    ):
        book.commit(request(base, branch="main", expected=base, files={"a.md": b"a"}))
    assert book.head() == base


def test_the_submodule_folder_stays_as_it_is_when_the_checked_out_branch_moves(
    folder: Path, book: GitRepository, english: Path
) -> None:
    run(folder, "config", "submodule.recurse", "true")
    old = run(folder / "en", "rev-parse", "HEAD")
    handed_in = record(folder / "en", {"index.md": "# New book\n"})
    run(folder / "en", "checkout", "--quiet", old)
    base = book.head()
    commit = request(base, branch="main", expected=base, submodules={"en": handed_in})
    new = book.commit(commit)
    assert (book.head(), book.tree(new)["en"].blob) == (new, handed_in)
    assert (book.submodule("en", new).head(), book.dirty()) == (old, ())


@pytest.mark.parametrize("path", ["index.md", "untracked.md"])
def test_uncommitted_work_in_the_way_of_the_checked_out_branch_is_kept(
    folder: Path, book: GitRepository, path: str
) -> None:
    (folder / path).write_text("mine")
    base = book.head()
    before = snapshot(folder)
    with pytest.raises(AmtsError, match=rf"can't follow the new commit: {path}: commit, stash or"):
        book.commit(request(base, branch="main", expected=base, files={path: b"bot\n"}))
    assert (snapshot(folder), book.head()) == (before, base)


def test_a_branch_that_is_checked_out_in_another_work_tree_is_left_alone(
    folder: Path, book: GitRepository, tmp_path: Path
) -> None:
    base = book.head()
    run(folder, "worktree", "add", "--quiet", "-b", "amts/zh", str(tmp_path / "second"))
    with pytest.raises(AmtsError, match=r"amts/zh is checked out in .*second"):
        book.commit(request(base, expected=base, files={"a.md": b"a"}))
    second = open_repository(tmp_path / "second")
    new = second.commit(request(base, expected=base, files={"a.md": b"a"}))
    assert (second.head(), (tmp_path / "second/a.md").read_text()) == (new, "a")


def test_a_branch_that_moved_is_not_overwritten(folder: Path, book: GitRepository) -> None:
    base = book.head()
    theirs = book.commit(request(base, files={"theirs.md": b"theirs"}))
    for expected in (None, base):
        with pytest.raises(BranchMoved, match=f"amts/zh moved .* stands at {theirs}, expected"):
            book.commit(request(base, expected=expected, files={"a.md": b"a"}))
    assert book.branch_tip("amts/zh") == theirs


def test_a_branch_that_was_deleted_is_not_made_again(book: GitRepository) -> None:
    base = book.head()
    with pytest.raises(BranchMoved, match=r"amts/zh moved .* is gone"):
        book.commit(request(base, expected=base, files={"a.md": b"a"}))


@pytest.mark.parametrize("branch", ["amts/zh", "main"])
def test_a_branch_that_moves_at_the_last_moment_is_not_overwritten(
    folder: Path, branch: str
) -> None:
    class Overtaken(GitRepository):
        def _write_commit(self, *arguments: object) -> str:
            run(folder, "update-ref", f"refs/heads/{branch}", theirs)
            return super()._write_commit(*arguments)  # type: ignore[arg-type]

    base = run(folder, "rev-parse", "HEAD")
    run(folder, "branch", "--force", "amts/zh")
    tree = run(folder, "rev-parse", "HEAD^{tree}")
    theirs = run(folder, "commit-tree", "-p", base, "-m", "theirs", tree)
    book = open_repository(folder)
    overtaken = Overtaken(book._repo)
    with pytest.raises(BranchMoved, match=f"stands at {theirs}, expected was {base}"):
        overtaken.commit(request(base, branch=branch, expected=base, files={"a.md": b"a"}))
    assert book.branch_tip(branch) == theirs


def test_commits_that_a_person_pushed_are_never_dropped(folder: Path, book: GitRepository) -> None:
    base = book.head()
    theirs = book.commit(request(base, files={"theirs.md": b"theirs"}))
    main = record(folder, {"main.md": "main"})
    with pytest.raises(AmtsError, match=f"would drop {theirs} from amts/zh: make it a parent"):
        book.commit(request(main, expected=theirs, files={"a.md": b"a"}))


def test_a_branch_in_the_place_of_a_folder_of_branches_is_reported(
    folder: Path, book: GitRepository
) -> None:
    run(folder, "branch", "amts")
    with pytest.raises(
        AmtsError, match=r"git update-ref failed .*'refs/heads/amts' exists"
    ) as info:
        book.commit(request(book.head(), files={"a.md": b"a"}))
    assert not isinstance(info.value, BranchMoved)


def test_an_unknown_parent_is_reported(book: GitRepository) -> None:
    with pytest.raises(UnknownRevision, match=ABSENT):
        book.commit(request(ABSENT, files={"a.md": b"a"}))


# -- paths that are refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "it is empty"),
        ("/etc/passwd", "it is absolute"),
        ("../outside.md", "'..' is not a name"),
        ("a/../b.md", "'..' is not a name"),
        ("a/./b.md", "'.' is not a name"),
        ("a//b.md", "'' is not a name"),
        ("a/", "'' is not a name"),
        (".git/config", "'.git' is not a name"),
        ("a/.GIT/hooks/x", "'.GIT' is not a name"),
        ("a/.git. /x", "'.git. ' is not a name"),
        ("git~1/config", "'git~1' is not a name"),
        ("a\\b.md", "a backslash or a control character"),
        ("a\0b.md", "a backslash or a control character"),
        ("a\nb.md", "a backslash or a control character"),
        ("a\x7fb.md", "a backslash or a control character"),
        ("a\ud800.md", "it can't be written as UTF-8"),
        ("link/x.md", "'link' is a symbolic link or a submodule"),
        ("en/x.md", "'en' is a symbolic link or a submodule"),
        ("link", "it is a symbolic link"),
        ("en", "submodule"),
        ("chapter", "it is a folder"),
        ("index.md/x.md", "it lies below a file"),
    ],
)
def test_a_path_that_could_do_harm_is_refused_by_name(
    folder: Path, book: GitRepository, path: str, reason: str
) -> None:
    base = record_entries(folder, {"link": ("120000", "/tmp"), "en": ("160000", ABSENT)})
    blob = book.tree(base)["index.md"].blob
    for change in ({"files": {path: b"x"}}, {"copies": {path: TreeEntry("100644", blob)}}):
        with pytest.raises(AmtsError, match=re.escape(f"refused to write {path!r}: ")) as info:
            book.commit(request(base, **change))
        assert reason in str(info.value)
    assert book.branch_tip("amts/zh") is None


@pytest.mark.parametrize("path", ["../x.md", ".git/config", "link/x.md", "en"])
def test_a_path_that_could_do_harm_is_not_deleted_either(
    folder: Path, book: GitRepository, path: str
) -> None:
    base = record_entries(folder, {"link": ("120000", "/tmp"), "en": ("160000", ABSENT)})
    with pytest.raises(AmtsError, match="refused to write"):
        book.commit(request(base, files={path: None}))


def test_a_symbolic_link_may_be_deleted(folder: Path, book: GitRepository) -> None:
    base = record_entries(folder, {"link": ("120000", "/tmp")})
    assert "link" not in book.tree(book.commit(request(base, files={"link": None})))


def test_a_file_may_make_room_for_a_folder_and_a_folder_for_a_file(book: GitRepository) -> None:
    files = {"index.md": None, "index.md/x.md": b"x", "chapter/one.md": None, "chapter": b"file"}
    new = book.commit(request(book.head(), files=files))
    assert sorted(book.tree(new)) == ["chapter", "index.md/x.md", "logo.bin"]


def test_a_submodule_does_not_take_the_place_of_a_file(book: GitRepository) -> None:
    with pytest.raises(AmtsError, match="a submodule and a file can't replace each other"):
        book.commit(request(book.head(), submodules={"index.md": ABSENT}))


@pytest.mark.parametrize("mode", ["120000", "160000", "040000"])
def test_only_files_are_copied(book: GitRepository, mode: str) -> None:
    entry = TreeEntry(mode, book.tree("HEAD")["index.md"].blob)
    with pytest.raises(AmtsError, match=f"mode {mode} is not that of a file"):
        book.commit(request(book.head(), copies={"x.md": entry}))


def test_a_path_that_is_given_twice_is_refused(book: GitRepository) -> None:
    entry = book.tree("HEAD")["index.md"]
    with pytest.raises(AmtsError, match=r"refused to write 'x.md': it is given twice"):
        book.commit(request(book.head(), files={"x.md": None}, copies={"x.md": entry}))


def test_what_is_no_object_id_never_reaches_git(book: GitRepository) -> None:
    with pytest.raises(AmtsError, match="is not an object id"):
        book.commit(request(book.head(), submodules={"en": "0\n100644 evil"}))
    with pytest.raises(AmtsError, match="is not an object id"):
        book.commit(request(book.head(), copies={"x.md": TreeEntry("100644", "HEAD")}))


# -- trouble of git's own -------------------------------------------------------------------------


def test_a_damaged_repository_is_an_error_with_a_remedy(folder: Path, book: GitRepository) -> None:
    tree = run(folder, "rev-parse", "HEAD^{tree}")
    (folder / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(AmtsError, match=r"has no tree of [0-9a-f]{40}: .*git fsck"):
        book.tree("HEAD")


def test_git_that_is_not_installed_is_an_error_with_a_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("git.Git.GIT_PYTHON_GIT_EXECUTABLE", "/nowhere/git")
    book = open_repository(folder)
    with pytest.raises(AmtsError, match="install git"):
        book.head()
    with pytest.raises(AmtsError, match="install git"):
        book.dirty()


def test_a_git_that_was_killed_is_started_again(folder: Path, book: GitRepository) -> None:
    others = _children()
    head = book.head()
    (asked,) = _children() - others
    os.kill(asked, signal.SIGINT)
    os.waitid(os.P_PID, asked, os.WEXITED | os.WNOWAIT)
    assert book.head() == head


def test_a_git_that_ends_while_it_is_asked_says_why(folder: Path, book: GitRepository) -> None:
    record(folder, {"numbers.md": " ".join(map(str, range(2000)))})
    blob = book.tree("HEAD")["numbers.md"].blob
    file = folder / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(AmtsError, match=rf"git cat-file failed in .*{blob}.*: .*git fsck"):
        book.read([blob])
    assert "numbers.md" in book.tree("HEAD")


def test_what_a_repository_asks_ends_with_it(folder: Path) -> None:
    others = _children()
    book = open_repository(folder)
    assert book.read([book.tree("HEAD")["index.md"].blob])
    assert len(_children() - others) == 2
    del book
    assert _children() == others


def test_a_fork_gets_its_own_answers(folder: Path, book: GitRepository) -> None:
    commits = [record(folder, {"index.md": f"# Page {number}\n"}) for number in range(2)]
    ours, theirs = (book.tree(commit)["index.md"].blob for commit in commits)
    worker = os.fork()
    if not worker:
        with suppress(BaseException):
            if all(book.read([theirs]) == {theirs: b"# Page 1\n"} for _ in range(100)):
                os._exit(0)
        os._exit(1)
    assert all(book.read([ours]) == {ours: b"# Page 0\n"} for _ in range(100))
    assert os.waitpid(worker, 0)[1] == 0


def _children() -> set[int]:
    """The processes that this one has started and that have not ended."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    if not listing.exists():
        pytest.skip("only Linux lists them")
    gc.collect()
    return {*map(int, listing.read_text().split())}


# -- the remote -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/team/book-en.git", "https://github.com/team/book-en"),
        ("https://token@github.com/team/book-en", "https://github.com/team/book-en"),
        ("git@github.com:team/book-en.git", "https://github.com/team/book-en"),
        ("ssh://git@github.com/team/book-en", "https://github.com/team/book-en"),
        ("../book-en", ""),
        ("https://github.com/team/book-en/x)](javascript:y", ""),
    ],
)
def test_a_remote_has_an_address_for_people(folder: Path, url: str, address: str) -> None:
    run(folder, "remote", "add", "origin", url)
    assert open_repository(folder).web_address() == address


def test_a_token_is_in_no_argument_and_no_address(folder: Path) -> None:
    run(folder, "remote", "add", "origin", "https://github.com/team/book-tr")
    login = open_repository(folder, token="geheim")._login()
    values = [login[key] for key in sorted(login) if "VALUE" in key]
    assert values == ["", "Authorization: basic eC1hY2Nlc3MtdG9rZW46Z2VoZWlt"]
    assert {login[key] for key in login if "_KEY_" in key} == {
        "http.https://github.com/.extraHeader"
    }
    assert open_repository(folder)._login() == {}


# ------------------------------------------------------------------ changes, and the upstream of a fork


def test_changes_follow_first_parents_and_name_the_blobs(folder: Path) -> None:
    start = run(folder, "rev-parse", "HEAD")
    run(folder, "checkout", "--quiet", "-b", "side")
    record(folder, {"docs/a.md": "one\n"})
    record(folder, {"docs/a.md": "two\n", "docs/ä b.md": "x\n"})
    run(folder, "checkout", "--quiet", "-")
    other = record(folder, {"tool.py": "pass\n"})
    run(folder, "merge", "--quiet", "--no-ff", "-m", "merge", "side")
    merge = run(folder, "rev-parse", "HEAD")
    two, x, tool = (
        run(folder, "rev-parse", f"HEAD:{path}") for path in ("docs/a.md", "docs/ä b.md", "tool.py")
    )
    merged_at, other_at = (
        int(run(folder, "log", "-1", "--format=%ct", it)) for it in (merge, other)
    )
    joined = CommitChange(merge, {"docs/a.md": ("", two), "docs/ä b.md": ("", x)}, merged_at)
    repository = open_repository(folder)
    assert [*repository.changes("HEAD", start)] == [
        joined,
        CommitChange(other, {"tool.py": ("", tool)}, other_at),
    ]
    assert [*repository.changes("HEAD", under="docs")] == [joined]
    assert [*repository.changes("HEAD", "HEAD")] == []


def test_changes_are_read_in_portions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amts_bot.adapters.git.repository._PORTION", 2)
    commits = [record(folder, {"page.md": f"{number}\n"}) for number in range(5)]
    found = open_repository(folder).changes("HEAD", f"{commits[0]}^")
    assert [change.commit for change in found] == commits[::-1]


def test_an_upstream_has_its_own_head_and_tags_and_leaves_no_branch(
    folder: Path, tmp_path: Path
) -> None:
    run(tmp_path, "clone", "--quiet", "--no-tags", str(folder), "fork")
    own = record(tmp_path / "fork", {"own.md": "x"})
    first = run(folder, "rev-parse", "HEAD")
    run(folder, "tag", "v1")
    tip = record(folder, {"more.md": "x"})
    fork = open_repository(tmp_path / "fork")
    before = run(fork.root, "for-each-ref", "refs/heads", "refs/tags", "refs/remotes")
    upstream = fork.upstream(str(folder), "")
    assert (upstream.head(), upstream.resolve("v1"), fork.head()) == (tip, first, own)
    assert run(fork.root, "for-each-ref", "refs/heads", "refs/tags", "refs/remotes") == before
    record(folder, {"later.md": "x"})
    assert fork.upstream(str(folder), "").head() == tip  # of one run
    with pytest.raises(UnknownRevision):
        upstream.resolve("v9")


@pytest.mark.parametrize(
    ("url", "address"),
    [("git@github.com:team/book.git", "https://github.com/team/book"), ("/a/b", "")],
)
def test_an_upstream_is_looked_at_where_it_is(folder: Path, url: str, address: str) -> None:
    repository = open_repository(folder)
    run(folder, "config", f"url.{folder}.insteadOf", url)
    assert repository.upstream(url, "").web_address() == address
