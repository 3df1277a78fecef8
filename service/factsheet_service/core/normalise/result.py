"""What normalising gives: a value in its type's wire form, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field

from factsheet_schemas.record import JsonValue, Qualifiers


@dataclass(frozen=True, slots=True)
class Normalised:
    """A value as its ``FieldType`` says, and what the number is a number of.

    ``value`` is None where the words name a value that no document's text alone can give: "the
    fifth anniversary of the Closing Date" keeps anchor and offset in ``qualifiers``.
    """

    value: JsonValue
    qualifiers: Qualifiers = field(default_factory=Qualifiers)


class NotAValue(ValueError):
    """The words hold no value of the field's type; the message says why."""
