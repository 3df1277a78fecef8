"""Operations that tests steer: what they tell, when they end and how."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Future
from pathlib import Path

from factsheet_schemas import DocumentRecord, DocumentStatus, ExtractOptions, Record, Schema
from factsheet_service.core.document import Document, Page
from factsheet_service.core.progress import (
    Event,
    FileRead,
    Progress,
    StageAdvanced,
    StageStarted,
    silent,
)
from factsheet_service.core.questions import Engine
from factsheet_service.documents import ReadLimits
from factsheet_service.pipeline.operations import Operations
from factsheet_service.pipeline.recording import document_record
from factsheet_service.stores.workspace import Workspace

SCHEMA = Schema.model_validate(
    {
        "name": "credit_facility",
        "version": "1",
        "title": "Loans",
        "subject": {"kind": "folder", "label": "Company"},
        "entities": [
            {
                "key": "loan",
                "label": "Loan",
                "plural": "Loans",
                "name_field": "loan_name",
                "description": "A loan",
                "unnamed": "Loan",
            }
        ],
        "groups": [
            {
                "key": "terms",
                "title": "Terms",
                "fields": [
                    {"key": "loan_name", "label": "Loan", "type": "text", "scope": "loan"},
                    {
                        "key": "spread_pct",
                        "label": "Spread",
                        "type": "percent",
                        "scope": "loan",
                    },
                ],
            }
        ],
    }
)


class Gate:
    """An event that one event loop waits for and another sets."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._opened: Future[None] = Future()

    def is_set(self) -> bool:
        return self._opened.done()

    def set(self) -> None:
        if not self._opened.done():
            self._opened.set_result(None)

    async def wait(self) -> None:
        await asyncio.shield(asyncio.wrap_future(self._opened))


class SteeredOperations(Operations):
    """Reads lines of text at once; an extraction tells ``events``, then waits for ``gate``."""

    def __init__(self, root: Path) -> None:
        super().__init__(Workspace(root), no_engine, ReadLimits())
        self.events: list[Event] = [
            FileRead("a.txt", "ok", None, 1),
            StageStarted("sweep", 4),
            StageAdvanced("sweep", 1, 4),
        ]
        self.gate = Gate()
        self.is_begun = Gate()
        self.error: Exception | None = None
        self.is_complete = True
        self.extracted: list[tuple[str, ExtractOptions]] = []
        self.seconds_left: list[float | None] = []

    async def read(self, company: str, progress: Progress = silent) -> tuple[Document, ...]:
        folder = self.workspace.company(company)
        found = []
        for source in folder.sources():
            content = folder.files.read([source.key])[source.key]
            documents = as_documents(source.name, content)
            folder.keep_reading(source.sha256, "steered", documents, {})
            found += documents
        return tuple(found)

    async def listed(self, company: str, progress: Progress = silent) -> tuple[DocumentRecord, ...]:
        return tuple(map(document_record, await self.read(company, progress)))

    def documents(self, company: str) -> tuple[Document, ...]:
        folder = self.workspace.company(company)
        known = folder.known({source.sha256 for source in folder.sources()}, "steered")
        return tuple(document for documents in known.values() for document in documents)

    async def extract(
        self,
        company: str,
        options: ExtractOptions,
        progress: Progress = silent,
        job_id: str = "",
        seconds_left: float | None = None,
    ) -> Record:
        self.extracted.append((company, options))
        self.seconds_left.append(seconds_left)
        for event in self.events:
            progress(event)
        self.is_begun.set()
        await self.gate.wait()
        if self.error:
            raise self.error
        record = a_record(company, f"run-{len(self.extracted)}", self.is_complete)
        self.workspace.company(company).save_record(record)
        return record


def no_engine(options: ExtractOptions, schema: Schema) -> Engine:
    raise AssertionError("a steered extraction asks no engine")


def as_documents(name: str, content: bytes) -> list[Document]:
    """A file as one document, an archive as one of each of its lines."""
    if name.endswith(".zip"):
        return [as_document(f"{name}/{line.decode()}", line) for line in content.splitlines()]
    return [as_document(name, content)]


def as_document(name: str, content: bytes) -> Document:
    digest = hashlib.sha256(content).hexdigest()
    text = content.decode("utf-8", "replace")
    return Document(
        id=digest[:16],
        name=name,
        sha256=digest,
        media_type="text/plain",
        status=DocumentStatus.OK,
        text=text,
        pages=(Page(1, 0, len(text)),),
    )


def a_record(company: str, run_id: str, is_complete: bool = True) -> Record:
    return Record.model_validate(
        {
            "company": company,
            "documents": [],
            "deal": {},
            "facilities": [
                {
                    "id": "f1",
                    "name": "Term Loan",
                    "fields": {"spread_pct": {"status": "PRESENT", "value": 2.25}},
                }
            ],
            "coverage": {
                "windows": 1,
                "windows_asked": 1,
                "questions_planned": 1,
                "questions_answered": 1,
                "questions_failed": 0,
                "documents_read": 1,
                "documents_not_read": 0,
            },
            "run": {
                "id": run_id,
                "schema_name": "credit_facility",
                "schema_version": "1",
                "engine": "lexical",
                "started_at": "2030-01-01T00:00:00Z",
                "seconds": 1.0,
                "is_complete": is_complete,
            },
        }
    )


def as_csv(record: Record, schema: Schema, format: str) -> tuple[bytes, str]:
    return f"{schema.title},{record.company},{format}".encode(), "text/csv"
