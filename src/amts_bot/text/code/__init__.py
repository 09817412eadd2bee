"""Merge of one code cell, its comments and docstrings piece by piece."""
