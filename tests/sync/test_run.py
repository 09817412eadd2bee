"""The main job, told as stories on real repositories."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.hand_moves import DELETED
from amts_bot.book.lock import LanguageLock, PageLock
from amts_bot.book.snapshot import Order
from amts_bot.errors import AmtsError, BranchMoved, UsageError
from amts_bot.sync.amazon import Amazon
from amts_bot.sync.run import sync
from amts_bot.text.merge.entries import ACTIONS
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.review import review
from amts_bot.text.review_state import ReviewState
from tests.aws.cloud import connected
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    MakeBook,
    Silence,
    git,
)

LAMP = """\
# The Lamp

A lamp on a rock tells ships where the rock is. It burns through the night.

The keeper trims the wick at dusk. He writes the hour in a book.

## Oil

Oil is carried up in cans of `5` litres.
"""
LAMBA = """\
# Lamba

Kayanın üstündeki bir lamba gemilere kayanın yerini söyler. Gece boyunca yanar.

Bekçi alacakaranlıkta fitili düzeltir. Saati bir deftere yazar.

## Yağ

Yağ yukarıya `5` litrelik bidonlarla taşınır.
"""
FOG = """\
# Fog

When fog comes in, nobody sees the lamp. A horn is blown twice a minute instead.

The horn is driven by air. A pump fills the tank before the fog is thick.

## The log

Every hour of fog is noted, with the wind and the number of blasts.
"""
SIS = """\
# Sis

Sis bastırınca lambayı kimse görmez. Onun yerine dakikada iki kez düdük çalınır.

Düdük havayla çalışır. Sis koyulaşmadan bir pompa depoyu doldurur.

## Günlük

