"""What the bot proposed is measured against what was merged, however it was merged."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from amts_bot.adapters import charts
from amts_bot.adapters.git import open_repository
from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.measure.effort import effort, replay_pages, replay_syncs
from amts_bot.sync.one_page import merge
from amts_bot.text.measure.effort import (
    LEAST_UNITS,
    Effort,
    Review,
    by,
    edits,
    total,
)
from amts_bot.text.measure.effort_report import NOT_ENOUGH, EffortReport
from amts_bot.text.names.pages import sentence_hashes
from tests.conftest import Book, MakeBook, Silence

LAMP = """\
# The Lamp

A lamp on a rock tells ships where the rock is. It burns through the night.

Oil is carried up in cans.
"""
LAMBA = """\
# Lamba

Kayanın üstündeki bir lamba gemilere kayanın yerini söyler. Gece boyunca yanar.

Yağ yukarıya bidonlarla taşınır.
"""
GAS = "Gas arrives through a pipe under the sea since last summer. Nobody carries it."
LAMP_2 = LAMP.replace("Oil is carried up in cans.", GAS)
RECORDED = "".join(
    json.dumps({"source": source, "target": target}) + "\n"
    for source, target in (
        (GAS, "Gaz geçen yazdan beri bir boruyla geliyor. Kimse onu taşımaz."),
        ("It sleeps by day.", "Gündüz uyur."),
    )
)
PROPOSED = "Gaz geçen yazdan beri bir boruyla geliyor."
EDITED = "Gaz geçen yazdan beri denizin altından bir boruyla geliyor."
STANDS = "Kimse onu taşımaz."


@pytest.fixture
def synced(make_book: MakeBook) -> Book:
    """One page, in step with its English, and a lock."""
    book = make_book({"lamp.md": LAMP}, {"lamp.md": LAMBA})
    book.sync(base="v1")
    book.merge()
    return book


def propose(book: Book, english: str = LAMP_2) -> None:
    book.publish({"lamp.md": english})
    book.sync(engine="recorded:x", recording=RECORDED)


def review(book: Book, old: str, new: str) -> None:
    """A reviewer's commit on the open branch."""
    book.git("checkout", "--quiet", "amts/tr")
    page = (book.root / "lamp.md").read_text(encoding="utf-8")
    assert old in page
    book.translate({"lamp.md": page.replace(old, new)})
    book.git("checkout", "--quiet", "main")


def measured(book: Book) -> EffortReport:
    return effort(open_repository(book.root), [], Silence())


def changes(report: EffortReport) -> list[tuple[str, str]]:
    return [(edit.proposed, edit.merged) for edit in report.edits]


HOW = {
    "fast-forward": ["--ff-only"],
    "merge commit": ["--no-ff", "-m", "merge"],
    "squash": ["--squash"],
}


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_an_edited_and_an_untouched_sentence_are_told_apart_however_it_was_merged(
    synced: Book, how: list[str]
) -> None:
    propose(synced)
    review(synced, PROPOSED, EDITED)
    synced.merge(*how)
    report = measured(synced)
    assert changes(report) == [(PROPOSED, EDITED), (STANDS, STANDS)]
    assert total(report.edits) == Effort(
        units=2, untouched=1, characters_changed=17, characters=77, tokens_changed=2, tokens=14
    )
    assert [edit.review.engine for edit in report.edits] == ["recorded"] * 2
    assert report.notes == ()


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_edits_between_two_runs_on_one_branch_count_once(synced: Book, how: list[str]) -> None:
    propose(synced)
    review(synced, PROPOSED, EDITED)
    propose(synced, LAMP_2.replace("It burns through the night.", "It sleeps by day."))
    synced.merge(*how)
    assert sorted(changes(measured(synced))) == sorted(
        [(PROPOSED, EDITED), (STANDS, STANDS), ("Gündüz uyur.", "Gündüz uyur.")]
    )


def test_what_an_earlier_pull_request_brought_is_not_counted_again(synced: Book) -> None:
    propose(synced)
    synced.merge("--no-ff", "-m", "merge")
    propose(synced, LAMP_2.replace("It burns through the night.", "It sleeps by day."))
    synced.merge("--no-ff", "-m", "merge")
    assert sorted(changes(measured(synced))) == sorted(
        [(PROPOSED, PROPOSED), (STANDS, STANDS), ("Gündüz uyur.", "Gündüz uyur.")]
    )


