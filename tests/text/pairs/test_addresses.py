"""A link to the same page in another language is no other link."""

from __future__ import annotations

import pytest

from amts_bot.text.pairs.addresses import with_addresses_of

SPANISH = ("en", "es")


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("[a](https://a.org/en-us/docs/x#y)", "[a](https://a.org/es-es/docs/x#y)"),
        ("[a](/en/x/)", "[a](/es/x/)"),
        ("[a](/x/)", "[a](/es/x/)"),
        ("[a](https://www.a.org/x)", "[a](https://es.a.org/x)"),
        ("[a](https://a.org/x?hl=en)", "[a](https://a.org/x?hl=es-419)"),
        ("<https://a.org/en/x>", "<https://a.org/es_MX/x>"),
        ('<a href="/en/x">a</a>', '<a href="/es/x">a</a>'),
        ("![a](/img/en/map.png)", "![a](/img/es/map.png)"),
        ("[a](/en/x) [b](/en/y)", "[b](/es/y) [a](/es/x)"),
    ],
)
def test_the_address_of_the_source_is_taken(english: str, spanish: str) -> None:
    found = with_addresses_of(english, spanish, SPANISH)
    assert sorted(found.split()) == sorted(english.split())
    assert with_addresses_of(english, found, SPANISH) == found


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("[a](/en/x)", "[a](/es/y)"),  # another page
        ("[a](/de/x)", "[a](/fr/x)"),  # languages that are not at hand
        ("[a](/energy/x)", "[a](/x)"),  # no language
        ("[a](/en/x)", "[a](/es/x) y [b](/es/x)"),  # one more
        ("`/en/x`", "`/es/x`"),  # code
        ("See x.", "Ver x."),
    ],
)
def test_other_links_stay_what_they_are(english: str, spanish: str) -> None:
    first, *rest = spanish.split(" y ")
    taken = english if rest else first
    assert with_addresses_of(english, spanish, SPANISH) == " y ".join([taken, *rest])
