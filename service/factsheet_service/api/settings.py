"""The settings of the API; built once at the composition root, from the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from factsheet_schemas import Budget
from pydantic import AfterValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.dataclasses import dataclass as validated

from factsheet_service.core.errors import UsageError
from factsheet_service.core.webhooks import Webhooks
from factsheet_service.stores.ledger import Limits


def _rate(written: str | None) -> str | None:
    """A rate such as 50/second. Raises ValueError."""
    if written is not None:
        from limits import parse  # noqa: PLC0415  # takes 0.1 s that most commands need not wait

        parse(written)
    return written


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
    max_queued_per_tenant: Positive = 100  # those that run count too
    rate_per_key: Annotated[str | None, AfterValidator(_rate)] = None  # None: any number
    max_budget: Budget = Field(default_factory=Budget)  # of one job
    max_job_minutes: Annotated[float, Field(gt=0)] | None = None  # of every job's deadline
    max_wait_s: Annotated[float, Field(gt=0)] = 60
    retry_after_s: Positive = 2
    erase_wait_s: Annotated[float, Field(gt=0)] = 10  # for jobs that are being stopped
    has_open_metrics: bool = True
    memo: Limits = Field(default_factory=Limits)  # of what is kept of paid answers
    webhooks: Webhooks = Webhooks.OFF
    engine_check_timeout_s: Annotated[float, Field(gt=0)] = 2


MEGABYTE = 1024**2


def _bytes(megabytes: str) -> int:
    return int(float(megabytes) * MEGABYTE)


def _is_open(word: str) -> bool:
    if word not in ("open", "key"):
        raise ValueError("write open or key")
    return word == "open"


def _webhooks(word: str) -> Webhooks:
    if word not in tuple(Webhooks):
        raise ValueError(f"write {', '.join(Webhooks)}")
    return Webhooks(word)


_NAMES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "FACTSHEET_MAX_UPLOAD_MB": ("max_upload_bytes", _bytes),
    "FACTSHEET_MAX_UPLOAD_FILES": ("max_upload_files", int),
    "FACTSHEET_MAX_RUNNING": ("max_jobs_running", int),
    "FACTSHEET_MAX_QUEUED": ("max_jobs_queued", int),
    "FACTSHEET_MAX_QUEUED_PER_TENANT": ("max_queued_per_tenant", int),
    "FACTSHEET_MAX_JOB_MINUTES": ("max_job_minutes", float),
    "FACTSHEET_RATE_PER_KEY": ("rate_per_key", str),
    "FACTSHEET_METRICS": ("has_open_metrics", _is_open),
    "FACTSHEET_WEBHOOKS": ("webhooks", _webhooks),
}
_CEILINGS = {
    "FACTSHEET_MAX_CALLS": ("calls", int),
    "FACTSHEET_MAX_TOKENS": ("tokens", int),
    "FACTSHEET_MAX_MINUTES": ("minutes", float),
}


def api_limits_from(environment: Mapping[str, str]) -> ApiSettings:
    """The limits that the environment sets; the others keep their defaults.

    Raises:
        UsageError: one cannot be what it is set to; the message names it.
    """
    ceilings = dict(_read(environment, _CEILINGS))
    given = dict(_read(environment, _NAMES))
    try:
        return ApiSettings(**given, max_budget=Budget(**ceilings))
    except ValidationError as error:
        known = {field: name for name, (field, _) in (_NAMES | _CEILINGS).items()}
        first = error.errors()[0]
        raise UsageError(f"{known[str(first['loc'][0])]}: {first['msg']}") from error


def _read(
    environment: Mapping[str, str], names: Mapping[str, tuple[str, Callable[[str], Any]]]
) -> Iterator[tuple[str, Any]]:
    for name, (field, read) in names.items():
        if written := environment.get(name):
            try:
                yield field, read(written)
            except ValueError as error:
                raise UsageError(f"{name}={written!r}: {error}") from error
