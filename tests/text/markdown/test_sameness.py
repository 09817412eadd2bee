"""What a reader cannot tell apart is one text, in every place where versions are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_bot.sync.one_page import merge
from amts_bot.text.align.pages import align
from amts_bot.text.drafts.memory import key
from amts_bot.text.languages import language
from amts_bot.text.markdown.sameness import seen
from amts_bot.text.merge.draft import draft
from amts_bot.text.merge.untranslated import reopened
from amts_bot.text.names.pages import still_untranslated
from amts_bot.text.names.texts import sentence_hash, unit_hash

OLD = """\
# The naïve café

The café opens at nine. It is a naïve place.

- [ ] Fetch crème.

| Café | Thé |
|---|---|

```python
naïve = "café"  # the café
```

$$café$$
"""
TARGET = """\
# Saf kafe

Kafe dokuzda açılır. Saf bir yerdir.

- [ ] Krema al.

| Kafe | Çay |
|---|---|

```python
naïve = "kafe"  # kafe
```

$$café$$
"""


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    "new",
    [
        decomposed(OLD),
        OLD.replace("opens", "op\u00adens").replace("naïve place", "naïve\u200b place"),
        OLD.replace("- [ ]", "\u2060- [ ]").replace("The", "\ufeffThe"),
        decomposed(OLD).replace("nine", "ni\u00adne"),
    ],
)
@pytest.mark.parametrize("engine", ["none", "memory"])
def test_another_normal_form_or_unseen_sign_changes_no_text(new: str, engine: str) -> None:
    outcome = merge(OLD, new, TARGET, "tr", engine_name=engine)
    assert outcome.text == TARGET
    assert [entry for entry in outcome.entries if entry.translate or entry.conflicts] == []


def test_beside_a_change_the_rest_stands_in_any_normal_form() -> None:
    new = decomposed(OLD).replace("at nine", "at ten")
    text = merge(OLD, new, TARGET, "tr", engine_name="none").text
    changed = decomposed("The café opens at ten.")
    assert text == TARGET.replace("Kafe dokuzda açılır.", changed)


def test_a_translation_may_be_written_in_any_normal_form() -> None:
    target = decomposed(TARGET)
    assert merge(OLD, OLD, target, "tr", engine_name="none").text == target


def test_the_memory_and_the_lock_know_a_sentence_in_any_normal_form() -> None:
    assert key(decomposed("A naïve café.")) == key("A naïve café.")
    assert unit_hash(decomposed("A naïve café.")) == unit_hash("A naïve café.")


def test_english_that_still_stands_is_asked_for_again_in_any_normal_form() -> None:
    english, target = decomposed("A naïve café.\n"), "A naïve café.\n"
    names = frozenset({sentence_hash("A naïve café.")})
    assert still_untranslated(names, english, target) == names
    again = reopened(draft(align(target, target), english, language("tr")), names)
    assert [request.source for request in again.requests] == ["A naïve café."]


@given(st.text())
def test_what_is_seen_has_nothing_unseen(text: str) -> None:
    assert seen(seen(text)) == seen(text) == seen(decomposed(text))
    assert seen(f"\ufeff{text}\u00ad") == seen(text)


def test_a_sign_that_nobody_sees_is_a_change_in_code() -> None:
    old, new = "```python\na = '\u200bb'\n```\n", "```python\na = 'b'\n```\n"
    assert merge(old, new, old, "tr", engine_name="none").text == new


def test_a_list_with_other_ordinals_keeps_its_words() -> None:
    old = "1. Open.\n2. Lock.\n3. Go.\n"
    new = "1. Close.\n2. Open.\n3. Lock.\n4. Go.\n"
    text = merge(old, new, "1. Aç.\n2. Kilitle.\n3. Git.\n", "tr", engine_name="none").text
    assert text == "1. Close.\n2. Aç.\n3. Kilitle.\n4. Git.\n"
