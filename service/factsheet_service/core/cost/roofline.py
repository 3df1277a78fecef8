"""Roofline: how long one step of the server takes, by what it must compute and what it must read.

The constants are shares of the peak that are reached, and the time a step costs whatever it does.
They rest on published runs on a whole A100 of 80 GB and are the same for every model and slice:

* Decoding one sequence behind 1 to 30 K tokens of context, vLLM 0.6.3, Qwen2.5-14B-Instruct as AWQ
  and bf16: within 5 % (the 7B at short contexts: 18 % too slow).
  https://github.com/QwenLM/Qwen2.5/blob/main/docs/source/benchmark/speed_benchmark.rst
* Batches bound by prefill, vLLM 0.11, Qwen3-14B bf16: 23 to 27 % too slow. A share of 0.52 for
  products would fit them; it is kept lower, since 4-bit weights are unpacked first (there 4 % of
  the throughput) and nobody has published a slice.
  https://github.com/gpustack/gpustack/blob/main/docs/performance-lab/qwen3-14b/a100.md
* Attention of prompts: FlashAttention-2 reaches 50 to 73 % of an A100's peak.
  https://arxiv.org/abs/2307.08691

No slice has been measured: that its shares of the peak are the same is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from .hardware import GIB, GpuProfile

PRODUCT_SHARE = 0.45  # of peak FLOPS, by the matrix products of prompts
ATTENTION_SHARE = 0.6  # of peak FLOPS, by the attention of prompts
WEIGHT_READ_SHARE = 0.86  # of peak bandwidth
KV_READ_SHARE = 0.55  # of peak bandwidth: paged reads, one sequence after another
STEP_S = 0.005  # scheduling, sampling and launching kernels


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive tokens of a prompt, computed in one step behind ``start`` others."""

    start: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Roofline:
    """The unit costs of a profile, in seconds."""

    token_s: float  # matrix products of one token
    weights_s: float  # one read of all weights
    pair_s: float  # attention of one prompt token with one token before it
    kv_token_s: float  # reading one token's keys and values
    sequence_s: float  # reading and writing one sequence's recurrent state

    def prefill_s(self, chunks: list[Chunk], contexts: list[int]) -> float:
        """One step that computes chunks of prompts beside sequences that decode one token each.

        The weights are read once for all; attention is computed for the chunks and read for the
        others.
        """
        tokens = sum(chunk.tokens for chunk in chunks) + len(contexts)
        pairs = sum(chunk.tokens * (chunk.start + chunk.tokens / 2) for chunk in chunks)
        linear = max(tokens * self.token_s, self.weights_s)
        decoding = sum(contexts) * self.kv_token_s + len(contexts) * self.sequence_s
        return STEP_S + linear + pairs * self.pair_s + decoding

    def decode_s(self, contexts: list[int], steps: int) -> float:
        """``steps`` steps of sequences that decode, each context growing by one token a step."""
        sequences = len(contexts)
        linear = max(sequences * self.token_s, self.weights_s)
        read = steps * sum(contexts) + sequences * steps * (steps - 1) / 2
        fixed = STEP_S + linear + sequences * self.sequence_s
        return steps * fixed + read * self.kv_token_s


def roofline(profile: GpuProfile) -> Roofline:
    """The unit costs of a profile."""
    gpu, model = profile.gpu, profile.model
    kv_bandwidth = gpu.bandwidth * KV_READ_SHARE
    return Roofline(
        token_s=2 * model.parameters / (gpu.peak_flops * PRODUCT_SHARE),
        weights_s=model.weights_gib * GIB / (gpu.bandwidth * WEIGHT_READ_SHARE),
        pair_s=model.attention_flops / (gpu.peak_flops * ATTENTION_SHARE),
        kv_token_s=model.kv_bytes / kv_bandwidth,
        sequence_s=2 * model.state_bytes / kv_bandwidth,
    )
