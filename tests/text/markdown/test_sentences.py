"""Sentence splitting: nothing is lost, and a sentence ends where a reader says it does."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.languages import LANGUAGES
from amts_bot.text.markdown import inline, sentences
from amts_bot.text.markdown.sentences import split

RULES = {row.sentence_ends: code for code, row in LANGUAGES.items()}  # one language for each
CODES = [*sorted(RULES.values()), "xx", "pt-BR", "zh_CN"]


def case(language: str, *expected: str) -> object:
    return pytest.param(language, list(expected), id=f"{language}: {expected[0][:40]}")


ENGLISH = [
    case("en", "The tide is out. ", "We walk."),
    case("en", "Is it out? ", "It is! ", "We walk..."),
    # what begins with a span
    case("en", "The error is small. ", ":numref:`fig_tide` shows it."),
    case("en", "The list ends here. ", "`tail` is a function."),
    case("en", "The list ends here. ", "$x$ is its length."),
    case("en", "The list ends here. ", "https://a.org has it."),
    case("en", "The list ends here.\n", "[Our page](a.md) has it."),
    case("en", "It takes 80 ms. ", "Memory is slow."),
    case("en", "It uses a net. ", "word2vec is another."),
    # no period inside a span ends anything
    case("en", "Call `a. B` or $c. D$ now. ", "Then see [the map](a.B/C.md)."),
    # abbreviations
    case("en", "Use a bird, e.g. Kestrels, i.e. `Falco`, as in Fig. 1 and Eq. (2)."),
    case("en", "We follow Moor et al. :cite:`Moor.1999`, cf. No. 5 vs. No. 6."),
    case("en", "We follow Moor et al. (1999), but not Dr. Heath or Prof. Fen."),
    case("en", "Gulls, terns, etc. are birds. ", "Bats are not."),
    case("en", "Gulls, terns, etc. ", "Bats are not birds."),
    case("en", "It was written by J. R. Moor and A. Heath. ", "We like it."),
    case("en", "The chart is built in. ", "Setting it up is easy."),
    case("en", "This is vitamin C. ", "Then we go."),
    # quotations and brackets
    case("en", 'She said "It rains." ', "He left."),
    case("en", 'The words "It rains." are true. ', "He left."),
    case("en", 'The mark is a "word". ', "He left."),
    case("en", "He left (it rained). ", "(She stayed.) ", "They met."),
    case("en", "*It rains.* ", "**He** left. ", "*She* stayed."),
    case("en", "It rains.[^1] ", "He left."),
    # slide markers go with what they open and close
    case("en", "[**Draw the coast.**] ", "Then (**add a scale.**) ", "[**Done.**]"),
    case("en", "[**Draw the coast. ", "Then add a scale.**] ", "Done."),
    # line wraps, list numbers, blank lines, quotation marks of Markdown
    case("en", "The tide\nis out.\n", "We\nwalk."),
    case("en", "1. Draw the coast. ", "Add a scale."),
    case("en", 'Press "3. Save" and wait. ', "Done."),
    case("en", "The tide\n\n", "is out"),
    case("en", "  \n\nThe tide is out.  \n \n\n", "We walk.\n"),
    case("en", "> The tide\n> is out.\n> ", "We walk."),
    case("en", "Pi is 3.14 or so. ", "It is 22/7 too."),
    case("en", "Wait … what? ", "It was... nothing."),
    case("en", "Le café était fermé, é è ü 图 😀. ", "We left."),
]

TURKISH = [
    case("tr", "Deniz sakindir. ", "Çünkü rüzgâr yoktur. ", "İki gemi var. ", "Şimdi bakalım."),
    case("tr", "Balıklar, örn. :numref:`fig_balik`, vb. canlılar (bkz. $x$) yüzer. ", "Bu doğru."),
    case("tr", "Dr. Ak ve Prof. Su ve ark. :cite:`Su.2001` bunu yazdı. ", "Okuyun."),
    case("tr", "Bu 20. yüzyılda oldu. ", "Bach'ın 5. Süiti çaldı. ", "II. Dünya Savaşı bitti."),
    case("tr", "Gemi geldi mi? ", "Hayır! ", "“Geliyor.” ", "Bekleyin."),
    case("tr", '"Geliyor mu?" diye sordu. ', "Sustuk."),
    case("tr", "Hata küçüktür. ", ":numref:`fig_a` içinde görülür. ", "`f` çağrılır."),
]

CHINESE = [
    case("zh", "潮水退了。", "我们走吧！", "真的？！", "好。"),
    case("zh", "他说：“潮水退了。”", "我们走吧。"),
    case("zh", "（潮水退了。）", "我们走吧。"),
    case("zh", "人们问“潮水退了吗？”的时候很多。", "好。"),
    case("zh", "人们问“潮水退了吗？”，也问别的。", "好。"),
    case("zh", "他说“潮水退了！”。", "好。"),
    case("zh", "潮水退了；我们走吧。", "好。"),
    case("zh", "[**画出海岸。**]", "然后(**加上比例尺。**)", "好。"),
    case("zh", "误差是$x$. ", "如 :numref:`fig_a`所示。", "好。"),
    case("zh", "我们用Python. ", "它很好。"),
    case("zh", "好吗?", "好的!", "走吧.", "再见。"),
    case("zh", "先点击“3. Save”，再点击“4. 关闭”。", "好。"),
    case("zh", "[**潮水**]退了。\n", "*我们*走吧。"),
    case("zh", "*潮水退了。*", "我们*走*吧。"),
]

OTHERS = [
    case("ja", "潮が引いた。", "「行こう。」と彼は言った。", "本当？", "はい。"),
    case("ja", "『潮が引いた。』", "私たちは行く。"),
    case("ko", "썰물이 졌다.", "우리는 걷는다.", "정말요? ", "네! ", "좋아요."),
    case("ko", "오차는 작습니다. ", ":numref:`fig_a`을 보세요. ", "`f`를 부릅니다."),
    case(
        "es", "El mar está lejos. ", "Él camina. ", "¿Por qué? ", "¡Mira! ", "Álvaro ve la pág. 5."
    ),
    case("fr", "La mer est loin. ", "À midi, M. Dune marche. ", "« Où ? » ", "Être là suffit."),
    case("de", "Am 3. Oktober ist Ebbe. ", "„Gehen wir.“ ", "Über z. B. Sand läuft es sich gut."),
    case("vi", "Biển ở xa. ", "Đây là cát. ", "Ở đó có TS. An. ", "Ấy là thuyền."),
    case("pt", "O mar está longe. ", "É tarde. ", "Às vezes, o Sr. Areia volta."),
    case("ru", "Море далеко, т.е. ушло. ", "Мы идём."),
    case("hi", "समुद्र दूर है। ", "हम चलते हैं।"),
    case("ar", "هل البحر بعيد؟ ", "نعم."),
    case("xx", "Mar lonj. ", "Ši iras. ", "3 vaporoj."),
]


@pytest.mark.parametrize(("language", "expected"), ENGLISH + TURKISH + CHINESE + OTHERS)
def test_sentences_end_where_they_should(language: str, expected: list[str]) -> None:
    assert split("".join(expected), language) == expected


# What a splitter for English alone gets wrong in other languages, and in Markdown.
BEYOND_ENGLISH = [
    case("zh", "1. 画出海岸。", "2. 加上比例尺。"),
    case("zh", "如 :numref:`fig_a`、:numref:`fig_b`和 :eqref:`eq_c`所示。", "好。"),
    case("zh", "他问：“退潮了吗？！”", "没有！！", "走吧。"),
    case("zh", "「潮水退了。」", "『好。』", "【走吧。】"),
    case("ja", "1. 海岸を描く。", "（潮が引いた。）", "本当？！", "はい。"),
    case("ko", "1. 해안을 그린다.", "물이 빠졌습니다.", "등대가 보인다. ", "좋다."),
    case("tr", "1. Kıyıyı çizin. ", "Ölçek de var.\n", "Bu\ndoğrudur. ", "Üç gemi geldi."),
    case("tr", "Bkz. :numref:`fig_a`, :numref:`fig_b`. ", ":eqref:`eq_c` da doğrudur."),
    case("vi", "1. Vẽ bờ biển. ", "Xem :numref:`fig_a`. ", "`ve` là một hàm. ", "$x$ là độ dài."),
    case("en", "See :numref:`fig_a`, :numref:`fig_b`, and :eqref:`eq_c`. ", ":numref:`d` follows."),
    case("en", "The café “Où” is 5 °C. ", "Über all: naïve. ", "Àlmost 图. ", "We left 😀. ", "It"),
]


@pytest.mark.parametrize(("language", "expected"), BEYOND_ENGLISH)
def test_what_english_rules_get_wrong_is_right(language: str, expected: list[str]) -> None:
    assert split("".join(expected), language) == expected


@pytest.mark.parametrize("language", ["es", "fr", "pt", "tr", "vi", "xx"])
def test_a_sentence_may_begin_with_any_accented_capital(language: str) -> None:
    for letter in "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝĐĞİŞŠŽẤỢ":
        sentences_of_it = ["La mar. ", f"{letter}lo mar."]
        assert split("".join(sentences_of_it), language) == sentences_of_it


@pytest.mark.parametrize(
    ("language", "expected"), [case for case in ENGLISH if "vitamin" not in str(case)]
)
def test_english_without_blingfire_goes_by_the_table(
    language: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "blingfire", None)  # what an import that fails leaves behind
    sentences._blingfire.cache_clear()
    try:
        assert split("".join(expected), language) == expected
    finally:
        sentences._blingfire.cache_clear()


def test_nothing_has_no_sentences() -> None:
    assert split("", "en") == []
    assert split(" \n", "en") == [" \n"]


_PIECES = [
    "Tide",
    "is",
    "out",
    ".",
    "!",
    "?",
    "...",
    " ",
    "\n",
    "\n\n",
    "。",
    "！",
    "？",
    "…",
    "”",
    "“",
]
_PIECES += ["`a. B`", "$x. Y$", ":numref:`z`", "[**", "**]", "(", ")", "*", "_", '"', "1.", "e.g."]
_PIECES += [
    "潮水",
    "다.",
    "우리",
    "İki",
    "örn.",
    "[a. B](c. D)",
    "<br>",
    "> ",
    "\0",
    "\ue000",
    "\ud800",
]
PROSE = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


@pytest.mark.parametrize("language", CODES)
@given(text=st.text() | PROSE)
def test_joined_sentences_are_the_text(language: str, text: str) -> None:
    parts = split(text, language)
    assert "".join(parts) == text
    assert all(parts)
    assert all(part.strip() for part in parts[1:])


@pytest.mark.parametrize("language", CODES)
@given(text=PROSE)
def test_no_sentence_ends_inside_a_span(language: str, text: str) -> None:
    inside = {at for span in inline.spans(text) for at in range(span.start + 1, span.end)}
    end = 0
    for part in split(text, language):
        end += len(part)
        assert end not in inside


@pytest.mark.parametrize(
    "piece", ["。", ".", "A. ", ".(", "*a ", "\n\n", "> ", "1. ", ". “", "e.g. A"]
)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    split(text, "tr")
