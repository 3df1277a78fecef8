import pytest
from factsheet_service.core.errors import UsageError
from factsheet_service.secret_files import with_files
from factsheet_service.settings import settings_from


def test_a_setting_may_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text("s3cret\n", "utf-8")
    settings = settings_from({"FACTSHEET_API_KEY_FILE": str(tmp_path / "key")})
    assert settings.api_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_other_programs_files_are_left_alone():
    assert with_files({"POSTGRES_PASSWORD_FILE": "/nowhere", "FACTSHEET_X_FILE": ""}) == {
        "POSTGRES_PASSWORD_FILE": "/nowhere",
        "FACTSHEET_X_FILE": "",
    }


def test_a_file_that_is_not_there_is_told_with_its_setting(tmp_path):
    with pytest.raises(UsageError, match=r"FACTSHEET_SECRET_FILE: .*gone cannot be read"):
        settings_from({"FACTSHEET_SECRET_FILE": str(tmp_path / "gone")})


def test_a_setting_given_twice_is_refused(tmp_path):
    both = {"FACTSHEET_SECRET": "one", "FACTSHEET_SECRET_FILE": str(tmp_path / "two")}
    with pytest.raises(UsageError, match="both set"):
        settings_from(both)
