"""A record as tables for the terminal: the deal, then each facility, every value with its place."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

from factsheet_schemas import FieldSpec, FieldValue, Record, Schema, Status
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .cells import place, shortened, shown
from .tables import plain_table

WIDTH = 100
LABEL_WIDTH, VALUE_WIDTH, SURE_WIDTH, EVIDENCE_WIDTH = 25, 21, 4, 44
LONGEST_VALUE, LONGEST_QUOTE = 80, 78
STYLE_OF_LEVEL = {"HIGH": "green", "MEDIUM": "yellow", "LOW": "red"}
NOT_SHOWN_AS_ROWS = (
    (Status.POSSIBLY_PRESENT, "Possibly present, to be checked"),
    (Status.NOT_FOUND, "Not found"),
    (Status.NOT_APPLICABLE, "Not applicable"),
    (Status.NOT_ASKED, "Not asked"),
    (Status.FAILED, "Failed"),
)
Values = Mapping[str, FieldValue]


def table_text(record: Record, schema: Schema) -> str:
    """The tables as plain text of at most ``WIDTH`` columns."""
    text = io.StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(tables(record, schema))
    return text.getvalue()


def tables(record: Record, schema: Schema) -> RenderableType:
    """One table for the deal and one per facility, each followed by what was not found."""
    parts = [*_part(f"{record.company}: deal", record.deal, schema)]
    for facility in record.facilities:
        parts += _part(f"{record.company}: {record.called(facility)}", facility.fields, schema)
    return Group(*parts)


def _part(title: str, values: Values, schema: Schema) -> Iterator[RenderableType]:
    known = [(spec, values[spec.key]) for spec in schema.fields() if spec.key in values]
    yield _table(title, [pair for pair in known if pair[1].status is Status.PRESENT])
    for status, heading in NOT_SHOWN_AS_ROWS:
        for reason, labels in _by_reason(known, status).items():
            why = f" {reason}:" if reason else ""
            yield Text.assemble(
                (f"{heading} ({len(labels)}):{why} ", "bold"), ("; ".join(labels), "dim")
            )
    yield Text()


def _by_reason(
    known: Iterable[tuple[FieldSpec, FieldValue]], status: Status
) -> dict[str | None, list[str]]:
    """Labels of the values with a status; those not asked or failed apart by the reason why."""
    found: dict[str | None, list[str]] = {}
    for spec, value in known:
        if value.status is status:
            reason = value.reason if status in (Status.NOT_ASKED, Status.FAILED) else None
            found.setdefault(reason, []).append(_mention(spec, value))
    return found


def _table(title: str, present: list[tuple[FieldSpec, FieldValue]]) -> Table:
    table = plain_table(title)
    table.add_column("Field", width=LABEL_WIDTH)
    table.add_column("Value", width=VALUE_WIDTH, style="bold")
    table.add_column("Sure", width=SURE_WIDTH)
    table.add_column("Evidence", width=EVIDENCE_WIDTH)
    for spec, value in present:
        table.add_row(Text(spec.label), _value(spec, value), _confidence(value), _evidence(value))
    return table


def _value(spec: FieldSpec, value: FieldValue) -> Text:
    return Text(shortened(shown(spec, value), LONGEST_VALUE))


def _confidence(value: FieldValue) -> Text:
    if value.confidence is None:
        return Text("")
    style = STYLE_OF_LEVEL[value.level] if value.level else ""
    return Text(f"{value.confidence:.2f}", style=style)


def _evidence(value: FieldValue) -> Text:
    if not value.evidence:
        return Text(shortened(value.reason or "", LONGEST_QUOTE), style="dim")
    first, more = value.evidence[0], len(value.evidence) - 1
    also = f" (+{more})" if more else ""
    where = place(first, EVIDENCE_WIDTH - len(also)) + also
    quote = shortened(first.quote, LONGEST_QUOTE)
    return Text.assemble((where, "cyan"), "\n", (f"“{quote}”", "dim"))


def _mention(spec: FieldSpec, value: FieldValue) -> str:
    """The label, and for what may be there the place to look."""
    if value.status is Status.POSSIBLY_PRESENT and value.evidence:
        return f"{spec.label} ({place(value.evidence[0])})"
    return spec.label
