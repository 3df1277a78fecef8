"""What a scalar of a JSON Schema asks for: judged from its type, its format, its name and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factsheet_schemas.fields import FieldType
from factsheet_schemas.record import JsonValue

from .resolving import Json, options_of, refuse
from .shape import Form, Path

SHORT = 120  # characters that an answer may write; longer text is cited and sliced
LONGEST_WRITTEN = 240
ISO_DAY = "%Y-%m-%d"

_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WRITTEN = (  # how descriptions say that a date is to be written
    (re.compile(r"\bYYYY-MM-DD\b|\bISO[ -]?8601\b", re.I), ISO_DAY),
    (re.compile(r"\bDD/MM/YYYY\b", re.I), "%d/%m/%Y"),
    (re.compile(r"\bDD\.MM\.YYYY\b", re.I), "%d.%m.%Y"),
    (re.compile(r"\bMM/DD/YYYY\b", re.I), "%m/%d/%Y"),
    (re.compile(r"\bMM/YYYY\b", re.I), "%m/%Y"),
    (re.compile(r"\bYYYY-MM\b", re.I), "%Y-%m"),
)
_CURRENCY = re.compile(r"\bISO[ -]?4217\b|\bcurrency codes?\b", re.I)
_COUNTRY = re.compile(
    r"\bISO[ -]?3166(?:-1)?(?: alpha-2)?\b(?!.*alpha-3)|\btwo-letter country", re.I
)
_PERCENT = re.compile(r"%|\bper ?cent(?:age)?\b|\bpct\b", re.I)
_AS_FRACTION = re.compile(r"\bas (?:a|the) (?:decimal|fraction)\b|\b0\.\d+ (?:for|means|=)", re.I)
_RATIO = re.compile(r"\b(?:ratio|multiple|leverage|coverage|cover|dscr|llcr|icr)\b", re.I)
_MONEY = re.compile(
    r"\b(?:amounts?|commitments?|principal|notional|price|proceeds|revenues?|turnover|salary|cost"
    r"|debt|loan|equity|capital|payment|sum|budget|fees?|valuation|threshold|limit|balance|deposit"
    r"|cash|income|profit|ebitda|money|monetary|currency|usd|eur|gbp|dollars?|euros?)\b",
    re.I,
)
_STRONG_MONEY = re.compile(
    r"\b(?:amounts?|price|principal|monetary|currency|in (?:usd|eur|gbp|dollars|euros))\b", re.I
)
_RATE = re.compile(r"\b(?:interest rate|margin|spread|coupon|yield)\b", re.I)
_BASIS_POINTS = re.compile(r"\bbps\b|\bbasis points\b", re.I)
_LONG = re.compile(
    r"\b(?:purposes?|descri\w+|definitions?|defines?|terms|conditions?|provisions?|requirements?"
    r"|procedures?|methods?|summar\w+|expla\w+|details?|clauses?|texts?|wordings?|circumstances"
    r"|obligations?|restrictions?|covenants?|undertakings?|rationale|paragraphs?|sentences?"
    r"|passages?|roles|positions|mechanisms?|how|why|when|narrative|notes?|comments?|remarks?)\b",
    re.I,
)
_NAMES = re.compile(
    r"\b(?:names?|entit(?:y|ies)|institutions?|compan(?:y|ies)|part(?:y|ies)|banks?|persons?"
    r"|individuals?|jurisdictions?|countr(?:y|ies)|cit(?:y|ies)|codes?|numbers?|identifiers?|ids?"
    r"|isin|lei|emails?|phone|urls?|websites?|titles?|types?|categor(?:y|ies)|kinds?|laws?"
    r"|languages?|authors?|borrowers?|lenders?|agents?|issuers?|guarantors?|sponsors?|addresse?s?"
    r"|suppliers?|customers?|clients?|buyers?|sellers?|vendors?|purchasers?|contractors?|owners?"
    r"|employers?|employees?|landlords?|tenants?|less(?:ors?|ees?)|licens(?:ors?|ees?)|insurers?"
    r"|trustees?|arrangers?|managers?|counterpart(?:y|ies)|beneficiar(?:y|ies)|manufacturers?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """How a scalar is asked for, and how its value is written."""

    type: FieldType
    form: Form
    pattern: str = ""
    options: Mapping[str, JsonValue] = field(default_factory=dict)
    max_chars: int = LONGEST_WRITTEN


def words_of(name: str) -> list[str]:
    """The words of a property's name: ``maturityDate`` and ``maturity_date`` have two."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def judge(name: str, node: Json, path: Path) -> Judged:
    """What a scalar asks for. Raises SchemaError where its type cannot be told."""
    if "enum" in node or "const" in node:
        return _options(name, node)
    said = f"{' '.join(words_of(name))}. {node.get('title', '')}. {node.get('description', '')}"
    match node.get("type"):
        case "boolean":
            return Judged(FieldType.YES_NO, Form.BOOLEAN)
        case "integer":
            return _integer(name, said)
        case "number":
            return _number(name, node, said)
        case "string":
            return _string(name, node, said)
        case kind:
            what = f"the type {kind!r}" if kind else "a schema without a type"
            raise refuse(path, what, "give one of string, number, integer, boolean, object, array")


