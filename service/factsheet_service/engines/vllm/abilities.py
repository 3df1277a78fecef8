"""What a chat server can do, and what follows for the windows that are put to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factsheet_service.core.questions import EngineInfo

from .metrics import Cache
from .settings import VllmSettings

BEST_WINDOW_TOKENS = 6500  # plain-attention models on a 20 GB slice; flat from 6,500 to 8,000
BEST_HYBRID_TOKENS = 14_000  # recurrent layers: reading on costs little, a cached state is coarse
WINDOWS_UNTOLD = 2  # at a time, where the server does not tell how much its cache holds
CACHE_SHARE = 0.9  # of the cache: counts are estimates, and blocks are cached whole
OWN_TOKENS = 300  # of a call in flight, behind its window: question and answer
BY_PRIORITY = "priority"  # the scheduling policy that heeds priorities

_UNTOLD = (
    "sent, and not known to be heeded: vLLM takes priorities without a word whatever its order is. "
    "It heeds them with --scheduling-policy priority"
)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server can do, and how large a window it takes."""

    model: str
    root: str | None = None  # what the model was loaded from, where the server tells
    has_grammar: bool = True
    has_priority: bool = False
    has_logprobs: bool = False  # asked for, and told
    scheduling_policy: str | None = None  # where the server tells
    max_model_len: int | None = None
    version: str | None = None
    system_tokens: int = 0  # counted by the server
    prompt: str = ""  # digest of what every prompt begins with, form and rules included
    window_tokens: int = BEST_WINDOW_TOKENS
    cache: Cache | None = None  # None: the server has no metrics
    warnings: tuple[str, ...] = ()

    def lacking(self, *warnings: str) -> Abilities:
        """The same with more warnings."""
        return replace(self, warnings=(*self.warnings, *warnings))

    def info(self, settings: VllmSettings) -> EngineInfo:
        """As the pipeline sees it."""
        return EngineInfo(
            name="vllm",
            model=self.model,
            window_tokens=self.window_tokens,
            max_in_flight=settings.max_in_flight,
            windows_in_flight=self._windows_in_flight(settings),
            cache_tokens=self.room(settings),
            must_warm=self.is_hybrid,
            reports_load=True,
            details={
                "base_url": settings.base_url,
                "version": self.version,
                "max_model_len": self.max_model_len,
                "system_tokens": self.system_tokens,
                "has_grammar": self.has_grammar,
                "has_priority": self.has_priority,
                "has_logprobs": self.has_logprobs,
                "cache_tokens": self.cache.num_tokens if self.cache else None,
                "is_hybrid": self.is_hybrid,
                "priorities": self._priorities(),
                "prompt": self.prompt,
                "seed": settings.seed,
            },
            warnings=self.warnings,
        )

    @property
    def is_hybrid(self) -> bool:
        """Whether a window must be read once before its questions can share it."""
        return self.cache is not None and self.cache.is_hybrid

    def room(self, settings: VllmSettings) -> int | None:
        """Tokens of windows that the cache holds beside the system prompt and the calls' own."""
        if self.cache is None or self.cache.num_tokens is None:
            return None
        own = self.system_tokens + OWN_TOKENS * settings.max_in_flight
        return max(0, int(CACHE_SHARE * self.cache.num_tokens) - own)

    def _windows_in_flight(self, settings: VllmSettings) -> int:
        if self.room(settings) is None:
            return min(WINDOWS_UNTOLD, settings.windows_in_flight)
        return settings.windows_in_flight

    def _priorities(self) -> str:
        if not self.has_priority:
            return "not sent"
        return "heeded" if self.scheduling_policy == BY_PRIORITY else _UNTOLD
