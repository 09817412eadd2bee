"""Pages into blocks: nothing is lost, whatever the text, and each block is of the right kind."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import BlockKind
from amts_bot.text.markdown.blocks import split
from tests.pages import PAGES

# -- nothing is lost ------------------------------------------------------------------------------


def check_lossless(page: str) -> None:
    blocks = split(page)
    assert "".join(block.text for block in blocks) == page
    assert all(left.end == right.start for left, right in pairwise(blocks))
    assert not blocks or blocks[0].start == 0
    assert [block for block in blocks if not block.text] == []
    assert {block.kind for block in blocks} <= set(get_args(BlockKind))


@given(st.text(st.characters(), max_size=200))
def test_any_text_comes_back(page: str) -> None:
    check_lossless(page)


@given(st.text("`~$*-+_=#>|:!<[](){}\\&1.)\n\r\t \ufeff\u2028a", max_size=80))
def test_marks_in_any_order_come_back(page: str) -> None:
    check_lossless(page)


@given(PAGES)
def test_pages_of_fragments_come_back(page: str) -> None:
    check_lossless(page)


@given(st.integers(3, 9), st.integers(1, 9), st.sampled_from("`~"), PAGES)
def test_fences_of_any_length_come_back(opens: int, closes: int, mark: str, page: str) -> None:
    check_lossless(f"{mark * opens}python\n{page}{mark * closes}\n{page}")


@given(PAGES)
def test_the_same_page_has_the_same_blocks_whatever_its_line_ends(page: str) -> None:
    unix = page.replace("\r\n", "\n").replace("\r", "\n")
    dos = unix.replace("\n", "\r\n")
    assert [(block.kind, block.level, block.text) for block in split(unix)] == [
        (block.kind, block.level, block.text.replace("\r\n", "\n")) for block in split(dos)
    ]


# -- time -----------------------------------------------------------------------------------------

HOSTILE = [
    ">", "> ", ">\n", "- ", "- a\n", "1. ", "9) a\n\n", "```\n", "```a\nb\n", "~~~\n", "$$\n", "$$a\n",
    "[", "![a](", "![\\", "![a](b)(", "[a]: ", "[a]: x\n", '[a]: x "', "\t", "    a\n", "| a ",
    "|a|b|\n|-|-|\n", "#", "# a\n", "a\n=\n", "-", "---\n", "*", "<", "<div>\n", "<!--", "<![CDATA[",
    "<?", "<!A", "<pre", "<script>\n", ":", ":::{tip}\n", "```{note}\n", ":begin_tab:`a`\n",
    "---\na\n", "\n", " \n", "\r", "\r\n", "\u2028", "\0", "\ufeff", "\\", "\xa0\n", "> a\nb\n",
    "- > a\n", "> a\n- b\n", "- a\n> b\n", "> a\n- b\n\n", "> - ", "- a\n  - b\n",
]  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE)
def test_time_is_linear_on_hostile_text(pattern: str) -> None:
    """A quadratic rule would take minutes here, and a recursion would break; no clock is asked."""
    check_lossless(pattern * (30_000 // len(pattern)))


@pytest.mark.parametrize("mark", ["> ", "- ", ">", "1. "])
def test_ten_thousand_levels_are_one_more_page(mark: str) -> None:
    deep = mark * 10_000 + "deep\n"
    check_lossless(deep)
    check_lossless("".join(" " * level + "- a\n" for level in range(300)))


def test_prose_directives_nest_as_deep_as_they_like() -> None:
    page = "".join("`" * (200 - level) + "{note}\n" for level in range(150)) + "Deep.\n"
    check_lossless(page + "".join("`" * (51 + level) + "\n" for level in range(150)))


# -- kinds ----------------------------------------------------------------------------------------

PAGE = """\
---
title: Tides
---
# The Tide
:label:`sec_tide`

Twice a day the sea comes in.
It is never early.

$$
h = a \\cos(t)
$$
:eqlabel:`eq_tide`

![The gauge (old) of `1890`](../img/gauge_(1).svg)
:width:`400px`

1. Read the gauge.
   Twice.
   * At noon.

     ```python
     - no item
     ```
2. Write it down.

> The sea has
> the last word.

