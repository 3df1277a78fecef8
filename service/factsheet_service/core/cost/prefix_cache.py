"""vLLM's automatic prefix caching: what is held of earlier prompts, and what is evicted.

Blocks in use are pinned; freed blocks stay until room is needed and go least recently freed first,
a prompt's tail before its head. https://docs.vllm.ai/en/latest/design/prefix_caching/
Counted in tokens rather than in blocks of 16.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from itertools import count

from .calls import Call, Prefix


class PrefixCache:
    """Room for so many tokens of keys and values, in use or left from before."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._pinned = 0
        self._users: Counter[str] = Counter()
        self._idle: OrderedDict[str, int] = OrderedDict()  # tokens left, least recently freed first
        self._num_idle = 0
        self._own = count()

    def admit(self, call: Call) -> int | None:
        """Pin a call's prompt and answer; tokens of the prompt found. None where it has no room.

        Room for the answer is taken at once, so that nothing is ever preempted.
        """
        fresh = [prefix for prefix in call.prefixes if not self._users[prefix.key]]
        needed = _own_tokens(call) + sum(prefix.tokens for prefix in fresh)
        if self._pinned + needed > self._capacity:
            return None
        found = self._found(call)
        for prefix in fresh:
            self._num_idle -= self._idle.pop(prefix.key, 0)
        self._pinned += needed
        self._users.update(prefix.key for prefix in call.prefixes)
        self._evict()
        return found

    def release(self, call: Call) -> None:
        """The call has ended: what nobody else uses may be evicted from now on."""
        own = _own_tokens(call)
        self._pinned -= own
        self._leave(f"own {next(self._own)}", own)
        for prefix in reversed(call.prefixes):
            self._users[prefix.key] -= 1
            if not self._users[prefix.key]:
                self._pinned -= prefix.tokens
                self._leave(prefix.key, prefix.tokens)

    def _found(self, call: Call) -> int:
        """How much of the prompt is held; a part is evicted before those that it follows."""
        return call.cached_tokens + sum(map(self._held, call.prefixes))

    def _held(self, prefix: Prefix) -> int:
        return prefix.tokens if self._users[prefix.key] else self._idle.get(prefix.key, 0)

    def _leave(self, key: str, tokens: int) -> None:
        self._idle[key] = tokens
        self._num_idle += tokens

    def _evict(self) -> None:
        excess = self._pinned + self._num_idle - self._capacity
        while excess > 0:
            key, tokens = self._idle.popitem(last=False)
            evicted = min(tokens, excess)
            excess -= evicted
            self._num_idle -= evicted
            if tokens > evicted:  # the head outlives the tail
                self._idle[key] = tokens - evicted
                self._idle.move_to_end(key, last=False)


def _own_tokens(call: Call) -> int:
    return call.suffix_tokens + call.output_tokens
