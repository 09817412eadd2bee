"""Blocks that hold several leaves: each is merged for itself, and so is what stands between them."""

from __future__ import annotations

import pytest

from amts_bot.sync.one_page import merge

BODY = "\nThe miller opens the gate at dawn.\n"
RUMPF = "\nDer Müller öffnet das Tor bei Sonnenaufgang.\n"


def merged(
    old: str, new: str, target: str
) -> tuple[str, list[tuple[str, str, str, tuple[str, ...]]]]:
    """The new page without its body, and what became of each unit before that."""
    outcome = merge(old + BODY, new + BODY, target + RUMPF, "de")
    assert outcome.held == ""
    assert outcome.text.endswith(RUMPF)
    return outcome.text.removesuffix(RUMPF), [
        (
            entry.kind,
            entry.action,
            outcome.text[slice(*entry.target_new)] if entry.target_new else "",
            entry.translate,
        )
        for entry in outcome.entries[:-1]
    ]


OLD = """\
---
title: The mill
description: A mill by the pond
slug: mill
lang: en
---
"""
TARGET = """\
---
title: "Die Mühle"
description: Eine Mühle am Teich
slug: mill
lang: de
translator: Anna
---
"""


def test_one_changed_value_leaves_the_others_and_waits_alone() -> None:
    new = OLD.replace("A mill by the pond", "Two windmills on a hill")
    text, units = merged(OLD, new, TARGET)
    assert text == TARGET.replace("Eine Mühle am Teich", "Two windmills on a hill")
    assert units == [
        ("front_matter", "keep", text, ()),
        ("value", "keep", '"Die Mühle"', ()),
        ("value", "translate", "Two windmills on a hill", ("Two windmills on a hill",)),
    ]


def test_a_changed_key_is_taken_over_and_the_translators_key_stays() -> None:
    text, units = merged(OLD, OLD.replace("slug: mill", "slug: old-mill"), TARGET)
    assert text == TARGET.replace("slug: mill", "slug: old-mill")
    assert units[0][:2] == ("front_matter", "merge")


def test_a_key_that_both_sides_changed_stands_as_the_translators_have_it_and_is_held() -> None:
    text, units = merged(OLD, OLD.replace("lang: en", "lang: en-GB"), TARGET)
    assert text == TARGET
    assert units[0][:2] == ("front_matter", "hold")


def test_new_keys_follow_their_neighbour_and_gone_ones_go() -> None:
    new = OLD.replace("slug: mill\n", "").replace("lang:", "summary: Stone and wheel\nlang:")
    text, units = merged(OLD, new, TARGET)
    assert text == TARGET.replace("slug: mill\n", "").replace(
        "lang:", "summary: Stone and wheel\nlang:"
    )
    assert units[-1] == ("value", "translate", "Stone and wheel", ("Stone and wheel",))


def test_a_key_that_the_translators_left_out_stays_out() -> None:
    target = TARGET.replace("description: Eine Mühle am Teich\n", "")
    text, _ = merged(OLD, OLD.replace("by the pond", "on a hill"), target)
    assert text == target


def test_front_matter_that_the_english_adds_joins_what_the_translators_have() -> None:
    text, units = merged("", OLD, "---\ntitle: Mühle\ntranslator: Anna\n---\n")
    assert text == (
        "---\ntitle: Mühle\ndescription: A mill by the pond\nslug: mill\nlang: en\ntranslator: Anna\n---\n"
    )
    assert [unit[1] for unit in units] == ["merge", "keep", "translate"]


def test_a_new_page_has_its_values_asked_for() -> None:
    outcome = merge("", OLD + BODY, "", "de")
    assert outcome.text == OLD + BODY
    assert [text for entry in outcome.entries for text in entry.translate] == [
        "The mill",
        "A mill by the pond",
        "The miller opens the gate at dawn.",
    ]


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("Zwei Windmühlen", "Zwei Windmühlen"),
        ("Zwei: die Mühlen", '"Zwei: die Mühlen"'),
        ('Die "Mühle" #2', '"Die \\"Mühle\\" #2"'),
        ("Nein", "Nein"),
        ("No", '"No"'),
    ],
)
def test_an_answer_is_quoted_where_yaml_asks_for_it(answer: str, written: str) -> None:
    new = OLD.replace("A mill by the pond", "Two windmills")
    recording = f'{{"source": "Two windmills", "target": {answer!r}}}'.replace("'", '"')
    if '"' in answer:
        recording = '{"source": "Two windmills", "target": "Die \\"Mühle\\" #2"}'
    outcome = merge(
        OLD + BODY, new + BODY, TARGET + RUMPF, "de", engine_name="recorded", recording=recording
    )
    assert outcome.text == TARGET.replace("Eine Mühle am Teich", written) + RUMPF


