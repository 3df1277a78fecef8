"""How hard an engine may be pressed: decided from what it says of itself, changed by observation.

The limit of calls in flight falls by a quarter when the engine shows strain and rises by one when
it shows none (additive increase, multiplicative decrease: Chiu and Jain, 1989), never above where
it started: more in flight than that only lengthens the queue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LEAST_IN_FLIGHT = 2
DECREASE = 0.75
WAITING_SHARE = 0.5  # of the limit: as many waiting in the server's queue are too many
WARM_CALLS = 24  # after so many the cached share is judged
LEAST_CACHED_SHARE = 0.6  # of prompts whose window was asked before: below, windows are evicted


@dataclass(frozen=True, slots=True)
class Load:
    """What an engine has noticed; counts are since the last look, ``num_waiting`` is now.

    Warm calls are those whose window an earlier call was about, so that it should be cached.
    """

    num_waiting: int = 0  # requests in the server's queue
    num_preemptions: int = 0
    num_refusals: int = 0  # 429 and 503
    warm_calls: int = 0
    warm_prompt_tokens: int = 0
    warm_cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Pressure:
    """How many calls, and how many windows, may be with the engine at a time."""

    max_in_flight: int
    max_windows: int
    in_flight: int
    windows: int
    warm: Load = Load()  # warm calls not judged yet

    @classmethod
    def full(cls, max_in_flight: int, max_windows: int) -> Pressure:
        """Where every run starts."""
        return cls(max_in_flight, max_windows, max_in_flight, max_windows)

    def after(self, load: Load) -> Pressure:
        """The pressure to go on with, after a look at the engine."""
        judged = self._gathered(load)
        share = judged.cached_share
        if share is not None:
            judged = replace(judged, warm=Load())
        if share is not None and share < LEAST_CACHED_SHARE:
            return judged._lower(windows=max(1, self.windows - 1))
        if self._is_strained(load):
            return judged._lower(windows=self.windows)
        return judged._higher(is_cached=share is not None)

    @property
    def cached_share(self) -> float | None:
        """Cached tokens of warm calls' prompts, once there were enough of them."""
        if self.warm.warm_calls < WARM_CALLS or not self.warm.warm_prompt_tokens:
            return None
        return self.warm.warm_cached_tokens / self.warm.warm_prompt_tokens

    def _gathered(self, load: Load) -> Pressure:
        warm = Load(
            warm_calls=self.warm.warm_calls + load.warm_calls,
            warm_prompt_tokens=self.warm.warm_prompt_tokens + load.warm_prompt_tokens,
            warm_cached_tokens=self.warm.warm_cached_tokens + load.warm_cached_tokens,
        )
        return replace(self, warm=warm)

    def _is_strained(self, load: Load) -> bool:
        queue = load.num_waiting > WAITING_SHARE * self.in_flight
        return bool(load.num_refusals or load.num_preemptions or queue)

    def _lower(self, windows: int) -> Pressure:
        fewer = max(LEAST_IN_FLIGHT, int(self.in_flight * DECREASE))
        return replace(self, in_flight=min(fewer, self.max_in_flight), windows=windows)

    def _higher(self, *, is_cached: bool) -> Pressure:
        windows = min(self.max_windows, self.windows + is_cached)
        return replace(self, in_flight=min(self.max_in_flight, self.in_flight + 1), windows=windows)
