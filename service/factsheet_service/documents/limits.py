"""What reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Ceilings of one file's reading, and of what a container may unpack to."""

    wall_s: float = 60
    cpu_s: int = 30
    memory_bytes: int = 1024 * MEBIBYTE  # address space of the reading process
    max_bytes: int = 100 * MEBIBYTE  # of one file, and of one file inside a container
    max_pages: int = 2000
    max_chars: int = 5_000_000
    max_members: int = 1000  # files inside one container, at all depths
    max_unpacked_bytes: int = 500 * MEBIBYTE  # of all of them together
    max_depth: int = 4  # containers inside containers
    parallel: int = 2  # files read at the same time
