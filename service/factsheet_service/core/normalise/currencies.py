"""Currencies by ISO code, symbol, or name in the languages of the documents."""

from __future__ import annotations

import re
from functools import lru_cache

import pycountry
from babel import Locale
from babel.numbers import get_currency_name

from .folding import fold, has_words
from .result import Normalised, NotAValue

LANGUAGES = ("en", "es", "fr", "de", "nl", "pt", "it", "pl")
SYMBOLS = {
    **{"US$": "USD", "U.S.$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD"},
    **{"Cdn$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN"},
    **{"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "₹": "INR", "₩": "KRW"},
}
# Names that people use and CLDR does not list, or that it gives to several currencies.
NAMES = {
    **{"euro": "EUR", "euros": "EUR", "sterling": "GBP", "pound sterling": "GBP"},
    **{"pounds sterling": "GBP", "pounds": "GBP", "us dollar": "USD", "us dollars": "USD"},
    **{"united states dollars": "USD", "united states dollar": "USD", "dollars": "USD"},
    **{"dollar": "USD", "dolares": "USD", "yen": "JPY", "swiss francs": "CHF"},
    **{"norwegian krone": "NOK", "norwegian kroner": "NOK", "danish kroner": "DKK"},
    **{"swedish krona": "SEK", "swedish kronor": "SEK", "zloty": "PLN", "zlotys": "PLN"},
    **{"lawful money of the united states": "USD", "lawful currency of the united states": "USD"},
    **{"lawful money of the united states of america": "USD"},
    **{"lawful currency of the united kingdom": "GBP", "renminbi": "CNY"},
}
# Codes that are words or abbreviations too: taken only beside a figure, or alone.
_WORDS = "ALL ANG BAM COP CUP GEL LAK MAD MOP PEN SOS TOP TRY XXX XTS"
WORD_CODES = frozenset(_WORDS.split())
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
_FIGURE_BEHIND = re.compile(r"['’\s]{0,3}\d")
_FIGURE_BEFORE = re.compile(r"\d\s?(?:m|k|bn)?\s?$", re.IGNORECASE)
_TOKEN = re.compile(rf"(?P<symbol>{_SYMBOL})|(?<![A-Za-z])(?P<code>[A-Z]{{3}})(?![A-Za-z])")


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The ISO 4217 codes."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Folded currency names, singular and plural, to codes; a name of several has none."""
    found: dict[str, set[str]] = {}
    for locale in map(Locale.parse, LANGUAGES):
        for code in codes():
            # Polish has a plural of its own from five on.
            for name in {get_currency_name(code, n, locale) for n in (None, 1, 2, 5)}:
                found.setdefault(fold(name), set()).add(code)
    unique = {name: min(codes_) for name, codes_ in found.items() if len(codes_) == 1}
    return {name: code for name, code in {**unique, **NAMES}.items() if len(name) > 2}


def find_currencies(text: str) -> tuple[str, ...]:
    """The codes of all currencies a text names, in order of appearance, each once."""
    found = [(match.start(), _code_of(match, text)) for match in _TOKEN.finditer(text)]
    found = [(at, code) for at, code in found if code]
    return tuple(dict.fromkeys([code for _, code in sorted(found)] + _named(text)))


def _code_of(match: re.Match[str], text: str) -> str:
    if match["symbol"]:
        return SYMBOLS[match["symbol"]]
    code = match["code"]
    if code not in codes():
        return ""
    beside = _FIGURE_BEHIND.match(text, match.end()) or _FIGURE_BEFORE.search(
        text[max(0, match.start() - 6) : match.start()]
    )
    return code if code not in WORD_CODES or beside or text.strip() == code else ""


def _named(text: str) -> list[str]:
    """Codes of names; a name inside a longer one ("dollars" in "canadian dollars") is passed by."""
    folded = fold(text)
    words, found, at = folded.split(), [], 0
    while at < len(words):
        for length in range(min(6, len(words) - at), 0, -1):
            code = names().get(" ".join(words[at : at + length]))
            if code:
                found.append(code)
                at += length - 1
                break
        at += 1
    return found


def normalise_currency(written: str, quote: str = "") -> Normalised:
    """The ISO 4217 code of the first currency named. Raises NotAValue if none is."""
    return Normalised(_currencies(written)[0])


def normalise_currency_list(written: str, quote: str = "") -> Normalised:
    """The ISO 4217 codes of all currencies named. Raises NotAValue if none is."""
    return Normalised(list(_currencies(written)))


def _currencies(written: str) -> tuple[str, ...]:
    found = find_currencies(written)
    if found:
        return found
    if written.strip().upper() in codes():
        return (written.strip().upper(),)
    raise NotAValue(f"no currency in {written!r}")


def names_currency(code: str, text: str) -> bool:
    """Whether a text names the currency by code, symbol or name."""
    return code in find_currencies(text) or has_words(fold(code), fold(text))
