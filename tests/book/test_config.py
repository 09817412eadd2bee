"""`amts.toml`: whole values out, and messages that name file, table and key."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from amts_bot.book import config
from amts_bot.book.config import (
    AmazonSettings,
    Config,
    EngineSettings,
    LanguageSettings,
    PullRequestSettings,
    ReviewSettings,
    Source,
)
from amts_bot.book.layout import Layout, Place, SameRepository, Submodule, Upstream
from amts_bot.book.tables import line_of
from amts_bot.errors import UsageError
from amts_bot.text.languages import language
from amts_bot.text.markdown.front_matter import PROSE_KEYS

SOURCE = '[source]\nsubmodule = "english"\n'
SMALL = SOURCE + "[languages.tr]\n"


def tr(**changes: object) -> dict[str, LanguageSettings]:
    plain = LanguageSettings(code="tr", row=language("tr"), layout=Layout(path_code="tr"))
    return {"tr": replace(plain, **changes)}  # type: ignore[arg-type]


def test_the_smallest_configuration_is_a_submodule_and_a_language() -> None:
    assert config.parse(SMALL) == Config(source=Source(Submodule("english")), languages=tr())


def test_the_example_of_the_error_messages_is_a_configuration() -> None:
    source = Source(Submodule("english"), ("*.md",), ("/README.md",), ("/img/", "*.bib"))
    assert config.parse(config.EXAMPLE) == Config(source=source, languages=tr())


def test_every_key_is_read() -> None:
    text = """
[source]
submodule = "/english/"
pages = ["*.md", "*.rst"]
exclude = ["/README.md"]
assets = ["/img/"]

[languages.zh]
pages = "{language}/{path}"
root = "book/"
path-code = "zh_CN"
files = { "about.md" = "zh_CN/guanyu.md" }
origin = "zh/{stem}_origin{suffix}"
service-code = "zh-TW"
bleu-tokenizer = "char"
spacing = "space"
terminology = "zh/TERMINOLOGY.md"
reviewers = ["@ada", "book-org/zh-team"]

[languages.de]
formality = "informal"

[engine]
name = "none"
minimum-similarity = 0.9
price = 50
standard-price = 10.5
small-change = 500
max-characters = 200000

[amazon]
bucket = "book-files"
role = "arn:aws:iam::123456789012:role/amts/data"
region = "eu-west-1"
prefix = "books/tea"
parallel-data = "tea_{language}"
terminology = "tea-{language}-terms"

[pull-request]
labels = ["translation"]
assignees = ["grace"]

