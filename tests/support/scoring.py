"""Small golds and records for tests of scoring."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from factsheet_schemas import Evidence, FacilityRecord, FieldValue, Level, Record, Status
from factsheet_schemas.record import Coverage, JsonValue, Qualifiers, RunInfo
from factsheet_service.evaluation.gold import Gold, GoldRow, GoldValue, Kind
from factsheet_service.evaluation.judging import NO_ANSWER
from factsheet_service.evaluation.report import Case

from support.build import make_document

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


@dataclass(frozen=True)
class QuotedCase(Case):
    """A case whose right value is at hand too."""

    hedged: FieldValue = NO_ANSWER


def quoted_case() -> QuotedCase:
    """One agreement with a wrong margin of confidence 0.35 and a right value of 0.95; both margins
    have quotes, the wrong one with what looks like markup."""
    text = "The Margin is 2.25 per cent.\n\nDefault Margin: 4 per cent <b>\n\nNo swap is made."
    document = replace(make_document(text, "a.txt"), id=DOCUMENT)
    wrong = present(4.0, cite(text, "Default Margin: 4 per cent <b>"))
    right = present("No", cite(text, "No swap is made."))
    hedged = right.model_copy(update={"confidence": 0.95, "level": Level.HIGH})
    margin = wrong.model_copy(update={"confidence": 0.35, "level": Level.LOW})
    return QuotedCase(
        gold=gold(
            row(
                "Facility A",
                margin=answer(2.25, quotes=("The Margin is 2.25 per cent.",)),
                hedged=answer("No", quotes=("No swap is made.",)),
            )
        ),
        record=record(facility("Facility A", margin=margin, hedged=hedged)),
        texts={DOCUMENT: text},
        documents=(document,),
        hedged=hedged,
    )
