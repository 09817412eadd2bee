"""Texts are read together and decoded once, and one that is not UTF-8 is no trouble until somebody needs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order, snapshot
from amts_bot.book.texts import Decoded, Texts, decoded, tree_of
from amts_bot.errors import AmtsError
from amts_bot.ports import BlobReader
from tests.conftest import Book, MakeBook

QUAY, MOLE = "The quay is wet.\n", "The mole is long.\n"
RIHTIM = "Rıhtım ıslak.\n"


@dataclass
class Counted:
    """A repository that counts how often it is read."""

    repository: BlobReader
    reads: list[int] = field(default_factory=list)

    def read(self, blobs: Iterable[str]) -> dict[str, bytes]:
        wanted = {*blobs}
        self.reads.append(len(wanted))
        return dict(self.repository.read(wanted))


def harbour(make_book: MakeBook) -> Book:
    return make_book({"quay.md": QUAY, "mole.md": MOLE}, {"quay.md": RIHTIM, "raw.md": b"a\xff\n"})


def test_bytes_that_are_not_utf8_are_marked_and_located() -> None:
    fault = "not UTF-8 at byte 2 (0xff): convert the file to UTF-8"
    assert decoded(b"ab\xffc") == Decoded("ab\ufffdc", fault)


def test_a_text_with_a_fault_is_refused_by_name_where_it_is_needed_whole() -> None:
    with pytest.raises(AmtsError, match=r"^quay\.md: not UTF-8 at byte 0 \(0xfe\)"):
        decoded(b"\xfe").strict("quay.md")
    assert decoded(RIHTIM.encode()).strict("quay.md") == RIHTIM


def test_what_is_expected_comes_with_the_first_text_and_nothing_is_read_twice(
    make_book: MakeBook,
) -> None:
    repository = open_repository(harbour(make_book).root)
    tree = repository.tree(repository.head())
    counted = Counted(repository)
    texts = Texts(counted)
    texts.expect(tree[path].blob for path in ("quay.md", "raw.md"))
    assert texts[tree["amts.toml"].blob].fault == ""
    assert [texts[tree[path].blob].text for path in ("quay.md", "raw.md")] == [RIHTIM, "a\ufffd\n"]
    assert counted.reads == [3]


def test_an_error_about_a_lost_blob_says_who_names_it(make_book: MakeBook) -> None:
    repository = open_repository(harbour(make_book).root)
    tree = repository.tree(repository.head())
    texts = Texts(repository)
    texts.expect([tree["quay.md"].blob], "amts/tr.lock, page quay.md")
    texts.expect(["1" * 40], "amts/tr.lock, page mole.md")
    with pytest.raises(AmtsError, match=r"^amts/tr\.lock, page mole\.md: .* has no blob 1{40}"):
        texts.read([tree["quay.md"].blob])


def test_a_tree_reads_the_paths_it_has(make_book: MakeBook) -> None:
    repository = open_repository(harbour(make_book).root)
    tree = tree_of(repository, repository.head())
    assert tree.at_each(["quay.md", "mole.md"]) == {"quay.md": Decoded(RIHTIM)}
    assert dict(tree) == repository.tree(repository.head())


def test_the_first_text_of_a_snapshot_brings_all_pages_of_its_repository(
    make_book: MakeBook,
) -> None:
    book = harbour(make_book)
    base = book.pointer("HEAD")
    book.publish({"quay.md": QUAY + "\nIt dries at noon.\n"})
    found = snapshot(Order("tr", base=base), open_repository(book.root))
    assert found.original("quay.md") == Decoded(QUAY)
    assert found.tree.at("quay.md") == Decoded(RIHTIM)
    shutil.rmtree(book.root)  # and the English with it
    assert found.merged.at("quay.md") == Decoded(RIHTIM)
    assert found.new.pages.at("quay.md") == Decoded(QUAY + "\nIt dries at noon.\n")
    assert found.new.pages.at("mole.md") == Decoded(MOLE)
