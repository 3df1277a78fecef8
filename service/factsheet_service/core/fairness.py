"""Whose turn it is: deficit round robin over tenants, and over each tenant's companies.

Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin", SIGCOMM 1995: every lane
gets the same quantum a round and saves up what its next item costs more, so that lanes share by
cost and not by number of items, and none waits for ever.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a piece of work is done for."""

    tenant: str
    company: str

    @property
    def path(self) -> tuple[str, str]:
        """The lanes that its work queues in, the outer first."""
        return (self.tenant, self.company)


class _Queue(Protocol[T]):
    def put(self, path: Sequence[str], cost: int, item: T) -> None: ...

    def next_cost(self) -> int: ...

    def pop(self) -> T: ...

    def __len__(self) -> int: ...


class _Fifo(Generic[T]):
    """The innermost lane."""

    def __init__(self) -> None:
        self._items: deque[tuple[int, T]] = deque()

    def put(self, _path: Sequence[str], cost: int, item: T) -> None:
        self._items.append((cost, item))

    def next_cost(self) -> int:
        return self._items[0][0]

    def pop(self) -> T:
        return self._items.popleft()[1]

    def __len__(self) -> int:
        return len(self._items)


@dataclass(slots=True)
class _Lane(Generic[T]):
    queue: _Queue[T]
    deficit: int = 0  # cost that it may still spend in this round


class DeficitRoundRobin(Generic[T]):
    """A queue of items with a path of lanes and a cost; ``quantum`` is a lane's share a round."""

    def __init__(self, quantum: int) -> None:
        self._quantum = quantum
        self._lanes: OrderedDict[str, _Lane[T]] = OrderedDict()
        self._size = 0

    def put(self, path: Sequence[str], cost: int, item: T) -> None:
        """Queue an item behind those of the same path."""
        first, *rest = path
        if first not in self._lanes:
            self._lanes[first] = _Lane(DeficitRoundRobin(self._quantum) if rest else _Fifo())
        self._lanes[first].queue.put(rest, cost, item)
        self._size += 1

    def next_cost(self) -> int:
        """The cost of the item that ``pop`` gives; the queue must not be empty."""
        return self._front().queue.next_cost()

    def pop(self) -> T:
        """The item whose turn it is; the queue must not be empty."""
        lane = self._front()
        lane.deficit -= lane.queue.next_cost()
        item = lane.queue.pop()
        self._size -= 1
        if not lane.queue:  # who has nothing to do saves nothing up
            self._lanes.popitem(last=False)
        return item

    def _front(self) -> _Lane[T]:
        """The lane whose turn it is, moved to the front."""
        while True:
            name, lane = next(iter(self._lanes.items()))
            if lane.deficit >= lane.queue.next_cost():
                return lane
            self._lanes.move_to_end(name)
            next(iter(self._lanes.values())).deficit += self._quantum

    def __len__(self) -> int:
        return self._size
