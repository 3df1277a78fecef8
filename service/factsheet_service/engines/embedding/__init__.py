"""Vectors of texts, from an OpenAI-compatible embeddings endpoint."""

from .embedder import NO_ENDPOINT, Embedder

__all__ = ["NO_ENDPOINT", "Embedder"]
