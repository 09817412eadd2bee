"""The English, the patterns that choose its pages, and for each language what a run would find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pathspec import GitIgnoreSpec

from amts_bot.book.config import FILE, Config
from amts_bot.book.english import newest, repository_of, selection_of
from amts_bot.book.layout import Place, SameRepository, Submodule, Upstream, listed
from amts_bot.book.lock import file_of
from amts_bot.book.snapshot import LanguageReading, reading
from amts_bot.console.findings import Finding, judged, right, unknown, warning, wrong
from amts_bot.doctor.subject import Subject
from amts_bot.errors import AmtsError
from amts_bot.model import counted


def book(subject: Subject, config: Config) -> Iterator[Finding]:
    """Raises AmtsError where the English cannot be read: then there is nothing to say of the rest."""
    repository = subject.repository
    source = repository_of(config, repository, repository.head())
    commit = newest(source, config)
    where = _named(config.source.place)
    yield right("English", f"{where}, at {commit[:10]}")
    if source.is_shallow() and source is not repository:
        yield wrong(
            "English",
            f"{where} is a shallow clone: the bot reads old commits",
            "git fetch --unshallow there; in a workflow `fetch-depth: 0` on actions/checkout",
        )
    yield from _patterns(config, source.tree(commit).keys())
    for code in subject.codes(config):
        try:
            yield from _language(reading(code, config, repository, subject.base))
        except AmtsError as error:
            yield judged(f"language {code}", error)


def _named(place: Place) -> str:
    match place:
        case Submodule(path):
            return f"submodule {path}"
        case SameRepository(root):
            return f"folder {root or '.'}"
        case Upstream(url, _):
            return f"upstream {url}"


def _patterns(config: Config, paths: Iterable[str]) -> Iterator[Finding]:
    """Patterns that take in no file of the English: one that is a slip is silent by nature."""
    root = selection_of(config, paths).root
    below = root and f"{root}/"
    inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
    source = config.source
    rows = {"pages": source.pages, "exclude": source.exclude, "assets": source.assets}
    for key, patterns in rows.items():
        for pattern in patterns:
            spec = GitIgnoreSpec.from_lines([pattern.removeprefix("!")])
            if not any(map(spec.match_file, inside)):
                yield warning(
                    f"pattern {pattern}",
                    f"matches no file of the English: {key} of [source]",
                    f"correct it in {FILE}, or take it out",
                )


def _language(read: LanguageReading) -> Iterator[Finding]:
    question, found = read.question, read.found
    code, what = question.language.code, f"language {question.language.code}"
    if question.language.doubt:
        meant = 'write the other code, or service-code = "…" if this one is meant'
        yield warning(what, question.language.doubt, meant)
    for note in found.notes:
        words, _, remedy = note.partition("\n")
        yield Finding(what, "warning", words, remedy)
    pages = len(question.new.pages)
    if not found.bases:
        yield wrong(
            what,
            "nobody says which English its pages were made from",
            f'amts-bot adopt --write finds out; or give `--base REV` to the first sync, or set base = "history" in '
            f"[languages.{code}]",
        )
    elif found.unsure:
        yield warning(
            what,
            f"no sure base of {counted(len(found.unsure), 'page')}, which a sync leaves alone: "
            f"{listed([*found.unsure])}",
            f"amts-bot sync --language {code} --base REV, with the English that they were made from",
        )
    glossary = question.language.terminology
    if glossary and glossary not in question.tree:
        yield wrong(
            what,
            f"the glossary {glossary} is not in the last commit",
            f"commit it, or correct terminology in [languages.{code}]",
        )
    if found.bases:
        yield right(what, f"translations of {len(found.bases)} of {counted(pages, 'English page')}")
    if not question.locked.commit:
        yield unknown(file_of(code), "is not there yet", "the first sync, or init, writes it")
