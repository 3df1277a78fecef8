"""Finding and loading schemas: shipped ones by name, others by path."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from .errors import SchemaError, UnknownSchema, explain
from .extensions import MARK, extended, extensions_in, file_of, parted
from .own import read_own_schema
from .schema import Schema

SHIPPED = Path(__file__).parent
SCHEMA_FILE = "schema.toml"


def shipped_schemas() -> tuple[str, ...]:
    """The names of the schemas that come with the package, sorted."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{SCHEMA_FILE}")))


def offered_schemas() -> tuple[str, ...]:
    """The names of the shipped schemas, each also with each of its extensions."""
    extended_by = {name: extensions_in(SHIPPED / name) for name in shipped_schemas()}
    return tuple(
        MARK.join((name, *extension))
        for name, extensions in extended_by.items()
        for extension in ((), *((one,) for one in extensions))
    )


def schema_folder(name_or_path: str) -> Path:
    """The folder of a shipped schema, or of a path to a schema's folder or ``schema.toml``.

    Raises:
        UnknownSchema: nothing of that name exists; the message lists what does.
    """
    name_or_path, _ = parted(name_or_path)
    shipped = SHIPPED / name_or_path
    if name_or_path.isidentifier() and (shipped / SCHEMA_FILE).is_file():
        return shipped
    path = Path(name_or_path)
    folder = path.parent if path.name == SCHEMA_FILE else path
    if (folder / SCHEMA_FILE).is_file():
        return folder
    raise UnknownSchema(
        f"no schema {name_or_path!r}: shipped are {', '.join(shipped_schemas())}; "
        f"or give a folder that holds a {SCHEMA_FILE}, or the .json file of a JSON Schema"
    )


def is_json_schema(name_or_path: str) -> bool:
    """Whether a schema is named by the file of a JSON Schema."""
    return name_or_path.lower().endswith(".json")


def load_schema(name_or_path: str) -> Schema:
    """Load and validate a schema: shipped, in a folder, or a JSON Schema in a ``.json`` file.

    ``name+extension`` has the fields of an extension of its folder too.

    Raises:
        SchemaError: it is missing, is not TOML, breaks the model of ``schema.py``, or is a JSON
            Schema with what is not supported.
    """
    if is_json_schema(name_or_path):
        return read_own_schema(Path(name_or_path)).schema
    folder, (_, extensions) = schema_folder(name_or_path), parted(name_or_path)
    added = {name: read_toml(file_of(folder, name)) for name in extensions}
    return parse_schema(extended(read_toml(folder / SCHEMA_FILE), added), name_or_path)


def parse_schema(data: dict[str, object], source: str) -> Schema:
    """Validate a schema's data; ``source`` is named in the error."""
    try:
        return Schema.model_validate(data)
    except ValidationError as error:
        raise SchemaError(f"schema {source}: {explain(error)}") from error


def read_toml(path: Path) -> dict[str, object]:
    """Read one TOML file; raises SchemaError with the line where it breaks."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path}: not valid TOML: {error}") from error