def test_english_that_translators_translated_is_typed_from_scratch(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    review(synced, GAS, EDITED)
    synced.merge("--squash")
    report = measured(synced)
    assert changes(report) == [("", EDITED)]
    assert total(report.edits).saved == 0


def test_english_that_still_stands_is_no_merged_work(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge("--no-ff", "-m", "merge")
    assert measured(synced) == EffortReport(())


def test_a_squashed_pull_request_whose_commits_are_gone_is_named(synced: Book) -> None:
    propose(synced)
    review(synced, PROPOSED, EDITED)
    synced.merge("--squash")
    synced.git("branch", "--quiet", "-D", "amts/tr")
    report = measured(synced)
    assert report.edits == ()
    [note] = report.notes
    assert note.startswith("1 merged pull request is not counted")
    assert "git fetch origin" in note


def test_a_repository_without_pull_requests_has_not_enough_text(
    synced: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["effort", "--repository", str(synced.root), "--quiet"]) == 0
    assert capsys.readouterr().out.startswith(NOT_ENOUGH)
    chart = synced.root / "effort.svg"
    command = ["effort", "--repository", str(synced.root), "--chart", str(chart)]
    assert main([*command, "--format", "json"]) == 0
    assert not chart.exists()
    assert json.loads(capsys.readouterr().out)["total"]["reply"] == NOT_ENOUGH


# -- the measure ----------------------------------------------------------------------------------


def page(*sentences: str) -> str:
    return "# Sayfa\n\n" + "\n\n".join(sentences) + "\n"


def test_kept_sentences_count_on_neither_side() -> None:
    proposed, merged = (
        page("Eski cümle burada.", "Yeni cümle orada."),
        page("Başka.", "Yeni cümle."),
    )
    machine = sentence_hashes("Yeni cümle orada.", "tr")
    found = list(
        edits(
            Review(
                page="a/b.md",
                language="tr",
                engine="memory",
                month="2026-05",
                proposed=proposed,
                merged=merged,
                machine=machine,
            )
        )
    )
    assert [(edit.proposed, edit.merged, edit.chapter) for edit in found] == [
        ("Yeni cümle orada.", "Yeni cümle.", "a")
    ]
    assert total(found) == Effort(
        units=1, untouched=0, characters_changed=6, characters=11, tokens_changed=1, tokens=3
    )


def test_chinese_is_counted_by_character_and_latin_words_by_word() -> None:
    review = Review(
        page="a.md",
        language="zh",
        engine="amazon",
        month="",
        proposed="用PyTorch训练模型。\n",
        merged="使用PyTorch训练。\n",
        machine=None,
    )
    assert total(edits(review)) == Effort(
        units=1, untouched=0, characters_changed=3, characters=12, tokens_changed=3, tokens=6
    )


def test_proposals_that_cost_more_than_they_gave_save_less_than_nothing() -> None:
    assert (
        Effort(
            units=60,
            untouched=0,
            characters_changed=150,
            characters=100,
            tokens_changed=3,
            tokens=2,
        ).saved
        == -0.5
    )


def test_sums_are_grouped() -> None:
    reviews = [
        Review(
            page=f"{chapter}/x.md",
            language="tr",
            engine="memory",
            month=month,
            proposed=page("Bir."),
            merged=page("Bir."),
            machine=None,
        )
        for chapter, month in (("b", "2026-05"), ("a", "2026-04"), ("b", "2026-04"))
    ]
    found = [edit for review in reviews for edit in edits(review)]
    assert {key: sums.units for key, sums in by(found, lambda e: e.chapter).items()} == {
        "a": 2,
        "b": 4,
    }
    assert list(by(found, lambda e: e.review.month)) == ["2026-04", "2026-05"]


# -- replays and output ---------------------------------------------------------------------------

MANY = page(*(f"Bu {n} numaralı cümledir." for n in range(LEAST_UNITS)))


def test_pages_that_people_edited_are_replayed() -> None:
    folders = {"tr/harbour__lamp": {"machine.md": MANY, "human.md": MANY.replace("Bu 7 ", "Şu 7 ")}}
    report = replay_pages(folders, Silence())
    sums = total(report.edits)
    assert (sums.units, sums.untouched, sums.characters_changed) == (
        LEAST_UNITS + 1,
        LEAST_UNITS,
        1,
    )
    data = report.as_json()
    assert data["total"] == data["language"]["tr"] == data["chapter"]["harbour"]
    assert 0.99 < data["total"]["work_saved"] < 1
    assert "| all | 51 | 98.0% |" in report.markdown()


def test_syncs_that_people_did_by_hand_are_replayed_with_the_bot_as_it_is() -> None:
    folders = {
        "tr/lamp": {
            "source_old.md": LAMP,
            "source_new.md": LAMP_2,
            "target_old.md": LAMBA,
            "target_human.md": LAMBA.replace(
                "Yağ yukarıya bidonlarla taşınır.", f"{EDITED} {STANDS}"
            ),
        }
    }
    recorded = partial(merge, engine_name="recorded:x", recording=RECORDED)
    report = replay_syncs(folders, recorded, "recorded:x", Silence())
    assert changes(report) == [(PROPOSED, EDITED), (STANDS, STANDS)]
    report = replay_syncs(folders, merge, "none", Silence())
    assert total(report.edits).saved == 0


def test_a_replay_without_languages_is_refused() -> None:
    with pytest.raises(UsageError, match="a folder for each language"):
        replay_pages({"lamp": {"machine.md": "", "human.md": ""}}, Silence())


def test_a_folder_without_pages_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["effort", "--replay-pages", str(tmp_path)]) == 2
    assert f"{tmp_path}: no folder in it has machine.md, human.md" in capsys.readouterr().err


@pytest.mark.parametrize("kind", charts.FORMATS)
def test_the_chart_is_the_same_each_time(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "tr" / "lamp"
    folder.mkdir(parents=True)
    for name in ("machine.md", "human.md"):
        (folder / name).write_text(MANY, encoding="utf-8")
    files = [tmp_path / f"{n}.{kind}" for n in (1, 2)]
    for file in files:
        assert (
            main(["effort", "--replay-pages", str(tmp_path), "--chart", str(file), "--quiet"]) == 0
        )
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.startswith(b"<?xml" if kind == "svg" else b"\x89PNG")


def test_a_chart_of_another_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="svg or png files, not 'jpg'"):
        charts.draw(EffortReport(()).chart("language"), "jpg")


def test_a_chart_without_matplotlib_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any work is done: the folders of both commands are not even looked for."""
    monkeypatch.setattr("amts_bot.adapters.charts.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="run pip install matplotlib"):
        charts.draw(EffortReport(()).chart("language"), "svg")
    for command in (
        "effort --replay-pages nowhere",
        "evaluate --pages nowhere --language tr",
    ):
        assert main([*command.split(), "--chart", "c.svg"]) == 2
        assert "charts need matplotlib, which is not installed" in capsys.readouterr().err
