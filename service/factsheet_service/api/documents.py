"""Routes of a company's documents."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

from factsheet_schemas.api import DocumentList
from fastapi import APIRouter, File, Request, Response, UploadFile

from factsheet_service.core.errors import UnknownDocument, UsageError
from factsheet_service.pipeline.recording import document_record
from factsheet_service.stores.workspace import Workspace

from .context import CompanyId, Parts
from .paging import MAX_LIMIT, Cursor, Limit, link_next, page_of

router = APIRouter(tags=["documents"])
uploads = APIRouter(tags=["documents"])
"""Apart, since its limit on the body is another."""

Files = Annotated[list[UploadFile], File(min_length=1)]

MAX_NAME = 255


@uploads.post("/companies/{company}/documents", status_code=201)
async def upload_documents(company: CompanyId, files: Files, parts: Parts) -> DocumentList:
    """Add files to a company and read them; a file of the same name is replaced.

    The reply comes when all are read and says of each document how that ended.
    """
    names = stored_names(file.filename or "" for file in files)
    await asyncio.to_thread(_store, parts.workspace, company, names, files)
    return DocumentList(documents=await parts.operations.listed(company))


@router.get("/companies/{company}/documents")
async def list_documents(
    company: CompanyId,
    parts: Parts,
    request: Request,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = MAX_LIMIT,
) -> DocumentList:
    """A company's documents by name and how their reading ended; ``Link`` names the next page."""
    documents = await asyncio.to_thread(parts.operations.documents, company)
    page, following = page_of(documents, "documents", cursor, limit, lambda d: f"{d.name}\n{d.id}")
    link_next(request, response, following)
    return DocumentList(documents=tuple(map(document_record, page)), next=following)


@router.delete("/companies/{company}/documents/{document:path}", status_code=204)
async def delete_document(company: CompanyId, document: str, parts: Parts) -> Response:
    """Forget a file and what was read from it, by its name or its document's id."""
    listed = await parts.operations.listed(company)
    name = next((one.name for one in listed if one.id == document), document)
    await asyncio.to_thread(_remove, parts.workspace, company, name)
    return Response(status_code=204)


def stored_names(filenames: Iterable[str]) -> list[str]:
    """The names of one request's files. Raises UsageError where one would replace another."""
    names = [stored_name(filename) for filename in filenames]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(
            f"files: more than one is named {', '.join(repeated)}; give them folders, or "
            "companies of their own"
        )
    return names


def stored_name(filename: str) -> str:
    """The name under which an uploaded file is kept: a relative path with ``/``.

    Raises:
        UsageError: it is empty or too long, leaves the folder or has control characters.
    """
    path = PurePosixPath(filename.replace("\\", "/"))
    is_bad = path.is_absolute() or ".." in path.parts or not path.name
    if is_bad or len(filename) > MAX_NAME or not filename.isprintable():
        raise UsageError(
            f"files: a file needs a printable, relative name of at most {MAX_NAME} characters"
        )
    return str(path)


def _store(
    workspace: Workspace, company: str, names: Sequence[str], files: Sequence[UploadFile]
) -> None:
    with TemporaryDirectory(prefix="upload-") as spool:
        paths = {name: Path(spool) / str(at) for at, name in enumerate(names)}
        for name, file in zip(names, files, strict=True):
            with paths[name].open("wb") as copy:
                shutil.copyfileobj(file.file, copy)
        workspace.create(company).add_sources(paths)


def _remove(workspace: Workspace, company: str, name: str) -> None:
    folder = workspace.company(company)
    if name not in {source.name for source in folder.sources()}:
        raise UnknownDocument(
            f"company {folder.name} has no file of name or id {name!r}; "
            "what came in an archive goes with the archive"
        )
    folder.remove_source(name)
