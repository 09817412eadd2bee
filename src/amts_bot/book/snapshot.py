"""One moment of a book, as a run reads it before it plans: the translation, the English it came from and goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace

from pathspec import GitIgnoreSpec

from amts_bot.book import config
from amts_bot.book.bases import Base, BaseQuestion, PageBases, page_bases
from amts_bot.book.config import Config, LanguageSettings
from amts_bot.book.english import english_at, newest, refuse_stranger, repository_of, selection_of
from amts_bot.book.hand_moves import followed, hand_moves, notes_on
from amts_bot.book.layout import SameRepository, Submodule, Upstream, listed
from amts_bot.book.lock import SHARED_FILE, LanguageLock, file_of
from amts_bot.book.memory import lock_of
from amts_bot.book.one_by_one import OneByOne
from amts_bot.book.pairing import PairingQuestion, pairing
from amts_bot.book.past import Past
from amts_bot.book.rewritten import LastEnglish, is_gone, last_english, with_english
from amts_bot.book.texts import Decoded, English, Texts, Tree, tree_of
from amts_bot.book.together import moved_together
from amts_bot.errors import UsageError
from amts_bot.ports import Crew, Notebook, Programs, Repository


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. Empty texts mean: as configured, or the default."""

    language: str
    _: KW_ONLY
    base: str = ""  # English revision that pages without a row in the lock were translated from
    rebase: str = ""  # .gitignore pattern of pages whose row in the lock is wrong, too
    begun: str = ""  # the base that the first run was given, as its open pull request remembers it
    to: str = ""  # English revision to move to; empty: what is checked out in the submodule
    pages: tuple[str, ...] = ()  # .gitignore patterns of pages to do alone; none: all of them
    engine: str = ""
    recording: str = ""  # text of the recording, for engine recorded:FILE
    programs: Programs | None = None  # how engines that are programs are started; None: not at all
    crew: Crew = field(
        default_factory=OneByOne, compare=False, repr=False
    )  # who works on the pages
    notebook: Notebook | None = field(default=None, compare=False, repr=False)  # for the next run
    dry_run: bool = False
    wait: float = 0.0  # seconds, for a batch job
    approved: tuple[
        str, ...
    ] = ()  # commits of the last merged pull request that people approved; "" is its last
    review_at: str = ""  # address where people will find the review page, where there is one
    told: bool = True  # whether anybody reads what is to be said of names and bases: finding that out takes a while

    @property
    def first_base(self) -> str:
        """The English of a default branch that has no lock yet."""
        return self.base or self.begun


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

    def noting(self, *notes: str) -> Start:
        """The same start with more that people should know."""
        return replace(self, notes=(*self.notes, *notes))


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
    past: Past

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

    def english_before(self, bases: Iterable[Base]) -> str:
        """The English commit that a report of pages with these bases begins with.

        Before there is a lock, each page may be of another age: all that they lack is to be seen.
        """
        if self.locked.commit or self.order.first_base:
            return self.old.commit
        return self.past.last_with({it.source: it.blob for it in bases}) or self.old.commit

    @property
    def english(self) -> Texts:
        """The texts of the English repository, by blob."""
        return self.new.pages.texts

    def original(self, target: str) -> Decoded:
        """The English that a target page was translated from; AmtsError names the page of a lost blob."""
        base = self.bases[target]
        return (self.tree.texts if base.own else self.english)[base.blob]

    def merged_page(self, target: str) -> str:
        """A page on the default branch, be it that people moved it on the open one; "" where it has none."""
        place = target if target in self.merged else self._merged_place(target)
        return self.merged.at(place).text if place else ""

    def _merged_place(self, target: str) -> str:
        row = self.locked.pages.get(target)
        places = (
            it for it, was in self.merged_state.pages.items() if row and was.source == row.source
        )
        return next((place for place in places if place in self.merged), "")

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
    return _config(tree_of(repository, repository.head()), repository)


def english_of(order: Order, repository: Repository) -> str:
    """The English commit that a run would move to."""
    return newest(english_repository(repository), settings(repository), order.to)


def english_repository(repository: Repository) -> Repository:
    """The repository that holds the English, by the configuration that is checked out."""
    return repository_of(settings(repository), repository, repository.head())


