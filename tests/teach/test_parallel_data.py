"""Parallel data of whole books: what counts as reviewed, what is held out, what is aligned again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_bot.adapters import files
from amts_bot.adapters.git import open_repository
from amts_bot.adapters.processes import Processes
from amts_bot.book.reviewed import (
    MACHINE,
    NO_ORIGINAL,
    UNREADABLE,
    book_of_files,
    merged_book,
)
from amts_bot.book.reviewed import NO_TRANSLATION as NO_PAGE
from amts_bot.book.reviewed import ReviewedBook as Pages
from amts_bot.cli import main
from amts_bot.errors import AmtsError, UsageError
from amts_bot.model import PairFormat
from amts_bot.teach import alignments
from amts_bot.teach.alignments import NO_PAIRS, NO_TRANSLATION
from amts_bot.teach.parallel_data import (
    HELD_OUT,
    BuildOrder,
    Built,
    build,
)
from amts_bot.text.pairs import formats
from tests.conftest import (
    CONFIG,
    Book,
    MakeBook,
    Silence,
    git,
)

Value = TypeVar("Value")
Result = TypeVar("Result")

LAMP = "# The Lamp\n\nThe lamp burns all night.\n\nThe keeper trims the wick at dusk.\n"
LAMBA = "# Lamba\n\nLamba bütün gece yanar.\n\nBekçi alacakaranlıkta fitili düzeltir.\n"
FOG = "# Fog\n\nA horn is blown twice a minute.\n\nThe horn is driven by air.\n"
SIS = "# Sis\n\nDakikada iki kez düdük çalınır.\n\nDüdük havayla çalışır.\n"
PAIRS = [
    ("Fog", "Sis"),
    ("A horn is blown twice a minute.", "Dakikada iki kez düdük çalınır."),
    ("The horn is driven by air.", "Düdük havayla çalışır."),
    ("The Lamp", "Lamba"),
    ("The lamp burns all night.", "Lamba bütün gece yanar."),
    ("The keeper trims the wick at dusk.", "Bekçi alacakaranlıkta fitili düzeltir."),
]


class OneProcess:
    def map(self, function: Callable[[Value], Result], values: Sequence[Value]) -> Iterator[Result]:
        return map(function, values)


@dataclass
class Drawer:
    """A cache in memory."""

    text: str = ""

    def load(self) -> str:
        return self.text

    def save(self, text: str) -> None:
        self.text = text


def made(pages: Pages, cache: Drawer | None = None, language: str = "tr", **order: Any) -> Built:
    return build(BuildOrder(language, **order), pages, cache or Drawer(), OneProcess(), Silence())


def pairs(built: Built) -> list[tuple[str, str]]:
    return [(segment.source, segment.target) for segment in built.table.segments]


def two(lamp: str = LAMBA, fog: str = SIS) -> Pages:
    return book_of_files(
        {"lamp.md": LAMP.encode(), "fog.md": FOG.encode()},
        {"lamp.md": lamp.encode(), "fog.md": fog.encode()},
    )


# ------------------------------------------------------------------ two folders


def test_pages_of_one_name_give_their_pairs() -> None:
    built = made(two())
    assert pairs(built) == PAIRS
    assert (built.table.source_language, built.table.target_language) == ("en", "tr")
    assert (built.pages, built.aligned, built.total, built.left_out) == (2, 2, 6, {})


def test_pages_without_a_partner_and_unreadable_ones_are_named() -> None:
    pages = book_of_files(
        {"a.md": b"A", "b.md": b"B", "c.md": b"\xff", "d.md": b"D"},
        {"b.md": b"B", "c.md": b"C", "d.md": b"\xff", "e.md": b"E"},
    )
    assert pages.left_out == {
        "a.md": NO_PAGE,
        "c.md": UNREADABLE,
        "d.md": UNREADABLE,
        "e.md": NO_ORIGINAL,
    }
    assert [page.path for page in pages.pages] == ["b.md"]


def test_paragraphs_are_pairs_of_their_own_level() -> None:
    english, target = "The sea is calm. The sky is clear.\n", "Deniz sakin. Gökyüzü açık.\n"
    pages = book_of_files({"a.md": english.encode()}, {"a.md": target.encode()})
    assert pairs(made(pages, level="block")) == [(english.strip(), target.strip())]
    assert len(made(pages).table.segments) == 2


def test_the_marks_of_a_quotation_stand_before_lines_and_not_in_pairs() -> None:
    built = made(
        book_of_files(
            {"a.md": b"> The lamp burns\n> all night.\n"},
            {"a.md": "> Lamba bütün\n> gece yanar.\n".encode()},
        )
    )
    assert pairs(built) == [("The lamp burns all night.", "Lamba bütün gece yanar.")]


def test_the_other_direction_is_turned_round() -> None:
    built = made(two(), reverse=True)
    assert pairs(built) == [(target, source) for source, target in PAIRS]
    assert (built.table.source_language, built.table.target_language) == ("tr", "en")


def test_a_held_out_page_never_enters_nor_its_sentences_elsewhere() -> None:
    pages = book_of_files(
        {"a.md": LAMP.encode(), "b.md": (FOG + "\nThe keeper trims the wick at dawn.\n").encode()},
        {"a.md": LAMBA.encode(), "b.md": (SIS + "\nBekçi şafakta fitili düzeltir.\n").encode()},
    )
    built = made(pages, hold_out=("/a.md",))
    assert pairs(built) == PAIRS[:3]
    assert (built.left_out, built.data.rejected) == ({"a.md": HELD_OUT}, {"held out": 1})
    assert built.summary().splitlines()[3:] == [
        "kept              3",
        "held out: pairs that repeat the pages of --hold-out, exactly or nearly: a score on text that was taught says "
        "nothing",
        "1 page left out, held out: a.md",
    ]


def test_a_held_out_page_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"--hold-out lampe.md: no page has this name"):
        made(two(), hold_out=("lampe.md",))


def test_a_page_without_text_on_one_side_is_named() -> None:
    assert made(two(fog="")).left_out == {"fog.md": NO_PAIRS}


HARBOUR = """\
# The Harbour

