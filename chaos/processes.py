"""The processes under test and the model's server: started, killed, frozen, started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx2

FACTSHEET = Path(sys.executable).with_name("factsheet")
START_S = 180.0  # until a process that was started must answer; the machine may be busy
_LOOK_S = 0.1


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Hit(StrEnum):
    """What a kill takes of a process that serves: it, the worker beside it, or both at once."""

    BOTH = "both"
    WORKER = "the worker"
    SERVING = "the one that serves"


@dataclass(frozen=True, slots=True)
class Kill:
    """What was killed, by the API key of its calls, and when (seconds since 1970)."""

    who: str
    at: float
    hit: Hit = Hit.BOTH


class Worker:
    """One `factsheet` process with the one beside it, and those that take their place.

    Each has an API key of its own for the model's server, by which its calls are told apart. One
    that serves is ready when it answers; a `factsheet worker` tells nobody, and is from the start.
    """

    def __init__(
        self, name: str, environment: Mapping[str, str], log: Path, *, serves: bool = True
    ) -> None:
        self.name = name
        self.serves = serves
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.is_frozen = False
        self.is_ready = False
        self.num_fallen = 0  # ended by themselves
        self._environment = dict(environment)
        self._log = log
        self._number = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[int] = []  # of processes, all that were started

    @property
    def who(self) -> str:
        """The API key of the process that runs now."""
        return f"{self.name}.{self._number}"

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        return self._running().pid

    @property
    def is_up(self) -> bool:
        """Whether the process answers, as far as is known."""
        return self.is_ready and not self.is_frozen

    async def start(self) -> None:
        """Start a process, again where it ends by itself; returns when it answers.

        Raises TimeoutError where none does.
        """
        async with asyncio.timeout(START_S):
            while not await self._started(self._launched()):
                self.num_fallen += 1
                await asyncio.sleep(_LOOK_S)
        self.is_ready = True

    def _launched(self) -> subprocess.Popen[bytes]:
        self._number += 1
        asked = ("serve", "--port", str(self.port)) if self.serves else ("worker",)
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [FACTSHEET, *asked],
                env={**self._environment, "FACTSHEET_VLLM_API_KEY": self.who},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._groups.append(self._process.pid)
        return self._process

    async def _started(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether it came to answer before it ended."""
        if not self.serves:
            return True
        async with httpx2.AsyncClient(trust_env=False, timeout=2) as http:
            while process.poll() is None:
                if await self._answers(http):
                    return True
                await asyncio.sleep(_LOOK_S)
        return False

    async def _answers(self, http: httpx2.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.url}/livez")).is_success
        except httpx2.HTTPError:
            return False

    def kill(self, hit: Hit = Hit.BOTH) -> Kill:
        """End processes without warning; the one that was started is gone on return, unless only
        the worker beside it was hit, which it replaces by itself."""
        process, beside = self._running(), self.beside()
        kill = Kill(self.who, time.time(), hit)
        if hit is Hit.WORKER and beside is not None:
            os.kill(beside, signal.SIGKILL)
            return kill
        self.is_ready = False
        if hit is Hit.SERVING:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return kill

    def freeze(self) -> None:
        """Stop the processes in their tracks."""
        self.is_frozen = True
        os.killpg(self._running().pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        os.killpg(self._running().pid, signal.SIGCONT)
        self.is_frozen = False

    def beside(self) -> int | None:
        """The number of the worker that the process has beside it (Linux)."""
        pid = self._running().pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(OSError):
                if b"--beside" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        return None

    def has_fallen(self) -> bool:
        """Whether the process ended by itself since it was ready; counted once."""
        if not (self.is_ready and self._running().poll() is not None):
            return False
        self.is_ready = False
        self.num_fallen += 1
        return True

    def stop(self) -> None:
        """Have nothing left of it."""
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        self.is_ready = False

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process


class Model:
    """The model's server, as the harness speaks to it."""

    def __init__(self, port: int, http: httpx2.AsyncClient) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self._root = f"http://127.0.0.1:{port}/chaos"
        self._http = http

    async def open_calls(self) -> dict[str, int]:
        """Calls that it is at, by who sent them."""
        found: dict[str, int] = (await self._http.get(f"{self._root}/open")).json()
        return found

    async def set_mood(self, mood: str) -> None:
        """Change how it answers."""
        await self._http.post(f"{self._root}/mood", json={"mood": mood})

    async def set_latency(self, shortest_s: float, longest_s: float) -> None:
        """Change how long it takes."""
        latency = {"shortest_s": shortest_s, "longest_s": longest_s}
        await self._http.post(f"{self._root}/latency", json=latency)


@asynccontextmanager
async def model(log: Path, seed: int, port: int = 0) -> AsyncIterator[Model]:
    """The model's server, for as long as the block lasts."""
    given = {"--log": log, "--seed": seed, "--port": port}
    options = [str(part) for option in given.items() for part in option]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chaos.backend", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    try:
        port = int(await process.stdout.readline()) if process.stdout else 0
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
            yield Model(port, http)
    finally:
        process.kill()
        await process.wait()
