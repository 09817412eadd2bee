"""Where a repository keeps what is known of the service."""

from __future__ import annotations


def file_of(language: str) -> str:
    """The path of the profile of a language, beside its lock."""
    return f"amts/{language}.profile.json"
