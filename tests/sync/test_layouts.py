"""The main job where the English is no submodule: in the same repository, and in a fork of the English."""

from __future__ import annotations

import re

import pytest

from amts_bot.book import lock
from amts_bot.errors import AmtsError, UsageError
from tests.conftest import git, put
from tests.shelf import (
    BOTH,
    FOG,
    LAMBA,
    LAMBA_2,
    LAMP,
    LAMP_2,
    ONE,
    Forked,
    MakeShelf,
    Shelf,
)

# ------------------------------------------------------------------ the same repository


def test_a_change_of_the_english_beside_it_reaches_the_translation(make_shelf: MakeShelf) -> None:
    book = make_shelf(BOTH)
    new = book.commit({"docs/en/lamp.md": LAMP_2})
    book.sync(base="v1")
    assert book.changed() == ["amts/tr.lock", "docs/tr/lamp.md"]
    assert book.show("docs/tr/lamp.md") == LAMBA_2
    state = book.lock()
    assert state.commit == new
    assert {t: row.source for t, row in state.pages.items()} == {
        "docs/tr/fog.md": "docs/en/fog.md",
        "docs/tr/lamp.md": "docs/en/lamp.md",
    }


def test_a_merged_pull_request_of_the_bot_is_no_new_english(make_shelf: MakeShelf) -> None:
    book = make_shelf(BOTH)
    book.commit({"docs/en/lamp.md": LAMP_2})
    book.sync(base="v1")
    book.merge()
    book.commit({"src/tool.py": "pass\n"})
    assert book.sync().commit == ""
    assert not book.has_branch()


def test_english_and_translation_that_change_together_are_in_step(make_shelf: MakeShelf) -> None:
    book = make_shelf(BOTH)
    book.commit({"docs/en/fog.md": FOG + "\nIt is loud.\n"})
    book.sync(base="v1")
    book.merge()
    ours = LAMBA.replace("Bir bekçi fitili kırpar.", "Artık kimse fitil kırpmaz.")
    both = book.commit({"docs/en/lamp.md": LAMP_2, "docs/tr/lamp.md": ours})
    assert book.sync().commit == ""  # no pull request that changes the lock alone
    later = book.commit({"docs/en/lamp.md": LAMP_2 + "\nGas is cheap.\n"})
    book.sync()
    assert book.show("docs/tr/lamp.md") == ours + "\nGas is cheap.\n"
    assert both != book.lock().pages["docs/tr/lamp.md"].commit == later


def test_a_page_that_came_with_its_translation_needs_no_base(make_shelf: MakeShelf) -> None:
    book = make_shelf(BOTH)
    book.commit({"docs/en/lamp.md": LAMP_2})
    book.sync(base="v1")
    book.merge()
    book.commit(
        {"docs/en/oil.md": "# Oil\n\nOil burns.\n", "docs/tr/oil.md": "# Yağ\n\nYağ yanar.\n"}
    )
    book.commit({"docs/en/oil.md": "# Oil\n\nOil burns.\n\nIt smells.\n"})
    book.sync()
    assert book.show("docs/tr/oil.md") == "# Yağ\n\nYağ yanar.\n\nIt smells.\n"


def test_a_page_that_was_behind_stays_behind_though_both_change(make_shelf: MakeShelf) -> None:
    """A change of both, such as of a link, says nothing about what was never translated."""
    book = make_shelf(BOTH)
    book.commit({"docs/en/lamp.md": LAMP_2})
    book.commit({"docs/en/lamp.md": LAMP_2 + "\nSee x.\n", "docs/tr/lamp.md": LAMBA + "\nBkz x.\n"})
    book.sync(base="v1")
    assert "gas came" in book.show("docs/tr/lamp.md")


