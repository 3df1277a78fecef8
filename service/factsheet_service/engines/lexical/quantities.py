"""Percentages, amounts and ratios as agreements write them, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: number for number, word in enumerate(ONES)} | {
    word: 10 * number for number, word in enumerate(TENS, start=2)
}
PARTS = {
    "half": Decimal("0.5"),
    "third": Decimal(1) / 3,
    "thirds": Decimal(1) / 3,
    "quarter": Decimal("0.25"),
    "quarters": Decimal("0.25"),
    "fourth": Decimal("0.25"),
    "fourths": Decimal("0.25"),
    "eighth": Decimal("0.125"),
    "eighths": Decimal("0.125"),
    "sixteenth": Decimal("0.0625"),
    "sixteenths": Decimal("0.0625"),
    "tenth": Decimal("0.1"),
    "tenths": Decimal("0.1"),
    "hundredth": Decimal("0.01"),
    "hundredths": Decimal("0.01"),
}
_ONE = "|".join(sorted(WORDS, key=len, reverse=True))
_PART = "|".join(sorted(PARTS, key=len, reverse=True))
COUNT = rf"(?:(?:{_ONE})(?:[- ](?:{_ONE}))?)"
FRACTION = rf"(?:(?:{_ONE}|a)[- ](?:{_PART}))"
PERCENT_SIGN = (
    r"(?:%|per ?cent(?:\.(?= [a-z(])|\b(?!age))|percentage points?|por ciento|por cento|pour ?cent"
    r"|prozent|procent|per cento)"
)
BASIS_POINT = (
    r"(?:basis points|bps?\b|puntos básicos|points? de base|basispunkten?|basispunten|pontos base"
    r"|punti base)"
)
PERCENT = re.compile(
    rf"(?P<bps>\d+(?:\.\d+)?) ?{BASIS_POINT}"
    rf"|\b(?P<units>{COUNT}) and (?P<cents>\d{{1,2}})/100(?:ths)?,? (?:of (?:one|1) )?"
    rf"{PERCENT_SIGN}"
    r"(?: ?\(\d+(?:\.\d+)? ?%\))?"
    rf"|(?:(?P<whole>\d+)[ -]|(?<![\d.]))(?P<num>\d+)/(?P<den>\d+)(?:ths?)? ?(?:of )?"
    rf"(?:(?:1|one)(?:\.0+)? ?)?{PERCENT_SIGN}"
    rf"|(?<![\d.,])(?P<figure>-?(?:\d{{1,3}}(?:\.\d+|,\d{{1,4}})?|\.\d+)) ?{PERCENT_SIGN}"
    rf"|\b(?P<words>{FRACTION}|{COUNT}(?: and {FRACTION})?)(?: of (?:one|1))? {PERCENT_SIGN}"
    rf"(?: \((?P<again>\d+(?:\.\d+)?|\d+/\d+(?: of 1)?) ?%\))?",
    re.IGNORECASE,
)
CODES = (
    r"(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|JPY|CAD|AUD|NZD|HKD|SGD|CZK|HUF|MXN|BRL|INR|ZAR|TRY"
    r"|RON|BGN|ISK|CNY|TWD|KRW|THB|IDR|PHP|MYR|VND|CLP|COP|PEN|AED|SAR|KWD|QAR|ILS|EGP|NGN|KES)"
)
SIGNS = {
    "US$": "USD",
    "U.S.$": "USD",
    "U.S. $": "USD",
    "C$": "CAD",
    "Cdn$": "CAD",
    "CDN$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "R$": "BRL",
    "₹": "INR",
    "Rs.": "INR",
    "Rs": "INR",
    "HK$": "HKD",
    "S$": "SGD",
    "NZ$": "NZD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
}
NAMES = {
    "U.S. Dollars": "USD",
    "US Dollars": "USD",
    "United States Dollars": "USD",
    "Canadian Dollars": "CAD",
    "Dollars": "USD",
    "Euros": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "pounds sterling": "GBP",
    "Pounds Sterling": "GBP",
    "Sterling": "GBP",
    "Swiss Francs": "CHF",
    "Yen": "JPY",
    "Australian Dollars": "AUD",
    "New Zealand Dollars": "NZD",
    "Indian Rupees": "INR",
    "Rupees": "INR",
    "Swedish Kronor": "SEK",
    "Swedish Krona": "SEK",
    "Norwegian Kroner": "NOK",
    "Norwegian Krone": "NOK",
    "Danish Kroner": "DKK",
    "Danish Krone": "DKK",
    "Polish Zloty": "PLN",
    "Zloty": "PLN",
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_NAME = "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
SCALES = {"thousand": 1_000, "million": 1_000_000, "m": 1_000_000, "mn": 1_000_000}
SCALES |= {"billion": 1_000_000_000, "bn": 1_000_000_000, "k": 1_000}
SCALES |= {"lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000}
SCALES |= {"crore": 10_000_000, "crores": 10_000_000, "cr": 10_000_000}
_SCALE = (
    r"(?: ?(?P<scale{0}>(?i:thousand|million|billion|lakhs?|lacs?|crores?)|bn|mn|m|k|Cr|cr)\b)?"
)
_FIGURE = (
    r"(?P<figure{0}>\d{{1,3}}(?:,\d\d){{1,4}},\d{{3}}(?:\.\d{{1,2}})?"
    r"|\d{{1,3}}(?:[,'. ]\d{{3}})+(?:\.\d{{1,2}})?|\d+(?:\.\d+)?)"
)
AMOUNT = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>{CODES})|(?P<sign>{_SIGN})) ?"
    + _FIGURE.format(1)
    + _SCALE.format(1)
    + r"|"
    + _FIGURE.format(2)
    + _SCALE.format(2)
    + rf" (?:(?P<name>{_NAME})|(?P<code2>{CODES}))\b"
)
BARE_AMOUNT = re.compile(
    r"(?<![\w.,])\d{1,3}([,.'])\d{3}(?:\1\d{3}){0,3}(?:[.,]\d{1,2})?(?![\w,%])"
)
RATIO = re.compile(
    r"(?<![\d.,$])(?P<figure>\d{1,3}(?:\.\d{1,4})?)"
    r"(?: ?(?:x\b|times\b)| ?(?:to|:) ?(?:1(?:\.0+)?\b|one\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A value as a plain written form, and where it stands in the searched text."""

    start: int
    end: int
    value: str
    number: float | None = None


