"""The settings of the API; built once at the composition root."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr
from pydantic.dataclasses import dataclass as validated

from factsheet_service.stores.ledger import Limits

Positive = Annotated[int, Field(ge=1)]


@validated(frozen=True, config=ConfigDict(extra="forbid"))
class ApiSettings:
    """Limits, and the optional key. Raises ValidationError for values out of range."""

    api_key: SecretStr | None = None
    engines: tuple[str, ...] = ("lexical", "vllm")
    default_engine: str = "lexical"  # of requests that name none
    max_upload_bytes: Positive = 256 * 1024**2
    max_upload_files: Positive = 64
    max_body_bytes: Positive = 1024**2
    max_jobs_running: Annotated[int, Field(ge=0)] = 2  # here; 0: workers carry them out
    max_jobs_queued: Positive = 200
    rate_per_key: str | None = None  # such as 50/second; None: any number
    max_wait_s: Annotated[float, Field(gt=0)] = 60
    retry_after_s: Positive = 2
    memo: Limits = Field(default_factory=Limits)  # of what is kept of paid answers
    engine_check_timeout_s: Annotated[float, Field(gt=0)] = 2
