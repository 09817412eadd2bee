"""What differs between target languages: one row each, and how a tag finds its row.

The rows are the languages that Amazon Translate lists, with its codes, and a few that it does not have:
https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from amts_bot.text.scripts import (
    ARABIC,
    ARMENIAN,
    BENGALI,
    CYRILLIC,
    DEVANAGARI,
    ETHIOPIC,
    GEORGIAN,
    GREEK,
    GUJARATI,
    GURMUKHI,
    HAN,
    HANGUL,
    HEBREW,
    KANA,
    KANNADA,
    KHMER,
    LAO,
    LATIN,
    MALAYALAM,
    MYANMAR,
    SINHALA,
    TAMIL,
    TELUGU,
    THAI,
    Script,
)

# Tokenizers of sacrebleu that need no download and no dictionary. `char` is for scripts that write
# no spaces between words, and for Korean: its particles are glued to the word, so that `13a` counts
# a right noun with another particle as wrong; ja-mecab and ko-mecab are extras with a dictionary.
Tokenizer = Literal["13a", "zh", "char"]

# What stands between two scripts: 使用`torch`的 or 使用 `torch` 的; "as-is" leaves it to the engine.
Spacing = Literal["none", "space", "as-is"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What books in any language take over from English.
_NEVER = _words("Dr Prof Mr Mrs Ms St vs cf e.g i.e")
_SELDOM = _words("etc al ca approx fig figs eq eqs eqn no nos nr vol ch sec p pp ed eds Inc")


@dataclass(frozen=True, slots=True)
class SentenceEnds:
    """How a language ends its sentences.

    `never`: abbreviations that something always follows ("Dr."); `seldom`: those that end a sentence
    only before a capital ("etc.", "Fig."). They are written as in mid-sentence, without the last period:
    "e.g" stands for "e.g." and "E.g.", but "Ms" only for "Ms.": "ms." is the end of a measurement.
    `ordinals`: "3." is how the language writes "3rd"; `goes_on`: what follows a quotation in the same
    sentence: 「…。」と言った. The default asks for white space and a capital letter, or a letter without case.
    """

    never: frozenset[str] = _NEVER
    seldom: frozenset[str] = _SELDOM
    ordinals: bool = False
    goes_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One target language.

    `service_code` is what Amazon Translate calls it, "" where the service does not have it;
    `scripts` are those that it is written in, none where they are not known;
    `spacing` is the white space between its own script and Latin letters, digits, code and math;
    `formality` says that the service can be asked for formal or informal wording, `brevity` for fewer
    words (by calls, not by jobs); `batch`, `parallel_data` and `custom_terms` that it takes jobs, examples and
    a terminology for the language, from English and to it. All as its pages said on `AS_OF`.
    `same_meaning` names the edits of the English that change nothing for its translators (`merge.same_meaning`).
    """

    code: str
    name: str
    service_code: str
    scripts: tuple[Script, ...] = ()
    bleu_tokenizer: Tokenizer = "13a"
    spacing: Spacing = "as-is"
    formality: bool = False
    brevity: bool = False
    batch: bool = True
    parallel_data: bool = True
    custom_terms: bool = True
    same_meaning: tuple[str, ...] = ("contractions", "spelling")
    sentence_ends: SentenceEnds = SentenceEnds()

    @property
    def has_custom_translation(self) -> bool:
        """Whether the service translates into it by jobs with parallel data, as engine `amazon-act` does."""
        return self.batch and self.parallel_data

    @property
    def is_generic(self) -> bool:
        """Is this the row of a language that the table does not know?"""
        return not self.scripts

    @property
    def sentence_gap(self) -> str:
        """What stands between two sentences: a space, but in scripts that have none between words.

        Of a language that the table does not know, the team's `spacing` tells.
        """
        if self.is_generic:
            return "" if self.spacing == "none" else " "
        return " " if all(script.words == "spaced" for script in self.scripts) else ""


