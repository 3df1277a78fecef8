"""Amounts of money in whole units, whatever the scale they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from factsheet_schemas.record import Qualifiers

from .currencies import SHARED, SYMBOLS, codes, find_currencies
from .figures import comparator, is_range
from .numbers import Number, find_numbers, is_accounting, nearly
from .result import Normalised, NotAValue

SCALES = (
    (1e12, r"trillions?|trn"),
    (1e9, r"billions?|bn|mrd\.?|milliarden?|milliards?|miliard\w*|miljard\w*|mld\.?|miliardi"),
    (1e9, r"mil\s+millones"),
    (1e6, r"millions?|mm|mio\.?|mn|mln\.?|millionen|millones|milione?s?|milioni|milh(?:ão|ões)"),
    (1e6, r"miljoen|milion\w*|m"),
    (1e3, r"thousands?|k|tsd\.?|tausend|mil|mille|mila|duizend|tys\.?|tysięcy|['’]\s?000"),
    (1e7, r"crores?|cr\.?"),
    (1e5, r"lakhs?|lacs?"),
)
_AFTER = tuple(
    (factor, re.compile(rf"\)?[\s-]*(?:{words})(?![\w])", re.IGNORECASE))
    for factor, words in SCALES
)
_CODES = "|".join(sorted(codes()))  # "SIX MILLION" has none
_OF_TABLE = (
    rf"\bin\s+{{0}}\b|(?:\((?=\D)|\b(?-i:{_CODES})\s|[$€£¥]\s?){{0}}\b"
    r"|\([^()\d]{{1,12}}\s{0}\)"
)
_THOUSANDS = re.compile(
    rf"(?<!\d)['’]\s?000(?!\d)|\bin\s+tausend\b|\bthousands\s+of\b|{_OF_TABLE.format('thousands?')}",
    re.IGNORECASE,
)
_MILLIONS = re.compile(
    rf"(?<!\d)['’]\s?000\s?000(?!\d)|{_OF_TABLE.format('millions?')}", re.IGNORECASE
)
_CRORES = re.compile(_OF_TABLE.format("crores?"), re.IGNORECASE)
_LAKHS = re.compile(_OF_TABLE.format("la(?:kh|c)s?"), re.IGNORECASE)
_HEADERS = ((1e6, _MILLIONS), (1e3, _THOUSANDS), (1e7, _CRORES), (1e5, _LAKHS))
_MINUS = re.compile(
    r"(?:^|[\s(|])(?:[-−–]|minus|negative)\s?[^\W\d]{0,3}[$€£¥]?\s?$", re.IGNORECASE
)
_PREFIXED = re.compile(r"\b(?P<scale>[TkKM])(?P<code>[A-Z]{3})\s?$")
_BILLION = re.compile(r"B(?!\w)")  # "$1.5B", but no "Tranche 2B"
SIGNS = tuple("$€£¥")
_WORDS_BEHIND = re.compile(
    r"[\s)]*(?:of\s|de\s|d['’])?(?P<words>(?:[^\d\s:;,|()]+\s?){1,4})(?P<next>\d)?"
)
_SHARE_OF = re.compile(
    r"(?:%|per\s?cent\.?)\s+of\s+(?:the\s+)?[^\W\d]{0,3}[$€£¥]?\s?$", re.IGNORECASE
)
_BETWEEN_MONEY = re.compile(
    r"\b(?:between|entre|zwischen|tussen|tra)\s+[^\W\d]{0,4}[$€£¥]?\s?$", re.IGNORECASE
)
_BEFORE_MONEY = re.compile(r"\s?(?:[A-Z]{0,4}[$€£¥]|[A-Z]{3})\s?$")
_TO = re.compile(r"[-–—]|to|bis|hasta|à", re.IGNORECASE)
_TO_OR_AND = re.compile(r"and|y|et|und|en|e", re.IGNORECASE)
NEAR = 24  # characters before a figure that may hold its sign
_NO_MONEY = re.compile(r"\s*(?:%|per\s?cent|bps|basis|years?|months?|days?|x\b|:\s?1)", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money at ``text[start:end]``, in whole units; no currency where none stands beside it."""

    amount: float
    currency: str | None
    start: int
    end: int
    has_scale: bool


