"""SQL scripts of others within our migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_scripts(folder: str, after: str, last: str) -> None:
    """Run the scripts of a folder in the order of their names.

    ``after`` and ``last`` are names: those behind the first, up to the last.
    """
    whole = op.get_bind().execution_options(no_parameters=True)  # with several statements in each
    for path in sorted(Path(folder).glob("*.sql")):
        if after < path.name <= last:
            whole.exec_driver_sql(path.read_text(encoding="utf-8"))
