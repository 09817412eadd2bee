"""The pull request body: sums that add up, a size that GitHub takes, and nothing from a book that acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amts_bot.sync.one_page import merge
from amts_bot.text.merge.entries import (
    ACTIONS,
    Action,
    Entry,
    Outcome,
    SentenceDraft,
)
from amts_bot.text.pull_request import quoting
from amts_bot.text.pull_request.body import body as body_text
from amts_bot.text.pull_request.body import summary, title
from amts_bot.text.pull_request.hidden_block import metadata
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Prices, Quote
from amts_bot.text.pull_request.review import review
from amts_bot.text.pull_request.sight import Sight
from amts_bot.text.pull_request.unit_tables import least_length, unit_table
from amts_bot.text.pull_request.units import ReviewUnit
from amts_bot.text.pull_request.wording import wording

OLD, NEW = "a" * 40, "b" * 40
OURS = {
    *("h2", "h3", "p", "strong", "code", "ul", "li", "details", "summary", "table", "tbody", "tr"),
    *("td", "pre", "del", "ins", "br", "em", "input", "span", "wbr", "mark", "small"),
}


class Page(HTMLParser):
    """What a browser makes of HTML: its elements, its comments, and the text outside of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.comments: list[str] = []
        self.texts: list[str] = []
        self.all: list[str] = []
        self._code = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._code += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        self.all.append(data)
        if not self._code:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def body_of(run: RunReport, head: str = "", before: str = "") -> str:
    return body_text(review(run), head, before)


def render(markdown: str) -> str:
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return html


def rendered(markdown: str) -> Page:
    return Page(render(markdown))


# What GitHub links in text that is no code.
ACTS = re.compile(r"@\w|(?<!&)#\d|\bGH-\d|://\w|www\.\w|mailto:\w", re.I)

nasty = st.lists(
    st.sampled_from(
        [
            "@ada",
            "#12",
            "<!--",
            "-->",
            "```",
            "`````",
            "~~~",
            "</details>",
            "</table>",
            "<script>",
            "<img src=x onerror=y>",
            "https://example.org",
            "www.example.org",
            "a@b.org",
            "GH-1",
            "team/book#3",
            "::error::",
            "| a | b |",
            "\n\n",
            "\n",
            "    ",
            "- [ ] ",
            "# ",
            "**",
            "$x$",
            "\\",
            "]: x",
            "[a](b)",
            "</pre>",
            "&amp;",
            "\r\n",
            "\t",
            "\x0b",
            "word",
        ]
    ),
    max_size=8,
).map("".join) | st.text(max_size=40)


@settings(deadline=None)
@given(nasty)
@example("www.www.a mailto:mailto:a")
def test_a_line_of_text_stays_a_line_of_text(text: str) -> None:
    page = rendered(f"- x {quoting.inline(text)} y\n")
    assert [name for name in page.elements if name != "wbr"] == ["ul", "li"]
    shown = "".join(page.all)
    visible = re.sub(r"[\x00-\x1f\x7f]", "", " ".join(text.split()))[:200]
    assert shown.split() == ["x", *visible.split(), "y"]
    assert not ACTS.search("\0".join(page.texts))


@settings(deadline=None)
@given(nasty, nasty)
def test_a_word_diff_shows_both_texts_and_nothing_else(old: str, new: str) -> None:
    page = rendered(f"<table><tr><td>{quoting.word_diff(old, new)}</td></tr></table>\n")
    assert {*page.elements} <= {"table", "tbody", "tr", "td", "del", "ins", "br", "wbr"}
    assert not ACTS.search("\0".join(page.texts))


def test_code_and_math_in_arabic_run_from_left_to_right() -> None:
    assert quoting.cell("يقلّم `wick()` الفتيل $x<y$.") == (
        'يقلّم <span dir="ltr">`wick()`</span> الفتيل <span dir="ltr">$x&lt;y$</span>.'
    )
    assert quoting.cell("灯芯 `wick()` $x$。") == "灯芯 `wick()` $x$。"


