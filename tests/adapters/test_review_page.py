"""The review page in a real browser: what it shows, how fast, by mouse and keyboard, and what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amts_bot.adapters.review_page import review_page
from amts_bot.sync.one_page import merge
from amts_bot.text.merge.entries import Outcome
from amts_bot.text.pull_request.page import page_data
from amts_bot.text.pull_request.report import RunReport
from amts_bot.text.pull_request.results import PageResult, Quote
from amts_bot.text.pull_request.review import review
from tests.browser import Tab, browsing

OLD = (
    "# The mill\n\nThe wheel turns. It is old. The pond is deep.\n\nWater falls on `it`.\n\n"
    "```python\nturn(1)\n```\n"
)
NEW = (
    OLD.replace("It is old.", "Nobody knows who built it.")
    .replace("Water falls", "Rain <b>falls</b>")
    .replace("turn(1)", "turn(2)")
)
TARGET = (
    "# Değirmen\n\nÇark döner. Eskidir. Gölet derindir.\n\nSu `it` üzerine dökülür.\n\n"
    "```python\nturn(1)\n```\n"
)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("browser")) as found:
        yield found


def run_of(*pages: PageResult, language: str = "tr", queued: tuple[str, ...] = ()) -> RunReport:
    return RunReport(
        language=language,
        old="a" * 40,
        new="b" * 40,
        pages=pages,
        held_assets=(),
        quote=Quote(0),
        pages_at="https://hub.example/team/book/blob/amts/tr",
        queued=queued,
    )


def page_of(target: str, outcome: Outcome, old: str = OLD, before: str = TARGET) -> PageResult:
    return PageResult(
        target=target,
        source_old=target,
        source_new=target,
        status="merged",
        outcome=outcome,
        english_old=old,
        target_old=before,
    )


def opened(tab: Tab, report: RunReport, folder: Path) -> Tab:
    file = folder / "review.html"
    file.write_text("".join(review_page(page_data(review(report)))), encoding="utf-8")
    tab.errors.clear()
    tab.open(file)
    return tab


def texts(tab: Tab, selector: str) -> list[str]:
    found: list[str] = tab.js(
        f"[...document.querySelectorAll({selector!r})].map((it) => it.textContent)"
    )
    return found


def mill(language: str = "tr") -> RunReport:
    return run_of(page_of("mill.md", merge(OLD, NEW, TARGET, language)), language=language)


def test_the_page_shows_every_unit_with_its_differences_and_says_nothing_on_the_console(
    tab: Tab, tmp_path: Path
) -> None:
    opened(tab, mill(), tmp_path)
    assert texts(tab, "article > header > b") == ["translate", "translate"]
    assert texts(tab, "article .now mark") == ["Nobody knows who built it. "]
    assert texts(tab, "article .now i") == ["Çark döner. ", "Gölet derindir. "]
    assert texts(tab, ".bar button") == [
        "Everything 3",
        "To read 2",
        "To translate 2",
        "Small edits 1",
        "◐",
    ]
    assert tab.js("document.querySelector('article .end a').href") == (
        "https://hub.example/team/book/blob/amts/tr/mill.md?plain=1#L3"
    )
    assert tab.errors == []


def test_units_are_filtered_searched_and_read_by_keyboard_alone(tab: Tab, tmp_path: Path) -> None:
    opened(tab, mill(), tmp_path)
    tab.press("4")
    assert texts(tab, "article .text.code ins") == ["+turn(2)", "+turn(2)"]
    tab.press("2", "j", "x")
    assert texts(tab, "#top > p")[0] == "1 of 2 read"
    assert tab.js("document.querySelectorAll('article.read').length") == 1
    tab.open(tmp_path / "review.html")
    assert texts(tab, "#top > p")[0] == "1 of 2 read"
    tab.press("j", "x", "/")
    tab.call("Input.insertText", text="rain")
    tab.js("new Promise((done) => setTimeout(done, 200))")
    assert len(texts(tab, "article")) == 1
    tab.press("Escape")
    assert len(texts(tab, "article")) == 2
    assert tab.errors == []


def test_a_command_is_copied_by_its_button(tab: Tab, tmp_path: Path) -> None:
    opened(tab, mill(), tmp_path)
    [hold] = texts(tab, "h2 .commands button")
    assert hold == "/amts hold mill.md"
    tab.js("document.querySelector('h2 .commands button').click()")
    tab.js("new Promise((done) => setTimeout(done, 100))")
    assert texts(tab, "#said") == ["Copied: /amts hold mill.md"]
    assert tab.errors == []


def test_three_thousand_units_are_there_within_two_seconds(tab: Tab, tmp_path: Path) -> None:
    outcome = merge(OLD, NEW, TARGET, "tr")
    opened(tab, run_of(*(page_of(f"p{number}.md", outcome) for number in range(1000))), tmp_path)
    assert texts(tab, ".bar button")[0] == "Everything 3,000"
    assert int(tab.js("document.documentElement.dataset.ready")) < 2000
    assert len(texts(tab, "article")) < 200
    tab.press(*"j" * 70)
    assert len(texts(tab, "article")) > 100
    assert tab.errors == []


def test_a_text_of_a_book_is_text(tab: Tab, tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script><!-- <script> \u2028${x} $style <img src=x>"
    new = OLD.replace("It is old.", f"It is {hostile} new.")
    opened(tab, run_of(page_of(f"{hostile}.md", merge(OLD, new, TARGET, "tr"))), tmp_path)
    assert tab.js("document.scripts.length") == 2
    assert tab.js("document.querySelectorAll('article img').length") == 0
    assert f"{hostile}.md" in texts(tab, "h2 a")
    assert tab.errors == []


@pytest.mark.parametrize(
    ("language", "way", "lang"), [("ar", "rtl", "ar"), ("zh", "auto", "zh"), ("tr", "auto", "tr")]
)
def test_a_translation_runs_its_own_way_and_english_from_the_left(
    tab: Tab, tmp_path: Path, language: str, way: str, lang: str
) -> None:
    opened(tab, mill(language), tmp_path)
    now = "document.querySelector('article .now')"
    assert (tab.js(f"{now}.dir"), tab.js(f"{now}.lang")) == (way, lang)
    assert tab.js("document.querySelector('article .text[lang=en]').dir") == "ltr"


def test_a_run_without_anything_to_read_says_so(tab: Tab, tmp_path: Path) -> None:
    opened(tab, run_of(queued=("later.md",)), tmp_path)
    assert texts(tab, "#units p") == ["Nothing to read"]
    assert "later.md" in texts(tab, "#pages div")
    assert tab.errors == []


def test_light_and_dark_are_those_of_the_machine_until_somebody_chooses(
    tab: Tab, tmp_path: Path
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    for scheme, colour, other in (
        ("light", "rgb(255, 255, 255)", "rgb(13, 17, 23)"),
        ("dark", "rgb(13, 17, 23)", "rgb(255, 255, 255)"),
    ):
        tab.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        opened(tab, mill(), tmp_path)
        assert tab.js(ground) == colour
        tab.js("[...document.querySelectorAll('.bar button')].at(-1).click()")
        assert tab.js(ground) == other
