"""Companies of generated documents: the same seed and number always give the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_PARTS = (
    "Nord",
    "Kaarna",
    "Vindhalla",
    "Solvik",
    "Berga",
    "Tuuli",
    "Havre",
    "Lumi",
    "Skog",
    "Elva",
)
_ENDS = ("AS", "ASA", "Oy", "AB", "SpA", "GmbH")
_COUNTRIES = ("Finland", "Norway", "Sweden", "Italy", "Germany", "Spain", "Portugal")
_MONTHS = ("March", "June", "September", "December")
_SUBJECTS = ("The Agent", "Each Obligor", "Each Finance Party", "The Account Bank", "The Borrower")
_DUTIES = (
    "shall give each notice to the other Parties in writing",
    "may rely on any representation which it believes to be genuine",
    "shall keep its books at its registered office",
    "shall deliver each certificate signed by two directors",
    "is not obliged to account for any sum received for its own account",
    "shall permit inspection of the site at reasonable times",
)
_TERMS = (
    "within {n} Business Days of a request",
    "not later than {n} days after each Quarter Date",
    "unless clause {n} provides otherwise",
    "for so long as any amount is outstanding under clause {n}",
)
FILLERS = 8  # sentences in a section, of which none states anything that is asked


@dataclass(frozen=True, slots=True)
class Company:
    """A company's id, and its files by name."""

    id: str
    files: dict[str, bytes]


def company(seed: int, number: int) -> Company:
    """The company of that number: an agreement, and for every second one an amendment."""
    random = Random(f"{seed}/{number}")
    name = f"{random.choice(_PARTS)}{random.choice(_PARTS).lower()} {number} {random.choice(_ENDS)}"
    rows = "AB" if random.random() < 0.5 else "ABC"
    files = {"agreement.txt": _text(_agreement(random, name, rows))}
    if number % 2:
        files["amendment.txt"] = _text(_amendment(random, name, rows))
    return Company(f"c{seed}-{number:04}", files)


def _text(paragraphs: Iterator[str]) -> bytes:
    return "\n\n".join(paragraphs).encode()


def _agreement(random: Random, name: str, rows: str) -> Iterator[str]:
    yield "SENIOR FACILITIES AGREEMENT"
    yield f"This agreement is dated {_day(random, 2021)} and made between the Lenders and others."
    yield f"{name} is the Borrower."
    yield f"{random.choice(_PARTS)}kraft {random.randrange(99)} ASA is the Sponsor of the project."
    yield f"The project stands in {random.choice(_COUNTRIES)}."
    yield "1. FACILITIES"
    for row in rows:
        amount = f"{random.randrange(20, 400)},000,000"
        yield f"Facility {row} is a term loan facility of EUR {amount}."
        yield f"The final maturity date of Facility {row} is {_day(random, 2038)}."
    yield from _filling(random)
    yield "2. PRICING"
    for row in rows:
        yield f"The Margin on Facility {row} is {_percent(random)} per cent. per annum."
        yield f"The commitment fee on Facility {row} is 0.{random.randrange(10, 99)} per cent."
    yield from _filling(random)
    yield "3. UNDERTAKINGS"
    yield f"No distribution is made while the Backward DSCR is below 1.{random.randrange(10, 40)}x."
    yield from _filling(random)


def _amendment(random: Random, name: str, rows: str) -> Iterator[str]:
    yield "AMENDMENT AGREEMENT"
    yield f"This amendment is dated {_day(random, 2024)} and changes the agreement."
    yield f"{name} is the Borrower."
    row = random.choice(rows)
    yield f"The Margin on Facility {row} is {_percent(random)} per cent. per annum."
    yield from _filling(random)


def _filling(random: Random) -> Iterator[str]:
    for _ in range(FILLERS):
        term = random.choice(_TERMS).format(n=random.randrange(2, 90))
        yield f"{random.choice(_SUBJECTS)} {random.choice(_DUTIES)} {term}."


def _percent(random: Random) -> str:
    return f"{random.randrange(1, 5)}.{random.choice(('00', '25', '50', '75'))}"


def _day(random: Random, year: int) -> str:
    return f"{random.randrange(1, 29)} {random.choice(_MONTHS)} {year + random.randrange(3)}"
