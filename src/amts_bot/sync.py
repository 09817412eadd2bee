"""The main job: bring one language of a translation repository up to the newest English.

Reads the repository and its English submodule by commits, plans every page, asks the engine once, and
leaves one commit on `amts/<language>`. The work tree is never touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pathspec import GitIgnoreSpec

from amts_bot import assets, config, lock
from amts_bot.assets import Asset
from amts_bot.config import Config, LanguageSettings
from amts_bot.engines import Means, engine
from amts_bot.errors import AmtsError, UsageError
from amts_bot.library import Library, Reviewed
from amts_bot.lock import LanguageLock, Lock, PageLock
from amts_bot.model import Answer, CommitRequest, Draft, TreeEntry
from amts_bot.ports import Progress, Repository
from amts_bot.text.outcome import Outcome, finish, unchanged, verify
from amts_bot.text.plan import LEAST_LIKENESS, Alignment, draft, page
from amts_bot.text.report import PageResult, Quote, RunReport
from amts_bot.text.tracking import Pair, pair_pages

_NOT_A_TRANSLATION = "the page does not look like a translation of its English"
# New blocks shorter than this ("## Summary") are not looked for in the rest of the book.
_LEAST_BLOCK = 25


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. Empty texts mean: as configured, or the default."""

    language: str
    base: str = ""  # English revision that a repository without a lock was translated from
    to: str = ""  # English revision to move to; empty: what is checked out in the submodule
    engine: str = ""
    recording: str = ""  # text of the recording, for engine recorded:FILE
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The report, and the commit that was made; "" when there was nothing to do, or on a dry run."""

    report: RunReport
    commit: str = ""


def sync(order: Order, repository: Repository, progress: Progress) -> SyncResult:
    """Runs the main job for one language.

    Raises AmtsError for what stops the whole run (no submodule, unknown commit, unreadable lock…); what
    stops a page is in the report, and the page stays at its old English.
    """
    state = _read(order, repository)
    work = _work(state)
    progress.say(_headline(state, work))
    library = _library(state)
    english = _new_english(work, state)
    drafts = _drafts(work, english, library, state, progress)
    quote = _quote(drafts, state.config)
    if order.dry_run:
        return SyncResult(_planned(state, work, drafts, quote))
    outcomes = _outcomes(work, drafts, english, library, state, progress)
    results = [_result(item, outcomes[item.target]) for item in work]
    copied = _assets(state)
    report = RunReport(
        state.language.code,
        state.old,
        state.new,
        tuple(results),
        _asset_notes(copied),
        quote,
        state.notes,
    )
    return SyncResult(report, _commit(state, work, outcomes, copied, report))


# ------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the run starts from: the commit to read, the parents of the new one, the branch as it is."""

    commit: str
    parents: tuple[str, ...]
    tip: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Base:
    """The English of one target page: `own` when the repository itself keeps it (an origin file)."""

    source: str
    commit: str
    blob: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """All that was read before planning. Trees map paths to entries."""

    order: Order
    config: Config
    language: LanguageSettings
    lock: Lock
    start: _Start
    repository: Repository
    source: Repository
    old: str  # English commit of the last sync
    new: str  # English commit to move to
    tree: Mapping[str, TreeEntry]
    old_tree: Mapping[str, TreeEntry]
    new_tree: Mapping[str, TreeEntry]
    bases: Mapping[str, _Base]  # by target path

    @property
    def notes(self) -> tuple[str, ...]:
        return self.start.notes


def branch_of(language: str) -> str:
    """The branch of a language's pull request."""
    return f"amts/{language}"


def languages(repository: Repository) -> list[str]:
    """The languages that the repository's configuration names."""
    return sorted(_config(repository.tree(repository.head()), repository).languages)


