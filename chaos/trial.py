"""One round: companies submitted while everything is killed, then the same ones left in peace."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2

from chaos.account import Account, account, calls_in
from chaos.client import FINAL, TIMEOUT_S, Client
from chaos.companies import Company, company
from chaos.databases import Database, Sqlite, database
from chaos.disturbing import Disturber
from chaos.processes import Model, Worker, model
from chaos.verdict import Round, comparable

KINDS = ("sqlite", "postgresql", "cluster")
"""Processes that serve and work over one database; a cluster's workers are processes of their own,
over PostgreSQL."""
NUM_SERVING = {"sqlite": 4, "postgresql": 4, "cluster": 2}
NUM_WORKERS = 3  # of a cluster
LEASE_S = 10
SECRET = "that prompts are the same in all trials"  # delimiters in them are made of it
UNFINISHED = 10  # jobs that are kept waiting or running
CALM_S = 180.0  # within which all is to end once nothing is disturbed any more
_LOOK_S = 0.5

Tell = Callable[[str], None]


@dataclass(slots=True)
class Jobs:
    """Jobs by company, and the states of those that ended."""

    ids: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """Companies whose jobs have not ended."""
        return [one for one in self.ids if one not in self.ended]

    async def submit(self, client: Client, one: Company) -> None:
        """Have a company extracted."""
        self.ids[one.id] = await client.submit(one)

    async def look(self, client: Client) -> None:
        """Learn which jobs have ended."""
        for one in self.waiting:
            state = await client.state(self.ids[one])
            if state in FINAL:
                self.ended[one] = state

    async def settle(self, client: Client) -> None:
        """Wait for all to end; those that do not in ``CALM_S`` are left as they are."""
        deadline = time.monotonic() + CALM_S
        while self.waiting and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_S)
            await self.look(client)

    async def records(self, client: Client, tell: Tell) -> dict[str, str]:
        """The records of jobs that ended with one, made comparable; says why others did not."""
        found = {one: await client.record(self.ids[one]) for one in self.ended}
        for one, problem in found.items():
            if "run" not in problem:
                tell(f"{one}: {problem.get('detail')}")
        return {one: comparable(record) for one, record in found.items() if "run" in record}


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What is left of a run under chaos."""

    jobs: Jobs
    records: Mapping[str, str]
    doubled: tuple[str, ...]
    fallen: int
    account: Account
    counts: Mapping[str, int]

    @property
    def companies(self) -> list[str]:
        """All that were submitted."""
        return list(self.jobs.ids)


