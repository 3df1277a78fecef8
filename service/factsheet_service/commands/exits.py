"""How a command ends: one line on stderr and an exit code that scripts can use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer
from factsheet_schemas import SchemaError

from factsheet_service.core.errors import EngineError, FactsheetError


class ExitCode(IntEnum):
    """What the command's exit code says."""

    COMPLETE = 0
    USAGE = 1
    PARTIAL = 2  # records were written, but answers or files are missing
    UNAVAILABLE = 3  # the engine cannot be reached
    CHANGED = 4  # two runs differ, where that was asked
    INTERRUPTED = 130  # by Ctrl-C


@contextmanager
def ending(go_on: str) -> Iterator[None]:
    """Turn errors and Ctrl-C into exit codes; ``go_on`` says how to take up the work again."""
    try:
        yield
    except KeyboardInterrupt:
        _end(ExitCode.INTERRUPTED, f"interrupted; {go_on}")
    except EngineError as error:
        _end(ExitCode.UNAVAILABLE, f"{error}\n{go_on}")
    except (FactsheetError, SchemaError) as error:
        _end(ExitCode.USAGE, str(error))
    except BrokenPipeError:
        raise  # the reader of our output has enough; typer ends quietly
    except OSError as error:
        _end(ExitCode.USAGE, _place_and_cause(error))


def _place_and_cause(error: OSError) -> str:
    """What the system refused: a folder that cannot be made, a full disk, a file not ours."""
    if error.filename is None:
        return error.strerror or str(error)
    return f"{error.filename}: {error.strerror}"


def _end(code: ExitCode, message: str) -> None:
    sys.stderr.write(f"factsheet: {message}\n")
    raise typer.Exit(int(code))
