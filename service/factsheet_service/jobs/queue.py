"""Which job is next, and who gets it: what a queue must do.

The table of jobs says how every job stands, whose it is and until when. A queue only hands out ids,
and may hand one out twice or lose one: a job that is run twice is done once, and one that was lost
is found in the table by the next sweep.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from .run import Told, unheard
from .worker import Worker


class Queue(Protocol):
    """Methods raise StoreUnavailable where they cannot do it now."""

    def opened(self, told: Told = unheard) -> AbstractAsyncContextManager[None]:
        """Its connections, until the block ends; ``told`` hears of changes that come by them."""
        ...

    async def put(self, job_id: str) -> None:
        """Have a job handed out that stands in the store."""
        ...

    async def cancel(self, job_id: str) -> None:
        """Tell whoever has the job, in any process, that it is to be cancelled."""
        ...

    async def sweep(self) -> None:
        """Put in again what was lost on the way, or with the worker that had it."""
        ...

    async def hand_out(self, worker: Worker, num_places: int, is_over: asyncio.Event) -> None:
        """Start jobs at ``worker``, at most ``num_places`` at a time, until it is over.

        Jobs whose workers were lost wait for none of these places: there are as many again for
        them. What still runs at the end is the worker's. Does not raise: what fails is tried again.
        """
        ...
