"""The three-way merge of code cells; the cells were written for these tests."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.code.api import (
    CodeConflict,
    CodeMerge,
    bare,
    comment_pairs,
    comments,
    merge,
    translate_comments,
)

FENCE = "```{.python .input}\n"


def cell(text: str) -> str:
    return f"{FENCE}{dedent(text).lstrip()}```\n"


ENGLISH = cell('''
    #@tab all
    class Kettle:  #@save
        """A kettle that warms water."""
        def warm(self, litres):
            # Warm the water until it boils, which takes longer
            # the more of it there is
            for _ in range(litres):
                self.heat += 1  # One degree
            show(self.heat, label='degrees')
    ''')
TURKISH = cell('''
    #@tab all
    class Kettle:  #@save
        """Suyu ısıtan bir çaydanlık."""
        def warm(self, litres):
            # Suyu kaynayana dek ısıt
            for _ in range(litres):
                self.heat += 1  # Bir derece
            show(self.heat, label='derece')
    ''')


def merged(english: str, base: str = ENGLISH, ours: str = TURKISH) -> CodeMerge:
    return merge(base, ours, english)


def test_changed_code_keeps_every_comment_and_string_of_the_translators() -> None:
    english = (
        ENGLISH.replace("self.heat += 1", "self.heat += step")
        .replace("litres)", "litres, step)")
        .replace("show(self.heat,", "plot(self.heat, 'r',")
    )
    assert merged(english) == CodeMerge(
        cell('''
            #@tab all
            class Kettle:  #@save
                """Suyu ısıtan bir çaydanlık."""
                def warm(self, litres, step):
                    # Suyu kaynayana dek ısıt
                    for _ in range(litres, step):
                        self.heat += step  # Bir derece
                    plot(self.heat, 'r', label='derece')
            '''),
        (),
        added=False,
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("One degree", "one degree."),
        ("Warm the water until it boils, which", "Warm the water, until it boils which"),
        ("takes longer\n        # the more", "takes\n        # longer the more"),
        ('"""A kettle that warms water."""', '"""A kettle that warms water"""'),
    ],
)
def test_a_lightly_changed_comment_keeps_its_translation(old: str, new: str) -> None:
    english = ENGLISH.replace(old, new)
    assert english != ENGLISH
    assert merged(english) == CodeMerge(TURKISH, (), added=False)


def test_a_reworded_comment_is_english_again_and_a_conflict() -> None:
    english = ENGLISH.replace("One degree", "Three degrees at once")
    assert merged(english) == CodeMerge(
        TURKISH.replace("Bir derece", "Three degrees at once"),
        (
            CodeConflict(
                "            self.heat += 1  # Bir derece\n",
                "            self.heat += 1  # Three degrees at once\n",
                "comment changed in English",
            ),
        ),
        added=False,
        left=frozenset({"Three degrees at once"}),
    )


def test_a_reworded_run_of_comments_gives_way_as_a_whole_where_it_was_wrapped_anew() -> None:
    english = ENGLISH.replace("until it boils", "for a minute")
    result = merged(english)
    run = (
        "        # Warm the water for a minute, which takes longer\n"
        "        # the more of it there is\n"
    )
    assert run in result.text
    assert result.conflicts == (
        CodeConflict("        # Suyu kaynayana dek ısıt\n", run, "comment changed in English"),
    )


def test_a_reworded_docstring_is_a_conflict() -> None:
    english = ENGLISH.replace("A kettle that warms water.", "Water gets hot in here.")
    result = merged(english)
    assert result.text == TURKISH.replace("Suyu ısıtan bir çaydanlık.", "Water gets hot in here.")
    assert [c.ours for c in result.conflicts] == ['    """Suyu ısıtan bir çaydanlık."""\n']


def test_a_comment_that_comes_beside_another_is_no_change_of_that() -> None:
    base = cell("# Open the gate\ngate.open()\n")
    theirs = cell("# Open the gate\n# Wait\nwait()\ngate.open()\n")
    found = merge(base, base.replace("Open the gate", "Kapağı aç"), theirs)
    assert (found.text, found.conflicts, found.left) == (
        theirs.replace("Open the gate", "Kapağı aç"),
        (),
        frozenset({"Wait"}),
    )


def test_one_of_several_comments_in_a_run_changes_alone() -> None:
    base = cell("""
        # The first axis holds the lamps.
        # The second axis holds the rooms.
        shape = (3, 4)
        """)
    ours = cell("""
        # İlk eksen lambaları tutar.
        #  İkinci eksen odaları tutar.
        shape = (3, 4)
        """)
    theirs = base.replace("The first axis holds the lamps", "Lamps come first")
    assert merge(base, ours, theirs).text == cell("""
        # Lamps come first.
        #  İkinci eksen odaları tutar.
        shape = (3, 4)
        """)


def test_a_comment_that_the_translators_left_in_english_is_no_conflict() -> None:
    ours = TURKISH.replace("Bir derece", "One degree")
    english = ENGLISH.replace("One degree", "Two degrees")
    assert merge(ENGLISH, ours, english) == CodeMerge(
        ours.replace("One degree", "Two degrees"), (), added=False
    )


@pytest.mark.parametrize(
    ("old", "new", "ours", "wanted"),
    [
        (
            "Train `model` for 10 rounds",
            "Train `net` for 20 rounds",
            "`model` 10 tur",
            "`net` 20 tur",
        ),
        ("The map `x`", "The map `X`", "`x` haritası", "`X` haritası"),
        (
            "Fill self.bag first",
            "Fill self.sack first",
            "Önce self.bag dolar",
            "Önce self.sack dolar",
        ),
    ],
)
def test_a_renamed_variable_or_number_is_renamed_in_the_translation(
    old: str, new: str, ours: str, wanted: str
) -> None:
    base, mine, theirs = (cell(f"# {text}\nrun()\n") for text in (old, ours, new))
    assert merge(base, mine, theirs) == CodeMerge(cell(f"# {wanted}\nrun()\n"), (), added=False)


def test_a_name_that_the_translation_does_not_show_cannot_be_renamed() -> None:
    base, mine, theirs = (
        cell(f"# {text}\nrun()\n") for text in ("Train `model`", "Eğit", "Train `net`")
    )
    result = merge(base, mine, theirs)
    assert (result.text, len(result.conflicts)) == (theirs, 1)


def test_a_moved_comment_takes_its_translation_along() -> None:
    base = cell("""
        # Count the apples
        a = count(apples)
        # Count the pears
        p = count(pears)
        """)
    ours = base.replace("Count the apples", "数苹果").replace("Count the pears", "数梨")
    theirs = cell("""
        def total():
            # Count the pears
            p = count(pears)
            # Count the apples
            a = count(apples)
            return a + p  # count the pears
        """)
    assert merge(base, ours, theirs) == CodeMerge(
        cell("""
            def total():
                # 数梨
                p = count(pears)
                # 数苹果
                a = count(apples)
                return a + p  # count the pears
            """),
        (),
        added=False,
        left=frozenset({"count the pears"}),
    )


def test_a_trailing_comment_that_moves_to_its_own_line_stays_translated() -> None:
    base = cell("x = far_away(1)  # Look there\n")
    theirs = cell("# Look there\nx = far_away(1, 2)\n")
    assert merge(base, base.replace("Look there", "看那里"), theirs).text == cell(
        "# 看那里\nx = far_away(1, 2)\n"
    )


def test_deleted_lines_go_with_their_comments() -> None:
    english = cell("""
        #@tab all
        class Kettle:  #@save
            def warm(self, litres):
                show(self.heat, label='degrees')
        """)
    assert merged(english).text == english.replace("degrees", "derece")


def test_a_string_changed_on_both_sides_is_a_conflict_and_the_others_stay_translated() -> None:
    base = cell("plot(x, y, title='Rain', legend=['north', 'south'])\n")
    ours = cell("plot(x, y, title='Yağmur', legend=['kuzey', 'güney'])\n")
    theirs = cell("plot(x, y, title='Snow', legend=['north', 'south'], grid=True)\n")
    wanted = cell("plot(x, y, title='Snow', legend=['kuzey', 'güney'], grid=True)\n")
    assert merge(base, ours, theirs) == CodeMerge(
        wanted,
        (
            CodeConflict(
                "plot(x, y, title='Yağmur', legend=['kuzey', 'güney'])\n",
                "plot(x, y, title='Snow', legend=['north', 'south'], grid=True)\n",
                "code changed on both sides",
            ),
        ),
        added=False,
    )


def test_the_fields_of_a_translated_message_follow_the_english() -> None:
    base = cell("print(f'step {i + 1}, warmth {t.mean():.3f}')\n")
    ours = cell("print(f'adım {i + 1}, sıcaklık {t.mean():.3f}')\n")
    theirs = cell("print(f'step {i + 1}, warmth {t:.1f}')\n")
    assert merge(base, ours, theirs) == CodeMerge(
        cell("print(f'adım {i + 1}, sıcaklık {t:.1f}')\n"), (), added=False
    )


def test_translated_strings_survive_a_new_line_break_in_the_call() -> None:
    base = cell("draw(rain, snow, legend=['rain in May', 'snow in June'])\n")
    ours = cell("draw(rain, snow, legend=['mayıs yağmuru', 'haziran karı'])\n")
    theirs = cell("draw(rain, snow,\n     legend=['rain in May', 'snow in June'])\n")
    assert merge(base, ours, theirs).text == cell(
        "draw(rain, snow,\n     legend=['mayıs yağmuru', 'haziran karı'])\n"
    )


def test_code_changed_on_both_sides_is_the_new_english() -> None:
    base, ours = cell("tea = brew(3)\n"), cell("tea = brew(5)\n")
    theirs = cell("tea = brew(4)\n")
    assert merge(base, ours, theirs) == CodeMerge(
        theirs,
        (CodeConflict("tea = brew(5)\n", "tea = brew(4)\n", "code changed on both sides"),),
        added=False,
    )


def test_code_that_the_translators_changed_stays_where_the_english_stands() -> None:
    base = cell("tea = brew(3)\nmilk()\n")
    ours = cell("tea = brew(5)\nmilk()\n")
    theirs = cell("tea = brew(3)\nmilk(1)\n")
    assert merge(base, ours, theirs).text == cell("tea = brew(5)\nmilk(1)\n")


def test_what_the_translators_took_over_early_does_not_come_twice() -> None:
    base = cell("import tea\ntea.brew()\n")
    ours = cell("import tea\n# Önce ısıt\ntea.warm()\ntea.brew()\n")
    theirs = cell("import tea\n# Warm it first\ntea.warm()\ntea.brew()\n")
    assert merge(base, ours, theirs) == CodeMerge(ours, (), added=True)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "text"),
    [
        # renamed by the translators; the next line is what the English has now, in other words
        ("kettle.fill()\npour(2)\n", "caydanlik.fill()\nserve(cups=2)\n", "kettle.fill()\nserve(cups=2)\n",
         "caydanlik.fill()\nserve(cups=2)\n"),
        ("pour(2)\nkettle.fill()\n", "serve(cups=2)\ncaydanlik.fill()\n", "serve(cups=2)\nkettle.fill()\n",
         "serve(cups=2)\ncaydanlik.fill()\n"),
        # one line rewritten as three, and the English edit of its neighbour made already
        ("warm(pot)\nkettle.pour(cup)\n", "pot.heat = 0\npot.heat = 1\npot.on()\nkettle.pour(cup, 2)\n",
         "warm(pot)\nkettle.pour(cup, 2)\n", "pot.heat = 0\npot.heat = 1\npot.on()\nkettle.pour(cup, 2)\n"),
        # all of it is there already, a moved comment too
        ("# Lid off\nheat()\nfill()\nput()\n", "heat()\nfill()\n# Lid off\nput(1)\n",
         "heat()\nfill()\n# Lid off\nput(1)\n", "heat()\nfill()\n# Lid off\nput(1)\n"),
        # it is translated
        ("# Lid off\nheat()\nfill()\nput()\n", "heat()\nfill()\n# Kapaksız\nput(1)\n",
         "heat()\nfill()\n# No lid yet\nput(1)\n", "heat()\nfill()\n# Kapaksız\nput(1)\n"),
        # a word apart, and one line is still to be synced
        ("# Mind: no lid\nheat()\nfill()\nput()\n", "heat()\nfill()\n# no lid\nput()\n",
         "heat()\nfill()\n# no lid\nput(1)\n", "heat()\nfill()\n# no lid\nput(1)\n"),
        # a comment of the translators' own beside a new English one
        ("heat()\nput()\n", "heat()\n# Bizde çay demlenir\nput()\n", "heat()\n# No lid\nput()\n",
         "heat()\n# No lid\n# Bizde çay demlenir\nput()\n"),
    ],
)  # fmt: skip
def test_a_line_that_is_ahead_or_whose_english_stands_is_no_conflict(
    base: str, ours: str, theirs: str, text: str
) -> None:
    merged_cell = merge(cell(base), cell(ours), cell(theirs))
    assert (merged_cell.text, merged_cell.conflicts) == (cell(text), ())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), st.data())
def test_lines_that_the_translators_renamed_stand_beside_any_edit(
    numbers: list[int], data: st.DataObject
) -> None:
    lines = [f"kettle.pour(cup_{place}, {n})" for place, n in enumerate(numbers)]
    edited = data.draw(st.sets(st.integers(0, len(lines) - 1)))
    ours = [f"çaydanlık.pour(cup_{place}, {n})" for place, n in enumerate(numbers)]
    theirs = [f"serve_{place}()" if place in edited else line for place, line in enumerate(lines)]
    base, mine, new = (cell("\n".join(side) + "\n") for side in (lines, ours, theirs))
    text = merge(base, mine, new).text
    assert [
        line for place, line in enumerate(ours) if place not in edited and line not in text
    ] == []


def test_lines_of_the_translators_stay_with_their_neighbours() -> None:
    ours = TURKISH.replace("    def warm", "    # Çevirmenin notu\n    def warm").replace(
        "+= 1  # Bir derece\n", "+= 1  # Bir derece\n            log(self.heat)\n"
    )
    english = ENGLISH.replace("class Kettle:  #@save", "class Pot:  #@save").replace("1  #", "2  #")
    assert merge(ENGLISH, ours, english) == CodeMerge(
        ours.replace("class Kettle", "class Pot").replace("1  #", "2  #"), (), added=True
    )


def test_lines_of_the_translators_whose_neighbours_are_gone_are_a_conflict() -> None:
    base = cell("one()\ntwo()\nthree()\nfour()\n")
    ours = cell("one()\ntwo()\nbizim()\nthree()\nfour()\n")
    theirs = cell("one()\nfour()\n")
    assert merge(base, ours, theirs) == CodeMerge(
        theirs,
        (CodeConflict("bizim()\n", "", "the lines around the translators' own are gone"),),
        added=True,
    )


def test_a_statement_split_by_the_translators_is_taken_whole_from_the_new_english() -> None:
    base = cell("start()\npour(cup, saucer)\nstop()\n")
    ours = cell("start()\n# İki adımda\npour(cup)\nput(saucer)\nstop()\n")
    theirs = cell("start()\npour(cup, saucer, spoon)\nstop()\n")
    assert merge(base, ours, theirs) == CodeMerge(
        theirs,
        (
            CodeConflict(
                "# İki adımda\npour(cup)\nput(saucer)\n",
                "pour(cup, saucer, spoon)\n",
                "code changed on both sides",
            ),
        ),
        added=False,
    )


def test_a_fence_comes_from_the_side_that_changed_it() -> None:
    base, ours, theirs = "```python\nx\n```\n", "```python\nx  # 甲\n```\n", "```{.python}\nx\n```"
    assert merge(base, ours, theirs).text == "```{.python}\nx  # 甲\n```"
    mine = "~~~python\nx\n~~~\n"
    assert merge(base, mine, "```python\ny\n```").text == "~~~python\ny\n~~~"


def test_windows_line_ends_are_kept() -> None:
    base, ours, theirs = (
        cell(text).replace("\n", "\r\n")
        for text in ("a()  # b\n# c\nd()\n", "a()  # 乙\n# 丙\nd()\n", "x()  # b\n# c\nd(1)\n")
    )
    wanted = cell("x()  # 乙\n# 丙\nd(1)\n").replace("\n", "\r\n")
    assert merge(base, ours, theirs) == CodeMerge(wanted, (), added=False)


# --- the memory ---------------------------------------------------------------------------------


def test_comment_pairs_are_what_the_translators_translated() -> None:
    ours = TURKISH.replace("'derece'", "'degrees'")
    assert comment_pairs(ENGLISH, ours) == {
        "A kettle that warms water.": "Suyu ısıtan bir çaydanlık.",
        "Warm the water until it boils, which takes longer the more of it there is": (
            "Suyu kaynayana dek ısıt"
        ),
        "One degree": "Bir derece",
    }
    assert comment_pairs(ENGLISH, ENGLISH) == {}


def test_new_and_changed_comments_come_from_the_memory() -> None:
    memory = {"Look twice": "İki kez bak\nsonra geç", "Open the lid": "Kapağı aç"}
    english = ENGLISH.replace("One degree", "Look   twice").replace(
        "        show(", "        # Look twice\n        # Open the lid\n        show("
    )
    assert merge(ENGLISH, TURKISH, english, memory) == CodeMerge(
        TURKISH.replace("Bir derece", "İki kez bak sonra geç").replace(
            "        show(",
            "        # İki kez bak\n        # sonra geç\n        # Kapağı aç\n        show(",
        ),
        (),
        added=False,
    )


def test_a_new_cell_is_translated_as_far_as_the_memory_goes() -> None:
    pairs = comment_pairs(ENGLISH, TURKISH)
    new = ENGLISH.replace("One degree", "A step").replace("#@tab all", "%%tab all")
    assert translate_comments(new, pairs) == new.replace(
        "A kettle that warms water.", "Suyu ısıtan bir çaydanlık."
    ).replace(
        "# Warm the water until it boils, which takes longer\n        # the more of it there is",
        "# Suyu kaynayana dek ısıt",
    )
    assert translate_comments(new, {}) == new


def test_a_docstring_over_several_lines_keeps_its_indent_when_it_comes_from_the_memory() -> None:
    base = cell('''
        def f(x):
            """Fold it.

            Args:
                x: paper
            """
        ''')
    ours = base.replace("Fold it.", "Katla.").replace("paper", "kâğıt")
    theirs = base.replace("def f(x):", "class F:\n    def f(x):").replace("\n    ", "\n        ")
    theirs = theirs.replace("        def", "    def")
    wanted = theirs.replace("Fold it.", "Katla.").replace("paper", "kâğıt")
    assert translate_comments(theirs, comment_pairs(base, ours)) == wanted
    assert merge(base, ours, theirs).text == wanted


def test_a_translation_that_would_break_the_quotes_is_not_used() -> None:
    new = cell('def f():\n    """Stop."""\n')
    assert translate_comments(new, {"Stop.": 'say """stop"""'}) == new


# --- what is a comment --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "found"),
    [
        ("x = '# no'  # yes", "x = '# no'", ("yes",)),
        (r"x = 'it\'s # no'  # yes", r"x = 'it\'s # no'", ("yes",)),
        ('x = """a # no\n# no"""  # yes', 'x = """a # no\n# no"""', ("yes",)),
        ("f()  #@save", "f()  #@save", ()),
        ("import x  # noqa: F401", "import x  # noqa: F401", ()),
        ("f()  #@save  # yes", "f()  #@save", ("yes",)),
        ("%matplotlib inline", "%matplotlib inline", ()),
        ("!pip install a#egg don't  # yes", "!pip install a#egg don't", ("yes",)),
        ("'''A doc.'''", "", ("A doc.",)),
        ("# One of\n# two.\n# Three.", "", ("One of two.", "Three.")),
    ],
)
def test_bare_code_and_comments_of_a_line(line: str, code: str, found: tuple[str, ...]) -> None:
    text = cell(f"{line}\n\n")
    assert bare(text) == "\n".join(filter(None, (FENCE.strip(), code, "```")))
    assert comments(text) == found


