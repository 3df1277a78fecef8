"""Routes of tenants."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from factsheet_service.core.errors import UnknownTenant

from .context import Context, Sender
from .erasing import erase_tenant

router = APIRouter(tags=["tenants"])

TenantId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["acme"])]


@router.delete("/tenants/{tenant}", status_code=204)
async def delete_tenant(tenant: TenantId, caller: Sender, request: Request) -> Response:
    """Erase all that is a tenant's: companies, schemas, jobs, answers; its keys are revoked.

    A tenant's own key with the scope admin may do so, and one of who runs the service.
    """
    if caller.tenant not in ("", tenant):
        raise UnknownTenant(f"no tenant {tenant!r}")
    parts: Context = request.app.state.context_of(tenant)
    await erase_tenant(parts)
    return Response(status_code=204)
