"""Steps of the page merge that depend on how blocks belong together."""

from __future__ import annotations

import pytest

from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import page


def test_a_new_tab_leaves_the_translators_own_tab_whole() -> None:
    old = ":begin_tab:`mxnet`\n[Talk](https://example.org/1)\n:end_tab:\n"
    new = f"{old}\n:begin_tab:`jax`\n[Talk](https://example.org/2)\n:end_tab:\n"
    own = ":begin_tab:`paddle`\n[Sohbet](https://example.org/3)\n:end_tab:\n"
    theirs = f":begin_tab:`mxnet`\n[Sohbet](https://example.org/1)\n:end_tab:\n\n{own}"
    merged = merge(old, new, theirs, "tr", engine_name="none").text
    assert merged == f"{theirs}\n:begin_tab:`jax`\n[Talk](https://example.org/2)\n:end_tab:\n"


def steps(old: str, new: str, target: str) -> list[tuple[str, str, str]]:
    """What becomes of every unit: action, the start of its English, and its text on the new page."""
    outcome = merge(old, new, target, "tr")
    assert outcome.held == ""
    return [
        (
            entry.action,
            entry.source.split("\n")[0],
            outcome.text[slice(*entry.target_new)].strip("\n") if entry.target_new else "",
        )
        for entry in outcome.entries
    ]


def page_of(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


A, B, C = (
    "The miller opens the gate at dawn.",
    "Water from the pond falls on the wheel, see :numref:`fig_wheel`.",
    "Below the stones the flour runs into a sack.",
)
X, Y, Z = (
    "Değirmenci kapağı şafakta açar.",
    "Havuzdan gelen su çarka düşer, bkz. :numref:`fig_wheel`.",
    "Un, taşların altında bir çuvala akar.",
)
NOTE = "> Çevirmenin notu: Bizde çarklar yataydır."


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (page_of(A, B, C), [("keep", A, X), ("keep", B, Y), ("keep", C, Z)]),
        (page_of(C, A, B), [("move", C, Z), ("keep", A, X), ("keep", B, Y)]),
        (page_of(A, C), [("keep", A, X), ("drop", B, ""), ("keep", C, Z)]),
        (page_of(A, B.replace("wheel`", "mill`"), C),
         [("keep", A, X), ("carry", B.replace("wheel`", "mill`"), Y.replace("wheel`", "mill`")), ("keep", C, Z)]),
        (page_of(A, B, C, A), [("keep", A, X), ("keep", B, Y), ("keep", C, Z), ("move", A, X)]),
        (page_of(A, "Then it rains.", B, C),
         [("keep", A, X), ("translate", "Then it rains.", "Then it rains."), ("keep", B, Y), ("keep", C, Z)]),
        # framework tabs get copies of paragraphs
        (page_of(A, B, ":begin_tab:`jax`\n" + C + "\n:end_tab:"),
         [("keep", A, X), ("keep", B, Y), ("carry", ":begin_tab:`jax`", ":begin_tab:`jax`"), ("move", C, Z),
          ("carry", ":end_tab:", ":end_tab:")]),
    ],
)  # fmt: skip
def test_what_becomes_of_each_block(new: str, found: list[tuple[str, str, str]]) -> None:
    assert steps(page_of(A, B, C), new, page_of(X, Y, Z)) == found


def test_a_note_of_the_translators_stays_with_its_neighbour() -> None:
    old, target = page_of(A, B, C), page_of(X, Y, NOTE, Z)
    assert merge(old, page_of(C, A, B), target, "tr").text == page_of(Z, X, Y, NOTE)
    assert merge(old, page_of(A, C), target, "tr").text == page_of(X, NOTE, Z)


def test_a_cell_with_lines_of_the_translators_does_not_go_with_its_english() -> None:
    cell, own = "```python\nwheel = 1\n```", "```python\nwheel = 1\nset_font('Noto')\n```"
    outcome = merge(page_of(A, cell, B), page_of(A, B), page_of(X, own, Y), "tr")
    assert outcome.text == page_of(X, own, Y)
    assert [entry.action for entry in outcome.entries] == ["keep", "hold", "keep"]


def test_a_new_cell_has_the_comments_that_other_cells_translated() -> None:
    cell, ours = "```python\n# turn it\nwheel = 1\n```", "```python\n# çevir\nwheel = 1\n```"
    new = "```python\nwater = 2\n# turn it\nturn(water)\n```"
    text = merge(page_of(A, cell), page_of(A, cell, new), page_of(X, ours), "tr").text
    assert text == page_of(X, ours, new.replace("turn it", "çevir"))


def test_formulas_merge_and_conflicts_are_reported() -> None:
    old, ours = "$$v = \\text{water} + 1$$", "$$v = \\text{su} + 1$$"
    outcome = merge(page_of(A, old), page_of(A, old.replace("1", "2")), page_of(X, ours), "tr")
    assert outcome.text == page_of(X, ours.replace("1", "2"))
    outcome = merge(
        page_of(A, old), page_of(A, old.replace("water", "wind")), page_of(X, ours), "tr"
    )
    assert outcome.text == page_of(X, "$$v = \\text{wind} + 1$$")
    assert outcome.entries[1].conflicts == (f"the translators had: {ours}",)


