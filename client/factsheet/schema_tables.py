"""List the schemas, or show one with its groups and fields."""

from __future__ import annotations

from typing import Annotated

import typer
from factsheet_schemas import FieldSpec, Schema, SchemaError, load_schema, offered_schemas
from rich.console import Console
from rich.table import Table
from rich.text import Text


def command(
    name: Annotated[
        str | None, typer.Argument(help="a shipped schema's name, or the folder of your own")
    ] = None,
) -> None:
    """List the schemas, or show one with its groups and fields."""
    console = Console(highlight=False)
    try:
        console.print(schema_table(load_schema(name)) if name else catalog_table())
    except SchemaError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def catalog_table() -> Table:
    """The shipped schemas, one a row, each also with its extensions."""
    table = Table("Schema", "Version", "Groups", "Fields", "What it describes")
    table.columns[0].overflow = "fold"
    for name in offered_schemas():
        schema = load_schema(name)
        counts = str(len(schema.groups)), str(len(list(schema.fields())))
        table.add_row(Text(name), Text(schema.version), *counts, Text(schema.title))
    return table


def schema_table(schema: Schema) -> Table:
    """One schema's fields, one a row, group by group."""
    table = Table(title=Text(f"{schema.title} ({schema.name} {schema.version})"))
    for label in ("Group", "Field", "Label", "Type", "Scope"):
        table.add_column(label, overflow="fold")
    for group in schema.groups:
        for number, spec in enumerate(group.fields):
            table.add_row(*map(Text, _cells(group.key if number == 0 else "", spec)))
        table.add_section()
    return table


def _cells(group: str, spec: FieldSpec) -> tuple[str, ...]:
    kind = f"{spec.type.value} [{spec.unit}]" if spec.unit else spec.type.value
    kind = f"{kind}, many" if spec.is_many else kind
    return group, spec.key, spec.label, kind, spec.scope
