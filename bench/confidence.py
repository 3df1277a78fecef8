"""Fits the weights of confidence, and says how well it tells right values from wrong ones.

    PYTHONPATH=tests .venv/bin/python bench/confidence.py [GOLD...] [--apart GOLD...] [--seeds N]

Values are PRESENT ones whose gold is known: right, wrong or invented, as ``factsheet eval`` counts
them. They come from a reader that errs at the rates below, behind the whole engine with the lexical
reader as its second opinion, and from the lexical reader alone. Weights are fitted on the shipped
agreements and all GOLD files, whose documents stand beside or below them; the example company and
the files that are given as apart are only measured on.

It is a logistic model fitted by Newton's method, with a normal prior about the weights that one
would expect: what the runs hardly show (a document that does not bind) keeps about those, and what
they cannot show (an engine's own probabilities, the lexical reader before documents that are new to
it) is held there. A weight below a quarter of what is expected is held at that, and the rest fitted
again. Mind which agreements the lexical reader was developed on: there its silence says too much.

*AUROC*: the chance that a right value has more confidence than a wrong one. *ECE*: how far
confidence and the share that is right lie apart, over ten bins. *without*: the same AUROC of a
model that is fitted without a sign.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from engine.companies import DEV, EXAMPLE, Company, read_company
from engine.erring import Errors
from engine.recovery import Stages, run
from factsheet_schemas import ExtractOptions, load_schema
from factsheet_schemas.lexicon import load_lexicon
from factsheet_schemas.record import Signs
from factsheet_service.core.progress import silent
from factsheet_service.core.reconcile.confidence import WEIGHTS, features
from factsheet_service.engines.lexical import LexicalEngine
from factsheet_service.evaluation.calibration import COUNTED, Calibration, calibration_of
from factsheet_service.evaluation.judging import Outcome, Verdict
from factsheet_service.evaluation.scoring import score
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job

SCHEMA = load_schema("credit_facility")
TEN = Errors(misses=0.1, inventions=0.1, swaps=0.1, overlooked=0.1, false_alarms=0.02)
ARMS: Mapping[str, tuple[Errors, Stages]] = {
    "10 % each": (TEN, Stages()),
    "10 % each, half of the JSON broken": (replace(TEN, broken=0.5), Stages(grammar=False)),
    "10 % each, not verified": (TEN, Stages(verification=False)),
    "20 % each": (
        Errors(misses=0.2, inventions=0.2, swaps=0.2, overlooked=0.2, false_alarms=0.05),
        Stages(),
    ),
}
LEXICAL = "lexical reader alone"
BY_HAND = ("improbable", "by words alone")  # what these runs cannot show
EXPECTED: Mapping[str, float] = {  # what one would say without any values to go by
    "bias": 2.0,
    "shown": -0.7,
    "computed": -0.5,
    "cited": -0.3,
    "implied": -1.0,
    "engine doubts": -3.0,
    "improbable": -0.2,
    "by words alone": -1.0,
    "further windows": 0.3,
    "names the field": 0.7,
    "speaks of all rows": -0.2,
    "names another row": -1.0,
    "confirmed": 0.7,
    "corrected": -0.5,
    "lexical agrees": 1.0,
    "lexical disputes": -1.0,
    "lexical silent": -0.3,
    "recovered": -0.5,
    "rivals": -0.5,
    "contradicted": -1.0,
    "not binding": -1.0,
}
LEAST = 0.25  # of what is expected: the least weight, also where the values speak against it
RIDGE = 4.0  # how far values must outweigh what is expected
STEPS = 30


@dataclass(frozen=True, slots=True)
class Values:
    """Judged values of one arm over some companies."""

    signs: tuple[Signs, ...]
    is_right: tuple[bool, ...]

    def __add__(self, other: Values) -> Values:
        return Values(self.signs + other.signs, self.is_right + other.is_right)


def judged(verdicts: Iterable[Verdict]) -> Values:
    """The values that count, with their signs."""
    counted = [v for v in verdicts if v.outcome in COUNTED and v.cell and v.cell.signs]
    return Values(
        tuple(v.cell.signs for v in counted if v.cell and v.cell.signs),
        tuple(v.outcome is Outcome.RIGHT for v in counted),
    )


async def erring(
    companies: Sequence[Company], arm: str, seeds: int, second: LexicalEngine
) -> Values:
    """The values of the erring reader's runs of one arm."""
    errors, stages = ARMS[arm]
    found = Values((), ())
    for seed in range(seeds):
        for one in companies:
            ran = await run(one, SCHEMA, replace(errors, seed=seed), stages, second)
            found += judged(ran.score.verdicts)
    return found


async def lexical(companies: Sequence[Company], engine: LexicalEngine) -> Values:
    """The values of the lexical reader's own runs."""
    found = Values((), ())
    for one in companies:
        job = Job(one.name, one.documents, SCHEMA, ExtractOptions())
        record = await extract(job, engine, silent)
        texts = {document.id: document.text for document in one.documents}
        found += judged(score(record, one.gold, SCHEMA, texts).verdicts)
    return found


