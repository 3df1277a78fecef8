"""Countries by ISO 3166-1, by their names in the languages of the documents."""

from __future__ import annotations

from functools import lru_cache

import pycountry
from babel import Locale

from .folding import fold, has_words
from .result import Normalised, NotAValue

LANGUAGES = ("en", "es", "fr", "de", "nl", "pt", "it", "pl")
_MORE_NAMES = {
    **{"us": "US", "usa": "US", "united states of america": "US", "uk": "GB"},
    **{"great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB"},
    **{"northern ireland": "GB", "england and wales": "GB", "holland": "NL", "turkey": "TR"},
    **{"republic of korea": "KR", "korea": "KR", "ivory coast": "CI", "drc": "CD"},
    **{"macedonia": "MK", "swaziland": "SZ", "burma": "MM", "uae": "AE", "czech republic": "CZ"},
}
# Whose states and provinces stand for the country, and whose names may hold another's.
_FEDERAL = ("US", "CA", "AU", "IN")


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


@lru_cache(maxsize=1)
def _place_names() -> dict[str, str]:
    """Country names, and those of states in federal countries: "New Mexico" is no Mexico."""
    states = [one for one in pycountry.subdivisions if one.country_code in _FEDERAL]
    found = {fold(one.name): one.country_code for one in states if "," not in one.name}
    known = country_names()
    for name in found.keys() & known.keys():  # Georgia
        country = found.pop(name)
        found[f"state of {name}"] = country
        others = (other for other, code in known.items() if code == country)
        found |= {f"{name} {other}": country for other in others}
    return found | known


def find_countries(text: str) -> tuple[str, ...]:
    """The codes of all countries a text names, also by a state of theirs, in order."""
    folded, names = fold(text), _place_names()
    found = [name for name in names if has_words(name, folded)]
    outer = [n for n in found if not any(n != other and has_words(n, other) for other in found)]
    outer.sort(key=lambda name: f" {folded} ".find(f" {name} "))
    return tuple(dict.fromkeys(names[name] for name in outer))


def normalise_country(written: str, quote: str = "") -> Normalised:
    """The alpha-2 code of the country named or coded. Raises NotAValue if none is."""
    code = written.strip(". \n")
    by_code = pycountry.countries.get(alpha_2=code) or pycountry.countries.get(alpha_3=code)
    if by_code and code.isupper():
        return Normalised(by_code.alpha_2)
    for country in find_countries(written):
        return Normalised(country)
    raise NotAValue(f"no country in {written!r}")
