"""Routes of companies."""

from __future__ import annotations

import asyncio
import re

from factsheet_schemas.api import COMPANY_PATTERN, Company, CompanyList
from fastapi import APIRouter, Request, Response

from factsheet_service.stores.company import CompanyFolder

from .context import CompanyId, Parts
from .erasing import erase_company
from .paging import MAX_LIMIT, Cursor, Limit, link_next, page_of

router = APIRouter(tags=["companies"])


@router.get("/companies")
async def list_companies(
    parts: Parts,
    request: Request,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = MAX_LIMIT,
) -> CompanyList:
    """The ids of companies, sorted; ``Link`` names the next page."""
    names = await asyncio.to_thread(parts.workspace.companies)
    known = tuple(filter(is_reachable, names))
    page, following = page_of(known, "companies", cursor, limit, str)
    link_next(request, response, following)
    return CompanyList(companies=page, next=following)


@router.put("/companies/{company}")
async def create_company(company: CompanyId, parts: Parts) -> Company:
    """Create a company; uploading to it does so too. Nothing happens if it exists."""
    return await asyncio.to_thread(lambda: company_of(parts.workspace.create(company)))


@router.get("/companies/{company}")
async def get_company(company: CompanyId, parts: Parts) -> Company:
    """How much is stored of a company."""
    return await asyncio.to_thread(lambda: company_of(parts.workspace.company(company)))


@router.delete("/companies/{company}", status_code=204)
async def delete_company(company: CompanyId, parts: Parts) -> Response:
    """Erase a company: its files, texts, records, jobs, and the answers paid for it.

    Its jobs are cancelled first; 409 where one has not stopped yet, then ask again.
    """
    await erase_company(parts, company)
    return Response(status_code=204)


def company_of(folder: CompanyFolder) -> Company:
    """The wire form of a company's folder."""
    return Company(id=folder.name, documents=folder.num_documents(), runs=folder.runs())


def is_reachable(name: str) -> bool:
    """Whether a route can name it: folders made on the command line may have dots."""
    return re.match(COMPANY_PATTERN, name) is not None
