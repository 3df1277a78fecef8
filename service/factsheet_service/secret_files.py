"""Settings whose value stands in a file, as orchestrators hand out secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .core.errors import UsageError

_SUFFIX = "_FILE"
_PREFIX = "FACTSHEET_"


def with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with ``FACTSHEET_X`` read from the file that ``FACTSHEET_X_FILE`` names.

    White space about the file's content is no part of the value.

    Raises:
        UsageError: a file cannot be read, or a setting is given in both ways.
    """
    filled = dict(environment)
    for name, path in environment.items():
        if name.startswith(_PREFIX) and name.endswith(_SUFFIX) and path:
            setting = name.removesuffix(_SUFFIX)
            if environment.get(setting):
                raise UsageError(f"{setting} and {name} are both set; leave one out")
            filled[setting] = _content(name, Path(path))
    return filled


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: {path} cannot be read: {error}") from error