[review]
trust = "edited"
machine = ["/old/*.md"]
"""
    chinese = LanguageSettings(
        code="zh",
        row=replace(language("zh"), service_code="zh-TW", bleu_tokenizer="char", spacing="space"),
        layout=Layout("{language}/{path}", "book", "zh_CN", {"about.md": "zh_CN/guanyu.md"}),
        origin="zh/{stem}_origin{suffix}",
        terminology="zh/TERMINOLOGY.md",
        reviewers=("ada", "book-org/zh-team"),
    )
    german = LanguageSettings(
        code="de", row=language("de"), layout=Layout(path_code="de"), formality="informal"
    )
    assert config.parse(text) == Config(
        source=Source(Submodule("english"), ("*.md", "*.rst"), ("/README.md",), ("/img/",)),
        languages={"zh": chinese, "de": german},
        engine=EngineSettings(
            name="none",
            minimum_similarity=0.9,
            price=50.0,
            standard_price=10.5,
            small_change=500,
            max_characters=200_000,
        ),
        review=ReviewSettings(trust="edited", machine=("/old/*.md",)),
        pull_request=PullRequestSettings(("translation",), ("grace",)),
        amazon=AmazonSettings(
            bucket="book-files",
            role="arn:aws:iam::123456789012:role/amts/data",
            region="eu-west-1",
            prefix="books/tea",
            parallel_data="tea_{language}",
            terminology="tea-{language}-terms",
        ),
    )


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ('submodule = "/book/"', Submodule("book")),
        ('root = "docs/en/"', SameRepository("docs/en")),
        ('root = "."', SameRepository("")),
        ('upstream = "https://host/book"', Upstream("https://host/book")),
        (
            'upstream = "git@host:team/book.git"\nbranch = "master"',
            Upstream("git@host:team/book.git", "master"),
        ),
    ],
)
def test_one_key_says_where_the_english_is(keys: str, place: Place) -> None:
    assert config.parse(f"[source]\n{keys}\n[languages.tr]\n").source == Source(place)


def test_the_root_of_the_english_is_that_of_a_language_unless_it_says_another() -> None:
    found = config.parse(
        '[source]\nroot = "docs/en"\n[languages.tr]\n[languages.es]\nroot = "docs"\n'
    )
    assert [it.layout.root for it in found.languages.values()] == ["docs/en", "docs"]


def test_another_service_code_brings_its_own_formality() -> None:
    text = SOURCE + '[languages.pt]\nservice-code = "pt-PT"\nformality = "formal"\n'
    settings = config.parse(text).language("pt")
    assert (settings.row.service_code, settings.formality) == ("pt-PT", "formal")


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        *(("jp", "ja"), ("cn", "zh"), ("eng", "en"), ("deu", "de"), ("cz", "cs")),
        *(("pt_BR", "pt-BR"), ("zh_hans", "zh-Hans"), ("Turkish", "tr"), ("TR", "tr")),
    ],
)
def test_a_slip_in_the_code_of_a_language_is_refused_with_the_right_one(
    code: str, meant: str
) -> None:
    with pytest.raises(UsageError, match=rf"not a language code .* is {meant} meant\?\)"):
        config.parse(SOURCE + f"[languages.{code}]\n")


def test_a_code_that_no_language_has_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"not a language code such as zh, tr or pt-BR \(line \d\)"
    ):
        config.parse(SOURCE + "[languages.xx]\n")


def test_a_code_of_another_language_than_the_country_of_that_name_is_doubted() -> None:
    """Kanuri is kr, and most people who write so mean Korean."""
    assert config.parse(SOURCE + "[languages.kr]\n").language("kr").doubt == (
        "[languages.kr] of amts.toml: there are no rules for kr, general ones were used; "
        "the code of Korean is ko"
    )
    told = config.parse(SOURCE + '[languages.kr]\nservice-code = "ko"\n').language("kr")
    assert told.doubt == config.parse(SOURCE + "[languages.eo]\n").language("eo").doubt == ""


def test_a_language_that_the_service_does_not_have_is_allowed() -> None:
    """Other engines translate into it, and the service may learn it."""
    settings = config.parse(SOURCE + "[languages.eo]\n").language("eo")
    assert settings.row == language("eo")
    learnt = config.parse(SOURCE + '[languages.eo]\nservice-code = "eo"\n').language("eo")
    assert learnt.row == replace(language("eo"), service_code="eo")


@pytest.mark.parametrize(
    ("pages", "source", "target"),
    [
        ("{path}", "part/page.md", "part/page.md"),
        ("tr/{path}", "page.md", "tr/page.md"),
        ("{stem}_tr{suffix}", "part.1/page.md", "part.1/page_tr.md"),
        ("{stem}_tr{suffix}", "part.1/LICENSE", "part.1/LICENSE_tr"),
        ("{folder}/tr/{name}", "part/page.md", "part/tr/page.md"),
        ("{folder}/tr/{name}", "page.md", "tr/page.md"),
    ],
)
def test_a_pattern_says_where_a_page_stands(pages: str, source: str, target: str) -> None:
    settings = LanguageSettings(code="tr", row=language("tr"), layout=Layout(pages))
    assert settings.target(source) == target


def test_no_pattern_for_the_originals_means_that_none_are_kept() -> None:
    settings = LanguageSettings(code="tr", row=language("tr"), origin="{stem}_en{suffix}")
    assert settings.origin_of("a/b.md") == "a/b_en.md"
    assert LanguageSettings(code="tr", row=language("tr")).origin_of("a/b.md") == ""


def test_an_unknown_language_is_answered_with_those_there_are() -> None:
    settings = config.parse(SMALL + "[languages.de]\n")
    with pytest.raises(UsageError) as raised:
        settings.language("fr")
    assert str(raised.value) == (
        "amts.toml has no language 'fr'\ntake one that it has, de, tr; or write [languages.fr]"
    )


TR = "amts.toml [languages.tr]: "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[source",
            "amts.toml: Expected ']' at the end of a table declaration (at end of document)",
        ),
        ("", "amts.toml: the table [source] is missing"),
        ("source = 1", "amts.toml: the table [source] is missing"),
        (SOURCE, "amts.toml: the table [languages] is missing"),
        (
            "\ufeff" + SMALL,
            "amts.toml: begins with a byte order mark, which TOML does not have",
        ),
        (SOURCE + "[languages]", "amts.toml: no [languages.CODE] table"),
        (
            SMALL + "[speed]",
            "amts.toml: unknown key 'speed'; "
            "known here: amazon, engine, languages, markdown, pull-request, review, source",
        ),
        (
            "[source]\n[languages.tr]",
            "amts.toml [source]: submodule must be the path of the English submodule",
        ),
        (
            '[source]\nsubmodule = "../english"\n[languages.tr]',
            "amts.toml [source]: submodule must be the path of the English submodule",
        ),
        (
            '[source]\nsubmodule = "--upload-pack=x"\n[languages.tr]',
            "amts.toml [source]: submodule must be the path of the English submodule",
        ),
        (
            "[source]\nsubmodule = 1\n[languages.tr]",
            "amts.toml [source]: submodule must be a text, not 1",
        ),
        (
            SOURCE + 'pages = "*.md"\n[languages.tr]',
            "amts.toml [source]: pages must be a list of texts, not '*.md'",
        ),
        (
            SOURCE + "assets = [1]\n[languages.tr]",
            "amts.toml [source]: assets must be a list of texts, not [1]",
        ),
        (
            SOURCE + "page = 1\n[languages.tr]",
            "amts.toml [source]: unknown key 'page'; "
            "known here: assets, branch, exclude, pages, root, submodule, upstream",
        ),
        (
            SOURCE + 'root = "docs/en"\n[languages.tr]',
            "amts.toml [source]: submodule and root both say where the English is, keep one: submodule is the path "
            "of a git submodule; root is the folder of the English in this repository; the English folder inside a "
            "submodule or a fork is root in [languages.CODE]",
        ),
        (
            SOURCE + 'upstream = "https://host/book"\n[languages.tr]',
            "amts.toml [source]: submodule and upstream both say where the English is, keep one: submodule is the "
            "path of a git submodule; upstream is the address of the repository that this one is a fork of",
        ),
        (
            SOURCE + 'branch = "main"\n[languages.tr]',
            "amts.toml [source]: branch is of upstream, which is not given",
        ),
        (
            '[source]\nroot = "../en"\n[languages.tr]',
            "amts.toml [source]: root = '../en' leads out of the repository",
        ),
        *(
            (
                f'[source]\nupstream = "{address}"\n[languages.tr]',
                "amts.toml [source]: upstream must be an address to fetch from, such as "
                "https://github.com/OWNER/english-book, without a password in it",
            )
            for address in ("", "--upload-pack=x", "ext::sh -c x", "https://ada:secret@host/book")
        ),
        (
            '[source]\nupstream = "https://host/book"\nbranch = "-f"\n[languages.tr]',
            "amts.toml [source]: branch = '-f' is not the name of a branch",
        ),
        (
            SMALL + 'path-code = "zh/CN"',
            TR + "path-code = 'zh/CN' is not a code such as zh_CN",
        ),
        (
            SMALL + 'files = { "a.md" = "../b.md" }',
            "amts.toml [languages.tr.files]: a.md = '../b.md' leads out of the repository",
        ),
        (
            SMALL + 'files = { "a.md" = "c.md", "b.md" = "c.md" }',
            "amts.toml [languages.tr.files]: 'c.md' is the translation of 'a.md' already",
        ),
        (
            SMALL + 'files = { "a.md" = "" }',
            "amts.toml [languages.tr.files]: 'a.md' has no path: write where its translation stands",
        ),
        (
            SOURCE + "[languages.Turkish]",
            "amts.toml [languages.Turkish]: not a language code such as zh, tr or pt-BR",
        ),
        (SOURCE + '[languages]\ntr = "x"', TR + "must be a table"),
        (
            SMALL + 'page = "x"',
            TR + "unknown key 'page'; known here: base, bleu-tokenizer, files, formality, origin, "
            "pages, path-code, reviewers, root, same-meaning, service-code, spacing, terminology",
        ),
        (SMALL + "pages = 1", TR + "pages must be a text, not 1"),
        (
            SMALL + 'pages = "all.md"',
            TR + "pages = 'all.md' puts every page in one file: use {path} or {stem}",
        ),
        (SMALL + 'pages = "/{path}"', TR + "pages = '/{path}' leads out of the repository"),
        (SMALL + 'origin = "../{path}"', TR + "origin = '../{path}' leads out of the repository"),
        (
            SMALL + 'origin = "en.md"',
            TR + "origin = 'en.md' puts every page in one file: use {path} or {stem}",
        ),
        (
            SMALL + 'service-code = "Turkish"',
            TR
            + "service-code = 'Turkish' is not a language code of Amazon Translate, such as zh-TW",
        ),
        (
            SMALL + 'bleu-tokenizer = "flores200"',
            TR + "bleu-tokenizer must be one of 13a, zh, char, not 'flores200'",
        ),
        (
            SMALL + 'spacing = "wide"',
            TR + "spacing must be one of none, space, as-is, not 'wide'",
        ),
        (
            SMALL + 'formality = "polite"',
            TR + "formality must be one of \"\", formal, informal, not 'polite'",
        ),
        (
            SMALL + 'formality = "formal"',
            TR + "formality: Amazon Translate offers it for "
            "de, es, es-MX, fr, fr-CA, hi, it, ja, ko, nl, pt-PT only",
        ),
        (
            SMALL + 'terminology = "../terms.csv"',
            TR + "terminology = '../terms.csv' leads out of the repository",
        ),
        (SMALL + 'reviewers = "ada"', TR + "reviewers must be a list of texts, not 'ada'"),
        (
            SMALL + 'reviewers = ["ada", "Grace Hopper"]',
            TR + "reviewers: 'Grace Hopper' is neither a user nor organization/team",
        ),
        (SMALL + "[engine]\nname = 1", "amts.toml [engine]: name must be a text, not 1"),
        ("engine = 1\n" + SMALL, "amts.toml [engine]: must be a table"),
        (
            SMALL + "[engine]\nprice = -1",
            "amts.toml [engine]: price must be a number of at least 0, not -1",
        ),
        (
            SMALL + "[engine]\nstandard-price = true",
            "amts.toml [engine]: standard-price must be a number of at least 0, not True",
        ),
        (
            SMALL + '[engine]\nminimum-similarity = "high"',
            "amts.toml [engine]: minimum-similarity must be a number of at least 0, not 'high'",
        ),
        (
            SMALL + "[engine]\nspeed = 1",
            "amts.toml [engine]: unknown key 'speed'; "
            "known here: canary, held-out, longest-job, longest-silence, max-characters, max-characters-per-month, "
            "minimum-similarity, name, price, small-change, standard-price",
        ),
        ("review = 1\n" + SMALL, "amts.toml [review]: must be a table"),
        (
            SMALL + '[review]\ntrust = "everybody"',
            "amts.toml [review]: trust must be one of merged, approved, edited, not 'everybody'",
        ),
        ("pull-request = 1\n" + SMALL, "amts.toml [pull-request]: must be a table"),
        (
            SMALL + '[pull-request]\nlabels = "amts"',
            "amts.toml [pull-request]: labels must be a list of texts, not 'amts'",
        ),
        (
            SMALL + "[pull-request]\ntitle = 1",
            "amts.toml [pull-request]: unknown key 'title'; known here: assignees, labels, language",
        ),
        ("amazon = 1\n" + SMALL, "amts.toml [amazon]: must be a table"),
        (
            SMALL + "[amazon]\nkey = 1",
            "amts.toml [amazon]: unknown key 'key'; "
            "known here: bucket, parallel-data, prefix, region, role, terminology",
        ),
        (SMALL + "[amazon]\nbucket = 1", "amts.toml [amazon]: bucket must be a text, not 1"),
        (
            SMALL + '[amazon]\nbucket = "s3://book"',
            "amts.toml [amazon]: bucket = 's3://book' is not the name of an S3 bucket, "
            "without s3://",
        ),
        (
            SMALL + '[amazon]\nrole = "amts-data"',
            "amts.toml [amazon]: role = 'amts-data' is not "
            "an ARN such as arn:aws:iam::123456789012:role/NAME",
        ),
        (
            SMALL + '[amazon]\nregion = "Ireland"',
            "amts.toml [amazon]: region = 'Ireland' is not a region such as us-east-1",
        ),
        (
            SMALL + '[amazon]\nprefix = "/book/"',
            "amts.toml [amazon]: prefix = '/book/' is not a folder of the bucket such as books/d2l",
        ),
        (
            SMALL + '[amazon]\nprefix = "ledger"',
            "amts.toml [amazon]: prefix: the folder ledger is that of the answers that were paid for",
        ),
        (
            SMALL + '[amazon]\nprefix = "book/details"',
            "amts.toml [amazon]: prefix: Amazon Translate keeps the folder name details to itself",
        ),
        (
            SMALL + '[amazon]\nparallel-data = "book"',
            "amts.toml [amazon]: parallel-data = 'book' is not "
            "a name such as d2l-{language}: letters, digits, - and single _",
        ),
    ],
)
def test_a_wrong_configuration_is_answered_with_place_and_reason(text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        config.parse(text)
    said, _, remedy = str(raised.value).partition("\n")
    assert re.sub(r" \(line \d+(, is [\w-]+ meant\?)?\)", "", said) == message
    assert remedy


def test_all_faults_are_told_at_once_with_their_lines_and_what_is_meant() -> None:
    text = """\
