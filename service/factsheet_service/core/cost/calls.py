"""Calls as a server's time depends on them: tokens, shared prefixes, and which waits for which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefix:
    """A part of a prompt that other calls may begin with too, behind the same parts before it."""

    key: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Call:
    """One chat completion: shared parts first, then what is its own.

    ``cached_tokens`` come before both and are known to be in the cache already: they are read by
    every output token, but take no room and no prefill.
    """

    prefixes: tuple[Prefix, ...]
    suffix_tokens: int
    output_tokens: int
    cached_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """All that stands before the answer."""
        shared = sum(prefix.tokens for prefix in self.prefixes)
        return self.cached_tokens + shared + self.suffix_tokens


@dataclass(frozen=True, slots=True)
class Visit:
    """The calls about one window. A round starts when all calls of the one before have ended."""

    rounds: tuple[tuple[Call, ...], ...]

    def calls(self) -> tuple[Call, ...]:
        """All of them, in order."""
        return tuple(call for calls in self.rounds for call in calls)
