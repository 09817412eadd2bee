"""Where a draft can come from without a machine: exact and fuzzy matches, text that the English returned to.

In come requests and aligned pages; out come answers with their origin and likeness.
"""
