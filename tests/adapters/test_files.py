"""Files are written whole or not at all, but for what is no file."""

from __future__ import annotations

import os
from pathlib import Path

from amts_bot.adapters import files


def test_a_pipe_or_device_is_written_into_and_stays_what_it_is(tmp_path: Path) -> None:
    """Root may replace /dev/null by a file, and then nothing on the machine works."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.write_stretches(pipe, ["The tide ", "comes in.\n"])
        assert os.read(reader, 100) == b"The tide comes in.\n"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [*tmp_path.iterdir()] == [pipe]
