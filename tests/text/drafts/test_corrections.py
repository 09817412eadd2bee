"""Corrections that people make again and again in machine text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Learnt
from amts_bot.text.drafts.corrections import Corrections, PostEdit, learnt

TEXTS = st.text("ab 7.`水", max_size=20)


def taught(*pairs: tuple[str, str]) -> Corrections:
    return learnt(
        PostEdit(machine, human, f"page {number}") for number, (machine, human) in enumerate(pairs)
    )


def test_what_people_write_again_and_again_is_written_at_once() -> None:
    book = taught(
        ("Kova dolu mu?", "Bakraç dolu mu?"),
        ("Eski Kova nerede?", "Eski Bakraç nerede?"),
    )
    assert book.applied("Bu Kova yeni.") == "Bu Bakraç yeni."
    assert book.applied("Kovalar yeni.") == "Kovalar yeni."


def test_the_longest_phrase_counts() -> None:
    book = taught(
        ("Su kabı boş.", "Su tası boş."),
        ("Bu su kabı dolu.", "Bu su tası dolu."),
        ("Yağ kabı boş.", "Yağ küpü boş."),
        ("Bu Yağ kabı dolu.", "Bu Yağ küpü dolu."),
    )
    assert book.applied("Su kabı, Yağ kabı") == "Su tası, Yağ küpü"


def test_white_space_before_a_correction_is_learnt_with_it() -> None:
    book = taught(("`a`'te dur.", "`a` içinde dur."), ("`b`'te kal.", "`b` içinde kal."))
    assert book.applied("`c`'te yat.") == "`c` içinde yat."


def test_once_or_on_one_page_or_against_the_majority_is_no_correction() -> None:
    assert not taught(("Kova boş.", "Bakraç boş.")).rounds
    assert not learnt([PostEdit("Kova boş.", "Bakraç boş.", "page")] * 3).rounds
    pairs = [("Kova boş.", "Bakraç boş.")] * 2 + [("Bir Kova al.", "Bir Kova al.")] * 4
    assert taught(*pairs).applied("Kova") == "Kova"


def test_numbers_and_code_are_never_corrected() -> None:
    assert (
        taught(("Al 3 `a`.", "Al 4 `b`."), ("Ver 3 `a`.", "Ver 4 `b`.")).applied("3 `a`") == "3 `a`"
    )


def test_what_people_write_for_each_other_in_both_directions_is_no_correction() -> None:
    pairs = [("Kova boş.", "Bakraç boş."), ("Bir Kova al.", "Bir Bakraç al.")]
    back = [(human, machine) for machine, human in pairs]
    assert taught(*pairs, *back).listed() == ()


def test_corrections_are_told_without_the_words_beside_them() -> None:
    book = taught(("Bu Kova dolu.", "Bu Bakraç dolu."), ("Şu Kova dolu.", "Şu Bakraç dolu."))
    assert book.listed() == (Learnt("Kova", "Bakraç", 2),)
    assert book.corrected("Her Kova dolu.").made == (Learnt("Kova", "Bakraç", 2),)


def test_sentences_of_ten_thousand_characters_teach_in_no_time() -> None:
    long = "Kova dolu mu yoksa boş mu, bunu kim bilir? " * 230
    book = taught(*((long, long.replace("Kova", "Bakraç")) for _ in range(3)))
    assert book.applied("Bu Kova dolu mu?") == "Bu Bakraç dolu mu?"


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), TEXTS)
def test_what_nobody_corrected_stands(pairs: list[tuple[str, str]], text: str) -> None:
    assert taught(*((human, human) for _, human in pairs)).applied(text) == text
    assert Corrections().applied(text) == text
    assert isinstance(taught(*pairs).applied(text), str)
