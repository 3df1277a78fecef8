"""Operations in memory that tests steer: what they tell, when they end and how."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from factsheet_schemas import DocumentStatus, ExtractOptions, Record, Schema
from factsheet_service.core.document import Document, Page
from factsheet_service.core.errors import UnknownCompany
from factsheet_service.core.progress import Event, FileRead, Progress, StageAdvanced, StageStarted

SCHEMA = Schema.model_validate(
    {
        "name": "credit_facility",
        "version": "1",
        "title": "Loans",
        "subject": {"kind": "folder", "label": "Company"},
        "entity": {
            "key": "loan",
            "label": "Loan",
            "plural": "Loans",
            "name_field": "loan_name",
            "description": "A loan",
            "unnamed": "Loan",
        },
        "groups": [
            {
                "key": "terms",
                "title": "Terms",
                "fields": [
                    {"key": "loan_name", "label": "Loan", "type": "text", "scope": "facility"},
                    {
                        "key": "spread_pct",
                        "label": "Spread",
                        "type": "percent",
                        "scope": "facility",
                    },
                ],
            }
        ],
    }
)


@dataclass(frozen=True)
class FakeSource:
    name: str


@dataclass
class FakeFolder:
    """A company in memory; a file is read as plain text, lines of an archive as its members."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    read: dict[str, Document] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)

    def add_source(self, name: str, content: bytes | Path) -> str:
        self.files[name] = content if isinstance(content, bytes) else content.read_bytes()
        return hashlib.sha256(self.files[name]).hexdigest()

    def remove_source(self, name: str) -> None:
        del self.files[name]

    def sources(self) -> list[FakeSource]:
        return [FakeSource(name) for name in sorted(self.files)]

    def documents(self) -> tuple[Document, ...]:
        return tuple(self.read.values())

    def runs(self) -> tuple[str, ...]:
        return tuple(self.records)

    def record(self, run_id: str | None = None) -> Record:
        return self.records[run_id or list(self.records)[-1]]


@dataclass
class FakeWorkspace:
    folders: dict[str, FakeFolder] = field(default_factory=dict)

    def companies(self) -> tuple[str, ...]:
        return tuple(self.folders)

    def company(self, name: str) -> FakeFolder:
        if name not in self.folders:
            raise UnknownCompany(f"no company {name!r}")
        return self.folders[name]

    def create(self, name: str) -> FakeFolder:
        return self.folders.setdefault(name, FakeFolder(name))


@dataclass
class FakeOperations:
    """Reads at once; an extraction tells ``events``, then waits for ``gate`` before it ends."""

    workspace: FakeWorkspace = field(default_factory=FakeWorkspace)
    events: list[Event] = field(
        default_factory=lambda: [
            FileRead("a.txt", "ok", None, 1),
            StageStarted("sweep", 4),
            StageAdvanced("sweep", 1, 4),
        ]
    )
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    is_begun: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None
    is_complete: bool = True
    extracted: list[tuple[str, ExtractOptions]] = field(default_factory=list)

    async def read(self, company: str, progress: Progress) -> tuple[Document, ...]:
        folder = self.workspace.company(company)
        folder.read = {d.name: d for source in folder.files.items() for d in as_documents(*source)}
        return folder.documents()

    async def extract(self, company: str, options: ExtractOptions, progress: Progress) -> Record:
        self.extracted.append((company, options))
        for event in self.events:
            progress(event)
        self.is_begun.set()
        await self.gate.wait()
        if self.error:
            raise self.error
        record = a_record(company, f"run-{len(self.extracted)}", self.is_complete)
        self.workspace.company(company).records[record.run.id] = record
        return record


def as_documents(name: str, content: bytes) -> list[Document]:
    if name.endswith(".zip"):
        return [as_document(f"{name}/{line.decode()}", line) for line in content.splitlines()]
    return [as_document(name, content)]


def as_document(name: str, content: bytes) -> Document:
    digest = hashlib.sha256(content).hexdigest()
    text = content.decode()
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
