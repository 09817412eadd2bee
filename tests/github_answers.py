"""What the local GitHub says: a builder for each noun, with all that GitHub's published schemas ask for.

`api` is the address of the repository on the local server; addresses for people are GitHub's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

OWNER, NAME = "team", "book-tr"
FULL_NAME = f"{OWNER}/{NAME}"
HTML = f"https://github.com/{FULL_NAME}"
DOCUMENTATION = "https://docs.github.com/rest"
THEN = "1970-01-01T00:00:00Z"

Json = dict[str, Any]


def _addresses(url: str, names: str) -> Json:
    """`{"labels_url": "…/labels", …}` for the names in a text."""
    return {f"{name}_url": f"{url}/{name}" for name in names.split()}


def _links(**addresses: Any) -> Json:
    return {name.rstrip("_"): {"href": address} for name, address in addresses.items()}


def error(message: str, errors: Iterable[Json | str] = ()) -> Json:
    """The body of a refusal; `errors` are what a 422 has to say of single fields."""
    row: Json = {"message": message, "documentation_url": DOCUMENTATION}
    return row | ({"errors": list(errors)} if errors else {})


def user(login: str) -> Json:
    """An account; a name that ends in "[bot]" is one of an App."""
    number, url = sum(map(ord, login)), f"https://api.github.com/users/{login}"
    row: Json = {"login": login, "id": number, "node_id": f"U_{number}", "url": url}
    row |= _addresses(url, "avatar followers following gists starred subscriptions")
    row |= _addresses(url, "organizations repos events received_events")
    row |= {"gravatar_id": "", "html_url": f"https://github.com/{login}", "site_admin": False}
    return row | {"type": "Bot" if login.endswith("[bot]") else "User"}


def team(slug: str) -> Json:
    url = f"https://api.github.com/teams/{slug}"
    row: Json = {"id": 1, "node_id": "T_1", "slug": slug, "name": slug, "description": None}
    row |= {"permission": "push", "type": "organization", "organization_id": 1, "url": url}
    return row | _addresses(url, "members repositories html")


def repository(api: str, default_branch: str, archived: bool, has_issues: bool) -> Json:
    """The repository as pull requests name it; `full_repository` is what its own address answers."""
    row: Json = {"id": 1, "node_id": "R_1", "name": NAME, "full_name": FULL_NAME, "url": api}
    row |= {"owner": user(OWNER), "private": False, "fork": False, "description": None}
    row |= {"default_branch": default_branch, "archived": archived, "has_issues": has_issues}
    row |= dict.fromkeys(("has_projects", "has_wiki", "has_pages", "has_discussions"), False)
    row |= {"disabled": False, "homepage": None, "language": None, "license": None, "size": 1}
    row |= dict.fromkeys(("forks", "forks_count", "open_issues", "open_issues_count"), 0)
    row |= dict.fromkeys(("stargazers_count", "watchers", "watchers_count"), 0)
    row |= dict.fromkeys(("created_at", "updated_at", "pushed_at"), THEN)
    row |= _addresses(api, "archive assignees blobs branches collaborators comments commits")
    row |= _addresses(api, "compare contents contributors deployments downloads events forks")
    row |= _addresses(api, "git_commits git_refs git_tags hooks issue_comment issue_events issues")
    row |= _addresses(api, "keys labels languages merges milestones notifications pulls releases")
    row |= _addresses(api, "stargazers statuses subscribers subscription tags teams trees")
    row |= {"html_url": HTML, "svn_url": HTML, "clone_url": f"{HTML}.git", "mirror_url": None}
    return row | {"git_url": f"{HTML}.git", "ssh_url": f"git@github.com:{FULL_NAME}.git"}


def full_repository(short: Json) -> Json:
    return short | {"subscribers_count": 0, "network_count": 0}


def ref(api: str, name: str, sha: str) -> Json:
    node = {"type": "commit", "sha": sha, "url": f"{api}/git/commits/{sha}"}
    return {"ref": name, "node_id": "REF_1", "url": f"{api}/git/{name}", "object": node}


def label(api: str, name: str) -> Json:
    """A label as pull requests have it. The schema of issues has less, and that of labels more."""
    row: Json = {"id": sum(map(ord, name)), "node_id": f"LA_{name}", "name": name}
    row |= {"color": "ededed", "default": False, "description": None}
    return row | {"url": f"{api}/labels/{name}", "archived_by": None}


def _conversation(api: str, number: int, title: str, body: str, login: str) -> Json:
    """What an issue and a pull request have in common."""
    row: Json = {"number": number, "title": title, "body": body, "user": user(login)}
    row |= {"state": "open", "locked": False, "milestone": None, "labels": [], "assignees": []}
    row |= {"created_at": THEN, "updated_at": THEN, "closed_at": None, "comments": 0}
    return row | {"comments_url": f"{api}/issues/{number}/comments", "author_association": "NONE"}


def issue(api: str, number: int, title: str, body: str, login: str) -> Json:
    url = f"{api}/issues/{number}"
    row = _conversation(api, number, title, body, login)
    row |= {"id": number, "node_id": f"I_{number}", "url": url, "repository_url": api}
    return row | _addresses(url, "labels events") | {"html_url": f"{HTML}/issues/{number}"}


def pull(
    api: str, number: int, title: str, body: str, login: str, head: Json, base: Json, draft: bool
) -> Json:
    """A pull request alone; a list gives it as `simple`, and for labels and the like it is `as_issue`."""
    url, html = f"{api}/pulls/{number}", f"{HTML}/pull/{number}"
    row = _conversation(api, number, title, body, login)
    row |= {"id": number, "node_id": f"PR_{number}", "url": url, "html_url": html, "draft": draft}
    row |= {"issue_url": f"{api}/issues/{number}", "head": head, "base": base, "auto_merge": None}
    row |= {"diff_url": f"{html}.diff", "patch_url": f"{html}.patch"}
    row |= {"commits_url": f"{url}/commits", "review_comments_url": f"{url}/comments"}
    row |= {"review_comment_url": f"{api}/pulls/comments/{{number}}"}
    row |= {"statuses_url": f"{api}/statuses/{head['sha']}", "_links": _pull_links(row)}
    row |= {"requested_reviewers": [], "requested_teams": [], "merged_at": None}
    return row | _ONLY_ALONE


# What a list of pull requests leaves out.
_ONLY_ALONE: Json = {
    "merged": False,
    "merged_by": None,
    "mergeable": None,
    "mergeable_state": "unknown",
    "comments": 0,
    "review_comments": 0,
    "commits": 1,
    "additions": 0,
    "deletions": 0,
    "changed_files": 0,
    "maintainer_can_modify": False,
}


def _pull_links(row: Json) -> Json:
    ours = "comments commits statuses html issue review_comments review_comment"
    return _links(self_=row["url"], **{n: row.get(f"{n}_url", row["url"]) for n in ours.split()})


def simple(whole: Json) -> Json:
    """A pull request in a list."""
    row = {key: value for key, value in whole.items() if key not in _ONLY_ALONE}
    return row | {"requested_teams": [it | {"parent": None} for it in whole["requested_teams"]]}


def as_issue(whole: Json) -> Json:
    """An issue, or a pull request as one, which it is for labels, assignees and comments."""
    row = whole
    if "head" in whole:
        number, api = whole["number"], whole["issue_url"].rpartition("/issues/")[0]
        row = issue(api, number, whole["title"], whole["body"], whole["user"]["login"])
        row |= {key: whole[key] for key in ("state", "assignees", "html_url", "draft")}
        links = {key: whole[key] for key in ("url", "html_url", "diff_url", "patch_url")}
        row["pull_request"] = links | {"merged_at": whole["merged_at"]}
    labels = [{k: v for k, v in it.items() if k != "archived_by"} for it in whole["labels"]]
    return row | {"labels": labels}


def branch(repo: Json, ref: str, sha: str) -> Json:
    """The head or base of a pull request."""
    return {"label": f"{OWNER}:{ref}", "ref": ref, "sha": sha, "repo": repo, "user": user(OWNER)}


def comment(api: str, number: int, new: int, body: str, login: str, association: str) -> Json:
    row: Json = {"id": new, "node_id": f"IC_{new}", "body": body, "user": user(login)}
    row |= {"url": f"{api}/issues/comments/{new}", "author_association": association}
    row |= {"issue_url": f"{api}/issues/{number}", "created_at": THEN, "updated_at": THEN}
    return row | {"html_url": f"{HTML}/issues/{number}#issuecomment-{new}"}


def reaction(new: int, content: str, login: str) -> Json:
    row: Json = {"id": new, "node_id": f"REA_{new}", "content": content}
    return row | {"user": user(login), "created_at": THEN}


def review(whole: Json, new: int, body: str, state: str, login: str, association: str) -> Json:
    """A verdict on a pull request."""
    html = f"{whole['html_url']}#pullrequestreview-{new}"
    row: Json = {"id": new, "node_id": f"PRR_{new}", "body": body, "state": state}
    row |= {"user": user(login), "author_association": association, "submitted_at": THEN}
    row |= {"commit_id": whole["head"]["sha"], "pull_request_url": whole["url"], "html_url": html}
    return row | {"_links": _links(html=html, pull_request=whole["url"])}


def review_comment(whole: Json, new: int, said: Json, hunk: str, login: str) -> Json:
    """A comment on lines of a pull request; `said` is what was posted, `hunk` the diff around it."""
    api = whole["url"].removesuffix(f"/{whole['number']}")
    url, html = f"{api}/comments/{new}", f"{whole['html_url']}#discussion_r{new}"
    row: Json = {"id": new, "node_id": f"PRRC_{new}", "url": url, "html_url": html}
    given = ("path", "line", "side", "start_line", "start_side", "body")
    row |= {key: said[key] for key in given if key in said}
    row |= {"diff_hunk": hunk, "user": user(login), "author_association": "NONE"}
    row |= dict.fromkeys(("commit_id", "original_commit_id"), whole["head"]["sha"])
    row |= {"pull_request_review_id": None, "pull_request_url": whole["url"]}
    row |= {"created_at": THEN, "updated_at": THEN}
    return row | {"_links": _links(self_=url, html=html, pull_request=whole["url"])}


def permission(login: str, level: str) -> Json:
    row: Json = {"permission": level, "role_name": level}
    return row | {"user": user(login) | {"role_name": level}}
