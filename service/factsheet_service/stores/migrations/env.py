"""Run by Alembic: migrations within the transaction that opened the database."""

from alembic import context
from factsheet_service.stores.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