Sisli her saat, rüzgâr ve düdük sayısıyla birlikte kaydedilir.
"""
ENGLISH = {"lamp.md": LAMP, "fog.md": FOG}
TURKISH = {"lamp.md": LAMBA, "fog.md": SIS}

# A sentence of its own is reworded beyond recognition; the other paragraphs stand.
LAMP_2 = LAMP.replace(
    "Oil is carried up in cans of `5` litres.",
    "Gas arrives through a pipe under the sea since last summer.",
)
LAMBA_2 = LAMBA.replace(
    "Yağ yukarıya `5` litrelik bidonlarla taşınır.",
    "Gas arrives through a pipe under the sea since last summer.",
)


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """Two pages, both translated, and no lock yet."""
    return make_book(ENGLISH, TURKISH)


@pytest.fixture
def synced(book: Book) -> Book:
    """The same book after its first run, merged: the lock is there and everything is in step."""
    book.sync(base="v1")
    book.merge()
    return book


def statuses(report: RunReport) -> dict[str, str]:
    return {result.target: result.status for result in report.pages}


def messages(report: RunReport) -> dict[str, str]:
    return {result.target: result.message for result in report.pages if result.message}


def changed(book: Book, old: str, new: str = "amts/tr") -> list[str]:
    return book.git("diff", "--name-only", old, new).split()


# -- the first run, and the ones after it ---------------------------------------------------------


def test_the_first_run_takes_its_base_from_the_command_line(book: Book) -> None:
    new = book.publish({"lamp.md": LAMP_2})
    main = book.rev("main")
    result = book.sync(base="v1", engine="none")
    assert statuses(result.report) == {"lamp.md": "merged"}
    assert book.branches() == ["amts/tr", "main"]
    assert (book.rev(), book.rev("amts/tr^"), book.rev("main")) == (result.commit, main, main)
    assert book.show("lamp.md") == LAMBA_2
    assert changed(book, "main") == ["amts/tr.lock", "english", "lamp.md"]
    assert book.pointer() == new
    assert book.git("status", "--porcelain") == "M english"  # as CI had left it


def test_the_lock_says_what_every_page_was_translated_from(book: Book) -> None:
    old = book.pointer("main")
    new = book.publish({"lamp.md": LAMP_2})
    book.sync(base="v1", engine="none")
    state = book.lock()
    lamp = state.pages["lamp.md"]
    assert state == LanguageLock(
        commit=new,
        pages={
            "fog.md": PageLock(source="fog.md", commit=old, blob=book.blob(old, "fog.md")),
            "lamp.md": PageLock(
                source="lamp.md",
                commit=new,
                blob=book.blob(new, "lamp.md"),
                began=book.blob(old, "lamp.md"),
                review=ReviewState(
                    untranslated=lamp.review.untranslated, written=lamp.review.written
                ),
            ),
        },
        engine="none",
    )
    assert len(lamp.review.untranslated) == 1


def test_the_first_run_takes_its_bases_from_kept_originals(make_book: MakeBook) -> None:
    config = CONFIG + 'origin = "{stem}_origin{suffix}"\n'
    kept = {"lamp_origin.md": LAMP, "fog_origin.md": FOG}
    book = make_book(ENGLISH, {**TURKISH, **kept}, config)
    new = book.publish({"lamp.md": LAMP_2})
    result = book.sync(engine="none")
    assert statuses(result.report) == {"lamp.md": "merged"}
    assert book.show("lamp.md") == LAMBA_2
    pages = book.lock().pages
    assert {target: (row.source, row.blob) for target, row in pages.items()} == {
        "lamp.md": ("lamp.md", book.blob(new, "lamp.md")),
        "fog.md": ("fog.md", book.blob(new, "fog.md")),
    }


def test_kept_originals_may_be_of_different_ages(make_book: MakeBook) -> None:
    """The English of `fog` moved on before the submodule was added; its original tells."""
    config = CONFIG + 'origin = "{stem}_origin{suffix}"\n'
    newer = FOG.replace("twice a minute", "three times a minute")
    kept = {"lamp_origin.md": LAMP, "fog_origin.md": FOG}
    book = make_book({**ENGLISH, "fog.md": newer}, {**TURKISH, **kept}, config)
    result = book.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "merged"}
    units = {entry.action for page in result.report.pages for entry in page.outcome.entries}
    assert units == {"keep", "translate"}


def test_the_english_of_a_report_begins_before_the_first_change_that_its_pages_lack(
    make_book: MakeBook,
) -> None:
    """The submodule points behind the changes that the kept originals lack."""
    kept = {"lamp_origin.md": LAMP, "fog_origin.md": FOG}
    book = make_book(ENGLISH, {**TURKISH, **kept}, CONFIG + 'origin = "{stem}_origin{suffix}"\n')
    before = book.edit({"notes.txt": "Of no page.\n"})
    book.edit({"fog.md": FOG.replace("twice a minute", "three times a minute")})
    new = book.publish({"lamp.md": LAMP_2})
    book.git("add", "english")
    book.git("commit", "--quiet", "-m", "take the submodule along")
    git(book.root / "english", "remote", "set-url", "origin", "https://github.com/team/book.git")
    report = book.sync(engine="none", dry_run=True).report
    assert (report.old, report.new) == (before, new)
    assert report.compare == f"https://github.com/team/book/compare/{before}...{new}"


def test_the_second_run_needs_no_base(synced: Book) -> None:
    new = synced.publish({"lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert (result.report.new, statuses(result.report)) == (new, {"lamp.md": "merged"})
    assert synced.show("lamp.md") == LAMBA_2


def test_nothing_to_do_leaves_no_commit_and_the_branch_alone(synced: Book) -> None:
    before = synced.rev()
    result = synced.sync()
    assert (result.commit, result.report.pages) == ("", ())
    assert synced.rev() == before


def test_a_second_run_on_an_open_branch_does_nothing(book: Book) -> None:
    book.publish({"lamp.md": LAMP_2})
    first = book.sync(base="v1", engine="none")
    again = book.sync(engine="none")
    assert (again.commit, book.rev()) == ("", first.commit)


def test_english_that_changed_no_page_waits_for_the_next_real_change(synced: Book) -> None:
    before = (synced.pointer("main"), synced.lock("main").commit)
    synced.publish({"Makefile": "all:\n"})
    result = synced.sync()
    assert (result.commit, result.report.pages) == ("", ())
    assert (synced.pointer("main"), synced.lock("main").commit) == before
    new = synced.publish({"lamp.md": LAMP_2})
    synced.sync()
    assert changed(synced, "main") == ["amts/tr.lock", "english", "lamp.md"]
    assert (synced.pointer(), synced.lock().commit) == (new, new)


def test_a_run_may_move_to_a_named_english_version(synced: Book) -> None:
    wanted = synced.publish({"lamp.md": LAMP_2})
    synced.publish({"lamp.md": "# All new\n"})
    result = synced.sync(to=wanted, engine="none")
    assert (result.report.new, synced.pointer()) == (wanted, wanted)
    assert synced.show("lamp.md") == LAMBA_2


def test_a_detached_head_is_as_good_as_a_branch(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.git("checkout", "--quiet", "--detach")
    synced.git("branch", "--quiet", "-D", "main")
    synced.sync(engine="none")
    assert synced.show("lamp.md") == LAMBA_2


def test_the_sums_of_the_report_are_those_of_its_pages(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2, "fog.md": FOG.replace("\n## The log\n", "")})
    report = synced.sync(engine="none").report
    by_page = [page.outcome.totals for page in report.pages]
    assert report.totals == {
        name: sum(totals[name] for totals in by_page) for name in (*ACTIONS, "characters")
    }
    assert {name: count for name, count in report.totals.items() if count} == {
        "keep": 8,
        "translate": 1,
        "drop": 2,
        "characters": 59,
    }
    data = report.as_json()
    assert data["totals"] == {**report.totals, "pages": 2, "failed_pages": 0}
    assert sum(len(page["units"]) for page in data["pages"]) == 11


def test_a_paragraph_that_translators_left_out_is_no_work(make_book: MakeBook) -> None:
    """Its English stands, and so does the nothing that they made of it."""
    left_out = LAMBA.replace(
        "Bekçi alacakaranlıkta fitili düzeltir. Saati bir deftere yazar.\n\n", ""
    )
    book = make_book({"lamp.md": LAMP}, {"lamp.md": left_out})
    book.publish({"lamp.md": LAMP_2})
    totals = book.sync(base="v1", engine="none").report.totals
    assert (totals["keep"], totals["translate"]) == (4, 1)


# -- pages that move ------------------------------------------------------------------------------


def test_a_page_that_git_saw_renamed_takes_its_translation_along(synced: Book) -> None:
    new = synced.publish({"lamp.md": None, "tower/lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"tower/lamp.md": "renamed"}
    assert (result.report.pages[0].source_old, result.report.pages[0].source_new) == (
        "lamp.md",
        "tower/lamp.md",
    )
    assert synced.show("tower/lamp.md") == LAMBA_2
    assert [path for path in synced.paths() if path.endswith(".md")] == ["fog.md", "tower/lamp.md"]
    assert synced.lock().pages["tower/lamp.md"].commit == new


def test_a_page_that_only_changed_its_name_keeps_every_byte(synced: Book) -> None:
    synced.publish({"lamp.md": None, "light.md": LAMP})
    assert statuses(synced.sync().report) == {"light.md": "renamed"}
    assert synced.show("light.md") == LAMBA


def test_a_page_that_was_rewritten_while_it_moved_is_found_by_its_lines(synced: Book) -> None:
    rewritten = (
        "# A light on the coast\n\nThis page was written anew by another hand in one night.\n\n"
        "The keeper trims the wick at dusk. He writes the hour in a book.\n\n"
        + "".join(
            f"Step {n} of the long way up to the lantern room has a name.\n\n" for n in range(9)
        )
    )
    synced.publish({"lamp.md": None, "coast.md": rewritten})
    assert synced.git("-C", "english", "diff", "-M", "--name-status", "v1", "HEAD").startswith("A")
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"coast.md": "renamed"}
    assert "Bekçi alacakaranlıkta fitili düzeltir. Saati bir deftere yazar.\n" in synced.show(
        "coast.md"
    )


def test_a_page_split_in_two_keeps_its_translations_in_both(synced: Book) -> None:
    head, tail = LAMP.split("## Oil\n", 1)
    synced.publish({"lamp.md": head, "oil.md": "## Oil\n" + tail})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"lamp.md": "merged", "oil.md": "added"}
    assert synced.show("lamp.md") == LAMBA.split("## Yağ\n")[0]
    # The heading is too short to be looked for in the rest of the book.
    assert synced.show("oil.md") == "## Oil\n" + LAMBA.split("## Yağ\n")[1]


def test_two_pages_joined_keep_their_translations(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP + "\n" + FOG, "fog.md": None})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "removed", "lamp.md": "merged"}
    joined = LAMBA + "\n" + SIS.replace("# Sis", "# Fog").replace("## Günlük", "## The log")
    assert synced.show("lamp.md") == joined
    assert "fog.md" not in synced.paths()
    assert list(synced.lock().pages) == ["lamp.md"]


def test_a_new_page_stands_in_english_but_for_what_the_book_knows(synced: Book) -> None:
    known = "The keeper trims the wick at dusk. He writes the hour in a book.\n"
    synced.publish({"day.md": f"# A day\n\n{known}\nHe sleeps at noon.\n"})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"day.md": "added"}
    assert synced.show("day.md") == (
        "# A day\n\nBekçi alacakaranlıkta fitili düzeltir. Saati bir deftere yazar.\n\n"
        "He sleeps at noon.\n"
    )


def test_a_page_gone_from_the_english_goes(synced: Book) -> None:
    synced.publish({"fog.md": None})
    result = synced.sync()
    assert statuses(result.report) == {"fog.md": "removed"}
    assert synced.paths() == [".gitmodules", "amts.toml", "amts/tr.lock", "english", "lamp.md"]
    assert list(synced.lock().pages) == ["lamp.md"]
    assert result.report.totals["drop"] == 5


def test_a_page_that_stands_to_the_byte_is_not_called_merged(synced: Book) -> None:
    synced.publish(
        {"lamp.md": LAMP.replace("  ", " ") + "\n", "fog.md": FOG.replace("twice", "once")}
    )
    report = synced.sync(engine="none").report
    rows = [line.split()[:2] for line in report.table().splitlines()[1:3]]
    assert rows == [["fog.md", "merged"], ["lamp.md", "unchanged"]]
    assert "unchanged: lamp.md" in report.commit_message()


def test_pages_that_are_named_are_done_alone_and_the_others_wait(synced: Book) -> None:
    english = {"lamp.md": LAMP.replace("dusk", "noon"), "fog.md": FOG.replace("twice", "once")}
    new = synced.publish({**english, "tide.md": "# Tide\n\nIt rises.\n"})
    with pytest.raises(UsageError, match=r"no page that has work matches \*\.txt: amts-bot status"):
        synced.sync(pages=("*.txt",))
    report = synced.sync(pages=("/fog.md",)).report
    assert [page.target for page in report.pages] == ["fog.md"]
    assert {*report.queued} == {"lamp.md", "tide.md"}
    rows = synced.lock().pages
    assert [name for name, row in rows.items() if row.commit == new] == ["fog.md"]
    assert "tide.md" not in synced.paths()
    assert [page.target for page in synced.sync().report.pages] == ["lamp.md", "tide.md"]


def test_a_page_that_waits_under_a_new_name_is_not_taken_for_one_that_is_gone(synced: Book) -> None:
    ours = synced.show("lamp.md")
    synced.publish({"lamp.md": None, "lantern.md": LAMP, "fog.md": FOG.replace("twice", "once")})
    assert synced.sync(pages=("/fog.md",)).report.queued == ("lantern.md",)
    assert "lamp.md" in synced.paths()
    synced.merge()
    assert statuses(synced.sync().report) == {"lantern.md": "renamed"}
    assert "lamp.md" not in synced.paths()
    assert synced.show("lantern.md") == ours


def test_a_removed_page_with_additions_of_the_translators_stays(synced: Book) -> None:
    added = SIS + "\nÇevirenin notu: bizim kıyılarımızda sis en çok mart ayında görülür.\n"
    synced.translate({"fog.md": added})
    before = synced.lock("main").pages["fog.md"]
    synced.publish({"fog.md": None})
    result = synced.sync()
    assert statuses(result.report) == {"fog.md": "held"}
    assert messages(result.report) == {
        "fog.md": "gone from the English, but the translators added to it"
    }
    assert synced.show("fog.md") == added
    after = synced.lock().pages["fog.md"]
    assert (after.blob, after.review.held) == (before.blob, messages(result.report)["fog.md"])


def test_a_removed_page_with_code_lines_of_the_translators_stays(make_book: MakeBook) -> None:
    cell = "\n```python\nblow(horn)\n```\n"
    own = "\n```python\nblow(horn)\nwait(30)  # bizde yarım dakika beklenir\n```\n"
    book = make_book({**ENGLISH, "fog.md": FOG + cell}, {**TURKISH, "fog.md": SIS + own})
    book.publish({"fog.md": None})
    result = book.sync(base="v1")
    assert statuses(result.report) == {"fog.md": "held"}
    assert book.show("fog.md") == SIS + own


def test_a_page_that_translators_deleted_is_named_when_its_english_changes(synced: Book) -> None:
    synced.translate({"fog.md": None})
    assert synced.sync().report.pages == ()
    synced.publish({"fog.md": FOG + "\nOne more line for the fog page.\n", "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "held", "lamp.md": "merged"}
    assert messages(result.report) == {"fog.md": DELETED}
    assert synced.show("lamp.md") == LAMBA_2
    assert "fog.md" not in synced.paths()
    assert (synced.sync(engine="none").commit, synced.lock().waiting) == ("", ())
    synced.merge()
    synced.publish({"fog.md": FOG + "\nTwo more lines for the fog page.\n", "lamp.md": LAMP})
    assert list(statuses(synced.sync(engine="none").report)) == ["lamp.md"]
    synced.merge()
    synced.translate({"fog.md": SIS})
    report = synced.sync(engine="none").report
    assert statuses(report) == {"fog.md": "merged"}
    assert synced.show("fog.md") == SIS + "\nTwo more lines for the fog page.\n"


def test_a_page_that_translators_moved_is_kept_in_step_where_it_is(synced: Book) -> None:
    (synced.root / "guide").mkdir()
    synced.git("mv", "lamp.md", "guide/lamba.md")
    synced.translate({"guide/lamba.md": LAMBA.replace("# Lamba", "# Fener")}, "a better place")
    assert synced.sync().report.notes == ()
    synced.publish({"lamp.md": LAMP_2})
    report = synced.sync(engine="none").report
    assert report.notes == (
        "lamp.md was moved to guide/lamba.md by hand, and is kept in step there",
    )
    assert statuses(report) == {"guide/lamba.md": "merged"}
    assert synced.show("guide/lamba.md") == LAMBA_2.replace("# Lamba", "# Fener")
    assert list(synced.lock().pages) == ["fog.md", "guide/lamba.md"]
    assert "lamp.md" not in synced.paths()
    synced.merge()
    synced.publish({"lamp.md": LAMP})
    report = synced.sync(engine="none").report
    assert (report.notes, statuses(report)) == ((), {"guide/lamba.md": "merged"})


def test_a_page_that_both_sides_deleted_leaves_the_lock_with_the_next_change(synced: Book) -> None:
    synced.translate({"fog.md": None})
    synced.publish({"fog.md": None})
    result = synced.sync()
    assert (result.report.failed, result.commit) == ((), "")
    synced.publish({"lamp.md": LAMP_2})
    synced.sync()
    assert list(synced.lock().pages) == ["lamp.md"]


def test_a_translation_that_nothing_is_known_of_is_held(synced: Book) -> None:
    synced.translate({"wind.md": "# Rüzgâr\n\nRüzgâr batıdan eser.\n"})
    synced.publish({"wind.md": "# Wind\n\nThe wind blows from the west.\n"})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"wind.md": "held"}
    assert messages(result.report)["wind.md"].startswith("wind.md is there already")
    assert synced.show("wind.md") == "# Rüzgâr\n\nRüzgâr batıdan eser.\n"
    assert result.report.totals["hold"] == 2


def test_a_held_new_page_is_named_by_every_run_until_it_is_settled(synced: Book) -> None:
    synced.translate({"wind.md": "# Rüzgâr\n\nRüzgâr batıdan eser.\n"})
    synced.publish({"wind.md": "# Wind\n\nThe wind blows from the west.\n"})
    synced.sync(engine="none")
    synced.publish({"lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"lamp.md": "merged", "wind.md": "held"}


def test_a_page_without_base_or_kept_original_is_held_and_named(make_book: MakeBook) -> None:
    """One of two pages has its original: the other must not be forgotten in silence."""
    config = CONFIG + 'origin = "{stem}_origin{suffix}"\n'
    book = make_book(ENGLISH, {**TURKISH, "lamp_origin.md": LAMP}, config)
    book.publish({"lamp.md": LAMP_2, "fog.md": FOG + "\nOne more line for the fog page.\n"})
    result = book.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "held", "lamp.md": "merged"}
    assert book.show("fog.md") == SIS


def test_a_target_that_is_no_translation_is_held(synced: Book) -> None:
    recipe = "- un\n- su\n- tuz\n\n" + "| a | b |\n|---|---|\n| 1 | 2 |\n" * 3
    synced.translate({"lamp.md": recipe})
    synced.publish({"lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"lamp.md": "held"}
    assert messages(result.report) == {
        "lamp.md": "the page does not look like a translation of its English"
    }
    assert synced.show("lamp.md") == recipe
    assert result.report.totals["hold"] == 5


# -- pages that can't be done ---------------------------------------------------------------------


def test_an_english_page_that_is_no_utf8_fails_alone_and_is_tried_again(synced: Book) -> None:
    old = synced.lock("main").pages["fog.md"]
    synced.publish({"fog.md": FOG.encode() + b"caf\xe9\n", "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "failed", "lamp.md": "merged"}
    place = len(FOG) + 3
    wrong = f"fog.md: not UTF-8 at byte {place} (0xe9): convert the file to UTF-8"
    assert messages(result.report) == {"fog.md": wrong}
    assert (synced.show("fog.md"), synced.show("lamp.md")) == (SIS, LAMBA_2)
    locked = synced.lock().pages["fog.md"]
    assert (locked.blob, locked.commit, locked.review.held) == (old.blob, old.commit, wrong)

    again = synced.sync(engine="none")
    assert (statuses(again.report), again.commit) == ({"fog.md": "failed"}, "")

    mended = synced.publish({"fog.md": FOG + "\nA café line ends it.\n"})
    assert statuses(synced.sync(engine="none").report) == {"fog.md": "merged"}
    assert synced.show("fog.md") == SIS + "\nA café line ends it.\n"
    state = synced.lock().pages["fog.md"]
    assert (state.commit, state.review.held) == (mended, "")


POINTER = f"""\
version https://git-lfs.github.com/spec/v1
oid sha256:{"5a" * 32}
size 812
"""


def test_a_page_that_became_a_git_lfs_pointer_fails_alone(synced: Book) -> None:
    synced.publish({"fog.md": POINTER, "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "failed", "lamp.md": "merged"}
    wrong = "fog.md: a Git LFS pointer, not the page itself: keep pages out of Git LFS"
    assert messages(result.report) == {"fog.md": wrong}
    assert (synced.show("fog.md"), synced.show("lamp.md")) == (SIS, LAMBA_2)


def test_a_page_of_another_format_fails_by_its_name(make_book: MakeBook) -> None:
    book = make_book(ENGLISH, TURKISH, CONFIG.replace('["*.md"]', '["*.md", "*.rst"]'))
    book.publish({"oil.rst": "Oil\n===\n\n.. note:: It burns.\n"})
    result = book.sync(engine="none", base="v1")
    assert messages(result.report) == {
        "oil.rst": "oil.rst: reStructuredText, not Markdown: take it out of `pages` in amts.toml"
    }


def test_a_target_that_is_no_utf8_fails_alone(synced: Book) -> None:
    synced.translate({"fog.md": SIS.encode("iso-8859-9")})
    synced.publish({"fog.md": FOG + "\nOne more line here.\n", "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"fog.md": "failed", "lamp.md": "merged"}
    assert messages(result.report)["fog.md"].startswith("fog.md: not UTF-8 at byte ")


def test_a_new_page_that_failed_is_tried_again(synced: Book) -> None:
    synced.publish({"new.md": b"# caf\xe9\n"})
    assert statuses(synced.sync(engine="none").report) == {"new.md": "failed"}
    synced.publish({"new.md": "# Café\n"})
    assert statuses(synced.sync(engine="none").report) == {"new.md": "added"}
    assert synced.show("new.md") == "# Café\n"


def test_a_page_with_a_kept_original_that_failed_is_tried_again(make_book: MakeBook) -> None:
    config = CONFIG + 'origin = "{stem}_origin{suffix}"\n'
    kept = {"lamp_origin.md": LAMP, "fog_origin.md": FOG}
    book = make_book(ENGLISH, {**TURKISH, **kept}, config)
    book.publish({"lamp.md": LAMP_2, "fog.md": b"\xff\n"})
    assert statuses(book.sync(engine="none").report) == {"fog.md": "failed", "lamp.md": "merged"}
    book.publish({"fog.md": FOG + "\nOne more line here.\n"})
    assert statuses(book.sync(engine="none").report) == {"fog.md": "merged"}


def test_an_old_english_page_that_was_no_utf8_and_is_gone_fails_alone(make_book: MakeBook) -> None:
    book = make_book({**ENGLISH, "fog.md": b"# Fog \xe9\n"}, TURKISH)
    book.publish({"fog.md": None, "mist.md": "# Mist\n", "lamp.md": LAMP_2})
    result = book.sync(base="v1", engine="none")
    assert statuses(result.report) == {
        "fog.md": "failed",
        "lamp.md": "merged",
        "mist.md": "added",
    }


def test_a_failed_page_counts_its_units_as_failed_or_held(synced: Book) -> None:
    """Every English unit of every changed page ends a run as exactly one action."""
    synced.translate({"fog.md": b"\xff\n"})
    synced.publish({"fog.md": FOG + "\nOne more line here.\n"})
    report = synced.sync(engine="none").report
    assert report.totals["fail"] == 6


def test_a_page_whose_name_git_must_not_write_fails_alone(synced: Book) -> None:
    synced.publish({"back\\slash.md": "# Slash\n", "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {"back\\slash.md": "failed", "lamp.md": "merged"}


def test_a_page_whose_name_is_no_utf8_is_no_crash(synced: Book) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    synced.publish({name: "# A café page\n"})
    result = synced.sync(engine="none")
    assert statuses(result.report) == {name: "added"}
    assert synced.lock().pages[name].source == name
    assert (synced.sync(engine="none").commit, synced.show(name)) == ("", "# A café page\n")


def test_symbolic_links_of_the_english_are_no_pages(synced: Book) -> None:
    (synced.english / "passwd.md").symlink_to("/etc/passwd")
    (synced.english / "img").mkdir()
    (synced.english / "img/up.png").symlink_to("../../secret.png")
    synced.publish({"lamp.md": LAMP_2})
    assert statuses(synced.sync(engine="none").report) == {"lamp.md": "merged"}
    assert changed(synced, "main") == ["amts/tr.lock", "english", "lamp.md"]


def test_a_target_that_is_a_symbolic_link_stops_no_other_page(synced: Book) -> None:
    (synced.root / "fog.md").unlink()
    (synced.root / "fog.md").symlink_to("lamp.md")
    synced.git("commit", "--quiet", "--all", "-m", "link")
    synced.publish({"fog.md": FOG + "\nOne more line here.\n", "lamp.md": LAMP_2})
    result = synced.sync(engine="none")
    assert statuses(result.report)["lamp.md"] == "merged"
    assert statuses(result.report)["fog.md"] in ("held", "failed")
    assert synced.git("ls-tree", "amts/tr", "fog.md").startswith("120000")


@pytest.mark.parametrize("path", ["../evil.md", "x/../../evil.md", ".git/config.md"])
def test_a_page_that_leads_out_of_the_repository_is_not_written(synced: Book, path: str) -> None:
    """git refuses to check such trees out; ours are read from the object database."""
    blob = git(synced.english, "hash-object", "-w", "--stdin", stdin=b"# Evil\n").strip()
    entry = f"100644 blob {blob}\t{path.rpartition('/')[2]}\n"
    for name in reversed(path.split("/")[:-1]):
        tree = git(synced.english, "mktree", stdin=entry.encode()).strip()
        entry = f"040000 tree {tree}\t{name}\n"
    tree = git(synced.english, "mktree", stdin=entry.encode()).strip()
    commit = git(synced.english, "commit-tree", tree, "-p", "HEAD", "-m", "evil").strip()
    git(synced.english, "update-ref", "refs/heads/main", commit)
    git(synced.root / "english", "-c", "fetch.fsckObjects=false", "fetch", "--quiet", "origin")
    report = synced.sync(to=commit).report
    assert statuses(report) == {path: "failed", "fog.md": "removed", "lamp.md": "removed"}
    assert messages(report)[path].startswith(f"refused to write '{path}': ")
    assert synced.paths() == [".gitmodules", "amts.toml", "amts/tr.lock", "english"]
    assert not (synced.root.parent / "evil.md").exists()


def test_empty_pages_are_pages(make_book: MakeBook) -> None:
    book = make_book({**ENGLISH, "empty.md": "", "blank.md": "\n\n"}, {**TURKISH, "empty.md": ""})
    book.publish({"empty.md": "# Filled\n", "blank.md": "", "hollow.md": "", "fog.md": ""})
    result = book.sync(base="v1", engine="none")
    assert statuses(result.report) == {
        "empty.md": "merged",
        "fog.md": "merged",
        "hollow.md": "added",
    }
    assert [book.show(path) for path in ("empty.md", "hollow.md", "fog.md")] == [
        "# Filled\n",
        "",
        "",
    ]


def test_a_page_of_ten_megabytes_is_done(make_book: MakeBook) -> None:
    """Takes seconds; a CI job may take minutes, so no bound is measured here."""
    calm = "On day {} of the long log the sea was calm, and that is all that was written down. "
    blocks = ["".join(calm.format(f"{n}/{k}") for k in range(1_200)) + "\n\n" for n in range(110)]
    old = "# Log\n\n" + "".join(blocks)
    assert len(old) > 10_000_000
    book = make_book({"log.md": old}, {"log.md": old.replace("the sea was calm", "deniz sakindi")})
    blocks[50] = "A storm came up and the log stops here for an hour or two.\n\n"
    book.publish({"log.md": "# Log\n\n" + "".join(blocks)})
    assert statuses(book.sync(base="v1", engine="none").report) == {"log.md": "merged"}
    assert "A storm came up" in book.show("log.md")


# -- files that are copied ------------------------------------------------------------------------

BIB = "@book{fresnel,\n  title = {Lenses}\n}\n\n@book{argand,\n  title = {Lamps}\n}\n"


def test_assets_follow_the_english_where_the_translators_left_them(make_book: MakeBook) -> None:
    art = {"img/a.png": b"\x89\0one", "img/b.svg": "<svg>1</svg>\n", "img/c.svg": "<svg>c</svg>\n"}
    book = make_book({**ENGLISH, **art}, {**TURKISH, **art})
    book.publish({"img/a.png": b"\x89\0two", "img/b.svg": None, "img/new.png": b"\0new"})
    result = book.sync(base="v1")
    assert result.report.held_assets == ()
    assert changed(book, "main") == [
        "amts/tr.lock",
        "english",
        "img/a.png",
        "img/b.svg",
        "img/new.png",
    ]
    assert [p for p in book.paths() if p.startswith("img/")] == [
        "img/a.png",
        "img/c.svg",
        "img/new.png",
    ]
    assert book.show("img/a.png") == "\udc89\0two"


def test_an_asset_that_both_sides_changed_is_merged_by_lines(make_book: MakeBook) -> None:
    svg = (
        "<svg>\n" + "".join(f"<line n='{n}'/>\n" for n in range(9)) + "<text>lamp</text>\n</svg>\n"
    )
    book = make_book(
        {**ENGLISH, "img/a.svg": svg}, {**TURKISH, "img/a.svg": svg.replace("lamp", "lamba")}
    )
    book.publish({"img/a.svg": svg.replace("n='0'", "n='00'")})
    assert book.sync(base="v1").report.held_assets == ()
    assert book.show("img/a.svg") == svg.replace("lamp", "lamba").replace("n='0'", "n='00'")


def test_files_of_the_repository_itself_are_taken_only_when_named_in_full(
    make_book: MakeBook,
) -> None:
    config = CONFIG.replace('"*.bib"]', '"*.yml", "CODEOWNERS", "/.github/labels.yml"]')
    book = make_book(ENGLISH, TURKISH, config)
    own = {".github/workflows/x.yml": "on: push\n", ".github/labels.yml": "a: 1\n"}
    book.publish({"_toc.yml": "a: 1\n", "docs/CODEOWNERS": "* @ada\n", "lamp.md": LAMP_2, **own})
    book.sync(base="v1", engine="none")
    assert changed(book, "main") == [
        ".github/labels.yml", "_toc.yml", "amts/tr.lock", "english", "lamp.md"
    ]  # fmt: skip


def test_assets_that_both_sides_changed_in_one_place_are_held(make_book: MakeBook) -> None:
    ours = {
        "img/a.svg": "<svg>bizim</svg>\n",
        "img/b.png": b"\0bizim",
        "img/c.svg": "<svg>biz</svg>\n",
    }
    theirs = {"img/a.svg": "<svg>1</svg>\n", "img/b.png": b"\0one", "img/c.svg": "<svg>c</svg>\n"}
    book = make_book({**ENGLISH, **theirs}, {**TURKISH, **ours})
    before = {path: book.show(path, "main") for path in ours}
    book.publish({"img/a.svg": "<svg>2</svg>\n", "img/b.png": b"\0two", "img/c.svg": None})
    report = book.sync(base="v1").report
    assert report.held_assets == (
        "img/a.svg: changed in the same place on both sides",
        "img/b.png: binary, and changed on both sides",
        "img/c.svg: gone from the English, changed here",
    )
    assert {path: book.show(path) for path in ours} == before
    assert all(path in body(review(report)).replace("&#45;", "-") for path in ours)


def test_a_bibliography_to_which_both_sides_added_is_merged_by_entry(make_book: MakeBook) -> None:
    own, new = (
        "\n@book{sinan,\n  title = {Fener}\n}\n",
        "\n@book{stevenson,\n  title = {Towers}\n}\n",
    )
    book = make_book({**ENGLISH, "book.bib": BIB}, {**TURKISH, "book.bib": BIB + own})
    book.publish({"book.bib": BIB.replace("Lamps", "Oil lamps") + new})
    assert book.sync(base="v1").report.held_assets == ()
    assert book.show("book.bib") == BIB.replace("Lamps", "Oil lamps") + new + own


def test_an_asset_that_the_translators_deleted_stays_deleted(make_book: MakeBook) -> None:
    book = make_book({**ENGLISH, "img/a.svg": "<svg>1</svg>\n"}, TURKISH)
    book.publish({"img/a.svg": "<svg>2</svg>\n"})
    assert book.sync(base="v1").report.held_assets == ()
    assert "img/a.svg" not in book.paths()


def test_an_asset_of_which_the_translators_made_a_link_is_held(make_book: MakeBook) -> None:
    book = make_book({**ENGLISH, "img/a.svg": "<svg>1</svg>\n"}, TURKISH)
    (book.root / "img").mkdir()
    (book.root / "img/a.svg").symlink_to("b.svg")
    book.git("add", "img/a.svg")
    book.git("commit", "--quiet", "-m", "link")
    book.publish({"img/a.svg": "<svg>2</svg>\n", "lamp.md": LAMP_2})
    report = book.sync(base="v1", engine="none").report
    assert statuses(report) == {"lamp.md": "merged"}
    assert report.held_assets == ("img/a.svg: a symbolic link or submodule here",)


def test_asset_patterns_do_not_reach_into_those_of_pages(make_book: MakeBook) -> None:
    config = CONFIG.replace('["/img/", "*.bib"]', '["*.svg", "!*.md"]')
    book = make_book(ENGLISH, TURKISH, config)
    book.publish({"lamp.md": LAMP_2})
    assert statuses(book.sync(base="v1", engine="none").report) == {"lamp.md": "merged"}


# -- engines --------------------------------------------------------------------------------------


def test_the_memory_finds_sentences_of_other_pages(synced: Book) -> None:
    synced.publish(
        {"day.md": "# A day\n\nIt burns through the night. The horn is driven by air.\n"}
    )
    synced.sync(engine="memory")
    assert synced.show("day.md") == "# A day\n\nGece boyunca yanar. Düdük havayla çalışır.\n"


def test_the_memory_finds_blocks_of_other_pages_with_any_engine(synced: Book) -> None:
    block = "The horn is driven by air. A pump fills the tank before the fog is thick.\n"
    synced.publish({"lamp.md": LAMP + "\n" + block})
    report = synced.sync(engine="none").report
    assert synced.show("lamp.md") == (
        LAMBA + "\nDüdük havayla çalışır. Sis koyulaşmadan bir pompa depoyu doldurur.\n"
    )
    assert (report.totals["move"], report.totals["translate"]) == (1, 0)


def test_a_fuzzy_match_is_flagged_with_its_likeness_and_the_english_it_translates(
    synced: Book,
) -> None:
    synced.publish({"fog.md": FOG.replace("twice a minute", "three times a minute")})
    report = synced.sync(engine="memory").report
    assert synced.show("fog.md") == SIS
    [draft] = [d for page in report.pages for e in page.outcome.entries for d in e.drafts]
    assert (draft.origin, draft.source, draft.previous_source) == (
        "memory",
        "A horn is blown three times a minute instead.",
        "A horn is blown twice a minute instead.",
    )
    assert 0.5 < draft.similarity < 1
    assert "<del>twice</del><ins>three times</ins>" in body(review(report))


def test_a_recording_is_replayed(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    recording = (
        '{"source": "Gas arrives through a pipe under the sea since last summer.",'
        ' "target": "Gaz geçen yazdan beri denizin altından bir boruyla geliyor."}\n'
    )
    report = synced.sync(engine="recorded:x.jsonl", recording=recording).report
    gas = "Gaz geçen yazdan beri denizin altından bir boruyla geliyor."
    assert synced.show("lamp.md") == LAMBA_2.replace(
        "Gas arrives through a pipe under the sea since last summer.", gas
    )
    assert report.totals["characters"] == 0
    assert len(synced.lock().pages["lamp.md"].review.machine) == 1


def test_an_answer_that_breaks_the_page_is_not_written(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP.replace("It burns through", "Its `wick` glows all through")})
    recording = '{"source": "Its `wick` glows all through the night.", "target": "Fitil parlar."}\n'
    report = synced.sync(engine="recorded:x", recording=recording).report
    assert report.totals["hold"] == 1
    assert "Fitil parlar." not in synced.show("lamp.md")
    assert "lost: `wick`" in report.as_json()["pages"][0]["units"][1]["reason"]


def test_a_dry_run_counts_and_prices_and_writes_nothing(book: Book) -> None:
    book.publish({"lamp.md": LAMP_2})
    objects = book.git("count-objects")
    result = book.sync(base="v1", dry_run=True)
    assert (result.commit, book.branches(), book.git("count-objects")) == ("", ["main"], objects)
    assert result.report.planned
    assert result.report.table().endswith("to translate: 59 characters")  # the memory is free
    assert result.report.totals["translate"] == 1


def test_prices_are_those_of_the_configuration(make_book: MakeBook) -> None:
    book = make_book(ENGLISH, TURKISH, CONFIG + "[engine]\nprice = 1e6\nstandard-price = 5e5\n")
    book.publish({"lamp.md": LAMP_2})
    amazon = Amazon(connected, Hands())  # a dry run asks it nothing
    order = Order("tr", base="v1", dry_run=True, engine="amazon-act")
    quote = sync(order, open_repository(book.root), Silence(), amazon).report.quote
    assert str(quote) == "59 characters: $59.00 with parallel data, $29.50 without"


# -- several languages ----------------------------------------------------------------------------

TWO = """\
[source]
submodule = "english"
assets = ["/img/"]