def test_what_stands_among_the_english_and_is_none_is_left_alone(make_shelf: MakeShelf) -> None:
    """Translations, named in the settings or not, and the repository's own files."""
    book = make_shelf(
        {
            "lamp.md": LAMP,
            "go/lamp.md": "# Go\n",
            "tr/lamp.md": LAMBA,
            "fr/lamp.md": "# La lampe\n",
            ".github/help.md": "# Help\n",
            "amts.toml": '[source]\nroot = "."\n[languages.tr]\npages = "tr/{path}"\n',
        }
    )
    book.commit(
        {
            "lamp.md": LAMP_2,
            "fr/lamp.md": "# Lampe\n",
            "fr/new.md": "# Neuf\n",
            ".github/more.md": "# More\n",
            "go/new.md": "# New\n",
        }
    )
    book.sync(base="v1")
    assert book.changed() == [lock.file_of("tr"), "tr/go/new.md", "tr/lamp.md"]


def test_assets_stand_where_the_pattern_puts_them(make_shelf: MakeShelf) -> None:
    config = ONE.replace("[languages", 'assets = ["/img/"]\n[languages')
    book = make_shelf(
        {**BOTH, "amts.toml": config, "docs/en/img/a.svg": "1", "docs/tr/img/a.svg": "1"}
    )
    book.commit({"docs/en/img/a.svg": "2", "docs/en/img/b.svg": "3"})
    book.sync(base="v1")
    assert book.changed() == [lock.file_of("tr"), "docs/tr/img/a.svg", "docs/tr/img/b.svg"]


# ------------------------------------------------------------------ a fork


def test_a_change_of_the_upstream_reaches_the_fork(forked: Forked) -> None:
    new = forked.upstream.commit({"lamp.md": LAMP_2})
    fork = forked.fork
    fork.sync(base="v1")  # a tag that only the upstream has
    assert fork.changed() == [lock.file_of("tr"), "lamp.md"]
    assert fork.show("lamp.md") == LAMBA_2
    assert fork.lock().commit == new
    fork.merge()
    forked.upstream.commit({"README.txt": "no page"})
    assert fork.sync().commit == ""


def test_a_fork_follows_the_branch_that_it_names(forked: Forked) -> None:
    git(forked.upstream.folder, "checkout", "--quiet", "-b", "master")
    new = forked.upstream.commit({"lamp.md": LAMP_2})
    git(forked.upstream.folder, "checkout", "--quiet", "main")
    config = forked.fork.show("amts.toml", "HEAD").replace("[lang", 'branch = "master"\n[lang')
    forked.fork.commit({"amts.toml": config})
    forked.fork.sync(base="v1")
    assert forked.fork.lock().commit == new


def test_a_fork_moves_to_a_tag_of_its_upstream(forked: Forked) -> None:
    new = forked.upstream.commit({"lamp.md": LAMP_2})
    git(forked.upstream.folder, "tag", "v2")
    forked.upstream.commit({"fog.md": "# Fog\n"})
    forked.fork.sync(base="v1", to="v2")
    assert forked.fork.lock().commit == new


def test_a_fork_knows_which_english_it_has_taken_over(forked: Forked) -> None:
    forked.upstream.commit({"lamp.md": LAMP_2})
    config = forked.fork.show("amts.toml", "HEAD")
    forked.fork.commit(
        {"amts.toml": config.replace("[languages.tr]", '[languages.tr]\nbase = "merge-base"')}
    )
    forked.fork.sync()
    assert forked.fork.show("lamp.md") == LAMBA_2


def test_files_that_are_the_forks_own_are_no_pages(forked: Forked) -> None:
    forked.upstream.commit({".github/HELP.md": "# Help\n", "lamp.md": LAMP_2})
    forked.fork.sync(base="v1")
    assert forked.fork.changed() == [lock.file_of("tr"), "lamp.md"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('upstream = "/no/such/book"', "correct [source] upstream in amts.toml"),
        ('upstream = "{}"\nbranch = "gone"', "correct [source] branch"),
        ('upstream = "{}-shallow"', "is a shallow clone itself"),
        ('upstream = "{}-other"', "has no commit in common with this repository"),
    ],
)
def test_an_upstream_that_is_of_no_use_says_what_to_change(
    forked: Forked, source: str, words: str
) -> None:
    home = forked.upstream.folder
    git(home, "commit", "--quiet", "--allow-empty", "-m", "more")
    git(home.parent, "clone", "--quiet", "--depth=1", f"file://{home}", f"{home}-shallow")
    git(home.parent, "init", "--quiet", f"{home}-other")
    Shelf(home.with_name("english-other")).commit({"lamp.md": LAMP})
    forked.fork.commit({"amts.toml": f"[source]\n{source.format(home)}\n[languages.tr]\n"})
    with pytest.raises(AmtsError, match=re.escape(words)):
        forked.fork.sync()
    assert not forked.fork.has_branch()


