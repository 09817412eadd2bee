"""What is learnt from reviewed text: aligned pages, the lexicon, parallel data for Amazon Translate.

In come the book's reviewed pages; out come pairs and files of pairs. Knows nothing of `sync`.
"""
