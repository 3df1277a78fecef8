"""The composition root: settings from the environment, built once and passed down."""

from __future__ import annotations

import math
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from factsheet_schemas import ExtractOptions, Schema
from factsheet_schemas.errors import UnknownSchema
from factsheet_schemas.lexicon import load_lexicon
from pydantic import SecretStr

from .api.settings import ApiSettings, api_limits_from
from .core.errors import UsageError
from .core.memo import Payer
from .core.questions import Engine
from .core.tenant_keys import TenantKeys, tenant_keys
from .documents import ReadLimits, reading_key
from .documents.limits import read_limits_from
from .engines.embedding import NO_ENDPOINT, Embedder
from .engines.lexical import LexicalEngine
from .engines.lexical.derived import derived_lexicon
from .engines.vllm import VllmEngine, VllmSettings
from .jobs.embedded import EmbeddedQueue
from .jobs.queue import Queue
from .pipeline.operations import Operations
from .secret_files import with_files
from .stores.database import Database, sqlite_url
from .stores.facts import shared_secret
from .stores.jobs import LEASE_S, JobStore
from .stores.ledger import Limits, shrink
from .stores.memo import AnswerMemo
from .stores.old_layout import bring_up_to_date
from .stores.opening import open_files
from .stores.originals import CompanyLimits
from .stores.workspace import Workspace

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


def build_queue(settings: AppSettings, store: JobStore) -> Queue:
    """What hands the jobs of ``store`` out. Raises UsageError for a cluster without PostgreSQL."""
    if settings.queue == "embedded":
        return EmbeddedQueue(store)
    if store.database.is_sqlite:
        raise UsageError(
            "FACTSHEET_QUEUE=cluster needs a PostgreSQL: set FACTSHEET_DATABASE_URL to "
            "postgresql://user@host/name, or leave FACTSHEET_QUEUE out"
        )
    # here, since it takes a fifth of a second that others need not wait
    from .jobs.cluster import ClusterQueue  # noqa: PLC0415

    return ClusterQueue(store)


def build_operations(settings: AppSettings) -> Operations:
    """The operations over the settings' working folder and engines."""

    def engine(
        options: ExtractOptions, schema: Schema, payer: Payer
    ) -> AbstractAsyncContextManager[Engine]:
        return open_engine(options, schema, payer, settings)

    def embedder() -> Embedder:
        return build_embedder(settings)

    return Operations(
        build_workspace(settings),
        engine,
        settings.limits,
        second_opinion,
        embedder,
        settings.api.max_budget,
    )


def build_workspace(settings: AppSettings) -> Workspace:
    """Where companies are kept; a folder that an earlier version kept is brought up to date.

    Raises:
        UsageError: FACTSHEET_FILES_URL is no address of a store.
        StoreUnavailable: the folder cannot be brought up to date.
    """
    files = open_files(settings.files_url) if settings.files_url else None
    if files is None:
        bring_up_to_date(settings.work, partial(reading_key, settings.limits))
    return Workspace(settings.work, files, settings.company)


def second_opinion(options: ExtractOptions, schema: Schema) -> Engine | None:
    """The lexical engine beside one with a model, where it knows the schema's words."""
    if options.engine == "lexical" or not options.effective().second_opinion:
        return None
    try:
        lexicon = load_lexicon(options.schema_name, schema)
    except UnknownSchema:  # a registered JSON Schema: its fields' names alone are no opinion
        return None
    return LexicalEngine(schema, lexicon) if lexicon.fields else None


def lexical_engine(name_or_path: str, schema: Schema) -> LexicalEngine:
    """The engine with the lexicon beside a schema; a JSON Schema has no folder, so its own words.

    Raises:
        SchemaError: the lexicon is wrong.
    """
    try:
        return LexicalEngine(schema, load_lexicon(name_or_path, schema))
    except UnknownSchema:
        return LexicalEngine(schema, derived_lexicon(schema), is_derived=True)


@asynccontextmanager
async def open_engine(
    options: ExtractOptions, schema: Schema, payer: Payer, settings: AppSettings
) -> AsyncIterator[Engine]:
    """The engine that the options name, closed when the block ends.

    Raises:
        UsageError: there is none of that name.
        StoreUnavailable: its memo cannot be opened.
    """
    async with AsyncExitStack() as stack:
        engine = await _opened(options, schema, payer, settings, stack)
        stack.push_async_callback(engine.aclose)
        yield engine


async def _opened(
    options: ExtractOptions,
    schema: Schema,
    payer: Payer,
    settings: AppSettings,
    stack: AsyncExitStack,
) -> Engine:
    match options.engine:
        case "lexical":
            return lexical_engine(options.schema_name, schema)
        case "vllm":
            database = await stack.enter_async_context(Database(settings.database_url))
            return await _vllm_engine(options, schema, payer, settings, database, stack)
        case name:
            raise UsageError(f"no engine {name!r}: engines are {', '.join(ENGINES)}")


async def _vllm_engine(
    options: ExtractOptions,
    schema: Schema,
    payer: Payer,
    settings: AppSettings,
    database: Database,
    stack: AsyncExitStack,
) -> Engine:
    """The engine over the memo, as the payer's tenant sees both; the memo within its limits."""
    if settings.memo != Limits():
        await shrink(database, settings.memo, time.time())
    keys = await keys_of(payer.tenant, settings, database)
    answers = AnswerMemo(database)
    stack.push_async_callback(answers.aclose)
    memo = answers.of(payer, keys.memo_salt(payer.job if options.fresh else None))
    salt = keys.cache_salt or settings.vllm.cache_salt
    vllm = replace(settings.vllm, cache_salt=salt)
    return VllmEngine(vllm, schema, memo=memo, key=keys.documents)


async def keys_of(tenant: str, settings: AppSettings, database: Database) -> TenantKeys:
    """A tenant's keys, of the settings' secret or the one that the database keeps.

    Raises StoreUnavailable.
    """
    if settings.secret is not None:
        return tenant_keys(settings.secret.get_secret_value().encode(), tenant)
    return tenant_keys(await shared_secret(database), tenant)


def build_embedder(settings: AppSettings) -> Embedder:
    """What turns texts into vectors. Raises UsageError where no endpoint is configured."""
    if settings.embedding is None:
        raise UsageError(NO_ENDPOINT)
    return Embedder(settings.embedding)
