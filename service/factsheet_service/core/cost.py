"""What a run costs: seconds on a named GPU, and the calls of the original's way of asking."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import UsageError

IN_FLIGHT = 16  # more only lengthens the server's queue
ORIGINAL_CHUNK_TOKENS = 1600  # chunks of 2,000 tokens that overlap by 400
ORIGINAL_CHUNKS_PER_CALL = 3


@dataclass(frozen=True, slots=True)
class GpuProfile:
    """A GPU with a model on it, as far as time depends on them.

    The rates are estimates: a roofline model calibrated on published A100 runs, not measured on
    the slice itself.
    """

    gpu: str
    model: str
    prefill_s: float  # per uncached prompt token
    step_s: float  # per decoding step: one read of the weights, shared by the batch
    kv_read_s: float  # per output token and token of its context
    kv_tokens: int  # that fit beside the weights


def _profile(
    gpu: str, model: str, prefill_per_s: float, step_ms: float, kv_read_ms_at_6k: float, kv: int
) -> GpuProfile:
    return GpuProfile(
        gpu, model, 1 / prefill_per_s, step_ms / 1000, kv_read_ms_at_6k / 6e6, kv_tokens=kv
    )


A100_3G = "A100 40 GB, slice 3g.20gb"
PROFILES: Mapping[str, GpuProfile] = {
    "a100-3g.20gb": _profile(A100_3G, "Qwen2.5-14B-Instruct-AWQ", 1870, 15, 2.76, 40_700),
    "a100-3g.20gb-8b": _profile(A100_3G, "Qwen3-8B-AWQ", 3500, 13.8, 2.11, 80_500),
    "a100-3g.20gb-7b": _profile(A100_3G, "Qwen2.5-7B-Instruct-AWQ", 3800, 13, 0.85, 216_000),
    "a100-3g.20gb-9b": _profile(A100_3G, "Qwen3.5-9B-AWQ", 3300, 16.9, 0.60, 287_000),
    "a100-2g.20gb": _profile(
        "A100 80 GB, slice 2g.20gb", "Qwen2.5-14B-Instruct-AWQ", 1250, 28, 4.25, 40_700
    ),
    "a100-80gb": _profile("A100 80 GB", "Qwen2.5-14B-Instruct-AWQ", 4800, 10.7, 1.10, 340_000),
}
DEFAULT_PROFILE = "a100-3g.20gb"


def gpu_profile(name: str) -> GpuProfile:
    """A profile by name. Raises UsageError, which lists them."""
    if name not in PROFILES:
        raise UsageError(f"no GPU profile {name!r}: there are {', '.join(PROFILES)}")
    return PROFILES[name]


def predict_seconds(
    profile: GpuProfile, uncached_tokens: int, prompt_tokens: int, output_tokens: int, calls: int
) -> float:
    """Seconds on the GPU: prefill of what is not cached, then decoding in batches.

    Each output token reads the keys and values of its whole context, cached or not, and shares the
    reading of the weights with the calls beside it: as many as fit with what they do not share.
    """
    if not calls:
        return 0.0
    own_tokens = max(uncached_tokens / calls, 1)
    batch = max(1.0, min(IN_FLIGHT, calls, profile.kv_tokens / own_tokens))
    per_token = profile.kv_read_s * prompt_tokens / calls + profile.step_s / batch
    return uncached_tokens * profile.prefill_s + output_tokens * per_token


def original_calls(
    facilities: int, groups: int, section_passes: int, verification_calls: int, deep: int
) -> int:
    """Calls of the original pipeline: detection, then every facility by itself.

    ``1 + facilities x (groups x (1 + section_passes) + verification_calls + deep)``, where ``deep``
    counts the fields per facility that are asked one by one.
    """
    return 1 + facilities * (groups * (1 + section_passes) + verification_calls + deep)


def original_section_passes(document_tokens: int) -> int:
    """The section passes with which the original would have read everything."""
    return section_passes_of(math.ceil(document_tokens / ORIGINAL_CHUNK_TOKENS))


def section_passes_of(chunks: int) -> int:
    """Section passes per group that cover so many chunks."""
    return math.ceil(chunks / ORIGINAL_CHUNKS_PER_CALL)
