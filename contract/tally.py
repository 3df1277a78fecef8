"""What came of all answers: how many, and which operations never succeeded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers by operation and status."""

    counts: Counter[tuple[str, int]]

    @property
    def num_cases(self) -> int:
        """All answers."""
        return self.counts.total()

    @property
    def num_server_errors(self) -> int:
        """Answers of 500 and more."""
        return sum(num for (_, status), num in self.counts.items() if status >= 500)

    def never_succeeded(self, operations: Iterable[str]) -> list[str]:
        """Operations without an answer of 200 to 299."""
        succeeded = {operation for operation, status in self.counts if 200 <= status < 300}
        return sorted(set(operations) - succeeded)

    def line_of(self, operation: str) -> str:
        """How often an operation was answered with what."""
        found = sorted(
            (status, num) for (one, status), num in self.counts.items() if one == operation
        )
        return f"{operation:55} " + "  ".join(f"{status}: {num}" for status, num in found)


def read_tally(text: str) -> Tally:
    """A tally as the hooks write it."""
    return Tally(Counter({(operation, status): num for operation, status, num in json.loads(text)}))


def operations_in(document: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """All operations of an OpenAPI document, as schemathesis calls them."""
    paths = document["paths"].items()
    return [f"{method.upper()} {path}" for path, methods in paths for method in methods]
