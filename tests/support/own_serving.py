"""Operations that read real files and ask an engine with a script, behind the app of the tests."""

from contextlib import nullcontext

import pytest
from factsheet_service.documents import ReadLimits
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.workspace import Workspace

from .own import SCRIPT, TEXT
from .scripted import ScriptedEngine


@pytest.fixture
def script():
    return SCRIPT


@pytest.fixture
def operations(tmp_path, script) -> Operations:
    """In place of the steered ones."""

    def engine(*_):
        return nullcontext(ScriptedEngine(script))

    return Operations(Workspace(tmp_path / "work"), engine, ReadLimits())


@pytest.fixture
def agreement(tmp_path):
    """A file with what the script is about."""
    path = tmp_path / "agreement.txt"
    path.write_text(TEXT)
    return path
