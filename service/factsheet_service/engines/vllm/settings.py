"""How a chat server is reached and how hard it is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

DEFAULT_URL = "http://127.0.0.1:8000/v1"


@dataclass(frozen=True)
class VllmSettings:
    """One OpenAI-compatible server. Times are seconds.

    ``model`` None takes the first model that the server names; ``has_grammar`` None lets the probe
    find out; ``window_tokens`` None takes the best size that the server's context allows.
    ``cache_salt`` keeps a tenant's cached prefixes apart from others': one constant per tenant.
    ``revision`` names the model's weights where its name does not; others' replies are not used.
    """

    base_url: str = DEFAULT_URL  # with the /v1
    model: str | None = None
    revision: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = 300.0  # one HTTP request, its wait in the server's queue included
    deadline_s: float = 900.0  # one call with all its retries, a restart of the server included
    connect_timeout_s: float = 5.0
    max_attempts: int = 8  # that fail; those that find the server busy or away do not count
    probe_attempts: int = 3  # whether the server is there at all is told sooner
    backoff_s: float = 0.5  # upper end of the first wait; doubles each time
    backoff_max_s: float = 30.0
    max_in_flight: int = 16  # the knee is flat: 12 in flight are nearly as fast as 64
    windows_in_flight: int = 4  # at most: fewer where the server's cache holds fewer
    window_tokens: int | None = None
    has_grammar: bool | None = None
    asks_logprobs: bool = False  # a token's probability counts in confidence: about 90 bytes each
    seed: int = 0
    cache_salt: str | None = None
