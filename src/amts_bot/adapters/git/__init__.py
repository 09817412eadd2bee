"""Git: the translation repository and the English submodule."""

from amts_bot.adapters.git.repository import GitRepository, UnknownRevision, open_repository

__all__ = ["GitRepository", "UnknownRevision", "open_repository"]
