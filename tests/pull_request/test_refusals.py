"""What GitHub and a remote refuse, each with a message that says what to set and where; nothing is lost by it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from amts_bot.adapters.git import open_repository
from amts_bot.book.snapshot import Order
from amts_bot.errors import AmtsError
from amts_bot.model import Comment
from amts_bot.model.github import PullRequestText
from amts_bot.pull_request.comment import answer
from tests.conftest import CONFIG, Silence, git
from tests.github_server import Call, Fault
from tests.pull_request.test_publish import Meanwhile
from tests.team import (
    EDIT,
    FOG_2,
    LAMP_2,
    LAMP_3,
    MakeTeam,
    Team,
    open_and_edit,
)

# -- the push -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (
            "error: GH006: Protected branch update failed for refs/heads/amts/tr.",
            "let the bot push to `amts/*`: Settings, Rules and Branches of the repository",
        ),
        (
            "error: GH013: Repository rule violations found for refs/heads/amts/tr.",
            "let the bot push to `amts/*`: Settings, Rules and Branches of the repository",
        ),
        (
            "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` "
            "without `workflows` permission",
            "the token lacks `workflows: write`; GITHUB_TOKEN cannot have it; a GitHub App or fine-grained",
        ),
    ],
)
def test_a_push_that_a_rule_forbids_says_which_and_where_to_change_it(
    team: Team, said: str, remedy: str
) -> None:
    hook = team.server.bare / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    hook.chmod(0o755)
    team.english({"lamp.md": LAMP_2})
    with pytest.raises(AmtsError) as caught:
        team.run()
    assert remedy in str(caught.value)
    [issue] = team.server.issues.values()
    assert remedy in issue["body"]


@contextmanager
def refusing(status: int, words: str) -> Iterator[str]:
    """A remote on loopback that answers every request so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_port}/team/book-tr.git"
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "words", "remedy"),
    [
        (
            403,
            "Permission to team/book-tr.git denied to github-actions[bot].",
            "the token lacks `contents: write`; set it under `permissions:` in the workflow",
        ),
        (401, "Bad credentials", "the token is missing or out of date; hand a valid one to"),
        (403, "This repository was archived so it is read-only.", "unarchive it in its settings"),
    ],
)
def test_a_token_that_may_not_push_says_which_right_it_lacks(
    team: Team, status: int, words: str, remedy: str
) -> None:
    team.english({"lamp.md": LAMP_2})
    with refusing(status, words) as address:
        team.book.git("remote", "set-url", "--push", "origin", address)
        with pytest.raises(AmtsError) as caught:
            team.run()
    assert remedy in str(caught.value)
    assert team.tip() == ""


# -- what is not worth a failed run ---------------------------------------------------------------