_ENGLISH = SentenceEnds(
    _NEVER | _words("Messrs Hon Rev Gen Col Capt Lt Sgt eg ie viz resp"),
    _SELDOM | _words("Ltd Co Corp Jr Sr Ph.D tab ref refs def thm prop lem Dept est"),
)
_TURKISH = SentenceEnds(
    # Not dir. and var.: they are verbs, and end sentences.
    _NEVER | _words("Doç Yrd Av Sn bkz örn ör krş çev haz yay Mah Cad Sok Alb Gen Hz"),
    _SELDOM | _words("vb vd ark bl böl sf syf s c cilt şek tab çiz eş ref yy T.C M.Ö M.S"),
    ordinals=True,
)
_GERMAN = SentenceEnds(
    _NEVER | _words("bzw vgl ggf evtl sog bspw d.h u.a z.b z h u i o Hr Fr Dipl Ing"),
    _SELDOM | _words("usw abb abs art bd kap s tab gl u.ä"),
    ordinals=True,
)
_SPANISH = SentenceEnds(
    _NEVER | _words("Sr Sra Srta D Dª Dra Ud Uds p.ej ej aprox"),
    _SELDOM | _words("pág págs cap ec núm art EE.UU"),
)
_FRENCH = SentenceEnds(
    _NEVER | _words("M MM Mme Mlle ex p.ex env"), _SELDOM | _words("chap éq n° art éd")
)
_ITALIAN = SentenceEnds(_NEVER | _words("Sig Dott Ing es p.es"), _SELDOM | _words("ecc pag cap"))
_PORTUGUESE = SentenceEnds(
    _NEVER | _words("Sr Sra Dra Exmo ex p.ex aprox"), _SELDOM | _words("pág págs cap núm art")
)
_VIETNAMESE = SentenceEnds(
    _NEVER | _words("TS ThS GS PGS BS KS TP v.d vd"), _SELDOM | _words("v.v tr h")
)
_RUSSIAN = SentenceEnds(
    _NEVER | _words("т.е т.н т.к напр проф см ср"),
    _SELDOM | _words("т.д т.п др рис табл гл стр с г в им руб тыс млн"),
)
_CHINESE = SentenceEnds(goes_on="的")
_CANTONESE = SentenceEnds(goes_on="嘅的")
_JAPANESE = SentenceEnds(goes_on="とのをはがにへや")


# When the pages of the service were read that this table follows. They name no language that lacks batch
# jobs, terminology or, since 15 November 2021, parallel data:
# https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html and doc-history.html.
AS_OF = "2026-11-21"
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-brevity.html
_BREVITY = frozenset({"de", "es", "fr", "it", "pt"})


def _row(
    code: str,
    name: str,
    *scripts: Script,
    service_code: str | None = None,
    bleu_tokenizer: Tokenizer = "13a",
    spacing: Spacing = "as-is",
    formality: bool = False,
    sentence_ends: SentenceEnds = SentenceEnds(),
) -> Language:
    """A row of the table: in Latin letters, and with the service's code, where it says nothing else."""
    return Language(
        code=code,
        name=name,
        service_code=code if service_code is None else service_code,
        scripts=scripts or (LATIN,),
        bleu_tokenizer=bleu_tokenizer,
        spacing=spacing,
        formality=formality,
        brevity=code in _BREVITY,
        batch=service_code != "",
        parallel_data=service_code != "",
        custom_terms=service_code != "",
        sentence_ends=sentence_ends,
    )