def test_a_value_that_nobody_can_read_stands_and_is_held() -> None:
    old, new = (f'---\ntitle: "The mill\nslug: {slug}\n---\n' for slug in ("a", "b"))
    target = '---\ntitle: "Die Mühle\nslug: a\n---\n'
    text, units = merged(old, new, target)
    assert text == '---\ntitle: "Die Mühle\nslug: b\n---\n'
    text, units = merged(old, old.replace("The mill", "The windmill"), target)
    assert text == target
    assert units[0][:2] == ("front_matter", "hold")


def test_toml_is_merged_like_yaml() -> None:
    old = '+++\ntitle = "The mill"\nweight = 3\n+++\n'
    target = '+++\ntitle = "Die Mühle"\nweight = 3\n+++\n'
    text, units = merged(old, old.replace("3", "4"), target)
    assert text == target.replace("3", "4")
    text, units = merged(old, old.replace("The mill", "Two windmills"), target)
    assert text == target.replace("Die Mühle", "Two windmills")
    assert units[1] == ("value", "translate", '"Two windmills"', ("Two windmills",))


# ------------------------------------------------------------------ rows


def rows(*lines: str) -> str:
    return "".join(f"| {line} |\n" for line in lines)


TABLE = rows("Part | Made of", "--- | ---", "Wheel | Old oak", "Stone | Granite, `2 t`")
TAFEL = rows("Teil | Gemacht aus", "--- | ---", "Rad | Alte Eiche", "Stein | Granit, `2 t`")


def test_one_changed_cell_leaves_its_row_and_waits_alone() -> None:
    text, units = merged(TABLE, TABLE.replace("Old oak", "Young larch"), TAFEL)
    assert text == TAFEL.replace("Alte Eiche", "Young larch")
    assert [unit for unit in units if unit[1] != "keep"] == [
        ("cell", "translate", "Young larch", ("Young larch",))
    ]


def test_a_cell_without_words_follows_the_english() -> None:
    old, target = rows("Weight | 2.5"), rows("Gewicht | 2.5")
    head, kopf = rows("What | How much", "--- | ---"), rows("Was | Wie viel", "--- | ---")
    text, _ = merged(head + old, head + old.replace("2.5", "`w`"), kopf + target)
    assert text == kopf + rows("Gewicht | `w`")


def test_a_new_column_is_asked_for_and_the_others_stand() -> None:
    new = rows(
        "Part | Age | Made of",
        "--- | --- | ---",
        "Wheel | Ten years | Old oak",
        "Stone | New | Granite, `2 t`",
    )
    text, units = merged(TABLE, new, TAFEL)
    assert text == rows(
        "Teil | Age | Gemacht aus",
        "--- | --- | ---",
        "Rad | Ten years | Alte Eiche",
        "Stein | New | Granit, `2 t`",
    )
    assert [unit[3] for unit in units if unit[1] == "translate"] == [
        ("Age",),
        ("Ten years",),
        ("New",),
    ]


def test_a_row_with_another_number_of_cells_stands_and_is_held() -> None:
    target = TAFEL.replace("| Rad | Alte Eiche |", "| Rad | Alte | Eiche |")
    text, units = merged(TABLE, TABLE.replace("Old oak", "Young larch"), target)
    assert text == target
    assert ("cell", "hold") in [unit[:2] for unit in units]


def test_an_answer_with_more_cells_is_refused() -> None:
    recording = '{"source": "Young larch", "target": "Lärche | jung"}'
    new = TABLE.replace("Old oak", "Young larch")
    outcome = merge(
        TABLE + BODY, new + BODY, TAFEL + RUMPF, "de", engine_name="recorded", recording=recording
    )
    assert outcome.text == TAFEL.replace("Alte Eiche", "Young larch") + RUMPF


# ------------------------------------------------------------------ HTML and JSX

HTML = """\
<figure class="wide">
  <img src="mill.png" alt="A mill by a pond">
  <figcaption>The <b>old</b> mill
    in winter</figcaption>
</figure>
"""
BILD = """\
<figure class="wide" lang="de">
  <img src="mill.png" alt="Eine Mühle am Teich">
  <figcaption>Die <b>alte</b> Mühle
    im Winter</figcaption>
</figure>
"""


def test_one_changed_text_leaves_the_attribute_beside_it() -> None:
    new = HTML.replace(
        "The <b>old</b> mill\n    in winter", "Two <b>new</b> windmills\n    on a hill"
    )
    text, units = merged(HTML, new, BILD)
    assert text == BILD.replace(
        "Die <b>alte</b> Mühle\n    im Winter", "Two <b>new</b> windmills\n    on a hill"
    )
    assert [unit[:2] for unit in units] == [
        ("html", "keep"),
        ("attribute", "keep"),
        ("text", "translate"),
    ]


