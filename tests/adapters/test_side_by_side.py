"""Work in several processes: the same results, errors included, whatever becomes of the processes."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_bot.adapters.git import GitRepository, open_repository
from amts_bot.adapters.side_by_side import SideBySide, _Places, processors
from amts_bot.errors import AmtsError
from tests.conftest import MakeBook, Silence

HERE = os.getpid()


class Shelf:
    """What a place has: it cannot be pickled, and remembers what was asked of it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked: list[str] = []

    def times(self, name: str) -> int:
        self.asked.append(name)
        return self.asked.count(name)

    def where(self, _name: str) -> int:
        return os.getpid()


def doubled(broken: frozenset[int], number: int) -> int:
    if number in broken:
        raise AmtsError(f"page {number} is broken")
    return 2 * number


def killed_elsewhere(number: int) -> int:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def unsendable_elsewhere(number: int) -> object:
    return number if os.getpid() == HERE else (lambda: number)


@contextmanager
def crew(count: int, names: Sequence[str], *shared: object) -> Iterator[SideBySide]:
    with SideBySide(count, Silence(), least=1) as made:
        made.gather(dict.fromkeys(names, 9), *shared)
        yield made


def outcome(run: Callable[[], list[int]]) -> list[int] | str:
    try:
        return run()
    except AmtsError as error:
        return str(error)


@settings(max_examples=15)
@given(
    st.integers(1, 3), st.lists(st.integers(0, 20), max_size=20), st.frozensets(st.integers(0, 20))
)
def test_any_number_of_processes_finds_what_one_finds_and_fails_where_one_fails(
    count: int, values: list[int], broken: frozenset[int]
) -> None:
    function, names = partial(doubled, broken), [f"{value}.md" for value in values]
    with crew(count, names) as many:
        found = outcome(lambda: list(many.each(function, values, names)))
        dealt = outcome(lambda: list(many.deal(function, values, names)))
    assert found == dealt == outcome(lambda: list(map(function, values)))


def test_a_thing_is_always_in_the_same_place_with_what_that_place_has() -> None:
    shelf, names = Shelf(), ["a.md", "b.md", "c.md", "d.md", "e.md"]
    with crew(3, names, shelf) as three:
        *places, _, _, _, _, _ = three.each(shelf.where, names * 2, names * 2)
        assert len({*places}) == 3
        assert list(three.each(shelf.where, names, names)) == places
        assert list(three.each(shelf.times, names, names)) == [1] * 5
        assert list(three.each(shelf.times, names[::-1], names[::-1])) == [2] * 5
        late = ["late.md"] * 3
        assert len({*three.each(shelf.where, late, late)}) == 1
    assert sorted(shelf.asked) == sorted(
        [n for n, at in zip(names, places, strict=True) if at == HERE] * 2
    )


def last_of_six(begun: tuple[int, int], done: tuple[int, int], number: int) -> int:
    """Number 0 begins before the others, and ends after them."""
    if number == 0:
        os.write(begun[1], b"12345")
        for _ in range(5):
            os.read(done[0], 1)
    else:
        os.read(begun[0], 1)
        os.write(done[1], b".")
    return os.getpid()


def test_who_is_done_goes_on_with_what_another_one_has_not_begun_and_keeps_it() -> None:
    shelf, numbers, names = Shelf(), range(6), [*"abcdef"]
    begun, done = os.pipe(), os.pipe()
    function = partial(last_of_six, begun, done)
    with crew(2, names, shelf) as two:
        dealt = list(two.deal(function, numbers, names))
        assert dealt[0] not in dealt[1:]
        first = list(two.each(function, numbers, names))
        assert first[0] not in first[1:]
        assert list(two.each(shelf.where, names, names)) == first
    for end in (*begun, *done):
        os.close(end)


def test_a_worker_that_is_killed_loses_no_page_and_is_not_asked_again() -> None:
    values = [*range(9), *range(9)]  # twice, so that everybody has some
    names = [str(value) for value in values]
    told = Silence()
    with SideBySide(2, told, least=1) as two:
        two.gather(dict.fromkeys(names, 1))
        assert list(two.each(killed_elsewhere, values, names)) == [2 * value for value in values]
        shelf = Shelf()
        assert {*two.each(shelf.where, names, names)} == {HERE}
    assert [words.partition(",")[0] for words in told.said] == ["a worker process was killed"]


