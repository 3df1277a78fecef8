"""What a reading process does to itself before it touches a file's bytes.

Four fences, none relied on alone: kernel limits, a network namespace with no interface (where the
kernel allows one), a filter on system calls (on x86-64 and aarch64, without privileges), and an
audit hook that ends the process on the first try at a socket or program, and says so.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

from . import syscalls
from .limits import ReadLimits

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_MAX_OPEN_FILES = 64
_PROGRAM_EVENTS = frozenset(
    {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}
)


def confine(limits: ReadLimits, refuse: Callable[[str], None]) -> None:
    """Lock the process in; ``refuse`` is told the reason and must not return."""
    _leave_the_network()
    _set_limits(limits)
    if sys.platform.startswith("linux"):
        syscalls.restrict()
    sys.addaudithook(_hook(refuse))


def _leave_the_network() -> None:
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if libc.unshare(_CLONE_NEWNET) != 0:  # needs privileges, which a namespace of users gives
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _set_limits(limits: ReadLimits) -> None:
    for kind, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, ceiling = resource.getrlimit(kind)
        ceiling = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        resource.setrlimit(kind, (min(soft, ceiling), ceiling))


def _hook(refuse: Callable[[str], None]) -> Callable[[str, tuple[object, ...]], None]:
    def watch(event: str, _args: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            refuse("tried to open a network connection")
            os._exit(1)
        if event in _PROGRAM_EVENTS:
            refuse("tried to start a program")
            os._exit(1)

    return watch
