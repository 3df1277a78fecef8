"""Show the installed version."""

from __future__ import annotations

from importlib.metadata import version

import typer


def command() -> None:
    """Show the installed version."""
    typer.echo(f"factsheet {version('factsheet')}")
