"""What a field is: one question of the fact sheet, with its type and the words that ask for it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Model(BaseModel):
    """Frozen, and strict about names: a typing error in a schema file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldType(StrEnum):
    """How a value is written on the wire (see ``record.FieldValue.value``)."""

    TEXT = "text"  # "Norrvind Wind AS"
    TEXT_LIST = "text_list"  # ["A plc", "B plc"]
    YES_NO = "yes_no"  # "Yes" | "No"
    ENUM = "enum"  # one option's value
    ENUM_LIST = "enum_list"  # several options' values
    PERCENT = "percent"  # 2.25 means 2.25 %
    RATIO = "ratio"  # 1.2 means 1.20x
    AMOUNT = "amount"  # {"amount": 250000000, "currency": "EUR"}, whole units
    NUMBER = "number"  # 45.0 in the field's unit
    NUMBER_LIST = "number_list"  # [25.0, 75.0] in the field's unit, each once
    RANGE = "range"  # {"low": 18.0, "high": 34.0} in the field's unit
    TALLY = "tally"  # {"female": 12, "male": 8}: how many of each option
    INTEGER = "integer"
    DATE = "date"  # {"date": "2031-03", "precision": "month"}; day: "2031-03-15", year: "2031"
    YEAR = "year"  # 2026
    MONTH = "month"  # 1..12
    CURRENCY = "currency"  # ISO 4217
    CURRENCY_LIST = "currency_list"
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    CODE = "code"  # classification code with description: "D35.11"
    TENOR_SET = "tenor_set"  # ["1M", "3M", "6M"]
    SCHEDULE = "schedule"  # [{"date": "2027-06", "percent": 2.5}] or [{"date": ..., "amount": ...}]
    CLAUSE = "clause"  # free text; scored by its evidence
    PASSAGE = "passage"  # words as written if short, else the lines that have them, sliced


DEAL = "deal"  # the scope of fields that are answered once for the subject as a whole


class Option(Model):
    """One value of an enum, with the words that documents use for it."""

    value: str
    synonyms: tuple[str, ...] = ()


class Condition(Model):
    """The field applies only where ``field`` has one of ``values``."""

    field: Key
    values: tuple[str, ...]


class Bounds(Model):
    """What a number, or each of several, may be; what lies beyond is no value of the field."""

    least: float | None = None
    most: float | Literal["this_year"] | None = None


class FieldSpec(Model):
    """One question of the fact sheet."""

    key: Key
    label: str = Field(description="the label as users know it, unique in the schema")
    type: FieldType
    scope: Key = Field(description="`deal`: once for the subject; an entity's key: once per row")
    description: str = ""
    unit: str | None = None
    options: tuple[Option, ...] = Field(
        default=(), description="of yes_no: the words that show a Yes and a No"
    )
    is_named: bool = Field(
        default=False, description="an option counts only where the quote names it"
    )
    bounds: Bounds | None = None
    pattern: str | None = Field(
        default=None,
        description="regular expression of a text, or of one of several: the match is the value",
    )
    is_magnitude: bool = Field(default=False, description="a number's sign is left out of it")
    number_words: dict[str, float] = Field(
        default={}, description="words that stand for a number in the unit: immediate -> 0"
    )
    aliases: tuple[str, ...] = ()
    applies_if: Condition | None = None
    only_if_configured: str | None = Field(
        default=None, description="an option of the run without which the field is not asked"
    )
    core: bool = Field(default=False, description="an analyst checks it first; reported apart")
    max_chars: int = Field(default=120, ge=8, le=600, description="longest answer of an engine")
    is_many: bool = Field(default=False, description="the value is a list: all that are stated")

    @property
    def is_deal_wide(self) -> bool:
        """Whether it is answered once for the subject, as an inherited default of its rows."""
        return self.scope == DEAL

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _options_belong_to_enums(self) -> FieldSpec:
        if self.type is FieldType.YES_NO:
            return self._with_answers_for_options()
        if (self.type in _OF_OPTIONS) != bool(self.options):
            raise ValueError(
                f"field {self.key!r}: options go with type enum, enum_list or tally, and only there"
            )
        return self

    def _with_answers_for_options(self) -> FieldSpec:
        if unknown := {option.value for option in self.options} - {"Yes", "No"}:
            raise ValueError(f"field {self.key!r}: {unknown.pop()!r} is neither Yes nor No")
        return self


_OF_OPTIONS = (FieldType.ENUM, FieldType.ENUM_LIST, FieldType.TALLY)
