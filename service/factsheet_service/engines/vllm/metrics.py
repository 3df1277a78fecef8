"""What vLLM tells of itself at ``/metrics``: its cache, its queue, its preemptions.

Read from the Prometheus text format line by line, since only three of some five hundred series are
wanted, once a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SAMPLE = re.compile(r"^(vllm:\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_CONFIG = "vllm:cache_config_info"
_WAITING = "vllm:num_requests_waiting"
_PREEMPTIONS = "vllm:num_preemptions_total"


@dataclass(frozen=True, slots=True)
class Cache:
    """The key-value cache of one engine; of several behind one address, the smallest."""

    num_tokens: int | None  # that it holds
    is_hybrid: bool = False  # recurrent layers: a state is cached at the end of a prompt only


@dataclass(frozen=True, slots=True)
class Queue:
    """Requests that wait, now, and preemptions since the server's start, over all engines."""

    num_waiting: int
    num_preemptions: int


def cache_of(text: str) -> Cache | None:
    """The cache's configuration; None where the server tells none."""
    labels = [labels for name, labels, _ in _samples(text) if name == _CONFIG]
    if not labels:
        return None
    sizes = [size for size in map(_size, labels) if size]
    return Cache(
        num_tokens=min(sizes, default=None),
        is_hybrid=any(one.get("mamba_cache_mode", "none") != "none" for one in labels),
    )


def queue_of(text: str) -> Queue:
    """The queue as it is now."""
    sums = {_WAITING: 0.0, _PREEMPTIONS: 0.0}
    for name, _, value in _samples(text):
        if name in sums:
            sums[name] += value
    return Queue(int(sums[_WAITING]), int(sums[_PREEMPTIONS]))


def _size(labels: Mapping[str, str]) -> int | None:
    """Tokens as the server counts them, which for hybrid models is no product of blocks."""
    if labels.get("kv_cache_size_tokens", "None").isdecimal():
        return int(labels["kv_cache_size_tokens"])
    blocks, size = labels.get("num_gpu_blocks", ""), labels.get("block_size", "")
    return int(blocks) * int(size) if blocks.isdecimal() and size.isdecimal() else None


def _samples(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for name, labels, value in _SAMPLE.findall(text):
        if name in (_CONFIG, _WAITING, _PREEMPTIONS):
            yield name, dict(_LABEL.findall(labels)), float(value)
