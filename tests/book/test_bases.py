"""Which English each page was translated from, and what becomes of pages of which nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.bases import Base
from amts_bot.book.snapshot import Order, Snapshot, snapshot
from amts_bot.errors import UsageError
from tests.conftest import CONFIG, Book, MakeBook

QUAY = "# Quay\n\nThe quay is wet. Boats lie there.\n\nRopes are sold by the metre.\n"
QUAY_2 = QUAY.replace("Boats lie there.", "Forty grey boats wait for paint.")
QUAY_3 = QUAY_2.replace("Ropes are sold by the metre.", "Nobody sells ropes since the flood.")
RIHTIM = "# Rıhtım\n\nRıhtım ıslaktır. Tekneler orada durur.\n\nHalatlar metreyle satılır.\n"
MOLE = "# Mole\n\nA mole of `400` stones.\n"
MENDIREK = "# Mendirek\n\n`400` taşlık bir mendirek.\n"


@pytest.fixture
def harbour(make_book: MakeBook) -> Book:
    """Two chapters in three English versions, v1 to v3; the translation of v1 has both, `pages` only one."""
    book = make_book(
        {"a/quay.md": QUAY, "b/mole.md": MOLE},
        {"a/quay.md": RIHTIM, "b/mole.md": MENDIREK},
        CONFIG.replace('["*.md"]', '["/a/*.md"]'),
    )
    for tag, text in (("v2", QUAY_2), ("v3", QUAY_3)):
        book.edit({"a/quay.md": text, "b/mole.md": MOLE + f"\nSince {tag} it is higher.\n"})
        book.english_git("tag", tag)
    book.checkout(book.english_git("rev-parse", "v3"))
    return book


def moment(book: Book, base: str = "", rebase: str = "") -> Snapshot:
    return snapshot(Order("tr", base=base, rebase=rebase), open_repository(book.root))


def take_in_chapter_b(book: Book) -> None:
    book.translate({"amts.toml": CONFIG.replace('["*.md"]', '["/a/*.md", "/b/*.md"]')})


def given(book: Book, path: str, tag: str) -> Base:
    commit = book.english_git("rev-parse", tag)
    return Base(source=path, commit=commit, blob=book.blob(tag, path), origin="given")


def test_a_page_of_a_later_pattern_takes_the_base_that_is_given(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    take_in_chapter_b(harbour)
    found = moment(harbour, base="v1")
    assert replace(found.bases["b/mole.md"], likeness=None) == given(harbour, "b/mole.md", "v1")
    assert found.bases["a/quay.md"].origin == "lock"
    report = harbour.sync(base="v1", engine="none").report
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert report.notes == (f"b/mole.md: English {revision}, which --base names, is the base now",)
    assert harbour.show("b/mole.md") == MENDIREK + "\nSince v3 it is higher.\n"


def test_a_page_of_a_later_pattern_is_held_and_named_where_nobody_gives_a_base(
    harbour: Book,
) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    take_in_chapter_b(harbour)
    for _ in range(2):
        report = harbour.sync(engine="none").report
        assert [(page.target, page.status) for page in report.pages] == [("b/mole.md", "held")]
        assert report.pages[0].message == (
            "b/mole.md is there already, and nothing says which English it was translated from: "
            "run once with --base"
        )
        assert harbour.show("b/mole.md") == MENDIREK
    assert list(harbour.lock().pages) == ["a/quay.md"]


def test_a_base_that_is_of_no_use_is_named(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    revision = harbour.english_git("rev-parse", "v2")[:10]
    assert moment(harbour, base="v2").notes == (
        f"English {revision}, which --base names, is the base of no page: amts/tr.lock or a kept original knows that "
        "of every one; --rebase-pages PATTERN gives pages another base",
    )


def test_an_unknown_base_is_refused_though_the_lock_knows_every_page(harbour: Book) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    with pytest.raises(Exception, match="v77 is unknown"):
        moment(harbour, base="v77")


@pytest.mark.parametrize("pattern", ["a/quay.md", "quay.md", "/a/", "*.md"])
def test_a_wrong_base_is_set_right_by_the_name_of_its_pages(harbour: Book, pattern: str) -> None:
    """v2 was too new: what changed between v1 and v2 was never proposed."""
    harbour.sync(base="v2", engine="none")
    harbour.merge()
    assert "Forty grey boats" not in harbour.show("a/quay.md", "main")
    result = harbour.sync(base="v1", rebase=pattern, engine="none")
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert result.report.notes == (
        f"a/quay.md: English {revision}, which --base names, is the base now",
    )
    assert harbour.show("a/quay.md") == (
        "# Rıhtım\n\nRıhtım ıslaktır. Forty grey boats wait for paint.\n\nNobody sells ropes since the flood.\n"
    )
    row = harbour.lock().pages["a/quay.md"]
    assert row.blob == harbour.blob("v3", "a/quay.md")


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"base": "v1", "rebase": "/sea/"}, "no page in amts/tr.lock has such a name"),
        ({"rebase": "quay.md"}, "say on which English, with --base REV"),
    ],
)
def test_pages_that_cannot_be_based_anew_stop_the_run(
    harbour: Book, order: dict[str, str], message: str
) -> None:
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    with pytest.raises(UsageError, match=message):
        moment(harbour, **order)


def test_a_page_that_the_given_english_lacks_keeps_its_base(harbour: Book) -> None:
    harbour.publish({"a/sail.md": "# Sail\n\nRed cloth.\n"})
    harbour.sync(base="v1", engine="none")
    harbour.merge()
    found = moment(harbour, base="v1", rebase="sail.md")
    revision = harbour.english_git("rev-parse", "v1")[:10]
    assert found.notes == (
        f"a/sail.md: English {revision}, which --base names, has no such page; "
        "the base stays as amts/tr.lock has it",
    )
    assert found.bases["a/sail.md"].origin == "lock"


def test_a_first_run_that_finds_no_translation_writes_nothing(make_book: MakeBook) -> None:
    config = CONFIG.replace("{path}", "tr/{path}")
    book = make_book({"a/quay.md": QUAY}, {"a/quay.md": RIHTIM}, config)
    with pytest.raises(
        UsageError,
        match=r"no translation of the 1 English pages was found\namts.toml \[languages.tr\]: "
        r"pages = 'tr/\{path\}' looks for a/quay.md at tr/a/quay.md; did you mean pages = \"\{path\}\"\?",
    ):
        book.sync(base="v1", engine="none")
    assert book.branches() == ["main"]


# ------------------------------------------------------------------ who else says it

LIGHT = "# Light\n\nA light of `{}` candles.\n\n```\nturn({})\n```\n"
ISIK = "# Işık\n\n`{}` mumluk bir ışık.\n\n```\nturn({})\n```\n"


MakeCoast = Callable[..., Book]


@pytest.fixture
def coast(make_book: MakeBook) -> MakeCoast:
    """English versions v1 to v3 of one page, all older than its translation of v2."""

    def make(settings: str, page: str = ISIK.format(20, 2), **files: str) -> Book:
        book = make_book({"light.md": LIGHT.format(10, 1)}, {}, CONFIG)
        for number in (2, 3):
            book.edit({"light.md": LIGHT.format(10 * number, number)})
            book.english_git("tag", f"v{number}")
        book.checkout(book.english_git("rev-parse", "v3"))
        names = {name.replace("__", "."): text for name, text in files.items()}
        book.translate({"light.md": page, "amts.toml": CONFIG + settings, **names})
        return book

    return make


@pytest.mark.parametrize("spelled", ['base = "history"\n', 'base.by = "history"\n'])
def test_history_tells_the_version_that_the_translation_agrees_with(
    coast: MakeCoast, spelled: str
) -> None:
    book = coast(spelled)
    base = moment(book).bases["light.md"]
    assert replace(base, confidence=1.0) == Base(
        source="light.md",
        commit=book.english_git("rev-parse", "v2"),
        blob=book.blob("v2", "light.md"),
        origin="history",
        likeness=1.0,
    )
    assert base.confidence > 0.9
    book.sync(engine="none")
    assert book.show("light.md") == ISIK.format(30, 3)


def test_a_page_that_is_no_translation_has_no_base(coast: MakeCoast) -> None:
    book = coast('base = "history"\n', "# Tarif\n\n- `un`\n- `su`\n\nhttps://example.org/tarif\n")
    with pytest.raises(
        UsageError, match=r"light.md: agrees with no English of it in more than \d+%"
    ):
        book.sync(engine="none")


def test_a_page_that_history_is_not_sure_of_is_held_until_somebody_says(
    coast: MakeCoast, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = coast('base = "history"\n')
    book.sync(engine="none")
    book.merge()
    book.publish({"mist.md": "# Mist\n\nMist is thin.\n"})
    book.translate({"mist.md": "# Pus\n\nPus incedir.\n"})
    monkeypatch.setattr("amts_bot.book.bases.SURE", 1.1)
    report = book.sync(engine="none").report
    revision = book.english_git("rev-parse", "HEAD")[:10]
    assert [(page.target, page.status, page.message) for page in report.pages] == [
        (
            "mist.md",
            "held",
            "mist.md is there already, and several versions of its English fit; "
            f"English {revision} is the likeliest, at 100%: run once with --base",
        )
    ]
    assert [*book.lock().pages] == ["light.md"]
    said = moment(book, base="HEAD").bases["mist.md"]
    assert (said.origin, said.blob) == ("given", book.blob("HEAD", "mist.md"))


def test_the_page_itself_names_its_commit(coast: MakeCoast) -> None:
    settings = 'base.pattern = "English (?P<commit>[0-9a-z]+)"\n'
    book = coast(settings, ISIK.format(20, 2) + "\n<!-- English v2 -->\n")
    found = moment(book)
    said = replace(found.bases["light.md"], likeness=None)
    assert said == replace(given(book, "light.md", "v2"), origin="written")
    assert found.notes == ()


def test_the_day_that_a_page_names_is_that_of_its_english(coast: MakeCoast) -> None:
    settings = "base.pattern = 'English of (?P<date>\\S+)'\n"
    page = ISIK.format(20, 2) + "\n<!-- English of {} -->\n"
    assert moment(coast(settings, page.format("2099-01-01"))).bases["light.md"].origin == "written"


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("c=nowhere", "the page itself names English 'nowhere': nowhere is unknown in "),
        ("d=1999-01-01", "the page itself names 1999-01-01, and there was no English of it then"),
        ("d=soon", "the page itself names 'soon', which is no date such as 2024-05-31"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(coast: MakeCoast, named: str, reason: str) -> None:
    settings = "base.pattern = '(?:c=(?P<commit>\\S+)|d=(?P<date>\\S+))'\n"
    book = coast(settings, ISIK.format(20, 2) + f"\n{named} .\n")
    with pytest.raises(UsageError, match=re.escape(f"light.md: {reason}")):
        moment(book)
    assert moment(book, base="v2").bases["light.md"].origin == "given"


def test_a_table_names_the_base_of_a_page(coast: MakeCoast) -> None:
    book = coast('base.file = "bases.csv"\n', bases__csv="page,commit\nlight.md,v2\n")
    base = moment(book).bases["light.md"]
    assert base == replace(given(book, "light.md", "v2"), origin="table", likeness=1.0)


def test_a_table_that_is_missing_stops_the_run(coast: MakeCoast) -> None:
    with pytest.raises(UsageError, match="base.file: bases.csv is not in the last commit"):
        moment(coast('base.file = "bases.csv"\n'))


def test_an_original_that_was_not_kept_up_is_noticed(coast: MakeCoast) -> None:
    stale = LIGHT.format(10, 1) + "\n```\nblow()\nwait()\nring()\n```\n"
    book = coast('origin = "{stem}_origin{suffix}"\n', light_origin__md=stale)
    found = moment(book)
    assert found.bases["light.md"].own
    revision = book.english_git("rev-parse", "v2")[:10]
    (note,) = found.notes
    assert note.startswith(
        "1 base fits clearly worse than another version of their English (look at them before you merge"
    )
    assert re.search(
        rf"light.md agrees with the kept original in \d\d%, with English {revision} of [\d-]+ in 100%$",
        note,
    )
    unheard = snapshot(Order("tr", told=False), open_repository(book.root))
    bases = {target: replace(base, likeness=None) for target, base in found.bases.items()}
    assert (unheard.bases, unheard.notes) == (bases, ())


def test_history_takes_the_place_of_an_original_that_was_not_kept_up(coast: MakeCoast) -> None:
    stale = LIGHT.format(10, 1) + "\n```\nblow()\nwait()\nring()\n```\n"
    settings = 'origin = "{stem}_origin{suffix}"\nbase = "history"\n'
    book = coast(settings, light_origin__md=stale)
    found = moment(book)
    assert found.bases["light.md"].origin == "history"
    assert (found.bases["light.md"].likeness, found.notes) == (1.0, ())
    unheard = snapshot(Order("tr", told=False), open_repository(book.root))
    assert unheard.bases == found.bases, "it is not asked for words alone"


def test_a_base_that_is_too_new_is_told_with_both_figures(coast: MakeCoast) -> None:
    book = coast("")
    longer = LIGHT.format(50, 5) + "\n```\nblow()\nwait()\nring()\n```\n"
    book.publish({"light.md": longer})
    (note,) = book.sync(base="HEAD", engine="none").report.notes
    assert re.search(r"English \w{10} of --base in \d\d%, with English \w{10} of \S+ in 100%", note)


def test_pages_are_based_anew_on_what_history_says(coast: MakeCoast) -> None:
    """`--rebase-pages` needs no `--base` where the team lets history say it."""
    book = coast('base = "history"\n')
    book.translate({"amts.toml": CONFIG})
    book.sync(base="v1", engine="none")
    book.merge()
    book.translate({"amts.toml": CONFIG + 'base = "history"\n', "light.md": ISIK.format(20, 2)})
    assert moment(book, rebase="light.md").bases["light.md"].commit == book.english_git(
        "rev-parse", "v2"
    )


def test_a_page_whose_english_was_renamed_has_the_versions_from_before(make_book: MakeBook) -> None:
    book = make_book({"lamp.md": LIGHT.format(10, 1)}, {}, CONFIG)
    book.edit({"lamp.md": LIGHT.format(20, 2)})
    book.english_git("tag", "v2")
    book.edit({"lamp.md": None, "light.md": LIGHT.format(20, 2)})
    book.publish({"light.md": LIGHT.format(30, 3)})
    book.translate({"light.md": ISIK.format(10, 1), "amts.toml": CONFIG + 'base = "history"\n'})
    found = moment(book).bases["light.md"]
    assert (found.source, found.commit) == ("lamp.md", book.english_git("rev-parse", "v1"))


def test_a_base_that_is_given_knows_a_page_by_its_former_name(make_book: MakeBook) -> None:
    book = make_book({"lamp.md": LIGHT.format(10, 1)}, {"light.md": ISIK.format(10, 1)}, CONFIG)
    book.publish({"lamp.md": None, "light.md": LIGHT.format(10, 1)})
    base = moment(book, base="v1").bases["light.md"]
    assert (base.source, base.origin) == ("lamp.md", "given")


def test_history_knows_the_english_that_has_another_name_now(make_book: MakeBook) -> None:
    """The team kept the old name, in a folder of its own."""
    config = CONFIG.replace("{path}", "tr/{path}") + 'base = "history"\n'
    book = make_book({"lamp.md": LIGHT.format(10, 1)}, {}, CONFIG)
    book.translate({"tr/lamp.md": ISIK.format(10, 1), "amts.toml": config})
    book.publish({"lamp.md": None, "light.md": LIGHT.format(20, 2)})
    base = moment(book).bases["tr/lamp.md"]
    assert (base.source, base.origin) == ("lamp.md", "history")
