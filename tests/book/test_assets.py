"""What becomes of a file that is copied, by who changed it; on a real repository."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from amts_bot.adapters.git import GitRepository, open_repository
from amts_bot.book.assets import Asset, Versions, decide
from amts_bot.model import TreeEntry
from tests.conftest import git

CONTENTS = {
    "a": b"one\ntwo\nthree\nfour\nfive\n",
    "head": b"ONE\ntwo\nthree\nfour\nfive\n",
    "tail": b"one\ntwo\nthree\nfour\nFIVE\n",
    "both": b"ONE\ntwo\nthree\nfour\nFIVE\n",
    "binary": b"\x89PNG\0\1",
    "binary2": b"\x89PNG\0\2",
    "bib": b"@a{x,\n y = {1}\n}\n",
    "bib2": b"@a{x,\n y = {1}\n}\n\n@b{ours,\n y = {2}\n}\n",
    "bib3": b"@a{x,\n y = {1}\n}\n\n@c{theirs,\n y = {3}\n}\n",
}
MERGED_BIB = b"@a{x,\n y = {1}\n}\n\n@b{ours,\n y = {2}\n}\n\n@c{theirs,\n y = {3}\n}\n"
SAME_PLACE = "changed in the same place on both sides"
HELD = Asset(path="f", held=SAME_PLACE)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    folder = tmp_path_factory.mktemp("assets")
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "first")
    return open_repository(folder)


def entry(root: Path, name: str) -> TreeEntry | None:
    """A version by the name of its content; "link" is a symbolic link, "x" an executable "a"."""
    if name == "-":
        return None
    content = CONTENTS["a"] if name in ("link", "x") else CONTENTS[name]
    mode = {"link": "120000", "x": "100755"}.get(name, "100644")
    return TreeEntry(mode, git(root, "hash-object", "-w", "--stdin", stdin=content).strip())


def decided(
    repository: GitRepository, base: str, ours: str, theirs: str, path: str = "f"
) -> list[Asset]:
    versions = (entry(repository.root, name) for name in (base, theirs, ours))
    trees = Versions(*({path: v} if v else {} for v in versions))
    return list(decide([path], trees, repository, repository))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "asset"),
    [
        # nobody, or only the translators, or both alike: nothing to do
        ("a", "a", "a", None), ("a", "head", "a", None), ("a", "head", "head", None), ("a", "-", "a", None),
        ("a", "-", "-", None), ("-", "a", "a", None), ("-", "a", "-", None),
        # only the English: followed
        ("a", "a", "head", "copy"), ("-", "-", "a", "copy"), ("binary", "binary", "binary2", "copy"),
        ("a", "a", "x", "copy"), ("a", "a", "-", Asset(path="f", delete=True)),
        # what the translators deleted stays deleted
        ("a", "-", "head", None),
        # both
        ("a", "head", "-", Asset(path="f", held="gone from the English, changed here")),
        ("a", "head", "tail", Asset(path="f", content=CONTENTS["both"])),
        ("a", "head", "both", Asset(path="f", content=CONTENTS["both"])),
        ("-", "head", "tail", HELD), ("bib", "bib2", "bib3", HELD),
        ("binary", "a", "binary2", Asset(path="f", held="binary, and changed on both sides")),
        ("a", "binary", "head", Asset(path="f", held="binary, and changed on both sides")),
        ("a", "link", "head", Asset(path="f", held="a symbolic link or submodule here")),
    ],
)  # fmt: skip
def test_what_becomes_of_a_file(
    repository: GitRepository, base: str, ours: str, theirs: str, asset: Asset | str | None
) -> None:
    copy = Asset(path="f", copy=entry(repository.root, theirs))
    assert decided(repository, base, ours, theirs) == (
        [copy] if asset == "copy" else [asset] if asset else []
    )


def test_a_bibliography_is_merged_by_entry_where_lines_do_not_merge(
    repository: GitRepository,
) -> None:
    merged = Asset(path="d2l.bib", content=MERGED_BIB)
    assert decided(repository, "bib", "bib2", "bib3", "d2l.bib") == [merged]


@pytest.mark.parametrize(("base", "ours", "theirs"), [*product(["-", "a", "tail"], repeat=3)])
def test_what_the_translators_changed_is_never_copied_over(
    repository: GitRepository, base: str, ours: str, theirs: str
) -> None:
    for asset in decided(repository, base, ours, theirs):
        if asset.copy or asset.delete:
            assert ours == base
