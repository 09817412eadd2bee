"""Files of sentence pairs on disk, compressed or not, as streams."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from amts_bot.errors import UsageError


@dataclass(frozen=True, slots=True)
class OpenCorpus:
    """A file that is open: its kind, such as `tmx`, and its streams; two of kind `moses`."""

    kind: str
    streams: tuple[BinaryIO, ...]


_KINDS = {"tmx": "tmx", "jsonl": "jsonl", "json": "jsonl", "csv": "csv", "tsv": "tsv", "txt": "tsv"}
# Files of bitextor: pairs as they were aligned, and those that its filters left.
_KINDS |= {"raw": "tsv", "sent": "tsv"}
_PACKED: dict[str, Callable[[Path], Any]] = {".gz": gzip.GzipFile, ".xz": lzma.LZMAFile}


@contextmanager
def open_corpus(path: Path, source: str, target: str) -> Iterator[OpenCorpus]:
    """A file of pairs: TMX, JSONL, TSV or CSV, packed by gzip or xz, or a ZIP of OPUS; else the beginning of two names,
    `NAME.en` and `NAME.es`.

    Raises UsageError when there is no such file, or none that is known; also while it is read, when it is damaged.
    """
    with ExitStack() as stack:
        try:
            yield _opened(path, source, target, stack)
        except (OSError, EOFError, BadZipFile, lzma.LZMAError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise UsageError(f"{path}: {reason}") from error


def _opened(path: Path, source: str, target: str, stack: ExitStack) -> OpenCorpus:
    if path.suffix == ".zip":
        return _zipped(path, source, target, stack)
    if path.is_file():
        packed = path.suffix in _PACKED
        suffix = Path(path.stem).suffix if packed else path.suffix
        kind = _KINDS.get(suffix.lstrip("."))
        if kind is None:
            raise UsageError(
                f"{path}: pairs are read from {', '.join(_KINDS)}, packed or not, and from two files"
            )
        return OpenCorpus(kind, (_stream(path, stack),))
    sides = [_side(path, code) for code in (source, target)]
    if None in sides:
        raise UsageError(
            f"{path}: no such file, and no two files {path.name}.{source} and {path.name}.{target}"
        )
    return OpenCorpus("moses", tuple(_stream(side, stack) for side in sides if side))


def _stream(path: Path, stack: ExitStack) -> BinaryIO:
    opened = _PACKED[path.suffix](path) if path.suffix in _PACKED else path.open("rb")
    return cast(BinaryIO, stack.enter_context(opened))


def _side(path: Path, code: str) -> Path | None:
    names = (f"{path.name}.{name}{packed}" for name in _names(code) for packed in ("", *_PACKED))
    return next((side for name in names if (side := path.with_name(name)).is_file()), None)


def _names(code: str) -> tuple[str, ...]:
    """How a language is called at the end of a file's name: pt-br, pt_br, pt."""
    return tuple(dict.fromkeys((code, code.replace("-", "_"), code.split("-")[0])))


def _zipped(path: Path, source: str, target: str, stack: ExitStack) -> OpenCorpus:
    """As OPUS packs them: two files for Moses, or one TMX, beside a README and a licence."""
    archive = stack.enter_context(ZipFile(path))
    members = archive.namelist()
    sides = [
        next((m for name in _names(code) for m in members if m.endswith(f".{name}")), "")
        for code in (source, target)
    ]
    documents = [member for member in members if member.endswith(".tmx")]
    wanted = sides if all(sides) else documents[:1]
    if not wanted:
        raise UsageError(
            f"{path}: neither a .tmx in it, nor files that end in .{source} and .{target}"
        )
    opened: list[IO[bytes]] = [stack.enter_context(archive.open(member)) for member in wanted]
    return OpenCorpus("moses" if all(sides) else "tmx", tuple(cast(BinaryIO, it) for it in opened))
