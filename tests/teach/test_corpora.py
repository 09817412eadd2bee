"""Pairs that were made elsewhere go the way of the book's own, whatever kind of file they stand in."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from translate.storage import tmx

from amts_bot.adapters.corpora import open_corpus
from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.teach.parallel_data import BuildOrder, read_corpus
from amts_bot.text.pairs.corpora import Corpus, FoundPair, take
from amts_bot.text.pairs.formats import PageOrigin, PairTable, Segment, render

ROWS = [
    ("The keeper lights the lamp.", "El farero enciende la lámpara."),
    ("Nobody hears the horn & the bell.", "Nadie oye la bocina y la campana."),
    ('It is said that "fog" has no smell.', "Se dice que la «niebla» no huele."),
]
BITEXTOR = "src_url\ttrg_url\tsrc_text\ttrg_text\tbicleaner_ai_score\n" + "".join(
    f"https://a.org/en\thttps://a.org/es\t{one}\t{two}\t0.9\n" for one, two in ROWS
)
TABLE = PairTable(
    "en", "es", tuple(Segment(source=one, target=two, page="p.md") for one, two in ROWS)
)


def corpus(path: Path, most: int = 1000, language: str = "es") -> Corpus:
    with open_corpus(path, "en", language) as opened:
        order = BuildOrder(language)
        return read_corpus(path.name, opened.kind, opened.streams, order, most)


def texts(found: Corpus) -> list[tuple[str, str]]:
    return [(it.segment.source, it.segment.target) for it in found.pairs]


def lines(side: int) -> bytes:
    return "".join(f"{row[side]}\n" for row in ROWS).encode()


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README", "see the LICENSE")
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def of_another_tool() -> bytes:
    """A TMX of translate-toolkit, with markup of its own and a third language."""
    file = tmx.tmxfile()
    for one, two in ROWS:
        file.addtranslation(one, "EN", two, "es-ES")
    text = bytes(file).decode()
    first = ROWS[0][0]
    marked = first.replace("keeper", '<hi>keeper</hi> <bpt i="1">{b}</bpt>').replace(
        "the lamp", "the\n lamp"
    )
    unit = (
        '<tu><tuv xml:lang="en"><seg>Fog</seg></tuv><tuv xml:lang="fr"><seg>Brume</seg></tuv></tu>'
    )
    assert first in text
    return text.replace(first, marked).replace("</body>", f"{unit}</body>").encode()


FILES: dict[str, bytes] = {
    "pairs.csv": render(TABLE, "csv").encode(),
    "pairs.tsv": render(TABLE, "tsv").encode(),
    "pairs.tmx": render(TABLE, "tmx").encode(),
    "pairs.jsonl": render(TABLE, "jsonl").encode(),
    "turned.jsonl": render(
        PairTable("es", "en", tuple(Segment(source=two, target=one) for one, two in ROWS)), "jsonl"
    ).encode(),
    "hub.jsonl.gz": gzip.compress(
        "".join(
            json.dumps({"translation": {"es": two, "en": one}}) + "\n\n" for one, two in ROWS
        ).encode()
    ),
    "plain.txt.xz": lzma.compress("".join(f"{one}\t{two}\n" for one, two in ROWS).encode()),
    "turned.csv": ("es,en\n" + "".join(f"{two},{quoted(one)}\n" for one, two in ROWS)).encode(),
    "sent.tsv.gz": gzip.compress(BITEXTOR.encode()),
    "es-en.sent.gz": gzip.compress(BITEXTOR.split("\n", 1)[1].encode()),
    "tool.tmx.gz": gzip.compress(of_another_tool()),
    "opus.txt.zip": zipped(Tales__en_es__en=lines(0), Tales__en_es__es=lines(1)),
    "opus.tmx.zip": zipped(Tales__tmx=render(TABLE, "tmx").encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_pairs(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    found = corpus(tmp_path / name)
    assert texts(found) == ROWS
    assert (found.read, found.repeated) == (3, 0)


def test_two_files_of_moses_are_named_by_what_they_share(tmp_path: Path) -> None:
    (tmp_path / "Tales.en").write_bytes(b"\xef\xbb\xbf" + lines(0).replace(b"\n", b"\r\n"))
    (tmp_path / "Tales.es.gz").write_bytes(gzip.compress(lines(1)))
    assert texts(corpus(tmp_path / "Tales")) == ROWS
    assert texts(corpus(tmp_path / "Tales", language="es-mx")) == ROWS


def test_addresses_and_licences_come_along(tmp_path: Path) -> None:
    origin = PageOrigin("https://a.org/en", "https://a.org/es", "cc-by")
    table = PairTable("en", "es", TABLE.segments, {"p.md": origin})
    for name in ("tmx", "jsonl"):
        (tmp_path / f"pairs.{name}").write_text(render(table, name), encoding="utf-8")
        assert {it.origin for it in corpus(tmp_path / f"pairs.{name}").pairs} == {origin}
    of_bitextor = {
        "named.tsv": BITEXTOR,
        "en-es.raw": BITEXTOR.split("\n", 1)[1],
        "en-es.tmx": "<tmx><body><tu>" + "".join(
            f'<tuv xml:lang="{code}"><prop type="source-document">https://a.org/{code}</prop><seg>A</seg></tuv>'
            for code in ("en", "es")
        ) + "</tu></body></tmx>",
    }  # fmt: skip
    for name, text in of_bitextor.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert {it.origin for it in corpus(tmp_path / name).pairs} == {
            PageOrigin("https://a.org/en", "https://a.org/es", "")
        }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.tmx", b"<tmx><body><tu>", "x.tmx: not XML: no element found: line 1"),
        ("x.jsonl", b'{"source": "A", "target": 1}', "x.jsonl: line 1: expected source and target"),
        ("x.jsonl", b'\n{"source_language": "de"}', "x.jsonl: line 2: expected source and target in"),
        ("x.tsv", b"A\tB\nC", "x.tsv: line 2: 1 fields, expected 2"),
        ("x.csv", b'"A","B"\n"C', "x.csv: line 2: unexpected end of data"),
        ("x.tsv", b"A\tB\n\xff\tC", "x.tsv: line 2: not UTF-8 at byte 0 of it"),
        ("x.doc", b"", "pairs are read from tmx, jsonl"),
        ("x.tmx.gz", b"<tmx/>", "x.tmx.gz: Not a gzipped file"),
        ("x.tmx.gz", gzip.compress(render(TABLE, "tmx").encode())[:-20], "Compressed file ended"),
        ("x.tmx.xz", b"<tmx/>", "x.tmx.xz: Input format not supported"),
        ("x.zip", b"PK", "x.zip: File is not a zip file"),
        ("x.zip", zipped(), r"neither a .tmx in it, nor files that end in .en and .es"),
        ("x.zip", zipped(a__en=b"A\nB\n", a__es=b"A\n"), "line 2: one of the two files ends before it"),
        ("other", b"", "x: no such file, and no two files x.en and x.es"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_the_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message):
        corpus(tmp_path / name.replace("other", "x"))


def many(count: int) -> Iterator[FoundPair]:
    for number in range(count):
        text = f"{number} ships left the harbour {number * 7} days ago, and none of them came back."
        yield FoundPair(Segment(source=text, target=text.upper()))


def test_of_too_many_pairs_the_same_few_are_taken_from_everywhere() -> None:
    found = take("big.tmx", many(20_000), 500)
    assert (len(found.pairs), found.read) == (500, 20_000)
    assert str(found) == "big.tmx: 20,000 pairs; 500 were taken by a hash of their text"
    places = [int(source.split()[0]) for source, _ in texts(found)]
    assert places == sorted(places)
    assert [
        sum(low <= it < low + 5000 for it in places) > 90 for low in range(0, 20_000, 5000)
    ] == [True] * 4
    assert take("other name", reversed(list(many(20_000))), 500).pairs == found.pairs[::-1]
    assert str(take("x", [*many(3), *many(2)], 9)) == "x: 5 pairs, 2 of them repeated"
    assert take("x", many(3), 0).pairs == ()


@pytest.mark.parametrize(
    "write",
    [
        lambda pairs: "<tmx><header/><body>" + "".join(
            f'<tu><tuv xml:lang="en"><seg>{it.segment.source}</seg></tuv><tuv xml:lang="es"><seg>'
            f"{it.segment.target}</seg></tuv></tu>" for it in pairs
        ) + "</body></tmx>",
        lambda pairs: "".join(f"{it.segment.source}\t{it.segment.target}\n" for it in pairs),
    ],
    ids=["tmx", "tsv"],
)  # fmt: skip
def test_a_corpus_is_never_in_memory_as_a_whole(
    tmp_path: Path, write: Callable[[Iterator[FoundPair]], str], request: pytest.FixtureRequest
) -> None:
    path = tmp_path / f"big.{request.node.callspec.id}"
    path.write_text(write(many(5_000)), encoding="utf-8")
    tracemalloc.start()
    try:
        assert corpus(path, most=100).read == 5_000
        assert tracemalloc.get_traced_memory()[1] < 300_000 < path.stat().st_size / 2
    finally:
        tracemalloc.stop()


def test_the_command_takes_files_alone_and_beside_two_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tales.txt").write_text("".join(f"{a}\t{b}\n" for a, b in ROWS), encoding="utf-8")
    output = tmp_path / "out.jsonl"
    command = ["parallel-data", "build", "--language", "es", "--quiet", "--format", "jsonl"]
    command += ["--from", str(tmp_path / "tales.txt"), "--output", str(output)]
    assert main(command) == 0
    assert [json.loads(line)["source"] for line in output.read_text().splitlines()] == [
        one for one, _ in ROWS
    ]
    assert f"{tmp_path / 'tales.txt'}: 3 pairs\n" in capsys.readouterr().out
    for folder, side in (("en", 0), ("es", 1)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "lamp.md").write_text(f"{ROWS[0][side]}\n", encoding="utf-8")
        (tmp_path / folder / "own.md").write_text(("Old wells.", "Pozos viejos.")[side] + "\n")
    both = [*command, str(tmp_path / "en"), str(tmp_path / "es"), "--hold-out", "lamp.md"]
    assert main([*both, "--cache", "none"]) == 0
    assert {json.loads(line)["source"] for line in output.read_text().splitlines()} == {
        "Old wells.",
        ROWS[1][0],
        ROWS[2][0],
    }
    assert "held out" in capsys.readouterr().out
    assert main([*command, "--without-licence", "unknown"]) == 1
    assert "3 pairs of files left out, licence" in capsys.readouterr().err
    assert main([*command[:2], *command[4:]]) == 2
    assert "--from needs --language" in capsys.readouterr().err


def test_a_folder_of_html_is_told_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("en", "es"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.html").write_text("<p>A", encoding="utf-8")
    folders = [str(tmp_path / "en"), str(tmp_path / "es")]
    assert main(["parallel-data", "build", *folders, "--language", "es"]) == 2
    assert "en: 1 page of HTML and no Markdown" in capsys.readouterr().err
