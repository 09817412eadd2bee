"""What a repository needs before its first run: the files of `amts-bot init`, in each layout."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from amts_bot.adapters.package import examples
from amts_bot.adopt.comments import commented
from amts_bot.adopt.notice import NOTICE
from amts_bot.adopt.workflows import PLACEHOLDER, Deployment, workflows
from amts_bot.book import config
from amts_bot.cli import main
from tests.adopt.test_adoption import FOG, LAMBA, LAMP, SIS, with_submodule
from tests.conftest import git
from tests.shelf import MakeShelf, Shelf

BESIDE = {"docs/en/lamp.md": LAMP, "docs/no/lamp.md": LAMBA, "docs/en/fog.md": FOG}
COMMENTS, SCHEDULE, MAIN = (
    f".github/workflows/{name}.yml" for name in ("amts-comments", "amts-schedule", "amts")
)
BOT = "--bot=my-team/amts-bot@v1"


def init(book: Shelf, *arguments: str) -> int:
    return main(["init", "--repository", str(book.folder), *arguments])


def contents(book: Shelf, *paths: str) -> dict[str, bytes]:
    return {path: (book.folder / path).read_bytes() for path in paths}


def deployment(toml: str, bot: str = "my-team/amts-bot@v1") -> Deployment:
    return Deployment(bot=bot, branch="trunk", settings=config.parse(toml))


# ------------------------------------------------------------------ the workflows

PLACES = {
    "translation": 'submodule = "english"',
    "same-repository": 'root = "books/english one"',
    "fork": 'upstream = "https://example.org/book"',
}


@pytest.mark.parametrize("layout", PLACES)
def test_a_workflow_has_the_branch_the_languages_and_the_bot_of_the_repository(layout: str) -> None:
    languages = '[languages.no]\npages = "no/{path}"\n[languages.pt-BR]\npages = "pt/{path}"\n'
    toml = f"[source]\n{PLACES[layout]}\n{languages}"
    made = workflows(deployment(toml), examples())
    assert sorted(made) == [COMMENTS, SCHEDULE, MAIN]
    for path, text in made.items():
        assert "OWNER" not in text, path
        calls = set(re.findall(r"uses: (\S+)", text))
        assert all(
            re.fullmatch(r"my-team/amts-bot/\.github/workflows/\w+\.yml@v1", it) for it in calls
        )
    main_one: dict[Any, Any] = yaml.safe_load(made[MAIN])
    starts = main_one[True]
    assert starts["push"]["branches"] == ["trunk"]
    assert starts["workflow_dispatch"]["inputs"]["language"]["options"] == ["all", "no", "pt-BR"]
    wanted = ["books/english one/**"] if layout == "same-repository" else []
    assert starts["push"]["paths"] == [*wanted, "amts/*.lock"]


def test_english_at_the_top_of_the_repository_starts_it_too() -> None:
    toml = '[source]\nroot = "."\n[languages.tr]\npages = "{stem}.tr{suffix}"\n'
    text = workflows(deployment(toml), examples())[MAIN]
    assert yaml.safe_load(text)[True]["push"]["paths"] == ["**.md", "amts/*.lock"]


@pytest.mark.parametrize("layout", PLACES)
def test_what_is_filled_in_stands_in_every_example(layout: str) -> None:
    for text in examples()[layout].values():
        assert re.search(r"OWNER/amts-bot/\.github/workflows/[\w-]+\.yml@v1", text)
        if "workflow_dispatch:\n    inputs:" in text:
            assert "branches: [main, master]" in text
            assert "options: [all, " in text


# ------------------------------------------------------------------ the settings


def test_settings_say_the_same_with_comments() -> None:
    plain = (
        '[source]\nroot = "docs"\npages = ["*.md"]\n\n[languages.tr]\npages = "tr/{path}"\n'
        'base = "history"\n\n[languages.es]\npages = "es/{path}"\nbase = "history"\n'
    )
    text = commented(plain, PLACEHOLDER)
    assert config.parse(text) == config.parse(plain)
    assert text.startswith(
        "#:schema https://raw.githubusercontent.com/OWNER/amts-bot/v1/docs/amts.schema.json\n"
    )
    assert text.count("# where the translation of a page stands") == 1


def test_what_the_comments_call_defaults_are_the_defaults() -> None:
    plain = '[source]\nsubmodule = "english"\n[languages.tr]\n'
    text = commented(plain, PLACEHOLDER).removeprefix("#:")
    named = re.sub(r"^# ?(?=\[|[a-z-]+ = )", "", text, flags=re.MULTILINE)
    assert "max-words = 1500" in named
    assert config.parse(named.replace("schema http", "# schema http")) == config.parse(plain)


# ------------------------------------------------------------------ the command


def test_a_dry_run_shows_every_file_and_writes_none(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_shelf(BESIDE)
    assert init(book, BOT, "--dry-run") == 0
    out = capsys.readouterr().out
    for path in (COMMENTS, MAIN, "amts.toml"):
        assert f"--- {path}\n" in out
    assert "uses: my-team/amts-bot/.github/workflows/sync.yml@v1" in out
    assert "no: 1 translation, the base of 1 is sure; 1 English page has none" in out
    assert out.endswith("\nnothing was written\n")
    assert git(book.folder, "status", "--porcelain") == ""


def beside(make_shelf: MakeShelf) -> Shelf:
    return make_shelf(BESIDE)


def submodule(make_shelf: MakeShelf) -> Shelf:
    return with_submodule(make_shelf, {"lamp.md": LAMP, "fog.md": FOG}, {"lamp.md": LAMBA})


def fork(make_shelf: MakeShelf) -> Shelf:
    """A clone of the English that was translated since, with the English as its remote `upstream`."""
    english = make_shelf({"lamp.md": LAMP, "fog.md": FOG}, "english").folder
    git(english, "clone", "--quiet", "--origin", "upstream", ".", "../fork")
    book = Shelf(english.parent / "fork")
    book.commit({"lamp.md": LAMBA})
    return book


@pytest.mark.parametrize("layout", [beside, submodule, fork])
def test_three_commands_lead_to_a_first_plan(
    layout: Callable[[MakeShelf], Shelf],
    make_shelf: MakeShelf,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those of docs/quick-start.md, in each layout that it knows."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    book = layout(make_shelf)
    language = [] if layout is beside else ["--language", "no"]
    assert init(book, BOT, *language, "--commit") == 0
    assert git(book.folder, "log", "-1", "--format=%an").strip() == "Ada"
    assert git(book.folder, "status", "--porcelain") == ""
    assert main(["doctor", "--repository", str(book.folder)]) == 0
    assert main(["sync", "--repository", str(book.folder), "--dry-run", "--quiet"]) == 0
    said = capsys.readouterr()
    assert "commits" not in said.err
    assert "\nto translate: " in said.out
    assert "\ndry run: nothing was written but " in said.out


def test_a_second_run_changes_nothing_and_names_what_people_edited(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_shelf(BESIDE)
    init(book, BOT)
    files = (COMMENTS, SCHEDULE, MAIN, "amts.toml", "amts/no.lock")
    edited = book.folder / SCHEDULE
    edited.write_text(edited.read_text().replace("17 */6 * * *", "5 1 * * *"))
    before = contents(book, *files)
    capsys.readouterr()
    assert init(book, BOT) == 0
    assert contents(book, *files) == before
    lines = capsys.readouterr().out.splitlines()
    said = {
        line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line[:3] in ("  .", "  a")
    }
    assert said == {
        COMMENTS: "there already",
        MAIN: "there already",
        SCHEDULE: "left as it is, it has been edited, or is of another version: --dry-run shows how it differs",
        "amts.toml": "there already",
        "amts/no.lock": "there already",
    }
    assert init(book, BOT, "--dry-run") == 0
    assert '-    - cron: "5 1 * * *"' in capsys.readouterr().out


def test_workflows_that_did_not_know_whose_bot_it_is_are_written_again(
    make_shelf: MakeShelf,
) -> None:
    book = make_shelf(BESIDE)
    init(book)
    assert b"OWNER/amts-bot/" in contents(book, MAIN)[MAIN]
    init(book, BOT)
    assert b"OWNER/amts-bot/" not in contents(book, MAIN)[MAIN]


def test_settings_that_nobody_committed_yet_count(make_shelf: MakeShelf) -> None:
    book = make_shelf(BESIDE)
    init(book)
    toml = book.folder / "amts.toml"
    toml.write_text(toml.read_text() + "\n[engine]\nname = 'none'\n")
    before = toml.read_bytes()
    assert init(book, BOT) == 0
    assert toml.read_bytes() == before


def test_a_submodule_and_an_upstream(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = with_submodule(make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMBA})
    assert init(book, "--language", "tr", BOT) == 0
    assert "as the secret AMTS_ENGLISH_TOKEN" in capsys.readouterr().out
    other = make_shelf({"lamp.md": LAMBA, "fog.md": SIS}, "other")
    upstream = str(book.folder.parent / "english")
    assert init(other, "--language", "tr", "--upstream", upstream, "--aws", BOT) == 0
    out = capsys.readouterr().out
    assert "GitHub starts none in a fork before" in out
    assert "AMTS_AWS_ROLE" in out


def test_the_english_gets_the_workflow_that_tells_of_its_changes(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = with_submodule(make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMBA})
    english = book.folder.parent / "english"
    git(book.folder, "remote", "add", "origin", "https://github.com/team/lamba-kitabi")
    asked = ("--language", "tr", BOT, "--english", str(english))
    assert init(book, *asked, "--dry-run") == 0
    assert f"  {NOTICE}  would be written" in capsys.readouterr().out
    assert not (english / NOTICE).exists()
    assert init(book, *asked) == 0
    said = capsys.readouterr().out
    assert f"{NOTICE}  written, with this translation in its list" in said
    assert "run again with `--english DIR`" not in said
    text = (english / NOTICE).read_text(encoding="utf-8")
    assert "uses: my-team/amts-bot/.github/workflows/notify.yml@v1\n" in text
    assert "      translations: |\n        lamba-kitabi\n    secrets:\n" in text
    assert init(book, *asked) == 0
    assert "there already, with this translation in its list" in capsys.readouterr().out
    others = text.replace("        lamba-kitabi\n", "        lampenbuch\n").replace(
        "*.bib", "*.svg"
    )
    (english / NOTICE).write_text(others, encoding="utf-8")
    assert init(book, *asked) == 0
    assert (english / NOTICE).read_text(encoding="utf-8") == others.replace(
        "        lampenbuch\n", "        lampenbuch\n        lamba-kitabi\n"
    )
    (english / NOTICE).write_text("name: mine\n", encoding="utf-8")
    assert init(book, *asked) == 0
    assert "left as it is: it has no list of translations" in capsys.readouterr().out


def test_english_in_the_same_repository_needs_no_such_workflow(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_shelf(BESIDE)
    assert init(book, BOT, "--english", str(book.folder)) == 2
    assert "--english: the English is in this repository" in capsys.readouterr().err
    assert init(book, BOT) == 0
    assert "--english" not in capsys.readouterr().out


def test_the_default_branch_is_that_of_the_clone(make_shelf: MakeShelf) -> None:
    book = make_shelf(BESIDE)
    git(book.folder, "branch", "--quiet", "-m", "trunk")
    git(book.folder, "clone", "--quiet", ".", "../clone")
    clone = Shelf(book.folder.parent / "clone")
    git(clone.folder, "checkout", "--quiet", "-b", "set-up")
    init(clone)
    assert b"branches: [trunk]" in contents(clone, MAIN)[MAIN]


def test_on_a_terminal_people_are_asked_for_what_nothing_tells(make_shelf: MakeShelf) -> None:
    book = with_submodule(make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMBA})
    said = on_a_terminal(book.folder, "my-team/amts-bot", "y", "tr", "y", "n")
    assert "Which repository of the bot do you use" in said
    assert "Which language are the pages in, such as tr?" in said
    assert "Will you use Amazon Translate? [y/N]" in said
    assert "AMTS_AWS_ROLE" in said
    assert "Write them? [Y/n]" in said
    assert "next: git add" in said
    assert b"[languages.tr]" in contents(book, "amts.toml")["amts.toml"]


def on_a_terminal(folder: Path, *answers: str) -> str:
    """What `amts-bot init` says to somebody who gives these answers."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "amts_bot", "init"]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as bot:
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux says so when the other side is closed
                break
            said += part
    os.close(ours)
    assert bot.returncode == 0, said.decode()
    return said.decode()
