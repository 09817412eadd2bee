"""The conversation with the translators: a sync on GitHub, its pull request, and commands in comments.

In come an order, a `Repository` and GitHub as `PullRequests`. Nothing imports this room but the commands.
"""
