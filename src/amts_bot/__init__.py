"""AMTS: keeps a translated book in step with its English original."""

__version__ = "0.1.0"
