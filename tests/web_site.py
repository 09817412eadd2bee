"""A small web site in English and Spanish on loopback, with what crawlers fall into."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ENGLISH = {
    "gardens": "A garden on a roof keeps the rooms below it cool. Its soil is {n} centimetres deep, and it drinks rain "
    "that would else fill the drains. Gardeners water it at dawn, when little is lost to the sun.",
    "bread": "Bread rises because yeast eats sugar and breathes out gas. A dough of {n} grams needs two hours in a "
    "warm kitchen, or a night in a cold one. Bakers cut the crust so that it opens where they want.",
    "bridges": "A bridge moves all day, a little, with the sun and the traffic. Engineers leave a gap of {n} "
    "millimetres at each end, and cover it with a comb of steel. Without it the deck would lift itself.",
}
_SPANISH = {
    "gardens": "Un jardín en el tejado mantiene frescas las habitaciones de abajo. Su tierra tiene {n} centímetros de "
    "hondo y bebe la lluvia que llenaría los desagües. Los jardineros lo riegan al alba, cuando el sol quita poco.",
    "bread": "El pan sube porque la levadura come azúcar y respira gas. Una masa de {n} gramos necesita dos horas en "
    "una cocina cálida, o una noche en una fría. Los panaderos cortan la corteza para que se abra donde quieren.",
    "bridges": "Un puente se mueve todo el día, un poco, con el sol y el tráfico. Los ingenieros dejan un hueco de {n} "
    "milímetros en cada extremo y lo cubren con un peine de acero. Sin él, el tablero se levantaría solo.",
}
TEXTS = {"en": _ENGLISH, "es": _SPANISH}
_TITLES = {
    "en": {"gardens": "Roof gardens", "bread": "How bread rises", "bridges": "Why bridges move"},
    "es": {
        "gardens": "Jardines en el tejado",
        "bread": "Cómo sube el pan",
        "bridges": "Por qué se mueven los puentes",
    },
}


def html(language: str, topic: str, head: str = "", extra: str = "") -> str:
    """An article of two paragraphs, with a menu around it that is none of it."""
    text = TEXTS[language][topic]
    return (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{_TITLES[language][topic]}</title>{head}</head>'
        f'<body><nav><a href="/{language}/">Menu</a></nav><main><article><h1><a name="top"></a>'
        f"{_TITLES[language][topic]}</h1><p>{text.format(n=12)}</p><p>{text.format(n=340)}</p></article></main>"
        f"{extra}</body></html>"
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answers: text of a page, or anything else."""

    body: str | bytes = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class WebSiteOnLoopback:
    """`answers` by path, and what was `asked` for; a path of `busy` answers 429 the first time."""

    answers: dict[str, Answer]
    port: int = 0
    busy: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> Answer:
        """What is sent for a path this time."""
        self.asked.append(path)
        if path in self.busy:
            self.busy.remove(path)
            return Answer("later", 429, (("Retry-After", "1"),))
        return self.answers.get(path, Answer("not here", 404))

    def often(self) -> dict[str, int]:
        """What was asked for more than once."""
        return {path: count for path, count in Counter(self.asked).items() if count > 1}


@contextmanager
def serve(answers: dict[str, Answer]) -> Iterator[WebSiteOnLoopback]:
    """Serves a site while the block runs."""
    site = WebSiteOnLoopback(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.agents.add(self.headers["User-Agent"])
            answer = site.answer(self.path)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            headers = {"Content-Type": "text/html", "Content-Length": str(len(body))}
            for name, value in {**headers, **dict(answer.headers)}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
