"""What a translation repository holds: settings, lock, pages with their English, files that are copied.

In comes a `Repository`; out come records that every story reads. Knows no engine, no run and no pull request.
"""
