"""A filter in the kernel on what a reading process may ask of it; needs no privileges.

No sockets, no programs, no processes beside it, no look into or signal at any other. What native
code of a parser is made to do is held by this, where the audit hook sees Python alone.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass

# linux/prctl.h, linux/seccomp.h, linux/bpf_common.h, linux/sched.h
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000  # and the error in the lower half
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AT_NUMBER, _AT_MACHINE, _AT_FIRST_ARGUMENT = 0, 4, 16
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000
_OTHER_TABLE = 0x40000000  # x32's numbers, which would pass by ours


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of a processor's system calls."""

    audit: int  # linux/audit.h
    refused: tuple[int, ...]
    own_only: tuple[int, ...]  # signals, which the process may send to itself: abort does
    clone: int
    clone3: int


# socket, socketpair, execve, execveat, ptrace, process_vm_readv and _writev, bpf, io_uring_setup,
# pidfd_getfd, pidfd_send_signal; on x86-64 fork and vfork
_MACHINES: Mapping[str, _Machine] = {
    "x86_64": _Machine(
        0xC000003E,
        (41, 53, 59, 322, 101, 310, 311, 321, 425, 438, 424, 57, 58),
        (62, 200, 234),  # kill, tkill, tgkill
        56,
        435,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (198, 199, 221, 281, 117, 270, 271, 280, 425, 438, 424),
        (129, 130, 131),
        220,
        435,
    ),
}


def restrict() -> bool:
    """Put the filter in place for the rest of the process; whether this kernel has such filters."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _program(machine, os.getpid())
    # kept until the kernel has copied it
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, head, 0, 0) == 0)


def _program(machine: _Machine, process_id: int) -> bytes:
    """The filter, in the instructions of linux/filter.h: each check falls through to the next."""
    steps = [
        _step(_LOAD, _AT_MACHINE),
        _step(_EQUAL, machine.audit, 1, 0),
        _step(_RETURN, _REFUSE | _EPERM),
        _step(_LOAD, _AT_NUMBER),
        _step(_AT_LEAST, _OTHER_TABLE, 0, 1),
        _step(_RETURN, _REFUSE | _EPERM),
        _step(_EQUAL, machine.clone3, 0, 1),
        _step(_RETURN, _REFUSE | _ENOSYS),  # its flags cannot be seen; libc then takes clone
    ]
    for number in machine.refused:
        steps += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _REFUSE | _EPERM)]
    for number in machine.own_only:
        steps += [_step(_EQUAL, number, 0, 4), *_first_argument(_EQUAL, process_id)]
    steps += [_step(_EQUAL, machine.clone, 0, 4), *_first_argument(_ANY_BIT, _CLONE_THREAD)]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _first_argument(test: int, value: int) -> list[bytes]:
    """Four steps that allow the call if its first argument passes, and refuse it otherwise."""
    return [
        _step(_LOAD, _AT_FIRST_ARGUMENT),  # its lower half, which holds all of such numbers
        _step(test, value, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE | _EPERM),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
