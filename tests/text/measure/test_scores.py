"""Scores are sacrebleu's, their error bars are the same everywhere, and doubtful pages are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.measure.score import score
from amts_bot.text.measure.comparison import compare, is_foreign
from amts_bot.text.measure.scores import (
    LEAST_GROUPS,
    SEED,
    ScoredSegment,
    Significance,
    bleu_signature,
    gather,
    scores,
    significance,
)
from benchmarks import SHARED

WORDS = ["kuş", "deniz", "rüzgâr", "yelken", "liman", "gece", "yıldız", "dalga", "ada", "fener"]


def corpus(size: int, wrong_every: int) -> list[list[ScoredSegment]]:
    """Original segments, of which every so-many-th word is wrong; a group each."""
    groups = []
    for number in range(size):
        words = [WORDS[(number * number + k * k + k) % len(WORDS)] for k in range(8 + number % 5)]
        heard = [w if (k + number) % wrong_every else "şey" for k, w in enumerate(words)]
        groups.append([ScoredSegment(" ".join(heard), " ".join(words))])
    return groups


SENTENCES = st.lists(st.sampled_from([*WORDS, "帆船", "出海", "。", ",", "(a)"]), max_size=9).map(
    " ".join
)


@pytest.mark.parametrize("tokenizer", ["13a", "zh", "char"])
@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(SENTENCES, SENTENCES.filter(str.strip)), min_size=1, max_size=6))
def test_scores_are_those_of_sacrebleu(tokenizer: str, pairs: list[tuple[str, str]]) -> None:
    ours, theirs = [p[0] for p in pairs], [[p[1] for p in pairs]]
    found = scores(gather([[ScoredSegment(*pair)] for pair in pairs], tokenizer))
    expected = (
        BLEU(tokenize=tokenizer).corpus_score(ours, theirs),
        CHRF().corpus_score(ours, theirs),
    )
    assert [found.bleu.value * 100, found.chrf.value * 100] == pytest.approx(
        [s.score for s in expected], abs=1e-4
    )


def test_the_signature_is_that_of_sacrebleu() -> None:
    metric = BLEU(tokenize="zh")
    metric.corpus_score(["帆"], [["帆"]])
    assert bleu_signature("zh") == str(metric.get_signature())


def test_figures_are_the_same_on_every_machine_to_the_last_digit() -> None:
    found = scores(gather(corpus(60, 6), "13a"))
    assert (found.bleu.value, found.bleu.interval) == PINNED[0]
    assert (found.chrf.value, found.chrf.interval) == PINNED[1]


PINNED = ((0.551625, (0.534259, 0.569518)), (0.766231, (0.753356, 0.779036)))


def test_an_interval_is_about_as_wide_as_that_of_sacrebleu() -> None:
    groups = corpus(200, 6)
    ours, theirs = [g[0].hypothesis for g in groups], [[g[0].reference for g in groups]]
    drawn = BLEU().corpus_score(ours, theirs, n_bootstrap=1000)
    low, high = scores(gather(groups, "13a")).bleu.interval or (0, 0)
    assert (high - low) / 2 * 100 == pytest.approx(drawn._ci, rel=0.15)


def test_a_paragraph_is_drawn_with_all_its_sentences() -> None:
    alone = corpus(40, 6)
    twice = [group * 2 for group in alone]
    assert scores(gather(alone, "13a")).bleu == scores(gather(twice, "13a")).bleu
    assert scores(gather(twice, "13a")).segments == 80


def test_few_segments_have_no_interval_and_no_test() -> None:
    few = gather(corpus(LEAST_GROUPS - 1, 4), "13a")
    assert scores(few).bleu.interval is None
    assert significance(few, few) is None


def test_a_worse_translation_is_told_from_chance_and_an_equal_one_is_not() -> None:
    good, bad = gather(corpus(60, 9), "13a"), gather(corpus(60, 5), "13a")
    worse, same = significance(good, bad), significance(good, good)
    assert worse is not None
    assert worse.bleu < 0.01
    assert same == Significance(1.0, 1.0)


def test_different_texts_cannot_be_tested_against_each_other() -> None:
    with pytest.raises(ValueError, match="20 groups against 21"):
        significance(gather(corpus(20, 4), "13a"), gather(corpus(21, 4), "13a"))


HUMAN = """\
# 渡口的风

船夫每天清晨都会先看一眼旗子，再决定走哪一条水路。风从东边来的时候，他把帆收得很低。

```python
speed = 3  # knots
```

$$v = 3$$

## 小结

- 旗子告诉我们风向。
- 帆的高低由 `speed` 决定。
"""
MACHINE = """\
# 渡轮的风

船夫每天早晨都先看旗子，然后决定走哪一条水路。当风来自东方时，他把帆收得很低。

```python
speed = 4  # a different comment
```

$$v = 4 + 5$$

## 总结

