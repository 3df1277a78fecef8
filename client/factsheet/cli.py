"""The command line: commands are found by entry points and imported only when one runs.

``factsheet --help`` lists every command with the first line of its module's docstring, read from
the source, so that listing imports none of them. Commands of the service are known without the
extra ``server``; running one then says how to install it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import typer
from typer._click import Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

GROUP = "factsheet.commands"
BUILT_IN = (
    EntryPoint("schemas", "factsheet.schema_tables:command", GROUP),
    EntryPoint("version", "factsheet.version:command", GROUP),
)
EXIT_USAGE = 1
HOW_TO_INSTALL = "pip install 'factsheet[server]'"


class Discovered(TyperCommand):
    """A command that is imported when it is run, not when it is listed."""

    def __init__(self, entry_point: EntryPoint) -> None:
        super().__init__(entry_point.name, help=_first_line(entry_point.module))
        self._entry_point = entry_point

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> Context:
        """Import the real command and let it parse. Exits 1 if its modules are missing."""
        return _command(self._entry_point).make_context(info_name, args, parent, **extra)


class Commands(TyperGroup):
    """The built-in commands and those that installed distributions add."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(**attributes)
        for entry_point in sorted([*BUILT_IN, *entry_points(group=GROUP)]):
            self.add_command(Discovered(entry_point))

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> Context:
        """As typer's; a usage error ends with 1, because 2 says that a record is partial."""
        with _usage_ends_with_one():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Context) -> object:
        """As typer's; a usage error ends with 1."""
        with _usage_ends_with_one():
            return super().invoke(ctx)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def _factsheet() -> None:
    """A company's documents in; one fact sheet per facility out, every value with its evidence.

    Exit codes: 0 complete, 1 usage, 2 partial, 3 engine unavailable, 130 interrupted.
    """


def main() -> None:
    """Run the command line with the process's arguments."""
    app(prog_name="factsheet")


def _loaded(entry_point: EntryPoint) -> Callable[..., None]:
    try:
        function: Callable[..., None] = entry_point.load()
    except ImportError as error:
        sys.stderr.write(
            f"factsheet {entry_point.name} needs the service ({error}): {HOW_TO_INSTALL}\n"
        )
        raise typer.Exit(EXIT_USAGE) from error
    return function


def _command(entry_point: EntryPoint) -> TyperCommand:
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(entry_point.name)(_loaded(entry_point))
    return cast(TyperCommand, get_command(alone))


@contextmanager
def _usage_ends_with_one() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        error.exit_code = EXIT_USAGE
        raise


def _first_line(module: str) -> str:
    """The first line of a module's docstring, without importing the module."""
    try:
        spec = find_spec(module)
    except ImportError:
        return ""
    if spec is None or spec.origin is None:
        return ""
    text = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    return text.partition("\n")[0]