[source]
submodule = "english"
page = ["*.md"]

[languages.tr]
Pages = "tr/{path}"    # a value may be right while its key is not
reviewers = [
    "Grace Hopper",
]
spacing = "As_Is"

[engine]
price = nan
held_out = 20
max-characters = inf

[review]
trust = "mergd"
"""
    with pytest.raises(UsageError) as raised:
        config.parse(text)
    assert str(raised.value).splitlines() == [
        "amts.toml: 8 settings are wrong",
        "correct amts.toml and commit it; docs/configuration.md explains every key:",
        "amts.toml [source]: unknown key 'page' (line 3, is pages meant?); "
        "known here: assets, branch, exclude, pages, root, submodule, upstream",
        TR
        + "unknown key 'Pages' (line 6, is pages meant?); known here: base, bleu-tokenizer, files, formality, "
        "origin, pages, path-code, reviewers, root, same-meaning, service-code, spacing, terminology",
        TR + "reviewers: 'Grace Hopper' is neither a user nor organization/team (line 7)",
        TR + "spacing must be one of none, space, as-is, not 'As_Is' (line 10, is as-is meant?)",
        "amts.toml [engine]: price must be a number of at least 0, not nan (line 13)",
        "amts.toml [engine]: unknown key 'held_out' (line 14, is held-out meant?); known here: canary, held-out, "
        "longest-job, longest-silence, max-characters, max-characters-per-month, minimum-similarity, name, price, "
        "small-change, standard-price",
        "amts.toml [engine]: max-characters must be a number of at least 0, not inf (line 15)",
        "amts.toml [review]: trust must be one of merged, approved, edited, not 'mergd' "
        "(line 18, is merged meant?)",
    ]


def test_a_table_that_is_misspelt_is_told_before_it_is_missed() -> None:
    with pytest.raises(UsageError) as raised:
        config.parse(SOURCE + "[langauges.tr]\n")
    assert str(raised.value).splitlines()[0] == (
        "amts.toml: unknown key 'langauges' (line 3, is languages meant?); "
        "known here: amazon, engine, languages, markdown, pull-request, review, source"
    )


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("a", "b"), 3),
        (("a", "c"), 6),
        (("a", "d", "e"), 10),
        (("f", "g"), 13),
        (("f",), 13),
        (("h", "i"), 14),
        (("a", "z"), 0),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_is_on_the_line_on_which_it_begins(
    path: tuple[str, ...], line: int, end: str
) -> None:
    text = """\
