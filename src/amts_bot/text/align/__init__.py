"""Which English belongs to which translation: blocks of two pages, sentences of two blocks, the lexicon.

In come blocks or sentences of two languages; out come beads. The research of the project lives here.
"""
