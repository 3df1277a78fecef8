"""The commands as processes of their own, for tests that kill them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FACTSHEET = Path(sys.executable).with_name("factsheet")


@contextmanager
def running(environment: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A factsheet process; killed at the end of the block where it still runs."""
    with subprocess.Popen(
        [FACTSHEET, *arguments], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.stderr.read()


@contextmanager
def serving(environment: Mapping[str, str], port: int) -> Iterator[str]:
    """The address of `factsheet serve` on a port, once it listens there."""
    with running(environment, "serve", "--port", str(port)) as process:
        for line in process.stderr:
            if found := re.search(r"running on (http://\S+)", line):
                break
        yield found[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