def snapshot(order: Order, repository: Repository, *, merged: bool = False) -> Snapshot:
    """Reads the state of one language; `merged` reads what is checked out even where the language's
    branch is open.

    Raises UsageError or AmtsError for what stops the whole run: no configuration, submodule or base,
    an unknown commit, an unreadable lock, uncommitted changes.
    """
    head = repository.head()
    checked_out = tree_of(repository, head)
    configured = _config(checked_out, repository)
    language = configured.language(order.language)
    start = Start(commit=head, parents=(head,), tip=None)
    if not merged:
        start = _start(repository, language.code, head, checked_out)
        start = _noting_apart(start, order, head, repository)
    tree = Tree(repository.tree(start.commit), checked_out.texts)
    locked = lock_of(tree, language.code)
    moves = hand_moves(locked, tree, start.commit, repository)
    locked = followed(locked, moves)
    source = repository_of(configured, repository, head)
    if not (locked.commit or order.first_base):
        refuse_stranger(source, configured, repository)
    asked, last = _asked(order=order, settings=configured, tree=tree, locked=locked, source=source)
    past = Past(
        source=source,
        source_tip=asked.new.commit,
        own=repository,
        own_tip=start.commit,
        crew=order.crew,
    )
    bases = _bases(order, asked, past)
    _refuse_dirty(repository, configured, language.code, bases.bases)
    found = Snapshot(
        order=order,
        config=configured,
        language=language,
        locked=locked,
        start=start.noting(*last.notes, *notes_on(moves, locked, asked.new.pages)),
        repository=repository,
        source=source,
        old=asked.old,
        new=asked.new,
        merged=checked_out,
        tree=tree,
        found=bases,
        past=past,
    )
    _require_bases(found)
    _expect(found)
    return found


@dataclass(frozen=True, slots=True)
class LanguageReading:
    """A language of one commit, as settings that nobody committed yet would have it."""

    question: PairingQuestion
    past: Past
    found: PageBases


def reading(
    language: str, settings: Config, repository: Repository, base: str = ""
) -> LanguageReading:
    """Pairs the pages of the checked-out commit and looks for their bases. Raises as `snapshot` does."""
    head = repository.head()
    tree = tree_of(repository, head)
    order, source = Order(language, base=base), repository_of(settings, repository, head)
    locked = lock_of(tree, language)
    asked, _ = _asked(order=order, settings=settings, tree=tree, locked=locked, source=source)
    past = Past(source=source, source_tip=asked.new.commit, own=repository, own_tip=head)
    return LanguageReading(asked, past, _bases(order, asked, past))


def _asked(
    *, order: Order, settings: Config, tree: Tree, locked: LanguageLock, source: Repository
) -> tuple[PairingQuestion, LastEnglish]:
    """Both versions of the English beside the translation, and what there is to say of the older one."""
    texts = Texts(source)
    new = english_at(source, texts, newest(source, settings, order.to), settings)
    if locked.commit:
        last = last_english(locked, order.base, source, new.commit)
    else:
        known = order.first_base or _pointer(tree, settings, source)
        last = LastEnglish(source.resolve(known) if known else new.commit)
    question = PairingQuestion(
        settings=settings,
        language=settings.language(order.language),
        old=english_at(source, texts, last.commit, settings),
        new=new,
        tree=tree,
        locked=with_english(locked, source),
        chosen=selection_of(settings, tree),
        told=order.told,
    )
    return question, last


def _expect(found: Snapshot) -> None:
    """Nothing is read yet: the first text that a story asks for brings all of its repository's."""
    for target, base in found.bases.items():
        texts = found.tree.texts if base.own else found.english
        texts.expect([base.blob], f"{file_of(found.language.code)}, page {target}")
    for tree in (found.tree, found.merged):
        tree.texts.expect(tree[target].blob for target in found.bases if target in tree)
    found.english.expect(entry.blob for entry in found.new.pages.values())


def _config(tree: Tree, repository: Repository) -> Config:
    if config.FILE in tree:
        return config.parse(text_of(tree.at(config.FILE)))
    if repository.uncommitted([config.FILE]):
        raise UsageError(
            f"{config.FILE} is there, and in no commit: amts-bot reads commits\n"
            f"git add {config.FILE} && git commit -m 'Set up the AMTS bot'"
        )
    raise UsageError(
        f"no {config.FILE} in the last commit\n"
        f"amts-bot init writes one; or write it and commit it, for example\n\n{config.EXAMPLE}"
    )


def text_of(settings: Decoded) -> str:
    """The text of the settings. Raises UsageError where it is not UTF-8."""
    if settings.fault:
        what = settings.fault.partition(": ")[0]
        raise UsageError(
            f"{config.FILE}: {what}\nsave {config.FILE} as UTF-8, without a byte order mark, and commit it"
        )
    return settings.text