| hour | height |
|-----:|--------|
| 1    | $h_1$  |

:begin_tab:`mxnet, jax`
Tabs hold prose.
:end_tab:

```{.python .input}
#@tab all

# a comment
print("|---|")
```

````{note}
:class: wide

Inside a note.

```python
x = 1
```
````

<div class="gauge">
  <b>high</b>
</div>

[pegel]: https://example.org/pegel "Pegel"

Underlined
----------

***
"""
BLOCKS = [
    ("front_matter", 0, "", "---\ntitle: Tides\n---\n"),
    ("heading", 1, "", "# The Tide\n"),
    ("directive", 0, "", ":label:`sec_tide`\n"),
    ("blank", 0, "", "\n"),
    ("paragraph", 0, "", "Twice a day the sea comes in.\nIt is never early.\n"),
    ("blank", 0, "", "\n"),
    ("math", 0, "", "$$\nh = a \\cos(t)\n$$\n"),
    ("directive", 0, "", ":eqlabel:`eq_tide`\n"),
    ("blank", 0, "", "\n"),
    ("caption", 0, "", "![The gauge (old) of `1890`](../img/gauge_(1).svg)\n"),
    ("directive", 0, "", ":width:`400px`\n"),
    ("blank", 0, "", "\n"),
    ("item", 1, "", "1. Read the gauge.\n   Twice.\n"),
    ("item", 2, "", "   * At noon.\n"),
    ("blank", 0, "", "\n"),
    ("code", 2, "", "     ```python\n     - no item\n     ```\n"),
    ("item", 1, "", "2. Write it down.\n"),
    ("blank", 0, "", "\n"),
    ("paragraph", 0, "", "> The sea has\n> the last word.\n"),
    ("blank", 0, "", "\n"),
    ("row", 0, "", "| hour | height |\n"),
    ("row", 0, "", "|-----:|--------|\n"),
    ("row", 0, "", "| 1    | $h_1$  |\n"),
    ("blank", 0, "", "\n"),
    ("directive", 0, "tab mxnet, jax", ":begin_tab:`mxnet, jax`\n"),
    ("paragraph", 0, "tab mxnet, jax", "Tabs hold prose.\n"),
    ("directive", 0, "tab mxnet, jax", ":end_tab:\n"),
    ("blank", 0, "", "\n"),
    ("code", 0, "", '```{.python .input}\n#@tab all\n\n# a comment\nprint("|---|")\n```\n'),
    ("blank", 0, "", "\n"),
    ("directive", 0, "", "````{note}\n:class: wide\n"),
    ("blank", 0, "", "\n"),
    ("paragraph", 0, "", "Inside a note.\n"),
    ("blank", 0, "", "\n"),
    ("code", 0, "", "```python\nx = 1\n```\n"),
    ("directive", 0, "", "````\n"),
    ("blank", 0, "", "\n"),
    ("html", 0, "", '<div class="gauge">\n  <b>high</b>\n</div>\n'),
    ("blank", 0, "", "\n"),
    ("reference", 0, "", '[pegel]: https://example.org/pegel "Pegel"\n'),
    ("blank", 0, "", "\n"),
    ("heading", 2, "", "Underlined\n----------\n"),
    ("blank", 0, "", "\n"),
    ("rule", 0, "", "***\n"),
]


def test_a_page_with_all_that_books_have() -> None:
    blocks = split(PAGE)
    assert [(b.kind, b.level, b.context, b.text) for b in blocks] == BLOCKS
    assert [PAGE[slice(*block.range)] for block in blocks] == [text for *_, text in BLOCKS]


def kinds(page: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in split(page) if block.kind != "blank"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("", []),
        ("a", [("paragraph", "a")]),
        # a byte order mark belongs to the file, not to its first block
        ("\ufeff# A\n", [("heading", "# A\n")]),
        ("\ufeff---\na: 1\n---\nb\n", [("front_matter", "---\na: 1\n---\n"), ("paragraph", "b\n")]),
        ("\ufeff", []),
        # the options of a chunk may hold backticks; a line that closes what it opens is a paragraph
        ('```{r, cap = "`x`"}\nx\n```\ny\n', [("code", '```{r, cap = "`x`"}\nx\n```\n'), ("paragraph", "y\n")]),
        ("````{r `x`}\n```\n", [("code", "````{r `x`}\n```\n")]),
        ("```{r} x```\ny\n", [("paragraph", "```{r} x```\ny\n")]),
        # a footnote of one word looks like the address of a link
        ("[^1]: Perhaps.\n", [("paragraph", "[^1]: Perhaps.\n")]),
        ("[1]: Perhaps.\n", [("reference", "[1]: Perhaps.\n")]),
        ("a\n\n---\nb: 1\n---\n", [("paragraph", "a\n"), ("rule", "---\n"), ("heading", "b: 1\n---\n")]),
        ("# A\r\nb\r\nc\r\n", [("heading", "# A\r\n"), ("paragraph", "b\r\nc\r\n")]),
        ("a\u2028b\n# c\n", [("paragraph", "a\u2028b\n"), ("heading", "# c\n")]),
        # a fence that nothing closes runs to the end; one inside a longer one is its text
        ("```\na\n\n# b", [("code", "```\na\n\n# b")]),
        ("````\n```\na\n````\nb\n", [("code", "````\n```\na\n````\n"), ("paragraph", "b\n")]),
        ("~~~\n```\n~~~\nb\n", [("code", "~~~\n```\n~~~\n"), ("paragraph", "b\n")]),
        ("a\n```\nb\n```\nc\n", [("paragraph", "a\n"), ("code", "```\nb\n```\n"), ("paragraph", "c\n")]),
        ("    a\n\n    b\n", [("code", "    a\n\n    b\n")]),
        ("```toc\na\n```\n", [("code", "```toc\na\n```\n")]),
        # display math: also where the formula begins on the line of the dollars
        ("$$\\begin{a}\n- x\n\\end{a}$$\n", [("math", "$$\\begin{a}\n- x\n\\end{a}$$\n")]),
        ("$$a$$ with text\n", [("paragraph", "$$a$$ with text\n")]),
        ("$$a\n\nb$$\n", [("paragraph", "$$a\n"), ("paragraph", "b$$\n")]),
        # roles alone on a line are text, labels are not
        (":numref:`fig_a`\n", [("paragraph", ":numref:`fig_a`\n")]),
        ("a\n:label:`b`\n", [("paragraph", "a\n"), ("directive", ":label:`b`\n")]),
        # captions are pictures alone; others stay in their paragraph
        ("![a](b) and ![c](d)\n", [("paragraph", "![a](b) and ![c](d)\n")]),
        # what ends a list or a quotation is a block of its own
        ("* a\n# b\n", [("item", "* a\n"), ("heading", "# b\n")]),
        ("* a\n> b\n", [("item", "* a\n"), ("paragraph", "> b\n")]),
        ("> a\n* b\n", [("paragraph", "> a\n"), ("item", "* b\n")]),
        ("* a\n<!-- b\n-->\n", [("item", "* a\n"), ("html", "<!-- b\n-->\n")]),
        ("> a\n```\nb\n```\n", [("paragraph", "> a\n"), ("code", "```\nb\n```\n")]),
        ("- a\n***\n", [("item", "- a\n"), ("rule", "***\n")]),
        ("- --\n---\n", [("rule", "- --\n"), ("rule", "---\n")]),
        ("* a\n  $$b$$\n* c\n", [("item", "* a\n"), ("math", "  $$b$$\n"), ("item", "* c\n")]),
        # a row needs its rule
        ("| a |\n| b |\n", [("paragraph", "| a |\n| b |\n")]),
        (":::{tip}\na\n:::\n", [("directive", ":::{tip}\n"), ("paragraph", "a\n"), ("directive", ":::\n")]),
        ("```{note}\nNo end\n", [("directive", "```{note}\n"), ("paragraph", "No end\n")]),
    ],
)  # fmt: skip
def test_kinds(page: str, found: list[tuple[str, str]]) -> None:
    assert kinds(page) == found


def test_a_tab_that_nothing_closes_runs_to_the_next_one() -> None:
    page = ":begin_tab:`a`\nx\n\n:begin_tab:`b`\ny\n:end_tab:\nz\n"
    texts = {block.text: block.context for block in split(page) if block.kind == "paragraph"}
    assert texts == {"x\n": "tab a", "y\n": "tab b", "z\n": ""}


# -- containers -----------------------------------------------------------------------------------


def inside(page: str) -> list[tuple[str, int, str, str]]:
    return [
        (block.kind, block.level, block.container, block.text)
        for block in split(page)
        if block.kind != "blank"
    ]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (  # a quotation holds what a page holds; a line without a mark goes on with a paragraph alone
            "> [!NOTE]\n> The lamp\nis hot.\n>\n> - one\n>   more\n>\n> ```sh\n> run\n> ```\nAfter.\n",
            [
                ("directive", 0, "", "> [!NOTE]\n"),
                ("paragraph", 0, "quote", "> The lamp\nis hot.\n"),
                ("item", 1, "quote", "> - one\n>   more\n"),
                ("code", 0, "quote", "> ```sh\n> run\n> ```\n"),
                ("paragraph", 0, "", "After.\n"),
            ],
        ),
        (
            "> a\n> > b\n> # c\n",
            [
                ("paragraph", 0, "quote", "> a\n"),
                ("paragraph", 0, "quote/quote", "> > b\n"),
                ("heading", 1, "quote", "> # c\n"),
            ],
        ),
        (  # so does an item
            "1. One.\n\n   Two.\n\n   > Three.\n\n   ::: tip Title\n   Four.\n   :::\n\n   | a |\n   |---|\n2. Five.\n",
            [
                ("item", 1, "", "1. One.\n"),
                ("paragraph", 1, "item", "   Two.\n"),
                ("paragraph", 1, "item/quote", "   > Three.\n"),
                ("directive", 0, "item", "   ::: tip Title\n"),
                ("paragraph", 1, "item/tip", "   Four.\n"),
                ("directive", 0, "item", "   :::\n"),
                ("row", 0, "item", "   | a |\n"),
                ("row", 0, "item", "   |---|\n"),
                ("item", 1, "", "2. Five.\n"),
            ],
        ),
        (
            "- ```py\n  x = 1\n  ```\n- # Head\n- > said\n  > more\n- - deep\n-\n  below\n",
            [
                ("code", 1, "item", "- ```py\n  x = 1\n  ```\n"),
                ("heading", 1, "item", "- # Head\n"),
                ("item", 1, "", "- > said\n  > more\n"),
                ("item", 2, "", "- - deep\n"),
                ("item", 1, "", "-\n"),
                ("paragraph", 1, "item", "  below\n"),
            ],
        ),
        (  # footnotes and definitions go on below, indented
            "[^1]: One.\n[^2]: Two,\ntoo.\n\n    Three.\n\n    - Four.\n\n    ```\n    x\n    ```\n\nFive.\n",
            [
                ("paragraph", 0, "footnote", "[^1]: One.\n"),
                ("paragraph", 0, "footnote", "[^2]: Two,\ntoo.\n"),
                ("paragraph", 0, "footnote", "    Three.\n"),
                ("item", 1, "footnote", "    - Four.\n"),
                ("code", 0, "footnote", "    ```\n    x\n    ```\n"),
                ("paragraph", 0, "", "Five.\n"),
            ],
        ),
        (
            "Lamp\n: A light.\n\n    Of oil.\n: A sign.\n",
            [
                ("paragraph", 0, "", "Lamp\n"),
                ("paragraph", 0, "definition", ": A light.\n"),
                ("paragraph", 0, "definition", "    Of oil.\n"),
                ("paragraph", 0, "definition", ": A sign.\n"),
            ],
        ),
        (  # Python-Markdown: the body is indented, and no code
            '!!! note "Mind"\n\n    The tank.\n\n        x = 1\n\n??? tip\n    One.\n=== "A"\n    Two.\n',
            [
                ("directive", 0, "", '!!! note "Mind"\n'),
                ("paragraph", 0, "note", "    The tank.\n"),
                ("code", 0, "note", "        x = 1\n"),
                ("directive", 0, "", "??? tip\n"),
                ("paragraph", 0, "tip", "    One.\n"),
                ("directive", 0, "", '=== "A"\n'),
                ("paragraph", 0, "tab", "    Two.\n"),
            ],
        ),
        (
            "/// details | Title\n    type: tip\n\nOne.\n///\n::: shop.Till\n\nTwo.\n",
            [
                ("directive", 0, "", "/// details | Title\n    type: tip\n"),
                ("paragraph", 0, "details", "One.\n"),
                ("directive", 0, "", "///\n"),
                ("directive", 0, "", "::: shop.Till\n"),
                ("paragraph", 0, "", "Two.\n"),
            ],
        ),
        (  # MyST: options of both forms, fences inside fences, content that is no prose
            "::::{tab-set}\n:::{tab-item} A\n:sync: a\n\nOne.\n:::\n::::\n"
            "```{figure} a.png\n---\nname: a\n---\nTwo.\n```\n:::{code-block} py\n# x\n:::\n",
            [
                ("directive", 0, "", "::::{tab-set}\n"),
                ("directive", 0, "tab-set", ":::{tab-item} A\n:sync: a\n"),
                ("paragraph", 0, "tab-set/tab-item", "One.\n"),
                ("directive", 0, "tab-set", ":::\n"),
                ("directive", 0, "", "::::\n"),
                ("directive", 0, "", "```{figure} a.png\n---\nname: a\n---\n"),
                ("paragraph", 0, "figure", "Two.\n"),
                ("directive", 0, "", "```\n"),
                ("code", 0, "", ":::{code-block} py\n# x\n:::\n"),
            ],
        ),
        (  # commands alone on a line, and in one
            "{% for x in y %}\n- One {% x %}.\n{% endfor %}\n{% x %} Two. {% y %}\n",
            [
                ("directive", 0, "", "{% for x in y %}\n"),
                ("item", 1, "", "- One {% x %}.\n"),
                ("directive", 0, "", "{% endfor %}\n"),
                ("paragraph", 0, "", "{% x %} Two. {% y %}\n"),
            ],
        ),
        (  # formulas with a label
            "$$\na\n+ b\n$$ (sum)\nOne.\n\n$$c$$ {#eq-c}\n",
            [
                ("math", 0, "", "$$\na\n+ b\n$$ (sum)\n"),
                ("paragraph", 0, "", "One.\n"),
                ("math", 0, "", "$$c$$ {#eq-c}\n"),
            ],
        ),
        (  # what nothing opens is code, unless all of it reads as sentences
            "One.\n\n    The wheel turns, and the water falls.\n\n    Nobody stops it.\n",
            [
                ("paragraph", 0, "", "One.\n"),
                ("code", 0, "", "    The wheel turns, and the water falls.\n\n    Nobody stops it.\n"),
            ],
        ),
        (
            "One.\n\n    The wheel turns, and the water falls.\n\n    车轮转动，水往下流。\n\nTwo.\n",
            [
                ("paragraph", 0, "", "One.\n"),
                ("paragraph", 0, "", "    The wheel turns, and the water falls.\n"),
                ("paragraph", 0, "", "    车轮转动，水往下流。\n"),
                ("paragraph", 0, "", "Two.\n"),
            ],
        ),
        ("    print(the wheel turns).\n", [("code", 0, "", "    print(the wheel turns).\n")]),
    ],
)  # fmt: skip
def test_what_stands_in_a_container_is_a_block_of_its_own(
    page: str, found: list[tuple[str, int, str, str]]
) -> None:
    assert inside(page) == found
    assert inside(page.replace("\n", "\r\n")) == [
        (*rest, text.replace("\n", "\r\n")) for *rest, text in found
    ]


NESTS = (
    "> ",
    "- ",
    "    ",
    "1. ",
    "!!! note\n    ",
    "[^a]: ",
    ": ",
    "```{tip}\n",
    "::: tip\n",
    ">",
    "\t",
)


@given(st.lists(st.sampled_from(NESTS), max_size=8), PAGES, PAGES)
def test_containers_in_containers_come_back(marks: list[str], page: str, last: str) -> None:
    for mark in reversed(marks):
        first, _, rest = mark.rpartition("\n")
        indent = rest if ">" in rest else " " * len(rest)
        page = (
            f"{first}\n{rest}" + page.replace("\n", f"\n{indent}")
            if first
            else rest + page.replace("\n", f"\n{indent}")
        )
    check_lossless(page + "\n" + last)
