"""What translators leave standing, and the version of the English that a book was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.text.align.traces import VersionBeside, difference, likeness, traces
from amts_bot.text.align.versions import (
    PageHistory,
    PageVersion,
    VersionGuess,
    dated,
    fit,
    guess_dated,
)

ENGLISH = """\
# Tides
:label:`sec_tides`

The sea rises `12.4` hours after $h_0$, see [a table](tables.md) and :numref:`fig_moon`.

* spring tides
* neap tides

$$h(t) = a
\\cos(t)$$

```python
rise = 3  # metres
print('high water')
```
"""
TURKISH = """\
# Gelgit
:label:`sec_tides`

Deniz $h_0$ anından `12.4` saat sonra yükselir, bkz. [çizelge](tables.md) ve :numref:`fig_moon`.

* açık gelgit
* ölü gelgit

$$h(t) = a
\\cos(t)$$

```python
rise = 3  # metre
print('su yüksek')
```
"""


def test_a_translation_has_the_traces_of_its_english() -> None:
    found = traces(ENGLISH)
    assert found == traces(TURKISH)
    assert found == {
        "H#": 1,
        "R:label:`sec_tides`": 1,
        "R:numref:`fig_moon`": 1,
        "c`12.4`": 1,
        "m$h_0$": 1,
        "Ltables.md": 1,
        "P*": 2,
        "p": 3,
        "M$$h(t)=a": 1,
        "M\\cos(t)$$": 1,
        "F```python": 1,
        "F```": 1,
        "Crise=3": 1,
        "Cprint('')": 1,
    }


def test_a_formula_that_nobody_closed_ends_with_its_paragraph() -> None:
    assert traces("$$a = b\n\nTwo words and `code`.\n") == {"M$$a=b": 1, "p": 1, "c`code`": 1}


@given(st.text(alphabet="#`$*x1 \n[](.)", max_size=60), st.text(alphabet="#`$ab\n", max_size=60))
def test_likeness_is_a_share_and_no_page_differs_from_itself(one: str, other: str) -> None:
    a, b = traces(one), traces(other)
    assert difference(a, a) == 0
    assert difference(a, b) == difference(b, a)
    assert 0 <= likeness(a, b) <= 1


def test_what_looks_like_a_trace_is_read_by_what_it_stands_in() -> None:
    page = """\
