"""Records as a Psych-DS data set: CSV files with their dictionary as JSON-LD.

The rules: https://psychds-docs.readthedocs.io/en/latest/guides/1_getting_started/ and the rules of
the official validator, https://github.com/psych-ds/psychds-validator. A data set has a
``dataset_description.json`` of schema.org's type Dataset with name, description and
variableMeasured, which lists every column of every file ``data/<key>-<value>_..._data.csv``.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from factsheet_schemas import FacilityRecord, FieldSpec, Record, Schema, Status
from factsheet_schemas.schema import Entity

from .cells import inert, one_line, shown, value_in

DESCRIPTION = "dataset_description.json"
README = "README.md"
ROW_ID, SUBJECT, ROW = "row_id", "subject_id", "row_name"  # columns that are no fields
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of files in an archive, so that its bytes do not change


def psych_ds(records: Sequence[Record], schema: Schema) -> dict[str, bytes]:
    """The files of the data set by their paths: one CSV for each kind of rows.

    What is not there is an empty cell; lists are parted by semicolons.
    """
    files = {
        _path(schema, entity): _csv(records, schema, entity) for entity in _kinds(records, schema)
    }
    description = json.dumps(_description(records, schema), indent=2, ensure_ascii=False)
    return {
        DESCRIPTION: description.encode() + b"\n",
        README: _readme(records, schema, files).encode(),
        **files,
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files in one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _kinds(records: Sequence[Record], schema: Schema) -> list[Entity | None]:
    """The kinds of rows that there are any of; the first in any case; None: the deal alone."""
    found = {row.entity for record in records for row in record.facilities}
    return [e for e in schema.entities if e.key in found] or [*schema.entities[:1]] or [None]


def _path(schema: Schema, entity: Entity | None) -> str:
    """Keywords are lower-case keys with values of letters and digits, joined by underscores."""
    rows = _plain(entity.plural if entity else schema.subject.label)
    return f"data/study-{_plain(schema.name)}_description-{rows}_data.csv"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def _fields(schema: Schema, entity: Entity | None) -> list[FieldSpec]:
    """The fields of a kind of rows, with what they inherit."""
    scopes = schema.ancestry(entity.key) if entity else ("deal",)
    return [spec for spec in schema.fields() if spec.scope in scopes]


def _csv(records: Sequence[Record], schema: Schema, entity: Entity | None) -> bytes:
    """UTF-8 without a mark, which would become part of the first column's name."""
    fields = _fields(schema, entity)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ROW_ID, SUBJECT, ROW, *(spec.key for spec in fields)])
    for record in records:
        rows = [r for r in record.facilities if entity and r.entity == entity.key]
        for row in rows if entity else [None]:
            writer.writerow(_row(record, row, fields))
    return text.getvalue().encode()


def _row(record: Record, row: FacilityRecord | None, fields: Sequence[FieldSpec]) -> Iterator[str]:
    yield f"{record.company}_{row.id}" if row else record.company
    yield record.company
    yield inert(one_line(record.called(row))) if row else ""
    for spec in fields:
        value = value_in(record, row, spec)
        yield inert(one_line(shown(spec, value))) if value.status is Status.PRESENT else ""


def _description(records: Sequence[Record], schema: Schema) -> dict[str, object]:
    fields = {
        spec.key: spec for entity in _kinds(records, schema) for spec in _fields(schema, entity)
    }
    subjects = f"{len(records)} {schema.subject.label}{'' if len(records) == 1 else 's'}"
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": schema.title,
        "description": f"{schema.description or schema.title} Extracted from {subjects}.",
        "keywords": [schema.name.replace("_", " ")],
        "variableMeasured": [*_row_columns(schema), *map(_variable, fields.values())],
    }


def _row_columns(schema: Schema) -> Iterator[dict[str, object]]:
    for name, description in (
        (ROW_ID, "names the row in the data set"),
        (SUBJECT, f"the {schema.subject.label} that the row is of"),
        (ROW, "the row's name, behind those of the rows that it lies within"),
    ):
        yield {"@type": "PropertyValue", "name": name, "description": description}


def _variable(spec: FieldSpec) -> dict[str, object]:
    """A column as schema.org's PropertyValue."""
    options = ", ".join(option.value for option in spec.options)
    told = (spec.label, spec.description, f"One of: {options}." if options else "")
    variable: dict[str, object] = {
        "@type": "PropertyValue",
        "name": spec.key,
        "description": ". ".join(part.rstrip(".") for part in told if part) + ".",
    }
    if spec.unit:
        variable["unitText"] = spec.unit
    for name, bound in (("minValue", "least"), ("maxValue", "most")):
        value = getattr(spec.bounds, bound, None)
        if isinstance(value, float):
            variable[name] = value
    return variable


def _readme(records: Sequence[Record], schema: Schema, files: Mapping[str, bytes]) -> str:
    subjects = "\n".join(f"- {record.company}" for record in records)
    listed = "\n".join(f"- `{path}`" for path in files)
    return (
        f"# {schema.title}\n\n{schema.description}\n\n## Files\n\n{listed}\n\n"
        f"## {schema.subject.label.capitalize()}s\n\n{subjects}\n\n"
        f"Columns are described in `{DESCRIPTION}`; an empty cell was not found or not asked for.\n"
    )
