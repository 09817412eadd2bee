"""The status of a book as people see it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from amts_bot.text.merge.portions import Size
from amts_bot.text.status.report import StatusReport
from amts_bot.text.status.state import LanguageState, PageState

NEWEST, OLDER = "a" * 40, "b" * 40
PAGES = (
    PageState(target="index.md", source="index.md", standing="in step", drafts=2),
    PageState(
        target="lamps/<wick>.md",
        source="lamps/wick.md",
        standing="behind",
        behind=Size(3, 1234),
        since=1_700_000_000,
        commits=(OLDER, NEWEST),
        is_open=True,
    ),
    PageState(
        target="lamps/oil.md",
        source="lamps/oil.md",
        standing="held",
        behind=Size(1, 9),
        english=1,
        why="on hold: | ours",
    ),
    PageState(target="fog.md", source="fog.md", standing="untranslated"),
)
TURKISH = LanguageState(
    code="tr",
    old=OLDER,
    new=NEWEST,
    pages=PAGES,
    own=("biz.md",),
    evening=500,
    commit_at="https://example.org/en/commit/{}",
)
REPORT = StatusReport((TURKISH,))


def test_the_terminal_shows_chapters_pages_and_reasons() -> None:
    assert (
        REPORT.as_text()
        == """\
tr: 1 of 3 pages in step (33%); 1 behind; 1 held; 1 untranslated; 4 units and 1,243 words to review, about 2 evenings; \
2 drafts not reviewed; 1 sentence in English

chapter  in step  behind  words  drafts  English
(top)    1 of 1                       2
lamps    0 of 2        2  1,243                1

page                                units  words  since
lamps/<wick>.md  behind, in review      3  1,234  2023-11-14
lamps/oil.md     held                   1      9
held: lamps/oil.md: on hold: | ours
files of your own, without any English: biz.md
"""
    )


def test_an_issue_leads_to_the_english_commits() -> None:
    markdown = REPORT.markdown()
    newest, older = (f"https://example.org/en/commit/{it}" for it in (NEWEST, OLDER))
    assert (
        "| `lamps/<wick>.md` | behind, in review | 3 | 1,234 | 2023-11-14 | "
        f"[aaaaaaa]({newest}), [bbbbbbb]({older}) |"
    ) in markdown.splitlines()


def test_programs_get_a_row_without_what_there_is_none_of() -> None:
    rows = REPORT.as_json()["languages"]["tr"]
    assert rows["each_page"][1] == {
        "target": "lamps/<wick>.md",
        "source": "lamps/wick.md",
        "standing": "behind",
        "units": 3,
        "words": 1234,
        "since": "2023-11-14",
        "commits": [OLDER, NEWEST],
        "in_review": True,
    }
    assert rows["pages"] == {
        "in_step": 1,
        "behind": 1,
        "new": 0,
        "gone": 0,
        "held": 1,
        "untranslated": 1,
    }


def test_the_badge_is_a_picture_of_the_shares() -> None:
    picture = ET.fromstring(REPORT.badge())
    assert picture.get("aria-label") == "in step: tr 33%"
    assert [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")] == [
        "in step",
        "tr 33%",
    ]


class _Said(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_a_browser_shows_paths_as_text() -> None:
    reader = _Said()
    reader.feed(REPORT.html())
    assert "lamps/<wick>.md" in reader.said


def test_a_share_never_reads_as_all_while_a_page_is_behind() -> None:
    many = (PAGES[0],) * 999 + (PAGES[1],)
    state = LanguageState(code="tr", old=OLDER, new=NEWEST, pages=many)
    assert "(99%)" in StatusReport((state,)).as_text().splitlines()[0]


def test_a_book_without_a_translation_is_at_nothing() -> None:
    state = LanguageState(code="tr", old=OLDER, new=NEWEST, pages=())
    assert StatusReport((state,)).as_text() == "tr: 0 of 0 pages in step (0%)\n"