[languages.tr]
pages = "tr/{path}"

[languages.de]
pages = "de/{path}"
"""


@pytest.fixture
def two(make_book: MakeBook) -> Book:
    """One repository with a Turkish and a German translation."""
    lampe = LAMBA.replace("# Lamba", "# Lampe")
    book = make_book(ENGLISH, {"tr/lamp.md": LAMBA, "de/lamp.md": lampe}, TWO)
    for language in ("de", "tr"):
        book.sync(language=language, base="v1")
        book.git("merge", "--quiet", "--no-ff", "-m", language, f"amts/{language}")
    return book


def test_each_language_has_its_pages_its_branch_and_its_lock(two: Book) -> None:
    new = two.publish({"lamp.md": LAMP_2})
    two.sync(language="tr", engine="none")
    assert two.show("tr/lamp.md") == LAMBA_2
    assert changed(two, "main") == ["amts/tr.lock", "english", "tr/lamp.md"]
    assert two.lock().pages["tr/lamp.md"].commit == new


def test_squash_merges_of_two_languages_are_both_seen_as_merged(two: Book) -> None:
    two.publish({"lamp.md": LAMP_2})
    for language in ("tr", "de"):
        two.sync(language=language, engine="none")
        two.git("merge", "--quiet", "--squash", "-X", "ours", f"amts/{language}")
        two.git("commit", "--quiet", "-m", f"squashed {language}")
        if language == "tr":
            two.git("branch", "--quiet", "-D", "amts/de")
    two.publish({"lamp.md": LAMP_2 + "\nOne more line here.\n"})
    two.translate({"tr/lamp.md": two.show("tr/lamp.md", "main") + "\nBir not.\n"})
    result = two.sync(language="tr", engine="none")
    assert result.report.notes == ()
    assert "Bir not." in two.show("tr/lamp.md")


# -- branches that others use ---------------------------------------------------------------------

MORE = LAMP_2 + "\nA second lamp stands below for the nights when the first one fails.\n"


def test_edits_of_reviewers_on_the_open_branch_stay(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    first = synced.sync(engine="none").commit
    synced.git("checkout", "--quiet", "amts/tr")
    reviewed = LAMBA_2.replace(
        "Gas arrives through a pipe under the sea since last summer.",
        "Gaz, geçen yazdan beri deniz altındaki bir borudan geliyor.",
    )
    person = synced.translate({"lamp.md": reviewed})
    synced.git("checkout", "--quiet", "main")
    synced.publish({"lamp.md": MORE})
    commit = synced.sync(engine="none").commit
    assert synced.git("rev-list", "main..amts/tr").split() == [commit, person, first]
    assert synced.show("lamp.md") == (
        reviewed + "\nA second lamp stands below for the nights when the first one fails.\n"
    )


def test_a_branch_that_is_checked_out_follows(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.git("checkout", "--quiet", "amts/tr")
    synced.sync(engine="none")
    assert (synced.root / "lamp.md").read_text() == LAMBA_2


def test_after_a_fast_forward_the_next_run_starts_from_main(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge()
    main = synced.translate({"fog.md": SIS.replace("Sis bastırınca", "Sis çökünce")})
    synced.publish({"lamp.md": MORE})
    commit = synced.sync(engine="none").commit
    assert synced.git("rev-parse", f"{commit}^@").split() == [main]
    assert "Sis çökünce" in synced.show("fog.md")


def test_after_a_squash_merge_the_next_run_starts_from_main_and_takes_the_branch_in(
    synced: Book,
) -> None:
    synced.publish({"lamp.md": LAMP_2})
    tip = synced.sync(engine="none").commit
    synced.merge("--squash")
    main = synced.translate({"fog.md": SIS.replace("Sis bastırınca", "Sis çökünce")})
    synced.publish({"lamp.md": MORE})
    result = synced.sync(engine="none")
    assert synced.git("rev-parse", f"{result.commit}^@").split() == [main, tip]
    assert result.report.notes == ()
    assert changed(synced, "main") == ["amts/tr.lock", "english", "lamp.md"]
    assert statuses(result.report) == {"lamp.md": "merged"}


def test_after_a_squash_merge_without_new_english_nothing_happens(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    tip = synced.sync(engine="none").commit
    synced.merge("--squash")
    result = synced.sync(engine="none")
    assert (result.commit, synced.rev()) == ("", tip)


def test_edits_on_a_branch_after_its_squash_merge_are_not_lost(synced: Book) -> None:
    """Somebody kept working on the branch after it was merged; the lock tells nothing of it."""
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge("--squash")
    synced.git("checkout", "--quiet", "amts/tr")
    synced.translate({"fog.md": SIS.replace("Sis bastırınca", "Sis çökünce")})
    synced.git("checkout", "--quiet", "main")
    synced.publish({"lamp.md": MORE})
    synced.sync(engine="none")
    assert "Sis çökünce" in synced.show("fog.md")


def test_after_a_merge_drafts_count_as_reviewed_but_english_stays_pending(synced: Book) -> None:
    recording = '{"source": "It burns from dusk to dawn.", "target": "Akşamdan sabaha yanar."}\n'
    reworded = LAMP_2.replace("It burns through the night.", "It burns from dusk to dawn.")
    synced.publish({"lamp.md": reworded})
    synced.sync(engine="recorded:x", recording=recording)
    row = synced.lock().pages["lamp.md"]
    assert (len(row.review.machine), len(row.review.untranslated)) == (1, 1)
    synced.merge()
    synced.publish({"lamp.md": reworded + "\nA second lamp stands below for bad nights.\n"})
    synced.sync(engine="none")
    row = synced.lock().pages["lamp.md"]
    assert (len(row.review.machine), len(row.review.untranslated)) == (0, 2)


GAS = "Gas arrives through a pipe under the sea since last summer."
GAZ = "Gaz geçen yazdan beri denizin altından bir boruyla geliyor."
GAS_RECORDED = f'{{"source": "{GAS}", "target": "{GAZ}"}}\n'


@pytest.mark.parametrize("merged", [True, False])
def test_english_that_one_engine_left_is_asked_of_another(synced: Book, merged: bool) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    if merged:
        synced.merge()
    result = synced.sync(engine="recorded:x", recording=GAS_RECORDED)
    assert statuses(result.report) == {"lamp.md": "merged"}
    assert synced.show("lamp.md") == LAMBA_2.replace(GAS, GAZ)
    row = synced.lock().pages["lamp.md"]
    assert (len(row.review.machine), row.review.untranslated) == (1, frozenset())


def test_the_same_engine_is_not_asked_again_without_new_english(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="recorded:x", recording="")
    assert synced.show("lamp.md") == LAMBA_2
    assert synced.sync(engine="recorded:x", recording=GAS_RECORDED).report.pages == ()


def test_english_that_a_person_translated_meanwhile_is_not_asked_for(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge()
    by_hand = LAMBA_2.replace(GAS, "Gaz artık borudan geliyor.")
    synced.translate({"lamp.md": by_hand})
    synced.sync(engine="recorded:x", recording=GAS_RECORDED)
    assert synced.show("lamp.md") == by_hand


def test_when_main_and_the_branch_both_moved_on_main_is_merged_in(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    tip = synced.sync(engine="none").commit
    main = synced.translate({"fog.md": SIS.replace("Sis bastırınca", "Sis çökünce")})
    synced.publish({"lamp.md": MORE})
    result = synced.sync(engine="none")
    [merge] = synced.git("rev-parse", f"{result.commit}^@").split()
    assert synced.git("rev-parse", f"{merge}^@").split() == [main, tip]
    assert result.report.notes == ()
    assert "Sis çökünce" in synced.show("fog.md")


def test_a_branch_that_moves_during_the_run_is_left_to_its_mover(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    moved = synced.git("commit-tree", "main^{tree}", "-p", "amts/tr", "-m", "somebody")

    class Meanwhile(Silence):
        def say(self, message: str) -> None:
            synced.git("update-ref", "refs/heads/amts/tr", moved)

    with pytest.raises(BranchMoved, match="moved while amts-bot was working.*run again"):
        sync(Order("tr", engine="none"), open_repository(synced.root), Meanwhile())
    assert synced.rev() == moved
    synced.sync(engine="none")
    assert synced.show("lamp.md") == LAMBA_2


# -- bad input ------------------------------------------------------------------------------------


def test_a_repository_without_configuration_gets_an_example(make_book: MakeBook) -> None:
    book = make_book(ENGLISH, TURKISH, config=None)
    with pytest.raises(
        UsageError, match="no amts.toml in the last commit\namts-bot init writes one"
    ) as caught:
        book.sync()
    assert 'submodule = "english"' in str(caught.value)


def test_an_unknown_language_is_named_with_the_known_ones(book: Book) -> None:
    with pytest.raises(
        UsageError, match="amts.toml has no language 'xx'\ntake one that it has, tr"
    ):
        book.sync(language="xx")


def test_without_lock_and_base_the_run_asks_for_one(book: Book) -> None:
    book.publish({"lamp.md": LAMP_2})
    with pytest.raises(
        UsageError, match=r"amts/tr.lock does not exist yet.*\n.*--base REV.*origin = "
    ):
        book.sync()
    assert book.branches() == ["main"]


@pytest.mark.parametrize(("option", "value"), [("base", "v9"), ("to", "nowhere"), ("to", "--all")])
def test_an_unknown_english_revision_is_named(book: Book, option: str, value: str) -> None:
    with pytest.raises(AmtsError, match=f"{value}.* is (unknown in|not a revision)"):
        book.sync(**{"base": "v1", option: value})


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_unknown_engine_is_named_with_the_known_ones(book: Book, dry_run: bool) -> None:
    book.publish({"lamp.md": LAMP_2})
    with pytest.raises(
        UsageError, match="unknown engine 'deepl'\nchoose one of amazon, amazon-act, command, echo"
    ):
        book.sync(base="v1", engine="deepl", dry_run=dry_run)
    assert book.branches() == ["main"]


def test_a_missing_submodule_is_named(make_book: MakeBook) -> None:
    book = make_book(ENGLISH, TURKISH, CONFIG.replace('"english"', '"en"'))
    with pytest.raises(AmtsError, match="'en' is not a submodule in .*\n.*git submodule add"):
        book.sync(base="v1")


def test_a_submodule_that_is_not_checked_out_is_named(book: Book) -> None:
    book.git("submodule", "--quiet", "deinit", "--force", "english")
    with pytest.raises(AmtsError, match="not checked out\nrun `git submodule update --init"):
        book.sync(base="v1")


def test_a_submodule_named_like_an_option_is_refused(book: Book) -> None:
    modules = (book.root / ".gitmodules").read_text()
    evil = modules.replace('[submodule "english"]', '[submodule "--upload-pack=evil"]')
    book.translate({".gitmodules": evil})
    with pytest.raises(AmtsError, match=r"\.gitmodules is refused"):
        book.sync(base="v1")


def test_a_shallow_submodule_says_how_to_get_the_base(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2})
    url = f"file://{synced.english}"
    git(synced.root, "submodule", "--quiet", "deinit", "--force", "english")
    git(synced.root.parent, "clone", "--quiet", "--depth=1", url, str(synced.root / "english"))
    with pytest.raises(AmtsError, match="is a shallow clone\nrun `git fetch --unshallow`"):
        synced.sync()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"version": 2', '"version": 3', "written by a newer amts-bot"),
        ('"version": 2,', '"version": 2', "not JSON"),
        ('"blob"', '"blot"', "page fog.md: needs source, commit, blob"),
        ('"commit": "', '"commit": "x', "is not a commit"),
    ],
)
def test_a_lock_that_was_edited_by_hand_is_refused(
    synced: Book, old: str, new: str, complaint: str
) -> None:
    text = synced.show("amts/tr.lock", "main")
    assert old in text
    synced.translate({"amts/tr.lock": text.replace(old, new, 1)})
    synced.publish({"lamp.md": LAMP_2})
    before = synced.rev()
    with pytest.raises(UsageError, match=f"amts/tr.lock.*{complaint}"):
        synced.sync()
    assert synced.rev() == before


def test_the_default_branches_may_have_any_name(synced: Book) -> None:
    for folder in (synced.english, synced.root):
        git(folder, "branch", "--quiet", "--move", "main", "master")
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    assert synced.show("lamp.md") == LAMBA_2
    assert synced.rev("amts/tr^") == synced.rev("master")


# -- English that returns to an earlier text --------------------------------------------------------


@pytest.mark.parametrize("how", [("--ff-only",), ("--no-ff", "-m", "merged"), ("--squash",)])
def test_english_that_returns_after_the_merge_brings_its_reviewed_text_back(
    book: Book, how: tuple[str, ...]
) -> None:
    """Of the first translation, which is older than the lock; people bettered what stands beside it meanwhile."""
    book.publish({"lamp.md": LAMP_2})
    book.sync(base="v1", engine="memory")
    book.merge(*how)
    reviewed = book.show("lamp.md", "main").replace("# Lamba", "# Fener")
    gas = "Gas arrives through a pipe under the sea since last summer."
    book.translate({"lamp.md": reviewed.replace(gas, "Gaz geçen yazdan beri borudan gelir.")})
    book.publish({"lamp.md": LAMP})
    assert book.sync(engine="none").report.failed == ()
    assert book.show("lamp.md") == LAMBA.replace("# Lamba", "# Fener")
    book.merge()
    book.publish({"lamp.md": LAMP_2.replace("# The Lamp", "# The Lamps")})
    book.sync(engine="none")
    assert "Gaz geçen yazdan beri borudan gelir." in book.show("lamp.md")


def test_what_was_once_said_of_a_page_with_a_wrong_base_is_not_believed(book: Book) -> None:
    """A base that was too new took one English text for another; set right, it offers nothing of that."""
    wrong = book.publish({"lamp.md": LAMP_2})
    book.publish({"lamp.md": LAMP_2.replace("# The Lamp", "# The Lamps")})
    book.sync(base=wrong, engine="none")
    book.merge()
    book.sync(base="v1", rebase="lamp.md", engine="none")
    gas = "Gas arrives through a pipe under the sea since last summer."
    assert gas in book.show("lamp.md")
    book.merge()
    for english in (LAMP, LAMP_2):
        book.publish({"lamp.md": english})
        book.sync(engine="none")
        book.merge()
    assert gas in book.show("lamp.md", "main")


def test_a_page_that_returns_to_the_english_brings_its_translation_back(synced: Book) -> None:
    for english in (None, FOG):
        synced.publish({"fog.md": english})
        synced.sync(engine="none")
        synced.merge()
    assert synced.show("fog.md", "main") == SIS


# -- English whose history was rewritten ----------------------------------------------------------


def rewrite(book: Book, files: dict[str, str | None]) -> str:
    """The English as one new commit on the first edition; what came after that is gone for ever."""
    git(book.english, "reset", "--quiet", "--hard", "v1")
    commit = book.edit(files, "rewritten")
    git(book.english, "reflog", "expire", "--expire=now", "--all")
    git(book.english, "gc", "--quiet", "--prune=now")
    for folder in (book.root / "english", book.root / ".git/modules/english"):
        shutil.rmtree(folder)
    git(book.root, "clone", "--quiet", str(book.english), "english")
    return commit


def test_a_page_is_synced_from_the_same_text_in_a_rewritten_history(synced: Book) -> None:
    old = synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge()
    fog = FOG.replace("Every hour of fog is noted", "Every quarter of an hour of fog is noted")
    new = rewrite(synced, {"lamp.md": LAMP_2, "fog.md": fog, "oil.md": "# Oil\n"})
    report = synced.sync(engine="none").report
    first = synced.rev("main~2:english")
    assert report.notes == (
        f"English {old[:10]} of the last sync is gone: its history was rewritten; {first[:10]} has most of the same "
        "pages and stands in for it",
    )
    assert statuses(report) == {"fog.md": "merged", "oil.md": "added"}
    assert synced.show("fog.md").startswith(SIS.partition("## Günlük")[0])
    assert synced.lock().commit == new
    synced.merge()
    assert (synced.sync(engine="none").commit, synced.sync().report.notes) == ("", ())


def test_a_page_whose_english_is_lost_asks_for_a_base_and_stops_no_other_page(
    synced: Book,
) -> None:
    synced.publish({"lamp.md": LAMP_2})
    synced.sync(engine="none")
    synced.merge()
    row = synced.lock("main").pages["lamp.md"]
    fog = FOG.replace("Every hour of fog is noted", "Every quarter of an hour of fog is noted")
    rewrite(synced, {"lamp.md": LAMP + "\nA new line.\n", "fog.md": fog})
    report = synced.sync(engine="none").report
    assert statuses(report) == {"fog.md": "merged", "lamp.md": "held"}
    assert "run once with --base" in messages(report)["lamp.md"]
    assert replace(synced.lock().pages["lamp.md"], review=row.review) == row
    report = synced.sync(base="v1", engine="none").report
    assert statuses(report) == {"lamp.md": "merged"}
    assert synced.show("lamp.md") == LAMBA_2 + "\nA new line.\n"


def test_english_of_which_nothing_is_left_is_said_and_a_base_is_heard(synced: Book) -> None:
    synced.publish({"lamp.md": LAMP_2, "fog.md": FOG + "\nOne more line.\n"})
    synced.sync(engine="none")
    synced.merge()
    git(synced.english, "checkout", "--quiet", "--orphan", "other")
    git(synced.english, "branch", "--quiet", "-D", "main")
    git(synced.english, "branch", "--quiet", "-m", "main")
    git(synced.english, "tag", "-d", "v1")
    first = synced.edit({"lamp.md": LAMP + "\nA new line.\n", "fog.md": FOG + "\nNew.\n"})
    git(synced.english, "tag", "v1", first)
    synced.edit({"fog.md": FOG + "\nNew.\n\nNewer.\n"})
    rewrite(synced, {"fog.md": FOG + "\nNew.\n\nNewer.\n"})
    with pytest.raises(UsageError, match=r"is gone: its history was rewritten.*\n.*--base REV"):
        synced.sync(engine="none")
    report = synced.sync(base="v1", engine="none").report
    assert statuses(report) == {"fog.md": "merged"}


@pytest.mark.parametrize("path", ["lamp.md", "amts.toml", "amts/tr.lock"])
def test_uncommitted_changes_of_what_the_run_reads_stop_it(synced: Book, path: str) -> None:
    synced.publish({"lamp.md": LAMP_2})
    before = synced.rev()
    with (synced.root / path).open("a") as file:
        file.write("\n")
    with pytest.raises(UsageError, match=f"{path}: changed but not committed.*\ncommit or stash"):
        synced.sync()
    assert synced.rev() == before


def test_uncommitted_changes_of_other_files_do_no_harm(synced: Book) -> None:
    synced.translate({"notes.txt": "a\n"})
    synced.publish({"lamp.md": LAMP_2})
    (synced.root / "notes.txt").write_text("b\n")
    (synced.root / "untracked.md").write_text("c\n")
    synced.sync(engine="none")
    assert synced.show("lamp.md") == LAMBA_2
    assert (synced.root / "untracked.md").read_text() == "c\n"


def test_two_pages_that_would_share_a_file_are_refused(make_book: MakeBook) -> None:
    config = CONFIG.replace('"{path}"', '"tr/{name}"')
    book = make_book({"a/index.md": LAMP, "b/index.md": FOG}, {}, config)
    book.publish({"c/index.md": "# C\n\nThird.\n", "d/index.md": "# D\n\nFourth.\n"})
    with pytest.raises(UsageError, match="tr/index.md"):
        book.sync(base="v1")


def test_a_folder_without_any_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AmtsError, match="is not a git repository"):
        open_repository(tmp_path)
