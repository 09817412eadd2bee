"""How much work the bot saved: what it proposed, against what was merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from amts_bot.book.merged import MergedPullRequests
from amts_bot.errors import UsageError
from amts_bot.model import counted
from amts_bot.ports import Progress, Repository
from amts_bot.text.measure.effort import Edit, Review, edits
from amts_bot.text.measure.effort_report import EffortReport
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.names.pages import sentence_hashes

_GONE = (
    "{} not counted: the bot's commits are not in this repository. This brings them: "
    "`git fetch origin 'refs/pull/*/head:refs/remotes/origin/pull/*'`"
)


def effort(repository: Repository, languages: Sequence[str], progress: Progress) -> EffortReport:
    """The post-edit effort of all merged pull requests of some languages; of all when none is named.

    A pull request is found by the lock, which travels with it. After a squash the bot's own commits must
    still be there, on a branch or fetched from GitHub; pull requests without them are only counted.
    """
    history = MergedPullRequests(repository)
    reviews: list[Review] = []
    gone = 0
    for merged, after in reversed([*history.merges()]):
        for language in history.changed_languages(merged):
            if not languages or language in languages:
                found = history.reviews(merged, after, language)
                gone += found is None
                reviews += found or []
    return _report(
        reviews,
        progress,
        [_GONE.format(counted(gone, "merged pull request is", "merged pull requests are"))]
        if gone
        else [],
    )


def _report(
    reviews: Sequence[Review], progress: Progress, notes: Sequence[str] = ()
) -> EffortReport:
    found: list[Edit] = []
    for number, review in enumerate(reviews, 1):
        progress.step(f"comparing {review.page}", number, len(reviews))
        found += edits(review)
    return EffortReport(tuple(found), tuple(notes))


# ------------------------------------------------------------------ replays

MergePage = Callable[[str, str, str, str], Outcome]  # English old and new, target, language
Files = Mapping[str, str]  # what one folder of a replay holds, by file name


def replay_pages(folders: Mapping[str, Files], progress: Progress) -> EffortReport:
    """Whole pages that a machine wrote and people edited: LANGUAGE/PAGE/{machine,human}.md."""
    reviews = [
        Review(
            page=page,
            language=language,
            engine="machine",
            month="",
            proposed=files["machine.md"],
            merged=files["human.md"],
            machine=None,
        )
        for (language, page), files in _named(folders)
    ]
    return _report(reviews, progress)


def replay_syncs(
    folders: Mapping[str, Files], merge: MergePage, engine: str, progress: Progress
) -> EffortReport:
    """Page syncs that people once did by hand, proposed by the bot as it is now.

    LANGUAGE/PAGE/{source_old,source_new,target_old,target_human}.md; `merge` is the merge of one page
    with the engine of that name.
    """
    reviews = []
    for number, ((language, page), files) in enumerate(_named(folders), 1):
        progress.step(f"merging {page}", number, len(folders))
        outcome = merge(
            files["source_old.md"], files["source_new.md"], files["target_old.md"], language
        )
        drafts = [draft.target for entry in outcome.entries for draft in entry.drafts]
        left = [text for entry in outcome.entries for text in entry.translate]
        reviews.append(
            Review(
                page=page,
                language=language,
                engine=engine.partition(":")[0],
                month="",
                proposed=outcome.text,
                merged=files["target_human.md"],
                machine=frozenset().union(*(sentence_hashes(text, language) for text in drafts)),
                untranslated=frozenset().union(*(sentence_hashes(text, "en") for text in left)),
            )
        )
    return _report(reviews, progress)


def _named(folders: Mapping[str, Files]) -> Iterator[tuple[tuple[str, str], Files]]:
    """`zh/vision__anchor@1a2b` is page `vision/anchor@1a2b` in Chinese."""
    for path, files in sorted(folders.items()):
        language, _, page = path.partition("/")
        if not page:
            raise UsageError(
                f"{path}: a replay has a folder for each language, with its pages inside"
            )
        yield (language, page.replace("__", "/")), files