# ------------------------------------------------------------------ what a layout passes by


@pytest.mark.parametrize(
    ("source", "language", "words"),
    [
        (
            'root = "docs/en"',
            'pages = "docs/en/tr/{path}"',
            'did you mean pages = "docs/tr/{path}"?',
        ),
        (
            'root = "docs"\npages = ["/en/**/*.md"]',
            'pages = "docs/tr/{path}"',
            "found translations for 0 of 2 files under docs/tr; no English is found for docs/tr/fog.md, docs/tr/lamp.md"
            ": amts.toml [languages.tr]: pages = 'docs/tr/{path}' looks for docs/en/fog.md at docs/tr/en/fog.md; did "
            "you mean "
            'root = "docs/en" and pages = "docs/tr/{path}"?',
        ),
        (
            'root = "docs/en"',
            'pages = "docs/en/{path}"',
            "puts the translation of docs/en/fog.md where the English docs/en/fog.md stands",
        ),
        ('root = "docs/fr"', "", "pages = ['*.md'] names no file of the English"),
        (
            'root = "docs/en"',
            'pages = "docs/tr/{path}"\nfiles = { "fog.md" = "docs/tr/lamp.md" }',
            "puts both docs/en/fog.md and docs/en/lamp.md into docs/tr/lamp.md",
        ),
        (
            'root = "docs/en"',
            'pages = "docs/tr/{path}"\n[languages.de]\npages = "docs/tr/{path}"',
            "puts docs/en/fog.md where [languages.de] has it, docs/tr/fog.md\ngive each language a folder of its own",
        ),
    ],
)
def test_a_layout_that_cannot_be_meant_stops_the_run(
    make_shelf: MakeShelf, source: str, language: str, words: str
) -> None:
    book = make_shelf({**BOTH, "amts.toml": f"[source]\n{source}\n[languages.tr]\n{language}\n"})
    book.commit({"docs/en/lamp.md": LAMP_2})
    with pytest.raises(UsageError, match=re.escape(words)):
        book.sync(base="v1")
    assert not book.has_branch()


def test_files_that_the_layout_passes_by_are_told_first_until_they_are_excluded(
    make_shelf: MakeShelf,
) -> None:
    book = make_shelf({**BOTH, "docs/tr/giris.md": "# Giriş\n"})
    book.commit({"docs/en/lamp.md": LAMP_2})
    assert book.sync(base="v1", dry_run=True).report.notes == (
        "found translations for 2 of 3 files under docs/tr; no English is found for docs/tr/giris.md: "
        "amts.toml [languages.tr]: pages = 'docs/tr/{path}' looks for docs/en/fog.md at docs/tr/fog.md: correct it, or "
        "name pages of your own in exclude of [source]",
    )
    book.commit({"amts.toml": ONE.replace("[lang", 'exclude = ["/giris.md"]\n[lang')})
    assert book.sync(base="v1", dry_run=True).report.notes == ()


def test_a_line_for_a_page_that_there_is_not_is_told(make_shelf: MakeShelf) -> None:
    config = (
        ONE + 'files = { "lmap.md" = "docs/tr/lamba.md", "docs/en/fog.md" = "docs/tr/fog.md" }\n'
    )
    book = make_shelf({**BOTH, "amts.toml": config})
    book.commit({"docs/en/lamp.md": LAMP_2})
    assert book.sync(base="v1").report.notes == (
        "amts.toml [languages.tr.files]: lmap.md is no page of the English: correct the line, or delete it",
    )


def test_english_that_is_not_committed_stops_the_run(make_shelf: MakeShelf) -> None:
    book = make_shelf(BOTH)
    put(book.folder, {"docs/en/lamp.md": LAMP_2})
    with pytest.raises(UsageError, match="docs/en/lamp.md: changed but not committed"):
        book.sync(base="v1")


