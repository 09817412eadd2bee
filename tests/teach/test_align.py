"""Two texts aligned without files: what a program gets."""

from __future__ import annotations

import pytest

from amts_bot.errors import UsageError
from amts_bot.teach.align import AlignOrder, LexiconFile, align
from amts_bot.teach.lexicon import PageFolders, PageLines, learn_lexicon

ENGLISH = "# Lamp\n\nThe lamp has 4 legs. It is red.\n"
TURKISH = "# Lamba\n\nLambanın 4 ayağı var. O kırmızı.\n"


def order(**more: object) -> AlignOrder:
    return AlignOrder(**{"source_language": "en", "target_language": "tr", **more})  # type: ignore[arg-type]


def test_the_pairs_of_two_pages_come_as_a_file_that_the_service_takes() -> None:
    aligned = align(order(file_format="csv"), ENGLISH, TURKISH)
    assert aligned.text.splitlines()[:2] == ['"en","tr"', '"Lamp","Lamba"']
    assert aligned.remarks == ()


def test_two_lists_of_sentences_come_as_beads() -> None:
    aligned = align(order(file_format="beads"), "A 4.\nB 5.\n", "C 4.\nD 5.\n")
    assert [line.rpartition(":")[0] for line in aligned.text.splitlines()] == [
        "[0]:[0]",
        "[1]:[1]",
    ]


def test_a_language_without_rules_is_named() -> None:
    aligned = align(order(target_language="eo"), ENGLISH, TURKISH)
    assert aligned.remarks == ("eo: no rules for this language, general ones were used",)


def test_a_lexicon_of_other_languages_is_refused() -> None:
    book = PageLines("p.jsonl", '{"source": ["A lamp."], "target": ["Eine Lampe."]}\n')
    learnt = learn_lexicon(book, "en", "de")
    with pytest.raises(UsageError, match=r"de\.lexicon is from en to de: learn one for en and tr"):
        align(order(lexicon=LexiconFile("de.lexicon", learnt.text)), ENGLISH, TURKISH)


def test_folders_teach_what_their_split_pages_teach() -> None:
    folders = PageFolders({"a.md": ENGLISH.encode()}, {"a.md": TURKISH.encode(), "b.md": b"x"})
    lines = PageLines(
        "p.jsonl",
        '{"source": ["Lamp", "The lamp has 4 legs.", "It is red."], '
        '"target": ["Lamba", "Lambanın 4 ayağı var.", "O kırmızı."]}\n',
    )
    assert learn_lexicon(folders, "en", "tr") == learn_lexicon(lines, "en", "tr")


@pytest.mark.parametrize(
    ("book", "message"),
    [
        (PageLines("p.jsonl", "\n[1]\n"), r"p\.jsonl: line 2 is no page"),
        (PageFolders({"a.md": b"\xff"}, {"a.md": b"x"}), r"a\.md: not UTF-8 at byte 0"),
        (PageFolders({"a.md": b"x"}, {"b.md": b"x"}), "there is nothing to learn from"),
    ],
)
def test_pages_that_teach_nothing_say_why(book: PageLines | PageFolders, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        learn_lexicon(book, "en", "tr")