def _read(order: Order, repository: Repository) -> _State:
    head = repository.head()
    head_tree = repository.tree(head)
    settings = _config(head_tree, repository)
    language = settings.language(order.language)
    start = _start(repository, branch_of(language.code), head, head_tree)
    tree = repository.tree(start.commit)
    locked = _lock(tree, repository)
    source = repository.submodule(settings.source.submodule, head)
    new = source.resolve(order.to) if order.to else source.head()
    old = _old_commit(order, locked.language(language.code), tree, settings, source)
    old_tree, new_tree = (_files(source.tree(commit), settings) for commit in (old, new))
    pages = [_pages(found, settings) for found in (old_tree, new_tree, tree)]
    bases = _bases(order, locked.language(language.code), language, pages, tree, old)
    _refuse_dirty(repository, settings, bases)
    return _State(
        order,
        settings,
        language,
        locked,
        start,
        repository,
        source,
        old,
        new,
        tree,
        old_tree,
        new_tree,
        bases,
    )


def _config(tree: Mapping[str, TreeEntry], repository: Repository) -> Config:
    if config.FILE not in tree:
        raise UsageError(
            f"no {config.FILE} in the last commit: write one and commit it, for example\n\n{config.EXAMPLE}"
        )
    return config.parse(_text(repository, tree[config.FILE].blob, config.FILE))


def _lock(tree: Mapping[str, TreeEntry], repository: Repository) -> Lock:
    if lock.FILE not in tree:
        return Lock()
    return lock.parse(_text(repository, tree[lock.FILE].blob, lock.FILE))


def _start(
    repository: Repository, branch: str, head: str, head_tree: Mapping[str, TreeEntry]
) -> _Start:
    """The open branch where there is one: what stands there is not done twice, edits on it stay.

    A branch that was merged (also squashed: then both sides have the same lock) is history; the new
    commit takes it in as a parent, so that the branch only ever moves forward.
    """
    tip = repository.branch_tip(branch)
    if tip is None or repository.is_ancestor(tip, head):
        return _Start(head, (head,), tip)
    if repository.is_ancestor(head, tip):
        return _Start(tip, (tip,), tip)
    mine, theirs = (tree.get(lock.FILE) for tree in (head_tree, repository.tree(tip)))
    if mine is not None and mine == theirs:
        return _Start(head, (head, tip), tip)
    note = f"{branch} and the checked-out commit have both moved on: this run continues on {branch}; merge them"
    return _Start(tip, (tip,), tip, (note,))


def _old_commit(
    order: Order,
    state: LanguageLock,
    tree: Mapping[str, TreeEntry],
    settings: Config,
    source: Repository,
) -> str:
    if state.commit:
        return source.resolve(state.commit)
    if order.base:
        return source.resolve(order.base)
    return source.resolve(tree[settings.source.submodule].blob)


def _files(tree: Mapping[str, TreeEntry], settings: Config) -> dict[str, TreeEntry]:
    """The files of an English commit that concern us; links and submodules never do."""
    wanted = [*settings.source.pages, *settings.source.assets]
    spec = GitIgnoreSpec.from_lines(wanted)
    return {
        path: entry
        for path, entry in tree.items()
        if entry.mode.startswith("100") and spec.match_file(path)
    }


def _pages(tree: Mapping[str, TreeEntry], settings: Config) -> dict[str, TreeEntry]:
    wanted = GitIgnoreSpec.from_lines(settings.source.pages)
    refused = GitIgnoreSpec.from_lines(settings.source.exclude)
    return {
        path: entry
        for path, entry in tree.items()
        if wanted.match_file(path) and not refused.match_file(path)
    }


def _bases(
    order: Order,
    state: LanguageLock,
    language: LanguageSettings,
    pages: Sequence[Mapping[str, TreeEntry]],
    tree: Mapping[str, TreeEntry],
    old: str,
) -> dict[str, _Base]:
    """What each target page was translated from: the lock knows, else kept originals, else --base.

    `pages`: those of the old and the new English, and of the translation, where a page may stand that
    neither English version has.
    """
    if state.pages:
        return {
            target: _Base(row.source, row.commit, row.blob) for target, row in state.pages.items()
        }
    old_pages = pages[0]
    bases: dict[str, _Base] = {}
    for path in sorted(set().union(*pages)):
        target, origin = language.target(path), tree.get(language.origin_of(path))
        if target not in tree:
            continue
        if origin is not None:
            bases[target] = _Base(path, old, origin.blob, own=True)
        elif order.base and path in old_pages:
            bases[target] = _Base(path, old, old_pages[path].blob)
    return bases


