"""Whose job is next, by when it must have ended, and how often it was begun in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state in ('queued', 'running')")


def upgrade() -> None:
    """Add the columns, and the order in which unfinished jobs are taken."""
    with op.batch_alter_table("jobs") as table:
        for name in ("priority", "num_vain", "num_answers"):
            table.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("deadline", sa.Float))
    op.drop_index("jobs_by_state", "jobs")
    op.create_index(
        "jobs_by_turn",
        "jobs",
        [sa.text("priority desc"), "seq"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("jobs_by_turn", "jobs")
    op.create_index("jobs_by_state", "jobs", ["state", "lease_until"])
    with op.batch_alter_table("jobs") as table:
        for name in ("deadline", "num_answers", "num_vain", "priority"):
            table.drop_column(name)
