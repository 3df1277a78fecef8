"""What verification, grounding and repair recover of a reader's errors, each stage on and off.

    PYTHONPATH=tests .venv/bin/python bench/recovery.py [GOLD...] [--seeds N] [--json FILE]

The reader errs at the given rates behind the whole engine, without a server; companies are the
``dev_*`` agreements, the example and all GOLD files, whose documents stand beside or below them.
Every run is repeated with N seeds, and all figures are pooled over companies and seeds.

*precision, recall, F1*: of cells, as ``factsheet eval`` counts them. *false*: cells PRESENT with
a value that is wrong or stands nowhere. *swapped*: those of them with another facility's value. A
swap that *stood* is one that the same run has not when the reader swaps nothing; it is *undone*
where the cell no more holds such a value with verification on. *strict*: answers that are JSON of
the form and nothing else; *exact*: first answers that were taken as they were meant, row for row;
*in the end*: the same after the question was asked again, whole or in parts. *points*: 50 times the
part of the broken answers that is exact. *false rows*: rows taken that were never meant.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.companies import DEV, EXAMPLE, Company, read_company
from engine.erring import Errors
from engine.recovery import Outcomes, Stages, Told, points_back, run, undone
from factsheet_schemas import load_schema
from factsheet_service.evaluation.counts import pooled

SCHEMA = load_schema("credit_facility")
TEN = Errors(misses=0.1, inventions=0.1, swaps=0.1, overlooked=0.1, false_alarms=0.02)
RATES = {
    "none": Errors(),
    "10 % each, 2 % false alarms": TEN,
    "10 % each, 10 % false alarms": replace(TEN, false_alarms=0.1),
}
BROKEN = Errors(broken=0.5)
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Arm:
    """All runs of one reader through the same stages."""

    rates: str
    stages: Stages
    runs: tuple[Outcomes, ...]

    @property
    def first(self) -> list[Told]:
        """The first answer to every question."""
        return [told for one in self.runs for told in one.account.first]

    def row(self) -> dict[str, Any]:
        """The cells of the records."""
        counts = pooled(one.score.counts for one in self.runs)
        return {
            "rates": self.rates,
            "verification": OFF if not self.stages.verification else ON,
            "grounding": ON if self.stages.grounding else OFF,
            "precision": counts.precision,
            "recall": counts.recall,
            "F1": counts.f1,
            "right": counts.tp,
            "false": sum(one.false_cells for one in self.runs),
            "swapped": sum(len(one.swapped) for one in self.runs),
            "calls": sum(one.record.run.usage.calls for one in self.runs),
        }

    def json_row(self) -> dict[str, Any]:
        """The answers and what became of them."""
        final = [told for one in self.runs for told in one.account.final]
        with_rows = [told for told in self.first if told.meant]
        return {
            "repair": ON if self.stages.repair else OFF,
            "asking again": ON if self.stages.asking_again else OFF,
            "answers": len(self.first),
            "strict": share(told.is_strict for told in self.first),
            "exact": share(told.is_exact for told in self.first),
            "points": points_back(self.first),
            "points, answers with rows": points_back(with_rows),
            "false rows": sum(told.num_false for told in self.first),
            "in the end": share(told.is_exact for told in final),
            "right": self.row()["right"],
            "false": self.row()["false"],
            "calls": self.row()["calls"],
        }


def share(holds: Any) -> float:  # noqa: ANN401 - any iterable of bools
    """The part of them that is true."""
    held = list(holds)
    return sum(held) / len(held)


async def arm(
    companies: Sequence[Company], rates: str, errors: Errors, stages: Stages, seeds: int
) -> Arm:
    """Run all companies with all seeds."""
    runs = [
        await run(company, SCHEMA, replace(errors, seed=seed), stages)
        for seed in range(seeds)
        for company in companies
    ]
    sys.stderr.write(f"{rates}: {asdict(stages)}\n")
    return Arm(rates, stages, tuple(runs))


async def stage_arms(companies: Sequence[Company], seeds: int) -> list[Arm]:
    """Verification and grounding on and off, for each of the rates."""
    return [
        await arm(companies, name, errors, Stages(verification=verifies, grounding=grounds), seeds)
        for name, errors in RATES.items()
        for verifies in (True, False)
        for grounds in (True, False)
    ]


async def swap_rows(
    companies: Sequence[Company], arms: Sequence[Arm], seeds: int
) -> list[dict[str, Any]]:
    """What verification undoes of swaps, for each of the rates that swaps."""
    rows = []
    for name, errors in RATES.items():
        if errors.swaps:
            off = Stages(verification=False)
            twin = await arm(companies, name, replace(errors, swaps=0), off, seeds)
            found = undone(find(arms, name, off).runs, twin.runs, find(arms, name, Stages()).runs)
            rows.append({"rates": name, **asdict(found), "undone": found.share})
    return rows


def find(arms: Sequence[Arm], rates: str, stages: Stages) -> Arm:
    """The arm of these rates and stages."""
    return next(one for one in arms if (one.rates, one.stages) == (rates, stages))


async def json_arms(companies: Sequence[Company], seeds: int) -> list[Arm]:
    """Half of all answers broken, no grammar: repair and asking again on and off."""
    return [
        await arm(
            companies,
            "half of the JSON broken",
            BROKEN,
            Stages(grammar=False, repair=repairs, asking_again=again),
            seeds,
        )
        for repairs in (True, False)
        for again in (True, False)
    ]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([shown(row[key]) for key in head] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(value: object) -> str:
    """Ratios with three digits."""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


async def measured(golds: Sequence[Path], seeds: int) -> dict[str, list[dict[str, Any]]]:
    """All tables."""
    companies = [await read_company(path, SCHEMA) for path in (*DEV, EXAMPLE, *golds)]
    arms = await stage_arms(companies, seeds)
    return {
        "stages": [one.row() for one in arms],
        "swapped tranches": await swap_rows(companies, arms, seeds),
        "broken JSON": [one.json_row() for one in await json_arms(companies, seeds)],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("golds", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = asyncio.run(measured(options.golds, options.seeds))
    for title, rows in found.items():
        sys.stdout.write(f"\n{title}\n\n{table(rows)}\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
