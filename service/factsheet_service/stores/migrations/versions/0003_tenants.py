"""What the reply to a request depends on apart from whose it is, and facts that processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier keys had no salt: they are the request's own hash."""
    op.add_column("answers", sa.Column("request", sa.String(64), nullable=False, server_default=""))
    op.execute("update answers set request = key")
    # with all that limits are reckoned from, so that no body is read for it
    op.drop_index("answers_by_use", "answers")
    op.create_index("answers_by_use", "answers", ["used_at", "key", "num_bytes"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("facts")
    op.drop_index("answers_by_use", "answers")
    op.create_index("answers_by_use", "answers", ["used_at"])
    op.drop_column("answers", "request")
