"""Sentence pairs for teaching an engine: taken from aligned pages, cleaned, held out, written in each format.

In come page pairs; out come segments with their provenance. `teach` brings the book.
"""
