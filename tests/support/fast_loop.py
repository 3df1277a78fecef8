"""An event loop whose clock jumps to the next timer when nothing else is to be done."""

import asyncio
import selectors

_IDLE_S = 0.005  # of real time without an event: threads may still be at work


class _Selector(selectors.DefaultSelector):
    def __init__(self):
        super().__init__()
        self.skipped_s = 0.0

    def select(self, timeout=None):
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        events = super().select(min(timeout, _IDLE_S))
        if not events:
            self.skipped_s += timeout
        return events


class FastLoop(asyncio.SelectorEventLoop):
    """Minutes of waiting take milliseconds; for tests that speak to nobody outside the process."""

    def __init__(self):
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self):
        return super().time() + self._clock.skipped_s


def run_fast(coroutine):
    """What a coroutine returns, on a loop of its own."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(coroutine)