def test_a_changed_tag_leaves_the_texts_and_what_the_translators_added() -> None:
    text, units = merged(HTML, HTML.replace("mill.png", "mill.webp"), BILD)
    assert text == BILD.replace("mill.png", "mill.webp")
    assert [unit[:2] for unit in units] == [
        ("html", "merge"),
        ("attribute", "keep"),
        ("text", "keep"),
    ]


def test_html_in_which_the_translators_left_a_text_out_gets_no_blank_line() -> None:
    english = HTML.replace("</figure>", "<p>A wheel</p>\n</figure>")
    text, units = merged(english, english, BILD)
    assert text == BILD
    assert [unit[:2] for unit in units] == [
        ("html", "keep"),
        ("attribute", "keep"),
        ("text", "keep"),
        ("text", "keep"),
    ]


def test_a_new_piece_of_html_is_asked_for_text_by_text() -> None:
    text, units = merged("", HTML, "")
    assert text == HTML
    assert [unit[3] for unit in units] == [
        (),
        ("A mill by a pond",),
        ("The <b>old</b> mill\nin winter",),
    ]


def test_an_attribute_stays_in_its_quotes() -> None:
    recording = '{"source": "Two windmills", "target": "Zwei \\"Windmühlen\\""}'
    new = HTML.replace("A mill by a pond", "Two windmills")
    outcome = merge(
        HTML + BODY, new + BODY, BILD + RUMPF, "de", engine_name="recorded", recording=recording
    )
    assert (
        outcome.text == BILD.replace("Eine Mühle am Teich", "Zwei &quot;Windmühlen&quot;") + RUMPF
    )


def test_html_whose_texts_cannot_be_paired_stands_and_is_held() -> None:
    target = BILD.replace("</figcaption>", "</figcaption><p>Ein Satz</p><p>Noch einer</p>").replace(
        '<img src="mill.png" alt="Eine Mühle am Teich">', "<p>Kein Bild</p>"
    )
    text, units = merged(HTML, HTML.replace("in winter", "in the long winter"), target)
    assert text == target
    assert {unit[1] for unit in units} == {"hold"}


def test_a_tag_that_both_sides_changed_is_the_englishs_and_the_conflict_is_said() -> None:
    target = BILD.replace('"mill.png"', '"muehle.png"')
    text, units = merged(HTML, HTML.replace('"mill.png"', '"windmill.png"'), target)
    assert text == BILD.replace('"mill.png"', '"windmill.png"').replace(' lang="de"', "")
    assert [unit[:2] for unit in units] == [
        ("html", "merge"),
        ("attribute", "keep"),
        ("text", "keep"),
    ]


# ------------------------------------------------------------------ lines of directives


def test_a_changed_title_waits_alone_and_a_changed_kind_keeps_it() -> None:
    old = ":::{tip} Mind the wheel\n:class: wide\n:::\n"
    target = ":::{tip} Achtung, das Rad\n:class: wide\n:::\n"
    text, units = merged(old, old.replace("Mind the wheel", "Keep off the stone"), target)
    assert text == target.replace("Achtung, das Rad", "Keep off the stone")
    assert ("title", "translate", "Keep off the stone", ("Keep off the stone",)) in units


def test_words_in_markup_that_nobody_can_read_are_counted() -> None:
    broken = '<p>Old <a href="x>mill</p>\n'
    assert merge(broken + BODY, broken + BODY, broken + RUMPF, "de").unasked == 0
    new = broken.replace("Old", "Two new winds move this")
    outcome = merge(broken + BODY, new + BODY, broken + RUMPF, "de")
    assert outcome.unasked == 5
    assert outcome.report()["unasked"] == 5
    assert merge(HTML + BODY, HTML.replace("old", "new") + BODY, BILD + RUMPF, "de").unasked == 0


FORMS = {
    "exclamation": '!!! note "{title}"\n    {body}\n',
    "slashes": "/// note | {title}\n\n{body}\n\n///\n",
    "colons": "::: note {title}\n{body}\n:::\n",
}


@pytest.mark.parametrize("before", FORMS)
@pytest.mark.parametrize("after", FORMS)
def test_a_container_takes_the_form_of_its_english_and_keeps_its_words(
    before: str, after: str
) -> None:
    def page(form: str, title: str, body: str, end: str) -> str:
        return f"# Lamp\n\n{FORMS[form].format(title=title, body=body)}\n{end}\n"

    english = "Read this", "The lamp is hot. Wait.", "It is dark."
    turkish = "Bunu okuyun", "Lamba sıcaktır. Bekleyin.", "Karanlıktır."
    done = merge(page(before, *english), page(after, *english), page(before, *turkish), "tr")
    assert done.text == page(after, *turkish)
    assert done.totals["translate"] == done.totals["hold"] == 0
