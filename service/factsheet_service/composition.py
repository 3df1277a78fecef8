"""The composition root: everything is built here by the settings, and passed down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from factsheet_schemas import ExtractOptions, Schema
from factsheet_schemas.errors import UnknownSchema
from factsheet_schemas.lexicon import load_lexicon

from .core.errors import UsageError
from .core.memo import Payer
from .core.questions import Engine
from .core.tenant_keys import TenantKeys, tenant_keys
from .documents import reading_key
from .engines.embedding import NO_ENDPOINT, Embedder
from .engines.lexical import LexicalEngine
from .engines.lexical.derived import derived_lexicon
from .engines.vllm import VllmEngine
from .jobs.beside import Beside
from .jobs.embedded import EmbeddedQueue
from .jobs.queue import Queue
from .pipeline.operations import Operations
from .settings import ENGINES, AppSettings
from .stores.database import Database
from .stores.facts import shared_secret
from .stores.jobs import JobStore
from .stores.memo import AnswerMemo
from .stores.old_layout import bring_up_to_date
from .stores.opening import open_files
from .stores.workspace import Workspace


def build_queue(settings: AppSettings, store: JobStore, beside: Beside | None = None) -> Queue:
    """What hands the jobs of ``store`` out, without a cluster to the worker beside, if any.

    Raises UsageError for a cluster without PostgreSQL.
    """
    if settings.queue == "embedded":
        return EmbeddedQueue(store, beside)
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
    """The engine over the memo, as the payer's tenant sees both."""
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
