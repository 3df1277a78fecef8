import asyncio
import errno
import json
import os
import platform
from dataclasses import replace
from pathlib import Path

import pytest
from factsheet_service.documents.child import Job
from factsheet_service.documents.frames import Ended, Frame, PageText
from factsheet_service.documents.limits import ReadLimits
from factsheet_service.documents.sandbox import run_reader

LIMITS = ReadLimits(wall_s=20)

HOSTILE = """
import ctypes, json, os, signal, socket, subprocess, sys
from factsheet_service.documents.frames import PageText


def allocate(file, limits):
    yield PageText("x" * (2 * 2**30))


def spin(file, limits):
    yield PageText("before")
    while True:
        pass


def connect(file, limits):
    yield PageText("before")
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except BaseException:
        pass


def start_program(file, limits):
    yield PageText("before")
    subprocess.run(["true"])


def write_file(file, limits):
    with open(file.arguments, "w") as out:
        out.write("x")
    yield PageText("never")


def go_native(file, limits):
    libc = ctypes.CDLL(None, use_errno=True)
    tried = {}

    def note(name, result):
        tried[name] = (result, ctypes.get_errno())

    note("socket", libc.socket(2, 1, 0))
    note("fork", libc.fork())
    note("exec", libc.execv(b"/bin/true", (ctypes.c_char_p * 2)(b"true", None)))
    note("kill", libc.kill(os.getppid(), 0))
    yield PageText(json.dumps(tried))


def start_thread(file, limits):
    import threading

    said = []
    thread = threading.Thread(target=said.append, args=("done",))
    thread.start()
    thread.join()
    yield PageText(said[0])


def abort(file, limits):
    yield PageText("before")
    os.abort()


def fault(file, limits):
    yield PageText("before")
    ctypes.string_at(0)


def die(file, limits):
    yield PageText("before")
    os.kill(os.getpid(), signal.SIGKILL)


def recurse(file, limits):
    yield from recurse(file, limits)


def leave(file, limits):
    yield PageText("before")
    os._exit(7)


def swallow_everything(file, limits):
    yield PageText("before")
    raise ZeroDivisionError("a parser's own error")


def talk_nonsense(file, limits):
    for handle in range(3, 10):
        try:
            os.write(handle, b'{"frame": "Note", "num_raw": 0, "num_rest": -5}\\n')
        except OSError:
            pass
    yield PageText("never")


def environment(file, limits):
    yield PageText(json.dumps([dict(os.environ), os.getcwd()]))


def echo(file, limits):
    print("a library's chatter")
    yield PageText(file.name + ":" + file.content.decode())


def endless(file, limits):
    while True:
        yield PageText("0123456789")


def surrogate(file, limits):
    yield PageText("a\\ud800b")


def process_id(file, limits):
    yield PageText(str(os.getpid()))
    signal.pause()
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "hostile_readers.py").write_text(HOSTILE)
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "file"
    path.write_bytes(b"content")
    return path


async def run(
    source: Path, function: str, limits: ReadLimits = LIMITS, arguments: object = None
) -> tuple[Ended, list[Frame]]:
    frames: list[Frame] = []
    job = Job(f"hostile_readers:{function}", "name", limits, arguments)
    return await run_reader(job, source, frames.append), frames


async def test_a_reader_that_allocates_two_gigabytes_ends_unreadable(source: Path) -> None:
    ended, _ = await run(source, "allocate")
    assert ended == Ended(
        "unreadable",
        "needed more than 1024 MB of memory: split the file, or have FACTSHEET_MAX_READ_MB raised",
    )


async def test_a_reader_that_spins_is_stopped_by_the_wall_clock(source: Path) -> None:
    ended, frames = await run(source, "spin", replace(LIMITS, wall_s=0.5))
    reason = "took more than 0.5 s: split the file, or have FACTSHEET_MAX_READ_S raised"
    assert ended == Ended("unreadable", reason)
    assert frames == [PageText("before")]


async def test_a_reader_that_spins_is_stopped_by_its_processor_time(source: Path) -> None:
    ended, _ = await run(source, "spin", replace(LIMITS, cpu_s=1))
    assert ended.reason == (
        "took more than 1 s of processor time: split the file, or have FACTSHEET_MAX_READ_CPU_S raised"
    )


async def test_a_reader_that_opens_a_socket_ends_even_if_it_hides_the_error(source: Path) -> None:
    ended, _ = await run(source, "connect")
    assert ended == Ended("unreadable", "tried to open a network connection")


async def test_a_reader_that_starts_a_program_ends(source: Path) -> None:
    ended, _ = await run(source, "start_program")
    assert ended == Ended("unreadable", "tried to start a program")


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this processor"
)
async def test_native_code_gets_no_socket_no_program_and_no_other_process(source: Path) -> None:
    ended, frames = await run(source, "go_native")
    (page,) = frames
    refused = [-1, errno.EPERM]
    assert ended == Ended("ok")
    assert json.loads(page.text) == dict.fromkeys(("socket", "fork", "exec", "kill"), refused)


async def test_a_reader_may_use_threads(source: Path) -> None:
    ended, frames = await run(source, "start_thread")
    assert (ended, frames) == (Ended("ok"), [PageText("done")])


async def test_a_reader_cannot_write_to_a_file(source: Path, tmp_path: Path) -> None:
    ended, _ = await run(source, "write_file", arguments=str(tmp_path / "written"))
    assert ended.status == "unreadable"
    assert (tmp_path / "written").read_bytes() == b""


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("fault", "crashed its reader: signal 11; save it anew"),
        ("leave", "crashed its reader: exit code 7; save it anew"),
        ("die", "was killed by the machine"),
    ],
)
async def test_a_crash_names_its_signal(source: Path, function: str, said: str) -> None:
    ended, frames = await run(source, function)
    assert ended.status == "unreadable"
    assert ended.reason.startswith(said)
    assert frames == [PageText("before")]


async def test_an_abort_is_told_as_what_makes_pdfium_abort(source: Path) -> None:
    ended, _ = await run(source, "abort")
    assert ended.reason.startswith("needed more than 1024 MB of memory")
    assert ended.reason.endswith("(crashed: signal 6)")


async def test_a_parser_that_nests_too_deeply_says_so(source: Path) -> None:
    ended, _ = await run(source, "recurse")
    assert ended == Ended("unreadable", "nested too deeply to be read")


async def test_an_error_of_a_parser_becomes_the_reason(source: Path) -> None:
    ended, _ = await run(source, "swallow_everything")
    said = "broken, or too odd to be read: ZeroDivisionError: a parser's own error"
    assert ended == Ended("unreadable", said)


async def test_nonsense_on_the_pipe_ends_typed(source: Path) -> None:
    ended, _ = await run(source, "talk_nonsense")
    assert ended == Ended("unreadable", "the reading process talked nonsense")


async def test_a_reader_that_does_not_exist_ends_typed(source: Path) -> None:
    ended, _ = await run(source, "no_such_function")
    assert ended.status == "unreadable"


async def test_a_reader_sees_no_environment(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    _, frames = await run(source, "environment")
    assert "s3cret" not in repr(frames)
    assert repr(frames).count("SECRET_TOKEN") == 0


async def test_what_a_library_prints_is_no_frame(source: Path) -> None:
    ended, frames = await run(source, "echo")
    assert (ended, frames) == (Ended("ok"), [PageText("name:content")])


async def test_text_without_end_is_cut_at_the_limit(source: Path) -> None:
    ended, frames = await run(source, "endless", replace(LIMITS, max_chars=25))
    assert ended == Ended("ok")
    assert "".join(f.text for f in frames if isinstance(f, PageText)) == "0123456789012345678901234"
    assert "only the first 25 characters" in repr(frames[-1])


async def test_a_lone_surrogate_moves_no_offset(source: Path) -> None:
    _, frames = await run(source, "surrogate")
    assert frames == [PageText("a?b")]


async def test_an_error_of_the_listener_ends_the_process(source: Path) -> None:
    def refuse(frame: Frame) -> None:
        raise LookupError(str(frame))

    with pytest.raises(LookupError):
        await run_reader(Job("hostile_readers:endless", "name", LIMITS), source, refuse)


async def test_cancelling_ends_the_process(source: Path) -> None:
    told: asyncio.Queue[Frame] = asyncio.Queue()
    job = Job("hostile_readers:process_id", "name", LIMITS)
    task = asyncio.create_task(run_reader(job, source, told.put_nowait))
    frame = await told.get()
    assert isinstance(frame, PageText)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(frame.text), 0)
