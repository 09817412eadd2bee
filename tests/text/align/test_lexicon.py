"""Lexicons: what is learnt from pages that are not aligned, and the file they are kept in."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.model import Bead
from amts_bot.text.align import model1
from amts_bot.text.align.evidence import Evidence, Text, lengths
from amts_bot.text.align.learning import learn, own_lexicon
from amts_bot.text.align.lexicon import USUAL_SHAPES, Lexicon, parse, render
from amts_bot.text.align.sentences import align_sentences
from amts_bot.text.align.tokens import tokens

WORDS = {"lamp": "lamba", "fog": "sis", "boat": "gemi", "keeper": "bekçi", "rope": "ip"}
VERBS = {"burns": "yanar", "waits": "bekler", "turns": "döner", "sinks": "batar"}


def page(start: int) -> tuple[list[str], list[str]]:
    """Every noun with every verb, in an order of its own."""
    pairs = [(noun, verb) for noun in WORDS for verb in VERBS]
    pairs = pairs[start:] + pairs[:start]
    english = [f"The {noun} by the harbour {verb} again." for noun, verb in pairs]
    return english, [f"Limandaki {WORDS[noun]} yine {VERBS[verb]}." for noun, verb in pairs]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return learn([page(0), page(7), page(13)], "en", "tr")


def best(lexicon: Lexicon, word: str) -> str:
    rows = lexicon.forward.source == lexicon.source_words[word]
    top = int(lexicon.forward.target[rows][lexicon.forward.probability[rows].argmax()])
    return list(lexicon.target_words)[top]


def test_words_find_their_translations(lexicon: Lexicon) -> None:
    assert {word: best(lexicon, word) for word in (WORDS | VERBS)} == WORDS | VERBS


def test_pages_that_nobody_translated_teach_nothing(lexicon: Lexicon) -> None:
    copy = page(3)[0]
    taught = learn([page(0), page(7), page(13), (copy, copy), (copy, copy)], "en", "tr")
    assert {word: best(taught, word) for word in (WORDS | VERBS)} == WORDS | VERBS
    rows = taught.forward.source == taught.source_words["lamp"]
    assert taught.target_words["lamp"] not in taught.forward.target[rows]


def test_a_lexicon_outlives_its_file(lexicon: Lexicon) -> None:
    again = parse(render(lexicon))
    assert render(again) == render(lexicon)
    assert (again.source_language, again.target_language) == ("en", "tr")
    assert best(again, "lamp") == "lamba"


def test_the_file_is_lines_of_words_and_probabilities(lexicon: Lexicon) -> None:
    head, *lines = render(lexicon).splitlines()
    title, source, target, sentences, shapes = head.split("\t")
    assert (title, source, target, sentences) == ("# amts-bot lexicon 2", "en", "tr", "60")
    assert sum(float(part.split(":")[1]) for part in shapes.split()) == pytest.approx(1, abs=0.01)
    assert lines == sorted(lines)
    assert all(len(line.split("\t")) == 4 for line in lines)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not a lexicon of this version"),
        ("# amts-bot lexicon 9\ten\ttr\n", "not a lexicon of this version"),
        ("# amts-bot lexicon 2\ten\ttr\n", "not a lexicon of this version"),
        ("# amts-bot lexicon 2\ten\ttr\t60\t1-1:2\n", "not a lexicon of this version"),
        ("# amts-bot lexicon 1\ten\ttr\na\tb\t0.5\t0.5\na b\n", "line 3 of the lexicon is damaged"),
        ("# amts-bot lexicon 1\ten\ttr\na\tb\tnan\t0.5\n", "line 2 of the lexicon is damaged"),
        ("# amts-bot lexicon 1\ten\ttr\na\tb\t7\t0.5\n", "line 2 of the lexicon is damaged"),
    ],
)
def test_a_damaged_lexicon_is_named_by_its_line(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        parse(text)


def test_a_lexicon_of_the_version_before_is_read() -> None:
    old = parse("# amts-bot lexicon 1\ten\ttr\nlamp\tlamba\t0.5\t0.5\n")
    assert (best(old, "lamp"), old.shapes) == ("lamba", USUAL_SHAPES)


def test_nothing_teaches_nothing() -> None:
    empty: list[str] = []
    for pages in ([], [(empty, empty)], [(["One."], empty)], [(["One."], ["Bir."])]):
        (head,) = render(learn(pages, "en", "tr")).splitlines()
        assert head.startswith("# amts-bot lexicon 2\ten\ttr\t")


def test_model_1_gives_words_to_those_they_always_meet() -> None:
    ids = [np.array(side, np.int64) for side in ((0, 1), (0, 2), (1, 2))]
    beads = [model1.WeightedBead(words, words, 1.0) for words in ids * 4]
    table = model1.train(beads, 3, 3)
    top = {
        s: t
        for s, t, p in zip(table.source, table.target, table.probability, strict=True)
        if p > 0.9
    }
    assert top == {0: 0, 1: 1, 2: 2}


def test_pairs_of_words_are_told_apart_in_a_table_or_by_sorting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [page(0), page(7)]
    by_table = render(learn(pages, "en", "tr"))
    monkeypatch.setattr(model1, "_LARGEST_TABLE", 0)
    assert render(learn(pages, "en", "tr")) == by_table


def test_the_sheets_of_a_page_leave_no_cycles_behind() -> None:
    side = [tokens(sentence) for sentence in page(0)[0]]
    known = Lexicon(source_language="en", target_language="en")
    gc.collect()
    gc.disable()
    try:
        text = Text(source=side, target=side, lengths=lengths(side, side))
        Evidence([text], known).lattices([(range(4), range(4))])
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_command_learns_from_lines_or_folders(tmp_path: Path) -> None:
    lines = tmp_path / "pages.jsonl"
    source, target = page(0)
    lines.write_text(json.dumps({"source": source, "target": target}) + "\n\n", encoding="utf-8")
    for name, sentences in (("en", source), ("tr", target)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    languages = ["--source-language", "en", "--target-language", "tr"]
    outputs = []
    for arguments in (["--pairs", str(lines)], [str(tmp_path / "en"), str(tmp_path / "tr")]):
        out = tmp_path / "out.lexicon"
        assert main(["lexicon", *arguments, *languages, "--output", str(out)]) == 0
        outputs.append(out.read_text(encoding="utf-8"))
    assert outputs[0] == outputs[1]
    assert "lamp\tlamba\t" in outputs[0]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"source": ["a"]}', '{"source": "a", "target": ["b"]}']
)
def test_a_line_that_is_no_page_is_named(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "pages.jsonl"
    lines.write_text(f'{{"source": ["a"], "target": ["b"]}}\n{line}\n', encoding="utf-8")
    languages = ["--source-language", "en", "--target-language", "tr"]
    out = tmp_path / "out.lexicon"
    assert main(["lexicon", "--pairs", str(lines), *languages, "--output", str(out)]) == 2
    assert "pages.jsonl: line 2 is no page" in capsys.readouterr().err
    assert not out.exists()


def test_a_page_teaches_itself_but_is_believed_less(lexicon: Lexicon) -> None:
    source, target = page(0)
    del target[8]
    own = own_lexicon(source, target, "en", "tr")
    with_nothing, with_own, with_book = (
        align_sentences(source, target, "en", "tr", known) for known in (None, own, lexicon)
    )
    right = [(i, i if i < 8 else i - 1) for i in range(20) if i != 8]
    assert pairs(with_own) == pairs(with_book) == right != pairs(with_nothing)
    assert mean(b.probability for b in with_own) < mean(b.probability for b in with_book)


def pairs(beads: list[Bead]) -> list[tuple[int, int]]:
    return [(b.source.start, b.target.start) for b in beads if len(b.source) == len(b.target) == 1]
