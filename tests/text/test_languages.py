"""The table of languages, and how a tag finds its row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU

from amts_bot.text.languages import LANGUAGES, Language, SentenceEnds, language, meant_by
from amts_bot.text.scripts import ARABIC, HAN, KANA

# In the order of the page: by English name.
DOCUMENTED = """\
af sq am ar hy az bn bs bg ca zh zh-TW hr cs da fa-AF nl en et fa tl fi fr fr-CA ka de el gu ht ha
he hi hu is id ga it ja kn kk ko lv lt mk ms ml mt mr mn no ps pl pt pt-PT pa ro ru sr si sk sl so
es es-MX sw sv ta te th tr uk ur uz vi cy"""


def test_the_table_has_what_amazon_translate_lists() -> None:
    served = {code: row.service_code for code, row in LANGUAGES.items() if row.service_code}
    assert served == {code: code for code in DOCUMENTED.split()}


def test_the_table_has_a_few_languages_that_the_service_does_not_have() -> None:
    assert [code for code, row in LANGUAGES.items() if not row.service_code] == [
        *("km", "lo", "my", "yue")
    ]
    assert not any(row.is_generic for row in LANGUAGES.values())


def test_no_space_stands_between_sentences_where_none_stands_between_words() -> None:
    unspaced = [code for code, row in LANGUAGES.items() if not row.sentence_gap]
    assert unspaced == ["ja", "km", "lo", "my", "th", "yue", "zh", "zh-TW"]


def test_a_row_says_what_the_language_needs() -> None:
    assert language("ja") == Language(
        code="ja",
        name="Japanese",
        service_code="ja",
        scripts=(KANA, HAN),
        bleu_tokenizer="char",
        spacing="none",
        formality=True,
        sentence_ends=SentenceEnds(goes_on="とのをはがにへや"),
    )
    assert language("fa-AF") == Language(
        code="fa-AF", name="Dari", service_code="fa-AF", scripts=(ARABIC,)
    )


@pytest.mark.parametrize(
    ("tag", "service_code"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-SG", "zh"),
        ("zh-tw", "zh-TW"),
        ("zh_Hant_HK", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("pt", "pt"),
        ("pt-BR", "pt"),
        ("pt-PT", "pt-PT"),
        ("PT-pt", "pt-PT"),
        ("es-AR", "es"),
        ("es-419", "es-MX"),
        ("de-AT-1996", "de"),
        ("nb-NO", "no"),
        ("fil", "tl"),
        ("prs", "fa-AF"),
    ],
)
def test_a_tag_without_a_row_goes_by_its_parent(tag: str, service_code: str) -> None:
    row = language(tag)
    assert (row.code, row.service_code, row.is_generic) == (tag, service_code, False)


def test_an_unknown_language_gets_a_generic_row_that_says_so() -> None:
    assert language("eo") == Language(code="eo", name="eo", service_code="")
    assert language("eo").is_generic


def test_the_table_says_what_the_service_has() -> None:
    with_brevity = " ".join(code for code, row in LANGUAGES.items() if row.brevity)
    assert with_brevity == "de es fr it pt"
    without = [code for code, row in LANGUAGES.items() if not row.has_custom_translation]
    assert without == [code for code, row in LANGUAGES.items() if not row.service_code]


def test_formality_is_only_where_the_service_has_it() -> None:
    with_formality = " ".join(code for code, row in LANGUAGES.items() if row.formality)
    assert with_formality == "de es es-MX fr fr-CA hi it ja ko nl pt-PT"


@pytest.mark.parametrize("tokenizer", sorted({row.bleu_tokenizer for row in LANGUAGES.values()}))
def test_every_tokenizer_is_there_without_a_download(tokenizer: str) -> None:
    score = BLEU(tokenize=tokenizer).corpus_score(["猫 the cat sat 。"], [["猫 the cat sat 。"]])
    assert round(score.score) == 100


@given(st.text())
def test_every_text_has_a_row(tag: str) -> None:
    assert language(tag).code == tag


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("jp", "ja"), ("CN", "zh"), ("tw", "zh-TW"), ("kr-KR", "ko"), ("ger", "de"), ("port", "pt")],
)
def test_a_slip_in_a_tag_is_traced_to_what_is_meant(slip: str, meant: str) -> None:
    assert language(slip).is_generic
    assert meant_by(slip) == LANGUAGES[meant]


@pytest.mark.parametrize("tag", ["eo", "tlh", "br", "wuu", "mal"])
def test_a_tag_that_may_be_right_is_no_slip(tag: str) -> None:
    assert meant_by(tag) is None