# b = 1
[a]
b = 1

# c = 3
c = \"\"\"
d = 3
[f]
\"\"\"
d.e = [
  1,
]
[f.g]
[h.i]
"""
    assert line_of(text.replace("\n", end), path) == line


def test_a_setting_that_is_needed_and_missing_is_asked_for() -> None:
    settings = AmazonSettings(bucket="book-files")
    assert settings.required("bucket") == "book-files"
    with pytest.raises(
        UsageError, match=r"^amts\.toml \[amazon\]: role is not set\nwrite the ARN "
    ):
        settings.required("role")


def test_the_message_names_the_file_that_was_read() -> None:
    with pytest.raises(
        UsageError, match=r"^tr/amts\.toml \[source\]: submodule must be .*\(line 2\)\n"
    ):
        config.parse("\n[source]\n[languages.tr]", "tr/amts.toml")


def test_keys_that_people_read_join_the_usual_ones_or_leave_them() -> None:
    table = '[markdown]\nprose-keys = ["card_text"]\nplain-keys = ["linkTitle"]\n'
    keys = config.parse(
        f'[source]\nsubmodule = "english"\n[languages.tr]\n{table}'
    ).markdown.prose_keys
    assert keys == PROSE_KEYS - {"linktitle"} | {"cardtext"}
