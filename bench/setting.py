"""What a benchmark is run on; written once, read by every arm, each a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
from factsheet_service.core.document import Document
from factsheet_service.documents import ReadLimits
from factsheet_service.pipeline.reading import Reader
from factsheet_service.stores.workspace import Workspace

COMPANY = "all"
_PIECE_CHARS = 20_000  # of a text that is tokenized at once
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Setting:
    """A running server, one company in a workspace, and how much of the long arms to run."""

    folder: str  # of the workspace and the results
    root: str  # of the server, without /v1
    model: str
    facilities: tuple[str, ...]  # names, as the gold has them
    part: int  # calls of an arm that is extrapolated
    in_flight: int

    @property
    def url(self) -> str:
        """As an engine's settings want it."""
        return f"{self.root}/v1"

    def documents(self) -> tuple[Document, ...]:
        """The company's documents, as they were read."""
        folder = Workspace(Path(self.folder) / "workspace").company(COMPANY)
        return Reader(ReadLimits()).kept(folder)

    def path(self, arm: str, suffix: str) -> Path:
        """Where an arm's results are kept."""
        return Path(self.folder) / f"{arm}.{suffix}"

    def reset_prefix_cache(self) -> None:
        """Empty the server's prefix cache. Raises httpx2.HTTPStatusError where it has no such door.

        vLLM opens it with VLLM_SERVER_DEV_MODE=1.
        """
        httpx2.post(f"{self.root}/reset_prefix_cache", timeout=_TIMEOUT_S).raise_for_status()

    def num_tokens(self, text: str) -> int:
        """Tokens of a text, as the server counts them."""
        pieces = (text[i : i + _PIECE_CHARS] for i in range(0, len(text), _PIECE_CHARS))
        return sum(map(self._num_tokens, pieces))

    def _num_tokens(self, text: str) -> int:
        body = {"model": self.model, "prompt": text, "add_special_tokens": False}
        reply = httpx2.post(f"{self.root}/tokenize", json=body, timeout=_TIMEOUT_S)
        return int(reply.raise_for_status().json()["count"])

    def save(self) -> None:
        """Write it into its folder."""
        _file(self.folder).write_text(json.dumps(asdict(self)))


def load_setting(folder: str) -> Setting:
    """The setting that was saved into a folder."""
    kept = json.loads(_file(folder).read_text())
    return Setting(**{**kept, "facilities": tuple(kept["facilities"])})


def _file(folder: str) -> Path:
    return Path(folder) / "setting.json"
