"""The OpenAPI document of the REST service, as JSON."""

from __future__ import annotations

import json

import typer

from factsheet_service.api.app import create_app
from factsheet_service.api.settings import ApiSettings
from factsheet_service.composition import build_operations
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore


def command() -> None:
    """Print the OpenAPI document of the REST service; it is the same whatever the settings."""
    typer.echo(document(), nl=False)


def document() -> str:
    """The document, with a line for each of its parts."""
    settings = AppSettings()
    store = JobStore(Database(settings.database_url))
    app = create_app(build_operations(settings), store, ApiSettings())
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"
