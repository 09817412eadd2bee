"""What is written where no file stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from amts_bot.adapters.files import write


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_device_or_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, "A lamp.\n")
        assert (os.read(reader, 100), pipe.is_fifo()) == (b"A lamp.\n", True)
        assert [*tmp_path.iterdir()] == [pipe]
    finally:
        os.close(reader)
