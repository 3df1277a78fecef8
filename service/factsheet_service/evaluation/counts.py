"""Counting verdicts: true and false positives, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from .judging import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Counts:
    """Cells by how they count. A ratio without cells to count is None."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    absent: int = 0  # rightly not found
    possible: int = 0
    unanswered: int = 0
    shown: int = 0  # true positives whose evidence shows what the gold quotes
    superseded: int = 0  # false positives that another document would have made right

    @property
    def precision(self) -> float | None:
        """Right among those given."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Right among those that stand in the documents."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def count(verdicts: Iterable[Verdict]) -> Counts:
    """The counts of some cells."""
    seen = list(verdicts)
    outcomes = [verdict.outcome for verdict in seen]
    wrong = outcomes.count(Outcome.WRONG)
    right = [verdict for verdict in seen if verdict.outcome is Outcome.RIGHT]
    return Counts(
        tp=len(right),
        fp=wrong + outcomes.count(Outcome.INVENTED),
        fn=wrong + outcomes.count(Outcome.MISSED),
        absent=outcomes.count(Outcome.ABSENT),
        possible=outcomes.count(Outcome.POSSIBLE),
        unanswered=outcomes.count(Outcome.UNANSWERED),
        shown=sum(verdict.is_shown is True for verdict in right),
        superseded=sum(v.is_superseded and v.outcome is not Outcome.RIGHT for v in seen),
    )


def pooled(counts: Iterable[Counts]) -> Counts:
    """The sums of several counts."""
    seen = [astuple(one) for one in counts]
    return Counts(*(sum(column) for column in zip(*seen, strict=True)))


@dataclass(frozen=True, slots=True)
class Mean:
    """Means over documents, each weighing the same; None where no document has the ratio."""

    precision: float | None
    recall: float | None
    f1: float | None
    num_documents: int


def mean(counts: Sequence[Counts]) -> Mean:
    """The headline: the mean of each ratio over documents."""
    return Mean(
        precision=_mean([one.precision for one in counts]),
        recall=_mean([one.recall for one in counts]),
        f1=_mean([one.f1 for one in counts]),
        num_documents=len(counts),
    )


def _mean(ratios: Sequence[float | None]) -> float | None:
    known = [ratio for ratio in ratios if ratio is not None]
    return sum(known) / len(known) if known else None