def environment(work: Path, url: str, model_url: str) -> dict[str, str]:
    """What a process of the service is started with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "FACTSHEET_WORK": str(work),
        "FACTSHEET_ENGINE": "vllm",
        "FACTSHEET_DATABASE_URL": url,
        "FACTSHEET_VLLM_URL": model_url,
        "FACTSHEET_LEASE_S": str(LEASE_S),
        "FACTSHEET_SECRET": SECRET,
    }


@asynccontextmanager
async def serving(
    number: int, started: Mapping[str, str], logs: Path, num_workers: int = 0
) -> AsyncIterator[list[Worker]]:
    """So many processes that serve, and workers, on one database, gone with the block."""
    names = [f"a{n}" for n in range(1, number + 1)] + [f"w{n}" for n in range(1, num_workers + 1)]
    workers = [
        Worker(name, started, logs / f"{name}.log", serves=name.startswith("a")) for name in names
    ]
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(worker.start())
        yield workers
    finally:
        for worker in workers:
            worker.stop()


class Trial:
    """A round of one seed on one kind of database.

    ``references`` are the records of companies left in peace; they are used, and added to. They
    name the model's server, so all trials that share them have it at the same ``model_port``.
    """

    def __init__(
        self,
        seed: int,
        seconds: float,
        kind: str,
        logs: Path,
        references: dict[str, str],
        model_port: int,
        tell: Tell,
    ) -> None:
        self._seed = seed
        self._seconds = seconds
        self._kind = kind
        self._logs = logs
        self._calls = logs / "calls.jsonl"
        self._references = references
        self._model_port = model_port
        self._tell = tell

    async def run(self) -> Round:
        """The round, from an empty database to the account."""
        self._prepare()
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            work = Path(folder)
            with database("sqlite" if self._kind == "sqlite" else "postgresql", work) as base:
                async with model(self._calls, self._seed, self._model_port) as server:
                    found = await self._disturbed(work, base, server)
                    await self._refer(found.companies, server)
        return self._judged(found)

    def _prepare(self) -> None:
        (self._logs / "peace").mkdir(parents=True, exist_ok=True)
        for old in self._logs.rglob("*.log*"):
            old.unlink()
        self._calls.unlink(missing_ok=True)

    async def _disturbed(self, work: Path, base: Database, server: Model) -> Disturbed:
        is_cluster = self._kind == "cluster"
        num_workers = NUM_WORKERS if is_cluster else 0
        started = environment(work, base.url, server.url)
        started["FACTSHEET_QUEUE"] = "cluster" if is_cluster else "embedded"
        async with (
            serving(NUM_SERVING[self._kind], started, self._logs, num_workers) as workers,
            httpx2.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as http,
        ):
            client = Client(workers, http)
            disturber = Disturber(self._seed, workers, server, base, self._tell)
            jobs = await self._driven(client, disturber)
            self._tell(f"{len(jobs.ids)} jobs, {len(jobs.waiting)} of them not ended; calm now")
            await jobs.settle(client)
            records = await jobs.records(client, self._tell)
            doubled = [one for one in jobs.ids if len(await client.jobs_of(one)) > 1]
            fallen = sum(worker.num_fallen for worker in workers)
        paid = account(calls_in(self._calls), base.answers(), disturber.kills)
        return Disturbed(jobs, records, tuple(doubled), fallen, paid, disturber.counts)

    async def _driven(self, client: Client, disturber: Disturber) -> Jobs:
        """Companies submitted one after the other for as long as the round disturbs."""
        ends = time.monotonic() + self._seconds
        jobs = Jobs()

        def is_over() -> bool:
            return time.monotonic() > ends

        async with asyncio.TaskGroup() as group:
            group.create_task(disturber.run(is_over))
            for number in count():
                if is_over():
                    break
                await jobs.submit(client, company(self._seed, number))
                while len(jobs.waiting) >= UNFINISHED and not is_over():
                    await asyncio.sleep(_LOOK_S)
                    await jobs.look(client)
        return jobs

    async def _refer(self, companies: Iterable[str], server: Model) -> None:
        """The records of companies whose reference is not known yet, by one process in peace."""
        missing = [one for one in companies if one not in self._references]
        if not missing:
            return
        self._tell(f"{len(missing)} companies in peace")
        await server.set_latency(0.0, 0.0)
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            started = environment(Path(folder), Sqlite(Path(folder)).url, server.url)
            async with (
                serving(1, started, self._logs / "peace") as workers,
                httpx2.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as http,
            ):
                client, jobs = Client(workers, http), Jobs()
                for name in missing:
                    await jobs.submit(client, company(self._seed, int(name.rpartition("-")[2])))
                await jobs.settle(client)
                self._references.update(await jobs.records(client, self._tell))

    def _judged(self, found: Disturbed) -> Round:
        known = self._references
        return Round(
            seed=self._seed,
            database=self._kind,
            seconds=self._seconds,
            jobs=len(found.jobs.ids),
            lost=tuple(one for one in found.companies if one not in found.records),
            wrong=tuple(one for one, text in found.records.items() if text != known.get(one)),
            doubled=found.doubled,
            partial=list(found.jobs.ended.values()).count("partial"),
            fallen=found.fallen,
            account=found.account,
            counts=dict(found.counts),
        )
