"""Proposed settings as people can read them: a comment on each key, and what else could be set."""

from __future__ import annotations

from collections.abc import Iterator

from amts_bot.book.config import PLACES, EngineSettings, PullRequestSettings, ReviewSettings

# What stands behind a key, the first time that it comes.
_SAYS = {
    **{("source", key): words for key, words in PLACES.items()},
    ("source", "pages"): "which of its files are pages; patterns as in .gitignore",
    ("source", "exclude"): "and which of these are none",
    ("languages", "pages"): "where the translation of a page stands",
    ("languages", "root"): "the folder of the English pages that are translated",
    ("languages", "path-code"): "the code as paths have it",
    ("languages", "origin"): "where the English of each page is kept",
    ("languages", "base"): "who says which English a page was made from",
}
_COLUMN = 40

_ENGINE, _REVIEW, _PULL_REQUEST = EngineSettings(), ReviewSettings(), PullRequestSettings()
_MORE = f"""
# More can be set, such as these; what stands here are the defaults. docs/configuration.md has all of it.
#
# [engine]
# name = "{_ENGINE.name}"        # what the book says already, without an account; or "amazon-act": Amazon Translate
# max-characters = {_ENGINE.max_characters}     # a run that would send more stops before it costs anything; 0: no limit
#
# [review]
# max-words = {_REVIEW.max_words}       # English words of one pull request: an evening of one person
#
# [pull-request]
# labels = ["{_PULL_REQUEST.labels[0]}"]
"""


def commented(settings: str, bot: str) -> str:
    """The text of `amts.toml` with comments, and the line by which editors find its schema. It says the same."""
    place = f"https://raw.githubusercontent.com/{bot.replace('@', '/')}/docs/amts.schema.json"
    return "\n".join([f"#:schema {place}", *_lines(settings)]) + "\n" + _MORE


def _lines(settings: str) -> Iterator[str]:
    says, table = dict(_SAYS), ""
    for line in settings.splitlines():
        if line.startswith("["):
            table = "" if ".files]" in line else line[1:].partition(".")[0].removesuffix("]")
        words = says.pop((table, line.partition(" = ")[0]), "")
        yield f"{line:{_COLUMN}} # {words}" if words else line
