"""Whether evidence is what it says: the words of the document at the offsets given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factsheet_schemas import FieldValue, Record, Status


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """How many PRESENT values have evidence that is verbatim, and which have not."""

    num_present: int
    num_verbatim: int
    failures: tuple[str, ...] = ()  # "facility: field"

    @property
    def share(self) -> float | None:
        """The part that is verbatim; None without values."""
        return self.num_verbatim / self.num_present if self.num_present else None


def check_evidence(record: Record, texts: Mapping[str, str]) -> EvidenceCheck:
    """Compare every quote of every PRESENT value with its document's text.

    A value passes if it has evidence and ``text[start:end] == quote`` for all of it.
    """
    cells = list(_present(record))
    failures = tuple(where for where, cell in cells if not is_verbatim(cell, texts))
    return EvidenceCheck(len(cells), len(cells) - len(failures), failures)


def is_verbatim(cell: FieldValue, texts: Mapping[str, str]) -> bool:
    """Whether a value has evidence, all of it verbatim."""
    return bool(cell.evidence) and all(
        0 <= one.start < one.end and texts.get(one.document, "")[one.start : one.end] == one.quote
        for one in cell.evidence
    )


def _present(record: Record) -> Iterator[tuple[str, FieldValue]]:
    rows = [("deal", record.deal), *((row.name, row.fields) for row in record.facilities)]
    for name, cells in rows:
        for key, cell in cells.items():
            if cell.status is Status.PRESENT:
                yield f"{name}: {key}", cell
