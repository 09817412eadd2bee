"""A headless Chromium to look at pages with, by its DevTools protocol over two pipes: no driver, no network."""

from __future__ import annotations

import itertools
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE = 30.0  # seconds
_LOUD = ("Runtime.exceptionThrown", "Log.entryAdded")


# The protocol is spoken on descriptors 3 and 4, whatever the pipes' own are.
_START = """
import os, sys
into, out = map(int, os.environ["AMTS_PIPES"].split())
for have, wanted in ((into, 103), (out, 104), (103, 3), (104, 4)):
    os.dup2(have, wanted)
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass
class Tab:
    """A page in the browser. `errors` are exceptions, and what the console says of errors and refusals."""

    send: IO[bytes]
    receive: IO[bytes]
    session: str = ""
    errors: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    loaded: bool = False
    heard: bytes = b""

    def call(self, method: str, **parameters: Any) -> Any:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.send.write(json.dumps(message).encode() + b"\0")
        self.send.flush()
        while (said := self._next()).get("id") != number:
            self._hear(said)
        assert "error" not in said, f"{method}: {said['error']}"
        return said["result"]

    def open(self, page: Path) -> None:
        """Loads a file and waits until all of it is there."""
        self.loaded = False
        self.call("Page.navigate", url=page.as_uri())
        while not self.loaded:
            self._hear(self._next())

    def js(self, expression: str) -> Any:
        """What an expression of the page's own world gives."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, *keys: str) -> None:
        """Presses keys, as a person does."""
        for key in keys:
            text = {"text": key} if len(key) == 1 else {}
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def _next(self) -> dict[str, Any]:
        """The next message of the browser: one that dies or says nothing for long is a failure."""
        while b"\0" not in self.heard:
            ready, _, _ = select.select([self.receive], [], [], _PATIENCE)
            more = os.read(self.receive.fileno(), 1 << 20) if ready else b""
            assert more, "the browser is gone, or says nothing any more"
            self.heard += more
        said, _, self.heard = self.heard.partition(b"\0")
        message: dict[str, Any] = json.loads(said)
        return message

    def _hear(self, said: dict[str, Any]) -> None:
        self.loaded |= said.get("method") == "Page.loadEventFired"
        if said.get("method") in _LOUD:
            self.errors.append(json.dumps(said["params"]))


@contextmanager
def browsing(folder: Path) -> Iterator[Tab]:
    """A browser with one empty tab; skips the test where no browser is installed."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("needs Chromium, to look at pages with")
    (for_it, send), (receive, from_it) = os.pipe(), os.pipe()
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
    process = subprocess.Popen(
        [sys.executable, "-c", _START, program, *options, f"--user-data-dir={folder}"],
        pass_fds=(for_it, from_it),
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AMTS_PIPES": f"{for_it} {from_it}"},
    )
    os.close(for_it)
    os.close(from_it)
    with os.fdopen(send, "wb") as out, os.fdopen(receive, "rb") as into:
        tab = Tab(out, into)
        target = tab.call("Target.createTarget", url="about:blank")["targetId"]
        tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            tab.call(f"{domain}.enable")
        try:
            yield tab
        finally:
            process.terminate()
            process.wait(timeout=20)
