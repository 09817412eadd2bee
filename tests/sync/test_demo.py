"""The demo: the main job on the book that comes with the package, as a person runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amts_bot.book import lock
from amts_bot.cli import main
from amts_bot.sync.one_page import merge
from tests.conftest import git

TABLE = """\
page                           what     keep  carry  move  merge  translate  drop
chapter_maps/gaps.md           added              8                      20
chapter_maps/interpolation.md  merged     13      2            1          4     1
chapter_noise/averages.md      merged     11      4     1      3          3
chapter_noise/index.md         merged     17      1     1      1                1
chapter_noise/robust.md        renamed    31      1            2          2     1
index.md                       merged     13      1            1          1
chapter_noise/paper-log.md     removed                                         29
sum                                       85     17     2      8         30    32
to translate: 1,564 characters
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder with the two books after the demo, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr(
            "builtins.print", lambda *words, **_: printed.append(" ".join(map(str, words)))
        )
        assert main(["demo", "--folder", str(folder)]) == 0
    return folder / "book-tr", "\n".join(printed) + "\n"


def page(book: Path, path: str, revision: str = "amts/tr") -> str:
    return git(book, "show", f"{revision}:{path}")


def test_the_plan_names_every_page_and_its_sums(shown: tuple[Path, str]) -> None:
    plan = shown[1].split("--dry-run):\n\n")[1].split("\nA draft of")[0]
    assert [line.rstrip() for line in plan.rstrip("\n").split("\n")] == TABLE.rstrip("\n").split(
        "\n"
    )
    *pages, total = (
        [int(n) for n in re.findall(r"(?<= )\d+", row)] for row in TABLE.split("\n")[1:9]
    )
    assert sum(map(sum, pages)) == sum(total)


def test_the_commit_counts_as_the_pull_request_does(shown: tuple[Path, str]) -> None:
    book, text = shown
    counts = "85 keep{0}17 carry{0}2 move{0}8 merge{0}29 translate{0}32 drop{0}1 hold"
    assert f"\nUnits: {counts.format(', ')}\n" in text
    body = (book.parent / "pull-request.md").read_text(encoding="utf-8")
    assert f"7 pages · 174 units: {counts.format(' · ')}\n" in body


def test_a_second_run_has_nothing_to_do(shown: tuple[Path, str]) -> None:
    book, text = shown
    assert "\nRun again: nothing to do\n" in text
    assert git(book, "rev-list", "--count", "main..amts/tr") == "1\n"


def test_the_commands_it_prints_work(shown: tuple[Path, str]) -> None:
    book, text = shown
    assert f"git -C {book} diff main amts/tr" in text
    assert "robust.md" in git(book, "diff", "--stat", "main", "amts/tr")


def test_main_and_the_work_tree_are_left_alone(shown: tuple[Path, str]) -> None:
    book, _ = shown
    assert git(book, "symbolic-ref", "--short", "HEAD") == "main\n"
    assert git(book, "rev-list", "--count", "main") == "1\n"
    assert git(book, "status", "--porcelain") == " M english\n"  # the new English, checked out


def test_the_commit_takes_pages_assets_pointer_and_lock_along(shown: tuple[Path, str]) -> None:
    book, _ = shown
    english = book.parent / "book-en"
    head = git(english, "rev-parse", "HEAD").strip()
    assert git(book, "rev-parse", "amts/tr:english").strip() == head
    for path in git(english, "ls-files", "img").split():
        assert git(book, "rev-parse", f"amts/tr:{path}") == git(
            english, "rev-parse", f"HEAD:{path}"
        )
    state = lock.parse(page(book, "amts/tr.lock"), "amts/tr.lock")
    assert state.commit == head
    markdown = [name for name in git(english, "ls-files").split() if name.endswith(".md")]
    assert sorted(state.pages) == sorted(markdown)
    paths = git(book, "ls-tree", "-r", "--name-only", "amts/tr").split()
    assert sorted(name for name in paths if name.endswith(".md")) == sorted(markdown)


def test_no_reviewed_block_was_touched(shown: tuple[Path, str]) -> None:
    """Merged again by themselves, the pages that stay are as the run left them."""
    book, _ = shown
    body = (book.parent / "pull-request.md").read_text(encoding="utf-8")
    assert "**0 reviewed units touched outside the English changes**" in body
    english = book.parent / "book-en"
    for path in (
        "index.md",
        "chapter_noise/index.md",
        "chapter_noise/averages.md",
        "chapter_maps/interpolation.md",
    ):
        old, new = (git(english, "show", f"{version}:{path}") for version in ("HEAD~1", "HEAD"))
        assert merge(old, old, page(book, path, "main"), "tr").text == page(book, path, "main")
        assert merge(new, new, page(book, path), "tr").text == page(book, path)


def test_habits_of_the_translators_stay(shown: tuple[Path, str]) -> None:
    book, _ = shown
    before, after = (
        "".join(
            page(book, path, revision)
            for path in git(book, "ls-tree", "-r", "--name-only", revision).split()
            if path.endswith(".md") and not path.endswith("paper-log.md")
        )
        for revision in ("main", "amts/tr")
    )
    own = re.findall(
        r"^#@tab (?!numpy).*$|^.*Çevirmen.*$|^ *# .*[çşğıöüÇŞĞİÖÜ].*$", before, re.MULTILINE
    )
    assert len(own) > 5
    gone = [line for line in own if line not in after]
    assert gone == [
        "    # Kare alınca uzak tarhlara pek söz kalmaz"
    ]  # its English is another one now
    body = (book.parent / "pull-request.md").read_text(encoding="utf-8")
    assert gone[0].strip() in body


LONGEST = (
    "The mean wanders less than a single reading does, and how much less depends on the root of the number of "
    "readings."
)
SAMPLES = f"""\
the reviewed book says it already
  English  Files get lost, clocks get reset, and memory cards drown.
  draft    Dosyalar kaybolur, saatler sıfırlanır, bellek kartları suya düşer.

the change of the English, made in the reviewed translation (92% alike)
  English  Dropping is a decision, so write down {{+when and +}}how many readings were dropped.
  draft    Atmak bir karardır, bu yüzden ne zaman ve kaç ölçümün atıldığını yazın.

a machine's text, checked: formulas, code and links are all there
  English  {LONGEST}
  draft    Ortalama, tek bir ölçümden daha az dolaşır ve ne kadar az olduğu ölçüm sayısının köküne bağlıdır.

left in English, and shown as work to do
  English  To compare two choices, we hide each probe in turn and guess its value from the others:
  because  the English came back

not written, and shown to people
  English  If a probe was silent at the time $t$ between $t_0$ and $t_1$, we draw a straight line:
  because  new in the English; lost: $t_1$
"""


def test_a_draft_of_each_kind_is_shown_and_what_became_of_bad_ones(shown: tuple[Path, str]) -> None:
    assert shown[1].split("A draft of each kind:\n\n")[1].split("\nThe commit")[0] == SAMPLES


def test_no_html_reaches_the_terminal_and_the_pages_stand_in_the_folder(
    shown: tuple[Path, str],
) -> None:
    book, text = shown
    assert not re.search(r"</?[a-z]", text)
    assert f"The pull request: {book.parent}/pull-request.md\n" in text
    assert f"To review it in your browser: {(book.parent / 'review.html').as_uri()}\n" in text
    assert (book.parent / "review.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_folder_with_something_in_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").touch()
    assert main(["demo", "--folder", str(tmp_path)]) == 2
    assert f"{tmp_path} is not empty: name a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
