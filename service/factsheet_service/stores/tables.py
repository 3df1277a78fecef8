"""The tables, as SQLAlchemy Core sees them; `migrations` makes and changes them."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of all that the reply depends on
    Column("tenant", String(64), nullable=False),
    Column("company", String(64), nullable=False),  # whose run paid
    Column("job", String(64), nullable=False),
    Column("model", Text),
    Column("finish_reason", String(32)),
    Column("prompt_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("body", Text, nullable=False),
    Column("checksum", String(64), nullable=False),  # SHA-256 of the body
    Column("num_bytes", Integer, nullable=False),
    Column("created_at", Float, nullable=False),  # seconds since 1970
    Column("used_at", Float, nullable=False),  # to the day
    Index("answers_by_company", "tenant", "company"),
    Index("answers_by_use", "used_at"),
)
