"""Ending work of others that may take for ever, at the same place each time.

By a clock the same answer would be read today and not tomorrow. What is counted are the calls of
functions, which the interpreter tells a profiler.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_CALLS = ("call", "c_call")


class TooManyCalls(Exception):
    """The work called more functions than it may."""


@contextmanager
def calls_within(num_calls: int) -> Iterator[None]:
    """The block may call so many functions, in this thread. Raises TooManyCalls."""
    left = num_calls

    def count(_frame: FrameType, event: str, _told: object) -> None:
        nonlocal left
        left -= event in _CALLS
        if left < 0:
            raise TooManyCalls

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