def test_a_page_that_is_no_translation_is_held_whole() -> None:
    code = "```\nx = 1\n```\n\n"
    target = (
        "# Bambaşka\n\n" + "Bu sayfanın `a` ile `b` dışında hiçbir şeyi aynı değil. " * 9 + "\n"
    )
    outcome = merge(code + page_of(A, B, C) * 3, page_of(A, C), target, "tr")
    assert outcome.held == "the page does not look like a translation of its English"
    assert (outcome.text, {entry.action for entry in outcome.entries}) == (target, {"hold"})


@pytest.mark.parametrize(
    ("old", "new", "target", "text"),
    [
        ("", "", "", ""),
        ("", page_of(A), "", page_of(A)),
        (page_of(A), "", page_of(X), ""),
        (page_of(A), page_of(A), "", ""),  # what the translators left out stays out
        ("\n\n" + page_of(A), page_of(A), "\n\n" + page_of(X), "\n\n" + page_of(X)),
        (page_of(A, B), page_of(B), "\n" + page_of(X, Y), page_of(Y)),
        # a byte order mark is the page's own
        (page_of(A), page_of(B, A), "\ufeff" + page_of(X), "\ufeff" + page_of(B, X)),
        ("\ufeff" + page_of(A), "\ufeff" + page_of(B, A), page_of(X), page_of(B, X)),
        # what follows a last line without its end begins on a line of its own
        (A, page_of(A, B), X, X + "\n\n" + B + "\n"),
        (page_of(A), page_of(A, B).strip(), page_of(X), page_of(X, B)),
        (page_of(A, B), page_of(B, A), X + "\r\n\r\n" + Y + "\r\n", Y + "\r\n\r\n" + X + "\r\n"),
    ],
)
def test_first_and_last_lines(old: str, new: str, target: str, text: str) -> None:
    assert merge(old, new, target, "tr").text == text


LAZY = "> The lamp is lit.\nIt burns\n   all night.\n"
ODD_HTML = "<div>\n    1. One lamp\n<details>\n    All night.\nThe lamp is lit.\n"


@pytest.mark.parametrize("english", [LAZY, LAZY + "- A lamp.\n  <td>one cell</td>\n", ODD_HTML])
def test_english_that_nobody_translated_waits_in_the_lines_that_the_page_gave_it(
    english: str,
) -> None:
    for target in (english, english.replace("    ", "  ")):
        outcome = merge(english, english, target, "tr")
        assert outcome.text == target
        assert outcome.totals["translate"] > 0


@pytest.mark.parametrize(
    ("text", "kind", "ended"),
    [("", "", False), ("a", "", False), ("a\n", "\n", True), ("a\r\n\r\n", "\r\n", True),
     ("a\r", "\r", True), ("a\nb\r\n", "", True), ("\n", "\n", True), ("a\n ", "\n", False)],
)  # fmt: skip
def test_the_line_end_of_a_page(text: str, kind: str, ended: bool) -> None:
    assert (page(text).line_end, page(text).is_ended) == (kind, ended)


LAMPS = {
    "The red lamp burns.": "Kırmızı lamba yanar.",
    "The blue lamp burns.": "Mavi lamba yanar.",
    "The green lamp burns.": "Yeşil lamba yanar.",
    "The white lamp burns.": "Beyaz lamba yanar.",
}


@pytest.mark.parametrize("gap", range(4))
@pytest.mark.parametrize("touched", range(4))
@pytest.mark.parametrize("left_out", [True, False])
@pytest.mark.parametrize("new", ["", "* A fire burns on the beach.\n"])
def test_what_may_translate_a_neighbour_stands(
    gap: int, touched: int, left_out: bool, new: str
) -> None:
    """The translators left an item out or made two of it, the English deletes or rewrites one: nobody can
    tell which is which."""
    english, turkish = list(LAMPS), list(LAMPS.values())
    old = [f"* {text}\n" for text in english]
    reviewed = [f"* {text}\n" for text in turkish]
    target = [*reviewed]
    target[gap : gap + 1] = [] if left_out else [reviewed[gap], "* Uzaktan görünür.\n"]
    changed = [*old]
    changed[touched] = new
    written = merge("".join(old), "".join(changed), "".join(target), "tr").text
    known = {*target} - {reviewed[touched]}
    assert {text for text in known if text not in written} == set()


def test_a_new_item_like_an_old_one_is_made_of_it() -> None:
    """As a new paragraph is: the sentences that stand in both keep their translation."""
    old = "# Tools\n\n* Clean the brass lamp of the gate. Dry it with a soft cloth.\n"
    target = "# Aletler\n\n* Kapının pirinç lambasını temizleyin. Yumuşak bir bezle kurulayın.\n"
    new = f"{old}* Clean the iron bell of the tower. Dry it with a soft cloth.\n"
    outcome = merge(old, new, target, "tr")
    assert outcome.text == (
        f"{target}* Clean the iron bell of the tower. Yumuşak bir bezle kurulayın.\n"
    )
    assert outcome.entries[-1].reason == "like an item elsewhere; 1 of 2 sentences changed"
