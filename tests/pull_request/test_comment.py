"""Commands in comments on the pull request, with real git, real PyGithub and a GitHub on loopback."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book import lock
from amts_bot.book.snapshot import Order
from amts_bot.cli import main
from amts_bot.commands.comment import _comment
from amts_bot.model import Comment
from amts_bot.pull_request.comment import answer
from amts_bot.text.names.pages import block_hashes
from amts_bot.text.names.texts import block_hash, unit_hash
from amts_bot.text.pull_request.instructions import Instruction, instruction
from amts_bot.text.review_state import AskedAgain
from tests.conftest import CONFIG, Silence
from tests.github_server import NAME, OWNER
from tests.team import (
    EDIT,
    ENGLISH,
    FOG_2,
    LAMP_2,
    LAMP_3,
    TURKISH,
    Team,
    open_and_edit,
)


@pytest.mark.parametrize(
    ("comment", "asked"),
    [
        ("/amts status", Instruction("status")),
        ("Thanks!\n\n/amts keep 3f2a9c1b04de\n", Instruction("keep", "3f2a9c1b04de")),
        ("/amts hold a folder/page.md ", Instruction("hold", "a folder/page.md")),
        ("/amts retranslate `lamp.md`", Instruction("retranslate", "lamp.md")),
        ("> /amts status", None),
        ("```\n/amts status\n```\n", None),
        ("see /amts status", None),
        ("/amts", None),
        ("/amts keep lamp.md", "`keep` needs a unit, such as `3f2a9c1b04de`."),
        ("/amts hold 3f2a9c", "`hold` needs the path of a page."),
        ("/amts hold", "`hold` needs a page or a unit."),
        ("/amts status now", "`status` takes nothing."),
        ("/amts @everyone<b>", "There is no command `everyoneb`."),
    ],
)
def test_a_command_stands_at_the_start_of_a_line(
    comment: str, asked: Instruction | str | None
) -> None:
    assert instruction(comment) == asked


def test_a_comment_of_a_deleted_account_is_refused(team: Team, tmp_path: Path) -> None:
    open_and_edit(team)
    event = team.server.say("ada", "/amts status")
    event["comment"]["user"] = None
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event), encoding="utf-8")
    comment = _comment(str(file))
    assert comment.author == ""
    said = answer(comment, Order(""), open_repository(team.book.root), team.hub(), Silence())
    assert said == ""


def test_a_comment_on_lines_is_answered_in_its_thread_and_once(team: Team, tmp_path: Path) -> None:
    open_and_edit(team)
    [first, reply] = team.server.note("ada", "Is it lit?"), team.server.note("ada", "/amts status")
    reply["comment"]["in_reply_to_id"] = first["comment"]["id"]
    file = tmp_path / "event.json"
    file.write_text(json.dumps(reply), encoding="utf-8")
    comment = _comment(str(file))
    number = team.server.pull()["number"]
    for _ in range(2):
        said = answer(comment, Order(""), open_repository(team.book.root), team.hub(), Silence())
    assert said.startswith("English ")
    answers = [it for it in team.server.review_comments[number] if it["body"].endswith(said)]
    assert [it["in_reply_to_id"] for it in answers] == [first["comment"]["id"]]
    assert team.server.reactions[comment.id] == ["+1"]
    assert number not in team.server.comments


def ask(team: Team, body: str, login: str = "ada", recording: str = "", pull: int = 0) -> str:
    event = team.server.say(login, body)
    comment = Comment(
        number=pull or event["issue"]["number"],
        id=event["comment"]["id"],
        author=login,
        body=body,
    )
    repository = open_repository(team.book.root)
    team.book.git("fetch", "--quiet", "origin", "main")
    team.book.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    order = Order("", engine="recorded" if recording else "none", recording=recording)
    said = answer(comment, order, repository, team.hub(), Silence())
    if said:
        assert team.server.comments[comment.number][-1]["body"].endswith(said)
    return said


def reaction(team: Team) -> list[str]:
    asked = [row for row in team.server.comments[1] if row["body"].startswith("/amts")][-1]
    return team.server.reactions.get(asked["id"], [])


def test_who_may_not_push_is_not_heard(team: Team) -> None:
    open_and_edit(team)
    tip = team.tip()
    for login in ("eve", "stranger"):
        assert ask(team, "/amts hold fog.md", login) == ""
        assert (reaction(team), team.tip()) == (["-1"], tip)
    assert len(team.server.comments[1]) == 2


def test_a_wrong_command_is_answered_with_the_right_ones(team: Team) -> None:
    open_and_edit(team)
    assert ask(team, "/amts dance").startswith("There is no command `dance`.\n\n- `/amts status`")
    assert reaction(team) == ["confused"]
    assert ask(team, "hello") == ""


def test_a_unit_that_is_kept_stays_whatever_its_english_does(team: Team) -> None:
    team.english({"lamp.md": LAMP_3})
    team.run()
    unit = unit_hash("A keeper cleans the burner every single week.\n")
    assert unit in team.server.pull()["body"]
    said = ask(team, f"/amts keep {unit[:8]}")
    assert said.startswith("Kept as it stands in `lamp.md`")
    assert reaction(team) == ["+1"]
    team.english({"lamp.md": LAMP_3.replace("every single week", "on each day of the year")})
    team.run()
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")
    [comment] = team.server.review_comments[1]
    assert "A keeper cleans the burner on each day of the year." in comment["body"]
    assert "there is no unit 000000" in ask(team, "/amts keep 000000")


def test_a_page_on_hold_stays_as_the_default_branch_has_it_until_it_is_asked_for(
    team: Team,
) -> None:
    team.english({"lamp.md": LAMP_3})
    team.run()
    ask(team, "/amts hold lamp.md")
    assert reaction(team) == ["+1"]
    assert team.show("lamp.md") == TURKISH["lamp.md"]
    assert "on hold" in team.server.pull()["body"]
    team.run()
    assert team.show("lamp.md") == TURKISH["lamp.md"]
    assert "1 page on hold" in ask(team, "/amts status")
    ask(team, "/amts retranslate lamp.md")
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")


def test_a_page_on_hold_is_named_as_it_is_here_though_its_english_has_another_name(
    team: Team,
) -> None:
    team.english({"lamp.md": LAMP_2, "fog.md": FOG_2})
    team.run()
    ask(team, "/amts hold fog.md")
    team.english({"fog.md": None, "mist.md": FOG_2})
    team.run()
    assert "`fog.md`" in team.server.pull()["body"]
    assert "mist.md" not in team.server.pull()["body"].partition("amts-bot {")[0]
    assert ask(team, "/amts retranslate fog.md").startswith("`fog.md` is no longer on hold.")
    assert "three times" in team.show("mist.md")


def test_a_page_on_hold_is_taken_up_again_on_the_merged_pull_request(team: Team) -> None:
    team.english({"lamp.md": LAMP_2, "fog.md": ENGLISH["fog.md"].replace("twice", "once")})
    team.run()
    ask(team, "/amts hold fog.md")
    team.server.merge("squash")
    assert team.run().operation == "none"
    assert ask(team, "/amts retranslate fog.md").startswith("`fog.md` is no longer on hold.")
    assert team.server.pull()["number"] == 2
    assert (team.lock().hold, team.server.pull()["state"]) == ((), "open")
    assert "once" in team.show("fog.md")
    over = "This pull request is over: say it on #2, which is open."
    assert ask(team, "/amts status", pull=1) == over


def test_a_page_held_on_the_merged_pull_request_stays_when_the_default_branch_moves_on(
    team: Team,
) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    team.server.merge("rebase")
    ask(team, "/amts hold fog.md")
    assert team.lock().hold == ("fog.md",)
    team.edit({"amts.toml": f"# Ours.\n{CONFIG}"}, "main")
    team.english({"fog.md": None})
    team.run()
    assert team.lock().hold == ("fog.md",)
    assert team.show("fog.md") == TURKISH["fog.md"]


def test_a_command_on_a_pull_request_that_was_closed_says_what_to_do(team: Team) -> None:
    open_and_edit(team)
    team.server.close()
    assert ask(team, "/amts hold fog.md") == (
        "#1 was closed without a merge, and nothing is done until the English of its pages changes: "
        "reopen it, and say it there."
    )


def test_a_page_with_edits_of_people_is_not_put_back(team: Team) -> None:
    tip = open_and_edit(team)
    assert "1 block was edited by people on this branch" in ask(team, "/amts hold lamp.md")
    assert (reaction(team), team.tip()) == (["confused"], tip)


def test_edits_of_people_on_a_page_without_new_english_are_no_less_theirs(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    team.edit({"fog.md": TURKISH["fog.md"].replace("Sis", "Yoğun sis", 1)})
    assert "edited by people on this branch" in ask(team, "/amts hold fog.md")
    assert team.lock().hold == ()


def test_what_the_bot_wrote_is_translated_again_and_edits_stay(team: Team) -> None:
    unlike = "Two sailors polish all of the glass."  # no old translation is a draft of this
    team.english({"lamp.md": LAMP_2.replace("A keeper trims the wick.", unlike)})
    team.run(engine="memory")
    page = team.show("lamp.md")
    first = page.splitlines()[2]
    team.edit({"lamp.md": page.replace(first, EDIT)})
    glass = {"source": unlike, "target": "İki denizci bütün camı parlatır."}
    ask(team, "/amts retranslate lamp.md", recording=json.dumps(glass))
    after = team.show("lamp.md")
    assert EDIT in after
    assert glass["target"] in after


BETTER = (
    '{"source": "The lamp burns natural gas from a pipe.", "target": "Lamba boru gazıyla yanar."}\n'
)


def test_a_unit_is_translated_again_whoever_wrote_it_but_for_its_reviewed_sentences(
    team: Team,
) -> None:
    open_and_edit(team)
    unit = unit_hash(LAMP_2.splitlines()[2])
    said = ask(team, f"/amts retranslate {unit}", recording=BETTER)
    assert "1 unit translated again" in said
    assert "\nLamba boru gazıyla yanar. Alacakaranlıkta yakılır.\n" in team.show("lamp.md")
    assert team.lock().pages["lamp.md"].review.again == frozenset()
    assert team.run(engine="recorded", recording=BETTER).operation == "none"


def test_an_answer_that_says_what_a_person_wrote_elsewhere_leaves_it_that_persons(
    team: Team,
) -> None:
    open_and_edit(team)
    burner, theirs = LAMP_3.splitlines()[4], team.show("lamp.md").splitlines()[2]
    first, second = (json.dumps({"source": burner, "target": it}) for it in ("Bekçi.", theirs))
    team.english({"lamp.md": LAMP_3})
    team.run(engine="recorded", recording=first)
    said = ask(team, f"/amts retranslate {unit_hash(burner)}", recording=second)
    assert "1 unit translated again" in said
    assert team.show("lamp.md").count(theirs) == 2
    assert block_hash(theirs) not in team.lock().pages["lamp.md"].review.written
    assert "edited by people on this branch" in ask(team, "/amts hold lamp.md")


def test_what_gets_no_better_answer_stays(team: Team) -> None:
    open_and_edit(team)
    page, unit = team.show("lamp.md"), unit_hash(LAMP_2.splitlines()[2])
    assert "0 units translated again" in ask(team, f"/amts retranslate {unit}")
    assert team.show("lamp.md") == page
    standing = unit_hash("A keeper trims the wick.")
    assert "the English did not change there" in ask(team, f"/amts retranslate {standing}")
    assert team.show("lamp.md") == page


def test_a_wish_that_nobody_fulfilled_before_the_merge_is_over(team: Team) -> None:
    open_and_edit(team)
    state, asked = team.lock(), AskedAgain(block_hashes(team.show("lamp.md").splitlines()[2]))
    pages = {**state.pages, "lamp.md": state.pages["lamp.md"].after(asked)}
    team.edit({lock.file_of("tr"): lock.render(replace(state, pages=pages))})
    team.server.merge("squash")
    tip = team.tip()
    assert (team.run().operation, team.tip()) == ("none", tip)
    team.english({"lamp.md": LAMP_3})
    team.run(engine="recorded", recording=BETTER)
    assert EDIT in team.show("lamp.md")
    assert {row.review.again for row in team.lock().pages.values()} == {frozenset()}


def test_the_command_reads_the_event_of_the_workflow(
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    open_and_edit(team)
    event = tmp_path / "event.json"
    event.write_text(json.dumps(team.server.say("ada", "/amts status")))
    monkeypatch.setenv("GITHUB_TOKEN", "geheim")
    monkeypatch.setenv("GITHUB_REPOSITORY", f"{OWNER}/{NAME}")
    monkeypatch.setenv("GITHUB_API_URL", team.server.url)
    arguments = ["comment", f"--repository={team.book.root}"]
    assert main([*arguments, f"--event={event}"]) == 0
    assert "- 2 pages" in capsys.readouterr().out
    event.write_text("{}")
    assert main([*arguments, f"--event={event}"]) == 2


def test_a_page_is_held_in_the_very_first_pull_request_too(team: Team) -> None:
    """The default branch has no lock yet: only the pull request knows what its pages were translated from."""
    team.edit({"amts/tr.lock": None}, "main")
    team.english({"lamp.md": LAMP_3})
    team.run(base="v1")
    ask(team, "/amts hold lamp.md")
    assert team.show("lamp.md") == TURKISH["lamp.md"]
    assert team.lock().pages["lamp.md"].blob == team.book.blob("v1", "lamp.md")
    ask(team, "/amts retranslate lamp.md")
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")
    team.server.pull()["body"] = "mine"
    assert "merge this pull request first" in ask(team, "/amts hold lamp.md")
