"""What servers answered, kept on disk: a run that was killed asks for nothing twice.

A storage for Scrapy's HTTP cache. Scrapy's own writes an answer as six files, and one that was cut off between them
stops the next run; here an answer is one file that is there whole or not at all.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings


class AnswersOnDisk:
    """The answers in the folder `HTTPCACHE_DIR`, by address."""

    def __init__(self, settings: BaseSettings) -> None:
        self._folder = Path(settings["HTTPCACHE_DIR"])

    def open_spider(self, spider: Spider) -> None:
        """Makes the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def close_spider(self, spider: Spider) -> None:
        """Nothing is open."""

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """What an address answered before, or None."""
        try:
            kept: dict[str, Any] = json.loads(self._file(request).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        headers = Headers(kept["headers"])
        body = b64decode(kept["body"])
        kind = responsetypes.from_args(headers=headers, url=kept["url"], body=body)
        return kind(url=kept["url"], headers=headers, status=kept["status"], body=body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keeps an answer: a temporary file that then takes its name."""
        kept = {
            "url": response.url,
            "status": response.status,
            "headers": {
                name.decode("latin-1"): [value.decode("latin-1") for value in values]
                for name, values in response.headers.items()
            },
            "body": b64encode(response.body).decode("ascii"),
        }
        file = self._file(request)
        waiting = file.with_suffix(".part")
        waiting.write_text(json.dumps(kept), encoding="utf-8")
        waiting.replace(file)

    def _file(self, request: Request) -> Path:
        return self._folder / f"{sha256(request.url.encode()).hexdigest()}.json"
