"""Jobs, who has them, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "jobs",
        sa.Column("seq", counter, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("company", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
        sa.Column("is_cancelled", sa.Boolean, nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("tenant", "idempotency_key", name="jobs_by_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_company", "jobs", ["tenant", "company"])
    op.create_index("jobs_by_state", "jobs", ["state", "lease_until"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("jobs")
