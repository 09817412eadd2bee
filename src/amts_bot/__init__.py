"""AMTS: keeps a translated book in step with its English original."""

__version__ = "1.0.0"
