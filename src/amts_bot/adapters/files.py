"""Files on disk: read as UTF-8 with a clear error, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from amts_bot.errors import AmtsError, UsageError


def read(path: Path) -> str:
    """The text of a file, line ends as they are. Raises with file and byte offset."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}\ncorrect the path") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AmtsError(
            f"{path}: not UTF-8 at byte {error.start} (0x{content[error.start]:02x}): convert the file to UTF-8"
        ) from error


def lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream as they come, without their ends. Raises with the number of one that is not UTF-8."""
    for number, line in enumerate(stream, 1):
        try:
            yield line.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise AmtsError(
                f"line {number}: not UTF-8 at byte {error.start} (0x{line[error.start]:02x}): convert it to UTF-8"
            ) from error


def read_folders(
    root: Path, names: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, dict[str, str]]:
    """The texts of the files `names`, and of the `optional` ones, in every folder below `root` that has
    all of `names`, by folder.

    Raises UsageError when there is no such folder, so that a wrong path is not an empty result.
    """
    folders = sorted(file.parent for file in root.rglob(names[0]))
    found = {
        folder.relative_to(root).as_posix(): {
            name: read(folder / name)
            for name in (*names, *optional)
            if name in names or (folder / name).is_file()
        }
        for folder in folders
        if all((folder / name).is_file() for name in names)
    }
    if not found:
        raise UsageError(f"{root}: no folder in it has {', '.join(names)}")
    return found


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A text that is kept in a file, and is no loss."""

    path: Path

    def read(self) -> str:
        """The text; "" where it cannot be read."""
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, text: str) -> None:
        """Keeps another text, where the file can be written."""
        with suppress(OSError, UsageError):
            write(self.path, text)


def looking_in(root: Path) -> Callable[[str], bytes | None]:
    """Reads the files of a folder by their paths in it; None for those that are not there."""
    return lambda path: (root / path).read_bytes() if (root / path).is_file() else None


def write(path: Path, text: str) -> None:
    """Writes beside the file and replaces it: nobody sees half of it, and a failure leaves the old one. A device or a
    pipe is written into.

    Bytes of a file name that are not UTF-8, which Python keeps as lone surrogates, are written as `\\udcxx`.
    """
    write_stretches(path, [text])


def write_stretches(path: Path, stretches: Iterable[str]) -> None:
    """Like `write`, for a text that is never whole in memory."""
    _write(path, (it.encode("utf-8", "backslashreplace") for it in stretches))


def write_bytes(path: Path, content: bytes) -> None:
    """Like `write`, for a file that is not text."""
    _write(path, [content])


def _write(path: Path, content: Iterable[bytes]) -> None:
    if path.exists() and not path.is_file():
        _write_into(path, content)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write_into(path: Path, content: Iterable[bytes]) -> None:
    """Into a device or a pipe: a file in the place of /dev/null would stop half of the system."""
    try:
        with path.open("wb") as file:
            file.writelines(content)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _mode(path: Path) -> int:
    """The mode the file has, or the one that a new file gets (temporary files are private)."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def folder(path: Path, pattern: str = "*.md") -> dict[str, bytes]:
    """The files of a folder and those below it, by path in it with `/`; hidden ones are left out.

    Raises UsageError when it is no folder, or one of the files cannot be read.
    """
    if not path.is_dir():
        raise UsageError(f"{path}: no such folder")
    names = {file: file.relative_to(path) for file in sorted(path.rglob(pattern)) if file.is_file()}
    try:
        return {
            name.as_posix(): file.read_bytes()
            for file, name in names.items()
            if not any(part.startswith(".") for part in name.parts)
        }
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error


def write_all(root: Path, contents: Mapping[str, bytes]) -> None:
    """Writes files by their paths in a folder."""
    for path, content in contents.items():
        write_bytes(root / path, content)


class CacheFile:
    """A text in a file. One that is missing or cannot be read counts as empty."""

    def __init__(self, path: Path | None) -> None:
        """None keeps nothing."""
        self._path = path

    def load(self) -> str:
        """What was saved last, or ""."""
        if self._path is None:
            return ""
        try:
            return self._path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def save(self, text: str) -> None:
        """Replaces the file. Raises UsageError when it cannot be written."""
        if self._path is not None:
            write(self._path, text)


def append(path: Path, text: str) -> None:
    """Adds to a file that others write too (the Actions runner's output file)."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def replace_folders(root: Path, texts: Mapping[str, str], folders: Sequence[str]) -> None:
    """Writes files by their paths under `root`; other Markdown that an earlier run left in `folders` goes."""
    for path, text in texts.items():
        write(root / path, text)
    for folder in folders:
        for file in (root / folder).rglob("*.md"):
            if file.relative_to(root).as_posix() not in texts:
                file.unlink()
