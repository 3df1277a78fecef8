"""The GPU profiles that ``factsheet plan`` knows by name."""

from __future__ import annotations

from collections.abc import Mapping

from factsheet_service.core.errors import UsageError

from .hardware import Gpu, GpuProfile, Model

A100_3G = Gpu("A100 40 GB, slice 3g.20gb", sms=42, memory_gib=19.62, bandwidth=1555e9 / 2)
A100_2G = Gpu("A100 80 GB, slice 2g.20gb", sms=28, memory_gib=19.5, bandwidth=2039e9 / 4)
A100_80 = Gpu("A100 80 GB", sms=108, memory_gib=79.2, bandwidth=2039e9)

QWEN25_14B = Model(
    "Qwen2.5-14B-Instruct-AWQ", 13.1e9, 9.29, layers=48, heads=40, kv_heads=8, head_dim=128
)
QWEN25_7B = Model(
    "Qwen2.5-7B-Instruct-AWQ", 6.53e9, 5.2, layers=28, heads=28, kv_heads=4, head_dim=128
)
QWEN3_8B = Model("Qwen3-8B-AWQ", 6.95e9, 5.7, layers=36, heads=32, kv_heads=8, head_dim=128)
QWEN35_9B = Model(
    "Qwen3.5-9B-AWQ", 8.0e9, 8.0, layers=8, heads=16, kv_heads=4, head_dim=256, state_bytes=50e6
)

PROFILES: Mapping[str, GpuProfile] = {
    "a100-3g.20gb": GpuProfile(A100_3G, QWEN25_14B),
    "a100-3g.20gb-8b": GpuProfile(A100_3G, QWEN3_8B),
    "a100-3g.20gb-7b": GpuProfile(A100_3G, QWEN25_7B),
    "a100-3g.20gb-9b": GpuProfile(A100_3G, QWEN35_9B),
    "a100-2g.20gb": GpuProfile(A100_2G, QWEN25_14B),
    "a100-80gb": GpuProfile(A100_80, QWEN25_14B),
}
DEFAULT_PROFILE = "a100-3g.20gb"


def gpu_profile(name: str) -> GpuProfile:
    """A profile by name. Raises UsageError, which lists them."""
    if name not in PROFILES:
        raise UsageError(f"no GPU profile {name!r}: there are {', '.join(PROFILES)}")
    return PROFILES[name]
