"""The keyword arguments of an extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from factsheet_schemas import Budget, ExtractOptions, Lender, Preset, Settings


class Given(TypedDict, total=False):
    """What may be said of an extraction; the server's defaults hold for the rest."""

    engine: str
    preset: Preset | str
    settings: Settings | Mapping[str, Any]
    lender_of_interest: Lender | Mapping[str, Any]
    groups: Sequence[str]
    fields: Sequence[str]
    documents: Sequence[str]
    budget: Budget | Mapping[str, Any]
    deadline_minutes: float


def as_options(given: Given) -> ExtractOptions:
    """The request's body. Raises pydantic.ValidationError."""
    return ExtractOptions.model_validate(given)
