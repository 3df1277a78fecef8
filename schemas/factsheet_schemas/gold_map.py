"""What a ``gold_map.toml`` is: how the columns of a gold sheet that others made are our fields.

Such a sheet has one row per subject; the values of the subject's rows are rolled up to it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError

from .catalog import read_toml, schema_folder
from .errors import SchemaError, explain
from .fields import Key, Model
from .schema import Schema

MAP_FILE = "gold_map.toml"


class MappedColumn(Model):
    """A column and the field whose value it holds.

    A column may stand several times: each time it speaks of the words in ``values`` alone.
    """

    column: str
    field: Key
    rollup: Literal["union", "shared"] | None = Field(
        default=None,
        description="of several rows: all their values, or the one that they share; "
        "unset: the field is the subject's own",
    )
    or_sum_of: Key | None = Field(
        default=None, description="the field of the rows whose sum it is where it is not stated"
    )
    split: str | None = Field(default=None, description="pattern between two values of a cell")
    values: dict[str, tuple[str, ...]] = Field(
        default={}, description="words of the column and the options that they mean"
    )
    reduce: Literal["last_name"] | None = Field(
        default=None, description="what of each value is compared"
    )


class GoldMap(Model):
    """All columns. ``absent`` are words for a value that was looked for and is not reported."""

    absent: tuple[str, ...] = ()
    ignored: dict[str, str] = Field(default={}, description="columns left out, and why")
    columns: tuple[MappedColumn, ...] = Field(min_length=1)

    @property
    def names(self) -> frozenset[str]:
        """The names of all columns that a row may have."""
        return frozenset({*self.ignored, *(one.column for one in self.columns)})


def load_gold_map(name_or_path: str, schema: Schema) -> GoldMap | None:
    """The map in a schema's folder; None where there is none.

    Raises:
        SchemaError: it is not TOML, breaks the models above, or names a field that is not there.
    """
    path = schema_folder(name_or_path) / MAP_FILE
    if not path.is_file():
        return None
    try:
        found = GoldMap.model_validate(read_toml(path))
    except ValidationError as error:
        raise SchemaError(f"gold map {path}: {explain(error)}") from error
    for one in found.columns:
        for key in filter(None, (one.field, one.or_sum_of)):
            if key not in schema.by_key:
                raise SchemaError(f"gold map {path}: schema {schema.name} has no field {key!r}")
    return found
