"""How well it works: BLEU of engines against people's translations, and the typing that a draft saves.

In come pages that people translated or corrected; out come tables. Knows nothing of `sync`.
"""
