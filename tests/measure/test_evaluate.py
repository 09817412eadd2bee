"""Methods are scored on pages that people translated, and never on what they learnt."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from amts_bot.adapters.amazon.translate import connect
from amts_bot.adapters.git import open_repository
from amts_bot.adapters.processes import Processes
from amts_bot.cli import main
from amts_bot.errors import AmtsError, UsageError
from amts_bot.measure.evaluate import (
    Evaluation,
    Resources,
    chosen,
    directions,
    evaluate,
    of_folders,
    of_repository,
)
from amts_bot.measure.methods import Taught
from amts_bot.model import Pending
from amts_bot.text.measure.evaluation_report import ALL, EvaluationReport, ResultRow
from tests.aws.cloud import BUCKET, Cloud
from tests.aws.service import ROLE
from tests.aws.wire import Fault
from tests.conftest import (
    CONFIG,
    Book,
    Hands,
    MakeBook,
    Silence,
)

THINGS = ["oar", "rope", "sail", "net", "lamp", "buoy", "anchor", "mast", "keel", "hull"]
DINGE = ["kürek", "ip", "yelken", "ağ", "lamba", "şamandıra", "çapa", "direk", "omurga", "gövde"]


# No sentence of one chapter is nearly one of another: English, then Turkish.
FRAMES = {
    "shed": (
        ("The {} of the shed lies {} steps from the door.", "Kulübenin {} kapıdan {} adım ötede."),
        ("Nobody in it has seen the {} since spring.", "İçeride kimse bahardan beri {} görmedi."),
    ),
    "quay": (
        (
            "When high water comes, a {} needs {} men with wet hands.",
            "Sular yükselince {} için elleri ıslak {} kişi gerekir.",
        ),
        (
            "An old {} still creaks above our heads at night.",
            "Eski {} geceleri başımızın üstünde gıcırdar.",
        ),
    ),
    "yard": (
        (
            "Builders charge for mending any {} about {} coins a week.",
            "Ustalar her {} onarımı için haftada {} akçe kadar alır.",
        ),
        (
            "Paint on your {} dries slowly while it rains.",
            "Yağmur yağarken senin {} boyası yavaş kurur.",
        ),
    ),
}


def lines(chapter: str, things: Sequence[str], side: int) -> str:
    """Ten paragraphs of two sentences."""
    first, second = (frame[side] for frame in FRAMES[chapter])
    return "\n".join(f"{first.format(it, n)} {second.format(it)}\n" for n, it in enumerate(things))


def english(chapter: str) -> str:
    return f"# The {chapter}\n\n" + lines(chapter, THINGS, 0)


def turkish(chapter: str) -> str:
    return f"# Bölüm {chapter}\n\n" + lines(chapter, DINGE, 1)


def folders(**changes: str) -> dict[str, Mapping[str, str]]:
    """Two pages with what a machine made of them; it has words of its own for two things."""
    return {
        f"harbour__{name}": {
            "source.md": english(name),
            "human.md": turkish(name),
            "machine.md": turkish(name).replace("direk", "sütun").replace("ağ", "file"),
            **changes,
        }
        for name in ("shed", "quay")
    }


def report(order: Evaluation, *methods: str, direction: str = "forward") -> EvaluationReport:
    order = replace(order, methods=methods, directions=tuple(directions("tr", direction)))
    found = evaluate(order, Silence(), Hands())
    assert isinstance(found, EvaluationReport)
    return found


def row(found: EvaluationReport, **wanted: str) -> ResultRow:
    [only] = [r for r in found.rows if all(getattr(r, k) == v for k, v in wanted.items())]
    return only


def test_a_recorded_page_is_scored_against_the_people_and_against_the_first_method() -> None:
    found = report(of_folders(folders(), "tr"), "recorded", "none")
    good = row(found, page=ALL, method="recorded", level="paragraph")
    assert (good.scores.segments, good.scores.groups, good.against_first) == (22, 22, None)
    assert 0.7 < good.scores.bleu.value < 1
    bad = row(found, page=ALL, method="none", level="paragraph")
    assert bad.against_first is not None
    assert bad.against_first.bleu < 0.01
    assert "none: 22 of 22 texts have no answer; they count untranslated" in found.notes
    assert {r.direction for r in found.rows} == {"en → tr"}


def test_every_method_is_scored_on_the_same_paragraphs_at_every_level() -> None:
    found = report(of_folders(folders(), "tr"), "recorded", "memory", "none")
    counts = {(r.page, r.level): set[int]() for r in found.rows}
    for r in found.rows:
        counts[r.page, r.level].add(r.scores.segments)
    assert counts == {
        (page, level): {n * (2 if page == ALL else 1)}
        for page in ("harbour/shed", "harbour/quay", ALL)
        for level, n in (("document", 1), ("paragraph", 11), ("sentence", 21))
    }


def test_the_memory_never_sees_the_page_under_test() -> None:
    alone = of_folders(dict([*folders().items()][:1]), "tr")
    assert (
        "memory: 11 of 11 texts have no answer; they count untranslated"
        in report(alone, "memory").notes
    )
    # What other pages say too is no secret; a page that says most of it is a copy, and is left out.
    assert {n: 8 + n - lost_by_the_memory(n) for n in (0, 2, 5)} == {0: 0, 2: 2 * 2, 5: 0}
    assert lost_by_the_memory(5, edit=" by night") == 8 + 5


TALES = {
    "A pilot knows every rock between here and the lighthouse.": "Kılavuz her kayayı tanır.",
    "Fog came in while the nets were drying.": "Ağlar kururken sis bastı.",
    "Two boys sold mussels to the cook for a song.": "İki çocuk aşçıya midye sattı.",
    "Her letters arrive with the second tide of the month.": "Mektupları ikinci gelgitle gelir.",
    "Nobody painted the bell after the great storm.": "Fırtınadan sonra çanı kimse boyamadı.",
    "Salt ate the hinges of the customs house.": "Tuz gümrüğün menteşelerini yedi.",
    "We count the gulls before we trust the wind.": "Rüzgâra güvenmeden martıları sayarız.",
    "Old captains sleep badly on dry land.": "Yaşlı kaptanlar karada kötü uyur.",
}


def lost_by_the_memory(repeated: int, edit: str = "") -> int:
    """How many texts a page of five tales, and one of three others that repeats some, do not find in each other."""
    tales = [(one.replace(".", f"{edit}."), two) for one, two in TALES.items()]
    pages = {"first": list(TALES.items())[:5], "second": [*tales[5 - repeated : 5], *tales[5:]]}
    folder = {
        name: {
            "source.md": "\n\n".join(one for one, _ in page),
            "human.md": "\n\n".join(two for _, two in page),
        }
        for name, page in pages.items()
    }
    notes = report(of_folders(folder, "tr"), "memory").notes
    return sum(int(note.split()[1]) for note in notes if "have no answer" in note)


def test_the_way_back_to_english_is_scored_with_its_own_tokenizer() -> None:
    order = replace(of_folders(folders(), "tr"), tokenizer="char")
    found = report(order, "memory", "recorded", direction="both")
    signatures = {r.direction: r.scores.bleu.signature.split("|")[3] for r in found.rows}
    assert signatures == {"en → tr": "tok:char", "tr → en": "tok:13a"}
    assert {r.method for r in found.rows if r.direction == "tr → en"} == {"memory"}


def test_what_nobody_reviewed_or_translated_is_no_reference() -> None:
    ours = "Kulübenin direk kapıdan 7 adım ötede. İçeride kimse bahardan beri direk görmedi."
    assert ours in turkish("shed")
    page = turkish("shed").replace(
        ours, "The mast is here, and nobody in it has seen it since spring."
    )
    found = report(
        of_folders(folders(**{"source.md": english("shed"), "human.md": page}), "tr"), "none"
    )
    assert found.notes[0].startswith("en → tr: 20 paragraphs of 2 pages; 2 more are left out")


def test_a_reference_that_is_the_machine_output_itself_is_named() -> None:
    same = {name: {**texts, "human.md": texts["machine.md"]} for name, texts in folders().items()}
    notes = report(of_folders(same, "tr"), "recorded").notes
    assert [note for note in notes if note.startswith("harbour/shed: 100% of its paragraphs")]


def test_a_page_without_a_reference_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shed").mkdir()
    (tmp_path / "shed" / "source.md").write_text(english("shed"), encoding="utf-8")
    assert main(["evaluate", "--language", "tr", "--pages", str(tmp_path)]) == 2
    assert "shed: no human.md" in capsys.readouterr().err


def test_a_page_that_nobody_translated_is_refused() -> None:
    order = of_folders(folders(**{"human.md": english("shed")}), "tr")
    with pytest.raises(UsageError, match="no paragraph of it has a reviewed translation"):
        report(order, "memory")


def test_unknown_methods_and_pages_are_refused() -> None:
    order = of_folders(folders(), "tr")
    with pytest.raises(UsageError, match="unknown method 'magic': choose of none, echo, memory"):
        report(order, "magic")
    with pytest.raises(UsageError, match=r"no page matches chapter_\*"):
        chosen(order.pages, ["chapter_*"])
    assert chosen(order.pages, ["shed"]) == ("harbour/shed",)


def write(root: Path) -> None:
    for name, texts in folders().items():
        (root / name).mkdir()
        for file, text in texts.items():
            (root / name / file).write_text(text, encoding="utf-8")


def test_the_command_writes_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    command = ["evaluate", "--language", "tr", "--pages", str(tmp_path), "--quiet"]
    command += ["--method", "recorded", "--method", "none"]
    assert main([*command, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert main([*command, "--format", "csv"]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(lines) == len(data["results"]) == 3 * 3 * 2 + 3 * 3
    assert [line["bleu"] for line in lines] == [str(r["bleu"]) for r in data["results"]]
    assert main([*command, "--chart", str(tmp_path / "c.svg")]) == 0
    text = capsys.readouterr().out
    assert "| document BLEU | recorded | none |" in text
    assert "tok:13a" in text
    charts = [(tmp_path / f"c-{target}.svg").read_bytes() for target in ("tr", "en")]
    assert all(chart.startswith(b"<?xml") for chart in charts)
    assert main([*command[:-2], "--chart", str(tmp_path / "one.svg")]) == 0
    assert (tmp_path / "one.svg").read_bytes().startswith(b"<?xml")


# -- Amazon Translate -----------------------------------------------------------------------------

ACT = ("amazon", "amazon-act:paragraphs", "amazon-act:sentences")
AMAZON = f"""
[amazon]
bucket = "{BUCKET}"
role = "{ROLE}"
"""
CHAPTERS = ("shed", "quay", "yard")


@dataclass
class Harbour:
    """A book of three pages, of which two are under test, and Amazon Translate."""

    book: Book
    aws: Cloud
    clock: Hands = field(default_factory=lambda: Hands(now=time.time()))
    said: list[str] = field(default_factory=list)

    def order(self, direction: str = "both", methods: Sequence[str] = ACT) -> Evaluation:
        progress = Silence(self.said)
        resources = Resources(connect, self.clock, progress, Processes(1))
        order = of_repository(open_repository(self.book.root), "tr", "v1", resources)
        pages = chosen(order.pages, ["shed.md", "quay.md"])
        ways = tuple(directions("tr", direction))
        return replace(order, pages=pages, methods=methods, directions=ways)

    def run(
        self, wait: float = 0.0, keep: bool = False, **order: Any
    ) -> EvaluationReport | Pending:
        wanted = replace(self.order(**order), keep=keep)
        return evaluate(wanted, Silence(self.said), self.clock, wait)


@pytest.fixture
def harbour(make_book: MakeBook, aws: Cloud) -> Harbour:
    sources = {f"{name}.md": english(name) for name in CHAPTERS}
    book = make_book(sources, {f"{name}.md": turkish(name) for name in CHAPTERS}, CONFIG + AMAZON)
    aws.rules.job_polls = aws.rules.import_polls = 2
    return Harbour(book, aws)


def test_all_methods_run_side_by_side_in_both_directions(harbour: Harbour) -> None:
    found = harbour.run(wait=3600)
    assert isinstance(found, EvaluationReport)
    assert {(r.direction, r.method) for r in found.rows} == {
        (direction, method) for direction in ("en → tr", "tr → en") for method in ACT
    }
    jobs = harbour.aws.service.jobs.values()
    languages = [(j.request["SourceLanguageCode"], *j.request["TargetLanguageCodes"]) for j in jobs]
    # One job without parallel data, and for each kind of pairs one for each page.
    assert sorted(languages) == [("en", "tr")] * 5 + [("tr", "en")] * 5
    assert [bool(j.request.get("ParallelDataNames")) for j in jobs].count(False) == 2
    checks = [note for note in found.notes if "leakage check: 0 pairs" in note]
    assert len(checks) == 4


class Killed(Exception):
    """What a runner that goes down does to a process."""


@dataclass
class LastMoment(Hands):
    """A clock that nobody looks at twice."""

    def sleep(self, seconds: float, /) -> None:
        raise Killed


def test_an_evaluation_that_was_killed_goes_on_and_pays_nothing_twice(harbour: Harbour) -> None:
    harbour.aws.rules.job_polls = harbour.aws.rules.import_polls = 1
    harbour.clock = LastMoment()
    methods = ["amazon", "amazon-act:sentences"]
    kills = 0
    found: EvaluationReport | Pending | None = None
    while found is None:  # each run is a machine of its own
        try:
            found = harbour.run(direction="forward", methods=methods, wait=3600)
        except Killed:
            kills += 1
    assert kills > 2
    assert isinstance(found, EvaluationReport)
    pages = 2 * 11  # paragraphs under test
    assert len(harbour.aws.service.paid) == len(methods) * pages
    assert harbour.run(direction="forward", methods=methods) == found
    assert len(harbour.aws.service.paid) == len(methods) * pages


def test_the_command_says_when_to_come_back(
    harbour: Harbour, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "evaluate",
        "--repository",
        str(harbour.book.root),
        "--language",
        "tr",
        "--base",
        "v1",
    ]
    command += ["--page", "shed.md", "--method", "amazon", "--direction", "forward"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "characters for Amazon Translate, at most $0.01" in told.err
    assert "1 of 1 are not done. Amazon Translate is still at work" in told.err


PLANTED = "The oar of the shed lies 0 steps from the door."
NEAR = "The rope of the shed lies 1 steps from the old door."
COPY = f"# Elsewhere\n\n{PLANTED}\n\n{NEAR}\n\nThe ferry leaves when the bell has rung 3 times.\n"
KOPYA = (
    "# Başka\n\nKulübenin kürek kapıdan 0 adım ötede.\n\nKulübenin ip eski kapıdan 1 adım ötede."
    "\n\nVapur, çan 3 kez çalınca kalkar.\n"
)


@pytest.mark.parametrize("name", ACT[1:])
@pytest.mark.parametrize("way", ["forward", "reverse"])
def test_a_sentence_under_test_is_kept_out_under_any_file_name(
    make_book: MakeBook, aws: Cloud, name: str, way: str
) -> None:
    english_pages = {f"{n}.md": english(n) for n in CHAPTERS} | {"copied.md": COPY}
    ours = {f"{n}.md": turkish(n) for n in CHAPTERS} | {"copied.md": KOPYA}
    harbour = Harbour(make_book(english_pages, ours, CONFIG + AMAZON), aws)
    bench = harbour.order().bench
    [direction] = directions("tr", way)
    prepared = bench.method(name).prepare(bench, direction, ["shed.md"])
    assert isinstance(prepared.engine, Taught)
    content = prepared.engine.content
    assert content.startswith('"en","tr"' if way == "forward" else '"tr","en"')
    assert "The ferry leaves" in content
    assert PLANTED not in content
    assert NEAR not in content
    assert prepared.lesson is not None
    assert (prepared.lesson.left_out >= 2, prepared.lesson.leaked) == (True, 0)
    everything = bench.method(name).prepare(bench, direction, ["yard.md"])
    assert isinstance(everything.engine, Taught)
    assert PLANTED in everything.engine.content  # it is the check that keeps it out


def test_an_import_waits_for_that_of_somebody_else(harbour: Harbour) -> None:
    harbour.aws.trouble.faults.append(
        Fault(operation="CreateParallelData", code="ConcurrentModificationException", times=2)
    )
    found = harbour.run(wait=3600, direction="forward", methods=["amazon-act:sentences"])
    assert isinstance(found, EvaluationReport)


def test_the_traditional_method_sends_paragraphs_as_they_stand(harbour: Harbour) -> None:
    found = harbour.run(direction="forward", methods=["amazon-text"])
    assert isinstance(found, EvaluationReport)
    assert {row.method for row in found.rows} == {"amazon-text"}
    calls = harbour.aws.wire.calls
    assert calls.count("TranslateText") == len(harbour.aws.service.paid) == 2 * 11
    assert harbour.run(direction="forward", methods=["amazon-text"]) == found
    assert calls.count("TranslateText") == 2 * 11


def test_a_method_of_which_nothing_came_back_has_no_score(harbour: Harbour) -> None:
    harbour.aws.rules.lost_documents = ["shed", "quay"]
    for _ in range(2):  # and nothing is paid by asking again
        with pytest.raises(AmtsError, match=r"amazon: only 0 of 22 texts .* too few for a score"):
            harbour.run(wait=3600, direction="forward", methods=["amazon"])
    assert len(harbour.aws.service.jobs) == 1


def test_an_evaluation_takes_away_what_it_made_unless_it_is_told_otherwise(
    harbour: Harbour,
) -> None:
    order: dict[str, Any] = {
        "direction": "forward",
        "methods": ["amazon-act:sentences"],
        "wait": 3600,
    }
    files = harbour.aws.service.storage.names
    found = harbour.run(keep=True, **order)
    assert len(harbour.aws.service.parallel_data) == 2
    assert files(BUCKET, "amts/evaluate/") != []
    assert harbour.run(**order) == found  # of the ledger
    assert harbour.aws.service.parallel_data == {}
    assert files(BUCKET, "amts/evaluate/") == []
    assert harbour.run(**order) == found
    assert len(harbour.aws.service.jobs) == 2


def test_amazon_needs_a_repository_that_says_where_it_is() -> None:
    with pytest.raises(UsageError, match=r"needs a translation repository with \[amazon\]"):
        report(of_folders(folders(), "tr"), "amazon")


def test_the_cap_counts_what_all_methods_send(harbour: Harbour) -> None:
    harbour.book.translate({"amts.toml": CONFIG + AMAZON + "\n[engine]\nmax-characters = 5000\n"})
    with pytest.raises(UsageError, match="max-characters allows 5,000"):
        harbour.run()
    assert harbour.aws.service.paid == []


def test_a_recording_is_scored_on_a_repository(
    harbour: Harbour, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = zip(english("shed").split("\n"), turkish("shed").split("\n"), strict=True)
    lines = [json.dumps({"source": s, "target": t}) for s, t in pairs if s]
    (tmp_path / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [
        "evaluate",
        "--repository",
        str(harbour.book.root),
        "--language",
        "tr",
        "--base",
        "v1",
    ]
    command += ["--page", "shed.md", "--direction", "forward", "--quiet"]
    assert main([*command, "--method", f"recorded:{tmp_path / 'r.jsonl'}", "--format", "json"]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    assert [round(row["bleu"], 2) for row in results] == [1.0, 1.0, 1.0]


def test_a_recording_is_scored_by_its_own_words_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by machine.md beside the page, nor by what another recording says."""
    source = "The gate stays open all night long.\n"
    folder = tmp_path / "pages" / "gate"
    folder.mkdir(parents=True)
    texts = {"source": source, "human": "Kapı bütün gece açık kalır.\n"}
    for name, text in {**texts, "machine": texts["human"]}.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    methods = []
    for name, said in {"good": texts["human"], "bad": "Hiç kimse bunu söylemedi."}.items():
        pair = {"source": source.strip(), "target": said.strip()}
        (tmp_path / name).write_text(json.dumps(pair), encoding="utf-8")
        methods.append(f"--method=recorded:{tmp_path / name}")
    command = ["evaluate", "--pages", str(tmp_path / "pages"), "--language=tr", "--quiet"]
    assert main([*command, *methods, "--direction=forward", "--format=json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]
    scores = {Path(row["method"]).name: row["chrf"] for row in rows if row["level"] == "document"}
    assert scores["good"] == 1.0
    assert scores["bad"] < 0.3


# -- two folders, any pair of languages, any engine ------------------------------------------------


def two_folders(root: Path) -> list[str]:
    """A Turkish book and its English translation: the original is not English."""
    for name in CHAPTERS:
        for folder, page in (("tr", turkish(name)), ("en", english(name))):
            (root / folder).mkdir(exist_ok=True)
            (root / folder / f"{name}.md").write_text(page, encoding="utf-8")
    command = ["evaluate", str(root / "tr"), str(root / "en"), "--source-language", "tr"]
    return [*command, "--language", "en", "--quiet", "--page", "shed.md"]


def figures(text: str) -> dict[tuple[str, str], float]:
    """Document BLEU by direction and method."""
    rows = json.loads(text)["results"]
    return {(r["direction"], r["method"]): r["bleu"] for r in rows if r["level"] == "document"}


def recorded(path: Path, pairs: Mapping[str, str]) -> str:
    rows = [json.dumps({"source": one, "target": two}) for one, two in pairs.items()]
    path.write_text("\n".join(rows), encoding="utf-8")
    return f"recorded:{path}"


def test_two_folders_are_scored_both_ways_by_their_own_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = [page("shed").split("\n\n") for page in (turkish, english)]
    forth = recorded(tmp_path / "forth.jsonl", dict(zip(*blocks, strict=True)))
    back = recorded(tmp_path / "back.jsonl", dict(zip(*reversed(blocks), strict=True)))
    script = tmp_path / "engine.py"
    script.write_text(
        "import json, sys\nfor line in sys.stdin:\n    unit = json.loads(line)\n"
        "    way = unit['source_language'] + ' ' + unit['target_language']\n"
        "    print(json.dumps({'id': unit['id'], 'text': way}))\n",
        encoding="utf-8",
    )
    program = f"command:{sys.executable} {script}"
    methods = [it for name in (forth, back, program, "none") for it in ("--method", name)]
    assert main([*two_folders(tmp_path), *methods, "--format", "json"]) == 0
    text = capsys.readouterr().out
    found = figures(text)
    assert {key: value for key, value in found.items() if value > 0.5} == {
        ("tr → en", forth): 1.0,
        ("en → tr", back): 1.0,
    }
    # A recording that says nothing in a direction has no row there, a program goes both ways.
    assert {way for way, name in found if name == program} == {"tr → en", "en → tr"}
    assert len(found) == 2 + 2 * 2


def test_a_recording_that_is_named_is_all_that_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {**folders()["harbour__shed"], "machine.md": turkish("shed")}  # what people wrote
    (tmp_path / "shed").mkdir()
    for name, text in texts.items():
        (tmp_path / "shed" / name).write_text(text, encoding="utf-8")
    nonsense = dict.fromkeys(english("shed").split("\n\n"), "Bu bir yanıt değil.")
    name = recorded(tmp_path / "nonsense.jsonl", nonsense)
    command = ["evaluate", "--language", "tr", "--pages", str(tmp_path), "--direction", "forward"]
    assert main([*command, "--method", name, "--format", "json", "--quiet"]) == 0
    assert figures(capsys.readouterr().out)["en → tr", name] < 0.05
    other = recorded(tmp_path / "other.jsonl", {"Another book.": "Başka kitap."})
    assert main([*command, "--method", other, "--quiet"]) == 1
    assert "none of 11 texts has an answer" in capsys.readouterr().err


def test_what_cannot_be_evaluated_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = two_folders(tmp_path)
    for wrong, message in (
        ([*command, "--pages", str(tmp_path)], "give two folders, or --pages"),
        ([*command[:2], *command[3:]], "two folders of pages are needed"),
        ([command[0], *command[3:]], "--source-language is for two folders"),
    ):
        assert main(wrong) == 2
        assert message in capsys.readouterr().err


def test_two_folders_reach_amazon_as_the_repository_sets_it_up(
    harbour: Harbour, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in CHAPTERS:
        for folder, page in (("a", english(name)), ("b", turkish(name))):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{name}.md").write_text(page, encoding="utf-8")
    command = ["evaluate", str(tmp_path / "a"), str(tmp_path / "b"), "--language", "tr"]
    command += ["--repository", str(harbour.book.root), "--page", "shed.md", "--format", "json"]
    assert main([*command, "--method", "amazon-text"]) == 0
    told = capsys.readouterr()
    assert set(figures(told.out)) == {("en → tr", "amazon-text"), ("tr → en", "amazon-text")}
    assert "characters for Amazon Translate" in told.err
