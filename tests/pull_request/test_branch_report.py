"""What is to be reviewed where nothing is published: the text that a run leaves beside the repository."""

from __future__ import annotations

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.pull_request.branch import branch_report
from tests.conftest import MakeBook, Silence

LAMP = "# Lamp\n\nThe lamp burns oil.\n\nA keeper trims the wick.\n"
LAMBA = "# Lamba\n\nLamba gaz yağı yakar.\n\nBir bekçi fitili kırpar.\n"


def test_a_second_run_without_news_still_tells_what_the_branch_holds(make_book: MakeBook) -> None:
    """It has no `--base` any more, and the default branch no lock yet: the branch knows with which English it began."""
    book = make_book({"lamp.md": LAMP}, {"lamp.md": LAMBA})
    book.publish({"lamp.md": LAMP.replace("oil", "wood"), "fog.md": "# Fog\n"})
    book.sync(base="v1", engine="none")
    again = book.sync(engine="none")
    assert (again.report.pages, again.commit) == ((), "")
    whole = branch_report(
        Order("tr", engine="none"), open_repository(book.root), again.report, Silence()
    )
    assert [(page.target, page.status) for page in whole.pages] == [
        ("fog.md", "added"),
        ("lamp.md", "merged"),
    ]
    assert whole.old == book.english_git("rev-parse", "v1")
