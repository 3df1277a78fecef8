"""Fixtures: empty stores of files, of each kind; the memo, and its clock."""

from uuid import uuid4

import pytest
from factsheet_service.stores.folder_files import FolderFiles
from factsheet_service.stores.memo import AnswerMemo
from factsheet_service.stores.opening import open_files
from support.clock import Clock
from support.stepping import DictFiles


def files_at(kind, request, tmp_path):
    match kind:
        case "folder":
            return FolderFiles(tmp_path / "store")
        case "memory":
            return open_files(f"memory://{tmp_path}")
        case "fake":
            return DictFiles()
        case _:
            return request.getfixturevalue("s3").below(f"some/{uuid4().hex}")


@pytest.fixture(params=["folder", "memory", "s3", "fake"])
def files(request, tmp_path):
    """An empty store of each kind."""
    return files_at(request.param, request, tmp_path)


@pytest.fixture(params=["folder", "s3"])
def shared_files(request, tmp_path):
    """An empty store of each kind that several may use at once."""
    return files_at(request.param, request, tmp_path)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def memo(database, clock):
    memo = AnswerMemo(database, clock)
    yield memo
    await memo.aclose()
