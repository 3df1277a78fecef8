"""PostgreSQL tells who listens which jobs change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TELL = """
create function factsheet_tell_job() returns trigger language plpgsql as $$
begin
    perform pg_notify('factsheet_jobs', coalesce(new.id, old.id));
    return null;
end;
$$
"""

ON_CHANGE = """
create trigger factsheet_job_changed after update on jobs for each row
when (old.body is distinct from new.body) execute function factsheet_tell_job()
"""

ON_ERASURE = """
create trigger factsheet_job_erased after delete on jobs for each row
execute function factsheet_tell_job()
"""


def upgrade() -> None:
    """A renewed lease is no change; a job that is new nobody watches yet."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in (TELL, ON_CHANGE, ON_ERASURE):
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Drop it with its triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function factsheet_tell_job cascade")
