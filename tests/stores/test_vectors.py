import os
import subprocess
import sys
from array import array

import pytest
from factsheet_service.stores.vectors import VectorLog

PUT_AND_DIE = """
import os, sys
sys.path[:] = sys.argv[2:]
from pathlib import Path
from factsheet_service.stores.vectors import VectorLog
VectorLog(Path(sys.argv[1])).put("m", {"a text": [0.5, -0.25]})
os._exit(9)
"""


@pytest.fixture
def log(tmp_path):
    made = VectorLog(tmp_path / "vectors.sqlite")
    yield made
    made.close()


def test_a_vector_comes_back_under_its_text(log):
    log.put("m", {"é": [0.5, -0.25], "other": [1.0, 2.0]})
    assert log.known("m", ["é", "unknown"]) == {"é": array("f", [0.5, -0.25])}


def test_vectors_of_another_model_are_not_known(log):
    log.put("m", {"a": [0.5]})
    assert log.known("n", ["a"]) == {}


def test_the_first_vector_stays(log):
    log.put("m", {"a": [0.5]})
    log.put("m", {"a": [0.25]})
    assert log.known("m", ["a"])["a"][0] == 0.5


def test_vectors_outlive_a_process_that_dies_behind_put(tmp_path):
    path = tmp_path / "vectors.sqlite"
    command = [sys.executable, "-c", PUT_AND_DIE, str(path), *sys.path]
    assert subprocess.run(command, check=False, env=os.environ).returncode == 9
    assert VectorLog(path).known("m", ["a text"])["a text"][1] == -0.25
