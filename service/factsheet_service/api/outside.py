"""What is handed in from outside: how records are written, and whether the engine answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from factsheet_schemas import Record, Schema

Render = Callable[[Record, Schema, str], tuple[bytes, str]]
"""Writes a record in a format (csv, xlsx): its bytes and their media type."""

Check = Callable[[], Awaitable[None]]
"""Returns if the engine answers, else raises EngineUnavailable."""