def _refuse_dirty(repository: Repository, settings: Config, bases: Mapping[str, _Base]) -> None:
    """Uncommitted edits would not be seen: better stop than build on the committed text beside them."""
    ours = {*bases, config.FILE, lock.FILE}
    dirty = [
        path for path in repository.dirty() if path in ours or path == settings.source.submodule
    ]
    if dirty:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        raise UsageError(
            f"{dirty[0]}{more}: changed but not committed; commit or stash first, amts-bot reads commits"
        )


def _text(repository: Repository, blob: str, where: str) -> str:
    return _utf8(repository.read([blob])[blob], where)


def _utf8(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AmtsError(
            f"{where}: not UTF-8 at byte {error.start} (0x{content[error.start]:02x}): convert the file to UTF-8"
        ) from error


# ------------------------------------------------------------------ planning


@dataclass(frozen=True, slots=True)
class _Item:
    """One target page to work on. `old_target` differs from `target` where the page was renamed."""

    pair: Pair
    target: str
    old_target: str
    base: _Base | None
    blob: str  # of the new English; "" for a removed page
    held: str = ""

    @property
    def status(self) -> str:
        if self.held:
            return "held"
        if not self.pair.new:
            return "removed"
        if not self.pair.old:
            return "added"
        return "renamed" if self.old_target != self.target else "merged"


def _work(state: _State) -> list[_Item]:
    """The pages whose English changed, came or went since their base."""
    old_pages, new_pages = (
        _pages(state.old_tree, state.config),
        _pages(state.new_tree, state.config),
    )
    if not state.bases and _translated_already(state, new_pages):
        raise UsageError(
            f"{lock.FILE} does not exist yet: say which English the pages were translated from, with "
            '--base REV (a tag or commit of the submodule) or origin = "{stem}_origin{suffix}" in '
            f"[languages.{state.language.code}]"
        )
    by_source = {base.source: target for target, base in state.bases.items()}
    waiting = state.lock.language(state.language.code).waiting
    came = [
        path
        for path in new_pages
        if path not in by_source and (path not in old_pages or path in waiting)
    ]
    items = [
        _item(pair, by_source, new_pages, state)
        for pair in _pairs(by_source, came, new_pages, state)
    ]
    return [item for item in items if item.held or _changed(item)]


def _translated_already(state: _State, pages: Iterable[str]) -> bool:
    return any(state.language.target(path) in state.tree for path in pages)


def _pairs(
    by_source: Mapping[str, str],
    came: Sequence[str],
    new_pages: Mapping[str, TreeEntry],
    state: _State,
) -> list[Pair]:
    gone = [path for path in by_source if path not in new_pages]
    old = dict.fromkeys(by_source, "")
    new = dict.fromkeys([*(p for p in by_source if p in new_pages), *came], "")
    if not gone or not came:
        return pair_pages(old, new, {})
    bases = {path: state.bases[by_source[path]] for path in gone}
    ours = state.repository.read({base.blob for base in bases.values() if base.own})
    theirs = state.source.read(
        {base.blob for base in bases.values() if not base.own} | {new_pages[p].blob for p in came}
    )
    old |= {path: _lenient((ours if b.own else theirs)[b.blob]) for path, b in bases.items()}
    new |= {path: _lenient(theirs[new_pages[path].blob]) for path in came}
    return pair_pages(old, new, state.source.renames(state.old, state.new))


def _lenient(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _english(base: _Base, path: str, state: _State) -> str:
    return _text(state.repository if base.own else state.source, base.blob, path)


def _item(
    pair: Pair, by_source: Mapping[str, str], new_pages: Mapping[str, TreeEntry], state: _State
) -> _Item:
    old_target = by_source.get(pair.old, "")
    target = state.language.target(pair.new) if pair.new else old_target
    same = bool(pair.old) and pair.old == pair.new
    target = old_target if same else target
    base = state.bases.get(old_target) if pair.old else None
    blob = new_pages[pair.new].blob if pair.new else ""
    held = ""
    if target != old_target and target in state.tree:
        held = f"{target} is there already, and nothing says which English it was translated from"
    return _Item(pair, target, old_target or target, base, blob, held)


def _changed(item: _Item) -> bool:
    return item.base is None or item.base.blob != item.blob or item.old_target != item.target


def _headline(state: _State, work: Sequence[_Item]) -> str:
    span = f"English {state.old[:8]} → {state.new[:8]}"
    return f"{state.language.code}: {span}, {len(work)} of {len(state.bases)} pages to do"


def _library(state: _State) -> Library:
    """Every page with its English, read at once."""
    pages: dict[str, Reviewed] = {}
    theirs = state.source.read({base.blob for base in state.bases.values() if not base.own})
    wanted = {base.blob for base in state.bases.values() if base.own}
    wanted |= {state.tree[target].blob for target in state.bases if target in state.tree}
    ours = state.repository.read(wanted)
    for target, base in state.bases.items():
        if target not in state.tree:
            continue
        english = (ours if base.own else theirs)[base.blob]
        texts = _decoded(english), _decoded(ours[state.tree[target].blob])
        if None not in texts:
            pages[target] = Reviewed(str(texts[0]), str(texts[1]))
    return Library(pages)


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


_Planned = (
    Draft | Outcome | AmtsError
)  # a plan; a page that is done without one; a page that failed


def _new_english(work: Sequence[_Item], state: _State) -> dict[str, str | AmtsError]:
    """The new English of every page that has one, by target path, read at once; or why it has none."""
    contents = state.source.read({item.blob for item in work if item.blob})
    english: dict[str, str | AmtsError] = {}
    for item in work:
        if item.blob:
            try:
                english[item.target] = _utf8(contents[item.blob], item.pair.new)
            except AmtsError as error:
                english[item.target] = error
    return english


def _drafts(
    work: Sequence[_Item],
    english: Mapping[str, str | AmtsError],
    library: Library,
    state: _State,
    progress: Progress,
) -> dict[str, _Planned]:
    readable = {target: text for target, text in english.items() if isinstance(text, str)}
    known = library.blocks(_new_blocks(readable, work, library))
    drafts: dict[str, _Planned] = {}
    for number, item in enumerate(work, 1):
        progress.step(f"planning {item.target}", number, len(work))
        text = english.get(item.target, "")
        if isinstance(text, AmtsError):
            drafts[item.target] = text
        else:
            drafts[item.target] = _draft(item, text, known, library, state)
    return drafts


def _new_blocks(
    english: Mapping[str, str], work: Sequence[_Item], library: Library
) -> Iterator[str]:
    """Blocks that their page did not have: they may have come from another one."""
    for item in work:
        if item.target in english:
            own = library.pages.get(item.old_target, Reviewed("", "")).source
            blocks = (block.text.strip() for block in page(english[item.target]).blocks)
            yield from (text for text in blocks if len(text) >= _LEAST_BLOCK and text not in own)


def _draft(
    item: _Item, english: str, known: Mapping[str, str], library: Library, state: _State
) -> _Planned:
    if item.held:
        return unchanged("", english, state.language.code, item.held)
    if item.base is not None and item.old_target not in library.pages:
        return _unreadable(item, state)
    alignment = library.alignment(item.old_target)
    if not item.blob:
        return _removed(item, library, state)
    plan = draft(alignment, english, state.language.code, known)
    if plan.likeness < LEAST_LIKENESS:
        target = library.pages[item.old_target].target
        return unchanged(target, english, state.language.code, _NOT_A_TRANSLATION)
    return plan


def _unreadable(item: _Item, state: _State) -> _Planned:
    """The target or its English is missing or not UTF-8: say which."""
    if item.old_target not in state.tree:
        return AmtsError(f"{item.old_target}: in {lock.FILE}, but not in the repository")
    try:
        _text(state.repository, state.tree[item.old_target].blob, item.old_target)
        assert item.base is not None
        _english(item.base, item.pair.old, state)
    except AmtsError as error:
        return error
    raise AssertionError("a readable page is in the library")


def _removed(item: _Item, library: Library, state: _State) -> Outcome:
    """A page that is gone from the English goes, unless the translators had added to it."""
    alignment = library.alignment(item.old_target)
    code = state.language.code
    if any(not bead.source for bead in alignment.beads):
        text = library.pages[item.old_target].target
        return unchanged(text, "", code, "gone from the English, but the translators added to it")
    return finish(draft(alignment, "", code), [])


def _quote(drafts: Mapping[str, _Planned], settings: Config) -> Quote:
    characters = sum(
        len(request.source)
        for plan in drafts.values()
        if isinstance(plan, Draft)
        for request in plan.requests
    )
    return Quote(characters, settings.engine.price, settings.engine.standard_price)


def _planned(
    state: _State, work: Sequence[_Item], drafts: Mapping[str, _Planned], quote: Quote
) -> RunReport:
    """The report of a dry run: what engine `none` would leave."""
    results = []
    for item in work:
        plan = drafts[item.target]
        done = finish(plan, [None] * len(plan.requests)) if isinstance(plan, Draft) else plan
        results.append(_result(item, done))
    return RunReport(
        state.language.code,
        state.old,
        state.new,
        tuple(results),
        (),
        quote,
        state.notes,
        planned=True,
    )


# ------------------------------------------------------------------ doing

_Done = Outcome | AmtsError


def _outcomes(
    work: Sequence[_Item],
    drafts: Mapping[str, _Planned],
    english: Mapping[str, str | AmtsError],
    library: Library,
    state: _State,
    progress: Progress,
) -> dict[str, _Done]:
    """Every page with its answers in place and its sums checked. One call of the engine per run."""
    plans = {target: plan for target, plan in drafts.items() if isinstance(plan, Draft)}
    requests = [request for plan in plans.values() for request in plan.requests]
    progress.say(f"{len(requests)} stretches of English to translate")
    name = state.order.engine or state.config.engine.name
    means = Means(library.holding, state.order.recording, state.config.engine.minimum_similarity)
    answers = iter(engine(name, means).translate(requests, state.language.code))
    outcomes: dict[str, _Done] = {}
    for item in work:
        plan = drafts[item.target]
        if not isinstance(plan, Draft):
            outcomes[item.target] = plan
            continue
        mine = [next(answers) for _ in plan.requests]
        alignment = library.alignment(item.old_target)
        outcomes[item.target] = _finished(plan, mine, alignment, str(english[item.target]))
    return outcomes


def _finished(
    plan: Draft, answers: Sequence[Answer | None], alignment: Alignment, english: str
) -> _Done:
    try:
        outcome = finish(plan, answers)
        verify(outcome, alignment, english)
    except AmtsError as error:
        return error
    return outcome


def _result(item: _Item, done: _Done) -> PageResult:
    base = item.base.source if item.base else ""
    if isinstance(done, AmtsError):
        return PageResult(item.target, base, item.pair.new, "failed", None, str(done))
    status = "held" if done.held else item.status
    return PageResult(item.target, base, item.pair.new, status, done, done.held)


def _assets(state: _State) -> list[Asset]:
    patterns = GitIgnoreSpec.from_lines(state.config.source.assets)
    pages = {**_pages(state.old_tree, state.config), **_pages(state.new_tree, state.config)}
    paths = [
        (path, path)
        for path in sorted({*state.old_tree, *state.new_tree})
        if patterns.match_file(path) and path not in pages
    ]
    trees = assets.Versions(state.old_tree, state.new_tree, state.tree)
    return list(assets.decide(paths, trees, state.source, state.repository))


def _asset_notes(found: Iterable[Asset]) -> tuple[str, ...]:
    return tuple(f"{asset.path}: {asset.held}" for asset in found if asset.held)


# ------------------------------------------------------------------ writing


@dataclass(slots=True)
class _Files:
    """The files of the new commit, as they come together."""

    files: dict[str, bytes | None] = field(default_factory=dict)
    copies: dict[str, TreeEntry] = field(default_factory=dict)
    locks: dict[str, PageLock] = field(default_factory=dict)


def _commit(
    state: _State,
    work: Sequence[_Item],
    outcomes: Mapping[str, _Done],
    copied: Sequence[Asset],
    report: RunReport,
) -> str:
    """One commit with pages, assets, submodule pointer and lock; "" when nothing would change."""
    made = _Files()
    made.locks.update(_standing_locks(state))
    for item in work:
        _add_page(made, item, outcomes[item.target], state)
    for asset in copied:
        _add_asset(made, asset)
    state.repository.import_blobs(state.source, [entry.blob for entry in made.copies.values()])
    waiting = tuple(
        sorted(
            item.pair.new for item in work if item.pair.new and not _is_done(outcomes[item.target])
        )
    )
    language = LanguageLock(state.new, made.locks, waiting)
    locked = state.lock.with_language(state.language.code, language)
    made.files[lock.FILE] = lock.render(locked).encode()
    request = CommitRequest(
        branch_of(state.language.code),
        state.start.parents,
        state.start.tip,
        made.files,
        {state.config.source.submodule: state.new},
        made.copies,
        report.commit_message(),
    )
    commit = state.repository.commit(request)
    return "" if commit == state.start.commit else commit


def _is_done(done: _Done) -> bool:
    return isinstance(done, Outcome) and not done.held


def _standing_locks(state: _State) -> dict[str, PageLock]:
    """The lock as it was, or what the bases say where there is none yet."""
    known = state.lock.language(state.language.code).pages
    return {
        target: known.get(target) or PageLock(base.source, base.commit, base.blob)
        for target, base in state.bases.items()
        if not base.own or base.blob == _blob(state.new_tree, base.source)
    }


def _blob(tree: Mapping[str, TreeEntry], path: str) -> str:
    return tree[path].blob if path in tree else ""


def _add_page(made: _Files, item: _Item, done: _Done, state: _State) -> None:
    before = made.locks.get(item.old_target)
    held = str(done) if isinstance(done, AmtsError) else done.held
    if isinstance(done, AmtsError) or held:
        if before is not None:
            made.locks[item.old_target] = replace(before, held=held)
        return
    made.locks.pop(item.old_target, None)
    if item.old_target != item.target and item.old_target in state.tree:
        made.files[item.old_target] = None
    if not item.blob:
        if item.target in state.tree:
            made.files[item.target] = None
        return
    made.files[item.target] = done.text.encode("utf-8")
    on_branch = state.start.commit == state.start.tip
    machine, pending = _hashes(done)
    if before is not None and on_branch:  # not reviewed before its pull request is merged
        machine, pending = {*machine, *before.machine}, {*pending, *before.pending}
    made.locks[item.target] = PageLock(
        item.pair.new, state.new, item.blob, tuple(sorted(machine)), tuple(sorted(pending))
    )


def _hashes(done: Outcome) -> tuple[set[str], set[str]]:
    """Of what an engine wrote, and of English that was left standing."""
    machine = {_hash(draft.target) for entry in done.entries for draft in entry.drafts}
    pending = {_hash(text) for entry in done.entries for text in entry.translate}
    return machine, pending


def _hash(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def _add_asset(made: _Files, asset: Asset) -> None:
    if asset.held:
        return
    if asset.copy is not None:
        made.copies[asset.path] = asset.copy
    else:
        made.files[asset.path] = None if asset.delete else asset.content
