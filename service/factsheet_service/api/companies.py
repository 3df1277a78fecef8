"""Routes of companies."""

from __future__ import annotations

import asyncio
import re

from factsheet_schemas.api import COMPANY_PATTERN, Company, CompanyList
from fastapi import APIRouter

from factsheet_service.stores.workspace import CompanyFolder

from .context import CompanyId, Parts

router = APIRouter(tags=["companies"])


@router.get("/companies")
async def list_companies(parts: Parts) -> CompanyList:
    """The ids of all companies."""
    names = await asyncio.to_thread(parts.workspace.companies)
    return CompanyList(companies=tuple(sorted(filter(is_reachable, names))))


@router.put("/companies/{company}")
async def create_company(company: CompanyId, parts: Parts) -> Company:
    """Create a company; uploading to it does so too. Nothing happens if it exists."""
    return await asyncio.to_thread(lambda: company_of(parts.workspace.create(company)))


@router.get("/companies/{company}")
async def get_company(company: CompanyId, parts: Parts) -> Company:
    """How much is stored of a company."""
    return await asyncio.to_thread(lambda: company_of(parts.workspace.company(company)))


def company_of(folder: CompanyFolder) -> Company:
    """The wire form of a company's folder."""
    return Company(id=folder.name, documents=len(folder.documents()), runs=tuple(folder.runs()))


def is_reachable(name: str) -> bool:
    """Whether a route can name it: folders made on the command line may have dots."""
    return re.match(COMPANY_PATTERN, name) is not None
