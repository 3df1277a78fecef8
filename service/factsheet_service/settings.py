"""The settings, read from the environment once; the composition root builds by them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from .api.settings import ApiSettings, api_limits_from
from .core.errors import UsageError
from .documents import ReadLimits
from .documents.limits import read_limits_from
from .engines.vllm import VllmSettings
from .secret_files import with_files
from .stores.database import sqlite_url
from .stores.jobs import LEASE_S
from .stores.ledger import Limits
from .stores.originals import CompanyLimits

ENGINES = ("lexical", "vllm")
QUEUES = ("embedded", "cluster")
LEAST_LEASE_S = 10  # a shorter pause of a busy machine must not cost a worker its jobs
START_WAIT_S = 120.0
DEFAULT_WORK = Path("work")
MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Everything that the environment says. Names: ``FACTSHEET_`` and the field in capitals."""

    work: Path = DEFAULT_WORK
    engine: str = "lexical"
    api_key: SecretStr | None = None
    database: SecretStr | None = None  # None: a file of SQLite in ``work``
    queue: str = QUEUES[0]
    lease_s: float = LEASE_S  # how long a job is a worker's that is not heard of
    wait_s: float = START_WAIT_S  # at start, for a database that is not there yet
    secret: SecretStr | None = None  # tenants' keys are made of it; None: the database's own
    memo: Limits = field(default_factory=Limits)
    files_url: str | None = None  # where documents and records are kept; None: in ``work``
    company: CompanyLimits = field(default_factory=CompanyLimits)
    api: ApiSettings = field(default_factory=ApiSettings)
    vllm: VllmSettings = field(default_factory=VllmSettings)
    embedding: VllmSettings | None = None  # where vectors come from; None: from nowhere
    limits: ReadLimits = field(default_factory=ReadLimits)

    @property
    def database_url(self) -> str:
        """Where the stores keep what they keep."""
        return self.database.get_secret_value() if self.database else sqlite_url(self.work)


def settings_from(environment: Mapping[str, str] = os.environ) -> AppSettings:
    """Read the settings once, at start.

    Raises:
        UsageError: one of them is none of those that there are, or out of range.
    """
    environment = with_files(environment)
    engine = environment.get("FACTSHEET_ENGINE", "lexical")
    if engine not in ENGINES:
        raise UsageError(f"FACTSHEET_ENGINE={engine!r}: engines are {', '.join(ENGINES)}")
    queue = environment.get("FACTSHEET_QUEUE", QUEUES[0])
    if queue not in QUEUES:
        raise UsageError(f"FACTSHEET_QUEUE={queue!r}: queues are {', '.join(QUEUES)}")
    return AppSettings(
        work=Path(environment.get("FACTSHEET_WORK", DEFAULT_WORK)),
        engine=engine,
        api_key=_secret(environment, "FACTSHEET_API_KEY"),
        database=_secret(environment, "FACTSHEET_DATABASE_URL"),
        queue=queue,
        lease_s=_seconds(environment, "FACTSHEET_LEASE_S", LEASE_S, LEAST_LEASE_S),
        wait_s=_seconds(environment, "FACTSHEET_START_WAIT_S", START_WAIT_S),
        secret=_secret(environment, "FACTSHEET_SECRET"),
        memo=_memo_limits(environment),
        files_url=environment.get("FACTSHEET_FILES_URL") or None,
        company=_company_limits(environment),
        api=api_limits_from(environment),
        vllm=VllmSettings(
            base_url=environment.get("FACTSHEET_VLLM_URL", VllmSettings.base_url),
            model=environment.get("FACTSHEET_VLLM_MODEL"),
            revision=environment.get("FACTSHEET_VLLM_REVISION"),
            api_key=_secret(environment, "FACTSHEET_VLLM_API_KEY"),
            asks_logprobs=environment.get("FACTSHEET_VLLM_LOGPROBS", "") in ("1", "true", "yes"),
        ),
        embedding=_embedding(environment),
        limits=_limits(environment),
    )


def _limits(environment: Mapping[str, str]) -> ReadLimits:
    try:
        return read_limits_from(environment)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _embedding(environment: Mapping[str, str]) -> VllmSettings | None:
    url = environment.get("FACTSHEET_EMBEDDING_URL")
    if not url:
        return None
    return VllmSettings(
        base_url=url,
        model=environment.get("FACTSHEET_EMBEDDING_MODEL") or None,
        api_key=_secret(environment, "FACTSHEET_EMBEDDING_API_KEY"),
    )


def _seconds(environment: Mapping[str, str], name: str, default: float, least: int = 0) -> float:
    if not (given := environment.get(name, "")):
        return default
    if not given.isdecimal() or int(given) < least:
        raise UsageError(f"{name}={given!r}: give whole seconds, {least} or more")
    return float(given)


def _memo_limits(environment: Mapping[str, str]) -> Limits:
    days = _positive(environment, "FACTSHEET_MEMO_MAX_AGE_DAYS")
    megabytes = _positive(environment, "FACTSHEET_MEMO_MAX_MB")
    return Limits(days, None if megabytes is None else int(megabytes * MEGABYTE))


def _company_limits(environment: Mapping[str, str]) -> CompanyLimits:
    files = _positive(environment, "FACTSHEET_MAX_COMPANY_FILES")
    megabytes = _positive(environment, "FACTSHEET_MAX_COMPANY_MB")
    return CompanyLimits(
        None if files is None else math.floor(files),
        None if megabytes is None else int(megabytes * MEGABYTE),
    )


def _positive(environment: Mapping[str, str], name: str) -> float | None:
    """A number above 0; None where it is not set. Raises UsageError."""
    if not (written := environment.get(name)):
        return None
    try:
        number = float(written)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise UsageError(f"{name}={written!r}: must be a number above 0")
    return number


def _secret(environment: Mapping[str, str], name: str) -> SecretStr | None:
    value = environment.get(name)
    return SecretStr(value) if value else None
