"""What an arm's calls would take on a GPU, by the project's cost model."""

from __future__ import annotations

from collections.abc import Sequence

from factsheet_service.core.cost import (
    DEFAULT_PROFILE,
    MeasuredCall,
    gpu_profile,
    predict_measured,
)

from bench.recorded import Sent


def gpu_seconds(sent: Sequence[Sent], in_flight: int) -> float:
    """Seconds on the slice for the calls that were answered, with the cached tokens as measured."""
    calls = [
        MeasuredCall(one.prompt_tokens, one.cached_tokens, one.output_tokens)
        for one in sent
        if one.prompt_tokens
    ]
    return predict_measured(gpu_profile(DEFAULT_PROFILE), calls, in_flight) if calls else 0.0
