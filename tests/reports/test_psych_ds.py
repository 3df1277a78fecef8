"""The data set against the rules of Psych-DS whose breach is an error to its validator.

https://psychds-docs.readthedocs.io/en/latest/reference/ ("Rules and Conventions") and
https://github.com/psych-ds/psychds-validator, ``src/schema/applyRules.ts``, ``src/files/csv.ts``,
``src/validators/filenameValidate.ts``. Each rule is a test here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
from factsheet_schemas import FacilityRecord, load_schema
from factsheet_service.reports import psych_ds, render_record
from support.build import make_schema
from support.records import absent, make_record, present

PAPERS = load_schema("motor_adaptation")
FILE_NAME = re.compile(r"[a-z]+-[a-zA-Z0-9]+(?:_[a-z]+-[a-zA-Z0-9]+)*_data\.csv")
# schema.org: PropertyValue and what it inherits from StructuredValue, Intangible and Thing
OF_PROPERTY_VALUE = {"@type", "name", "description", "unitText", "minValue", "maxValue"}


def experiment(number: int, **fields):
    return FacilityRecord(
        id=f"f{number}", name=f"Experiment {number}", entity="experiment", fields=fields
    )


def paper(name="vanhecke_2023", *rows):
    return make_record(
        company=name,
        deal={"authors": present(["A. Bee", "C. Dee"]), "year": present(2023)},
        facilities=rows
        or (
            experiment(1, rotation_magnitude_deg=present([30.0, 60.0]), n_total=present(32)),
            experiment(2, rotation_magnitude_deg=absent(), n_total=present(24)),
            FacilityRecord(
                id="f3",
                name="=cmd()",
                entity="group",
                parent="f1",
                fields={"group_n": present(16)},
            ),
        ),
    )


@pytest.fixture
def files():
    return psych_ds([paper(), paper("okafor_2021")], PAPERS)


def tables(files) -> dict[str, list[list[str]]]:
    found = {path: content for path, content in files.items() if path.endswith(".csv")}
    return {path: list(csv.reader(io.StringIO(text.decode()))) for path, text in found.items()}


def described(files) -> dict:
    return json.loads(files["dataset_description.json"])


def test_the_description_has_what_is_required(files):
    description = described(files)

    assert description["@type"] == "Dataset"
    assert description["@context"] == "https://schema.org"
    assert all(description[key] for key in ("name", "description", "variableMeasured"))


def test_every_column_is_among_the_variables_measured(files):
    variables = {one["name"] for one in described(files)["variableMeasured"]}

    assert {column for rows in tables(files).values() for column in rows[0]} <= variables


def test_variables_are_property_values_without_foreign_properties(files):
    for one in described(files)["variableMeasured"]:
        assert one["@type"] == "PropertyValue"
        assert set(one) <= OF_PROPERTY_VALUE


def test_data_files_lie_in_data_under_names_of_keywords(files):
    paths = [path for path in files if path.endswith(".csv")]

    assert paths
    for path in paths:
        folder, _, name = path.rpartition("/")
        assert folder == "data"
        assert FILE_NAME.fullmatch(name)


def test_tables_are_utf8_with_a_header_and_rows_of_its_length(files):
    for path, rows in tables(files).items():
        assert not files[path].startswith(b"\xef\xbb\xbf")
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}


def test_row_ids_are_unique(files):
    for rows in tables(files).values():
        ids = [row[rows[0].index("row_id")] for row in rows[1:]]
        assert len(ids) == len(set(ids))


def test_no_file_is_empty(files):
    assert all(files.values())


def test_each_kind_of_rows_has_its_table_with_what_it_inherits(files):
    found = tables(files)
    path = "data/study-motoradaptation_description-{}_data.csv"
    experiments, groups = found[path.format("experiments")], found[path.format("groups")]
    first = dict(zip(experiments[0], experiments[1], strict=True))
    group = dict(zip(groups[0], groups[1], strict=True))

    assert (len(experiments), len(groups)) == (5, 3)
    assert (first["rotation_magnitude_deg"], first["n_total"]) == ("30, 60", "32")
    assert (group["group_n"], group["n_total"], group["year"]) == ("16", "32", "2023")


def test_what_was_not_found_is_an_empty_cell(files):
    rows = next(rows for path, rows in tables(files).items() if "experiments" in path)
    second = dict(zip(rows[0], rows[2], strict=True))

    assert second["rotation_magnitude_deg"] == ""


def test_no_cell_is_run_as_a_formula():
    files = psych_ds([paper()], PAPERS)
    rows = next(rows for path, rows in tables(files).items() if "groups" in path)

    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_any_schema_makes_a_data_set():
    files = psych_ds([make_record()], make_schema())

    assert list(tables(files)) == ["data/study-loans_description-facilities_data.csv"]


def test_over_the_wire_it_is_an_archive_of_the_same_bytes():
    content, media_type = render_record(paper(), PAPERS, "psych-ds")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == psych_ds(
            [paper()], PAPERS
        )
    assert media_type == "application/zip"
    assert content == render_record(paper(), PAPERS, "psych-ds")[0]
