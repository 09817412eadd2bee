"""Files of a repository as text: read by blob, many at once, and decoded once each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from amts_bot.errors import AmtsError
from amts_bot.model import TreeEntry
from amts_bot.ports import BlobReader, Repository


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file. `fault` says where it is not UTF-8; there `text` has U+FFFD."""

    text: str
    fault: str = ""

    def strict(self, where: str) -> str:
        """The text; AmtsError names `where` and the byte that is not UTF-8."""
        if self.fault:
            raise AmtsError(f"{where}: {self.fault}")
        return self.text


def decoded(content: bytes) -> Decoded:
    """Decodes a file as UTF-8, whatever it holds."""
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} (0x{content[error.start]:02x})"
        fault = f"not UTF-8 at {byte}: convert the file to UTF-8"
        return Decoded(content.decode("utf-8", "replace"), fault)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one repository, by blob. What is expected is read with the first that is asked for."""

    repository: BlobReader
    _known: dict[str, Decoded] = field(default_factory=dict, repr=False)
    _expected: dict[str, str] = field(default_factory=dict, repr=False)  # blob -> who names it

    def expect(self, blobs: Iterable[str], named_by: str = "") -> None:
        """Says which blobs will be asked for; an error about a lost one says who names it."""
        for blob in blobs:
            self._expected.setdefault(blob, named_by)

    def __getitem__(self, blob: str) -> Decoded:
        return self.read([blob])[blob]

    def read(self, blobs: Iterable[str]) -> dict[str, Decoded]:
        """The texts of some blobs, by blob. Raises AmtsError where the repository has lost one."""
        wanted = {*blobs}
        if not wanted <= self._known.keys():
            new = {*wanted, *self._expected} - self._known.keys()
            self._known.update((blob, decoded(raw)) for blob, raw in self._contents(new).items())
            self._expected.clear()
        return {blob: self._known[blob] for blob in wanted}

    def _contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        try:
            return self.repository.read(blobs)
        except AmtsError as error:
            raise AmtsError(next(self._blamed(), str(error))) from error

    def _blamed(self) -> Iterator[str]:
        for blob, name in self._expected.items():
            try:
                self.repository.read([blob])
            except AmtsError as error:
                yield f"{name}: {error}" if name else str(error)


@dataclass(frozen=True, slots=True, eq=False)
class Tree(Mapping[str, TreeEntry]):
    """What a commit has at each path, and the texts that stand there."""

    entries: Mapping[str, TreeEntry]
    texts: Texts

    def __getitem__(self, path: str) -> TreeEntry:
        return self.entries[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def at(self, path: str) -> Decoded:
        """The text of a file."""
        return self.texts[self[path].blob]

    def at_each(self, paths: Iterable[str]) -> dict[str, Decoded]:
        """The texts of those files that the commit has, by path, read together."""
        blobs = {path: self[path].blob for path in paths if path in self}
        texts = self.texts.read(blobs.values())
        return {path: texts[blob] for path, blob in blobs.items()}


@dataclass(frozen=True, slots=True)
class English:
    """One version of the original: its commit, and by path its pages and the assets beside them."""

    commit: str
    pages: Tree
    assets: Tree


def tree_of(repository: Repository, commit: str) -> Tree:
    """The files of a commit."""
    return Tree(repository.tree(commit), Texts(repository))
