"""Fitting the weights of hope: a logistic regression over passages with and without evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from factsheet_schemas import ExtractOptions, Schema
from factsheet_service.core.document import Document
from factsheet_service.core.lines import split_lines
from factsheet_service.core.planning import judge_of
from factsheet_service.core.retrieval import Judge
from factsheet_service.core.retrieval.hope import Signs, hope
from factsheet_service.core.retrieval.judge import chosen

from bench.companies import Company
from bench.quotes import Quoted

Array = npt.NDArray[np.float64]
RIDGE = 1.0
STEPS = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """A document's passages: their signs, tokens, the lines in them, and which hold evidence."""

    document: str  # its id
    signs: Array
    tokens: tuple[int, ...]
    lines: tuple[tuple[int, ...], ...]  # offsets at which they start
    has_evidence: Array


def samples(company: Company, found: Sequence[Quoted], schema: Schema) -> list[Sample]:
    """A sample per document of a company."""
    judge = judge_of(schema, ExtractOptions())
    places = [place for one in found for quote in one.quotes for place in quote]
    evidence = {(place.document, line) for place in places for line in place.lines}
    read = [one for one in company.documents if one.is_read and one.text]
    return [_sample(document, judge, evidence) for document in read]


def _sample(document: Document, judge: Judge, evidence: set[tuple[str, int]]) -> Sample:
    passages, signs = judge.signs(document)
    starts = [line.start for line in split_lines(document.text)]
    lines = tuple(tuple(starts[one.first : one.last + 1]) for one in passages)
    held = [any((document.id, line) in evidence for line in own) for own in lines]
    tokens = tuple(one.num_tokens for one in passages)
    return Sample(document.id, np.array(signs), tokens, lines, np.array(held, dtype=float))


def fitted(made: Sequence[Sample]) -> Signs:
    """The weights by Newton's method, of signs as they are."""
    signs = np.concatenate([one.signs for one in made])
    truth = np.concatenate([one.has_evidence for one in made])
    scale = signs.std(axis=0) + 1e-6
    inputs = np.c_[signs / scale, np.ones(len(signs))]
    ridge = np.diag([RIDGE] * signs.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (likely - truth) + ridge @ weights
        curve = inputs.T @ (inputs * (likely * (1 - likely))[:, None]) + ridge
        weights -= np.linalg.solve(curve, slope)
    return Signs(*(round(float(value), 2) for value in weights[:-1] / scale))


def read_lines(made: Sequence[Sample], weights: Signs) -> set[tuple[str, int]]:
    """The lines that would be read by these weights: a document's id, and where they start."""
    found = set()
    for one in made:
        hopes = [hope(Signs(*row), weights) for row in one.signs]
        kept = chosen(one.tokens, hopes)
        found |= {(one.document, line) for number in kept for line in one.lines[number]}
    return found
