"""Protected spans: what is found, and that placeholders go and come back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.markdown.inline import (
    DamagedPlaceholders,
    has_words,
    mask,
    pairs,
    protect,
    restore,
    skeleton,
    spans,
)


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in spans(text)]


FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    # code: the closing run has the length of the opening one
    ("Run `make all` now.", [("code", "`make all`")]),
    ("Type ``a ` b`` here.", [("code", "``a ` b``")]),
    ("A lone ` stays text.", []),
    ("A lone ``` before `x`.", [("code", "`x`")]),
    (r"Escaped \`not code\` here.", []),
    (r"A backslash does not escape in `a\` code.", [("code", r"`a\`")]),
    # math by pandoc's rule
    ("Let $x$ be.", [("math", "$x$")]),
    ("Cake for $5 and tea for $6.", []),
    ("It costs $5 or $x$5.", []),
    (r"It costs \$5, says $p$.", [("math", "$p$")]),
    (r"As $p = \$5$ says.", [("math", r"$p = \$5$")]),
    ("Over $a +\nb$ lines.", [("math", "$a +\nb$")]),
    ("Not $a +\n\nb$ paragraphs.", []),
    ("Set $$a = b$$ inline.", [("math", "$$a = b$$")]),
    ("Two $a$$b$ side by side.", [("math", "$a$"), ("math", "$b$")]),
    ("图$x$的", [("math", "$x$")]),
    ("$$$ is money.", []),
    # roles
    ("See :numref:`fig_cat`.", [("role", ":numref:`fig_cat`")]),
    ("As :cite:`Doe.1999,Roe.2001` say", [("role", ":cite:`Doe.1999,Roe.2001`")]),
    ("如:eqref:`eq_one`所示", [("role", ":eqref:`eq_one`")]),
    ("Call :py:meth:`run`.", [("role", ":py:meth:`run`")]),
    ("See {doc}`intro` and {c:f}`g`.", [("role", "{doc}`intro`"), ("role", "{c:f}`g`")]),
    ("A broken :numref:`fig stays", []),
    ("## Title {#sec-a .wide}", [("role", "{#sec-a .wide}")]),
    ("Put {{ version }} here", [("role", "{{ version }}")]),
    # HTML, autolinks, URLs
    ("A<br/>b <b>c</b>", [("html", "<br/>"), ("html", "<b>"), ("html", "</b>")]),
    ('<a title="x > y" href=z>go', [("html", '<a title="x > y" href=z>')]),
    ("Note <!-- no\nshow --> this.", [("html", "<!-- no\nshow -->")]),
    ("If a < b and c > d or 3<4.", []),
    ("See <https://a.org/b?c>.", [("url", "<https://a.org/b?c>")]),
    ("Write <me@a.org>.", [("url", "<me@a.org>")]),
    ("See https://a.org/b_(c).", [("url", "https://a.org/b_(c)")]),
    ("(See https://a.org/b, or not)", [("url", "https://a.org/b")]),
    ("网址https://a.org/b。好", [("url", "https://a.org/b")]),
    ("**www.a.org**", [("url", "www.a.org")]),
    ("xhttps://a.org", []),
    # links and images: the text between is translated
    ("A [nice page](http://a.b/c).", [("link", "["), ("link", "](http://a.b/c)")]),
    ("[a](b_(c(d)).md)", [("link", "["), ("link", "](b_(c(d)).md)")]),
    ('[a](b.md "A (b)")', [("link", "["), ("link", '](b.md "A (b)")')]),
    ("[a](<b c.md>)", [("link", "["), ("link", "](<b c.md>)")]),
    ("![A cat.](../img/cat.svg)", [("image", "!["), ("image", "](../img/cat.svg)")]),
    (
        "[![b](c.svg)](d)",
        [("link", "["), ("image", "!["), ("image", "](c.svg)"), ("link", "](d)")],
    ),
    (
        "[the `x` of $y$](z)",
        [("link", "["), ("code", "`x`"), ("math", "$y$"), ("link", "](z)")],
    ),
    ("[**bold**](a.md)", [("link", "["), ("link", "](a.md)")]),
    ("[see **bold**](a.md)", [("link", "["), ("link", "](a.md)")]),
    ("[a [b] c](d)", [("link", "["), ("link", "](d)")]),
    ("[a][ref] and [b][]", [("link", "["), ("link", "][ref]"), ("link", "["), ("link", "][]")]),
    ("An array [1, 2] and x[0] (y).", []),
    ("A claim.[^why]", [("link", "[^why]")]),
    ("`[a](b)`", [("code", "`[a](b)`")]),
    # slide markers
    ("[**Make a ramp.**] Then", [("marker", "[**"), ("marker", "**]")]),
    ("(**So.**) (~~no~~)", [("marker", m) for m in ("(**", "**)", "(~~", "~~)")]),
    ("[~~no~~](**yes**)", [("marker", m) for m in ("[~~", "~~]", "(**", "**)")]),
    ("[**It starts here.", [("marker", "[**")]),
    ("[**A [b](c).**]", [("marker", "[**"), ("link", "["), ("link", "](c)"), ("marker", "**]")]),
    # ids and attributes
    ("## Title { #the-title }", [("role", "{ #the-title }")]),
    ("## 标题 {#标题}", [("role", "{#标题}")]),
    ("## Start {/*start-here*/}", [("role", "{/*start-here*/}")]),
    ("Look: {: .wide }", [("role", "{: .wide }")]),
    ("A [word]{.small} more", [("link", "["), ("link", "]{.small}")]),
    ("![a](b.png){width=50%}", [("image", "!["), ("image", "](b.png)"), ("role", "{width=50%}")]),
    ("# Preface {-}", [("role", "{-}")]),
    # templates, and expressions of MDX
    ("You have {count} lamps.", [("role", "{count}")]),
    ("Say {greet('a } b')} now", [("role", "{greet('a } b')}")]),
    ('A{" "}b {a ? {b: 1} : c}', [("role", '{" "}'), ("role", "{a ? {b: 1} : c}")]),
    ("{a}{b}", [("role", "{a}"), ("role", "{b}")]),
    ("A {remark in braces} and {1, 2} and {} and {", []),
    ("Ein {Gerät} und {don't close", []),
    (r"Broken \frac{a}{b} and x_{i}", []),
    ("{% if a %} so {% endif %}", [("role", "{% if a %}"), ("role", "{% endif %}")]),
    (
        '{{< video "a b" >}} and {{% tip %}}',
        [("role", '{{< video "a b" >}}'), ("role", "{{% tip %}}")],
    ),
    ("{{#include ../a/main.rs:3:9}}", [("role", "{{#include ../a/main.rs:3:9}}")]),
    ("{* ../docs/app.py hl[3] *}", [("role", "{* ../docs/app.py hl[3] *}")]),
    (
        "<Lamp on={() => f({a: 1})} /> <>x</>",
        [("html", h) for h in ("<Lamp on={() => f({a: 1})} />", "<>", "</>")],
    ),
    # lines that are markup
    ('--8<-- "a b.md"', [("role", '--8<-- "a b.md"')]),
    ("<<< @/snippets/run.ts{2}", [("role", "<<< @/snippets/run.ts{2}")]),
    ("import {\n  A,\n} from '@x/y';\nText.", [("role", "import {\n  A,\n} from '@x/y';")]),
    ("import './style.css'", [("role", "import './style.css'")]),
    ("Goods:\nimport from the north is rare.", []),
    ("export const a = {\n  b: 1,\n}", [("role", "export const a = {\n  b: 1,\n}")]),
    ("export the page, then look.", []),
    ("(new-wheel)=\nText (see)=no", [("role", "(new-wheel)=")]),
    ("::: tip A title\nText\n:::", [("role", "::: tip"), ("role", ":::")]),
    (":::{note} A title", [("role", ":::{note}")]),
    ('!!! note "A title"', [("role", "!!! note")]),
    ("???+ tip", [("role", "???+ tip")]),
    ("/// details | More", [("role", "/// details")]),
    ("[[toc]]", [("role", "[[toc]]")]),
    ("[!NOTE]\nText", [("role", "[!NOTE]")]),
    ("[!tip]- Text", [("role", "[!tip]-")]),
    ("- [ ] Fill it", [("role", "[ ]")]),
    ("[x] Filled, [x] not", [("role", "[x]")]),
    # references
    ("The steam in @fig-steam. So @sec-a/b: yes", [("role", "@fig-steam"), ("role", "@sec-a/b")]),
    ("见@fig-steam，在 me@a.org 里", [("role", "@fig-steam")]),
    ("It holds [@roe99; -@doe, p. 3].", [("role", "@roe99"), ("role", "@doe")]),
    ("It holds [-@roe99; @doe].", [("role", "[-@roe99; @doe]")]),
    ("By [@ann](a.md)", [("link", "["), ("role", "@ann"), ("link", "](a.md)")]),
    (r"See \@ref(fig:a) and (\#eq:b)", [("role", r"\@ref(fig:a)"), ("role", r"(\#eq:b)")]),
    ("Press :material-star: twice at 12:30:15", [("role", ":material-star:")]),
    # formulas in other brackets, labels of formulas
    (
        r"So \(x_1 + 2\) or \\[\text{all of it}\\]",
        [("math", r"\(x_1 + 2\)"), ("math", r"\\[\text{all of it}\\]")],
    ),
    (r"A \[remark in brackets\] or \[one\] and \(half", []),
    ("$$\na = b\n$$ (heat)\n", [("math", "$$\na = b\n$$ (heat)")]),
    ("So $$a = b$$ (as is known)", [("math", "$$a = b$$")]),
    # our own brackets
    ("A ⟦0⟧ in the book", [("escape", "⟦"), ("escape", "⟧")]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_spans_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_protect_numbers_the_spans_in_order() -> None:
    protected = protect("See [the `x`](a.md) in $y$.")
    assert protected.text == "See ⟦0⟧the ⟦1⟧⟦2⟧ in ⟦3⟧."
    assert protected.originals == ("[", "`x`", "](a.md)", "$y$")


def test_restore_takes_placeholders_in_any_order() -> None:
    assert restore("⟦1⟧ içinde ⟦0⟧.", ("$y$", ":numref:`a`")) == ":numref:`a` içinde $y$."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("⟦0⟧ only", ["missing: ⟦1⟧ for '$y$'"]),
        ("⟦0⟧ ⟦1⟧ ⟦0⟧", ["doubled: ⟦0⟧"]),
        ("⟦0⟧ ⟦1⟧ ⟦2⟧", ["unknown: ⟦2⟧"]),
        ("⟦0⟧ ⟦01⟧", ["missing: ⟦1⟧", "unknown: ⟦, ⟧"]),
        ("⟦0⟧ ⟦1", ["missing: ⟦1⟧", "unknown: ⟦"]),
        ("⟦1⟧ ⟦1⟧ ⟦7⟧", ["missing: ⟦0⟧", "doubled: ⟦1⟧", "unknown: ⟦7⟧"]),
    ],
)
def test_damage_is_named(text: str, words: list[str]) -> None:
    with pytest.raises(DamagedPlaceholders) as caught:
        restore(text, ("$x$", "$y$"))
    assert [word for word in words if word not in str(caught.value)] == []


_PIECES = [*"`$[]()<>!*~:{}\\⟦⟧\n\"'#^.,ax1 é图", "$$", "``", "**", "](", "![", "<!--", "-->", "{{"]
_PIECES += ["[**", "**]", "https://a.b", ":cite:`", "⟦0⟧", "\n\n", "[^1]", "<b ", "\\$"]
NASTY = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


@given(st.text() | NASTY)
def test_restore_undoes_protect(text: str) -> None:
    protected = protect(text)
    assert restore(protected.text, protected.originals) == text


@given(st.text() | NASTY)
def test_spans_are_sorted_and_apart(text: str) -> None:
    ends = [edge for span in spans(text) for edge in (span.start, span.end)]
    assert ends == sorted(ends)
    assert all(span.start < span.end for span in spans(text))
    assert all(0 <= edge <= len(text) for edge in ends)


@given(st.text() | NASTY)
def test_mask_keeps_every_offset(text: str) -> None:
    masked = mask(text, "\0")
    covered = {place for span in spans(text) for place in range(span.start, span.end)}
    assert len(masked) == len(text)
    assert all(
        masked[place] == ("\0" if place in covered else text[place]) for place in range(len(text))
    )


def test_mask_fills_line_ends_too() -> None:
    assert mask("a $b\nc$ d") == "a xxxxx d"


HOSTILE = ["[", "`", "$", "<", "(", "![", "[**", "](", "[](a", '](a "', "<a ", "<!--", "$a ", ":a"]
HOSTILE += [
    "{",
    "{{",
    "{%",
    "{/*",
    "{'",
    "{a b",
    "\\\\(",
    "\\\\[",
    "@",
    "@a",
    "[@a;",
    "[ ] ",
    ":a",
    " ",
    ")",
    "]",
]
HOSTILE += [
    "\nimport {",
    "\nimport a",
    "\nexport {",
    "\nexport const a =",
    "\n(",
    "\n:::",
    "<a b={",
    "<A.b {",
    "a",
    "](    ",
]
HOSTILE += ["`` ` ", "http://(", "[^", "[a][", "<a b='", "$$a", "\\"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    spans(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b) ![c](d)", ["[", "](b)", "![", "](d)"]),
        ("[![a](b)](c)", ["[", "](c)", "![", "](b)"]),
        ("[**a [b](c)**] (~~d~~)", ["[**", "**]", "[", "](c)", "(~~", "~~)"]),
        ("<b>a<br><i x='y'>c</i></b> <Lamp/> </p> <li>", ["<b>", "</b>", "<i x='y'>", "</i>"]),
        ("<b>a</i></b> <>c</>", ["<b>", "</b>", "<>", "</>"]),
        ("`[a](b)` [^1] {a} [**a", []),
    ],
)
def test_what_opens_has_its_end(text: str, expected: list[str]) -> None:
    found = [text[span.start : span.end] for span in spans(text)]
    assert [found[n] for pair in sorted(pairs(text).items()) for n in pair] == expected


# ------------------------------------------------------------------ skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[**Plot the curve.**]", "Plot the curve"),
        ("We *really* need `x`.", "we really need `y` !"),
        ("We _really_ need it", "We **really**\nneed it."),
        ("See [the page](a.md).", "See [the page](https://b.org/c)"),
        ("我们*画*曲线。", "我们画 曲线"),
    ],
)
def test_changes_beside_the_words_leave_the_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We need batch_size.", "We need batchsize."),
        ("We need it.", "We do need it."),
        ("画曲线", "曲线画"),
        ("हिन्दी", "हन्द"),
        ("2*3", "23"),
    ],
)
def test_changed_words_change_the_skeleton(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A lamp.", True),
        ("灯", True),
        ("12.5 %", False),
        ("`run` {#run}", False),
        ("[ ] $x$, @fig-a", False),
        ("(heat)=", False),
        ("", False),
    ],
)
def test_only_words_are_to_be_translated(text: str, words: bool) -> None:
    assert has_words(text) is words


def test_skeleton_lists_words_and_single_characters() -> None:
    text = "The *RNN* of $x$ ：循环 `c` snake_case, 3.5!"
    assert skeleton(text) == ("the", "rnn", "of", "循", "环", "snake_case", "3", "5")
