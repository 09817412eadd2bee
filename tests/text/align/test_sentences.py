"""Sentence alignment: every sentence in one bead, and the right ones together."""

from __future__ import annotations

import math
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_bot.cli import main
from amts_bot.model import Bead
from amts_bot.text.align import evidence as evidence_module
from amts_bot.text.align import windows
from amts_bot.text.align.evidence import Evidence, Lengths, Text, lengths
from amts_bot.text.align.learning import learn
from amts_bot.text.align.lexicon import Lexicon
from amts_bot.text.align.pairhmm import (
    Gaps,
    Lattices,
    Posteriors,
    posteriors,
)
from amts_bot.text.align.sentences import align_sentences, all_sure_boundaries, sure_boundaries
from amts_bot.text.align.tokens import tokens
from amts_bot.text.align.windows import likely_beads
from tests.text.align.test_lexicon import page

ENGLISH = [
    "The harbour",
    "The lamp `lamp_1` burns all night, and 40 ships have passed it since the winter began.",
    "Why does nobody see it?",
    "The keeper, an old man, trims the wick at dusk.",
    "Then he climbs down the 99 steps and sleeps in the small room behind the tower until morning.",
]
TURKISH = [
    "Liman",
    "`lamp_1` lambası bütün gece yanar ve kış başladığından beri önünden 40 gemi geçti.",
    "Neden onu kimse görmüyor?",
    "Yaşlı bir adam olan bekçi alacakaranlıkta fitili düzeltir.",
    "Sonra 99 basamağı iner ve sabaha kadar kulenin arkasındaki küçük odada uyur.",
]


def shapes(beads: list[Bead]) -> list[tuple[list[int], list[int]]]:
    return [(list(bead.source), list(bead.target)) for bead in beads]


def align(source: list[str], target: list[str], lexicon: Lexicon | None = None) -> list[Bead]:
    return align_sentences(source, target, "en", "tr", lexicon)


def test_sentences_find_their_counterparts() -> None:
    beads = align(ENGLISH, TURKISH)
    assert shapes(beads) == [([i], [i]) for i in range(5)]
    assert min(bead.probability for bead in beads) > 0.8


def test_split_and_joined_sentences_are_one_bead() -> None:
    split = [
        *TURKISH[:4],
        "Sonra 99 basamağı iner.",
        "Sabaha kadar kulenin arkasındaki odada uyur.",
    ]
    assert shapes(align(ENGLISH, split))[-1] == ([4], [4, 5])
    assert shapes(align(split, ENGLISH))[-1] == ([4, 5], [4])


def test_sentences_of_which_one_lent_the_other_a_clause_are_one_bead() -> None:
    apart = [
        "At dusk 40 ships pass, `horn` and `bell` are silent until 1887.",
        "By dawn 99 gulls sit there.",
    ]
    lent = [
        "Alacakaranlıkta 40 gemi geçer.",
        "`horn` ve `bell` 1887 yılına dek susar, şafakta 99 martı konar.",
    ]
    kept = [
        "Alacakaranlıkta 40 gemi geçer, `horn` ve `bell` 1887 yılına dek susar.",
        "Şafakta 99 martı konar.",
    ]
    around = ENGLISH[:2], TURKISH[:2], ENGLISH[2:], TURKISH[2:]

    def between(target: list[str]) -> list[tuple[list[int], list[int]]]:
        beads = align([*around[0], *apart, *around[2]], [*around[1], *target, *around[3]])
        return [bead for bead in shapes(beads) if {2, 3} & {*bead[0]}]

    assert between(lent) == [([2, 3], [2, 3])]
    assert between(kept) == [([2], [2]), ([3], [3])]


def test_cognates_may_end_otherwise() -> None:
    source = [tokens("Technisch ist das schwer.")]
    target = [tokens("Techniquement rude."), tokens("Personnellement ru."), *map(tokens, TURKISH)]
    lexicon = Lexicon(source_language="de", target_language="fr")
    text = Text(source=source, target=target, lengths=lengths(source, target))
    cognate, stranger, *_ = Evidence([text], lexicon).pairs[0]
    assert cognate > stranger + 0.3


def test_a_dropped_and_an_added_sentence_stand_alone() -> None:
    assert ([1], []) in shapes(align(ENGLISH, [TURKISH[0], *TURKISH[2:]]))
    added = [
        *TURKISH[:2],
        "Çevirmenin notu: `lamp_2` sonradan eklendi, 1887 yılında.",
        *TURKISH[2:],
    ]
    assert ([], [2]) in shapes(align(ENGLISH, added))


