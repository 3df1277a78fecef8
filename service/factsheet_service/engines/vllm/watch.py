"""What the engine's own calls have met with, between one look at its load and the next."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import replace

from factsheet_service.core.pressure import Load

from .metrics import Queue
from .wire import Reply

_REMEMBERED = 64  # windows; those in flight are far fewer
_FOUND_SHARE = 0.5  # of what warming a window read: the calls about it find at least so much


class Watch:
    """Counts the warm calls, and what of their prompts was cached.

    ``is_warming_vain``: a window that was warmed was not found, as where a server keeps a recurrent
    state only once a second prompt has shared it; then warming costs a reading and saves none.
    """

    def __init__(self) -> None:
        self.is_warming_vain = False
        self._begun: deque[str] = deque(maxlen=_REMEMBERED)
        self._warmed: OrderedDict[str, float] = OrderedDict()  # window -> cached tokens to expect
        self._load = Load()
        self._num_refusals = 0
        self._num_preemptions: int | None = None

    def note_warmed(self, window: str, reply: Reply) -> None:
        """A window was read, so that all calls about it find it."""
        known = reply.cached_tokens or 0
        self._warmed[window] = known + _FOUND_SHARE * (reply.prompt_tokens - known)
        if len(self._warmed) > _REMEMBERED:
            self._warmed.popitem(last=False)
        self._begun.append(window)

    def note(self, window: str, reply: Reply) -> None:
        """A call about a window is over; the first of a window reads it, all others find it."""
        if window in self._warmed and reply.cached_tokens is not None:
            self.is_warming_vain |= reply.cached_tokens < self._warmed[window]
        if window not in self._begun:
            self._begun.append(window)
        elif reply.cached_tokens is not None:
            self._load = replace(
                self._load,
                warm_calls=self._load.warm_calls + 1,
                warm_prompt_tokens=self._load.warm_prompt_tokens + reply.prompt_tokens,
                warm_cached_tokens=self._load.warm_cached_tokens + reply.cached_tokens,
            )

    def load(self, queue: Queue, num_refusals: int) -> Load:
        """All since the last time; ``num_refusals`` and preemptions are since the start."""
        before = queue.num_preemptions if self._num_preemptions is None else self._num_preemptions
        load = replace(
            self._load,
            num_waiting=queue.num_waiting,
            num_preemptions=max(0, queue.num_preemptions - before),
            num_refusals=num_refusals - self._num_refusals,
        )
        self._load = Load()
        self._num_refusals, self._num_preemptions = num_refusals, queue.num_preemptions
        return load
