"""What reading one file may cost, and the settings that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
    max_container_s: float = 600  # for a container with all that is in it
    max_depth: int = 4  # containers inside containers
    parallel: int = 2  # files read at the same time


# The fields by the names of their settings, and what one of a setting's units is of theirs
SETTINGS = {
    "FACTSHEET_MAX_FILE_MB": ("max_bytes", MEBIBYTE),
    "FACTSHEET_MAX_PAGES": ("max_pages", 1),
    "FACTSHEET_MAX_CHARS": ("max_chars", 1),
    "FACTSHEET_MAX_ARCHIVE_FILES": ("max_members", 1),
    "FACTSHEET_MAX_ARCHIVE_MB": ("max_unpacked_bytes", MEBIBYTE),
    "FACTSHEET_MAX_ARCHIVE_S": ("max_container_s", 1),
    "FACTSHEET_MAX_READ_S": ("wall_s", 1),
    "FACTSHEET_MAX_READ_CPU_S": ("cpu_s", 1),
    "FACTSHEET_MAX_READ_MB": ("memory_bytes", MEBIBYTE),
    "FACTSHEET_PARALLEL_READS": ("parallel", 1),
}
_NAMES = {field: name for name, (field, _) in SETTINGS.items()}


def read_limits_from(environment: Mapping[str, str]) -> ReadLimits:
    """The limits that an environment sets; an empty setting is none.

    Raises:
        ValueError: a setting is no whole number above zero.
    """
    said = {name: environment[name] for name in SETTINGS if environment.get(name)}
    for name, text in said.items():
        if not text.isdecimal() or int(text) < 1:
            raise ValueError(f"{name}={text!r}: give a whole number of 1 or more")
    fields = {SETTINGS[name][0]: int(text) * SETTINGS[name][1] for name, text in said.items()}
    return replace(ReadLimits(), **fields)


def too_large(limits: ReadLimits) -> str:
    """The reason of a file above the size that is read."""
    return f"larger than {limits.max_bytes // MEBIBYTE} MB: {remedy('max_bytes')}"


def remedy(field: str) -> str:
    """What helps where a limit was reached: words to put behind what was too much."""
    return f"split the file, or have {_NAMES[field]} raised"
