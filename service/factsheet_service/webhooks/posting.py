"""Posting one message, signed as Standard Webhooks has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

import httpcore2
from standardwebhooks import Webhook

from factsheet_service.core.errors import UsageError
from factsheet_service.core.webhooks import checked_url, may_be_reached
from factsheet_service.stores.outbox import Delivery

from .guard import AddressRefused, Guard

TIMEOUT_S = 10.0
GONE = 410
"""The receiver wants to hear no more of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a post: nothing to complain of, or a failure; a final one is not tried again."""

    failure: str | None = None
    is_final: bool = False


class Poster:
    """Posts messages. Redirects are not followed, and replies' bodies not read."""

    def __init__(
        self,
        is_local: bool = False,
        network: httpcore2.AsyncNetworkBackend | None = None,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``is_local`` also lets them go to this machine."""
        self._is_local = is_local
        self._network = network or Guard(partial(may_be_reached, is_local=is_local))
        self._tls = httpcore2.default_ssl_context()
        self._timeout_s = timeout_s
        self._clock = clock

    async def post(self, delivery: Delivery) -> Outcome:
        """Try to deliver a message; does not raise."""
        try:
            checked_url(delivery.url, self._is_local)
            async with asyncio.timeout(self._timeout_s):
                return outcome_of(await self._status(delivery))
        except (UsageError, AddressRefused) as error:
            return Outcome(str(error))
        except (TimeoutError, httpcore2.TimeoutException):
            return Outcome(f"no answer within {self._timeout_s:g} s")
        except (OSError, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            return Outcome(f"cannot be reached: {type(error).__name__}")

    async def _status(self, delivery: Delivery) -> int:
        # a pool for each: no connection outlives the check of its address
        network, tls = self._network, self._tls
        async with httpcore2.AsyncConnectionPool(tls, network_backend=network) as pool:
            headers = headers_of(delivery, self._clock())
            content = delivery.body.encode()
            async with pool.stream("POST", delivery.url, headers=headers, content=content) as reply:
                return reply.status


def headers_of(delivery: Delivery, now: datetime) -> dict[bytes | str, bytes | str]:
    """The headers of a message, its signature among them."""
    signature = Webhook(delivery.secret).sign(delivery.id, now, delivery.body)
    return {
        "content-type": "application/json",
        "user-agent": f"factsheet/{version('factsheet')}",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def outcome_of(status: int) -> Outcome:
    """What a reply's status says."""
    if 200 <= status < 300:
        return Outcome()
    return Outcome(f"HTTP {status}", is_final=status == GONE)
