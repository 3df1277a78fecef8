"""What a run may cost: what was asked for, within what the server allows."""

from __future__ import annotations

from typing import TypeVar

from factsheet_schemas import Budget, ExtractOptions
from factsheet_schemas.record import Usage

from .errors import UsageError
from .memo import Spent

T = TypeVar("T", int, float)


def within(budget: Budget, ceiling: Budget) -> Budget:
    """The lower of both in each respect; None is no limit."""
    return Budget(
        calls=_lower(budget.calls, ceiling.calls),
        tokens=_lower(budget.tokens, ceiling.tokens),
        minutes=_lower(budget.minutes, ceiling.minutes),
    )


def refuse_beyond(ceiling: Budget, asked: Budget) -> None:
    """More than the ceiling is refused and not cut: whoever asks for two hours should not find out
    from a partial record that there was one.

    Raises:
        UsageError: the budget is above the ceiling, which the message names.
    """
    for name, most in ceiling.model_dump(exclude_none=True).items():
        wished = getattr(asked, name)
        if wished is not None and wished > most:
            raise UsageError(f"body.budget.{name}: this server allows {most:g} at most")


def budgeted(options: ExtractOptions, ceiling: Budget) -> ExtractOptions:
    """The options with the budget that the run has."""
    budget = within(options.effective_budget(), ceiling)
    return options.model_copy(update={"budget": budget})


def seconds_left(budget: Budget, spent: Spent, seconds: float) -> float | None:
    """Until a budget's minutes are over, of a run that has gone on for so long; None: for ever."""
    return None if budget.minutes is None else budget.minutes * 60 - spent.seconds - seconds


def is_spent(budget: Budget, spent: Spent, usage: Usage, seconds: float) -> bool:
    """Whether nothing is left for another call, by what earlier attempts of the job and this one
    have cost."""
    left = seconds_left(budget, spent, seconds)
    tokens = spent.tokens + usage.prompt_tokens + usage.output_tokens
    return (
        (budget.calls is not None and spent.calls + usage.calls >= budget.calls)
        or (budget.tokens is not None and tokens >= budget.tokens)
        or (left is not None and left <= 0)
    )


def _lower(one: T | None, other: T | None) -> T | None:
    return min((each for each in (one, other) if each is not None), default=None)
