"""How many requests a key may send in a while, counted by this process."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from factsheet_service.core.errors import RateExceeded


class Rates:
    """Counts requests by caller over a sliding window, such as ``50/second``; None: any number."""

    def __init__(self, limit: str | None) -> None:
        self._written = limit
        self._item: RateLimitItem | None = parse(limit) if limit else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, caller_id: str) -> dict[str, str]:
        """Count a request; the headers that tell what is left. Raises RateExceeded."""
        if self._item is None:
            return {}
        is_within = await self._limiter.hit(self._item, caller_id)
        stats = await self._limiter.get_window_stats(self._item, caller_id)
        reset_s = max(1, math.ceil(stats.reset_time - time.time()))
        quota, window_s = self._item.amount, self._item.get_expiry()
        if not is_within:
            raise RateExceeded(str(self._written), quota, window_s, reset_s)
        return rate_headers(quota, window_s, stats.remaining, reset_s)


def rate_headers(quota: int, window_s: int, remaining: int, reset_s: int) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10."""
    return {
        "RateLimit-Policy": f'"key";q={quota};w={window_s}',
        "RateLimit": f'"key";r={remaining};t={reset_s}',
    }
