"""A real vLLM server on the CPU, started for a test session and ended with all its children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

TESTS = Path(__file__).parents[1]
READY_S = 400.0
STOP_S = 20.0
GRACE_S = 20.0
GUIDANCE = '{"backend":"guidance","disable_any_whitespace":true}'
COMMON = (
    *("--served-model-name", "tiny", "--load-format", "dummy", "--dtype", "float32"),
    *("--host", "127.0.0.1", "--max-num-seqs", "32", "--enforce-eager", "--block-size", "32"),
    *("--disable-uvicorn-access-log", "--no-enable-log-requests"),
)
GOOD = (
    *("--max-model-len", "16384", "--scheduling-policy", "priority"),
    *("--enable-prompt-tokens-details", "--structured-outputs-config", GUIDANCE),
)
POOR = ("--max-model-len", "8192", "--structured-outputs-config", '{"backend":"guidance"}')


def judged_by(*processors: str) -> tuple[str, ...]:
    """The flags that put logits processors in the place of a model's judgement."""
    return ("--logits-processors", *(f"engine.processors:{name}" for name in processors))


class NotReady(RuntimeError):
    """The server ended or did not answer in time; its last words follow."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    root: str
    log: Path

    @property
    def url(self) -> str:
        """As the engine's settings want it."""
        return f"{self.root}/v1"

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        text = httpx2.get(f"{self.root}/metrics", timeout=30).text
        families = text_string_to_metric_families(text)
        samples = (sample for family in families for sample in family.samples)
        return sum(sample.value for sample in samples if sample.name == name)

    def num_tokens(self, messages: Sequence[Mapping[str, str]]) -> int:
        """How long a chat is as a prompt."""
        body = {"model": "tiny", "messages": list(messages)}
        reply = httpx2.post(f"{self.root}/tokenize", json=body, timeout=60)
        return int(reply.raise_for_status().json()["count"])


class Host:
    """Starts servers on one loopback port, one at a time, and ends them."""

    def __init__(self, environment: Path, model: Path, log: Path, **variables: str) -> None:
        port = _free_port()
        self.server = Server(f"http://127.0.0.1:{port}", log)
        self._command = [str(environment / "bin/vllm"), "serve", str(model), *COMMON]
        self._command += ["--port", str(port)]
        self._variables = _environment(environment, variables)
        self._flags: Sequence[str] = ()
        self._process: subprocess.Popen[bytes] | None = None

    def running(self, *flags: str) -> Server:
        """The server with these flags, started now unless it runs already. Raises NotReady."""
        self.begin(*flags)
        assert self._process is not None
        _wait(self.server, self._process)
        return self.server

    def begin(self, *flags: str) -> None:
        """Start the server unless it runs with these flags, and do not wait for it."""
        if self._is_running() and flags == self._flags:
            return
        self.end()
        self._flags = flags
        with self.server.log.open("a") as file:
            self._process = subprocess.Popen(
                [*self._command, *flags],
                env=self._variables,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # its children are in one group with it
            )

    def kill(self) -> None:
        """All of the server is gone at once."""
        assert self._process is not None
        _signal(self._process, signal.SIGKILL)
        self._process.wait(STOP_S)

    def terminate(self) -> None:
        """Ask the server to end, as a container's stop does, and kill it after the grace period.

        One that aborts what it runs may leave a call unanswered and wait for its client for ever.
        """
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def end(self) -> None:
        """End what runs, with all its children."""
        if self._process is not None:
            _end(self._process)

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


@contextmanager
def serving(
    environment: Path, model: Path, log: Path, *flags: str, **variables: str
) -> Iterator[Server]:
    """Serve a model on a free loopback port. Raises NotReady."""
    host = Host(environment, model, log, **variables)
    try:
        yield host.running(*flags)
    finally:
        host.end()


def _environment(environment: Path, variables: Mapping[str, str]) -> dict[str, str]:
    own = {
        "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
        "HF_HUB_OFFLINE": "1",
        "VLLM_CPU_KVCACHE_SPACE": "2",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_SERVER_DEV_MODE": "1",
        "PYTHONPATH": str(TESTS),  # of what stands in for a model
    }
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
    return kept | own | dict(variables)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_S
    while not _is_healthy(server):
        if process.poll() is not None or time.monotonic() > deadline:
            how = "ended" if process.poll() is not None else f"not ready in {READY_S:g} s"
            raise NotReady(f"{how}: {server.log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.5)


def _is_healthy(server: Server) -> bool:
    try:
        return httpx2.get(f"{server.root}/health", timeout=5).is_success
    except httpx2.RequestError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then make it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        _signal(process, sign)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            continue
    _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    try:
        os.killpg(process.pid, sign)
    except ProcessLookupError:
        return
