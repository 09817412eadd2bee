"""One moment of a book, as a run reads it before it plans: the translation, the English it came from and goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass

from pathspec import GitIgnoreSpec

from amts_bot.book import config
from amts_bot.book.bases import Base, BaseQuestion, PageBases, page_bases
from amts_bot.book.config import Config, LanguageSettings
from amts_bot.book.english import english_at, newest, repository_of
from amts_bot.book.layout import Submodule
from amts_bot.book.lock import SHARED_FILE, LanguageLock, file_of
from amts_bot.book.memory import lock_of
from amts_bot.book.texts import Decoded, English, Texts, Tree, tree_of
from amts_bot.errors import UsageError
from amts_bot.ports import Repository


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. Empty texts mean: as configured, or the default."""

    language: str
    _: KW_ONLY
    base: str = ""  # English revision that pages without a row in the lock were translated from
    rebase: str = ""  # .gitignore pattern of pages whose row in the lock is wrong, too
    to: str = ""  # English revision to move to; empty: what is checked out in the submodule
    engine: str = ""
    recording: str = ""  # text of the recording, for engine recorded:FILE
    dry_run: bool = False
    wait: float = 0.0  # seconds, for a batch job
    approved: bool = False  # a person approved the pull request that was merged last


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the run starts from: the commit to read, the parents of the new one, the branch as it is.

    `open` says that the branch has text that is not merged yet, so nobody has reviewed it.
    """

    commit: str
    parents: tuple[str, ...]
    tip: str | None
    open: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a run was told and has read before it plans."""

    order: Order
    config: Config
    language: LanguageSettings
    locked: LanguageLock  # after the last sync
    start: Start
    repository: Repository
    source: Repository
    old: English  # of the last sync
    new: English  # to move to
    merged: Tree  # the translation on the default branch
    tree: Tree  # the translation where the run starts from
    found: PageBases

    @property
    def bases(self) -> Mapping[str, Base]:
        """What each target page was translated from, by its path."""
        return self.found.bases

    @property
    def engine(self) -> str:
        """The name of the engine that drafts in this run."""
        return (self.order.engine or self.config.engine.name).partition(":")[0]

    @property
    def reopens(self) -> bool:
        """English that an earlier run left standing is asked for again: the engine is another one."""
        return self.engine not in ("none", self.locked.engine)

    @property
    def merged_state(self) -> LanguageLock:
        """The state of the language on the default branch."""
        return lock_of(self.merged, self.language.code)

    @property
    def english(self) -> Texts:
        """The texts of the English repository, by blob."""
        return self.new.pages.texts

    def original(self, target: str) -> Decoded:
        """The English that a target page was translated from; AmtsError names the page of a lost blob."""
        base = self.bases[target]
        return (self.tree.texts if base.own else self.english)[base.blob]

    def merged_page(self, target: str) -> str:
        """A page on the default branch; "" where it has none."""
        return self.merged.at(target).text if target in self.merged else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know before they read the report."""
        return (*filter(None, [self.language.doubt]), *self.found.notes, *self.start.notes)

    def tree_of(self, commit: str) -> Tree:
        """The translation at another commit."""
        return Tree(self.repository.tree(commit), self.tree.texts)


def branch_of(language: str) -> str:
    """The branch of a language's pull request."""
    return f"amts/{language}"


def languages(repository: Repository, only: str = "") -> list[str]:
    """The languages that the repository's configuration names; `only` this one, where it is given.

    Raises UsageError when there is no configuration, or `only` is not in it.
    """
    configured = settings(repository)
    return [configured.language(only).code] if only else sorted(configured.languages)


def settings(repository: Repository) -> Config:
    """The configuration of the commit that is checked out."""
    return _config(tree_of(repository, repository.head()))


def english_of(order: Order, repository: Repository) -> str:
    """The English commit that a run would move to."""
    configured = settings(repository)
    source = repository_of(configured, repository, repository.head())
    return newest(source, configured, order.to)


def snapshot(order: Order, repository: Repository, *, merged: bool = False) -> Snapshot:
    """Reads the state of one language; `merged` reads what is checked out even where the language's
    branch is open.

    Raises UsageError or AmtsError for what stops the whole run: no configuration, submodule or base,
    an unknown commit, an unreadable lock, uncommitted changes.
    """
    head = repository.head()
    checked_out = tree_of(repository, head)
    configured = _config(checked_out)
    language = configured.language(order.language)
    start = Start(commit=head, parents=(head,), tip=None)
    if not merged:
        start = _start(repository, language.code, head, checked_out)
    tree = Tree(repository.tree(start.commit), checked_out.texts)
    locked = lock_of(tree, language.code)
    source = repository_of(configured, repository, head)
    texts = Texts(source)
    new_commit = newest(source, configured, order.to)
    old_commit = _old_commit(order, locked, tree, configured, source) or new_commit
    old = english_at(source, texts, old_commit, configured)
    new = english_at(source, texts, new_commit, configured)
    given_commit = source.resolve(order.base) if order.base else ""
    bases = page_bases(
        BaseQuestion(
            language=language,
            locked=locked,
            tree=tree,
            old=old,
            new=new,
            given=english_at(source, texts, given_commit, configured) if given_commit else None,
            again=GitIgnoreSpec.from_lines([order.rebase] if order.rebase else []),
        )
    )
    _refuse_dirty(repository, configured, language.code, bases.bases)
    found = Snapshot(
        order=order,
        config=configured,
        language=language,
        locked=locked,
        start=start,
        repository=repository,
        source=source,
        old=old,
        new=new,
        merged=checked_out,
        tree=tree,
        found=bases,
    )
    _refuse_shared_targets(found)
    _require_bases(found)
    _expect(found)
    return found


