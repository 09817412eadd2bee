"""A bilingual lexicon, learnt from pages that are translations of each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from amts_bot.errors import UsageError
from amts_bot.text.align.learning import learn
from amts_bot.text.align.lexicon import render
from amts_bot.text.pairs.bitext import page_sentences

_SplitPage = tuple[list[str], list[str]]  # the sentences of both sides


@dataclass(frozen=True, slots=True)
class PageLines:
    """Pages already split, one a line: {"source": ["sentence", …], "target": ["sentence", …]}."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PageFolders:
    """Two folders, by path inside them: pages of the same name are translations of each other."""

    source: Mapping[str, bytes]
    target: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class LearntLexicon:
    """The text of a lexicon file, and what it holds."""

    text: str
    pages: int
    pairs: int  # of words


def learn_lexicon(
    book: PageLines | PageFolders, source_language: str, target_language: str
) -> LearntLexicon:
    """Learns a lexicon; the pages need not be aligned.

    Raises UsageError for a line or a page that cannot be read, and where there is nothing to learn from.
    """
    match book:
        case PageLines():
            pages = list(_of_lines(book))
        case PageFolders():
            pages = list(_of_folders(book, source_language, target_language))
    if not any(source and target for source, target in pages):
        raise UsageError("no page has sentences on both sides: there is nothing to learn from")
    lexicon = learn(pages, source_language, target_language)
    return LearntLexicon(render(lexicon), len(pages), len(lexicon.forward.source))


def _of_lines(book: PageLines) -> Iterator[_SplitPage]:
    for number, line in enumerate(book.text.split("\n"), 1):
        if line.strip():
            try:
                page = json.loads(line)
                yield _sentences(page["source"]), _sentences(page["target"])
            except (ValueError, KeyError, TypeError):
                raise UsageError(
                    f"{book.name}: line {number} is no page: "
                    '{"source": ["sentence", …], "target": […]}'
                ) from None


def _sentences(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError
    return value


def _of_folders(
    book: PageFolders, source_language: str, target_language: str
) -> Iterator[_SplitPage]:
    for name in sorted(book.source.keys() & book.target.keys()):
        yield (
            page_sentences(_text(book.source[name], name), source_language),
            page_sentences(_text(book.target[name], name), target_language),
        )


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 at byte {error.start}: convert it to UTF-8") from error