class Reader:
    """A place that reads from a git repository."""

    def __init__(self, repository: GitRepository) -> None:
        self.repository = repository

    def length(self, blob: str) -> int:
        return sum(len(self.repository.read([blob])[blob]) for _ in range(20))


def test_every_process_asks_a_git_of_its_own(make_book: MakeBook) -> None:
    texts = {f"{number}.md": f"{number}\n" * 9**number for number in range(5)}
    repository = open_repository(make_book(texts, texts).root)
    tree = repository.tree(repository.head())
    blobs, reader = [tree[name].blob for name in texts], Reader(repository)
    repository.read(blobs)  # a git is running
    with crew(3, blobs, reader) as three:
        lengths = list(three.each(reader.length, blobs * 2, blobs * 2))
    assert lengths == [20 * len(text) for text in texts.values()] * 2
    assert [*map(reader.length, blobs * 2)] == lengths


def test_what_cannot_be_sent_back_is_made_here() -> None:
    values = [1, 2, 3, 4]
    with crew(2, "1234") as two:
        assert list(two.each(unsendable_elsewhere, values, "1234")) == values


def test_little_work_is_done_in_this_process() -> None:
    shelf = Shelf()
    with SideBySide(4, Silence(), least=100) as four:
        four.gather({"a.md": 99, "b.md": 100})
        assert {*four.each(shelf.where, ["a.md", "b.md"], ["a.md", "b.md"])} == {HERE}


def test_beside_a_thread_no_process_is_forked() -> None:
    shelf, rest = Shelf(), threading.Event()
    thread = threading.Thread(target=rest.wait)
    thread.start()
    try:
        with crew(2, "ab") as two:
            assert {*two.each(shelf.where, "ab", "ab")} == {HERE}
    finally:
        rest.set()
        thread.join()


def test_where_no_process_can_be_had_all_is_done_in_this_one() -> None:
    shelf = Shelf()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unused = os.dup(0)
    os.close(unused)
    resource.setrlimit(resource.RLIMIT_NOFILE, (unused, hard))
    try:
        with crew(2, "ab") as two:
            assert {*two.each(shelf.where, "ab", "ab")} == {HERE}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


MASTER = """\
import os, sys, time
from amts_bot.adapters.side_by_side import SideBySide
from amts_bot.adapters.terminal import TerminalProgress

MASTER = os.getpid()

def slowly(number):
    if os.getpid() != MASTER:
        os.write(int(sys.argv[1]), f"{os.getpid()}\\n".encode())
    time.sleep(0.05)

with SideBySide(2, TerminalProgress(sys.stderr), least=1) as two:
    names = [str(number) for number in range(999)]
    two.gather(dict.fromkeys(names, 1))
    list(two.each(slowly, names, names))
"""


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return state.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_with_its_master(how: signal.Signals) -> None:
    told, tell = os.pipe()
    master = subprocess.Popen(
        [sys.executable, "-c", MASTER, str(tell)],
        pass_fds=[tell],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(tell)
    with os.fdopen(told, encoding="utf-8") as file:
        worker = int(file.readline())
    assert _lives(worker)
    # Ctrl-C goes to all processes of a terminal, other signals to one.
    (os.killpg if how == signal.SIGINT else os.kill)(master.pid, how)
    _, errors = master.communicate(timeout=10)
    assert master.returncode == -how
    assert errors.count(b"Traceback") == (how == signal.SIGINT)
    for _ in range(100):
        if not _lives(worker):
            return
        threading.Event().wait(0.02)
    pytest.fail(f"worker {worker} outlived its master")


def test_the_largest_things_go_where_there_is_least_to_do() -> None:
    places = _Places({"a": 7, "b": 5, "c": 4, "d": 3}, 2)
    assert [places.of(name) for name in "abcd"] == [0, 1, 1, 0]


def test_there_is_at_least_one_processor() -> None:
    assert 1 <= processors() <= 4
