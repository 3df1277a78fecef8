"""Turns a run that was measured elsewhere, on a CPU say, into seconds on a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .calls import Call, Visit
from .client import IN_FLIGHT
from .hardware import GpuProfile
from .scheduler import predict


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """What a server said that one call took."""

    prompt_tokens: int
    cached_tokens: int  # of the prompt
    output_tokens: int


def predict_measured(
    profile: GpuProfile, calls: Sequence[MeasuredCall], in_flight: int = IN_FLIGHT
) -> float:
    """Seconds on the GPU for calls in the order of their dispatch.

    What was cached is taken as measured, so it should come from a cache of the profile's size; it
    takes no room beside the calls' own tokens. A call starts when a place in flight is free:
    nothing else waits for anything.

    Raises:
        UsageError: a call's own tokens do not fit the GPU's cache.
    """
    rounds = (tuple(_replayed(call) for call in calls),)
    return predict(profile, (Visit(rounds),), in_flight).seconds


def _replayed(call: MeasuredCall) -> Call:
    uncached = call.prompt_tokens - call.cached_tokens
    return Call((), uncached, call.output_tokens, cached_tokens=call.cached_tokens)
