"""Hostile files uploaded to a real server: what it says of each, and whether it lives on."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from factsheet import Client
from factsheet_schemas import DocumentRecord

from .measure import Outcome

FACTSHEET = Path(sys.executable).with_name("factsheet")
_ALIVE_S = 10.0  # within which a server on a busy machine says that it lives
_BETWEEN_S = 0.2  # questions whether it lives
_KIBIBYTES = 1024
_LISTENS = re.compile(r"running on (http://\S+)")
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True, slots=True)
class Served:
    """A server, as its machine knows it."""

    url: str
    process_id: int

    def peak_mb(self) -> float:
        """What the process has held in memory at most."""
        said = Path(f"/proc/{self.process_id}/status").read_text("ascii")
        (kibibytes,) = _PEAK.findall(said)
        return int(kibibytes) / _KIBIBYTES

    def is_alive(self) -> bool:
        """Whether it answers that it lives."""
        return httpx2.get(f"{self.url}/livez", timeout=_ALIVE_S).status_code == 200


@contextmanager
def served(work: Path, port: int, environment: Mapping[str, str]) -> Iterator[Served]:
    """`factsheet serve` as a process of its own, ended with the block."""
    command = [FACTSHEET, "serve", "--port", str(port), "--work", work]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={"NO_COLOR": "1", **environment}
    ) as process:
        try:
            yield Served(_address(process), process.pid)
        finally:
            process.terminate()
            process.stderr.read() if process.stderr else None


def _address(process: subprocess.Popen[str]) -> str:
    """Where it listens, as soon as it does. Raises RuntimeError where it ends before."""
    said = []
    for line in process.stderr or ():
        if found := _LISTENS.search(line):
            return found[1]
        said.append(line)
    raise RuntimeError("".join(said))


def uploaded(server: Served, company: str, files: Mapping[str, bytes]) -> list[Outcome]:
    """Files as one company's; the outcome of each as the server tells it, which has to answer
    others meanwhile.

    Raises httpx2.TimeoutException where it does not.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, ThreadPoolExecutor(1) as apart:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        replying = apart.submit(_upload, server, company, Path(folder))
        while not replying.done():
            if not server.is_alive():
                raise RuntimeError("the server answers, but does not live")
            wait([replying], timeout=_BETWEEN_S)
        documents = replying.result()
    own = [document for document in documents if document.name in files]
    return [Outcome(one.name, one.status.value, one.reason or "") for one in own]


def _upload(server: Served, company: str, folder: Path) -> tuple[DocumentRecord, ...]:
    with Client(server.url) as client:
        return client.upload(company, folder)