# `formality`: what the service can be asked to word formally or informally:
# https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-formality.html
# `spacing`: in Chinese pages that people wrote, 90 to 98 % of these places have no space; the service
# writes one in all of them, and to take it out is 4.7 % of what its editors have to do
# (benchmarks/wording.py). Traditional Chinese is left as it comes: many of its books have the space.
_ROWS = (
    _row("af", "Afrikaans"),
    _row("am", "Amharic", ETHIOPIC),
    _row("ar", "Arabic", ARABIC),
    _row("az", "Azerbaijani"),
    _row("bg", "Bulgarian", CYRILLIC),
    _row("bn", "Bengali", BENGALI),
    _row("bs", "Bosnian"),
    _row("ca", "Catalan"),
    _row("cs", "Czech"),
    _row("cy", "Welsh"),
    _row("da", "Danish"),
    _row("de", "German", formality=True, sentence_ends=_GERMAN),
    _row("el", "Greek", GREEK),
    _row("en", "English", sentence_ends=_ENGLISH),
    _row("es", "Spanish", formality=True, sentence_ends=_SPANISH),
    _row("es-MX", "Spanish (Mexico)", formality=True, sentence_ends=_SPANISH),
    _row("et", "Estonian"),
    _row("fa", "Persian", ARABIC),
    _row("fa-AF", "Dari", ARABIC),
    _row("fi", "Finnish"),
    _row("fr", "French", formality=True, sentence_ends=_FRENCH),
    _row("fr-CA", "French (Canada)", formality=True, sentence_ends=_FRENCH),
    _row("ga", "Irish"),
    _row("gu", "Gujarati", GUJARATI),
    _row("ha", "Hausa"),
    _row("he", "Hebrew", HEBREW),
    _row("hi", "Hindi", DEVANAGARI, formality=True),
    _row("hr", "Croatian"),
    _row("ht", "Haitian Creole"),
    _row("hu", "Hungarian"),
    _row("hy", "Armenian", ARMENIAN),
    _row("id", "Indonesian"),
    _row("is", "Icelandic"),
    _row("it", "Italian", formality=True, sentence_ends=_ITALIAN),
    _row(
        "ja",
        "Japanese",
        KANA,
        HAN,
        bleu_tokenizer="char",
        spacing="none",
        formality=True,
        sentence_ends=_JAPANESE,
    ),
    _row("ka", "Georgian", GEORGIAN),
    _row("kk", "Kazakh", CYRILLIC),
    _row("km", "Khmer", KHMER, service_code="", bleu_tokenizer="char"),
    _row("kn", "Kannada", KANNADA),
    _row("ko", "Korean", HANGUL, bleu_tokenizer="char", formality=True),
    _row("lo", "Lao", LAO, service_code="", bleu_tokenizer="char"),
    _row("lt", "Lithuanian"),
    _row("lv", "Latvian"),
    _row("mk", "Macedonian", CYRILLIC),
    _row("ml", "Malayalam", MALAYALAM),
    _row("mn", "Mongolian", CYRILLIC),
    _row("mr", "Marathi", DEVANAGARI),
    _row("ms", "Malay"),
    _row("mt", "Maltese"),
    _row("my", "Burmese", MYANMAR, service_code="", bleu_tokenizer="char"),
    _row("nl", "Dutch", formality=True),
    _row("no", "Norwegian (Bokmål)"),
    _row("pa", "Punjabi", GURMUKHI),
    _row("pl", "Polish"),
    _row("ps", "Pashto", ARABIC),
    _row("pt", "Portuguese (Brazil)", sentence_ends=_PORTUGUESE),
    _row("pt-PT", "Portuguese (Portugal)", formality=True, sentence_ends=_PORTUGUESE),
    _row("ro", "Romanian"),
    _row("ru", "Russian", CYRILLIC, sentence_ends=_RUSSIAN),
    _row("si", "Sinhala", SINHALA),
    _row("sk", "Slovak"),
    _row("sl", "Slovenian"),
    _row("so", "Somali"),
    _row("sq", "Albanian"),
    _row("sr", "Serbian", CYRILLIC, LATIN),
    _row("sv", "Swedish"),
    _row("sw", "Swahili"),
    _row("ta", "Tamil", TAMIL),
    _row("te", "Telugu", TELUGU),
    _row("th", "Thai", THAI, bleu_tokenizer="char"),
    _row("tl", "Filipino (Tagalog)"),
    _row("tr", "Turkish", sentence_ends=_TURKISH),
    _row("uk", "Ukrainian", CYRILLIC),
    _row("ur", "Urdu", ARABIC),
    _row("uz", "Uzbek"),
    _row("vi", "Vietnamese", sentence_ends=_VIETNAMESE),
    _row(
        "yue",
        "Cantonese",
        HAN,
        service_code="",
        bleu_tokenizer="zh",
        spacing="none",
        sentence_ends=_CANTONESE,
    ),
    _row(
        "zh",
        "Chinese (Simplified)",
        HAN,
        bleu_tokenizer="zh",
        spacing="none",
        sentence_ends=_CHINESE,
    ),
    _row("zh-TW", "Chinese (Traditional)", HAN, bleu_tokenizer="zh", sentence_ends=_CHINESE),
)
LANGUAGES: dict[str, Language] = {row.code: row for row in _ROWS}

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


# Codes of countries that are taken for the language spoken there; none is the code of another language
# with books of its own.
_COUNTRIES = {
    "al": "sq",
    "at": "de",
    "bd": "bn",
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "ee": "et",
    "gb": "en",
    "ge": "ka",
    "gr": "el",
    "ir": "fa",
    "jp": "ja",
    "kr": "ko",
    "kz": "kk",
    "ph": "tl",
    "pk": "ur",
    "rs": "sr",
    "tw": "zh-TW",
    "ua": "uk",
    "us": "en",
    "vn": "vi",
}
_CALLED_BY_COUNTRY = _words("cn cz gr jp ua vn")  # folders of languages: no other word is likely
_SHORTEST_NAME = 3  # letters: "jap" can only be Japanese, "ja" is a code


