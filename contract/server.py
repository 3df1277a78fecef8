"""A server of its own to try, with something in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

KEY = "tried-by-schemathesis"
HEADERS = {"Authorization": f"Bearer {KEY}"}
AGREEMENT = b"""FACILITY AGREEMENT dated 3 May 2024. "Facility A" means the term loan facility of
EUR 10,000,000 made available under this Agreement. The Margin is 2.25 per cent. per annum."""
OWN = {"type": "object", "properties": {"borrower": {"type": "string"}}}
SETTINGS = {
    "FACTSHEET_API_KEY": KEY,
    "FACTSHEET_MAX_QUEUED": "100000",  # what is full answers 503 and 429, which is tried elsewhere
    "FACTSHEET_MAX_QUEUED_PER_TENANT": "100000",
    "FACTSHEET_WEBHOOKS": "on",
}
FACTSHEET = Path(sys.executable).with_name("factsheet")
START_S = 60


@contextmanager
def serving(work: Path, port: int) -> Iterator[str]:
    """A server over the folder, with the lexical engine, until the block ends; its address."""
    with (work / "log").open("w") as log:
        process = subprocess.Popen(
            [FACTSHEET, "serve", "--port", str(port), "--work", str(work)],
            stderr=log,
            stdout=log,
            env={**os.environ, **SETTINGS},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _await_start(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(START_S)


def _await_start(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers. Raises RuntimeError where it ended, or takes too long."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx2.get(f"{url}/livez")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no server at {url}")


def fill(url: str, work: Path) -> None:
    """Give the server what the document's examples name: a company with a run, and a tenant."""
    adding = [FACTSHEET, "keys", "add", "--tenant", "acme", "--work", str(work)]
    subprocess.run(adding, check=True, capture_output=True)
    with httpx2.Client(base_url=url, headers=HEADERS, timeout=60) as http:
        http.put("/schemas/own", json=OWN).raise_for_status()
        http.post("/webhooks", json={"url": "https://hooks.example.com/"}).raise_for_status()
        files = {"files": ("agreement.txt", AGREEMENT)}
        http.post("/companies/acme/documents", files=files).raise_for_status()
        http.post("/companies/acme/extract", headers={"Prefer": "wait=60"}).raise_for_status()
