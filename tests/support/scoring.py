"""Small golds and records for tests of scoring."""

from collections.abc import Mapping
from typing import Any

from factsheet_schemas import Evidence, FacilityRecord, FieldValue, Record, Status
from factsheet_schemas.record import Coverage, JsonValue, Qualifiers, RunInfo
from factsheet_service.evaluation.gold import Gold, GoldRow, GoldValue, Kind

DOCUMENT = "d1"
NO_WINDOWS = Coverage(
    windows=0,
    windows_asked=0,
    questions_planned=0,
    questions_answered=0,
    questions_failed=0,
    documents_read=1,
    documents_not_read=0,
)


def present(value: JsonValue, *evidence: Evidence, basis: str | None = None) -> FieldValue:
    """A value that is PRESENT."""
    return FieldValue(
        status=Status.PRESENT,
        value=value,
        evidence=evidence,
        qualifiers=Qualifiers(basis=basis),
    )


def cite(text: str, quote: str) -> Evidence:
    """Evidence at the first place of a quote in the text of ``DOCUMENT``."""
    start = text.index(quote)
    return Evidence(
        document=DOCUMENT,
        document_name="a.txt",
        page=1,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def facility(title: str, /, *aliases: str, **fields: FieldValue) -> FacilityRecord:
    """A row of a record."""
    return FacilityRecord(id=title, name=title, aliases=aliases, fields=fields)


def record(*facilities: FacilityRecord, **deal: FieldValue) -> Record:
    """A record of the small loan schema."""
    return Record(
        company="c",
        documents=(),
        deal=deal,
        facilities=facilities,
        coverage=NO_WINDOWS,
        run=RunInfo(
            id="r",
            schema_name="loans",
            schema_version="1",
            engine="test",
            started_at="",
            seconds=0,
        ),
    )


def answer(*values: JsonValue, **changes: Any) -> GoldValue:
    """A literal gold answer."""
    return GoldValue(values=values, **{"kind": Kind.LITERAL, **changes})


def row(*names: str, is_optional: bool = False, **values: GoldValue) -> GoldRow:
    """A facility of a gold."""
    return GoldRow(names, values, is_optional)


def gold(
    *rows: GoldRow,
    deal: Mapping[str, GoldValue] | None = None,
    unscored: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    is_core_only: bool = False,
) -> Gold:
    """A gold in which everything that is not given is absent."""
    return Gold(
        name="c",
        documents=("a.txt",),
        deal=deal or {},
        rows=rows,
        absent=frozenset(absent),
        unscored=frozenset(unscored),
        is_core_only=is_core_only,
    )