@given(*[st.lists(st.sampled_from("ab "), max_size=40)] * 2)
def test_words_are_compared_as_difflib_compares_them(old: list[str], new: list[str]) -> None:
    as_difflib = SequenceMatcher(None, old, new, autojunk=False)
    assert quoting.WordMatcher(old, new).get_opcodes() == as_difflib.get_opcodes()


def test_a_word_diff_marks_what_went_and_what_came() -> None:
    assert quoting.word_diff("The horn sounds  twice.", "The horn sounds three times.") == (
        "The horn sounds <del>twice</del><ins>three times</ins>."
    )
    assert quoting.word_diff("Dividing it by the root.", "It shrinks with the root.") == (
        "<del>Dividing it by</del><ins>It shrinks with</ins> the root."
    )


def test_a_line_diff_shows_changed_lines_with_two_around_them() -> None:
    old = "".join(f"line {k}\n" for k in range(9))
    assert quoting.line_diff(old, old.replace("line 4", "a < b")) == (
        "<pre>…&#10; line 2&#10; line 3&#10;<del>-line 4</del>&#10;<ins>+a &lt; b</ins>"
        "&#10; line 5&#10; line 6</pre>"
    )


def entry(action: Action, text: str, kind: str = "paragraph") -> Entry:
    return Entry(
        kind=kind,
        action=action,
        source=text,
        source_old=(0, len(text)),
        source_new=None if action == "drop" else (0, len(text)),
        target_old=(0, len(text)),
        target_new=(0, len(text)),
        reason=text,
        translate=(text,) if action == "translate" else (),
        drafts=(
            SentenceDraft(
                source=text, target=text, origin=text, similarity=0.9, previous_source=text
            ),
        )
        if action == "translate"
        else (),
        conflicts=(text,) if action == "merge" else (),
        warnings=(text, "said twice") if action == "translate" else (),
    )


def report(text: str, pages: int = 1, units: int = 1) -> RunReport:
    entries = tuple(
        entry(action, text, kind)
        for action in ACTIONS
        for kind in ("paragraph", "code")
        for _ in range(units)
    )
    results = [
        PageResult(
            target=f"{number}{text}",
            source_old=text,
            source_new=text,
            status="merged",
            outcome=Outcome(language="tr", text=text, entries=entries),
            message="",
            english_old=text,
        )
        for number in range(pages)
    ]
    held = PageResult(
        target=text,
        source_old=text,
        source_new=text,
        status="held",
        outcome=Outcome(language="tr", text=text, entries=(), held=text),
        message=text,
    )
    return RunReport(
        language="tr",
        old=OLD,
        new=NEW,
        pages=(*results, held),
        held_assets=(text,),
        quote=Quote(9, Prices(60, 15)),
        notes=(text,),
    )


@settings(deadline=None)
@given(
    nasty, nasty, nasty, st.sampled_from(["paragraph", "cell", "code"]), st.sampled_from(ACTIONS)
)
def test_no_table_of_a_unit_is_shorter_than_was_told(
    english: str, before: str, now: str, kind: str, action: Action
) -> None:
    unit = ReviewUnit(
        page="a.md",
        asks="check",
        entry=entry(action, english, kind),
        english_before=before[::-1],
        before=before,
        now=now,
    )
    assert least_length(unit) <= len(unit_table(unit, Sight(wording("en"), "tr")))


def test_what_is_to_be_known_of_machine_text_stands_below_it() -> None:
    row = '<tr><td>to check</td><td dir="auto">a &lt; b; said twice</td></tr>'
    assert row in body_of(report("a < b"))


@settings(deadline=None, max_examples=60)
@given(nasty)
def test_nothing_in_a_book_acts_in_the_body(text: str) -> None:
    page = rendered(body_of(report(text), "c" * 40))
    assert {*page.elements} <= OURS
    assert page.attributes <= {"dir", "type", "checked", "disabled"}
    assert page.elements.count("details") == 1
    [hidden] = page.comments
    assert hidden.startswith(" amts-bot {")
    assert not ACTS.search("\0".join(page.texts))


