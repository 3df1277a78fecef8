"""What companies, tenants and runs may be called, since folders and files bear their names."""

from __future__ import annotations

import re

from factsheet_service.core.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def is_name(name: str) -> bool:
    """Whether something may be called so."""
    return _NAME.fullmatch(name) is not None


def checked(name: str, what: str) -> str:
    """The name. Raises UsageError where nothing may be called so."""
    if not is_name(name):
        raise UsageError(
            f"{name!r} cannot name a {what}: letters, digits, '_', '.' and '-', at most 64, "
            "the first a letter or digit"
        )
    return name
