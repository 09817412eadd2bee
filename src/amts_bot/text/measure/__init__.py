"""Scores and their tables: BLEU and chrF by document, paragraph and sentence, and post-edit effort.

In come texts; out come figures that carry their recipe (metric signature, engine, number of segments).
"""
