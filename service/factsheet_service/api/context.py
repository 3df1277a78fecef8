"""What the routes work with, handed to them by FastAPI's dependencies."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from factsheet_schemas import Schema
from factsheet_schemas.api import COMPANY_PATTERN
from factsheet_schemas.errors import UnknownSchema
from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from factsheet_service.core.errors import Unauthorized
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.workspace import Workspace

from .metrics import Metrics
from .outside import Check, Render
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


def context_of(request: Request) -> Context:
    """The app's context."""
    context: Context = request.app.state.context
    return context


Parts = Annotated[Context, Depends(context_of)]
CompanyId = Annotated[
    str, Path(pattern=COMPANY_PATTERN, description="letters, digits, - and _; at most 64")
]

_bearer = HTTPBearer(auto_error=False, description="the server's API key, where one is set")


async def require_key(
    parts: Parts, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Let a request pass that carries the API key, or all where none is set.

    Raises:
        Unauthorized: the key is missing or wrong.
    """
    key = parts.settings.api_key
    if key is not None and not (given and is_key(given.credentials, key)):
        raise Unauthorized()


def is_key(given: str, key: SecretStr) -> bool:
    """Compare in a time that tells neither content nor length."""
    return secrets.compare_digest(_digest(given), _digest(key.get_secret_value()))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
