"""A memory of another tool is replayed as a recording."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from translate.storage.tmx import tmxfile

from amts_bot.cli import main
from amts_bot.commands.arguments import recording
from amts_bot.engines.recordings import recorded
from amts_bot.engines.table import read_recording
from amts_bot.errors import UsageError
from amts_bot.text.pairs.formats import PairTable, Segment, render

LAMP = Segment(source="The lamp burns `oil`.", target="Lamba `oil` yakar.")
DUSK = Segment(source="It is lit at dusk.", target="Alacakaranlıkta yakılır.")
TMX = render(PairTable("en", "tr", (LAMP, DUSK)), "tmx").encode()


def test_a_memory_that_the_bot_wrote_is_read_again() -> None:
    assert read_recording(recorded("tmx", [io.BytesIO(TMX)], "tr")) == {
        LAMP.source: LAMP.target,
        DUSK.source: DUSK.target,
    }


def test_the_translate_toolkit_reads_it_and_what_it_writes_is_read() -> None:
    store: Any = tmxfile.parsestring(TMX)  # type: ignore[no-untyped-call]
    assert [(unit.source, unit.target) for unit in store.units] == [
        (LAMP.source, LAMP.target),
        (DUSK.source, DUSK.target),
    ]
    assert recorded("tmx", [io.BytesIO(bytes(store))], "tr") == recorded(
        "tmx", [io.BytesIO(TMX)], "tr"
    )


def test_a_page_takes_what_a_memory_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("memory.tmx").write_bytes(TMX)
    Path("old.md").write_text("# Lamp\n", encoding="utf-8")
    Path("new.md").write_text(f"# Lamp\n\n{LAMP.source} It is red.\n", encoding="utf-8")
    Path("page.md").write_text("# Lamba\n", encoding="utf-8")
    pages = ["--source-old", "old.md", "--source-new", "new.md", "--target", "page.md"]
    words = ["merge", *pages, "--language", "tr", "--engine", "recorded:memory.tmx"]
    assert main([*words, "--output", "out.md"]) == 0
    assert Path("out.md").read_text(encoding="utf-8") == (f"# Lamba\n\n{LAMP.target} It is red.\n")
    with pytest.raises(UsageError, match="^memory.tmx: which of its languages?"):
        recording("recorded:memory.tmx", "")
