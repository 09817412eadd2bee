"""Input that no parser likes: the smallest piece around it is frame, the rest of the page is merged as ever."""

from __future__ import annotations

import pytest

from amts_bot.sync.one_page import merge
from amts_bot.text.markdown.blocks import split

# Where the words {0} are, the English changes; {1} stands, and its translation with it.
BAD = {
    "front matter that is no YAML": "---\ntitle: a: b: [\nsummary: {1}\nnote: {0}\n---\n",
    "front matter with a key twice": "---\ntitle: {0}\ntitle: {1}\n---\n",
    "front matter with anchors": "---\nbase: &a\n  title: {0}\nother: *a\nsummary: {1}\n---\n",
    "front matter with tabs": "---\ntitle:\t{0}\n\tsummary: {1}\n---\n",
    "front matter that nothing closes": "---\ntitle: {0}\n\n{1}\n",
    "TOML that is none": "+++\ntitle = {0}\nsummary = [\n+++\n\n{1}\n",
    "a colon container that nothing closes": "::: tip {0}\n\n{1}\n",
    "a colon container that nothing opens": "{0}\n\n:::\n\n{1}\n",
    "colon containers that cross": "::: tip\n\n> {0}\n>\n> :::\n\n{1}\n",
    "an admonition without a body": '!!! note "{0}"\n\n{1}\n',
    "a tab that nothing closes": ":begin_tab:`a`\n{0}\n\n{1}\n",
    "a MyST directive that nothing closes": "```{{note}}\n{0}\n\n{1}\n",
    "a fence that nothing closes": "{0}\n\n{1}\n\n```python\nx = 1\n",
    "a tag that nothing closes": '<div class="a">\n{0}\n\n{1}\n',
    "tags that cross": "<b><i>{0}</b></i>\n\n{1}\n",
    "a tag that nothing opens": "</div>\n\n{0}\n\n{1}\n",
    "an attribute that nothing closes": '<p title="{0}>\n\n{1}\n',
    "braces in strings of JSX": "<A b={{'}}{{'}} c=\"{{\" />\n\n{0}\n\n<B>{{\"}}\"}}</B>\n\n{1}\n",
    "an expression that nothing closes": "<A b={{ {0}\n\n{1}\n",
    "a comment that nothing closes": "{1}\n\n{0}\n\n<!-- to do\n",
    "mixed line ends": "{0}\r\n\r\n> a\n> b\r\n\n- c\r- d\n\n{1}\r\n",
    "a table with ragged rows": "| a | b |\n|---|---|\n| {0} |\n| {1} | c | d | e |\n|\n",
    "a table whose rule is too short": "| {0} | b |\n|---|\n| {1} | c |\n",
    "brackets that nothing closes": "[a](b {0}\n\n![c][d {1}\n",
    "marks that nothing closes": "**a `b $c {0}\n\n{1}\n",
    "a line of nulls": "\0\0\0\n\n{0}\n\n{1}\n",
}  # fmt: skip
BEFORE, BEHIND = "The ferry leaves at noon.", "Tickets are sold on the quay."
ONCE = "Feribot öğlen kalkar.", "Biletler rıhtımda satılır."
OLD, NEW, OURS = "The captain smokes a pipe", "The captain chews liquorice", "Kaptan pipo içer"
STANDS, THEIRS = "The cook peels onions", "Aşçı soğan soyar"


def page(bad: str, changing: str, standing: str, *around: str) -> str:
    """The bad piece between two paragraphs, or before them where it has to begin the page."""
    inner = bad.format(changing, standing)
    before = "" if bad.startswith(("---", "+++")) else f"{around[0]}\n\n"
    return f"{before}{inner}\n{around[1]}\n"


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("engine", ["none", "memory"])
def test_what_stands_beside_it_stays(name: str, engine: str) -> None:
    bad = BAD[name]
    old = page(bad, OLD, STANDS, BEFORE, BEHIND)
    new = page(bad, NEW, STANDS, BEFORE, BEHIND)
    target = page(bad, OURS, THEIRS, *ONCE)
    outcome = merge(old, new, target, "tr", engine_name=engine)
    assert THEIRS in outcome.text
    assert (ONCE[0] in outcome.text) == (ONCE[0] in target)
    assert ONCE[1] in outcome.text
    waits = "\n".join(text for entry in outcome.entries for text in entry.translate)
    drafted = [draft for entry in outcome.entries for draft in entry.drafts]
    told = [e for e in outcome.entries if e.action in ("hold", "fail") or e.conflicts]
    assert NEW in waits or drafted or (OURS in outcome.text and told)


@pytest.mark.parametrize("name", BAD)
def test_where_the_english_stands_every_byte_does(name: str) -> None:
    old, target = page(BAD[name], OLD, STANDS, BEFORE, BEHIND), page(BAD[name], OURS, THEIRS, *ONCE)
    assert merge(old, old, target, "tr", engine_name="none").text == target


DEEP = {
    "quotations": ("> ", ""),
    "lists": ("- ", ""),
    "brackets": ("[", "]"),
    "tags": ("<div>", "</div>"),
    "lines of tags": ("<div>\n", "</div>\n"),
    "containers": ("::: a\n", ":::\n"),
    "emphasis": ("*", "*"),
    "braces": ("{", "}"),
    "admonitions": ("!!! a\n", ""),
    "directives": ("```{note}\n", "```\n"),
}


@pytest.mark.parametrize("name", DEEP)
def test_ten_thousand_levels_are_no_more_than_their_length(name: str) -> None:
    """No recursion breaks, and a quadratic rule would take minutes; no clock is asked."""
    left, right = DEEP[name]
    for count in (10_000, 200_000 // len(left)):
        text = f"{left * count}deep{right * count}\n"
        assert "".join(block.text for block in split(text)) == text


@pytest.mark.parametrize("name", DEEP)
def test_a_page_with_hundreds_of_levels_is_merged_as_ever(name: str) -> None:
    left, right = DEEP[name]
    text = f"{left * 300}deep{right * 300}\n"
    old, new = f"{text}\n{BEFORE}\n", f"{text}\n{BEHIND}\n"
    assert merge(
        old, old, old.replace(BEFORE, ONCE[0]), "tr", engine_name="none"
    ).text == old.replace(BEFORE, ONCE[0])
    assert BEHIND in merge(old, new, f"{text}\n{ONCE[0]}\n", "tr", engine_name="none").text


def test_front_matter_may_nest_as_deep_as_it_likes() -> None:
    text = "---\na: " + "[" * 10_000 + "deep" + "]" * 10_000 + f"\n---\n\n{BEFORE}\n"
    assert merge(text, text, text, "tr", engine_name="none").text == text