The harbour lies behind a long wall of stone that the winter storms have broken twice.

Small boats bring fish every morning, and on Sundays a ferry takes the families to the other shore.
"""


def test_a_page_that_is_no_translation_of_its_english_is_named_and_teaches_nothing() -> None:
    pages = book_of_files(
        {"a.md": HARBOUR.encode(), "b.md": LAMP.encode()},
        {"a.md": b"# Liman\n", "b.md": LAMBA.encode()},
    )
    built = made(pages)
    assert pairs(built) == PAIRS[3:]
    assert built.left_out.keys() == {"a.md"}
    assert built.left_out["a.md"] in (NO_PAIRS, NO_TRANSLATION)  # as the aligner sees it


def test_nothing_to_learn_is_an_error_that_counts_why() -> None:
    with pytest.raises(AmtsError) as raised:
        made(two(lamp=LAMP, fog=FOG))
    assert "no pair is fit for parallel data" in str(raised.value)
    assert "untranslated" in str(raised.value)


def test_a_language_without_rules_is_said() -> None:
    assert made(two(), language="xx").notes == (
        "xx: no rules for this language, general ones were used",
    )


def test_the_summary_counts_every_pair_and_shows_what_people_should_look_at() -> None:
    pages = book_of_files(
        {"a.md": b"# The Lamp\n", "b.md": LAMP.encode(), "c.md": b"C"},
        {"a.md": b"# Fener\n", "b.md": LAMBA.encode()},
    )
    assert made(pages).summary() == (
        "en → tr: 2 pages, 2 of them aligned anew\n"
        "pairs                        4\n"
        "  another translation        1\n"
        "kept                         3\n"
        "1 page left out, no translation of this name: c.md\n"
        "1 text is translated in more than one way; taken was the first:\n"
        "  The Lamp: Lamba (b.md) | Fener (a.md)"
    )


# ------------------------------------------------------------------ the cache


def test_only_pages_whose_text_changed_are_aligned_again() -> None:
    many = {f"{n}.md": f"# Page {n}\n\n{LAMP}".encode() for n in range(20)}
    theirs = {f"{n}.md": f"# Sayfa {n}\n\n{LAMBA}".encode() for n in range(20)}
    cache = Drawer()
    first = made(book_of_files(many, theirs), cache)
    again = made(book_of_files(many, theirs), cache)
    theirs["3.md"] += b"\nSon.\n"
    changed = made(book_of_files(many, theirs), cache)
    assert (first.aligned, again.aligned, changed.aligned) == (20, 0, 1)
    assert again.table == first.table
    assert made(book_of_files(many, theirs), cache).aligned == 0


def test_a_book_that_changed_a_lot_is_learnt_again() -> None:
    cache = Drawer()
    made(two(), cache)
    assert made(two(lamp=LAMBA.replace("Lamba", "Fener")), cache).aligned == 2


@pytest.mark.parametrize(
    ("damage", "lost"),
    [
        (lambda text: text[:-9], 1),  # the last page
        (lambda text: text + "x", 1),
        (lambda text: text.replace("repeats", "repaets"), 0),
        (lambda text: text.replace("lexicon", "lexikon"), 2),
        (lambda text: text[1:], 2),
        (lambda _: "{", 2),
        (lambda _: "", 2),
    ],
)
def test_of_a_damaged_cache_counts_what_is_whole(damage: Callable[[str], str], lost: int) -> None:
    cache = Drawer()
    first = made(two(), cache)
    cache.text = damage(cache.text)
    again = made(two(), cache)
    assert (again.aligned, again.table) == (lost, first.table)
    assert made(two(), cache).aligned == 0


LONG_BOOK = {
    f"{n}.md": (f"# Page {n}\n\n{LAMP}\n{FOG}", f"# Sayfa {n}\n\n{LAMBA}\n{SIS}") for n in range(24)
}
Texts = dict[str, tuple[str, str]]
EDITS: dict[str, Callable[[Texts, str], Texts]] = {
    "longer": lambda pages, name: {
        **pages,
        name: (f"{pages[name][0]}\nThe oil is old.\n", f"{pages[name][1]}\nYağ eski.\n"),
    },
    "reviewed": lambda pages, name: {
        **pages,
        name: (pages[name][0], pages[name][1].replace("yanar", "ışıldar")),
    },
    "renamed": lambda pages, name: {
        f"moved-{key}" if key == name else key: it for key, it in pages.items()
    },
    "gone": lambda pages, name: {key: it for key, it in pages.items() if key != name},
}
ORDERS: tuple[dict[str, Any], ...] = (
    {},
    {"hold_out": ("*1.md",)},
    {"reverse": True},
    {"keeps_slice": True},
    {"least_probability": 0.5},
)


def of_texts(pages: Texts) -> Pages:
    return book_of_files(
        {name: source.encode() for name, (source, _) in pages.items()},
        {name: target.encode() for name, (_, target) in pages.items()},
    )


@pytest.fixture(scope="module")
def long_book_kept() -> str:
    cache = Drawer()
    made(of_texts(LONG_BOOK), cache)
    return cache.text


@settings(max_examples=8)
@given(st.data())
def test_what_is_kept_changes_nothing_whatever_is_edited_between(
    long_book_kept: str, data: st.DataObject
) -> None:
    warm, pages, built = Drawer(long_book_kept), LONG_BOOK, None
    for _ in range(data.draw(st.integers(1, 3))):
        edit = data.draw(st.sampled_from(sorted(EDITS)))
        pages = EDITS[edit](pages, data.draw(st.sampled_from(sorted(pages))))
        order = data.draw(st.sampled_from(ORDERS))
        built = made(of_texts(pages), warm, **order)
        assert built.aligned <= 1
    assert built is not None
    lexicon_alone = Drawer(long_book_kept.partition("\n")[0])
    cold = made(of_texts(pages), lexicon_alone, **order)
    assert cold.aligned == built.pages
    assert replace(cold, aligned=built.aligned) == built


def test_pages_that_were_held_out_for_a_while_need_not_be_aligned_again(
    long_book_kept: str,
) -> None:
    cache = Drawer(long_book_kept)
    made(of_texts(LONG_BOOK), cache, hold_out=("3.md", "4.md"))
    assert made(of_texts(LONG_BOOK), cache).aligned == 0


def test_pages_that_are_gone_are_forgotten_in_the_end(long_book_kept: str) -> None:
    cache = Drawer(long_book_kept)
    few = {name: LONG_BOOK[name] for name in ("1.md", "2.md")}
    made(of_texts(few), cache)
    assert len(cache.text.split("\n")) == 2 + 2 * len(few)


def test_a_cache_of_another_version_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Drawer()
    made(two(), cache)
    monkeypatch.setattr(alignments, "__version__", "0")
    assert made(two(), cache).aligned == 2


def test_a_cache_of_another_language_or_level_is_none() -> None:
    cache = Drawer()
    made(two(), cache)
    assert made(two(), cache, level="block").aligned == 2
    assert made(two(), cache, language="az").aligned == 2


def test_a_cache_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"\xff")
    assert files.CacheFile(tmp_path / "cache").load() == ""
    assert files.CacheFile(tmp_path).load() == ""
    assert files.CacheFile(None).load() == ""


# ------------------------------------------------------------------ several processes


def test_work_is_shared_out_and_comes_back_in_order() -> None:
    with Processes(2) as workers:
        assert list(workers.map(str.upper, ["a", "b", "c"])) == ["A", "B", "C"]
        assert list(workers.map(len, ["a", "bc"])) == [1, 2]


@pytest.mark.parametrize("count", [1, 2])
def test_what_goes_wrong_in_a_process_is_raised_here(count: int) -> None:
    with Processes(count) as workers, pytest.raises(ValueError, match="invalid literal"):
        list(workers.map(int, ["1", "x"]))


# ------------------------------------------------------------------ a translation repository

GAS = "Gas comes through a pipe. It smells of fish.\n"
DRAFTS = (
    '{"source": "Gas comes through a pipe. It smells of fish.",'
    ' "target": "Gaz bir borudan gelir. Balık kokar."}\n'
)
GAS_PAIRS = [
    ("Gas comes through a pipe.", "Gaz bir borudan gelir."),
    ("It smells of fish.", "Balık kokusu var."),
]


@pytest.fixture
def merged(make_book: MakeBook) -> Book:
    """A book whose newest paragraph the bot drafted; a person edited its second sentence; merged."""
    book = make_book({"lamp.md": LAMP, "fog.md": FOG}, {"lamp.md": LAMBA, "fog.md": SIS})
    book.publish({"lamp.md": f"{LAMP}\n{GAS}"})
    book.sync(base="v1", engine="recorded:x", recording=DRAFTS)
    book.git("checkout", "--quiet", "amts/tr")
    book.translate({"lamp.md": book.show("lamp.md").replace("Balık kokar.", "Balık kokusu var.")})
    book.git("checkout", "--quiet", "main")
    book.merge("--squash")
    return book


def of(book: Book) -> Pages:
    return merged_book("tr", "", open_repository(book.root))


def configured(book: Book, review: str) -> Pages:
    book.translate({"amts.toml": f"{CONFIG}\n[review]\n{review}\n"})
    return of(book)


def test_merged_text_is_reviewed(merged: Book) -> None:
    assert pairs(made(of(merged))) == PAIRS + GAS_PAIRS


@pytest.mark.parametrize("trust", ["approved", "edited"])
def test_a_stricter_policy_takes_only_what_a_person_changed(merged: Book, trust: str) -> None:
    built = made(configured(merged, f'trust = "{trust}"'))
    assert pairs(built) == PAIRS + GAS_PAIRS[1:]
    assert built.data.rejected == {"not reviewed": 1}


def test_pages_that_are_machine_output_never_teach(merged: Book) -> None:
    built = made(configured(merged, 'machine = ["/fog.md"]'))
    assert pairs(built) == PAIRS[3:] + GAS_PAIRS
    assert built.left_out == {"fog.md": MACHINE}


def test_what_waits_on_the_open_branch_is_not_reviewed(merged: Book) -> None:
    before = made(of(merged)).table
    merged.publish({"fog.md": f"{FOG}\nThe bell is new.\n"})
    recording = '{"source": "The bell is new.", "target": "Çan yeni."}\n'
    merged.sync(engine="recorded:x", recording=recording)
    assert "Çan yeni." in merged.show("fog.md")
    assert made(of(merged)).table == before


def test_english_left_standing_is_no_translation(merged: Book) -> None:
    merged.publish({"fog.md": f"{FOG}\nThe bell is new.\n"})
    merged.sync(engine="none")
    merged.merge("--squash")
    assert "The bell is new." in merged.show("fog.md", "main")
    built = made(of(merged))
    assert pairs(built) == PAIRS + GAS_PAIRS
    assert built.data.rejected == {"not reviewed": 1}


def test_a_page_in_the_lock_that_is_not_there_is_named(merged: Book) -> None:
    merged.translate({"fog.md": None})
    assert of(merged).left_out == {"fog.md": UNREADABLE}


def test_pages_know_when_they_last_changed(merged: Book) -> None:
    date = "1700000000 +0000"
    merged.translate({"fog.md": SIS + "\nSon.\n"})
    tree = merged.git("rev-parse", "HEAD^{tree}")
    parent = merged.git("rev-parse", "HEAD~1")
    raw = f"tree {tree}\nparent {parent}\nauthor A <a@b> {date}\ncommitter A <a@b> {date}\n\nlate\n"
    commit = git(merged.root, "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.encode())
    merged.git("reset", "--quiet", "--soft", commit.strip())
    repository = open_repository(merged.root)
    changes = repository.last_changes("HEAD")
    lamp = int(merged.git("log", "-1", "--format=%ct", "--", "lamp.md"))
    assert (changes["fog.md"], changes["lamp.md"]) == (1_700_000_000, lamp)
    assert {page.path: page.changed for page in of(merged).pages} == {
        "fog.md": 1_700_000_000,
        "lamp.md": lamp,
    }


# ------------------------------------------------------------------ the command


def run(*arguments: object) -> int:
    return main(["parallel-data", "build", *map(str, arguments), "--quiet", "--jobs", "1"])


def test_the_command_makes_a_file_for_each_language(
    merged: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--repository", merged.root) == 0
    file = merged.root / "amts-report" / "tr" / "parallel-data.csv"
    table = formats.parse(file.read_text("utf-8"), "csv")
    assert [(it.source, it.target) for it in table.segments] == PAIRS + GAS_PAIRS
    assert (table.source_language, table.target_language) == ("en", "tr")
    assert "2 of them aligned anew" in capsys.readouterr().out
    assert merged.git("status", "--porcelain", "--", "amts-report") == ""
    assert run("--repository", merged.root) == 0
    assert "0 of them aligned anew" in capsys.readouterr().out


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, lamp, fog in (("en", LAMP, FOG), ("tr", LAMBA, SIS)):
        (tmp_path / name / "guide").mkdir(parents=True)
        (tmp_path / name / "guide" / "lamp.md").write_text(lamp, "utf-8")
        (tmp_path / name / "fog.md").write_text(fog, "utf-8")
        (tmp_path / name / ".hidden.md").write_text("x", "utf-8")
    return tmp_path / "en", tmp_path / "tr"


@pytest.mark.parametrize("file_format", formats.FORMATS)
def test_the_command_reads_two_folders(
    folders: tuple[Path, Path], tmp_path: Path, file_format: PairFormat
) -> None:
    output, report = tmp_path / "out" / "pairs", tmp_path / "report.json"
    options = ("--language", "tr", "--format", file_format, "--output", output, "--report", report)
    assert run(*folders, *options) == 0
    table = formats.parse(output.read_text("utf-8"), file_format)
    assert [(it.source, it.target) for it in table.segments] == PAIRS
    assert json.loads(report.read_text("utf-8")) == {
        "source_language": "en",
        "target_language": "tr",
        "level": "sentence",
        "pages": 2,
        "pages_left_out": {},
        "files": {},
        "pairs": 6,
        "kept": 6,
        "rejected": {},
        "conflicts": [],
    }


def test_a_page_that_is_not_utf8_is_named_and_the_rest_is_written(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folders[1] / "fog.md").write_bytes(b"# S\xffs\n")
    assert run(*folders, "--language", "tr", "--output", tmp_path / "pairs.csv") == 1
    assert f"1 page left out, {UNREADABLE}: fog.md" in capsys.readouterr().out
    assert (tmp_path / "pairs.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["en", "--language", "tr"], "SOURCE_DIR TARGET_DIR --language CODE"),
        (["en", "tr"], "SOURCE_DIR TARGET_DIR --language CODE"),
        (["en", "nowhere", "--language", "tr"], "nowhere: no such folder"),
    ],
)
def test_wrong_usage_says_what_to_do(
    folders: tuple[Path, Path],
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folders[0].parent)
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err


def test_one_file_cannot_hold_several_languages(
    make_book: MakeBook, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_book(
        {"lamp.md": LAMP}, {"lamp.md": LAMBA}, CONFIG + '[languages.az]\npages = "az/{path}"\n'
    )
    assert run("--repository", book.root, "--output", "pairs.csv") == 2
    assert "choose one --language: az, tr" in capsys.readouterr().err


def test_nothing_is_written_when_no_pair_is_left(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folders[0], folders[0], "--language", "tr", "--output", tmp_path / "p.csv") == 1
    assert "no pair is fit for parallel data" in capsys.readouterr().err
    assert not (tmp_path / "p.csv").exists()