def find_amounts(text: str) -> tuple[Amount, ...]:
    """All numbers of a text that can be money, scaled, with the currency beside each."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    numbers = find_numbers(text)
    last = 0
    for number, following in zip_longest(numbers, numbers[1:]):
        if number.start < last or _is_no_money(text, number):
            continue
        factor, last = _scale(text, number)
        currency = _beside(text, number.start, last)
        if following and factor == 1 and is_range(text, number, following):
            factor, end = _scale(text, following)
            currency = currency or _beside(text, following.start, end)
        yield Amount(
            amount=round(_value(text, number, last > number.end) * factor, 2),
            currency=currency,
            start=number.start,
            end=last,
            has_scale=factor != 1,
        )


def _is_no_money(text: str, number: Number) -> bool:
    is_measure = _NO_MONEY.match(text, number.end) is not None
    return is_measure or text[number.start - 1 : number.start] == "/"


def _value(text: str, number: Number, has_scale_behind: bool) -> float:
    """The number before its scale: "1.250 million" is a decimal, "1,250 million" and "1.250" are
    not."""
    is_decimal = has_scale_behind and "." in text[number.start : number.end]
    value = number.plain if is_decimal else number.grouped
    return (
        -value
        if value > 0 and _MINUS.search(text, max(0, number.start - NEAR), number.start)
        else value
    )


def _scale(text: str, number: Number) -> tuple[float, int]:
    prefixed = _prefixed(text, number.start)
    if prefixed:
        return (1e6 if prefixed["scale"] == "M" else 1e3), number.end
    for factor, words in _AFTER:
        match = words.match(text, number.end)
        if match:
            return factor, match.end()
    if _BILLION.match(text, number.end) and text[: number.start].rstrip()[-1:] in SIGNS:
        return 1e9, number.end + 1
    return 1, number.end


def _prefixed(text: str, start: int) -> re.Match[str] | None:
    """The "kEUR" or "MEUR" right before the number."""
    match = _PREFIXED.search(text[max(0, start - 6) : start])
    return match if match and match["code"] in codes() else None


def _beside(text: str, start: int, end: int) -> str | None:
    """The currency right before the number, else right behind it; a sign that several share is
    told apart by what stands behind ("$ 50m Canadian")."""
    prefixed = _prefixed(text, start)
    if prefixed:
        return prefixed["code"]
    before = _before(text, start, end)
    behind = None if before and before[1] not in SHARED else _behind(text, end)
    return behind or (before[0] if before else None)


def _before(text: str, start: int, end: int) -> tuple[str, str] | None:
    """The currency that ends right before the number, and its last sign."""
    words = re.search(r"(\S+(?:\s\S+){0,1})[\s(]*$", text[max(0, start - 24) : start])
    found = find_currencies(f"{words[1]} {text[start:end]}") if words else ()
    if not words or not found or not _ends_with_currency(words[1], text[start:end]):
        return None
    is_told = len(found) > 1 or words[1][-2:-1].isalpha()  # "US$", "AUD $"
    return found[-1], "" if is_told else words[1][-1]


def _behind(text: str, end: int) -> str | None:
    behind = _WORDS_BEHIND.match(text, end)
    found = find_currencies("0 " + behind["words"]) if behind else ()
    is_next_ones = behind and behind["next"] and _ends_with_currency(behind["words"].strip(), "0")
    return found[0] if found and not is_next_ones else None


def _ends_with_currency(words: str, figure: str) -> bool:
    if any(words.endswith(symbol) for symbol in SYMBOLS):
        return True
    last = words.rsplit(maxsplit=1)[-1].strip("'’0([")
    return bool(find_currencies(f"0 {last} {figure}"))


def normalise_amount(written: str, quote: str = "") -> Normalised:
    """``{"amount": 250000000, "currency": "EUR"}`` for "EUR 250m" and "EUR '000 250,000".

    The currency may stand in the quote alone; without one anywhere it is None. Of several amounts
    the first that has a currency or a scale is taken, of a range the upper end.

    Raises:
        NotAValue: there is no number that could be money, or it is a share of an amount.
    """
    factor, text = _header_scale(written)
    amounts = find_amounts(text)
    if not amounts or _SHARE_OF.search(text, 0, amounts[0].start):
        raise NotAValue(f"no amount in {written!r}")
    ends = _range_of(amounts, text)
    best = ends[1] if ends else _first_money(amounts)
    if factor == 1 and not best.has_scale:
        factor = table_scale(best.amount, quote)
    numbers = [_whole(a.amount * (1 if a.has_scale else factor)) for a in (*ends, best)]
    sign = -1 if is_accounting(written, quote) else 1
    currency = best.currency or _currency_of(written, quote, float(numbers[-1]))
    qualifiers = Qualifiers(
        comparator=comparator(written),
        steps=tuple({"value": number} for number in numbers[:-1]),
        rule="upper end of a range" if ends else None,
    )
    return Normalised({"amount": sign * numbers[-1], "currency": currency}, qualifiers)


def table_scale(bare: float, quote: str) -> float:
    """What a quote's header multiplies a figure by that stands in it as it is: 1000 for "250,000"
    under "EUR '000"."""
    factor, text = _header_scale(quote)
    is_there = any(nearly(one.amount, bare) and not one.has_scale for one in find_amounts(text))
    return factor if is_there else 1.0


def _first_money(amounts: Sequence[Amount]) -> Amount:
    return next((a for a in amounts if a.currency or a.has_scale), amounts[0])


def _range_of(amounts: Sequence[Amount], text: str) -> tuple[Amount, ...]:
    """Both ends, where the first two amounts are a range."""
    if len(amounts) < 2:
        return ()
    lower, upper = amounts[:2]
    between = _BEFORE_MONEY.sub("", text[lower.end : upper.start])
    is_one = None in (lower.currency, upper.currency) or lower.currency == upper.currency
    is_between = _BETWEEN_MONEY.search(text, 0, lower.start) is not None
    form = _TO_OR_AND if is_between else _TO
    is_range = is_one and lower.amount < upper.amount and form.fullmatch(between.strip())
    return (lower, upper) if is_range else ()


def _whole(amount: float) -> float | int:
    cents = round(amount, 2)
    return int(cents) if cents == int(cents) else cents


def has_header_scale(text: str) -> bool:
    """Whether a text says what a table's figures are multiplied by: "EUR '000"."""
    return any(pattern.search(text) for _, pattern in _HEADERS)


def _header_scale(written: str) -> tuple[float, str]:
    """The scale that a "'000" away from the figure gives, and the text without it."""
    for factor, pattern in _HEADERS:
        if pattern.search(written):
            return factor, pattern.sub(" ", written)
    return 1.0, written


def _currency_of(written: str, quote: str, amount: float) -> str | None:
    quoted = [a.currency for a in find_amounts(quote) if a.currency and nearly(a.amount, amount)]
    named = [*find_currencies(written), *quoted, *find_currencies(quote)]
    return named[0] if named else None
