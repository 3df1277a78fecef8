"""The main job through every door, on the shipped example: in process, CLI, REST and client alike."""

import asyncio
import csv
import io
import os
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from factsheet import AsyncClient, Client
from factsheet_schemas import ExtractOptions, Record
from factsheet_service.composition import build_operations
from factsheet_service.settings import AppSettings

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "credit_facility" / "kaarnavuori_wind"
FACTSHEET = Path(sys.executable).with_name("factsheet")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of `factsheet serve`, a process of its own on a free port."""
    work = tmp_path_factory.mktemp("served")
    port = free_port()
    command = [FACTSHEET, "serve", "--port", str(port), "--work", work]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}
    ) as process:
        try:
            for line in process.stderr:
                if found := re.search(r"running on (http://\S+)", line):
                    yield found[1]
                    break
        finally:
            process.terminate()
            process.stderr.read()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def direct(tmp_path_factory) -> Record:
    operations = build_operations(AppSettings(work=tmp_path_factory.mktemp("direct")))

    async def run():
        await operations.ingest("kaarnavuori", [EXAMPLE])
        return await operations.extract("kaarnavuori", ExtractOptions())

    return asyncio.run(run())


@pytest.fixture(scope="module")
def served(server) -> Record:
    """What the README's five lines give."""
    with Client(server) as fs:
        fs.upload("kaarnavuori", EXAMPLE)
        return fs.extract("kaarnavuori")


def values(record):
    return record.deal, [(row.name, row.fields) for row in record.facilities]


def test_the_client_gives_the_record_that_the_pipeline_gives(direct, served):
    assert values(served) == values(direct)


def test_the_async_client_gives_the_same_again(server, served):
    async def run():
        async with AsyncClient(server) as fs:
            return await fs.extract("kaarnavuori")

    assert values(asyncio.run(run())) == values(served)


def test_the_command_line_gives_the_same(direct, tmp_path):
    command = [FACTSHEET, "extract", EXAMPLE, "--company", "kaarnavuori", "--format", "json"]
    done = subprocess.run([*command, "--work", tmp_path], capture_output=True, check=True)
    assert values(Record.model_validate_json(done.stdout)) == values(direct)


def test_the_csv_has_a_row_per_facility_under_the_labels_that_analysts_know(
    server, served, tmp_path
):
    with Client(server) as fs:
        fs.download(fs.jobs()[0].id, tmp_path / "sheet.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "sheet.csv").read_text("utf-8-sig"))))
    assert [row["Facility name"] for row in rows] == [row.name for row in served.facilities]
    assert len(rows[0]) == 76


PAPER = ROOT / "examples" / "motor_adaptation" / "papers" / "vanhecke_2023.pdf"


def test_a_paper_has_a_row_for_each_experiment_through_the_client_too(server, tmp_path):
    with Client(server) as fs:
        fs.upload("vanhecke_2023", PAPER)
        record = fs.extract("vanhecke_2023", schema="motor_adaptation")
        fs.download(fs.jobs()[0].id, tmp_path / "data.zip")
    rows = {row.name: row.fields for row in record.facilities if row.entity == "experiment"}
    angles = {name: fields["rotation_magnitude_deg"].value for name, fields in rows.items()}
    assert angles == {"Experiment 1": [30.0], "Experiment 2": [60.0], "Experiment 3": None}
    assert "dataset_description.json" in zipfile.ZipFile(tmp_path / "data.zip").namelist()
