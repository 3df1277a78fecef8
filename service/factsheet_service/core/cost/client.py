"""Our side of the wire: which calls are put to the server, and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .calls import Call, Visit

IN_FLIGHT = 16  # more only lengthens the server's queue
WINDOWS_IN_FLIGHT = 4  # as many as the service opens where the cache holds them


@dataclass(slots=True)
class Open:
    """A visit under way."""

    rounds: deque[tuple[Call, ...]]
    unanswered: int = 0


class Client:
    """Opens visits in order, so many at a time, and has so many calls in flight at most."""

    def __init__(
        self,
        visits: Sequence[Visit],
        in_flight: int = IN_FLIGHT,
        windows_in_flight: int = WINDOWS_IN_FLIGHT,
    ) -> None:
        self._visits = iter(visits)
        self._permits = in_flight
        self._queue: deque[tuple[Call, Open]] = deque()  # waiting for a permit
        for _ in range(windows_in_flight):
            self._open_next()

    def take(self) -> Iterable[tuple[Call, Open]]:
        """The calls that may be sent now, each with the visit that it belongs to."""
        while self._permits and self._queue:
            self._permits -= 1
            yield self._queue.popleft()

    def answered(self, visit: Open) -> None:
        """A call of the visit has ended."""
        self._permits += 1
        visit.unanswered -= 1
        if not visit.unanswered:
            self._go_on(visit)

    def _open_next(self) -> None:
        visit = next(self._visits, None)
        if visit is not None:
            self._go_on(Open(deque(visit.rounds)))

    def _go_on(self, visit: Open) -> None:
        """The visit's next round with calls, or else the next visit."""
        while visit.rounds and not visit.unanswered:
            calls = visit.rounds.popleft()
            visit.unanswered = len(calls)
            self._queue.extend((call, visit) for call in calls)
        if not visit.unanswered:
            self._open_next()
