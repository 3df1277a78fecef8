import json

import pytest
from factsheet_schemas import SchemaError
from factsheet_schemas.errors import SchemaNameTaken, UnknownSchema
from factsheet_service.pipeline.schemas import Schemas
from factsheet_service.stores.folder_files import FolderFiles
from support.own import LOAN
from support.records import make_record

NAME = {"type": "object", "properties": {"name": {"type": "string"}}}


@pytest.fixture
def schemas(tmp_path):
    return Schemas(FolderFiles(tmp_path / "work"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "loan.json"
    path.write_text(json.dumps(LOAN))
    return path


def test_shipped_registered_and_filed_schemas_are_found(schemas, file):
    schemas.register("mine", NAME)
    assert schemas.find("credit_facility").name == "credit_facility"
    assert schemas.find("mine").name == "mine"
    assert schemas.find(str(file)).name == "loan"


def test_the_unknown_is_told_what_there_is(schemas):
    schemas.register("mine", NAME)
    with pytest.raises(UnknownSchema, match=r"credit_facility.*registered are mine"):
        schemas.find("nonsense")


def test_a_file_is_adopted_so_that_its_run_outlives_it(schemas, file):
    reference = schemas.adopt(str(file))
    file.unlink()
    own = schemas.own(reference)
    assert own.json_schema == LOAN
    run = make_record().run.model_copy(
        update={"schema_name": own.name, "schema_version": own.version}
    )
    assert schemas.of_run(run) == own.schema


def test_other_names_stay_as_they_are(schemas):
    assert schemas.adopt("credit_facility") == "credit_facility"


def test_a_shipped_name_is_taken(schemas):
    with pytest.raises(SchemaNameTaken):
        schemas.register("credit_facility", NAME)


def test_a_file_titled_like_a_shipped_schema_gets_another_name(schemas, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**NAME, "title": "Credit facility"}))
    assert schemas.adopt(str(path)).startswith("own_credit_facility@")


def test_nesting_without_end_is_refused(schemas):
    deep = NAME
    for _ in range(400):
        deep = {"type": "object", "properties": {"x": deep}}
    with pytest.raises(SchemaError, match="deep"):
        schemas.register("mine", deep)
