"""Whether confidence means what it says: how often values of a given confidence are right.

Counted are PRESENT values that are right, wrong or invented; what the gold leaves open is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from factsheet_schemas import FieldValue, Level

from .judging import Outcome, Verdict

COUNTED = (Outcome.RIGHT, Outcome.WRONG, Outcome.INVENTED)
NUM_BINS = 10

Sure = tuple[float, bool]  # a value's confidence, and whether it is right


@dataclass(frozen=True, slots=True)
class Bin:
    """Values whose confidence lies in ``[low, high)``; the last bin holds 1.0 too."""

    low: float
    high: float
    num: int
    num_right: int
    mean_confidence: float | None

    @property
    def share_right(self) -> float | None:
        """The part that is right; None in an empty bin."""
        return self.num_right / self.num if self.num else None


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Values of one level of confidence."""

    level: Level
    num: int
    num_right: int

    @property
    def share_right(self) -> float | None:
        """The part that is right; None where there are none."""
        return self.num_right / self.num if self.num else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidence and being right go together.

    ``auroc``: the chance that a right value has more confidence than a wrong one, a tie counting
    half; None unless there are both. ``expected_error`` (ECE): the mean distance over bins, weighed
    by their counts, of mean confidence and share right. ``brier``: the mean square distance of
    confidence from 1 where right and 0 where wrong.
    """

    bins: tuple[Bin, ...]
    levels: tuple[LevelCount, ...]
    num: int
    num_right: int
    auroc: float | None
    expected_error: float | None
    brier: float | None


def calibration(verdicts: Iterable[Verdict]) -> Calibration:
    """The calibration of judged cells."""
    cells = [
        (v.cell, v.outcome is Outcome.RIGHT)
        for v in verdicts
        if v.outcome in COUNTED and v.cell is not None and v.cell.confidence is not None
    ]
    levels = [LevelCount(one, *_counted(one, cells)) for one in Level]
    found = calibration_of([(cell.confidence or 0.0, is_right) for cell, is_right in cells])
    return replace(found, levels=tuple(levels))


def _counted(level: Level, cells: Iterable[tuple[FieldValue, bool]]) -> tuple[int, int]:
    rights = [is_right for cell, is_right in cells if cell.level is level]
    return len(rights), sum(rights)


def calibration_of(sure: Sequence[Sure]) -> Calibration:
    """The calibration of confidences alone."""
    bins = tuple(_bin(n, sure) for n in range(NUM_BINS))
    return Calibration(
        bins=bins,
        levels=(),
        num=len(sure),
        num_right=sum(is_right for _, is_right in sure),
        auroc=auroc(sure),
        expected_error=_expected_error(bins),
        brier=_mean([(number - is_right) ** 2 for number, is_right in sure]),
    )


def _bin(number: int, sure: Sequence[Sure]) -> Bin:
    inside = [one for one in sure if min(int(one[0] * NUM_BINS), NUM_BINS - 1) == number]
    return Bin(
        low=number / NUM_BINS,
        high=(number + 1) / NUM_BINS,
        num=len(inside),
        num_right=sum(is_right for _, is_right in inside),
        mean_confidence=_mean([confidence for confidence, _ in inside]),
    )


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _expected_error(bins: Sequence[Bin]) -> float | None:
    total = sum(one.num for one in bins)
    distances = (
        one.num * abs(one.mean_confidence - one.share_right)
        for one in bins
        if one.mean_confidence is not None and one.share_right is not None
    )
    return sum(distances) / total if total else None


def auroc(sure: Sequence[Sure]) -> float | None:
    """The area under the ROC curve, from ranks (Mann-Whitney U); None without right or wrong."""
    num_right = sum(is_right for _, is_right in sure)
    num_wrong = len(sure) - num_right
    if not num_right or not num_wrong:
        return None
    rank_sum = sum(rank for rank, is_right in _ranked(sure) if is_right)
    return (rank_sum - num_right * (num_right + 1) / 2) / (num_right * num_wrong)


def _ranked(sure: Sequence[Sure]) -> Iterable[tuple[float, bool]]:
    """Each value's rank from 1, ties sharing the mean of theirs."""
    ordered = sorted(sure)
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        yield from (((start + end + 1) / 2, is_right) for _, is_right in ordered[start:end])
        start = end
