"""The main job: which pages changed, what becomes of each, one call to the engine, one commit.

In come an order, a `Repository` and an engine; out come a commit and its report. Knows no pull request.
"""
