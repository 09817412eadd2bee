"""Progress as people see it on a terminal, and where there is none."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from amts_bot.adapters.terminal import TerminalProgress, columns_of, has_colours
from tests.conftest import Hands


class Screen(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        return True

    def shown(self) -> Iterator[str]:
        """Each state of the line that rewrites itself."""
        return (line for line in self.getvalue().split("\r\033[K") if line)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("COLUMNS", "40")
    return Screen()


def test_a_long_work_says_how_long_the_rest_takes(screen: Screen) -> None:
    hands = Hands()
    progress = TerminalProgress(screen, clock=hands.monotonic)
    for number in range(1, 7):
        progress.step(f"page {number}", number, 6)
        hands.sleep(2)
    assert [*screen.shown()] == [
        "[1/6] page 1",
        "[2/6] page 2",
        "[3/6, 6 s left] page 3",
        "[4/6, 4 s left] page 4",
        "[5/6, 2 s left] page 5",
    ]


def test_the_time_left_is_that_of_the_work_at_hand(screen: Screen) -> None:
    hands = Hands()
    progress = TerminalProgress(screen, clock=hands.monotonic)
    for total in (1000, 2000):
        for number in (1, 2):
            progress.step("page", number, total)
            hands.sleep(10)
    assert [*screen.shown()] == [
        "[1/1000] page",
        "[2/1000, 166 min left] page",
        "[1/2000] page",
        "[2/2000, 333 min left] page",
    ]


def test_the_line_never_breaks_whatever_its_letters(screen: Screen) -> None:
    TerminalProgress(screen).step("灯" * 40, 1, 2)
    assert [*screen.shown()] == ["[1/2] " + "灯" * 16]


def test_in_a_pipe_there_are_plain_lines_alone() -> None:
    pipe = io.StringIO()
    progress = TerminalProgress(pipe)
    progress.step("page", 1, 2)
    progress.say("one page")
    assert (pipe.getvalue(), columns_of(pipe)) == ("one page\n", 0)


def test_quiet_is_quiet(screen: Screen) -> None:
    progress = TerminalProgress(screen, quiet=True)
    progress.step("page", 1, 2)
    progress.say("one page")
    assert screen.getvalue() == ""


def test_what_is_said_is_folded(screen: Screen) -> None:
    TerminalProgress(screen, fold=str.upper).say("one page")
    assert screen.getvalue() == "ONE PAGE\n"


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),  # set and empty is not set: no-color.org
        ({"FORCE_COLOR": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colours_are_there_where_people_want_them(
    environment: dict[str, str], terminal: bool, pipe: bool
) -> None:
    assert has_colours(Screen(), environment) == terminal
    assert has_colours(io.StringIO(), environment) == pipe