def test_translations_under_other_names_are_found_by_what_stands_in_both(
    make_shelf: MakeShelf,
) -> None:
    def page(name: str, words: str) -> str:
        code = "".join(f"{name}.step({number})\n" for number in range(6))
        return f"# {words}\n\n{words} `{name}`.\n\n```python\n{code}```\n\n{words} {name}.html).\n"

    english = {f"docs/en/{name}.md": page(name, "Words") for name in ("oil", "gas", "wick")}
    ours = {f"docs/tr/{name}.md": page(name, "Sözler") for name in ("wick",)}
    ours["docs/tr/petrol.md"] = page("oil", "Sözler")
    book = make_shelf({**english, **ours, "amts.toml": ONE})
    book.commit({"docs/en/wick.md": page("wick", "Terms")})
    assert book.sync(base="v1", dry_run=True).report.notes[1] == (
        "translations under another name, by what stands in both (100% alike or more): look at them, and write in "
        '[languages.tr] of amts.toml: files = { "oil.md" = "docs/tr/petrol.md" }'
    )
    book.commit({"amts.toml": ONE + 'files = { "oil.md" = "docs/tr/petrol.md" }\n'})
    assert book.sync(base="v1", dry_run=True).report.notes == ()


def test_a_kept_original_is_no_translation_under_another_name(make_shelf: MakeShelf) -> None:
    def page(name: str) -> str:
        code = "".join(f"{name}.step({number})\n" for number in range(6))
        said = f"This is the page of the {name}, and it has a lamp on each of its sides."
        return f"# {name}\n\n{said}\n\n```python\n{code}```\n\n{said} {name}.html).\n"

    book = make_shelf(
        {**BOTH, "docs/en/oil.md": page("oil"), "docs/tr/petrol_origin.md": page("oil")}
    )
    book.commit({"docs/en/lamp.md": LAMP_2})
    assert "under another name" not in "".join(book.sync(base="v1", dry_run=True).report.notes)


def test_a_page_that_is_no_translation_is_held(make_shelf: MakeShelf) -> None:
    other = (
        "# Yemekler\n\n- Mercimek\n- Pilav\n\n```sh\nmake soup\n```\n\n## Tatlılar\n\nBaklava.\n"
    )
    book = make_shelf({**BOTH, "docs/tr/lamp.md": other})
    book.commit({"docs/en/lamp.md": LAMP_2})
    [page] = book.sync(base="v1").report.pages
    assert (page.target, page.status) == ("docs/tr/lamp.md", "held")
    assert book.show("docs/tr/lamp.md") == other


def test_a_renamed_page_is_found_by_its_line_and_a_second_one_is_named(
    make_shelf: MakeShelf,
) -> None:
    config = ONE + 'files = { "lamp.md" = "docs/tr/lamba.md" }\n'
    book = make_shelf({**BOTH, "docs/tr/lamba.md": LAMBA, "amts.toml": config})
    book.commit({"docs/en/lamp.md": LAMP_2})
    assert book.sync(base="v1").report.notes == (
        "docs/en/lamp.md has 2 translations; docs/tr/lamba.md is followed, docs/tr/lamp.md left alone: delete the one "
        "that is not read, or name the right one in [languages.tr.files] of amts.toml",
    )
    assert book.changed() == [lock.file_of("tr"), "docs/tr/lamba.md"]
    assert book.show("docs/tr/lamba.md") == LAMBA_2


def test_pages_of_two_languages_stand_beside_their_english(make_shelf: MakeShelf) -> None:
    config = '[source]\nroot = "."\n[languages.tr]\npages = "{stem}.{language}{suffix}"\n'
    book = make_shelf(
        {"lamp.md": LAMP, "lamp.tr.md": LAMBA, "lamp.zh-cn.md": "# 灯\n", "amts.toml": config}
    )
    book.commit({"lamp.md": LAMP_2, "lamp.zh-cn.md": "# 灯塔\n"})
    book.sync(base="v1")
    assert book.changed() == [lock.file_of("tr"), "lamp.tr.md"]
