"""A server's scheduler, step by step: what a run's calls cost on a profile.

After vLLM's v1 scheduler, https://github.com/vllm-project/vllm/blob/main/vllm/v1/core/sched/
scheduler.py: running sequences come first and decode one token a step; what is left of the step's
token budget computes chunks of prompts; waiting calls are admitted in the order of their
priority, which is that of dispatch, while sequences and cache allow. Steps between which nothing
changes are taken together. Simplified: room for an answer is kept from the start, so that nothing
is preempted, and the client takes no time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from factsheet_service.core.errors import UsageError

from .calls import Call, Visit
from .client import IN_FLIGHT, WINDOWS_IN_FLIGHT, Client, Open
from .hardware import GpuProfile
from .prefix_cache import PrefixCache
from .roofline import Chunk, roofline

MAX_NUM_BATCHED_TOKENS = 4096  # as deploy/a100-20gb starts vLLM
MAX_NUM_SEQS = 32


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a run is predicted to take."""

    seconds: float
    calls: int
    prompt_tokens: int
    uncached_tokens: int  # of the prompts: prefilled
    output_tokens: int


@dataclass(slots=True)
class _Running:
    """A sequence on the server."""

    call: Call
    visit: Open
    computed: int  # tokens of the prompt and the answer that are held
    unprefilled: int
    undecoded: int


class _Server:
    def __init__(self, profile: GpuProfile, client: Client) -> None:
        self._roofline = roofline(profile)
        self._cache = PrefixCache(profile.kv_tokens)
        self._client = client
        self._waiting: deque[tuple[Call, Open]] = deque()
        self._running: list[_Running] = []
        self.seconds = 0.0
        self.uncached_tokens = 0

    def run(self) -> None:
        """Until nothing is left."""
        self._waiting.extend(self._client.take())
        while self._waiting or self._running:
            self._step()
            self._finish()
            self._waiting.extend(self._client.take())

    def _step(self) -> None:
        decoding = [one for one in self._running if not one.unprefilled]
        contexts = [one.computed for one in decoding]
        prefilled = self._prefill(MAX_NUM_BATCHED_TOKENS - len(decoding))
        if prefilled:
            self.seconds += self._roofline.prefill_s(prefilled, contexts)
            steps = 1
        else:
            steps = min(one.undecoded for one in decoding)
            self.seconds += self._roofline.decode_s(contexts, steps)
        for one in decoding:
            one.computed += steps
            one.undecoded -= steps

    def _prefill(self, budget: int) -> list[Chunk]:
        """Chunks of prompts under way, then of prompts that are admitted, within the budget."""
        chunks = []
        for one in self._running:
            if one.unprefilled and budget:
                chunks.append(_advanced(one, budget))
                budget -= chunks[-1].tokens
        while budget and (admitted := self._admitted()):
            chunks.append(_advanced(admitted, budget))
            budget -= chunks[-1].tokens
        return chunks

    def _admitted(self) -> _Running | None:
        """The next waiting call, if it can be taken in."""
        if not self._waiting or len(self._running) == MAX_NUM_SEQS:
            return None
        call, visit = self._waiting[0]
        found = self._cache.admit(call)
        if found is None:
            if not self._running:
                raise UsageError(f"a call of {call.prompt_tokens} tokens exceeds the GPU's cache")
            return None
        self._waiting.popleft()
        found = min(found, call.prompt_tokens - 1)  # the last token is always computed
        uncached = call.prompt_tokens - found
        self.uncached_tokens += uncached
        self._running.append(_Running(call, visit, found, uncached, max(1, call.output_tokens)))
        return self._running[-1]

    def _finish(self) -> None:
        for one in [one for one in self._running if not one.undecoded]:
            self._running.remove(one)
            self._cache.release(one.call)
            self._client.answered(one.visit)


def _advanced(one: _Running, budget: int) -> Chunk:
    """One more chunk of a prompt; with its last token the first one of the answer is there."""
    chunk = Chunk(one.computed, min(budget, one.unprefilled))
    one.computed += chunk.tokens
    one.unprefilled -= chunk.tokens
    one.undecoded -= not one.unprefilled
    return chunk


def predict(
    profile: GpuProfile,
    visits: Sequence[Visit],
    in_flight: int = IN_FLIGHT,
    windows_in_flight: int = WINDOWS_IN_FLIGHT,
) -> Prediction:
    """What the calls of the visits take, opened in order, ``windows_in_flight`` at a time.

    Raises:
        UsageError: a prompt with its answer does not fit the GPU's cache.
    """
    server = _Server(profile, Client(visits, in_flight, windows_in_flight))
    server.run()
    calls = [call for visit in visits for call in visit.calls()]
    return Prediction(
        seconds=server.seconds,
        calls=len(calls),
        prompt_tokens=sum(call.prompt_tokens for call in calls),
        uncached_tokens=server.uncached_tokens,
        output_tokens=sum(call.output_tokens for call in calls),
    )
