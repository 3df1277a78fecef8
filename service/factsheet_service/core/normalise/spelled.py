"""Days and years written out in words, as notaries do: "veintiséis de febrero de dos mil nueve".

Words are compared without accents, spaces and hyphens. Polish, whose ordinals are inflected, is not
covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from .folding import fold

LAST_DAY = 31
_FIRST_YEAR, _LAST_YEAR = 1990, 2069
MOST_WORDS = 6  # of a year
MOST_BEFORE = 8  # of a day and what links it to its month
MOST_DAY_WORDS = 3
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_LINK_WORDS = "de del di do da du des mes mese mês día dia días dias año anno ano"
_LINKS = frozenset(_LINK_WORDS.split())
_MAYBE = re.compile(
    r"\bdos\s+mil\b|\bdeux[\s-]mille\b|\bduemila|\bdois\s+mil\b|zweitausend|tweeduizend"
    r"|\bmil(?:le)?\s*(?:novec|neuf)|neunzehnhundert|negentien",
    re.IGNORECASE,
)
_LOW = {
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres"
    " veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dixsept dixhuit dixneuf vingt vingtetun vingtdeux vingttrois vingtquatre vingtcinq vingtsix"
    " vingtsept vingthuit vingtneuf",
    "it": "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici"
    " quindici sedici diciassette diciotto diciannove venti ventuno ventidue ventitre"
    " ventiquattro venticinque ventisei ventisette ventotto ventinove",
    "pt": "um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
    " dezasseis dezassete dezoito dezanove vinte",
    "de": "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn"
    " sechzehn siebzehn achtzehn neunzehn zwanzig",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien"
    " zestien zeventien achttien negentien twintig",
}
_TENS = {
    "es": {30: "treinta", 40: "cuarenta", 50: "cincuenta", 60: "sesenta", 90: "noventa"},
    "fr": {30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"},
    "it": {30: "trenta", 40: "quaranta", 50: "cinquanta", 60: "sessanta", 90: "novanta"},
    "pt": {20: "vinte", 30: "trinta", 40: "quarenta", 50: "cinquenta", 60: "sessenta"},
    "de": {20: "zwanzig", 30: "dreissig", 40: "vierzig", 50: "funfzig", 60: "sechzig"},
    "nl": {20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig", 60: "zestig"},
}
_NINETY = {"pt": "noventa", "de": "neunzig", "nl": "negentig", "fr": "quatrevingtdix"}
_JOINTS = {"es": ("y",), "fr": ("", "et"), "it": ("",), "pt": ("e",), "de": ("und",), "nl": ("en",)}
_CENTURIES: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "es": {2000: ("dosmil",), 1900: ("milnovecientos",)},
    "fr": {2000: ("deuxmille",), 1900: ("milneufcent", "milleneufcent")},
    "it": {2000: ("duemila",), 1900: ("millenovecento",)},
    "pt": {2000: ("doismil", "doismile"), 1900: ("milnovecentose",)},
    "de": {2000: ("zweitausend", "zweitausendund"), 1900: ("neunzehnhundert",)},
    "nl": {2000: ("tweeduizend", "tweeduizenden"), 1900: ("negentienhonderd", "negentien")},
}
_MORE_DAYS = {
    **{"primero": 1, "premier": 1, "primo": 1, "primeiro": 1, "ersten": 1, "erste": 1, "eerste": 1},
    **{"dritten": 3, "dritte": 3, "derde": 3, "siebten": 7, "siebte": 7, "achten": 8, "achte": 8},
    **{"dezesseis": 16, "dezessete": 17, "dezenove": 19, "trenteetun": 31},
}
_INVERTED = frozenset({"de", "nl"})  # the unit stands before the ten


def _small(language: str) -> dict[str, int]:
    """The numbers from 1 to 69 in words, and those of the nineties."""
    words = {word: number for number, word in enumerate(_LOW[language].split(), start=1)}
    units = list(words.items())[:9]
    tens = _TENS[language] | ({90: _NINETY[language]} if language in _NINETY else {})
    for ten, name in tens.items():
        words[name] = ten
        joined = {
            _joined(language, name, unit, j): ten + n
            for unit, n in units
            for j in _JOINTS[language]
        }
        words |= joined
    return words


def _joined(language: str, ten: str, unit: str, joint: str) -> str:
    """A ten with its unit; Italian elides before "uno" and "otto"."""
    if language in _INVERTED:
        return unit + joint + ten
    return (ten[:-1] if language == "it" and unit[0] in "uo" else ten) + joint + unit


@lru_cache(maxsize=1)
def _days() -> dict[str, int]:
    found = dict(_MORE_DAYS)
    for language in _LOW:
        small = {word: n for word, n in _small(language).items() if n <= LAST_DAY}
        found |= small
        if language in _INVERTED:
            found |= {
                word + end: n
                for word, n in small.items()
                for end in ("te", "ten", "ste", "sten", "de")
            }
    return found


@lru_cache(maxsize=1)
def _years() -> dict[str, int]:
    found: dict[str, int] = {}
    for language, centuries in _CENTURIES.items():
        small = {"": 0, **_small(language)}
        for (century, names), (word, number) in product(centuries.items(), small.items()):
            found |= {name + word: century + number for name in names}
    return {word: n for word, n in found.items() if _FIRST_YEAR <= n <= _LAST_YEAR}


def spelled_dates(
    text: str, months: Mapping[str, int]
) -> Iterator[tuple[int, int, int | None, int, int]]:
    """Year, month, day, start and end of each date whose year is written out behind a month's name;
    the day before it may be in words or figures, or be missing."""
    words = list(_WORD.finditer(text)) if _MAYBE.search(text) else []
    for at, match in enumerate(words):
        month = months.get(fold(match.group()))
        year = _year_behind(words[at + 1 : at + 2 + MOST_WORDS]) if month else None
        if month and year:
            day, start = _day_before(words[max(0, at - MOST_BEFORE) : at])
            yield year[0], month, day, match.start() if start is None else start, year[1]


def _year_behind(words: Sequence[re.Match[str]]) -> tuple[int, int] | None:
    """The year that the words behind a month write out, and where it ends."""
    first = next((n for n, word in enumerate(words) if word.group().casefold() not in _LINKS), 0)
    for end in range(len(words), first, -1):
        year = _years().get(_run_together(words[first:end]))
        if year:
            return year, words[end - 1].end()
    return None


def _day_before(words: Sequence[re.Match[str]]) -> tuple[int | None, int | None]:
    """The day that the words before a month give, and where it begins."""
    kept = list(words)
    while kept and kept[-1].group().casefold() in _LINKS:
        kept.pop()
    for start in range(max(0, len(kept) - MOST_DAY_WORDS), len(kept)):
        written = _run_together(kept[start:])
        day = int(written) if written.isdecimal() else _days().get(written)
        if day and day <= LAST_DAY:
            return day, kept[start].start()
    return None, None


def _run_together(words: Iterable[re.Match[str]]) -> str:
    return fold(" ".join(word.group() for word in words)).replace(" ", "")
