"""The tables, as SQLAlchemy Core sees them; `migrations` makes and changes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

# SQLite counts by itself in columns of the type INTEGER alone
COUNTER = BigInteger().with_variant(Integer, "sqlite")

# in the words of its index, else the databases do not see that the index will do
UNFINISHED = text("state in ('queued', 'running')")

answers = Table(
    "answers",
    metadata,
    Column("key", String(64), primary_key=True),  # of the request and the salt
    Column("request", String(64), nullable=False),  # SHA-256 of all that the reply depends on
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
    Index("answers_by_use", "used_at", "key", "num_bytes"),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("seq", COUNTER, primary_key=True, autoincrement=True),  # in the order of arrival
    Column("id", String(64), nullable=False, unique=True),
    Column("tenant", String(64), nullable=False),
    Column("company", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("fence", Integer, nullable=False),  # how often it was claimed; only the last may write
    Column("lease_until", Float, nullable=False),  # by the database's clock; 0: nobody has it
    Column("is_cancelled", Boolean, nullable=False),  # asked for, if not carried out yet
    Column("priority", Integer, nullable=False, server_default="0"),  # higher is taken first
    Column("deadline", Float),  # by the database's clock, when it must have ended
    Column("num_vain", Integer, nullable=False, server_default="0"),  # claims without a new answer
    Column("num_answers", Integer, nullable=False, server_default="0"),  # paid, as of its claim
    Column("idempotency_key", String(255)),
    Column("fingerprint", String(64)),  # SHA-256 of the request that came with the key
    Column("body", Text, nullable=False),  # the job as it is told
    UniqueConstraint("tenant", "idempotency_key", name="jobs_by_key"),
    Index("jobs_by_company", "tenant", "company"),
    sqlite_autoincrement=True,
)
Index(
    "jobs_by_turn",
    jobs.c.priority.desc(),
    jobs.c.seq,
    sqlite_where=UNFINISHED,
    postgresql_where=UNFINISHED,
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the key
    Column("tenant", String(64), nullable=False),
    Column("name", String(64), nullable=False),  # what it is for
    Column("scopes", String(255), nullable=False),  # with commas between
    Column("created_at", Float, nullable=False),  # seconds since 1970; so are the next two
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("used_on", String(10)),  # the day
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # to sign with, so no hash of it would do
    Column("events", Text, nullable=False),  # their names, with commas between
    Column("created_at", Float, nullable=False),  # seconds since 1970
    Index("webhooks_by_tenant", "tenant"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),  # the webhook-id that it goes with
    Column("webhook", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("job", String(64)),  # whose end it tells, if any
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),  # begun; only the last may say that it failed
    Column("created_at", Float, nullable=False),
    Column("due_at", Float),  # by the database's clock, when to try next; none: given up
    Column("failure", Text),  # of the last attempt
    Index("deliveries_by_turn", "due_at"),
    Index("deliveries_by_webhook", "webhook"),
    Index("deliveries_by_job", "tenant", "job"),
)
