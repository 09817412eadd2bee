"""The layout that was likely meant."""

from __future__ import annotations

import pytest

from amts_bot.book.layout import Layout
from amts_bot.book.likely_layout import likely_layout

PAGES = ["docs/en/guide/start.md", "docs/en/guide/more.md", "docs/en/index.md"]


@pytest.mark.parametrize(
    "meant",
    [
        Layout("docs/zh-cn/{path}", "docs/en", "zh-CN"),
        Layout("i18n/zh-CN/current/{path}", "docs/en", "zh-CN"),
        Layout("{stem}.zh_CN{suffix}", "", "zh-CN"),
        Layout("{folder}/zh/{name}", "", "zh-CN"),
        Layout("zh-CN/{path}", "", "zh-CN"),
    ],
)
def test_the_layout_is_known_by_where_the_translations_stand(meant: Layout) -> None:
    files = ["README.md", *map(meant.target, PAGES[:2])]
    wrong = Layout("chinese/{path}", "", "zh-CN")
    assert likely_layout(PAGES, files, wrong) == meant


def test_where_no_translation_stands_none_is_known() -> None:
    assert likely_layout(PAGES, ["README.md", "a.md"], Layout("tr/{path}", "", "tr")) is None
