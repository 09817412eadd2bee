"""What people put right again and again in machine text is written at once; their merged pull requests teach it."""

from __future__ import annotations

import json

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.cli import main
from amts_bot.model import DraftEdit, Learnt
from amts_bot.sync.done import SyncResult
from amts_bot.sync.learning import Lessons, learnt_from_review
from amts_bot.text.drafts.corrections import NOTHING_LEARNT, Corrections
from amts_bot.text.languages import language
from amts_bot.text.pull_request.body import body
from amts_bot.text.pull_request.review import review
from amts_bot.text.review_state import Trust
from tests.conftest import Book, MakeBook, Silence

PAGES = {f"{name}.md": f"# {name}\n\nThe {name} is open.\n" for name in ("gate", "mill", "pond")}
SAYFALAR = {f"{name}.md": f"# {name}\n\n{name} açık.\n" for name in ("gate", "mill", "pond")}
NEW = {
    "gate.md": ("A bucket stands at the door.", "Kapıda bir kova durur."),
    "mill.md": ("The miller fills a bucket.", "Değirmenci bir kova doldurur."),
    "pond.md": ("Throw a bucket into it.", "İçine bir kova at."),
}
RECORDED = "".join(
    json.dumps({"source": source, "target": target}) + "\n" for source, target in NEW.values()
)
PAIL = (Learnt("kova", "bakraç", 2),)


@pytest.fixture
def synced(make_book: MakeBook) -> Book:
    book = make_book(PAGES, SAYFALAR)
    book.sync(base="v1")
    book.merge()
    return book


def propose(book: Book, *pages: str) -> SyncResult:
    book.publish({page: f"{PAGES[page]}\n{NEW[page][0]}\n" for page in pages})
    return book.sync(engine="recorded:x", recording=RECORDED)


def correct(book: Book, *pages: str) -> None:
    """A reviewer's commit on the open branch."""
    book.git("checkout", "--quiet", "amts/tr")
    texts = {page: (book.root / page).read_text(encoding="utf-8") for page in pages}
    assert all("kova" in text for text in texts.values())
    book.translate({page: text.replace("kova", "bakraç") for page, text in texts.items()})
    book.git("checkout", "--quiet", "main")


def taught(book: Book, most: int = 50, trust: Trust = "merged") -> Corrections:
    lessons = Lessons(language("tr"), most, trust)
    return learnt_from_review(lessons, open_repository(book.root), Silence())


HOW = {
    "fast-forward": ["--ff-only"],
    "merge commit": ["--no-ff", "-m", "merge"],
    "squash": ["--squash"],
}


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_a_correction_of_two_pages_is_made_on_the_third_and_shown(
    synced: Book, how: list[str]
) -> None:
    propose(synced, "gate.md", "mill.md")
    correct(synced, "gate.md", "mill.md")
    synced.merge(*how)
    result = propose(synced, "pond.md")
    drafts = [d for page in result.report.pages for e in page.outcome.entries for d in e.drafts]
    assert [(d.target, d.edits) for d in drafts] == [
        ("İçine bir bakraç at.", (DraftEdit("learnt", "kova", "bakraç"),))
    ]
    assert result.report.learnt == PAIL
    assert "learnt from review: kova → bakraç, seen 2 times" in result.report.table()
    text = body(review(result.report))
    assert "- kova → bakraç: 2×" in text
    assert "learnt from review: kova → bakraç" in text


def test_a_dry_run_names_what_it_would_correct(synced: Book) -> None:
    propose(synced, "gate.md", "mill.md")
    correct(synced, "gate.md", "mill.md")
    synced.merge("--squash")
    synced.publish({"pond.md": f"{PAGES['pond.md']}\nNew.\n"})
    report = synced.sync(engine="recorded:x", recording=RECORDED, dry_run=True).report
    assert report.learnt == PAIL
    assert report.as_json()["learnt"] == [{"machine": "kova", "human": "bakraç", "times": 2}]
    assert synced.sync(engine="memory", dry_run=True).report.learnt == ()


def test_nobody_learns_from_what_is_not_merged(synced: Book) -> None:
    propose(synced, "gate.md", "mill.md")
    correct(synced, "gate.md", "mill.md")
    assert taught(synced) == NOTHING_LEARNT


def test_nobody_learns_from_drafts_of_no_machine(synced: Book) -> None:
    synced.publish({page: f"{PAGES[page]}\n{NEW[page][0]}\n" for page in ("gate.md", "mill.md")})
    synced.sync(engine="none")
    synced.git("checkout", "--quiet", "amts/tr")
    texts = {
        page: (synced.root / page).read_text(encoding="utf-8") for page in ("gate.md", "mill.md")
    }
    synced.translate({page: text.replace("bucket", "bakraç") for page, text in texts.items()})
    synced.git("checkout", "--quiet", "main")
    synced.merge("--squash")
    assert taught(synced) == NOTHING_LEARNT


def test_only_so_many_merged_pull_requests_are_read(synced: Book) -> None:
    propose(synced, "gate.md", "mill.md")
    correct(synced, "gate.md", "mill.md")
    synced.merge("--squash")
    propose(synced, "pond.md")
    synced.merge("--squash")
    assert [taught(synced, most).listed() for most in (0, 1, 2)] == [(), (), PAIL]


def test_machine_text_that_stands_speaks_against_a_correction_only_where_merging_is_reviewing(
    synced: Book,
) -> None:
    names = ("red", "wet", "old")
    more = {f"{name}.md": f"# {name}\n\nA bucket is {name}.\n" for name in names}
    rows = [{"source": f"A bucket is {it}.", "target": f"{it}: bir kova."} for it in names]
    changed = {page: f"{text}\n{NEW[page][0]}\n" for page, text in PAGES.items()}
    synced.publish({**more, **changed})
    recording = RECORDED + "\n".join(map(json.dumps, rows))
    synced.sync(engine="recorded:x", recording=recording)
    correct(synced, "gate.md", "mill.md")
    synced.merge("--squash")
    assert taught(synced).listed() == ()
    assert taught(synced, trust="edited").listed() == PAIL


def test_what_was_learnt_is_proposed_for_the_glossary(
    synced: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(synced, "gate.md", "mill.md")
    correct(synced, "gate.md", "mill.md")
    synced.merge("--squash")
    asked = ["terminology", "proposals", "--language", "tr", "--repository", str(synced.root)]
    assert main([*asked, "--quiet"]) == 0
    assert capsys.readouterr().out == "bucket: kova → bakraç, seen 2 times\n"
