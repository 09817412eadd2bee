"""Where the leaves of rows, HTML and directives stand, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Block, BlockKind
from amts_bot.text.markdown.leaves import READERS, bare, leaves, said


def found(kind: BlockKind, text: str) -> list[tuple[str, str]]:
    return [(leaf.key, leaf.text) for leaf in leaves(Block(kind=kind, text=text, start=0))]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| a | b |\n", ["a", "b"]),
        ("a | b\n", ["a", "b"]),
        (r"|a|`x|y` z|\| c|" + "\n", ["a", "`x|y` z", r"\| c"]),
        ("> | a | |\n", ["a"]),
        ("|---|:-:|\n", []),
        ("| $a$ | costs $5 | $6 |\n", ["$a$", "costs $5", "$6"]),
        ("||\n", []),
    ],
)
def test_cells(row: str, cells: list[str]) -> None:
    assert [text for _, text in found("row", row)] == cells


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "<td>A <b>wet</b> wheel</td><td><b>Stone</b></td>",
            [("td", "A <b>wet</b> wheel"), ("td", "Stone")],
        ),
        (
            "<img src='a.png' alt='A mill' title=\"By day\"/>",
            [("img@alt", "A mill"), ("img@title", "By day")],
        ),
        (
            '<Tabs items={["a", "b"]}>\n<Tab label="Linux" on={() => {x > 1}}>\n'
            'Dear {name}, see <Link to="x">the pond</Link> now.\n</Tab></Tabs>',
            [("Tab@label", "Linux"), ("Tab", 'Dear {name}, see <Link to="x">the pond</Link> now.')],
        ),
        (
            "<div>\n- one wheel\n- two wheels\n```js\nlet a = 'words'\n```\nLast\nwords\n</div>",
            [("div", "- one wheel"), ("div", "- two wheels"), ("div", "Last\nwords")],
        ),
        ("<script>let a = 'words'</script><p>Words", [("p", "Words")]),
        (
            "<p><code>not this</code></p><p>Use <code>it</code> now<br></p>",
            [("p", "Use <code>it</code> now")],
        ),
        ("<!-- not this --><p>{items.map(item => <li>nor this</li>)}</p>", []),
        ("<a <b broken", []),
        ('<p>broken <a href="x>y</p>', []),
        ('<p :title="words" alt={words}>', []),
        ("<>\nA fragment\n</>", [("", "A fragment")]),
    ],
)
def test_texts_and_attributes_of_html(text: str, read: list[tuple[str, str]]) -> None:
    assert found("html", text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("::: tip Mind the wheel\n", [("title", "Mind the wheel")]),
        ("::: details Look {open}\n", [("title", "Look")]),
        (":::note[Mind `x`]{.wide}\n", [("title", "Mind `x`")]),
        (
            "```{note} The wheel\n:class: wide\n:caption: By night\n",
            [("title", "The wheel"), ("caption", "By night")],
        ),
        ('!!! note "The wheel"\n', [("title", "The wheel")]),
        ('=== "Linux"\n', [("title", "Linux")]),
        ("/// note | The wheel\n", [("title", "The wheel")]),
        ('::: {.callout-note title="The wheel" collapse=true}\n', [("title", "The wheel")]),
        ("```{figure} a/b.png\n:alt: A mill\n", [("alt", "A mill")]),
        ("```{prf:theorem} The rule\n:label: rule\n", [("title", "The rule")]),
        ("??? tip\n", []),
        ("::: code-group\n", []),
        (":label:`sec_mill`\n", []),
        (":begin_tab:`mxnet`\n", []),
        (":::\n", []),
    ],
)
def test_titles_and_options_of_directives(text: str, read: list[tuple[str, str]]) -> None:
    assert found("directive", text) == read


_WORDS = """
    < > </ /> <p> </p> <b> </b> <Tab a={ } { ' " ` = alt=" title=' <!-- --> <script> </script> <pre> words | \\
    - # : ::: !!! {note} [ ] ``` ---
"""
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\n", "\n\n", "\r\n", "é", "水", "\\|"])


@given(
    st.sampled_from([kind for kind in READERS if kind != "front_matter"]),
    st.lists(_PIECES).map("".join),
)
def test_leaves_stand_in_order_and_say_what_stands_there(kind: BlockKind, text: str) -> None:
    block = Block(kind=kind, text=text, start=7)
    at = 0
    for leaf in leaves(block):
        assert at <= leaf.start < leaf.end <= len(text)
        assert said(text[leaf.start : leaf.end], leaf.syntax) == leaf.text
        at = leaf.end
    assert isinstance(bare(block), str)


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "{", "`", "<p>", "</b>", "<b>", '"', "|", "<!--", "<p alt='", "[", "a\n"]
)
def test_hostile_blocks_take_linear_time(piece: str) -> None:
    for kind in ("html", "row", "directive"):
        leaves(Block(kind=kind, text="<p> " + piece * (40_000 // len(piece)), start=0))