def test_a_sentence_that_became_a_list_is_one_bead() -> None:
    tools = ["a hammer", "seven nails", "two ropes", "some oil", "a lantern", "a map"]
    source = ["Before we go.", "Bring " + ", ".join(tools) + ".", "Then we leave at 6."]
    target = ["Gitmeden önce.", *(f"{tool};" for tool in tools), "Saat 6 gibi çıkarız."]
    assert ([1], [1, 2, 3, 4, 5, 6]) in shapes(align(source, target))


def test_a_lexicon_tells_sentences_of_one_length_apart() -> None:
    lexicon = learn([page(0), page(7), page(13)], "en", "tr")
    source, target = page(3)
    del target[4]
    beads = align(source, target, lexicon)
    assert ([4], []) in shapes(beads)
    assert shapes(beads)[5:] == [([i + 1], [i]) for i in range(4, 19)]


OTHERS = ["", " ", "图 1 是灯。", "등대가 켜진다.", "البحر بعيد؟", "ทะเลอยู่ไกล", "\0", "😀"]
SENTENCES = st.lists(
    st.sampled_from([*ENGLISH, *TURKISH, *OTHERS]) | st.text(max_size=12), max_size=12
)


@given(source=SENTENCES, target=SENTENCES, language=st.sampled_from(["tr", "zh", "ar", "th", "xx"]))
def test_every_sentence_is_in_exactly_one_bead(
    source: list[str], target: list[str], language: str
) -> None:
    beads = align_sentences(source, target, "en", language)
    assert list(chain.from_iterable(bead.source for bead in beads)) == list(range(len(source)))
    assert list(chain.from_iterable(bead.target for bead in beads)) == list(range(len(target)))
    assert all(bead.source or bead.target for bead in beads)
    assert all(0 <= bead.probability <= 1 for bead in beads)


def test_long_texts_are_aligned_through_windows() -> None:
    entries = [i * 7919 % 10007 for i in range(1200)]
    source = [f"Ship {n} passed the lamp{' by night' * (n % 4)}." for n in entries]
    target = [f"Lambanın önünden{' geceleyin' * (n % 4)} {n} numaralı gemi geçti." for n in entries]
    del target[500:520]
    beads = align(source, target)
    assert [bead.source.start for bead in beads if not bead.target] == list(range(500, 520))
    pairs = [([i], [i if i < 500 else i - 20]) for i in (*range(500), *range(520, 1200))]
    assert [shape for shape in shapes(beads) if shape[1]] == pairs


@pytest.mark.parametrize("hole", [45, 100])
def test_a_hole_longer_than_a_window_is_left_out(hole: int) -> None:
    entries = [i * 7919 % 10007 for i in range(700)]
    source = [f"Ship {n} passed the lamp{' by night' * (n % 4)}." for n in entries]
    target = [f"Lambanın önünden{' geceleyin' * (n % 4)} {n} numaralı gemi geçti." for n in entries]
    del source[400 : 400 + hole], target[130 : 130 + hole]
    pairs = [
        ([i if i < 400 else i - hole], [i if i < 130 else i - hole])
        for i in range(700)
        if not (400 <= i < 400 + hole or 130 <= i < 130 + hole)
    ]
    assert [shape for shape in shapes(align(source, target)) if all(shape)] == pairs