def start_of(repository: Repository, language: str) -> Start:
    """Where a run for a language starts from."""
    head = repository.head()
    return _start(repository, language, head, tree_of(repository, head))


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
    return Start(commit=tip, parents=(tip,), tip=tip, open=True)


def _noting_apart(start: Start, order: Order, head: str, repository: Repository) -> Start:
    """A dry run merges nothing: it says where a run would."""
    if not (order.dry_run and start.open) or repository.is_ancestor(head, start.commit):
        return start
    apart = "have both moved on: a run first takes over what concerns the translation"
    return start.noting(f"{branch_of(order.language)} and the checked-out commit {apart}")


def _pointer(tree: Tree, settings: Config, source: Repository) -> str:
    """The English commit that the submodule points to; "" where there is no submodule, or that commit is gone."""
    place = settings.source.place
    if not isinstance(place, Submodule):
        return ""
    pointer = tree[place.path].blob
    return "" if is_gone(pointer, source) else pointer


def _bases(order: Order, question: PairingQuestion, past: Past) -> PageBases:
    """What each page was translated from, of the pages that the settings find."""
    paired = pairing(question)
    given = None
    revision = order.base if question.locked.commit else order.first_base
    if revision:
        texts = question.new.pages.texts
        given = english_at(past.source, texts, past.source.resolve(revision), question.settings)
    answered = page_bases(
        BaseQuestion(
            language=question.language,
            locked=question.locked,
            tree=question.tree,
            old=question.old,
            new=question.new,
            given=given,
            again=GitIgnoreSpec.from_lines([order.rebase] if order.rebase else []),
            past=past,
            chosen=question.chosen,
            told=question.told,
        )
    )
    bases = {
        target: base for target, base in answered.bases.items() if target not in paired.seconds
    }
    bases = _in_step(bases, question, past.source)
    unsure = {target: it for target, it in answered.unsure.items() if target not in bases}
    return PageBases(bases, unsure, (*paired.notes, *answered.notes), paired.own)


def _in_step(
    bases: dict[str, Base], question: PairingQuestion, source: Repository
) -> dict[str, Base]:
    """The bases, with what one pull request changed together with its translation since the last sync."""
    if not isinstance(question.settings.source.place, SameRepository):
        return bases
    english = question.new.pages
    known = {question.language.target(path): (path, "") for path in english}
    known = {target: page for target, page in known.items() if target in question.tree}
    known |= {target: (base.source, base.blob) for target, base in bases.items()}
    changes = [*source.changes(question.new.commit, question.old.commit)]
    moved = moved_together(known, reversed(changes))
    return {
        **bases,
        **{
            target: Base(source=known[target][0], commit=it.commit, blob=it.blob, origin="together")
            for target, it in moved.items()
        },
    }


def _refuse_dirty(
    repository: Repository, settings: Config, language: str, bases: Mapping[str, Base]
) -> None:
    """Uncommitted edits would not be seen: better stop than build on the committed text beside them."""
    place = settings.source.place
    ours = {*bases, config.FILE, SHARED_FILE, file_of(language)}
    match place:
        case Submodule(path):
            ours.add(path)
        case SameRepository():
            ours |= {base.source for base in bases.values()}
        case Upstream():
            pass
    dirty = [path for path in repository.dirty() if path in ours]
    if dirty:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        raise UsageError(
            f"{dirty[0]}{more}: changed but not committed, and amts-bot reads commits\n"
            "commit or stash it, and run again"
        )


def _require_bases(found: Snapshot) -> None:
    """A first run that knows no base: it would write a lock that says all is in step."""
    if found.bases:
        return
    reasons = [f"{target}: {it.reason}" for target, it in sorted(found.found.unsure.items())]
    why = f" ({listed(reasons, '; ')})" if reasons else ""
    raise UsageError(
        f"{file_of(found.language.code)} does not exist yet, and nothing says which English the pages were made from"
        f"{why}\namts-bot init finds it out; or say it with --base REV, a tag or commit of the English"
        f"{_tags(found.source)}, "
        f'or origin = "{{stem}}_origin{{suffix}}" in [languages.{found.language.code}]'
    )


def _tags(source: Repository) -> str:
    """Some tags to choose from, newest first."""
    names = source.tags()
    return f", such as {listed(names[:3])}" if names else ""
