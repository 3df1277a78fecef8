"""Which field a column of an analyst's sheet is: by its label, however it is written.

A schema's ``labels.toml`` lists other labels per field and per metadata column; ``*`` stands for
any words ("* share": the bank's own name).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from factsheet_schemas import Schema
from factsheet_schemas.catalog import is_json_schema, read_toml, schema_folder

from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import fold

LABELS_FILE = "labels.toml"
OtherLabels = Mapping[str, tuple[str, ...]]  # by field key or a metadata column's source


def shipped_labels(name: str, schema: Schema) -> OtherLabels:
    """The schema's own list of other labels; empty where it has none.

    Raises:
        UsageError: it names a field or column that the schema lacks.
    """
    if is_json_schema(name):
        return {}
    path = schema_folder(name) / LABELS_FILE
    written = read_toml(path).get("labels", {}) if path.is_file() else {}
    known = {*schema.by_key, *(column.source for column in schema.columns)}
    if not isinstance(written, dict) or written.keys() - known:
        raise UsageError(f"{path}: [labels] must map fields and columns of schema {schema.name}")
    return {key: tuple(map(str, labels)) for key, labels in written.items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet: field keys and metadata sources by label, and what is neither."""

    known: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def num_fields(self) -> int:
        """How many of them are known."""
        return len(self.known)


def columns_of(labels: Iterable[str], schema: Schema, others: OtherLabels) -> Columns:
    """What each label stands for; the first label of a field stands."""
    names = dict(_names(schema, others))
    known: dict[str, str] = {}
    unknown = []
    for label in filter(None, labels):
        key = _named(label, names)
        if key and key not in known.values():
            known[label] = key
        else:
            unknown.append(label)
    return Columns(known, tuple(unknown))


def _names(schema: Schema, others: OtherLabels) -> Iterator[tuple[str, str]]:
    """Folded names with what they stand for; the schema's own labels come last and so win."""
    for key, labels in others.items():
        yield from ((fold(label) if "*" not in label else label, key) for label in labels)
    yield from ((fold(key), key) for key in schema.by_key)
    yield from ((fold(spec.label), spec.key) for spec in schema.fields())
    yield from ((fold(column.label), column.source) for column in schema.columns)


def _named(label: str, names: Mapping[str, str]) -> str | None:
    """By the label as a whole, then without what stands in brackets, then by a pattern."""
    folded = fold(label)
    bare = fold(re.sub(r"[\[(].*?[\])]", " ", label))
    patterns = [key for name, key in names.items() if "*" in name and fnmatchcase(folded, name)]
    return names.get(folded) or names.get(bare) or next(iter(patterns), None)
