"""The environment of the pinned CPU build of vLLM: built once per lock file and Python, then reused.

``python tests/engine/environment.py`` builds it where it is missing and prints its folder;
``FRESH=1`` in the environment builds it anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TORCH = "torch==2.13.0+cpu"  # by name and not by hash: its CPU wheel differs between indexes
VLLM = "0.32.0+cpu"

NO_TORCH = (
    f"pip finds no {TORCH}, which is not on PyPI: name the index of CPU wheels, as in "
    "PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make test-engine"
)

_LOCK = Path(__file__).parents[2] / "deploy/vllm/cpu/requirements.lock"
_COMPLETE = ".complete"


class NoTorch(RuntimeError):
    """There is no CPU build of torch; the message says where one is."""


def folder() -> Path:
    """Where the environment of this lock file and this Python stands, built or not."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    python = f"{sys.version} {sysconfig.get_platform()}".encode()
    digest = hashlib.sha256(_LOCK.read_bytes() + python).hexdigest()
    return cache / "factsheet" / f"engine-{digest[:16]}"


def is_complete() -> bool:
    """Whether the environment was built to its end."""
    return (folder() / _COMPLETE).exists()


def build(*, is_fresh: bool) -> Path:
    """Build the environment unless it is there.

    Raises:
        NoTorch: no index that pip knows has the CPU build.
        CalledProcessError: pip fails otherwise.
    """
    place = folder()
    with _locked(place.with_suffix(".lock")):
        if is_fresh or not is_complete():
            shutil.rmtree(place, ignore_errors=True)
            _install(place)
            (place / _COMPLETE).touch()
    return place


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(place: Path) -> None:
    """Every wheel without its dependencies: the lock names them all but torch."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin/python"), "-m", "pip", "install", "-qq", "--no-deps"]
    pip += ["--disable-pip-version-check", "--only-binary", ":all:"]
    if subprocess.run([*pip, TORCH], check=False).returncode:
        raise NoTorch(NO_TORCH)
    subprocess.run([*pip, "--require-hashes", "-r", str(_LOCK)], check=True)
    _name_vllm(place)


def _name_vllm(place: Path) -> None:
    """vLLM asks for its own version under the name `vllm`; the CPU build has another name."""
    (packages,) = place.glob("lib/python3*/site-packages")
    stub = packages / f"vllm-{VLLM}.dist-info"
    stub.mkdir()
    stub.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {VLLM}\n")
    stub.joinpath("RECORD").touch()


if __name__ == "__main__":
    try:
        print(build(is_fresh=os.environ.get("FRESH") == "1"))
    except NoTorch as error:
        sys.exit(str(error))
