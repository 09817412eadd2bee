"""Methods are scored on pages that people translated, and never on what they learnt."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.evaluate import Evaluation, chosen, directions, evaluate, of_folders
from amts_bot.text.evaluation_report import ALL, EvaluationReport, Row
from tests.conftest import Silence

THINGS = ["oar", "rope", "sail", "net", "lamp", "buoy", "anchor", "mast", "keel", "hull"]
DINGE = ["kürek", "ip", "yelken", "ağ", "lamba", "şamandıra", "çapa", "direk", "omurga", "gövde"]


@dataclass
class Watch:
    """A clock that only moves when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


def english(chapter: str) -> str:
    lines = [
        f"The {thing} of the {chapter} lies {n} steps from the door.\n"
        for n, thing in enumerate(THINGS)
    ]
    more = [f"Nobody in the {chapter} has seen the {thing} since spring.\n" for thing in THINGS]
    return f"# The {chapter}\n\n" + "\n".join([*lines, *more])


def turkish(chapter: str, word: str = "adım") -> str:
    lines = [
        f"{chapter} için {ding} kapıdan {n} {word} ötede durur.\n" for n, ding in enumerate(DINGE)
    ]
    more = [f"{chapter} içinde kimse bahardan beri {ding} görmedi.\n" for ding in DINGE]
    return f"# {chapter}\n\n" + "\n".join([*lines, *more])


def folders(**changes: str) -> dict[str, Mapping[str, str]]:
    """Two pages with what a machine made of them; the machine uses another word for steps."""
    return {
        f"harbour__{name}": {
            "source.md": english(name),
            "human.md": turkish(name),
            "machine.md": turkish(name, "basamak"),
            **changes,
        }
        for name in ("shed", "quay")
    }


def report(order: Evaluation, *methods: str, direction: str = "forward") -> EvaluationReport:
    order = replace(order, methods=methods, directions=tuple(directions("tr", direction)))
    found = evaluate(order, Silence(), Watch())
    assert isinstance(found, EvaluationReport)
    return found


def row(found: EvaluationReport, **wanted: str) -> Row:
    [only] = [r for r in found.rows if all(getattr(r, k) == v for k, v in wanted.items())]
    return only


def test_a_recorded_page_is_scored_against_the_people_and_against_the_first_method() -> None:
    found = report(of_folders(folders(), "tr"), "recorded", "none")
    good = row(found, page=ALL, method="recorded", level="paragraph")
    assert (good.scores.segments, good.scores.groups, good.against_first) == (42, 42, None)
    assert 0.7 < good.scores.bleu.value < 1
    bad = row(found, page=ALL, method="none", level="paragraph")
    assert bad.against_first is not None
    assert bad.against_first.bleu < 0.01
    assert "none: 42 of 42 texts have no answer; they count untranslated" in found.notes
    assert {r.direction for r in found.rows} == {"en → tr"}


def test_every_method_is_scored_on_the_same_paragraphs_at_every_level() -> None:
    found = report(of_folders(folders(), "tr"), "recorded", "memory", "none")
    counts = {(r.page, r.level): set[int]() for r in found.rows}
    for r in found.rows:
        counts[r.page, r.level].add(r.scores.segments)
    assert counts == {
        (page, level): {n * (2 if page == ALL else 1)}
        for page in ("harbour/shed", "harbour/quay", ALL)
        for level, n in (("document", 1), ("paragraph", 21), ("sentence", 21))
    }


def test_the_memory_never_sees_the_page_under_test() -> None:
    alone = of_folders(dict([*folders().items()][:1]), "tr")
    assert (
        "memory: 21 of 21 texts have no answer; they count untranslated"
        in report(alone, "memory").notes
    )
    twin = folders(**{"source.md": english("shed"), "human.md": turkish("shed")})
    copied = report(of_folders(twin, "tr"), "memory")  # the other page says the same
    assert row(copied, page=ALL, method="memory", level="document").scores.bleu.value == 1.0


def test_the_way_back_to_english_is_scored_with_its_own_tokenizer() -> None:
    order = replace(of_folders(folders(), "tr"), tokenizer="char")
    found = report(order, "memory", "recorded", direction="both")
    signatures = {r.direction: r.scores.bleu.signature.split("|")[3] for r in found.rows}
    assert signatures == {"en → tr": "tok:char", "tr → en": "tok:13a"}
    assert {r.method for r in found.rows if r.direction == "tr → en"} == {"memory"}


def test_what_nobody_reviewed_or_translated_is_no_reference() -> None:
    sentence = "shed içinde kimse bahardan beri direk görmedi."
    page = turkish("shed").replace(
        sentence, "Nobody in the shed has seen the mast since the spring of that year."
    )
    found = report(
        of_folders(folders(**{"source.md": english("shed"), "human.md": page}), "tr"), "none"
    )
    assert found.notes[0].startswith("en → tr: 40 paragraphs of 2 pages; 2 more are left out")


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
    with pytest.raises(UsageError, match="unknown method 'magic': choose of none, memory"):
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