- 旗子告诉我们风的方向。
- 帆的高度由 `speed` 决定。
"""


def test_code_and_display_math_are_not_scored() -> None:
    same = MACHINE.replace("speed = 4  # a different comment", "x").replace("v = 4 + 5", "v = 3")
    assert score(MACHINE, HUMAN, "zh").levels == score(same, HUMAN, "zh").levels


def test_a_page_is_scored_by_document_paragraph_sentence_and_section() -> None:
    card = score(MACHINE, HUMAN, "zh")
    assert {name: found.segments for name, found in card.levels.items()} == {
        "document": 1,
        "paragraph": 5,
        "sentence": 6,
    }
    assert [name for name, _ in card.sections] == ["渡口的风", "小结"]
    assert card.worst[0] == (
        0.443662,
        ScoredSegment(
            "船夫每天早晨都先看旗子，然后决定走哪一条水路。",
            "船夫每天清晨都会先看一眼旗子，再决定走哪一条水路。",
        ),
    )


def test_the_command_prints_scores_as_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("m.md", MACHINE), ("h.md", HUMAN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["score", str(tmp_path / "m.md"), str(tmp_path / "h.md"), "--language", "zh"]
    assert main([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["document"]["signature"] == bleu_signature("zh")
    assert 0.4 < data["document"]["bleu"] < data["document"]["chrf"] + 0.3 < 1.2
    assert data["paragraph"]["bleu_interval"] is None
    assert main(command) == 0
    table = capsys.readouterr().out
    assert "tok:zh" in table
    assert "code, display math" in table


@pytest.mark.parametrize(
    ("machine", "human", "message"),
    [
        ("", HUMAN, "the hypothesis has no prose"),
        ("```\nx\n```\n", HUMAN, "the hypothesis has no prose"),
        (MACHINE, "", "the reference has no prose"),
        (
            "# The wind at the ferry\n\nThe ferryman looks at the flag before he chooses which way to go.\n",
            HUMAN,
            "the hypothesis is not in zh",
        ),
        (
            MACHINE,
            "# The wind at the ferry\n\nThe ferryman looks at the flag before he chooses which way to go.\n",
            "the reference is not in zh",
        ),
    ],
)
def test_pages_that_cannot_be_scored_are_refused(machine: str, human: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        score(machine, human, "zh")


def test_a_reference_that_is_the_machine_output_itself_is_named() -> None:
    card = score(HUMAN, HUMAN, "zh")
    assert card.levels["document"].bleu.value == 1.0
    assert card.notes == (
        "5 of 5 paragraphs are the same on both pages: the reference may be the machine's own output, which "
        "nobody edited; then the scores say nothing",
    )


def test_paragraphs_in_another_language_and_unpaired_ones_are_counted() -> None:
    english = "- The height of the sail is set by `speed` and that is all we have to know.\n"
    mixed = MACHINE.replace("- 帆的高度由 `speed` 决定。\n", english)
    assert compare(mixed, HUMAN, "zh").notes == (
        "1 of 5 paragraphs of the hypothesis are not in zh",
    )
    short = MACHINE.replace("- 帆的高度由 `speed` 决定。\n", "")
    assert compare(short, HUMAN, "zh").notes == (
        "1 of 5 paragraphs stand on one page only; they count as wrong",
    )


def test_a_paragraph_that_the_machine_invented_counts_against_it() -> None:
    longer = HUMAN + "\n没有人写过这一段话，它说的是另外一条河。\n"
    card = score(longer, HUMAN, "zh")
    assert {name: level.chrf.value < 1 for name, level in card.levels.items()} == dict.fromkeys(
        card.levels, True
    )
    assert {name: level.bleu.value < 1 for name, level in card.levels.items()} == dict.fromkeys(
        card.levels, True
    )


@pytest.mark.parametrize(
    ("text", "language", "foreign"),
    [
        ("The flag tells us which way the wind will turn, and when.", "tr", True),
        ("Bayrak rüzgârın ne zaman döneceğini bize önceden söyler.", "tr", False),
        ("The flag tells us which way the wind will turn, and when.", "zh-CN", True),
        ("旗子（the flag of the ferry）告诉我们风向，以及什么时候转向。", "zh", False),
        ("PCIe 3.0", "zh", False),
        ("The flag tells us which way the wind will turn.", "en", False),
    ],
)
def test_english_is_told_from_the_language(text: str, language: str, foreign: bool) -> None:
    assert is_foreign(text, language) is foreign


def test_the_resamples_come_from_a_stream_that_numpy_keeps() -> None:
    assert np.random.PCG64(SEED).random_raw(2).tolist() == [
        4193609425186963869,
        5843160025838961886,
    ]


FIVE = {
    "natural-language-processing-pretraining__approx-training": 0.685,
    "natural-language-processing-pretraining__bert-dataset": 0.639,
    "recurrent-neural-networks__language-models-and-dataset": 0.538,
    "recurrent-modern__machine-translation-and-dataset": 0.536,
    "natural-language-processing-applications__sentiment-analysis-and-dataset": 0.639,
}


@pytest.mark.skipif(not SHARED.exists(), reason="the real pages are not beside the checkout")
@pytest.mark.parametrize(("name", "measured"), FIVE.items())
def test_real_articles_score_what_was_measured_independently(name: str, measured: float) -> None:
    page = SHARED / "replay" / "mt" / "zh" / name
    machine, human = (
        (page / f"{who}.md").read_text(encoding="utf-8") for who in ("machine", "human")
    )
    assert score(machine, human, "zh").levels["document"].bleu.value == pytest.approx(
        measured, abs=0.005
    )
