"""The tables of procrastinate, the queue of a cluster, where the database can hold them.

Made by its own migrations. When a later version of it brings more, a revision of ours applies
those; a test says when.
"""

from alembic import op
from factsheet_service.stores.migrations.scripts import run_scripts

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"

DROP_FUNCTIONS = r"""
do $$
declare
    found record;
begin
    for found in
        select oid::regprocedure as name from pg_proc where proname like 'procrastinate\_%'
    loop
        execute 'drop function ' || found.name || ' cascade';
    end loop;
end;
$$
"""


def upgrade() -> None:
    """Apply what procrastinate had brought by then."""
    if op.get_bind().dialect.name != "postgresql":
        return
    # here, since all revisions are loaded whenever a database is opened
    from procrastinate.schema import SchemaManager  # noqa: PLC0415

    run_scripts(SchemaManager.get_migrations_path(), after="", last=LAST)


def downgrade() -> None:
    """Drop all that is its own."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in ("periodic_defers", "events", "jobs", "workers"):
        op.execute(f"drop table procrastinate_{name} cascade")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(DROP_FUNCTIONS)
    for name in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"drop type procrastinate_{name}")
