import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from factsheet_service.stores.answers import AnswerLog

PUT_AND_DIE = """
import os, sys
sys.path[:] = sys.argv[2:]
from pathlib import Path
from factsheet_service.stores.answers import AnswerLog
AnswerLog(Path(sys.argv[1])).put("key", {"rows": ["é"]})
os._exit(9)
"""


@pytest.fixture
def log(tmp_path: Path) -> AnswerLog:
    return AnswerLog(tmp_path / "answers.sqlite")


def test_an_answer_comes_back(log: AnswerLog) -> None:
    log.put("key", {"rows": [["margin", [], "2.25%", [3]]], "word": "é"})
    assert log.get("key") == {"rows": [["margin", [], "2.25%", [3]]], "word": "é"}


def test_a_key_without_an_answer_gives_none(log: AnswerLog) -> None:
    assert log.get("key") is None


def test_the_first_answer_stays(log: AnswerLog) -> None:
    log.put("key", {"n": 1})
    log.put("key", {"n": 2})
    assert log.get("key") == {"n": 1}


def test_an_answer_outlives_a_process_that_dies_behind_put(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", PUT_AND_DIE, str(path), *sys.path], check=False, timeout=30
    )
    assert done.returncode == 9
    assert AnswerLog(path).get("key") == {"rows": ["é"]}


def test_threads_may_share_a_log(log: AnswerLog) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log.put(str(n), {"n": n}), range(200)))
    assert len(log) == 200
    assert log.get("199") == {"n": 199}


def test_two_logs_may_share_a_file(tmp_path: Path) -> None:
    one, two = AnswerLog(tmp_path / "a.sqlite"), AnswerLog(tmp_path / "a.sqlite")
    one.put("key", {"n": 1})
    assert two.get("key") == {"n": 1}
