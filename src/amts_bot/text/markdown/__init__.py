"""Reading a page: blocks, the parts inside them that must come back exactly, sentences, checks of answers.

Text in, records out, and back to the same bytes. Only the table of languages may come in here.
"""
