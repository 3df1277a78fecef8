"""Wire types and schemas-as-data of factsheet; nothing but pydantic below."""

from .catalog import load_schema, offered_schemas, schema_folder, shipped_schemas
from .diff import RecordDiff, compare_records
from .errors import SchemaError
from .fields import DEAL, FieldSpec, FieldType
from .options import Budget, ExtractOptions, Lender, Preset, Settings
from .record import (
    Box,
    DocumentRecord,
    DocumentStatus,
    Evidence,
    FacilityRecord,
    FieldValue,
    Level,
    Origin,
    Record,
    Status,
)
from .schema import Group, Schema

__all__ = [
    "DEAL",
    "Box",
    "Budget",
    "DocumentRecord",
    "DocumentStatus",
    "Evidence",
    "ExtractOptions",
    "FacilityRecord",
    "FieldSpec",
    "FieldType",
    "FieldValue",
    "Group",
    "Lender",
    "Level",
    "Origin",
    "Preset",
    "Record",
    "RecordDiff",
    "Schema",
    "SchemaError",
    "Settings",
    "Status",
    "compare_records",
    "load_schema",
    "offered_schemas",
    "schema_folder",
    "shipped_schemas",
]
