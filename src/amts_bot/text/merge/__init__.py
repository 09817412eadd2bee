"""The page merge: three pages become a draft with one step for each unit, then an outcome whose sums match.

In come aligned pages and new English; out comes the new target. Promise 1 is kept and verified here.
"""