@pytest.mark.parametrize(("pages", "units"), [(2, 60), (600, 1)])
@pytest.mark.parametrize("text", ["a word ", "<&@#\n" * 60])
def test_a_body_is_always_below_the_limit(pages: int, units: int, text: str) -> None:
    run = report(text, pages, units)
    body = body_of(run, "c" * 40)
    assert len(body) < 60_000
    assert metadata(body)["units"] == dict.fromkeys(ACTIONS, 2 * pages * units)
    assert {*rendered(body).elements} <= OURS | {"p"}


def test_the_sums_of_the_body_are_those_of_its_pages() -> None:
    body = body_of(report("word", pages=3))
    [line] = [line for line in body.splitlines() if line.startswith("4 pages · 48 units: ")]
    numbers = [int(n) for n in re.findall(rf"(\d+) (?:{'|'.join(ACTIONS)})", line)]
    assert sum(numbers) == 48


def test_the_first_line_says_what_is_left_for_people() -> None:
    said = "**24 units to read on 3 pages, 30 words · 1 page to decide on · 18 small edits to glance at**"
    assert body_of(report("word", pages=3)).splitlines()[2] == said
    done = RunReport(
        language="tr", old=OLD, new=NEW, pages=(), held_assets=(), quote=Quote(0, Prices(60, 15))
    )
    assert body_of(done).splitlines()[2] == "**Nothing to read**"
    assert (
        title(review(report("word", pages=3))) == "[sync] tr: 24 units to read, English bbbbbbbbbb"
    )
    assert title(review(done)) == "[sync] tr: nothing to read, English bbbbbbbbbb"


def test_a_page_with_a_bar_in_its_name_breaks_no_table() -> None:
    page = PageResult(
        target="a|b.md",
        source_old="x",
        source_new="x",
        status="merged",
        outcome=Outcome(language="tr", text="", entries=()),
    )
    run = RunReport(
        language="tr",
        old=OLD,
        new=NEW,
        pages=(page,),
        held_assets=(),
        quote=Quote(0, Prices(60, 15)),
        pages_at="https://x/y",
    )
    cells = re.findall(r"<td[^>]*>(.*?)</td>", render(summary(review(run))))
    assert len(cells) == 2 + len(ACTIONS)
    assert cells[0] == '<a href="https://x/y/a%7Cb.md"><code>a|b.md</code></a>'


def test_a_page_is_a_link_to_where_it_is_edited_and_a_unit_one_to_its_line() -> None:
    units = (entry("translate", "word"), entry("hold", "word"), entry("hold", "word"))
    small = PageResult(
        target="c.md",
        source_old="word",
        source_new="word",
        status="merged",
        outcome=Outcome(language="tr", text="word", entries=(entry("carry", "word"),)),
    )
    pages = [
        PageResult(
            target=name,
            source_old="word",
            source_new="word",
            status="merged",
            outcome=Outcome(language="tr", text="word", entries=units),
        )
        for name in ("a b.md", "`")
    ]
    run = RunReport(
        language="tr",
        old=OLD,
        new=NEW,
        pages=(*pages, small),
        held_assets=(),
        quote=Quote(0, Prices(60, 15)),
        pages_at="https://x/y",
    )
    body = body_of(run)
    assert body.count("<details><summary>a b.md: 3 units") == 1
    assert "[line 1](https://x/y/a%20b.md?plain=1#L1) · `" in body
    assert (
        "- [ ] [`a b.md`](https://x/y/a%20b.md) · 3 units, 4 words · **4 characters in English**\n"
        in body
    )
    fold = "<details><summary>1 page with nothing to translate</summary>\n\n- [ ] [`c.md`](https://x/y/c.md)"
    assert f"{fold} · 1 small edit\n" in body


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("paragraph", "<del>one two</del>"),
        ("html", "<del>one<br>two</del>"),
        ("code", "<pre>…&#10;<del>-one</del>&#10;<del>-two</del></pre>"),
    ],
)
def test_line_wraps_are_shown_where_they_mean_something(kind: str, shown: str) -> None:
    text = "one\ntwo\n"
    gone = Entry(
        kind=kind,
        action="drop",
        source=text,
        source_old=(0, len(text)),
        source_new=None,
        target_old=(0, 4),
        target_new=None,
    )
    page = PageResult(
        target="a.md",
        source_old="a.md",
        source_new="",
        status="merged",
        outcome=Outcome(language="tr", text="", entries=(gone,)),
        english_old=text,
        target_old="mono",
    )
    run = RunReport(
        language="tr",
        old=OLD,
        new=NEW,
        pages=(page,),
        held_assets=(),
        quote=Quote(0, Prices(60, 15)),
    )
    body = body_of(run)
    assert f'<td dir="{"ltr" if kind == "code" else "auto"}">{shown}</td>' in body


