"""What may be written where: paths, submodules and object ids are checked before git sees them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from amts_bot.adapters.git.process import to_bytes
from amts_bot.errors import AmtsError
from amts_bot.model import CommitRequest, TreeEntry

FILE, EXECUTABLE, SYMLINK, GITLINK = "100644", "100755", "120000", "160000"

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def check_request(request: CommitRequest, base: Mapping[str, TreeEntry]) -> None:
    written = _written_paths(request)
    for path in [*request.files, *request.submodules, *request.copies]:
        check_path(path)
        _check_parents(path, base)
    for path in request.files:
        if path in base and base[path].mode == GITLINK:
            raise _refused(path, "it is a submodule")
    for path in written:
        _check_replaced(path, base, GITLINK if path in request.submodules else FILE)
    for path, entry in request.copies.items():
        if entry.mode not in (FILE, EXECUTABLE):
            raise _refused(path, f"mode {entry.mode} is not that of a file")
    for blob in [*request.submodules.values(), *(entry.blob for entry in request.copies.values())]:
        object_id(blob)
    _check_folders(written, request, base)


def _written_paths(request: CommitRequest) -> list[str]:
    """The paths that get new content, each once."""
    changed = [*request.files, *request.submodules, *request.copies]
    for path, times in Counter(changed).items():
        if times > 1:
            raise _refused(path, "it is given twice")
    return [path for path in changed if request.files.get(path, b"") is not None]


def check_path(path: str) -> None:
    """A path is made of plain names: it can't lead out of the tree or into `.git`."""
    if not path:
        raise _refused(path, "it is empty")
    if path.startswith("/"):
        raise _refused(path, "it is absolute")
    if "\\" in path or has_control_character(path):
        raise _refused(path, "it holds a backslash or a control character")
    for name in path.split("/"):
        # ".git." and "git~1" are ".git" to Windows.
        if name in ("", ".", "..") or name.lower().rstrip(" .") in (".git", "git~1"):
            raise _refused(path, f"{name!r} is not a name for a file or folder")
    try:
        to_bytes(path)
    except UnicodeEncodeError as error:
        raise _refused(path, "it can't be written as UTF-8") from error


def _check_parents(path: str, base: Mapping[str, TreeEntry]) -> None:
    for folder in _folders(path):
        if folder in base and base[folder].mode in (SYMLINK, GITLINK):
            raise _refused(path, f"{folder!r} is a symbolic link or a submodule")


def _check_replaced(path: str, base: Mapping[str, TreeEntry], mode: str) -> None:
    """A file may replace a file only, and a submodule a submodule."""
    if path not in base:
        return
    if base[path].mode == SYMLINK:
        raise _refused(path, "it is a symbolic link")
    if (base[path].mode == GITLINK) != (mode == GITLINK):
        raise _refused(path, "a submodule and a file can't replace each other")


def _check_folders(
    written: Sequence[str], request: CommitRequest, base: Mapping[str, TreeEntry]
) -> None:
    """git would silently drop the file `a` for `a/b`, and the folder `a` for the file `a`."""
    gone = {path for path, text in request.files.items() if text is None}
    after = {*(path for path in base if path not in gone), *written}
    folders = {folder for path in after for folder in _folders(path)}
    for path in written:
        if path in folders:
            raise _refused(path, "it is a folder")
        if not after.isdisjoint(_folders(path)):
            raise _refused(path, "it lies below a file")


def check_submodule(name: str, variable: str, value: str) -> None:
    """Refuse what has been used to attack git through `.gitmodules` (CVE-2018-17456 and later).

    A relative URL ("../book-en.git") is git's own way to name a neighbour, and stays allowed.
    """
    checked = [name]
    if variable == "path":
        checked.append(value)
    if variable == "url":
        checked.append(re.sub(r"^(\.\.?/)+", "", value))
    for text in checked:
        if text.startswith("-") or ".." in text or has_control_character(text):
            raise AmtsError(
                f".gitmodules is refused: the submodule {name!r} has {text!r} for a name, path or "
                "URL: these can't start with '-' or hold '..' or control characters"
            )


def _refused(path: str, reason: str) -> AmtsError:
    return AmtsError(f"refused to write {path!r}: {reason}; correct the path in the configuration")


def _folders(path: str) -> list[str]:
    """The folders above a path: "a/b/c" -> ["a", "a/b"]."""
    return [path[:end] for end, letter in enumerate(path) if letter == "/"]


def has_control_character(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(it) == "Cc" for it in text)


def object_id(text: str) -> str:
    if not OBJECT_ID.fullmatch(text):
        raise AmtsError(f"{text!r} is not an object id: give all 40 (or 64) hexadecimal digits")
    return text
