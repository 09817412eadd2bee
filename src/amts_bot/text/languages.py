"""What differs between target languages: one row each, and how a tag finds its row.

The rows are the languages that Amazon Translate lists, with its codes:
https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html
How sentences end is a table of its own, by the same tags: `text/markdown/sentences.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

# Tokenizers of sacrebleu that need no download and no dictionary. `char` is for scripts that write
# no spaces between words, and for Korean: its particles are glued to the word, so that `13a` counts
# a right noun with another particle as wrong; ja-mecab and ko-mecab are extras with a dictionary.
Tokenizer = Literal["13a", "zh", "char"]

# What stands between two scripts: 使用`torch`的 or 使用 `torch` 的; "as-is" leaves it to the engine.
Spacing = Literal["none", "space", "as-is"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One target language.

    `service_code` is what Amazon Translate calls it, "" where the service does not have it;
    `spacing` is the white space between its own script and Latin letters, digits, code and math;
    `formality` says that the service can be asked for formal or informal wording.
    """

    code: str
    name: str
    service_code: str
    bleu_tokenizer: Tokenizer = "13a"
    spacing: Spacing = "as-is"
    formality: bool = False

    @property
    def is_generic(self) -> bool:
        """Is this the row of a language that the table does not know?"""
        return not self.service_code


# What the service can be asked to word formally or informally:
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-formality.html
_FORMALITY = frozenset({"de", "es", "es-MX", "fr", "fr-CA", "hi", "it", "ja", "ko", "nl", "pt-PT"})
_TOKENIZERS: dict[str, Tokenizer] = {
    "zh": "zh",
    "zh-TW": "zh",
    "ja": "char",
    "ko": "char",
    "th": "char",
}
# In Chinese pages that people wrote, 90 to 98 % of these places have no space; the service writes one
# in all of them, and to take it out is 4.7 % of what its editors have to do (benchmarks/wording.py).
# Traditional Chinese is left as it comes: many of its books have the space.
_NO_SPACES = frozenset({"zh", "ja"})

# Code as the service writes it, and the English name.
_NAMES = """
af Afrikaans
am Amharic
ar Arabic
az Azerbaijani
bg Bulgarian
bn Bengali
bs Bosnian
ca Catalan
cs Czech
cy Welsh
da Danish
de German
el Greek
en English
es Spanish
es-MX Spanish (Mexico)
et Estonian
fa Persian
fa-AF Dari
fi Finnish
fr French
fr-CA French (Canada)
ga Irish
gu Gujarati
ha Hausa
he Hebrew
hi Hindi
hr Croatian
ht Haitian Creole
hu Hungarian
hy Armenian
id Indonesian
is Icelandic
it Italian
ja Japanese
ka Georgian
kk Kazakh
kn Kannada
ko Korean
lt Lithuanian
lv Latvian
mk Macedonian
ml Malayalam
mn Mongolian
mr Marathi
ms Malay
mt Maltese
nl Dutch
no Norwegian (Bokmål)
pa Punjabi
pl Polish
ps Pashto
pt Portuguese (Brazil)
pt-PT Portuguese (Portugal)
ro Romanian
ru Russian
si Sinhala
sk Slovak
sl Slovenian
so Somali
sq Albanian
sr Serbian
sv Swedish
sw Swahili
ta Tamil
te Telugu
th Thai
tl Filipino (Tagalog)
tr Turkish
uk Ukrainian
ur Urdu
uz Uzbek
vi Vietnamese
zh Chinese (Simplified)
zh-TW Chinese (Traditional)
"""


def _row(code: str, name: str) -> Language:
    return Language(
        code=code,
        name=name,
        service_code=code,
        bleu_tokenizer=_TOKENIZERS.get(code, "13a"),
        spacing="none" if code in _NO_SPACES else "as-is",
        formality=code in _FORMALITY,
    )


LANGUAGES: dict[str, Language] = {
    code: _row(code, name)
    for code, _, name in (line.partition(" ") for line in _NAMES.strip().splitlines())
}

# Tags that people use for what the service calls otherwise, in lower case. Those that a shorter tag
# answers rightly are not here: zh-CN is zh, pt-BR is pt, de-AT is de.
_ALIASES = {
    "zh-hant": "zh-TW",
    "zh-hk": "zh-TW",
    "zh-mo": "zh-TW",
    "fil": "tl",
    "nb": "no",
    "prs": "fa-AF",
    "es-419": "es-MX",  # Latin America: nearer to Mexico than to Spain
    "pt-ao": "pt-PT",
    "pt-mz": "pt-PT",
}
_BY_TAG = {code.lower(): row for code, row in LANGUAGES.items()} | {
    alias: LANGUAGES[code] for alias, code in _ALIASES.items()
}


def language(code: str) -> Language:
    """The row of a language tag such as "tr", "pt-BR" or "zh_Hant_HK"; case does not matter.

    A tag that has no row is looked up by its parents ("zh-Hant-HK", "zh-Hant", "zh"); one with none
    gets a generic row: no service code, no rules of its own. Its `code` is always the tag asked for.
    """
    parts = code.replace("_", "-").split("-")
    tags = ("-".join(parts[:length]).lower() for length in range(len(parts), 0, -1))
    known = next((_BY_TAG[tag] for tag in tags if tag in _BY_TAG), None)
    return replace(known, code=code) if known else Language(code=code, name=code, service_code="")
