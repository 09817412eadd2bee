"""What git's object database holds: which id a name stands for, what is in a file, which files are in a tree.

Two processes of `git cat-file` answer all of it, as long as the repository is open: a push asks some fifty times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

from amts_bot.adapters.git.process import LOOK_AT_REPOSITORY, Dialogue, to_text
from amts_bot.errors import AmtsError
from amts_bot.model import TreeEntry

FOLDER = "040000"

# What cat-file says of a name that stands for nothing, or for more than one thing.
_NOTHING = (b" missing\n", b" ambiguous\n")


@dataclass(frozen=True, slots=True)
class Named:
    """The object that a name stands for, an empty one where it stands for none."""

    id: str = ""
    kind: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Object:
    name: Named
    content: bytes


class Objects:
    """The object database of one repository. Every method raises AmtsError when git fails."""

    def __init__(self, root: Path, names: Dialogue, contents: Dialogue) -> None:
        """`names` is a `cat-file --batch-check`, `contents` a `cat-file --batch`; `root` is for messages."""
        self._root = root
        self._names = names
        self._contents = contents
        # The folders of the tree that was listed last: the next one has most of them too.
        self._folders: Mapping[str, Sequence[tuple[str, TreeEntry]]] = {}

    def named(self, names: Sequence[str]) -> list[Named]:
        """What some names stand for: ids, or anything that git takes for one, without a line end in it."""
        return self._names.ask(names, _header)

    def read(self, blobs: Sequence[str]) -> list[bytes]:
        """The contents of files. Raises AmtsError where one is missing or is not a file."""
        return self._of_kind("blob", blobs)

    def files(self, tree: str) -> Mapping[str, TreeEntry]:
        """Every path in a tree, in git's order, with symbolic links and submodules."""
        self._folders = folders = self._below(tree)
        return MappingProxyType(dict(_paths(tree, folders)))

    def _below(self, tree: str) -> dict[str, Sequence[tuple[str, TreeEntry]]]:
        """A tree and the folders in it, at any depth, by their ids: a level with each question."""
        found: dict[str, Sequence[tuple[str, TreeEntry]]] = {}
        level = {tree}
        while level:
            found |= {it: self._folders[it] for it in level if it in self._folders}
            new = [*(level - found.keys())]
            found |= {
                it: _entries(raw, len(it) // 2)
                for it, raw in zip(new, self._of_kind("tree", new), strict=True)
            }
            entries = (entry for it in level for _, entry in found[it])
            level = {entry.blob for entry in entries if entry.mode == FOLDER} - found.keys()
        return found

    def _of_kind(self, kind: str, names: Sequence[str]) -> list[bytes]:
        answers = self._contents.ask(names, _object)
        for name, answer in zip(names, answers, strict=True):
            if answer.name.kind != kind:
                raise AmtsError(
                    f"{self._root} has no {kind} {name} ({answer.name.kind or 'missing'}): {LOOK_AT_REPOSITORY}"
                )
        return [answer.content for answer in answers]


def _header(answers: IO[bytes]) -> Named:
    """Takes "<id> <kind> <size>" off the stream, or "<name> missing"."""
    line = answers.readline()
    if not line:
        raise EOFError
    if line.endswith(_NOTHING):
        return Named()
    name, kind, size = line.decode().split()
    return Named(name, kind, int(size))


def _object(answers: IO[bytes]) -> _Object:
    """Takes a header off the stream and, behind one that names an object, what is in it and a line end."""
    name = _header(answers)
    if not name.id:
        return _Object(name, b"")
    content = answers.read(name.size + 1)
    if len(content) <= name.size:
        raise EOFError
    return _Object(name, content[:-1])


def _entries(tree: bytes, size: int) -> list[tuple[str, TreeEntry]]:
    """What is in a folder, as git keeps it: "<mode> <name> NUL <id of `size` bytes>" each."""
    found = []
    position = 0
    while position < len(tree):
        end = tree.index(b"\0", position)
        mode, _, name = tree[position:end].partition(b" ")
        position = end + 1 + size
        entry = TreeEntry(mode.decode().zfill(6), tree[end + 1 : position].hex())
        found.append((to_text(name), entry))
    return found


def _paths(
    tree: str, folders: Mapping[str, Sequence[tuple[str, TreeEntry]]]
) -> Iterator[tuple[str, TreeEntry]]:
    """The files of a tree by their paths. A stack, since a hostile tree can be deeper than Python goes."""
    rest: list[tuple[str, TreeEntry]] = [("", TreeEntry(FOLDER, tree))]
    while rest:
        path, entry = rest.pop()
        if entry.mode == FOLDER:
            parent = f"{path}/" if path else ""
            rest += [(parent + name, child) for name, child in reversed(folders[entry.blob])]
        else:
            yield path, entry
