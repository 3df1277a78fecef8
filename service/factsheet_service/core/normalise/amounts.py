"""Amounts of money in whole units, whatever the scale they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from factsheet_schemas.record import Qualifiers

from .currencies import SYMBOLS, codes, find_currencies
from .numbers import Number, find_numbers, nearly
from .percents import comparator
from .result import Normalised, NotAValue

SCALES = (
    (1e12, r"trillions?|trn"),
    (1e9, r"billions?|bn|mrd\.?|milliarden?|milliards?|miliard\w*|miljard\w*|mld\.?|miliardi"),
    (1e9, r"mil\s+millones"),
    (1e6, r"millions?|mm|mio\.?|mn|mln\.?|millionen|millones|milione?s?|milioni|milh(?:ão|ões)"),
    (1e6, r"miljoen|milion\w*|m"),
    (1e3, r"thousands?|k|tsd\.?|tausend|mil|mille|mila|duizend|tys\.?|tysięcy|['’]\s?000"),
    (1e7, r"crores?"),
    (1e5, r"lakhs?"),
)
_AFTER = tuple(
    (factor, re.compile(rf"[\s-]*(?:{words})(?![\w])", re.IGNORECASE)) for factor, words in SCALES
)
_THOUSANDS = re.compile(r"['’]\s?000(?!\d)|\bin\s+thousands\b|\bin\s+tausend\b", re.IGNORECASE)
_MILLIONS = re.compile(r"\bin\s+millions\b|['’]\s?000\s?000(?!\d)", re.IGNORECASE)
_PREFIXED = re.compile(r"\b(?P<scale>[TkKM])(?P<code>[A-Z]{3})\s?$")
_WORDS_BEHIND = re.compile(
    r"[\s)]*(?:of\s|de\s|d['’])?(?P<words>(?:[^\d\s:;,|()]+\s?){1,4})(?P<next>\d)?"
)
LEAST_SHARED = 1000  # of an amount that another is a share of
MOST_SHARED = 40  # amounts that are compared with each other
HUNDREDTH = 0.01  # percent points that a computed share is rounded to
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
    for number in find_numbers(text):
        if _NO_MONEY.match(text, number.end) or text[number.start - 1 : number.start] == "/":
            continue
        factor, end = _scale(text, number)
        # "1.250 million" is a decimal, "1,250 million" and "1.250" are not
        is_decimal = end > number.end and "." in text[number.start : number.end]
        value = number.plain if is_decimal else number.grouped
        yield Amount(
            amount=round(value * factor, 2),
            currency=_beside(text, number.start, end),
            start=number.start,
            end=end,
            has_scale=factor != 1,
        )


def _scale(text: str, number: Number) -> tuple[float, int]:
    prefixed = _prefixed(text, number.start)
    if prefixed:
        return (1e6 if prefixed["scale"] == "M" else 1e3), number.end
    for factor, words in _AFTER:
        match = words.match(text, number.end)
        if match:
            return factor, match.end()
    return 1, number.end


def _prefixed(text: str, start: int) -> re.Match[str] | None:
    """The "kEUR" or "MEUR" right before the number."""
    match = _PREFIXED.search(text[max(0, start - 6) : start])
    return match if match and match["code"] in codes() else None


def _beside(text: str, start: int, end: int) -> str | None:
    """The currency right before the number, else right behind it."""
    prefixed = _prefixed(text, start)
    if prefixed:
        return prefixed["code"]
    before = re.search(r"(\S+(?:\s\S+){0,1})[\s(]*$", text[max(0, start - 24) : start])
    found = find_currencies(before[1] + " 0") if before else ()
    if found and _ends_with_currency(before[1] if before else ""):
        return found[-1]
    behind = _WORDS_BEHIND.match(text, end)
    found = find_currencies("0 " + behind["words"]) if behind else ()
    is_next_ones = behind and behind["next"] and _ends_with_currency(behind["words"].strip())
    return found[0] if found and not is_next_ones else None


def _ends_with_currency(words: str) -> bool:
    if any(words.endswith(symbol) for symbol in SYMBOLS):
        return True
    return bool(find_currencies("0 " + words.rsplit(maxsplit=1)[-1].strip("'’0([") + " 0"))


def quotient_of(percent: float, text: str) -> str | None:
    """The two amounts of a text of which one is this percentage of the other, as a formula.

    Small numbers are no money, and amounts in different currencies have no quotient.
    """
    found = [amount for amount in find_amounts(text) if amount.amount >= LEAST_SHARED]
    for part, whole in permutations(found[:MOST_SHARED], 2):
        is_share = part.amount < whole.amount and part.currency == whole.currency
        if is_share and abs(100 * part.amount / whole.amount - percent) < HUNDREDTH / 2:
            return f"{text[part.start : part.end]} / {text[whole.start : whole.end]} x 100"
    return None


def normalise_amount(written: str, quote: str = "") -> Normalised:
    """``{"amount": 250000000, "currency": "EUR"}`` for "EUR 250m" and "EUR '000 250,000".

    The currency may stand in the quote alone; without one anywhere it is None. Of several amounts
    the first that has a currency or a scale is taken.

    Raises:
        NotAValue: there is no number that could be money.
    """
    factor, text = _header_scale(written)
    amounts = find_amounts(text)
    if not amounts:
        raise NotAValue(f"no amount in {written!r}")
    best = next((a for a in amounts if a.currency or a.has_scale), amounts[0])
    amount = best.amount if best.has_scale else best.amount * factor
    value = {
        "amount": int(amount) if amount == int(amount) else amount,
        "currency": best.currency or _currency_of(written, quote, amount),
    }
    return Normalised(value, Qualifiers(comparator=comparator(written)))


def _header_scale(written: str) -> tuple[float, str]:
    """The scale that a "'000" away from the figure gives, and the text without it."""
    for factor, pattern in ((1e6, _MILLIONS), (1e3, _THOUSANDS)):
        if pattern.search(written):
            return factor, pattern.sub(" ", written)
    return 1.0, written


def _currency_of(written: str, quote: str, amount: float) -> str | None:
    quoted = [a.currency for a in find_amounts(quote) if a.currency and nearly(a.amount, amount)]
    named = [*find_currencies(written), *quoted, *find_currencies(quote)]
    return named[0] if named else None
