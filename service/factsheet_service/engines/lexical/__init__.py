"""The engine that needs no model."""

from .engine import LexicalEngine

__all__ = ["LexicalEngine"]
