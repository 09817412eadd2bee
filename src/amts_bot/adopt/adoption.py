"""A repository is taken up: what it is, what each page was made from, how far it is; and the files that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from amts_bot.adopt.finding import FoundBook, find
from amts_bot.adopt.places import Asked
from amts_bot.adopt.report import AdoptedLanguage, AdoptedPage, Adoption
from amts_bot.adopt.standing import standing
from amts_bot.book import config
from amts_bot.book.bases import Base, Unsure
from amts_bot.book.config import Config
from amts_bot.book.lock import PageLock, file_of, render
from amts_bot.book.memory import lock_of
from amts_bot.book.snapshot import LanguageReading, reading
from amts_bot.book.texts import tree_of
from amts_bot.errors import UsageError
from amts_bot.ports import Repository
from amts_bot.text.align.traces import likeness, traces


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings to work with, the text that is proposed for them, and what there is to say of it."""

    config: Config
    proposed: str = ""
    notes: tuple[str, ...] = ()


def adopt(asked: Asked, repository: Repository) -> Adoption:
    """Reads the checked-out commit and changes nothing; the answer has the files that would be written.

    Settings that are committed stand. Raises UsageError where history is missing, no English is found, or nothing
    says which language the pages are in.
    """
    _refuse_shallow(repository, "this repository")
    settings = _settings(asked, repository)
    only = asked.language if not settings.proposed else ""
    codes = [settings.config.language(only).code] if only else [*settings.config.languages]
    read = {code: reading(code, settings.config, repository) for code in codes}
    files = {config.FILE: settings.proposed.encode()} if settings.proposed else {}
    languages = []
    for code in codes:
        rows = _rows(read[code])
        files |= _lock(code, rows, read[code])
        languages.append(_language(code, rows, read[code], settings.config))
    return Adoption(
        languages=tuple(languages),
        files=files,
        settings=settings.config,
        proposed=settings.proposed,
        notes=settings.notes,
    )


def _refuse_shallow(repository: Repository, name: str) -> None:
    if repository.is_shallow():
        raise UsageError(
            f"{name} is a shallow clone: its old commits tell which English each page was made from; fetch them with "
            "`git fetch --unshallow` there, or clone without --depth"
        )


def _settings(asked: Asked, repository: Repository) -> _Settings:
    own = tree_of(repository, repository.head())
    text = asked.settings
    if not text and config.FILE in own:
        text = own.at(config.FILE).strict(config.FILE)
    if text:
        read = config.parse(text)
        if asked.upstream not in ("", getattr(read.source.place, "url", "")):
            raise UsageError(
                f"--upstream: {config.FILE} is there and says where the English is; change it there"
            )
        return _Settings(_asking_history(read))
    found: FoundBook = find(asked, repository)
    text = found.proposal.as_toml()
    return _Settings(config.parse(text, f"the proposed {config.FILE}"), text, found.notes)


def _asking_history(settings: Config) -> Config:
    """The settings of a team, with history for pages of which nothing that they name knows the base."""
    languages = {
        code: it if it.base.by else replace(it, base=replace(it.base, by="history"))
        for code, it in settings.languages.items()
    }
    return replace(settings, languages=languages)


def _rows(read: LanguageReading) -> dict[str, PageLock]:
    """What the lock can say of the pages whose base is sure, by target.

    Of a kept original that is no version of the English it can say nothing: that is asked for its English in each run.
    """
    bases = read.found.bases
    versions = read.past.english({base.source for base in bases.values() if base.own})
    rows: dict[str, PageLock] = {}
    for target, base in bases.items():
        if not base.own:
            rows[target] = PageLock(source=base.source, commit=base.commit, blob=base.blob)
            continue
        for version in versions[base.source]:
            if version.blob == base.blob:
                rows[target] = PageLock(
                    source=version.path, commit=version.commit, blob=version.blob
                )
    return rows


def _language(
    code: str, rows: Mapping[str, PageLock], read: LanguageReading, settings: Config
) -> AdoptedLanguage:
    question, found = read.question, read.found
    _refuse_shallow(read.past.source, "the English")
    question.tree.texts.expect(question.tree[it].blob for it in found.bases if it in question.tree)
    pages = [
        replace(
            _with_base(target, base, read, settings),
            base=rows[target].commit if target in rows else "",
        )
        for target, base in found.bases.items()
        if target in question.tree
    ]
    pages += [_without_base(target, it, read) for target, it in found.unsure.items()]
    there = {page.english for page in pages}
    return AdoptedLanguage(
        code=code,
        pages=tuple(sorted(pages, key=lambda page: page.translation)),
        english_only=tuple(path for path in question.new.pages if path not in there),
        notes=found.notes,
    )


def _with_base(target: str, base: Base, read: LanguageReading, settings: Config) -> AdoptedPage:
    tree, english = read.question.tree, read.question.new.pages
    old = (tree.texts if base.own else english.texts)[base.blob].text
    new = english.at(base.source).text if base.source in english else ""
    text = tree.at(target).text
    alike = likeness(traces(text), traces(old)) if base.likeness is None else base.likeness
    return AdoptedPage(
        english=base.source,
        translation=target,
        found_by=base.origin,
        confidence=base.confidence,
        likeness=alike,
        gone=base.source not in english,
        blocks=standing(old, new, text, settings.markdown.prose_keys),
    )


def _without_base(target: str, unsure: Unsure, read: LanguageReading) -> AdoptedPage:
    guess = unsure.guess
    return AdoptedPage(
        english=unsure.source,
        translation=target,
        base=guess.version.commit if guess else "",
        confidence=guess.confidence if guess else 0.0,
        likeness=guess.likeness if guess else None,
        reason=unsure.reason,
    )


def _lock(code: str, rows: Mapping[str, PageLock], read: LanguageReading) -> dict[str, bytes]:
    """The lock with the rows of pages that it does not have yet; what it has stays."""
    known, locked = lock_of(read.question.tree, code), read.question.locked.pages
    new = {target: row for target, row in rows.items() if target not in locked}
    if not new:
        return {}
    commit = known.commit or _last_seen(new, read)
    state = replace(known, commit=commit, pages={**known.pages, **new})
    return {file_of(code): render(state).encode()}


def _last_seen(rows: Mapping[str, PageLock], read: LanguageReading) -> str:
    """The newest English that a translation was made from: what came later is new to the translators.

    It is from before any of their pages went: where one moved, its new place must count as new, or the translation
    would be removed and not moved along.
    """
    commits = {row.commit for row in rows.values()}
    gone = {row.source for row in rows.values()} - read.question.new.pages.keys()
    seen = ""
    for change in read.past.source.changes(read.question.new.commit):
        seen = seen or (change.commit if change.commit in commits else "")
        if any(path in gone and not after for path, (_, after) in change.files.items()):
            seen = ""
    return seen or min(commits)