async def arms(companies: Sequence[Company], seeds: int) -> dict[str, Values]:
    """The values of every arm."""
    engine = LexicalEngine(SCHEMA, load_lexicon("credit_facility", SCHEMA))
    found = {arm: await erring(companies, arm, seeds, engine) for arm in ARMS}
    return {**found, LEXICAL: await lexical(companies, engine)}


def matrix(values: Values, names: Sequence[str]) -> Any:  # noqa: ANN401 - an array
    """A row per value, a column per feature: float64."""
    return np.array([[features(one)[name] for name in names] for one in values.signs])


def fitted(values: Values, names: Sequence[str]) -> dict[str, float]:
    """Weights of the features; one that the values hardly bear out is held at the least."""
    held = {name: EXPECTED[name] for name in BY_HAND if name in names}
    while True:
        weights = _newton(values, [name for name in names if name not in held], held)
        weak = [n for n, w in weights.items() if n != "bias" and w / EXPECTED[n] < LEAST]
        if not weak:
            return {name: {**weights, **held}[name] for name in names}
        held |= {name: LEAST * EXPECTED[name] for name in weak}


def _newton(values: Values, names: Sequence[str], held: Mapping[str, float]) -> dict[str, float]:
    """The likeliest weights where each is expected to lie about its expectation."""
    x, y = matrix(values, names), np.array(values.is_right, dtype=float)
    given = matrix(values, list(held)) @ np.array(list(held.values())) if held else 0.0
    expected = np.array([EXPECTED[name] for name in names])
    strength = np.diag([RIDGE * (name != "bias") for name in names])
    w = expected.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(x @ w + given)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + strength
        w = w + np.linalg.solve(hessian, x.T @ (y - p) - strength @ (w - expected))
    return {name: float(weight) for name, weight in zip(names, w, strict=True)}


def told(values: Values, weights: Mapping[str, float]) -> Calibration:
    """How well the weights tell right values from wrong ones."""
    names = list(weights)
    numbers = 1 / (1 + np.exp(-matrix(values, names) @ np.array([weights[n] for n in names])))
    return calibration_of(list(zip(numbers.tolist(), values.is_right, strict=True)))


def rows(sets: Mapping[str, Mapping[str, Values]], weights: Mapping[str, float]) -> list[Row]:
    """A row per set and arm."""
    found = []
    for which, by_arm in sets.items():
        for arm, values in by_arm.items():
            how = told(values, weights)
            wrong = how.num - how.num_right
            found.append((which, arm, how.num, wrong, how.auroc, how.expected_error, how.brier))
    return found


Row = tuple[str, str, int, int, float | None, float | None, float | None]
HEAD = ("companies", "reader", "values", "wrong", "AUROC", "ECE", "Brier")


def without_each(
    fit: Values, apart: Values, names: Sequence[str]
) -> list[tuple[str, float | None, float | None]]:
    """AUROC on both sides of models that are fitted without one sign."""
    found = []
    for left_out in (None, *names[1:]):
        weights = fitted(fit, [name for name in names if name != left_out])
        found.append((left_out or "-", told(fit, weights).auroc, told(apart, weights).auroc))
    return found


def summed(by_arm: Mapping[str, Values]) -> Values:
    """The values of all arms."""
    total = Values((), ())
    for values in by_arm.values():
        total += values
    return total


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Markdown."""
    shown = [[f"{c:.3f}" if isinstance(c, float) else str(c) for c in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *shown))


async def measured(
    golds: Sequence[Path], others: Sequence[Path], seeds: int
) -> tuple[dict[str, Values], dict[str, Values]]:
    """The values to fit on, and those apart, by arm."""
    fit = [await read_company(path, SCHEMA) for path in (*DEV, *golds)]
    apart = [await read_company(path, SCHEMA) for path in (EXAMPLE, *others)]
    return await arms(fit, seeds), await arms(apart, seeds)


def main() -> None:
    """Measure, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("golds", nargs="*", type=Path)
    parser.add_argument("--apart", nargs="*", type=Path, default=[])
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    fit, apart = asyncio.run(measured(options.golds, options.apart, options.seeds))
    sets = {"fitted on": fit, "apart": apart}
    names = list(features(Signs()))
    weights = fitted(summed(fit), names)
    sys.stdout.write(f"\nweights\n\n{json.dumps(weights, indent=4)}\n")
    sys.stdout.write(f"\nthese weights\n\n{table(HEAD, rows(sets, weights))}\n")
    sys.stdout.write(f"\nthe shipped weights\n\n{table(HEAD, rows(sets, WEIGHTS))}\n")
    left_out = without_each(summed(fit), summed(apart), names)
    sys.stdout.write(f"\n{table(('without', 'AUROC fitted on', 'AUROC apart'), left_out)}\n")


if __name__ == "__main__":
    main()
