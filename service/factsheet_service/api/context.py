"""What the routes work with, handed to them by FastAPI's dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from factsheet_schemas import Schema
from factsheet_schemas.api import COMPANY_PATTERN
from factsheet_schemas.errors import UnknownSchema
from fastapi import Depends, Path, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from factsheet_service.core.access import Caller, scope_for
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.workspace import Workspace

from .callers import Callers
from .metrics import Metrics
from .outside import Check, Render
from .rates import Rates
from .running import Runner
from .settings import ApiSettings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts behind the routes; one per app."""

    operations: Operations
    jobs: JobStore
    runner: Runner
    settings: ApiSettings
    metrics: Metrics
    schemas: Mapping[str, Schema]
    render: Render
    check_engine: Check
    callers: Callers
    rates: Rates
    tenant: str = ""

    def of(self, tenant: str) -> Context:
        """The same for the requests of a tenant. Raises UsageError for an impossible name."""
        return replace(self, operations=self.operations.of(tenant), tenant=tenant)

    @property
    def workspace(self) -> Workspace:
        """Where the companies are kept."""
        return self.operations.workspace

    def schema(self, name: str) -> Schema:
        """A schema that the server offers, by name or ``name@version``. Raises UnknownSchema.

        Never a path: that would let a request read the server's files.
        """
        if name in self.schemas:
            return self.schemas[name]
        own = self.operations.schemas.own(name)
        if own is None:
            known = ", ".join(sorted({*self.schemas, *self.operations.schemas.registered()}))
            raise UnknownSchema(f"no schema {name!r}; known are {known}")
        return own.schema


async def context_of(request: Request) -> Context:
    """The app's context, of no tenant; awaited, since FastAPI gives others a thread each."""
    context: Context = request.app.state.context
    return context


_bearer = HTTPBearer(auto_error=False, description="a key that `factsheet keys add` made")


async def caller_of(
    request: Request,
    response: Response,
    app: Annotated[Context, Depends(context_of)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who sends the request, once it is known to be allowed to.

    Raises:
        Unauthorized: the key is missing or not good.
        Forbidden: it lacks the scope that the route needs.
        RateExceeded: it was used too often.
    """
    caller = await app.callers.caller(given.credentials if given else None)
    response.headers.update(await app.rates.count(caller.id))
    caller.needs(scope_for(request.method, request.scope["route"].path))
    return caller


Sender = Annotated[Caller, Depends(caller_of)]


async def parts_of(request: Request, caller: Sender) -> Context:
    """The context of the caller's tenant."""
    context: Context = request.app.state.context_of(caller.tenant)
    return context


Parts = Annotated[Context, Depends(parts_of)]
CompanyId = Annotated[
    str,
    Path(
        pattern=COMPANY_PATTERN,
        description="letters, digits, - and _; at most 64",
        examples=["acme"],
    ),
]