def test_sure_boundaries_change_no_alignment(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [i * 7919 % 10007 for i in range(60)]
    source = [f"The `ship_{n}` met `boat_{n}` on day {n}." for n in numbers]
    target = [f"`ship_{n}` `boat_{n}` ile {n}. gün buluştu." for n in numbers]
    target[20:23] = target[22], target[20], target[21]
    target[40:42] = [" ".join(target[40:42])]
    beads = align(source, target)
    assert ([20, 21, 22], [20, 21, 22]) in shapes(beads)
    monkeypatch.setattr(windows, "_LEAD", math.inf)
    assert shapes(align(source, target)) == shapes(beads)


def test_beads_score_the_same_all_at_once_and_shape_by_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = Text(
        source=[*map(tokens, ENGLISH)],
        target=[*map(tokens, TURKISH)],
        lengths=Lengths(1.0, 3.0, 1.0),
    )
    evidence = Evidence([text], Lexicon(source_language="en", target_language="tr"))
    parts = [(range(5), range(5)), (range(1, 4), range(2, 3)), (range(2), range(0))]
    at_once = evidence.lattices(parts).scores
    monkeypatch.setattr(evidence_module, "_MANY", 0)
    assert evidence.lattices(parts).scores == pytest.approx(at_once)


def test_likely_beads_of_long_texts_are_those_of_the_alignment() -> None:
    entries = [i * 7919 % 10007 for i in range(400)]
    source = [tokens(f"Ship {n} passed the lamp{' by night' * (n % 4)}.") for n in entries]
    target = [tokens(f"Lambanın önünden{' geceleyin' * (n % 4)} {n} gemi geçti.") for n in entries]
    nothing = Lexicon(source_language="en", target_language="tr")
    assert likely_beads(source, target, nothing, 0.5) == windows.align(source, target, nothing)


def test_the_work_grows_with_the_length_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in beads of the lattices: twice the text has about twice as many, not four times."""

    def beads(sentences: int) -> int:
        looked_at: list[int] = []

        def counted(lattices: Lattices, gaps: Gaps, open_ended: bool = False) -> Posteriors:
            looked_at.append(len(lattices.scores))
            return posteriors(lattices, gaps, open_ended)

        monkeypatch.setattr(windows, "posteriors", counted)
        entries = [i * 7919 % 10007 for i in range(sentences)]
        align([f"Ship {n} came." for n in entries], [f"{n} geldi." for n in entries])
        return sum(looked_at)

    assert beads(1600) < 2.7 * beads(800)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0), (1, 900), (900, 1), (700, 2)])
def test_lopsided_texts_are_covered(n: int, m: int) -> None:
    beads = align(["The lamp burns."] * n, ["Lamba yanar."] * m)
    assert sum(len(bead.source) for bead in beads) == n
    assert sum(len(bead.target) for bead in beads) == m


def test_sure_boundaries_are_those_between_likely_beads() -> None:
    assert sure_boundaries(ENGLISH, TURKISH) == {i: i for i in range(6)}
    assert sure_boundaries(["A.", "B.", "C."], ["Yok."]) == {0: 0, 3: 1}
    assert sure_boundaries([], ["Yok."]) == {0: 1}
    assert sure_boundaries(["A."] * 900, ["B."] * 900) == {0: 0, 900: 900}


TEXTS = st.lists(st.tuples(SENTENCES, SENTENCES), min_size=2, max_size=8)


@settings(max_examples=20)
@given(texts=TEXTS)
def test_texts_that_are_aligned_together_know_nothing_of_each_other(
    texts: list[tuple[list[str], list[str]]],
) -> None:
    nothing = Lexicon(source_language="en", target_language="tr")
    cut = [([*map(tokens, ours)], [*map(tokens, theirs)]) for ours, theirs in texts]
    alone = [windows.boundaries([text], nothing)[0] for text in cut]
    together = windows.boundaries(cut, nothing)
    assert together == [pytest.approx(found, abs=1e-9) for found in alone]


def test_sure_boundaries_are_found_of_all_texts_at_once() -> None:
    texts = [(ENGLISH, TURKISH), (["A.", "B.", "C."], ["Yok."]), ([], ["Yok."]), (ENGLISH, TURKISH)]
    assert all_sure_boundaries(texts) == [sure_boundaries(*text) for text in texts]


# ------------------------------------------------------------------ the command


def run(folder: Path, source: str, target: str, *options: str) -> int:
    for name, text in (("source", source), ("target", target)):
        (folder / name).write_text(text, encoding="utf-8")
    languages = ["--source-language", "en", "--target-language", "tr"]
    return main(["align", str(folder / "source"), str(folder / "target"), *languages, *options])


def test_beads_are_printed_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = ("".join(f"{line}\n" for line in side) for side in (ENGLISH, TURKISH))
    assert run(tmp_path, source, target, "--sentences", "--format", "beads") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(":", 1)[0] for line in lines] == [f"[{i}]:[{i}]" for i in range(5)]
    assert all(0.8 < float(line.rsplit(":", 1)[1]) <= 1 for line in lines)


def test_texts_that_are_no_translations_bring_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "".join(f"Does `lamp_{i}` burn{' all night' * (i % 5)}?\n" for i in range(30))
    other = "".join(
        f"Pazarda{' taze' * (7 * i % 6)} `gate_{i}` için {i + 500} elma var:\n" for i in range(30)
    )
    assert run(tmp_path, source, other, "--sentences") == 0
    assert "do not look like translations" in capsys.readouterr().err


@pytest.mark.parametrize("options", [("--sentences", "--format", "csv"), ("--format", "beads")])
def test_formats_go_with_what_they_are_for(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "a", "b", *options) == 2
    assert "--format beads goes with --sentences" in capsys.readouterr().err


def test_a_lexicon_of_other_languages_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lexicon = tmp_path / "zh.lexicon"
    lexicon.write_text("# amts-bot lexicon 1\ten\tzh\n", encoding="utf-8")
    assert run(tmp_path, "a", "b", "--lexicon", str(lexicon)) == 2
    assert "is from en to zh" in capsys.readouterr().err
