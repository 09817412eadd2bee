"""Who drafts a translation: one table of engines, and Amazon Translate behind two of its rows.

In come requests and the settings of an engine; out come replies, in order. Knows no repository and no run.
"""
