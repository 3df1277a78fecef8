"""The views of one record, made from it and from the texts that it was read from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from factsheet_schemas import Record, Schema

from factsheet_service.core.document import Document

from .chains import chains
from .data import VIEWS, Views
from .ladders import ladders
from .misses import misses
from .timelines import timelines


def views_of(
    record: Record,
    schema: Schema,
    documents: Sequence[Document] = (),
    wanted: Collection[str] = VIEWS,
) -> Views:
    """The views asked for. Without ``documents`` there are no definitions and no near misses."""
    pinned = [one for one in documents if one.is_read and one.id in record.run.documents]
    return Views(
        timelines=timelines(record, schema, pinned) if "timelines" in wanted else (),
        ladders=ladders(record, schema) if "ladders" in wanted else (),
        definitions=chains(record, schema, pinned) if "definitions" in wanted else (),
        missing=misses(record, schema, pinned) if "missing" in wanted else (),
    )
