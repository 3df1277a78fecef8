"""A client of the service that never gives up: any process that is up will do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any

import httpx2

from chaos.companies import Company
from chaos.processes import Worker

TIMEOUT_S = 20.0  # a frozen process takes connections and answers nothing
PATIENCE_S = 120.0
_PAUSE_S = 0.3
FINAL = frozenset({"succeeded", "partial", "failed", "cancelled"})
GROUPS = ("basic_info", "sponsor_info", "dates_schedules", "pricing", "fees", "covenants")
OPTIONS = {"groups": GROUPS, "settings": {"window_tokens": 420}}  # several windows to a document


class Client:
    """Submits companies and fetches what became of them."""

    def __init__(self, workers: Sequence[Worker], http: httpx2.AsyncClient) -> None:
        self._workers = workers
        self._http = http
        self._turn = count()
        self.num_retries = 0

    async def submit(self, company: Company) -> str:
        """Upload a company's files and start its extraction; the job's id."""
        files = [("files", (name, content)) for name, content in company.files.items()]
        await self._send("POST", f"/companies/{company.id}/documents", files=files)
        reply = await self._send(
            "POST",
            f"/companies/{company.id}/extract",
            json=OPTIONS,
            headers={"Idempotency-Key": company.id},
        )
        return str(reply.json()["id"])

    async def state(self, job_id: str) -> str:
        """How a job stands."""
        return str((await self._send("GET", f"/jobs/{job_id}")).json()["state"])

    async def jobs_of(self, company: str) -> list[dict[str, Any]]:
        """All jobs of a company."""
        reply = await self._send("GET", f"/jobs?company={company}")
        jobs: list[dict[str, Any]] = reply.json()["jobs"]
        return jobs

    async def record(self, job_id: str) -> dict[str, Any]:
        """The result of a job that ended, or its problem where there is none."""
        result: dict[str, Any] = (
            await self._send("GET", f"/jobs/{job_id}/result", refusable=True)
        ).json()
        return result

    async def _send(
        self, method: str, path: str, *, refusable: bool = False, **what: object
    ) -> httpx2.Response:
        """The reply of a process that could answer. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                reply = await self._tried(method, path, **what)
                if reply is not None and (reply.is_success or refusable):
                    return reply
                if reply is not None and reply.status_code < 500 and reply.status_code != 429:
                    raise RuntimeError(f"{method} {path}: {reply.status_code} {reply.text[:300]}")
                self.num_retries += 1
                await asyncio.sleep(_PAUSE_S)

    async def _tried(self, method: str, path: str, **what: object) -> httpx2.Response | None:
        up = [worker for worker in self._workers if worker.serves and worker.is_ready]
        if not up:
            return None
        worker = up[next(self._turn) % len(up)]
        try:
            return await self._http.request(method, worker.url + path, **what)  # type: ignore[arg-type]
        except httpx2.RequestError:
            return None