def percents(text: str, start: int, end: int) -> Iterator[Found]:
    """Percentages: ``1/4 of 1%``, ``0.150%``, ``225 basis points``, ``one-half of one percent``."""
    for match in PERCENT.finditer(text, start, end):
        number = _percent(match)
        if number is not None:
            yield Found(*match.span(), f"{_plain(number)}%", float(number))


def _percent(match: re.Match[str]) -> Decimal | None:
    if match["bps"]:
        return Decimal(match["bps"]) / 100
    if match["units"]:
        return (number_in_words(match["units"]) or 0) + Decimal(match["cents"]) / 100
    if match["num"]:
        share = Decimal(match["num"]) / Decimal(match["den"]) if int(match["den"]) else None
        return None if share is None else share + int(match["whole"] or 0)
    if match["figure"]:
        return Decimal(match["figure"].replace(",", "."))
    if match["again"] and "/" not in match["again"]:
        return Decimal(match["again"])
    return number_in_words(match["words"])


def number_in_words(words: str) -> Decimal | None:
    """``six and one quarter`` is 6.25; None where a word is no number."""
    total = Decimal(0)
    for part in re.split(r" and ", words.lower()):
        tokens = re.split(r"[- ]", part)
        if tokens[-1] in PARTS:
            total += WORDS.get(tokens[0], 1) * PARTS[tokens[-1]]
        elif all(token in WORDS for token in tokens):
            total += sum(WORDS[token] for token in tokens)
        else:
            return None
    return total


def amounts(text: str, start: int, end: int) -> Iterator[Found]:
    """Sums of money: ``U.S.$165,000,000``, ``EUR 250 million``, ``20,000,000 Dollars``."""
    for match in AMOUNT.finditer(text, start, end):
        figure = match["figure1"] or match["figure2"]
        scale = (match["scale1"] or match["scale2"] or "").lower()
        number = _figure(figure) * SCALES.get(scale, 1)
        code = match["code"] or match["code2"] or SIGNS.get(match["sign"] or "")
        code = code or NAMES[match["name"]]
        yield Found(*match.span(), f"{code} {_grouped(number)}", float(number))


def _grouped(number: Decimal) -> str:
    text = f"{number:,.2f}"
    return text.removesuffix(".00")


def _figure(figure: str) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", figure):
        figure = figure.replace(".", "")
    return Decimal(re.sub(r"[,' ]", "", figure))


def ratios(text: str, start: int, end: int) -> Iterator[Found]:
    """Ratios: ``1.25:1.00``, ``3.0 to 1``, ``1.20x``."""
    for match in RATIO.finditer(text, start, end):
        yield Found(*match.span(), f"{match['figure']}x", float(match["figure"]))


def _plain(number: Decimal) -> str:
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return text or "0"
