"""Repositories that nobody has set up yet, one for each layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.adopt.adoption import adopt
from amts_bot.adopt.places import Asked
from amts_bot.adopt.report import Adoption
from amts_bot.adopt.standing import Standing, standing
from amts_bot.book.snapshot import Order
from amts_bot.cli import main
from amts_bot.errors import UsageError
from amts_bot.sync.run import sync
from tests.conftest import Silence, git
from tests.shelf import MakeShelf, Shelf

LAMP = (
    "# The lamp\n\nIt burns `oil` from [the shed](shed.md).\n\n## Wick\n\nTrim it by 3 mm.\n\n"
    "## Glass\n\nWipe it with `cloth`.\n"
)
LAMBA = (
    "# Lamba\n\n[Kulübeden](shed.md) gelen `oil` yakar.\n\n## Fitil\n\n3 mm kırpın.\n\n"
    "## Cam\n\n`cloth` ile silin.\n"
)
LAMP_ZH = "# 灯\n\n它烧[棚屋](shed.md)里的`oil`。\n\n## 灯芯\n\n修剪 3 mm。\n\n## 玻璃\n\n用`cloth`擦拭。\n"
FOG = "# Fog\n\nThe `horn` sounds 2 times.\n\n## At night\n\nLight the `lamp` too.\n"
SIS = "# Sis\n\n`horn` 2 kez çalar.\n\n## Gece\n\n`lamp` da yakın.\n"


def looked(shelf: Shelf, **asked: str) -> Adoption:
    return adopt(Asked(**asked), open_repository(shelf.folder))


def pairs(found: Adoption, language: str = "tr") -> dict[str, str]:
    (pages,) = [it.pages for it in found.languages if it.code == language]
    return {page.translation: page.english for page in pages}


def settings(found: Adoption) -> str:
    return found.proposed.split("\n", 1)[1]


def with_submodule(make_shelf: MakeShelf, english: dict[str, str], own: dict[str, str]) -> Shelf:
    source = make_shelf(english, "english")
    book = make_shelf(own)
    url = str(source.folder)
    git(
        book.folder,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "english",
    )
    git(book.folder, "commit", "--quiet", "-m", "english")
    return book


# ------------------------------------------------------------------ one layout each


def test_a_folder_for_each_language_beside_the_english_folder(make_shelf: MakeShelf) -> None:
    english = {"docs/en/docs/lamp.md": LAMP, "docs/en/docs/sea/fog.md": FOG}
    book = make_shelf(
        {**english, "docs/tr/docs/lamp.md": LAMBA, "docs/zh_cn/docs/lamp.md": LAMP_ZH}
    )
    found = looked(book)
    assert settings(found) == (
        '[source]\nroot = "docs/en/docs"\npages = ["*.md"]\n\n'
        '[languages.tr]\npages = "docs/tr/docs/{path}"\nbase = "history"\n\n'
        '[languages.zh-CN]\npages = "docs/zh_cn/docs/{path}"\npath-code = "zh_cn"\nbase = "history"\n'
    )
    assert pairs(found) == {"docs/tr/docs/lamp.md": "docs/en/docs/lamp.md"}
    assert found.languages[0].english_only == ("docs/en/docs/sea/fog.md",)


def test_a_folder_that_is_called_by_a_country_gets_the_code_of_its_language(
    make_shelf: MakeShelf,
) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/cn/lamp.md": LAMP_ZH})
    assert '[languages.zh]\npages = "docs/cn/{path}"\npath-code = "cn"' in settings(looked(book))


def test_languages_in_folders_inside_the_english_one(make_shelf: MakeShelf) -> None:
    book = make_shelf(
        {"articles/lamp.md": LAMP, "articles/go/fog.md": FOG, "articles/tr/lamp.md": LAMBA}
    )
    found = looked(book)
    assert settings(found).startswith('[source]\nroot = "articles"\n')
    assert 'pages = "articles/tr/{path}"' in settings(found)
    assert pairs(found) == {"articles/tr/lamp.md": "articles/lamp.md"}


def test_the_language_in_the_names_of_the_files(make_shelf: MakeShelf) -> None:
    book = make_shelf(
        {"a/lamp.md": LAMP, "a/lamp.tr.md": LAMBA, "b/fog.md": FOG, "b/fog.tr.md": SIS}
    )
    found = looked(book)
    assert 'pages = "{stem}.tr{suffix}"' in settings(found)
    assert pairs(found) == {"a/lamp.tr.md": "a/lamp.md", "b/fog.tr.md": "b/fog.md"}


def test_a_site_of_docusaurus(make_shelf: MakeShelf) -> None:
    place = "i18n/tr/docusaurus-plugin-content-docs/current"
    book = make_shelf({"docs/lamp.md": LAMP, f"{place}/lamp.md": LAMBA})
    assert pairs(looked(book)) == {f"{place}/lamp.md": "docs/lamp.md"}


def test_english_in_a_submodule_tells_the_language_by_the_letters(make_shelf: MakeShelf) -> None:
    book = with_submodule(
        make_shelf,
        {"lamp.md": LAMP, "sea/fog.md": FOG, "README.md": "# The book\n\nSee `make`.\n"},
        {"lamp.md": LAMP_ZH, "README.md": "# 书\n\n## 很多\n\n- 话。\n"},
    )
    found = looked(book)
    assert settings(found) == (
        '[source]\nsubmodule = "english"\npages = ["*.md"]\nexclude = ["/README.md"]\n\n'
        '[languages.zh]\nbase = "history"\n'
    )
    assert pairs(found, "zh") == {"lamp.md": "lamp.md"}
    book.commit({path: content.decode() for path, content in found.files.items()})
    english = Shelf(book.folder / "english")
    english.commit({"lamp.md": LAMP + "\nIt is old.\n"})
    sync(Order("zh", engine="none"), open_repository(book.folder), Silence())
    assert book.show("lamp.md", "amts/zh") == LAMP_ZH + "\nIt is old.\n"


def test_kept_originals_are_found(make_shelf: MakeShelf) -> None:
    book = with_submodule(
        make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMP_ZH, "lamp_origin.md": LAMP}
    )
    found = looked(book)
    assert 'origin = "{stem}_origin{suffix}"' in settings(found)
    (page,) = found.languages[0].pages
    assert (page.found_by, page.base) == (
        "original",
        git(book.folder / "english", "rev-parse", "HEAD").strip(),
    )


def test_a_fork_names_its_upstream(make_shelf: MakeShelf) -> None:
    upstream = make_shelf({"lamp.md": LAMP, "fog.md": FOG}, "english")
    git(upstream.folder, "clone", "--quiet", "--no-tags", ".", "../fork")
    fork = Shelf(upstream.folder.parent / "fork")
    fork.commit({"lamp.md": LAMBA, "fog.md": SIS})
    upstream.commit({"lamp.md": LAMP + "\nIt is old.\n"})
    found = looked(fork, upstream=str(upstream.folder), language="tr")
    assert 'base = "merge-base"' in settings(found)
    (language,) = found.languages
    assert [(page.found_by, page.blocks) for page in language.pages] == [
        ("merge-base", Standing(step=4)),
        ("merge-base", Standing(step=6, behind=1)),
    ]
    fork.commit({path: content.decode() for path, content in found.files.items()})
    fork.sync()
    assert fork.show("lamp.md") == LAMBA + "\nIt is old.\n"


# ------------------------------------------------------------------ what is written


def run(shelf: Shelf, *words: str) -> int:
    return main(["adopt", *words, "--repository", str(shelf.folder)])


def test_nothing_is_written_without_write_and_then_a_sync_goes_on(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA})
    base = book.rev("HEAD")
    book.commit({"docs/en/lamp.md": LAMP + "\nIt is old.\n", "docs/en/fog.md": FOG})
    assert run(book) == 0
    assert git(book.folder, "status", "--short") == ""
    capsys.readouterr()
    assert run(book, "--json", "--write") == 0
    assert json.loads(capsys.readouterr().out)["files"] == ["amts.toml", "amts/tr.lock"]
    book.commit({path: (book.folder / path).read_text() for path in ("amts.toml", "amts/tr.lock")})
    row = book.lock("HEAD").pages["docs/tr/lamp.md"]
    assert (row.source, row.commit) == ("docs/en/lamp.md", base)
    book.sync()
    assert book.show("docs/tr/lamp.md") == LAMBA + "\nIt is old.\n"
    assert book.show("docs/tr/fog.md") == FOG  # it came after the translators' English
    assert run(book, "--write") == 0
    assert "nothing to write" in capsys.readouterr().out


def test_files_that_nobody_committed_are_not_written_over(
    make_shelf: MakeShelf, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA})
    (book.folder / "amts.toml").write_text("mine")
    assert run(book, "--write") == 2
    assert "amts.toml is there and not committed" in capsys.readouterr().err
    assert (book.folder / "amts.toml").read_text() == "mine"
    assert not (book.folder / "amts").exists()


# ------------------------------------------------------------------ what cannot be taken up as it is


def test_a_folder_that_is_no_translation_is_left_out_and_named(make_shelf: MakeShelf) -> None:
    other = "Bu sayfa.\n\nHepsi metin.\n\nBaşka.\n\nVe daha.\n\n" * 4 + "`x` `y` `z` `q`\n"
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA, "docs/de/lamp.md": other})
    found = looked(book)
    assert [it.code for it in found.languages] == ["tr"]
    assert [note.partition(" but ")[0] for note in found.notes] == [
        "docs/de is laid out like a translation,"
    ]


def test_two_translations_of_one_page_are_named(make_shelf: MakeShelf) -> None:
    english = {f"docs/en/{name}.md": FOG for name in "abc"}
    own = {f"docs/tr/{name}.md": SIS for name in "abc"}
    toml = (
        '[source]\nroot = "docs/en"\n[languages.tr]\npages = "docs/tr/{path}"\nbase = "history"\n'
        'files = { "a.md" = "docs/tr/first.md" }\n'
    )
    book = make_shelf({**english, **own, "docs/tr/first.md": SIS, "amts.toml": toml})
    (language,) = looked(book).languages
    assert "docs/tr/a.md" not in {page.translation for page in language.pages}
    assert [note for note in language.notes if "has 2 translations" in note]


def test_a_page_of_which_history_is_not_sure_is_listed(make_shelf: MakeShelf) -> None:
    book = make_shelf(
        {
            "docs/en/lamp.md": LAMP,
            "docs/en/fog.md": FOG,
            "docs/tr/lamp.md": LAMBA,
            "docs/tr/fog.md": "Hepsi metin.\n\nBaşka.\n\nVe daha.\n\n" * 9,
        }
    )
    found = looked(book, language="tr")
    (language,) = found.languages
    assert [page.translation for page in language.unsure] == ["docs/tr/fog.md"]
    assert "docs/tr/fog.md" not in found.files["amts/tr.lock"].decode()
    assert "docs/tr/fog.md: agrees with no English of it" in found.as_text()


def test_no_english_is_an_error_that_says_what_to_do(make_shelf: MakeShelf) -> None:
    with pytest.raises(UsageError, match="git submodule add URL english"):
        looked(make_shelf({"lamp.md": LAMBA}))


def test_an_unknown_language_is_asked_for(make_shelf: MakeShelf) -> None:
    book = with_submodule(make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMBA})
    with pytest.raises(UsageError, match="--language CODE"):
        looked(book)
    assert pairs(looked(book, language="tr")) == {"lamp.md": "lamp.md"}


def test_a_shallow_clone_is_refused(make_shelf: MakeShelf, tmp_path: Path) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA})
    book.commit({"docs/en/lamp.md": LAMP + "\nIt is old.\n"})
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{book.folder}", "shallow")
    with pytest.raises(UsageError, match="git fetch --unshallow"):
        looked(Shelf(tmp_path / "shallow"))


def test_a_submodule_that_is_not_checked_out_is_named(make_shelf: MakeShelf) -> None:
    book = with_submodule(make_shelf, {"lamp.md": LAMP}, {"lamp.md": LAMP_ZH})
    git(book.folder, "submodule", "--quiet", "deinit", "--force", "english")
    with pytest.raises(UsageError, match="submodule update --init english"):
        looked(book)


# ------------------------------------------------------------------ blocks


def test_each_block_of_the_new_english_is_counted_once() -> None:
    new = "# Fog\n\nA new one.\n\nThe `horn` sounds.\n\nThis stands as it was in the book.\n"
    old = "# Fog\n\nThe `horn` sounds.\n\nThis stands as it was in the book.\n"
    target = "# Sis\n\n`horn` çalar.\n\nThis stands as it was in the book.\n"
    assert standing(old, new, target, None) == Standing(step=2, behind=1, untranslated=1)


def test_files_of_another_name_are_found_by_what_stands_in_both(make_shelf: MakeShelf) -> None:
    names = ("boat.md", "kite.md")
    boat, kite = (
        "".join(f"# `{name}{n}`\n\nSee [{n}]({name}/{n}.md).\n\n" for n in range(6))
        for name in "bk"
    )
    book = make_shelf(
        {
            "docs/en/lamp.md": LAMP,
            "docs/tr/lamp.md": LAMBA,
            **{f"docs/en/{name}": text for name, text in zip(names, (boat, kite), strict=True)},
            "docs/tr/sandal.md": boat.replace("See", "Bkz"),
            "docs/tr/ucurtma.md": kite.replace("See", "Bkz"),
        }
    )
    found = looked(book)
    assert settings(found).endswith(
        '"boat.md" = "docs/tr/sandal.md"\n"kite.md" = "docs/tr/ucurtma.md"\n'
    )
    assert pairs(found)["docs/tr/sandal.md"] == "docs/en/boat.md"


def test_an_upstream_that_cannot_be_reached_is_named(make_shelf: MakeShelf) -> None:
    book = make_shelf({"lamp.md": LAMBA})
    git(book.folder, "remote", "add", "upstream", str(book.folder / "nowhere"))
    with pytest.raises(UsageError, match="nowhere"):
        looked(book)


def test_a_second_translation_of_another_layout_is_no_english(make_shelf: MakeShelf) -> None:
    book = make_shelf(
        {
            "docs/lamp.md": LAMP,
            "docs/sea/fog.md": FOG,
            "docs/tr/lamp.md": LAMBA,
            "docs/tr/sea/fog.md": SIS,
            "docs/lamp.tr.md": LAMBA,
        }
    )
    found = looked(book)
    assert 'exclude = ["/lamp.tr.md"]' in settings(found)
    assert sorted(pairs(found)) == ["docs/tr/lamp.md", "docs/tr/sea/fog.md"]
    assert found.languages[0].english_only == ()
    assert [note.partition(",")[0] for note in found.notes] == [
        "docs/lamp.md has a translation of another layout"
    ]


def test_settings_that_are_committed_stand_and_history_is_asked(make_shelf: MakeShelf) -> None:
    toml = '[source]\nroot = "docs/en"\n[languages.tr]\npages = "docs/tr/{path}"\n'
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA, "amts.toml": toml})
    found = looked(book)
    assert found.proposed == ""
    assert [*found.files] == ["amts/tr.lock"]
    assert [page.found_by for page in found.languages[0].pages] == ["history"]


def test_several_languages_beside_a_submodule(make_shelf: MakeShelf) -> None:
    english = {"files/en-us/lamp.md": LAMP, "files/en-us/fog.md": FOG, "README.md": "# Web\n"}
    own = {
        "files/tr/lamp.md": LAMBA,
        "files/tr/fog.md": SIS,
        "files/zh-cn/lamp.md": LAMP_ZH,
        "README.md": "# Books\n\n## Of ours\n\n- many\n",
    }
    found = looked(with_submodule(make_shelf, english, own))
    assert {it.code: len(it.pages) for it in found.languages} == {"tr": 2, "zh-CN": 1}
    assert 'pages = "files/tr/{path}"\nroot = "files/en-us"' in settings(found)


def test_empty_pages_are_no_trouble(make_shelf: MakeShelf) -> None:
    book = make_shelf(
        {"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA, "docs/en/a.md": "", "docs/tr/a.md": ""}
    )
    assert len(pairs(looked(book))) == 2


def test_a_language_that_is_not_there_is_named(make_shelf: MakeShelf) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA})
    with pytest.raises(UsageError, match="nothing was found for --language de"):
        looked(book, language="de")


def test_a_translation_whose_english_moved_is_moved_along(make_shelf: MakeShelf) -> None:
    """Its new place must be new to the lock, though other pages were made from English that is newer."""
    book = make_shelf({"docs/en/lamp.md": LAMP, "docs/tr/lamp.md": LAMBA})
    git(book.folder, "rm", "--quiet", "docs/en/lamp.md")
    book.commit({"docs/en/light/lamp.md": LAMP + "\nIt is old.\n"})
    book.commit({"docs/en/fog.md": FOG, "docs/tr/fog.md": SIS})
    assert run(book, "--write") == 0
    book.commit({path: (book.folder / path).read_text() for path in ("amts.toml", "amts/tr.lock")})
    book.sync()
    assert book.show("docs/tr/light/lamp.md") == LAMBA + "\nIt is old.\n"
    assert book.show("docs/tr/fog.md") == SIS


def test_pages_that_name_their_english_commit_are_believed(make_shelf: MakeShelf) -> None:
    book = make_shelf({"docs/en/lamp.md": LAMP})
    base = book.rev("HEAD")
    book.commit({"docs/en/lamp.md": LAMP.replace("3 mm", "4 mm")})
    book.commit({"docs/tr/lamp.md": f"<!-- source-commit: {base[:10]} -->\n\n{LAMBA}"})
    found = looked(book)
    assert 'by = "history" }' in settings(found)
    assert [(it.found_by, it.base) for it in found.languages[0].pages] == [("written", base)]
