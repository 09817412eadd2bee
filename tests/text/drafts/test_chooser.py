"""Which draft a sentence gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.model import Answer, DraftEdit
from amts_bot.text.drafts.chooser import Book, Material, choose
from amts_bot.text.drafts.corrections import Corrections, PostEdit, learnt
from amts_bot.text.drafts.thresholds import thresholds
from amts_bot.text.languages import language

TEXTS = st.text("Ab 7`$(),.水ğ", max_size=30)
NOTHING = Corrections()
OLD = "The big kettle sings on the stove and the cat waits beside it."
NEW = "The big kettle sings on the old stove and the cat waits beside it."
TARGET = "Büyük çaydanlık ocakta şakır, kedi de yanı başında bekler."
MACHINE_OLD = "Büyük su ısıtıcısı ocakta şarkı söyler ve kedi yanında bekler."
MACHINE = "Büyük su ısıtıcısı eski ocakta şarkı söyler ve kedi yanında bekler."
REPAIRED = "Büyük çaydanlık eski ocakta şakır, kedi de yanı başında bekler."


def drafted(
    source: str = NEW,
    old: str = OLD,
    target: str = TARGET,
    machine: str = MACHINE,
    before: str = MACHINE_OLD,
    *,
    code: str = "tr",
    corrections: Corrections = NOTHING,
) -> Answer | None:
    material = Material(
        source=source,
        previous_source=old,
        previous_target=target,
        machine=machine,
        previous_machine=before,
    )
    return choose(material, Book(language(code), thresholds(code), corrections))


def test_the_machines_change_is_made_in_the_old_translation() -> None:
    found = drafted()
    assert found is not None
    assert (found.target, found.origin) == (REPAIRED, "repair")
    assert 0.95 < found.similarity < 0.99


def test_new_english_gets_the_machines_translation() -> None:
    assert drafted(old="", target="", before="") == Answer(MACHINE, "machine")
    assert drafted(old="Cups are for tea.", target="Fincanlar çay içindir.") == Answer(
        MACHINE, "machine"
    )


def test_without_a_machine_the_old_translation_is_the_draft() -> None:
    found = drafted(machine="", before="")
    assert found is not None
    assert (found.target, found.origin) == (TARGET, "memory")


def test_hardly_changed_english_keeps_its_translation_where_no_repair_can_be_made() -> None:
    found = drafted(before="")
    assert found is not None
    assert (found.target, found.origin) == (TARGET, "memory")


def test_numbers_and_names_are_swapped_whatever_the_machine_says() -> None:
    found = drafted(
        OLD.replace("cat", "Tom 3"), OLD.replace("cat", "Kim 2"), TARGET.replace("kedi", "Kim 2")
    )
    assert found is not None
    assert (found.target, found.origin) == (TARGET.replace("kedi", "Tom 3"), "memory")


def test_english_that_came_back_is_no_translation() -> None:
    assert drafted(old="", target="", machine=NEW, before="") is None
    assert drafted(old="", target="", machine=f"{NEW[:-1]} çaydanlık.", before="") is None
    found = drafted(machine=NEW)
    assert found is not None
    assert found.target == TARGET


def test_an_old_translation_in_another_script_or_that_nobody_made_is_none() -> None:
    chinese = drafted(target="The big kettle is here, they say.", code="zh", machine="水壶唱歌。")
    assert chinese == Answer("水壶唱歌。", "machine")
    assert drafted(target=OLD) == Answer(MACHINE, "machine")
    turkish = drafted(target="大水壶在炉子上唱歌，猫在旁边等着。")
    assert turkish == Answer(MACHINE, "machine")
    names = drafted("Ask 水 now.", "Ask 水.", "水", "", "")
    assert names is not None
    assert names.target == "水"


def test_the_first_draft_with_all_its_code_and_formulas_counts() -> None:
    old = "Pour the hot water into the big cup and wait."
    new = "Pour the hot water into the big cup of $x$ and wait."
    target = "Sıcak suyu büyük fincana döküp bekleyin."
    found = drafted(
        new, old, target, "Sıcak suyu $x$ fincanına dökün.", "Kaynar suyu bardağa koyun."
    )
    assert found is not None
    assert "$x$" in found.target


def test_the_spaces_of_the_old_translation_hold_for_the_machine() -> None:
    old, new = "Use `a` for tea.", "Use `a` for tea and soup."
    machine = ("使用 `a` 泡茶和煮汤。", "使用 `a` 泡茶。")
    close = drafted(new, old, "用`a`泡茶。", *machine, code="zh")
    apart = drafted(new, old, "用 `a` 泡茶。", *machine, code="zh")
    assert close is not None
    assert apart is not None
    assert (close.target, apart.target) == ("用`a`泡茶和煮汤。", "用 `a` 泡茶和煮汤。")
    assert drafted(new, "", "", *machine, code="zh") == Answer("使用`a`泡茶和煮汤。", "machine")


def test_corrections_are_made_in_machine_text() -> None:
    book = learnt([PostEdit("su ısıtıcısı", "çaydanlık", page) for page in "ab"])
    found = drafted(old="", target="", before="", corrections=book)
    edit = DraftEdit("learnt", "su ısıtıcısı", "çaydanlık")
    assert found == Answer(MACHINE.replace(edit.before, edit.after), "machine", edits=(edit,))


@pytest.mark.parametrize("code", ["tr", "zh"])
def test_ten_thousand_characters_take_no_time(code: str) -> None:
    signs = "Kedi uyur. " if code == "tr" else "猫睡觉。"
    text = signs * (10_000 // len(signs))
    found = drafted("Cats sleep. " * 900, "Cats slept. " * 900, text, text + signs, text, code=code)
    assert found is not None


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_whatever_comes_a_fuzzy_draft_is_not_called_exact(
    source: str, old: str, target: str, machine: str, before: str
) -> None:
    for code in ("tr", "zh"):
        found = drafted(source, old, target, machine, before, code=code)
        assert found is None or found.origin == "machine" or found.similarity < 1
