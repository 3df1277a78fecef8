"""Countries by ISO 3166-1 and classification codes."""

from __future__ import annotations

import re
from functools import lru_cache

import pycountry
from babel import Locale

from .currencies import LANGUAGES
from .folding import fold, has_words, is_no_answer
from .result import Normalised, NotAValue

_CODE = re.compile(
    r"(?<![\w.])(?P<letters>[A-Z]{0,3})[\s.]?(?P<digits>\d{1,4}(?:\.\d{1,3})*)(?!\w)"
)
_MORE_NAMES = {
    **{"us": "US", "usa": "US", "united states of america": "US", "uk": "GB"},
    **{"great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB"},
    **{"northern ireland": "GB", "england and wales": "GB", "holland": "NL"},
}


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Folded country names in the documents' languages, and ISO names, to alpha-2 codes."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for language in LANGUAGES:
            found[fold(Locale(language).territories.get(country.alpha_2, ""))] = country.alpha_2
        found[fold(country.name)] = country.alpha_2
        found[fold(getattr(country, "official_name", country.name))] = country.alpha_2
    return {name: code for name, code in {**found, **_MORE_NAMES}.items() if name}


def find_countries(text: str) -> tuple[str, ...]:
    """The codes of all countries a text names, the longest name first."""
    folded = fold(text)
    found = [name for name in country_names() if has_words(name, folded)]
    outer = [n for n in found if not any(n != other and has_words(n, other) for other in found)]
    outer.sort(key=lambda name: f" {folded} ".find(f" {name} "))
    return tuple(dict.fromkeys(country_names()[name] for name in outer))


def normalise_country(written: str, quote: str = "") -> Normalised:
    """The alpha-2 code of the country named or coded. Raises NotAValue if none is."""
    code = written.strip().strip(".").upper()
    by_code = pycountry.countries.get(alpha_2=code) or pycountry.countries.get(alpha_3=code)
    if by_code:
        return Normalised(by_code.alpha_2)
    for country in find_countries(written):
        return Normalised(country)
    raise NotAValue(f"no country in {written!r}")


def normalise_code(written: str, quote: str = "") -> Normalised:
    """The code without its description: "D35.11" for "D 35.11 Production of electricity".

    Raises:
        NotAValue: there is no code.
    """
    match = None if is_no_answer(written) else _CODE.search(written)
    if match is None:
        raise NotAValue(f"no code in {written!r}")
    return Normalised(f"{match['letters']}{match['digits']}")


def same_code(first: str, second: str) -> bool:
    """Equal codes; a section letter that only one of them writes does not part them."""
    one, other = fold(first).replace(" ", ""), fold(second).replace(" ", "")
    if one[:1].isdigit() != other[:1].isdigit():
        one, other = (
            one.lstrip("abcdefghijklmnopqrstuvwxyz"),
            other.lstrip("abcdefghijklmnopqrstuvwxyz"),
        )
    return one == other
