"""What a server lets one run cost at most."""

from __future__ import annotations

from factsheet_schemas import Budget

from .errors import UsageError


def within(asked: Budget, ceiling: Budget) -> Budget:
    """The budget of a run: as asked, and where nothing was asked the server's ceiling.

    More than the ceiling is refused and not cut: whoever asks for two hours should not find out
    from a partial record that there was one.

    Raises:
        UsageError: it is above the ceiling, which the message names.
    """
    limits = {}
    for name, most in ceiling.model_dump(exclude_none=True).items():
        wished = getattr(asked, name)
        if wished is not None and wished > most:
            raise UsageError(f"body.budget.{name}: this server allows {most:g} at most")
        limits[name] = most if wished is None else wished
    return asked.model_copy(update=limits)
