"""Counts and ordinals in words, in the languages of the documents.

Words of other languages count only where the caller knows them for numbers: before a period or an
anniversary ("once" is eleven in Spanish, "due" two in Italian).
"""

from __future__ import annotations

import re

from .folding import fold
from .words import TENS, worded_numbers

_LOW_WORDS = "first second third fourth fifth sixth seventh eighth ninth"
_HIGH_WORDS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth"
    " nineteenth"
)
_LOW = {word: number for number, word in enumerate(_LOW_WORDS.split(), start=1)}
_HIGH = {word: number for number, word in enumerate(_HIGH_WORDS.split(), start=10)}
_ROUND = {word.removesuffix("y") + "ieth": number for word, number in TENS.items()}
ORDINAL = (
    rf"(?:(?:(?:{'|'.join(TENS)})[\s-]+)?(?:{'|'.join(_LOW)})|{'|'.join([*_HIGH, *_ROUND])})\b"
)
# By number from one: folded words of ES, FR, DE, NL, PT, IT, PL.
_COUNTS = (
    "un uno una ein eine einem een um uma jeden",
    "dos deux zwei twee dois duas due dwa",
    "tres trois drei drie tre trzy",
    "cuatro quatre vier quatro quattro cztery",
    "cinco cinq funf vijf cinque piec pieciu",
    "seis six sechs zes sei szesc szesciu",
    "siete sept sieben zeven sete sette siedem siedmiu",
    "ocho huit acht oito otto osiem osmiu",
    "nueve neuf neun negen nove dziewiec",
    "diez dix zehn tien dez dieci dziesiec",
    "once onze elf undici jedenascie",
    "doce douze zwolf twaalf doze dodici dwanascie",
)
_MORE_COUNTS = {
    15: "quince quinze funfzehn vijftien quindici pietnascie",
    18: "dieciocho dixhuit achtzehn achttien dezoito diciotto osiemnascie",
    20: "veinte vingt zwanzig twintig vinte venti dwadziescia",
    24: "veinticuatro vierundzwanzig vierentwintig ventiquattro",
    25: "veinticinco funfundzwanzig vijfentwintig venticinque",
    30: "treinta trente dreissig dertig trinta trenta trzydziesci",
}
_STEMS = (
    "primer premier erst eerst primeir prim pierwsz",
    "segund deuxieme second zweit tweed drug",
    "tercer troisieme dritt derd terceir terz trzeci",
    "cuart quatrieme viert vierd quart czwart",
    "quint cinquieme funft vijfd piat",
    "sext sixieme sechst zesd sest szost",
    "septim septieme siebt siebent zevend setim settim siodm",
    "octav huitieme acht achtst oitav ottav osm",
    "noven neuvieme neunt negend non dziewiat",
    "decim dixieme zehnt tiend dziesiat",
)
_LONGEST_ENDING = 3


def _numbered(groups: tuple[str, ...]) -> dict[str, int]:
    return {word: n for n, words in enumerate(groups, start=1) for word in words.split()}


_COUNT_OF = _numbered(_COUNTS) | {w: n for n, words in _MORE_COUNTS.items() for w in words.split()}
_STEM_OF = _numbered(_STEMS)


def read_count(words: str, *, is_english: bool = False) -> int | None:
    """A whole number in figures or words: "7", "twenty-five", "siete"; None for others.

    ``is_english`` leaves out words of other languages.
    """
    if words.strip().isdecimal():
        return int(words)
    known = None if is_english else _COUNT_OF.get(fold(words).replace(" ", ""))
    if known is not None:
        return known
    found = list(worded_numbers(words))
    is_whole = len(found) == 1 and found[0].value == int(found[0].value)
    return int(found[0].value) if is_whole else None


def read_ordinal(words: str) -> int | None:
    """The number of "5th", "twenty-first", "quinto", "fünfter"; None for other words."""
    if digits := re.match(r"\d+", words):
        return int(digits[0])
    parts = fold(words).replace("-", " ").split()
    english = _LOW | _HIGH | _ROUND
    if parts and parts[-1] in english:
        return sum(TENS.get(part, 0) for part in parts[:-1]) + english[parts[-1]]
    return _by_stem(parts[0]) if len(parts) == 1 else None


def _by_stem(word: str) -> int | None:
    stems = [stem for stem in _STEM_OF if word.startswith(stem)]
    best = max(stems, key=len, default=None)
    is_near = best is not None and len(word) - len(best) <= _LONGEST_ENDING
    return _STEM_OF[best] if best and is_near else None
