"""The mistakes that people make in their first hours: the first line says what is wrong, the second what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from amts_bot.adapters.package import examples
from amts_bot.adopt.workflows import Deployment, workflows
from amts_bot.book import config
from amts_bot.cli import main
from tests.conftest import Book, git, put

LAMP = "# The lamp\n\nThe lamp burns `oil`. It is lit at dusk.\n"
LAMBA = "# Lamba\n\nLamba `oil` yakar. Alacakaranlıkta yakılır.\n"
SOURCE = '[source]\nsubmodule = "english"\npages = ["*.md"]\n\n'
TOML = SOURCE + '[languages.tr]\nbase = "history"\n'
MAIN = ".github/workflows/amts.yml"
SYNC = "sync --dry-run"
CORRECT = "correct amts.toml and commit it"

Slip = Callable[[Book], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What somebody did, the command that stumbles over it, and how both lines begin; `doctor` has a line for it."""

    slip: Slip
    wrong: str
    remedy: str
    command: str = SYNC


def settings(toml: str | bytes) -> Slip:
    """The team committed these."""
    return lambda book: book.translate({"amts.toml": toml})


def changed(before: str, after: str) -> Slip:
    assert before in TOML
    return settings(TOML.replace(before, after))


def fault(slip: Slip, wrong: str) -> Mistake:
    return Mistake(slip=slip, wrong=f"amts.toml{wrong}", remedy=CORRECT)


def language(code: str, meant: str) -> Mistake:
    said = f" [languages.{code}]: not a language code such as zh, tr or pt-BR (line 5, is {meant} meant?)"
    return fault(settings(f"{SOURCE}[languages.{code}]\n"), said)


def workflow(before: str, after: str) -> Slip:
    deployment = Deployment(bot="team/amts-bot@v1", branch="main", settings=config.parse(TOML))
    text = workflows(deployment, examples())[MAIN]
    assert before in text
    return lambda book: book.translate({MAIN: text.replace(before, after)})


def nothing(_book: Book) -> None:
    pass


def uncommitted(book: Book) -> None:
    book.git("rm", "--quiet", "--cached", "amts.toml")
    book.git("commit", "--quiet", "-m", "forgotten")


def without_git(book: Book) -> None:
    shutil.rmtree(book.root / ".git")


def without_commit(book: Book) -> None:
    without_git(book)
    git(book.root, "init", "--quiet")


