"""The page for people who read the API's documentation."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

from .shielding import policy_of

router = APIRouter()

HOST = "https://cdn.jsdelivr.net"
BLANK = "data:,"  # in place of an icon from elsewhere


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """Every operation, to read and to try."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json", title="factsheet", swagger_favicon_url=BLANK
    )
    policy = policy_of(bytes(page.body).decode(), HOST)
    return HTMLResponse(page.body, headers={"Content-Security-Policy": policy})
