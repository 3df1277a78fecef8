"""Answers kept for one test."""

from __future__ import annotations

from typing import Any


class Memory(dict[str, dict[str, Any]]):
    """The pipeline's memo."""

    def put(self, key: str, value: dict[str, Any]) -> None:
        self[key] = value