def test_a_ticked_page_stays_ticked_while_nothing_about_it_changes() -> None:
    run = report("word", pages=2)
    old = body_of(run, "c" * 40)
    line = next(row for row in old.splitlines() if row.startswith("- [ ] `1word"))
    ticked = old.replace(line, line.replace("[ ]", "[x]"))
    assert body_of(run, "d" * 40, ticked).count("- [x] ") == 1
    assert body_of(report("word", pages=2, units=2), "d" * 40, ticked).count("- [x] ") == 0


@pytest.mark.parametrize(
    "body", ["", "mine", "<!-- amts-bot {broken} -->", '<!-- amts-bot {"version": 9} -->']
)
def test_a_hidden_block_that_is_not_ours_is_absent(body: str) -> None:
    assert metadata(body) == {}


def test_the_last_hidden_block_counts() -> None:
    body = body_of(report("word"), "c" * 40) + body_of(report("word"), "d" * 40)
    assert metadata(body)["head"] == "d" * 40


def test_a_leaf_is_shown_without_its_quotes_and_a_cell_with_its_row() -> None:
    old = '---\ntitle: "The mill"\n---\n\n| Wheel | Old oak |\n|---|---|\n\nA pond.\n'
    target = '---\ntitle: "Die Mühle"\n---\n\n| Rad | Alte Eiche |\n|---|---|\n\nEin Teich.\n'
    new = old.replace("The mill", "Two windmills").replace("Old oak", "Young larch")
    outcome = merge(old, new, target, "de")
    result = PageResult(
        target="a.md",
        source_old="a.md",
        source_new="a.md",
        status="merged",
        outcome=outcome,
        english_old=old,
        target_old=target,
    )
    run = RunReport(
        language="de",
        old=OLD,
        new=NEW,
        pages=(result,),
        held_assets=(),
        quote=Quote(0, Prices(60, 15)),
    )
    shown = " ".join(re.sub(r"</?(?:td|tr)[^>]*>", " ", body_of(run)).split())
    assert "English <del>The mill</del><ins>Two windmills</ins> before Die Mühle </table>" in shown
    assert "<ins>Young larch</ins> before Alte Eiche its row | Rad | Young larch |" in shown


def test_every_held_page_is_named_with_its_reason() -> None:
    held = [f"{name}.md" for name in "abcdefghijklmnopqr"]
    pages = tuple(
        PageResult(
            target=name,
            source_old="x",
            source_new="x",
            status="held",
            outcome=Outcome(language="tr", text="", entries=(), held="no base"),
            message="no base",
        )
        for name in held
    )
    run = RunReport(
        language="tr", old=OLD, new=NEW, pages=pages, held_assets=(), quote=Quote(0), speaks="en"
    )
    assert [f"held: {name}: no base" for name in held] == run.table().splitlines()[20:-1]
    assert [it.path for it in run.annotations()] == held
    assert all(f"<code>{name}</code>" in render(body_of(run)) for name in held)


def test_a_label_that_a_page_lacks_is_named() -> None:
    old = "# Lamps\n:label:`sec_lamps`\n\nA lamp is lit.\n"
    outcome = merge(old, old.replace("is lit", "burns"), "# Lambalar\n\nBir lamba yanar.\n", "tr")
    result = PageResult(
        target="lamps.md", source_old="x", source_new="x", status="merged", outcome=outcome
    )
    run = RunReport(
        language="tr",
        old=OLD,
        new=NEW,
        pages=(result,),
        held_assets=(),
        quote=Quote(0),
        speaks="en",
    )
    said = "the page lacks this label of its English"
    assert f"- {said} " in body_of(run)
    assert f"lamps.md: {said}: :label:`sec_lamps`" in run.table()
    assert ":label:" not in outcome.text