def test_labels_that_may_not_be_set_are_named_and_the_pull_request_is_there(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    said = "Resource not accessible by integration"
    team.server.faults.append(Fault(method="POST", path="/labels$", status=403, message=said))
    done = team.run()
    assert done.operation == "created"
    [note] = done.notes
    assert note.startswith(f"could not set label amts in team/book-tr: {said}: the token lacks")
    assert "`issues: write`; set it under `permissions:`" in note


def test_a_label_that_the_repository_does_not_have_is_made(make_team: MakeTeam) -> None:
    team = make_team(CONFIG + '[pull-request]\nlabels = ["never seen"]\n')
    team.english({"lamp.md": LAMP_2})
    assert team.run().notes == ()
    assert [*team.server.labels] == ["never seen"]


def test_reviews_that_may_not_be_written_end_the_run_after_its_work_is_pushed(team: Team) -> None:
    open_and_edit(team)
    team.english({"lamp.md": LAMP_2.replace("from a pipe", "from two long pipes")})
    said = "Resource not accessible by integration"
    team.server.faults.append(Fault(method="POST", path="/reviews$", status=403, message=said))
    with pytest.raises(AmtsError, match="the token lacks `pull-requests: write`"):
        team.run()
    assert team.lock().pages["lamp.md"].commit == team.book.git(
        "-C", "english", "rev-parse", "HEAD"
    )
    assert EDIT in team.show("lamp.md")


def test_a_refusal_without_a_reason_still_says_what_to_do(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.server.faults.append(Fault(method="POST", path="/pulls$", status=403, message=""))
    with pytest.raises(AmtsError) as caught:
        team.run()
    said = str(caught.value)
    assert said.startswith("could not open a pull request in team/book-tr: ")
    assert "the token lacks `pull-requests: write`; set it under `permissions:`" in said


def test_a_command_is_done_though_its_answer_may_not_be_written(team: Team) -> None:
    team.english({"lamp.md": LAMP_2})
    team.run()
    refused = Fault(method="POST", path="/comments$", status=403, message="Forbidden")
    team.server.faults.append(refused)
    body = "/amts hold lamp.md"
    event = team.server.say("ada", body)
    comment = Comment(1, event["comment"]["id"], "ada", body)
    repository = open_repository(team.book.root)
    with pytest.raises(AmtsError, match="comment on the pull request.*`pull-requests: write`"):
        answer(comment, Order("", engine="none"), repository, team.hub(), Silence())
    assert team.lock().hold == ("lamp.md",)


# -- what changes under our feet ------------------------------------------------------------------


def test_accounts_that_were_all_deleted_stop_nothing(team: Team) -> None:
    open_and_edit(team)
    team.server.approve("ada")
    team.server.note("ada", "Is it lit?")
    team.server.nobody = True
    team.english({"lamp.md": LAMP_3})
    assert team.run().operation == "updated"
    team.server.merge("squash")
    team.english({"fog.md": FOG_2})
    assert team.run(engine="memory").operation == "created"
    assert not any(row.review.approved for row in team.lock().pages.values())


def test_a_repository_that_is_renamed_in_the_middle_gets_no_pull_request_twice(team: Team) -> None:
    open_and_edit(team)
    team.english({"lamp.md": LAMP_3})

    def rename(call: Call) -> None:
        team.server.renamed |= call.method == "PATCH"

    team.server.before = rename
    with pytest.raises(AmtsError, match="renamed or moved: run again, under its new name"):
        team.run()
    assert EDIT in team.show("lamp.md")
    team.server.before, team.server.renamed = None, False
    assert (team.run().operation, team.server.open_pulls()) == ("updated", [1])


def test_the_old_name_of_a_repository_leads_to_no_other_pull_request(team: Team) -> None:
    """PyGithub follows a redirect and forgets the question: the list that comes has all that are open."""
    open_and_edit(team)
    git(team.server.bare, "branch", "mine", "main")
    team.edit({"README.md": "Mine.\n"}, "mine")
    mine = PullRequestText(branch="mine", base="main", title="Mine", body="", draft=False)
    hub = team.hub()
    assert hub.open(mine).number == 2
    team.server.renamed = True
    there = hub.newest("amts/tr")
    assert there is not None
    assert there.number == 1
    assert hub.newest("amts/de") is None


# -- a branch that goes away ----------------------------------------------------------------------


class Deletes(Meanwhile):
    """Somebody deletes the branch while the run is at work."""

    def say(self, message: str) -> None:
        if "of English to translate" in message and self.times:
            self.times -= 1
            git(self.team.server.bare, "update-ref", "-d", "refs/heads/amts/tr")
            self.team.server.shown(self.team.server.pull())  # GitHub closes it at once


def test_a_branch_that_is_deleted_while_a_run_is_at_work_gets_a_new_pull_request(
    team: Team,
) -> None:
    open_and_edit(team)
    team.english({"lamp.md": LAMP_3})
    team.progress = Deletes(team, 1)
    assert (team.run().operation, team.server.open_pulls()) == ("created", [2])
    assert EDIT in team.show("lamp.md")
    assert "A keeper cleans the burner every single week." in team.show("lamp.md")