1. One, two: `a b`, see https://example.org/a and <b>1,000</b>
  - [**marked**]{#here}

```{.python .input}
x = '1 # no comment'  # but this
~~~
$$
```
a line of the paragraph that the code ends
  $$y =
2$$
"""
    assert traces(page) == {
        "P1": 1,
        "c`ab`": 1,
        "Uhttps://example.org/a": 1,
        "T<b": 1,
        "n1000": 1,
        "T</b": 1,
        "P*": 1,
        "S[**": 1,
        "S**]": 1,
        "I{#here": 1,
        "p": 1,
        "F```{.python .input}": 1,
        "Cx='1": 1,
        "C~~~": 1,
        "C$$": 1,
        "F```": 1,
        "M$$y=": 1,
        "M2$$": 1,
    }


_LINES = st.sampled_from(
    ["", " ", "a `b`", "* c", "```", "~~~~", "$$", "$$d$$", "x = 1  # e", "f\r"]
)


_PAGES = st.lists(st.lists(_LINES, max_size=12).map("\n".join), min_size=1, max_size=5)


@given(_PAGES, st.data())
def test_a_version_counts_the_same_after_any_other(pages: list[str], data: st.DataObject) -> None:
    other = traces(data.draw(st.sampled_from(pages)))
    beside = VersionBeside(other)
    for page in pages:
        beside.put(page)
        found = traces(page)
        assert (beside.difference, beside.likeness) == (
            difference(other, found),
            likeness(other, found),
        )


@given(_PAGES)
def test_versions_that_were_dated_fit_as_they_do_alone(pages: list[str]) -> None:
    target = pages[-1]
    history = PageHistory(
        english=tuple(PageVersion(came, text) for came, text in enumerate(pages)),
        target=(PageVersion(len(pages), target),),
    )
    alone = {place: fit(target, text, pages[0]) for place, text in enumerate(pages)}
    assert dated(history).fits(0) == alone


def test_a_version_that_fits_worse_is_told_with_its_figure() -> None:
    newer = ENGLISH.replace("rise = 3", "rise = 4\nfall = 2\nturn = 0")
    found = fit(TURKISH, newer, ENGLISH)
    assert (round(found.likeness, 2), found.is_clearly_worse) == (0.86, True)
    assert not fit(TURKISH, ENGLISH.replace("spring", "big"), ENGLISH).is_clearly_worse


# ------------------------------------------------------------------ guesses


def page(name: int, *english: tuple[int, str], target: tuple[int, str]) -> PageHistory:
    """A page whose versions came at some times; `name` makes it unlike the others."""
    versions = tuple(PageVersion(came, f"{text}\n\n`p{name}`\n") for came, text in english)
    came, text = target
    return PageHistory(versions, (PageVersion(came, f"{text}\n\n`p{name}`\n"),))


def guess_versions(pages: Sequence[PageHistory]) -> list[VersionGuess | None]:
    return guess_dated([dated(page) for page in pages])


def test_code_tells_the_version() -> None:
    (found,) = guess_versions(
        [page(1, (1, "One `a`."), (2, "One `b`."), (3, "One `c`."), target=(9, "Bir `b`."))]
    )
    assert found is not None
    assert (found.version, found.likeness) == (1, 1.0)
    assert found.confidence > 0.6


def test_no_version_is_newer_than_the_translation() -> None:
    (found,) = guess_versions([page(1, (1, "One `a`."), (5, "One `b`."), target=(4, "Bir `b`."))])
    assert found is not None
    assert found.version == 0


def test_a_translation_that_is_older_than_its_english_has_no_version() -> None:
    young = page(1, (5, "One `a`."), target=(4, "Bir `a`."))
    old = page(2, (1, "Two `a`."), target=(4, "İki `a`."))
    none, found = guess_versions([young, old])
    assert none is None
    assert found is not None
    assert replace(found, confidence=round(found.confidence, 6)) == VersionGuess(0, 1.0, 1.0)
    assert guess_versions([]) == []


def test_the_other_pages_of_a_book_tell_versions_that_differ_in_prose_only() -> None:
    """Twenty pages show by their code that they were made from the release at 10; so was the one that cannot."""
    plain = [
        page(n, (1, "Old `a`."), (10, "New `b`."), (12, "Newer `c`."), target=(30, "Yeni `b`."))
        for n in range(20)
    ]
    silent = page(99, (1, "It is."), (9, "It was."), (15, "It will be."), target=(30, "Öyleydi."))
    found = guess_versions([*plain, silent])[-1]
    assert found is not None
    assert found.version == 1
    assert found.confidence > 0.75


def test_a_book_that_is_kept_up_page_by_page_has_what_was_newest_then() -> None:
    pages = [
        page(
            n,
            *((came, f"Page {n}, text {came} `t{came // 10}`.") for came in range(1, 90, 4)),
            target=(50 + n, f"Sayfa {n} `t{(50 + n - 1) // 10}`."),
        )
        for n in range(20)
    ]
    found = guess_versions(pages)
    newest = [max(c for c in range(1, 90, 4) if c <= 50 + n) // 4 for n in range(20)]
    right = [it is not None and it.version == n for it, n in zip(found, newest, strict=True)]
    assert sum(right) >= 18


def test_the_same_text_at_another_time_counts_as_the_same_version() -> None:
    (found,) = guess_versions(
        [page(1, (1, "It is."), (2, "It was."), (3, "It is."), target=(9, "Öyle."))]
    )
    assert found is not None
    assert found.version == 2
