"""Currencies by ISO code, symbol, or name in the languages of the documents."""

from __future__ import annotations

import re
from functools import lru_cache

import pycountry
from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies

from .countries import LANGUAGES, country_names
from .folding import fold, has_words
from .result import Normalised, NotAValue

SYMBOLS = {
    **{"US$": "USD", "U.S.$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD"},
    **{"Cdn$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN"},
    **{"Mex$": "MXN", "NT$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN"},
    **{"₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP"},
}
SHARED = frozenset("$¥")  # signs of several currencies, which a name or code tells apart
# Signs that are letters, before a figure or alone.
LETTERS = {"Rs.": "INR", "Rs": "INR", "R": "ZAR", "RMB": "CNY", "NIS": "ILS"}
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
    **{"lawful currency of the united kingdom": "GBP", "renminbi": "CNY", "rmb": "CNY"},
    **{"rupees": "INR", "rupee": "INR", "rand": "ZAR", "forint": "HUF", "baht": "THB"},
    **{"rupiah": "IDR", "ringgit": "MYR", "naira": "NGN", "reais": "BRL", "hryvnia": "UAH"},
    **{"shekels": "ILS", "new israeli shekels": "ILS", "uae dirhams": "AED"},
}
# Codes that are words or abbreviations too: taken only beside a figure, or alone.
_WORDS = "ALL ANG BAM COP CUP GEL LAK MAD MOP PEN SOS TOP TRY XXX XTS"
WORD_CODES = frozenset(_WORDS.split())
# Codes that ISO 4217 has withdrawn and older agreements are written in.
_WITHDRAWN = "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
_FIGURE_BEHIND = re.compile(r"['’\s]{0,3}\d")
_FIGURE_BEFORE = re.compile(r"\d\s?(?:m|k|bn)?\s?$", re.IGNORECASE)
_LETTERS = "|".join(re.escape(letters) for letters in LETTERS if len(letters) > 1)
_MONEY = r"\s?\d{1,3}(?:[,. ]\d{2,3})+|\s?\d+(?:[.,]\d+)?\s?(?:m|bn|million|billion|crore|lakh)"
_TOKEN = re.compile(
    rf"(?P<symbol>{_SYMBOL})"
    rf"|(?<![A-Za-z])(?P<letters>(?:{_LETTERS})(?=\s?\d|\s*$|\s+(?:in\s+)?(?:crore|lakh))|R(?={_MONEY}))"
    r"|(?<![A-Za-z])(?P<code>[A-Z]{3})(?![A-Za-z])"
)
_CODE_BEFORE = re.compile(r"(?<![A-Za-z])(?P<code>[A-Z]{3})\s?$")
_LAWFUL = re.compile(
    r"\blawful (?:currency|money)(?: for the time being)? of (?:the )?(?P<place>[\w ]{2,60})"
)


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The ISO 4217 codes, with withdrawn ones."""
    return frozenset(one.alpha_3 for one in pycountry.currencies) | set(_WITHDRAWN.split())


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
    codes_found = [code for _, code in sorted(found)]
    return tuple(dict.fromkeys([*codes_found, *_lawful(text), *_named(text)]))


def _code_of(match: re.Match[str], text: str) -> str:
    if match["symbol"]:
        return _of_symbol(match, text)
    if match["letters"]:
        return LETTERS[match["letters"]]
    code = match["code"]
    if code not in codes():
        return ""
    beside = _FIGURE_BEHIND.match(text, match.end()) or _FIGURE_BEFORE.search(
        text[max(0, match.start() - 6) : match.start()]
    )
    return code if code not in WORD_CODES or beside or text.strip() == code else ""


def _of_symbol(match: re.Match[str], text: str) -> str:
    """A sign's currency; none of its own behind a code ("AUD $50m")."""
    before = _CODE_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
    is_told = match["symbol"] in SHARED and before is not None and before["code"] in codes()
    return "" if is_told else SYMBOLS[match["symbol"]]


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


def _lawful(text: str) -> list[str]:
    """Codes of "the lawful currency of Norway"."""
    found = (_of_place(match["place"]) for match in _LAWFUL.finditer(fold(text)))
    return [code for code in found if code]


def _of_place(folded: str) -> str | None:
    """The only currency of the country that the words begin with."""
    words = folded.split()
    if words[:3] == ["participating", "member", "states"]:
        return "EUR"
    for length in range(min(6, len(words)), 0, -1):
        if country := country_names().get(" ".join(words[:length]).removeprefix("republic of ")):
            found = get_territory_currencies(country)
            return str(found[0]) if len(found) == 1 else None
    return None


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