def _options(name: str, node: Json) -> Judged:
    values = options_of(node)
    if all(isinstance(value, bool) for value in values):
        return Judged(FieldType.YES_NO, Form.BOOLEAN)
    by_text = {_written(value): value for value in values}
    is_currency = "currency" in words_of(name) or _CURRENCY.search(node.get("description", ""))
    if is_currency and all(re.fullmatch("[A-Z]{3}", text) for text in by_text):
        return Judged(FieldType.CURRENCY, Form.OPTION, options=by_text)
    return Judged(FieldType.ENUM, Form.OPTION, options=by_text)


def _written(value: Any) -> str:  # noqa: ANN401
    return value if isinstance(value, str) else str(value).lower()


def _integer(name: str, said: str) -> Judged:
    words = words_of(name)
    if "year" in words:
        return Judged(FieldType.YEAR, Form.INTEGER)
    if words[-1:] == ["month"]:
        return Judged(FieldType.MONTH, Form.INTEGER)
    if _BASIS_POINTS.search(said):
        return Judged(FieldType.PERCENT, Form.BASIS_POINTS)
    if _PERCENT.search(said):
        return Judged(FieldType.PERCENT, Form.INTEGER)
    if _is_money(name, said):
        return Judged(FieldType.AMOUNT, Form.AMOUNT)
    return Judged(FieldType.INTEGER, Form.INTEGER)


def _number(name: str, node: Json, said: str) -> Judged:
    named = " ".join(words_of(name))
    if _BASIS_POINTS.search(said):
        return Judged(FieldType.PERCENT, Form.BASIS_POINTS)
    if _PERCENT.search(said) or _RATE.search(named):
        is_fraction = _AS_FRACTION.search(said) or _most(node) == 1
        return Judged(FieldType.PERCENT, Form.FRACTION if is_fraction else Form.NUMBER)
    if _RATIO.search(named):
        return Judged(FieldType.RATIO, Form.NUMBER)
    if _is_money(name, said):
        return Judged(FieldType.AMOUNT, Form.AMOUNT)
    return Judged(FieldType.NUMBER, Form.NUMBER)


def _is_money(name: str, said: str) -> bool:
    """Whether a number's name, or its description outright, says that it is money."""
    words = words_of(name)
    is_count = bool({"number", "num", "count", "days", "months", "years"} & set(words))
    return not is_count and bool(_MONEY.search(" ".join(words)) or _STRONG_MONEY.search(said))


def _most(node: Json) -> float | None:
    most: float | None = node.get("maximum", node.get("exclusiveMaximum"))
    return most


def _string(name: str, node: Json, said: str) -> Judged:
    if (pattern := _date_pattern(name, node, said)) is not None:
        return Judged(FieldType.DATE, Form.DATE, pattern=pattern)
    longest = node.get("maxLength")
    if "currency" in words_of(name) or _CURRENCY.search(said):
        return Judged(FieldType.CURRENCY, Form.TEXT)
    if _COUNTRY.search(said):
        return Judged(FieldType.COUNTRY, Form.TEXT)
    if is_short(name, node):
        return Judged(FieldType.TEXT, Form.TEXT, max_chars=_chars(longest))
    return Judged(FieldType.PASSAGE, Form.TEXT, max_chars=SHORT)


def _date_pattern(name: str, node: Json, said: str) -> str | None:
    """How a date is to be written, empty where nothing says it; None where it is no date."""
    match node.get("format"):
        case "date":
            return ISO_DAY
        case "date-time":
            return f"{ISO_DAY}T00:00:00Z"
        case str():
            return None
    stated = next((form for words, form in _WRITTEN if words.search(said)), None)
    is_named = words_of(name)[-1:] == ["date"] and "pattern" not in node
    return "" if stated is None and is_named else stated


def is_short(name: str, node: Json) -> bool:
    """Whether a string is a name or code rather than text that may run long.

    Its own limit decides, then its format, then its name, then its description.
    """
    if (longest := node.get("maxLength")) is not None:
        return bool(longest <= SHORT)
    if "format" in node or "pattern" in node:
        return True
    named = " ".join(words_of(name))
    for words in (named, str(node.get("title", "")), str(node.get("description", ""))):
        if _LONG.search(words):
            return False
        if _NAMES.search(words):
            return True
    return False


def _chars(longest: int | None) -> int:
    return LONGEST_WRITTEN if longest is None else min(max(longest, 8), LONGEST_WRITTEN)
