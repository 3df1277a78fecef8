"""The shipped example of a user's own schema."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

from factsheet_schemas.own import compile_schema, read_own_schema

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
FILE = EXAMPLES / "own_schema" / "loan.json"
FACTSHEET = Path(sys.executable).with_name("factsheet")


def test_it_is_answered_in_its_shape_without_a_model(tmp_path):
    folder = EXAMPLES / "credit_facility" / "kaarnavuori_wind"
    command = [FACTSHEET, "extract", folder, "--schema", FILE, "--format", "own"]
    done = subprocess.run([*command, "--work", tmp_path], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert b"the answer validates" in done.stderr
    assert answer["borrower"] == "KAARNAVUORI TUULIVOIMA OY"
    assert answer["agreement_date"] == "2024-06-28"
    assert answer["governing_law"] == "English law"
    assert [one["name"] for one in answer["facilities"]] == [
        "Facility A",
        "Facility B",
        "Revolving Credit Facility",
    ]


def test_its_model_asks_the_same():
    model = runpy.run_path(str(EXAMPLES / "own_schema" / "loan.py"))["Loan"]
    asked = {(spec.key, spec.type) for spec in read_own_schema(FILE).schema.fields()}
    assert {
        (spec.key, spec.type)
        for spec in compile_schema("loan", model.model_json_schema()).schema.fields()
    } == asked
