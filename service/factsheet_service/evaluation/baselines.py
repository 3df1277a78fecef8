"""The baseline that reads nothing: for every field the most common answer.

With gold of other companies at hand it is their most common answer, absence included; with one
company alone it is the schema's ``constants.toml``. It is told how many facilities there are and
their names, which no engine is: a value must beat it to show that the document was read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from factsheet_schemas import DEAL, FieldSpec, FieldType, FieldValue, Record, Schema, Status
from factsheet_schemas.catalog import read_toml, schema_folder
from factsheet_schemas.record import Coverage, FacilityRecord, JsonValue, RunInfo

from factsheet_service.core.errors import UsageError

from .gold import Gold, GoldRow, to_wire

CONSTANTS_FILE = "constants.toml"
Constants = Mapping[str, JsonValue]


def shipped_constants(name: str, schema: Schema) -> Constants:
    """The schema's own table of usual answers, in wire form; empty where it has none.

    Raises:
        UsageError: it names a field that the schema lacks, or a value that does not fit.
    """
    path = schema_folder(name) / CONSTANTS_FILE
    written = read_toml(path).get("answers", {}) if path.is_file() else {}
    if not isinstance(written, dict) or written.keys() - schema.by_key.keys():
        raise UsageError(f"{path}: [answers] must map fields of schema {schema.name} to values")
    return {key: to_wire(schema.by_key[key], one, f"{path}: {key}") for key, one in written.items()}


def common_answers(golds: Sequence[Gold], schema: Schema) -> Constants:
    """The answer that most of some companies share; absence wins ties.

    An answer counts once per company, and where there are several it must be that of two: no
    constant can guess a name or a limit. Clauses have none, they are scored by their place.
    """
    least = min(2, len(golds))
    found = {
        spec.key: _most_common([_answers(gold, spec) for gold in golds], least)
        for spec in schema.fields()
        if spec.type is not FieldType.CLAUSE
    }
    return {key: value for key, value in found.items() if value is not None}


def _answers(gold: Gold, spec: FieldSpec) -> set[str]:
    """A company's answers to a field, as JSON; null for absence."""
    cells = [gold.of_deal(spec.key)]
    if not spec.is_deal_wide:
        rows = [row for row in gold.rows if row.entity in ("", spec.scope)]
        cells = [gold.of_row(row, spec.key) for row in rows if not row.is_optional]
    return {
        json.dumps(cell.values[0] if cell else None, sort_keys=True)
        for cell in cells
        if cell is None or cell.values
    }


def _most_common(answers: Sequence[set[str]], least: int) -> JsonValue:
    counted = Counter(answer for answers_of_one in answers for answer in sorted(answers_of_one))
    answer, number = max(counted.items(), key=lambda one: one[1], default=("null", 0))
    return None if number < least or counted["null"] == number else json.loads(answer)


def constant_record(constants: Constants, gold: Gold, schema: Schema) -> Record:
    """The record of a reader who gives the constants for every company and every facility."""
    return Record(
        company=gold.name,
        documents=(),
        deal=_cells(constants, schema, DEAL),
        facilities=tuple(
            _facility(number, row, gold, constants, schema) for number, row in enumerate(gold.rows)
        ),
        coverage=Coverage(
            windows=0,
            windows_asked=0,
            questions_planned=0,
            questions_answered=0,
            questions_failed=0,
            documents_read=0,
            documents_not_read=0,
        ),
        run=RunInfo(
            id="constants",
            schema_name=schema.name,
            schema_version=schema.version,
            engine="constants",
            started_at="",
            seconds=0,
        ),
    )


def _facility(
    number: int, row: GoldRow, gold: Gold, constants: Constants, schema: Schema
) -> FacilityRecord:
    entity = row.entity or schema.entity.key
    above = (f"f{n}" for n, one in enumerate(gold.rows) if row.within in one.names)
    return FacilityRecord(
        id=f"f{number}",
        name=row.names[0] if row.names else schema.entity.unnamed or "",
        entity=entity,
        parent=next(above, None),
        fields=_cells(constants, schema, entity),
    )


def _cells(constants: Constants, schema: Schema, scope: str) -> dict[str, FieldValue]:
    return {
        spec.key: FieldValue(status=Status.PRESENT, value=constants[spec.key])
        if spec.key in constants
        else FieldValue(status=Status.NOT_FOUND)
        for spec in schema.of_scope(scope)
    }
