"""GPUs, whole and sliced, and the models on them: the quantities that time depends on."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3
A100_SMS = 108
A100_PEAK_FLOPS = 312e12  # bf16, dense, of all SMs
MEMORY_SHARE = 0.92  # vLLM's gpu_memory_utilization
ACTIVATION_BYTES = 1.3 * GIB  # activations and CUDA graphs of these models
BYTES_PER_ELEMENT = 2  # keys and values of 16 bits


@dataclass(frozen=True, slots=True)
class Gpu:
    """An A100 or a MIG slice of one.

    Slices' SMs and shares of memory and bandwidth: NVIDIA, Multi-Instance GPU user guide,
    https://docs.nvidia.com/datacenter/tesla/mig-user-guide/. A slice's peak is its SMs' share.
    """

    name: str
    sms: int
    memory_gib: float
    bandwidth: float  # bytes per second

    @property
    def peak_flops(self) -> float:
        """Of bf16 matrix products, per second."""
        return A100_PEAK_FLOPS * self.sms / A100_SMS


@dataclass(frozen=True, slots=True)
class Model:
    """A model's shape; ``layers`` are those with attention over all tokens.

    Shapes: each model's config.json on Hugging Face.
    """

    name: str
    parameters: float  # that every token is multiplied with: without the embedding
    weights_gib: float  # as loaded
    layers: int
    heads: int  # of queries
    kv_heads: int
    head_dim: int
    state_bytes: float = 0.0  # recurrent state of a sequence, in hybrid models

    @property
    def kv_bytes(self) -> int:
        """Keys and values of one token."""
        return 2 * self.layers * self.kv_heads * self.head_dim * BYTES_PER_ELEMENT

    @property
    def attention_flops(self) -> int:
        """Of one token with one token of its context: two products of two operations each."""
        return 4 * self.layers * self.heads * self.head_dim


@dataclass(frozen=True, slots=True)
class GpuProfile:
    """A GPU with a model on it."""

    gpu: Gpu
    model: Model

    @property
    def kv_tokens(self) -> int:
        """Tokens whose keys and values fit beside the weights: the size of the prefix cache."""
        free = self.gpu.memory_gib * GIB * MEMORY_SHARE - ACTIVATION_BYTES
        return max(0, int((free - self.model.weights_gib * GIB) / self.model.kv_bytes))
