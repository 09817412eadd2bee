"""`amts-bot doctor`: what is right, what a run would stumble over, and what to do about it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from amts_bot.adapters.github import connect
from amts_bot.adapters.github_rights import GitHubRights
from amts_bot.adapters.package import examples
from amts_bot.adopt.workflows import Deployment, workflows
from amts_bot.book import config
from amts_bot.cli import main
from amts_bot.errors import AmtsError
from amts_bot.model.github import RightFound
from tests.conftest import CONFIG, Book, MakeBook, git
from tests.github_server import NAME, OWNER, Fault, running

LAMP = "# The lamp\n\nThe lamp burns `oil`. It is lit at dusk.\n"
LAMBA = "# Lamba\n\nLamba `oil` yakar. Alacakaranlıkta yakılır.\n"
PLAIN = '[source]\nsubmodule = "english"\npages = ["*.md"]\n\n[languages.tr]\nbase = "history"\n'
MAIN = ".github/workflows/amts.yml"


@pytest.fixture(autouse=True)
def without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    made = workflows(
        Deployment(bot="my-team/amts-bot@v1", branch="main", settings=config.parse(PLAIN)),
        examples(),
    )
    book = make_book({"lamp.md": LAMP}, {"lamp.md": LAMBA, **made}, PLAIN)
    book.git("remote", "add", "origin", "https://github.com/my-team/book-tr")
    book.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return book


def doctor(
    book: Book, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, dict[str, list[tuple[str, str, str]]]]:
    """The exit status; and by what was looked at: verdict, words, remedy."""
    capsys.readouterr()
    status = main(["doctor", "--repository", str(book.root), "--json", *arguments])
    found: dict[str, list[tuple[str, str, str]]] = {}
    for it in json.loads(capsys.readouterr().out)["findings"]:
        found.setdefault(it["what"], []).append((it["verdict"], it["words"], it["remedy"]))
    return status, found


def test_a_repository_that_is_ready_has_a_line_for_everything(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = doctor(book, capsys)
    assert status == 0
    commit = book.english_git("rev-parse", "HEAD")[:10]
    assert {what: [(verdict, words) for verdict, words, _ in it] for what, it in found.items()} == {
        "amts.toml": [("right", "1 language: tr")],
        "branch": [("right", "main is checked out")],
        "English": [("right", f"submodule english, at {commit}")],
        "language tr": [("right", "translations of 1 of 1 English page")],
        "amts/tr.lock": [("unknown", "is not there yet")],
        "engine": [("right", "memory")],
        "amts-comments.yml": [("right", "is as the example of this version has it")],
        "amts-schedule.yml": [("right", "is as the example of this version has it")],
        "amts.yml": [("right", "is as the example of this version has it")],
        "token": [
            (
                "unknown",
                "GITHUB_TOKEN and GITHUB_REPOSITORY are not set: nobody was asked what a token may do",
            )
        ],
    }


def test_people_read_a_line_for_each_and_what_to_do_below_it(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.translate({"amts.toml": PLAIN.replace("[languages.tr]", "[languages.jp]")})
    assert main(["doctor", "--repository", str(book.root)]) == 2
    assert capsys.readouterr().out == (
        "wrong    amts.toml  [languages.jp]: not a language code such as zh, tr or pt-BR (line 5, is ja meant?)\n"
        "         → correct amts.toml and commit it; docs/configuration.md explains every key\n"
        "1 to change before a run\n"
    )


def test_all_faults_of_the_settings_are_there_at_once(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.translate({"amts.toml": PLAIN + 'orgin = "x"\n\n[review]\ntrust = "merge"\n'})
    status, found = doctor(book, capsys)
    assert status == 2
    assert [words for _, words, _ in found["amts.toml"]] == [
        "[languages.tr]: unknown key 'orgin' (line 7, is origin meant?); known here: base, bleu-tokenizer, files, "
        "formality, origin, pages, path-code, reviewers, root, same-meaning, service-code, spacing, terminology",
        "[review]: trust must be one of merged, approved, edited, not 'merge' (line 10, is merged meant?)",
    ]


def test_what_nobody_committed_is_told_and_looked_at_all_the_same(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = book.root / "amts.toml"
    toml.write_text(PLAIN + '\n[engine]\nname = "deepl"\n')
    status, found = doctor(book, capsys)
    assert status == 2
    assert found["amts.toml"][0] == (
        "wrong",
        "has changes that are in no commit: the bot reads commits",
        "git add amts.toml && git commit -m 'Set up the AMTS bot'; or git checkout amts.toml, which undoes the changes",
    )
    assert found["engine"][0][:2] == ("wrong", "there is none called 'deepl'")


def test_patterns_that_match_nothing_are_named(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = PLAIN.replace('["*.md"]', '["*.md", "/chapters/*.md"]\nassets = ["/img/"]')
    book.translate({"amts.toml": toml})
    status, found = doctor(book, capsys)
    assert status == 0
    assert found["pattern /chapters/*.md"] == [
        (
            "warning",
            "matches no file of the English: pages of [source]",
            "correct it in amts.toml, or take it out",
        )
    ]
    assert "pattern /img/" in found


@pytest.mark.parametrize(
    ("change", "verdict", "words", "remedy"),
    [
        (
            ("my-team/", "OWNER/"),
            "wrong",
            "calls OWNER/amts-bot, which is nobody's",
            "amts-bot init --bot",
        ),
        (
            ("branches: [main]", "branches: [master]"),
            "wrong",
            "starts on pushes to master, and the default branch is main",
            "branches: [main] under push",
        ),
        (
            ("      pull-requests: write # open and update it\n", ""),
            "wrong",
            "job sync does not grant `pull-requests: write`, so GitHub refuses to start it",
            "pull-requests: write under `permissions:` of the job",
        ),
        (
            ("default: all", "default: tr"),
            "warning",
            "differs from the example of this version, first at `default: tr` for `default: all`",
            "amts-bot init --dry-run shows how",
        ),
        (("on:\n", "on: [\n"), "wrong", "is no YAML", "mend it"),
        (("@v1", "@1f2e3d4c"), "right", "is as the example of this version has it", ""),
    ],
)
def test_a_workflow_is_compared_with_the_example_and_with_what_github_asks_for(
    change: tuple[str, str],
    verdict: str,
    words: str,
    remedy: str,
    book: Book,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (book.root / MAIN).read_text()
    assert change[0] in text
    book.translate({MAIN: text.replace(*change)})
    status, found = doctor(book, capsys)
    ((said, first, do),) = found["amts.yml"]
    assert (said, status) == (verdict, 2 if verdict == "wrong" else 0)
    assert first.startswith(words)
    assert do.startswith(remedy)


def test_a_shallow_clone_and_a_branch_of_the_bot_are_told(
    book: Book, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    book.git("switch", "--quiet", "-c", "amts/tr")
    status, found = doctor(book, capsys)
    assert (status, found["branch"]) == (
        2,
        [("wrong", "amts/tr is checked out, which is the bot's own", "git switch main")],
    )
    git(tmp_path, "clone", "--quiet", "--depth=1", book.root.as_uri(), "shallow")
    git(tmp_path / "shallow", "submodule", "--quiet", "update", "--init")
    status, found = doctor(Book(book.english, tmp_path / "shallow"), capsys)
    assert (status, found["history"][0][0]) == (2, "wrong")


def test_each_language_is_looked_at_and_one_alone_on_demand(
    make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = CONFIG + '\n[languages.es]\npages = "es/{path}"\n'
    book = make_book({"lamp.md": LAMP}, {"lamp.md": LAMBA}, toml)
    status, found = doctor(book, capsys)
    assert status == 2
    assert found["language tr"][-1][:2] == (
        "wrong",
        "nobody says which English its pages were made from",
    )
    assert "no translation of the 1 English pages was found" in found["language es"][0][1]
    _, found = doctor(book, capsys, "--language", "es")
    assert "language tr" not in found


def test_with_an_engine_of_amazon_its_account_is_looked_at(
    book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.translate({"amts.toml": PLAIN + '\n[engine]\nname = "amazon-act"\n'})
    status, found = doctor(book, capsys)
    assert (status, found["amazon"][0][0]) == (1, "wrong")
    assert "role is not set" in found["amazon"][0][1]
    status, found = doctor(book, capsys, "--no-amazon")
    assert (status, found["amazon"]) == (
        0,
        [("unknown", "was not looked at", "amts-bot amazon check")],
    )


def test_in_a_workflow_what_is_not_right_is_marked_in_the_log(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    book.translate({"amts.toml": PLAIN.replace("[languages.tr]", "[languages.cn]")})
    assert main(["doctor", "--repository", str(book.root), "--language", "cn"]) == 2
    assert "::error title=amts.toml::[languages.cn]: not a language code" in capsys.readouterr().out


def test_the_base_of_a_first_run_can_be_given(
    make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_book({"lamp.md": LAMP}, {"lamp.md": LAMBA}, CONFIG)
    assert doctor(book, capsys)[0] == 2
    assert doctor(book, capsys, "--base", "v1")[0] == 0


# ------------------------------------------------------------------ the token


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    git(folder, "init", "--quiet", "--bare", "hub.git")
    return folder / "hub.git"


def rights(bare: Path, *faults: Fault) -> tuple[RightFound, ...]:
    with running(bare) as server:
        server.faults = [*faults]
        found = GitHubRights(connect("token", server.url, pause=None), f"{OWNER}/{NAME}").look()
        assert not server.issues
        return found


def test_a_right_is_known_by_how_an_empty_order_is_refused(bare: Path) -> None:
    answers = {"pulls": 403, "labels": 409}
    faults = [Fault("POST", f"/{it}$", status, times=9) for it, status in answers.items()]
    found = rights(bare, *faults)
    assert [(it.right, it.granted) for it in found] == [
        ("contents: write", True),
        ("pull-requests: write", False),
        ("issues: write", None),
    ]
    assert found[1].words.startswith("the token lacks `pull-requests: write`; set it under")


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "GitHub does not know the token"), (404, f"GitHub shows no repository {OWNER}/{NAME}")],
)
def test_a_token_that_sees_nothing_is_told(bare: Path, status: int, words: str) -> None:
    with pytest.raises(AmtsError, match=rf"^{re.escape(words)}.*\n.*") as raised:
        rights(bare, Fault("GET", "/repos/[^/]+/[^/]+$", status, times=9))
    assert str(raised.value).count("\n") == 1