@pytest.mark.parametrize(
    ("language", "line", "ours", "theirs", "wanted"),
    [
        ("js", "f();  // a word", "f();  // 一词", "g();  // a word", "g();  // 一词"),
        ("c", "f(); /* a word */", "f(); /* 一词 */", "g(); /* a word */", "g(); /* 一词 */"),
        ("sql", "SELECT 1 -- one", "SELECT 1 -- 一", "SELECT 2 -- one", "SELECT 2 -- 一"),
        ("bash", "ls ${x#y} # list", "ls ${x#y} # 列", "ls ${x#z} # list", "ls ${x#z} # 列"),
    ],
)
def test_other_languages_have_comments_too(
    language: str, line: str, ours: str, theirs: str, wanted: str
) -> None:
    base, mine, new, out = (f"```{language}\n{x}\n```\n" for x in (line, ours, theirs, wanted))
    assert merge(base, mine, new) == CodeMerge(out, (), added=False)


# --- properties ---------------------------------------------------------------------------------

ENGLISH_WORDS = ("warm", "the Cup", "`x`", "3", "slowly.", "model_1")
OTHER_WORDS = ("ısıt", "杯子", "`x`", "3", "yavaşça.", "note")


def _comment_texts(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3).map(" ".join)


def _code_lines(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    name, text = st.sampled_from(("a", "b", "f(a)", ")")), _comment_texts(words)
    return st.one_of(
        st.builds("{} = {}".format, name, name),
        st.builds("{} = '{}'".format, name, text),
        st.builds("    {} += {}  # {}".format, name, name, text),
        st.builds("# {}".format, text),
        st.builds('    """{}"""'.format, text),
        st.just(""),
        st.just("#@save"),
    )


def _cells(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    lines = st.lists(_code_lines(words), max_size=12)
    return lines.map(lambda lines: FENCE + "".join(f"{line}\n" for line in lines) + "```\n")


english_cells, other_cells = _cells(ENGLISH_WORDS), _cells(OTHER_WORDS)
anything = st.text(alphabet=st.sampled_from("ab1 #'\"\\`~%!@\n\r\t/*->{}.:\x0c甲"), max_size=60)


@given(english_cells, other_cells)
def test_nothing_changes_where_the_english_stands(base: str, ours: str) -> None:
    assert merge(base, ours, base).text == ours


@given(english_cells, english_cells)
def test_an_untranslated_cell_is_the_new_english(base: str, theirs: str) -> None:
    assert merge(base, base, theirs) == CodeMerge(theirs, (), added=False)


@given(english_cells, other_cells, english_cells)
def test_merging_again_changes_nothing(base: str, ours: str, theirs: str) -> None:
    once = merge(base, ours, theirs).text
    assert merge(theirs, once, theirs).text == once


def _masked(code: str) -> Counter[str]:
    return Counter(re.sub(r"'[^']*'", "''", line) for line in bare(code).split("\n"))


@given(english_cells, other_cells, english_cells)
def test_every_code_line_comes_from_one_side(base: str, ours: str, theirs: str) -> None:
    lines = _masked(merge(base, ours, theirs).text)
    assert lines <= _masked(theirs) + _masked(ours)


@given(english_cells, english_cells, st.data())
def test_translated_comments_never_change_the_code(
    base: str, theirs: str, data: st.DataObject
) -> None:
    words = dict(zip(ENGLISH_WORDS, OTHER_WORDS, strict=True))
    pattern = re.compile("|".join(map(re.escape, words)))
    translated = [
        re.sub(r"(#  ?|\"\"\").*", lambda m: pattern.sub(lambda w: words[w[0]], m[0]), line)
        if data.draw(st.booleans())
        else line
        for line in base.split("\n")
    ]
    result = merge(base, "\n".join(translated), theirs)
    assert bare(result.text) == bare(theirs)
    assert not result.added


@given(english_cells, other_cells, english_cells)
def test_the_fence_stays_whole(base: str, ours: str, theirs: str) -> None:
    text = merge(base, ours, theirs.replace(FENCE, "```python\n")).text
    assert text.startswith("```python\n")
    assert text.endswith("\n```\n")
    assert text.count("```") == 2


@given(anything, anything, anything, st.dictionaries(anything, anything, max_size=3))
def test_no_text_makes_it_fail(base: str, ours: str, theirs: str, memory: dict[str, str]) -> None:
    assert merge(base, ours, base, memory).text == ours
    assert merge(base, base, theirs).text == theirs
    merge(base, ours, theirs, memory)
    for text in (base, FENCE + base + "\n```"):
        bare(text), comments(text), translate_comments(text, memory), comment_pairs(text, ours)