def _expect(found: Snapshot) -> None:
    """Nothing is read yet: the first text that a story asks for brings all of its repository's."""
    for target, base in found.bases.items():
        texts = found.tree.texts if base.own else found.english
        texts.expect([base.blob], f"{file_of(found.language.code)}, page {target}")
    for tree in (found.tree, found.merged):
        tree.texts.expect(tree[target].blob for target in found.bases if target in tree)
    found.english.expect(entry.blob for entry in found.new.pages.values())


def _config(tree: Tree) -> Config:
    if config.FILE not in tree:
        raise UsageError(
            f"no {config.FILE} in the last commit: write one and commit it, for example\n\n{config.EXAMPLE}"
        )
    return config.parse(tree.at(config.FILE).strict(config.FILE))


def _start(repository: Repository, language: str, head: str, checked_out: Tree) -> Start:
    """The open branch where there is one: what stands there is not done twice, edits on it stay.

    A branch that was merged is history; the new commit takes it in as a parent, so that the branch
    only ever moves forward. After a squash git does not know that it was merged: then both sides have
    the same lock for the language, and the default branch once had every file of the branch.
    """
    branch = branch_of(language)
    tip = repository.branch_tip(branch)
    if tip is None or repository.is_ancestor(tip, head):
        return Start(commit=head, parents=(head,), tip=tip)
    if repository.is_ancestor(head, tip):
        return Start(commit=tip, parents=(tip,), tip=tip, open=True)
    branch_tree = Tree(repository.tree(tip), checked_out.texts)
    mine, theirs = (lock_of(tree, language) for tree in (checked_out, branch_tree))
    locks = (SHARED_FILE, file_of(language))
    if mine == theirs and repository.was_taken_in(tip, head, apart=locks):
        return Start(commit=head, parents=(head, tip), tip=tip)
    note = f"{branch} and the checked-out commit have both moved on: the run will merge them"
    return Start(commit=tip, parents=(tip,), tip=tip, open=True, notes=(note,))


def _old_commit(
    order: Order, locked: LanguageLock, tree: Tree, settings: Config, source: Repository
) -> str:
    """The English of the last sync; "" where nothing says it."""
    place = settings.source.place
    pointer = tree[place.path].blob if isinstance(place, Submodule) else ""
    known = locked.commit or order.base or pointer
    return source.resolve(known) if known else ""


def _refuse_dirty(
    repository: Repository, settings: Config, language: str, bases: Mapping[str, Base]
) -> None:
    """Uncommitted edits would not be seen: better stop than build on the committed text beside them."""
    place = settings.source.place
    ours = {*bases, config.FILE, SHARED_FILE, file_of(language)}
    ours |= {place.path} if isinstance(place, Submodule) else set()
    dirty = [path for path in repository.dirty() if path in ours]
    if dirty:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        raise UsageError(
            f"{dirty[0]}{more}: changed but not committed; commit or stash first, amts-bot reads commits"
        )


def _refuse_shared_targets(found: Snapshot) -> None:
    taken: dict[str, str] = {}
    for path in found.new.pages:
        target = found.language.target(path)
        if target in taken:
            raise UsageError(
                f"{config.FILE} [languages.{found.language.code}]: pages = {found.language.layout.pages!r} puts "
                f"both {taken[target]} and {path} into {target}: use {{path}} or {{folder}}"
            )
        taken[target] = path


def _require_bases(found: Snapshot) -> None:
    """A first run that knows no base, or no page: it would write a lock that says all is in step."""
    if found.bases:
        return
    settings = found.language
    where = f"[languages.{settings.code}]"
    targets = [settings.target(path) for path in found.new.pages]
    if not any(target in found.tree for target in targets):
        looks_at = f", for example at {targets[0]}" if targets else ""
        raise UsageError(
            f"no translation of the {len(targets)} English pages was found: pages = {settings.layout.pages!r} in "
            f"{where} looks beside it{looks_at}; correct it, or `pages` in [source]"
        )
    raise UsageError(
        f"{file_of(settings.code)} does not exist yet: say which English the pages were translated from, with "
        f'--base REV (a tag or commit of the submodule) or origin = "{{stem}}_origin{{suffix}}" in {where}'
    )