# Those of ISO 639-1: folders and files of books in any of these are called so. English is none of them.
_ISO_639_1 = _words("""
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq
    sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
""")


# ISO 639-2: three letters for languages that have two, which is what tags are made of (RFC 5646, 2.2.1); both forms
# where librarians have one of their own.
_BY_THREE_LETTERS = {
    pair[:3]: pair[4:]
    for pair in _words("""
        alb=sq ara=ar arm=hy baq=eu ben=bn bul=bg bur=my cat=ca ces=cs chi=zh cym=cy cze=cs dan=da deu=de dut=nl
        ell=el eng=en est=et eus=eu fas=fa fin=fi fra=fr fre=fr geo=ka ger=de gle=ga glg=gl gre=el guj=gu hau=ha
        heb=he hin=hi hrv=hr hun=hu hye=hy ice=is ind=id isl=is ita=it jpn=ja kan=kn kat=ka kaz=kk khm=km kor=ko
        lao=lo lav=lv lit=lt mac=mk mal=ml mar=mr may=ms mkd=mk mon=mn msa=ms mya=my nep=ne nld=nl nor=no pan=pa
        per=fa pol=pl por=pt ron=ro rum=ro rus=ru sin=si slk=sk slo=sk slv=sl som=so spa=es sqi=sq srp=sr swa=sw
        swe=sv tam=ta tel=te tgl=tl tha=th tur=tr ukr=uk urd=ur uzb=uz vie=vi wel=cy zho=zh
    """)
}


def is_code(code: str) -> bool:
    """Whether some language may have this code. Of two letters all are known; of three those that need only two."""
    tag = code.split("-")[0]
    return tag in _BY_TAG or tag in _ISO_639_1 or (len(tag) > _TWO and tag not in _BY_THREE_LETTERS)


def right_code(code: str) -> str:
    """What was meant by what is no code: "ja" by "jp" and "jpn", "pt-BR" by "pt_br", "tr" by "turkish"; or ""."""
    first, *rest = re.split("[-_@]", code.lower())
    meant = meant_by(first)
    tag = _BY_THREE_LETTERS.get(first) or (meant.code if meant else first)
    parts = [it.title() if len(it) == _SCRIPT else it.upper() for it in rest]
    right = "-".join([tag, *parts])
    return right if is_code(right) and right != code else ""


_TWO, _SCRIPT = 2, 4  # letters of a language, and of a script such as Hant


def is_code_of_another(code: str) -> bool:
    """Whether a word such as fr, pt-BR, zh_Hant or jp stands for a language other than English, right or not."""
    tag = code.lower().replace("_", "-").replace("@", "-").split("-")[0]
    return tag in _ISO_639_1 | _CALLED_BY_COUNTRY or (tag != "en" and tag in _BY_TAG)


def meant_by(code: str) -> Language | None:
    """The row that somebody most likely means by a tag that has none: Japanese by "jp" and "jap".

    None where nothing is likely: the tag may well be right, and the table too small.
    """
    tag = code.lower().replace("_", "-").split("-")[0]
    if tag in _COUNTRIES:
        return LANGUAGES[_COUNTRIES[tag]]
    named = {
        row.code.split("-")[0]
        for row in LANGUAGES.values()
        if len(tag) >= _SHORTEST_NAME and row.name.lower().startswith(tag)
    }
    return LANGUAGES[named.pop()] if len(named) == 1 else None


@lru_cache(maxsize=64)  # asked for each paragraph that is split
def language(code: str) -> Language:
    """The row of a language tag such as "tr", "pt-BR" or "zh_Hant_HK"; case does not matter.

    A tag that has no row is looked up by its parents ("zh-Hant-HK", "zh-Hant", "zh"); one with none
    gets a generic row: no service code, no rules of its own. Its `code` is always the tag asked for.
    """
    parts = code.replace("_", "-").split("-")
    tags = ("-".join(parts[:length]).lower() for length in range(len(parts), 0, -1))
    known = next((_BY_TAG[tag] for tag in tags if tag in _BY_TAG), None)
    return replace(known, code=code) if known else Language(code=code, name=code, service_code="")