MISTAKES = {
    # ---------------------------------------------------------------- the file
    "no settings": Mistake(
        slip=lambda book: book.translate({"amts.toml": None}),
        wrong="no amts.toml in the last commit",
        remedy="amts-bot init writes one",
    ),
    "settings that nobody committed": Mistake(
        slip=uncommitted,
        wrong="amts.toml is there, and in no commit",
        remedy="git add amts.toml && git commit",
    ),
    "settings that were edited since": Mistake(
        slip=lambda book: put(book.root, {"amts.toml": TOML + "# more\n"}),
        wrong="amts.toml: changed but not committed",
        remedy="commit or stash it",
    ),
    "a byte order mark": Mistake(
        slip=settings("\ufeff" + TOML),
        wrong="amts.toml: begins with a byte order mark",
        remedy="save amts.toml as UTF-8 without one",
    ),
    "settings in UTF-16": Mistake(
        slip=settings(TOML.encode("utf-16")),
        wrong="amts.toml: not UTF-8 at byte 0",
        remedy="save amts.toml as UTF-8",
    ),
    "a quote that stays open": Mistake(
        slip=changed('"english"', '"english'),
        wrong="amts.toml: Illegal character '\\n' (at line 2",
        remedy="correct amts.toml there",
    ),
    # ---------------------------------------------------------------- keys and values
    "a slip in a table": fault(
        changed("[source]", "[sorce]"), ": unknown key 'sorce' (line 1, is source meant?)"
    ),
    "one language, one table": fault(
        changed("languages", "language"), ": unknown key 'language' (line 5, is languages meant?)"
    ),
    "no language at all": Mistake(
        slip=settings(SOURCE),
        wrong="amts.toml: the table [languages] is missing",
        remedy="write it",
    ),
    "a slip in a key": fault(
        changed("pages", "page"), " [source]: unknown key 'page' (line 3, is pages meant?)"
    ),
    "a slip in a value": fault(
        settings(TOML + '[review]\ntrust = "merge"\n'),
        " [review]: trust must be one of merged, approved, edited, not 'merge' (line 8, is merged meant?)",
    ),
    "a text for a list": fault(
        changed('["*.md"]', '"*.md"'), " [source]: pages must be a list of texts"
    ),
    "a text for a number": fault(
        settings(TOML + '[review]\nmax-words = "many"\n'), " [review]: max-words must be a number"
    ),
    "several at once": Mistake(
        slip=settings('[source]\nsubmodul = "english"\n[languages.jp]\n'),
        wrong="amts.toml: 3 settings are wrong",
        remedy=CORRECT,
    ),
    "English in two places": fault(
        changed("pages", 'root = "docs"\npages'),
        " [source]: submodule and root both say where the English is",
    ),
    "a password in an address": fault(
        changed('submodule = "english"', 'upstream = "https://ada:secret@example.org/book"'),
        " [source]: upstream must be an address",
    ),
    "a base for forks": fault(
        changed("history", "merge-base"), " [languages.tr]: base = 'merge-base' is for forks"
    ),
    "all pages in one file": fault(
        settings(TOML + 'pages = "{paht}"\n'),
        " [languages.tr]: pages = '{paht}' puts every page in one file",
    ),
    "a name for a login": fault(
        settings(TOML + 'reviewers = ["Ada Lovelace"]\n'),
        " [languages.tr]: reviewers: 'Ada Lovelace' is neither",
    ),
    "a form of address that the service lacks": fault(
        settings(TOML + 'formality = "formal"\n'),
        " [languages.tr]: formality: Amazon Translate offers it for",
    ),
    # ---------------------------------------------------------------- codes
    "Japan for Japanese": language("jp", "ja"),
    "China for Chinese": language("cn", "zh"),
    "three letters": language("deu", "de"),
    "English itself": language("eng", "en"),
    "an underscore": language("pt_BR", "pt-BR"),
    "the name of a language": language("Turkish", "tr"),
    "a language that is not there": Mistake(
        slip=nothing,
        command=f"{SYNC} --language de",
        wrong="amts.toml has no language 'de'",
        remedy="take one that it has, tr",
    ),
    # ---------------------------------------------------------------- the English
    "a slip in the submodule": Mistake(
        slip=changed('"english"', '"englsh"'),
        wrong="'englsh' is not a submodule in",
        remedy="add the English book with `git submodule add`",
    ),
    "a submodule that is not checked out": Mistake(
        slip=lambda book: book.git("submodule", "--quiet", "deinit", "--force", "english"),
        wrong="the submodule 'english' is not checked out",
        remedy="run `git submodule update --init english`",
    ),
    "an upstream that is not there": Mistake(
        slip=changed('submodule = "english"', 'upstream = "/nowhere/book"'),
        wrong="upstream /nowhere/book: '/nowhere/book' does not appear to be a git repository",
        remedy="correct [source] upstream",
    ),
    "patterns that match nothing": Mistake(
        slip=changed('"*.md"', '"/chapters/*.md"'),
        wrong="amts.toml [source]: pages = ['/chapters/*.md'] names no file of the English",
        remedy="correct the patterns",
    ),
    "translations elsewhere": Mistake(
        slip=settings(TOML + 'pages = "tr/{path}"\n'),
        wrong="no translation of the 1 English pages was found",
        remedy="amts.toml [languages.tr]: pages = 'tr/{path}' looks for lamp.md at tr/lamp.md; did you mean",
    ),
    "two languages in one place": Mistake(
        slip=settings(TOML + "[languages.es]\n"),
        command=f"{SYNC} --language es",
        wrong="amts.toml [languages.es]: pages = '{path}' puts lamp.md where [languages.tr] has it",
        remedy="give each language a folder of its own",
    ),
    # ---------------------------------------------------------------- bases
    "a base that is not there": Mistake(
        slip=nothing,
        command=f"{SYNC} --base v1.01",
        wrong="v1.01 is unknown in",
        remedy="run `git fetch`, or correct the revision: tags that there are: v1.1, v1",
    ),
    "a version that is not there": Mistake(
        slip=nothing,
        command=f"{SYNC} --to v7",
        wrong="v7 is unknown in",
        remedy="run `git fetch`, or correct the revision: tags that there are: v",
    ),
    "no base": Mistake(
        slip=changed('base = "history"\n', ""),
        wrong="amts/tr.lock does not exist yet, and nothing says which English the pages were made from",
        remedy="amts-bot init finds it out; or say it with --base REV, a tag or commit of the English, such as v1",
    ),
    "a table of bases that is not there": Mistake(
        slip=changed('"history"', '{ file = "bases.csv" }'),
        wrong="[languages.tr] base.file: bases.csv is not in the last commit",
        remedy="commit it, or correct the path",
    ),
    # ---------------------------------------------------------------- the lock, the clone
    "a lock with a conflict": Mistake(
        slip=lambda book: book.translate(
            {"amts/tr.lock": "{\n<<<<<<< HEAD\n=======\n>>>>>>> a\n}\n"}
        ),
        wrong="amts/tr.lock: has the marks of a merge conflict",
        remedy="take one side, git checkout --ours -- amts/tr.lock or --theirs",
    ),
    "a lock of a newer version": Mistake(
        slip=lambda book: book.translate({"amts/tr.lock": '{"version": 99}'}),
        wrong="amts/tr.lock was written by a newer amts-bot",
        remedy="update amts-bot",
    ),
    "a page that was edited since": Mistake(
        slip=lambda book: put(book.root, {"lamp.md": LAMBA + "\nEski.\n"}),
        wrong="lamp.md: changed but not committed",
        remedy="commit or stash it",
    ),
    "no repository": Mistake(
        slip=without_git, wrong=". is not a git repository", remedy="run amts-bot in a clone"
    ),
    "a repository without a commit": Mistake(
        slip=without_commit, wrong="{root} has no commit yet", remedy="make a first commit"
    ),
    # ---------------------------------------------------------------- the command line
    "a slip in a command": Mistake(
        slip=nothing, command="snyc", wrong="there is no command 'snyc'", remedy="is sync meant?"
    ),
    "a slip in an option": Mistake(
        slip=nothing,
        command="sync --dryrun",
        wrong="unrecognized arguments: --dryrun",
        remedy="is --dry-run meant?",
    ),
    "an engine that is not there": Mistake(
        slip=nothing,
        command=f"{SYNC} --engine deepl",
        wrong="unknown engine 'deepl'",
        remedy="choose one of amazon",
    ),
    "a recording that is not there": Mistake(
        slip=nothing,
        command=f"{SYNC} --engine recorded:x.jsonl",
        wrong="x.jsonl: No such file",
        remedy="correct the path",
    ),
    "no token": Mistake(
        slip=nothing,
        command="sync --publish",
        wrong="GITHUB_TOKEN is not set",
        remedy="set it; in a workflow",
    ),
    # ---------------------------------------------------------------- what only the doctor sees
    "Amazon without a role": Mistake(
        slip=settings(TOML + '[engine]\nname = "amazon-act"\n'),
        command="doctor",
        wrong="amts.toml [amazon]: role is not set",
        remedy="write the ARN of the data access role there",
    ),
    "a glossary that is not there": Mistake(
        slip=settings(TOML + 'terminology = "words.csv"\n'),
        command="doctor",
        wrong="the glossary words.csv is not in the last commit",
        remedy="commit it, or correct terminology",
    ),
    "the branch of the bot": Mistake(
        slip=lambda book: book.git("switch", "--quiet", "--create", "amts/tr"),
        command="doctor",
        wrong="amts/tr is checked out, which is the bot's own",
        remedy="git switch main",
    ),
    "the workflow of another branch": Mistake(
        slip=workflow("[main]", "[master]"),
        command="doctor",
        wrong="starts on pushes to master, and the default branch is main",
        remedy="branches: [main] under push",
    ),
    "a workflow that may not write": Mistake(
        slip=workflow("contents: write", "contents: read"),
        command="doctor",
        wrong="job sync does not grant `contents: write`",
        remedy="contents: write under `permissions:`",
    ),
    "a workflow that was copied as it is": Mistake(
        slip=workflow("team/amts-bot", "OWNER/amts-bot"),
        command="doctor",
        wrong="calls OWNER/amts-bot, which is nobody's",
        remedy="amts-bot init --bot",
    ),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that is ready, to be copied for each mistake."""
    folder = tmp_path_factory.mktemp("ready")
    book = Book(folder / "book-en", folder / "book-tr")
    for place in (book.english, book.root):
        place.mkdir()
        git(place, "init", "--quiet", "--initial-branch", "main")
    book.edit({"lamp.md": LAMP})
    for tag in ("v1", "v1.1"):
        book.english_git("tag", tag)
    git(book.root, "submodule", "--quiet", "add", "../book-en", "english")
    book.translate({"lamp.md": LAMBA, "amts.toml": TOML})
    book.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return folder


@pytest.fixture
def book(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(shelf, tmp_path / "shelf", symlinks=True)
    copy = Book(tmp_path / "shelf" / "book-en", tmp_path / "shelf" / "book-tr")
    monkeypatch.chdir(copy.root)
    return copy


def run(words: str) -> int:
    try:
        return main(words.split())
    except SystemExit as stopped:
        return int(stopped.code or 0)


def told(command: str, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What is wrong and what to do: the first two lines, or of the doctor those of each fault."""
    said = capsys.readouterr()
    if command != "doctor":
        first, second, *_ = (said.err.split("amts-bot: ", 1)[-1] + "\n\n").splitlines()
        return [(first, second)]
    lines = said.out.splitlines()
    return [
        (line.split(maxsplit=1)[1], after.strip(" →"))
        for line, after in pairwise(lines)
        if line.startswith("wrong ")
    ]


def test_the_book_is_ready_without_a_mistake(book: Book) -> None:
    assert (run(SYNC), run("doctor")) == (0, 0)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_what_to_do(
    mistake: Mistake, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    mistake.slip(book)
    assert run(mistake.command) in (1, 2)
    wrong = mistake.wrong.format(root=book.root) if "{root}" in mistake.wrong else mistake.wrong
    found = told(mistake.command, capsys)
    assert [
        (first, second)
        for first, second in found
        if wrong in first and second.startswith(mistake.remedy)
    ], found


def test_a_mistake_that_stops_a_sync_is_one_for_the_doctor_too(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of each kind one; the doctor says it as the sync does."""
    for name in (
        "a slip in a key",
        "a slip in the submodule",
        "a lock with a conflict",
        "translations elsewhere",
    ):
        MISTAKES[name].slip(book)
        assert run("doctor") in (1, 2), name
        wrong = MISTAKES[name].wrong.removeprefix("amts.toml").strip()
        assert any(wrong in first for first, _ in told("doctor", capsys)), name
        book.git("reset", "--quiet", "--hard", "HEAD~1")
