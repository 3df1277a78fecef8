"""Chance that falls the same way each time: a hash of what it is asked about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Rolls that depend on a seed and on what they are rolled for, on nothing else."""

    def __init__(self, *seed: object) -> None:
        self._seed = seed

    def roll(self, *what: object) -> float:
        """Evenly between 0 and 1."""
        text = "\0".join(map(str, (*self._seed, *what)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64

    def falls(self, rate: float, *what: object) -> bool:
        """Whether something of this rate happens."""
        return self.roll(*what) < rate

    def pick(self, options: Sequence[T], *what: object) -> T:
        """One of the options, all alike."""
        return options[int(self.roll("pick", *what) * len(options))]
