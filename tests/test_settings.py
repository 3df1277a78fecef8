import pytest
from factsheet_schemas import Budget
from factsheet_service.composition import build_embedder, build_workspace
from factsheet_service.core.errors import UsageError
from factsheet_service.settings import AppSettings, settings_from
from factsheet_service.stores.jobs import LEASE_S
from factsheet_service.stores.ledger import Limits
from factsheet_service.stores.originals import CompanyLimits


def test_the_embeddings_endpoint_is_read_from_the_environment():
    settings = settings_from(
        {
            "FACTSHEET_EMBEDDING_URL": "http://vectors:8001/v1",
            "FACTSHEET_EMBEDDING_MODEL": "some-model",
            "FACTSHEET_EMBEDDING_API_KEY": "secret",
        }
    )
    endpoint = settings.embedding
    assert (endpoint.base_url, endpoint.model) == ("http://vectors:8001/v1", "some-model")
    assert endpoint.api_key.get_secret_value() == "secret"


@pytest.mark.parametrize("environment", [{}, {"FACTSHEET_EMBEDDING_URL": ""}])
def test_without_an_address_there_is_no_endpoint(environment):
    assert settings_from(environment).embedding is None


def test_who_needs_vectors_without_an_endpoint_is_told_what_to_set():
    with pytest.raises(UsageError, match="FACTSHEET_EMBEDDING_URL"):
        build_embedder(AppSettings())


def test_the_lease_is_read_from_the_environment():
    assert settings_from({"FACTSHEET_LEASE_S": "12"}).lease_s == 12
    assert settings_from({}).lease_s == LEASE_S


@pytest.mark.parametrize("text", ["9", "0", "-30", "ten", "1e3"])
def test_a_lease_that_a_pause_could_lose_is_refused(text):
    with pytest.raises(UsageError, match="FACTSHEET_LEASE_S"):
        settings_from({"FACTSHEET_LEASE_S": text})


def test_the_memos_limits_are_read_from_the_environment():
    environment = {"FACTSHEET_MEMO_MAX_AGE_DAYS": "30", "FACTSHEET_MEMO_MAX_MB": "0.5"}
    assert settings_from(environment).memo == Limits(30.0, 524288)
    assert settings_from({}).memo == Limits()


@pytest.mark.parametrize("written", ["0", "-1", "many", "inf", "nan"])
def test_a_limit_that_is_none_is_refused(written):
    with pytest.raises(UsageError, match="FACTSHEET_MEMO_MAX_MB"):
        settings_from({"FACTSHEET_MEMO_MAX_MB": written})


def test_ceilings_are_read_from_the_environment():
    environment = {"FACTSHEET_MAX_CALLS": "100", "FACTSHEET_MAX_MINUTES": "1.5"}
    assert settings_from(environment).api.max_budget == Budget(calls=100, minutes=1.5)
    assert settings_from({}).api.max_budget == Budget()


def test_no_secret_is_shown():
    settings = settings_from({"FACTSHEET_SECRET": "hidden", "FACTSHEET_API_KEY": "hidden"})
    assert settings.secret.get_secret_value() == "hidden"
    assert "hidden" not in repr(settings)


def test_the_queue_and_the_wait_for_the_database_are_read_from_the_environment():
    settings = settings_from({"FACTSHEET_QUEUE": "cluster", "FACTSHEET_START_WAIT_S": "0"})
    assert (settings.queue, settings.wait_s) == ("cluster", 0)
    assert (settings_from({}).queue, settings_from({}).wait_s) == ("embedded", 120)


def test_a_queue_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="embedded, cluster"):
        settings_from({"FACTSHEET_QUEUE": "celery"})


def test_limits_of_reading_are_read_from_the_environment():
    settings = settings_from({"FACTSHEET_MAX_PAGES": "12", "FACTSHEET_MAX_FILE_MB": "3"})
    assert (settings.limits.max_pages, settings.limits.max_bytes) == (12, 3 * 2**20)


def test_a_limit_that_is_no_number_is_refused_by_its_name():
    with pytest.raises(UsageError, match="FACTSHEET_MAX_PAGES"):
        settings_from({"FACTSHEET_MAX_PAGES": "many"})


def test_where_files_are_kept_and_how_many_is_read_from_the_environment(tmp_path):
    settings = settings_from(
        {
            "FACTSHEET_WORK": str(tmp_path / "work"),
            "FACTSHEET_FILES_URL": f"file://{tmp_path}/files",
            "FACTSHEET_MAX_COMPANY_FILES": "2",
            "FACTSHEET_MAX_COMPANY_MB": "0.5",
        }
    )
    assert settings.company == CompanyLimits(2, 524288)
    build_workspace(settings).create("acme")
    assert (tmp_path / "files" / "acme" / "company").exists()
    assert not (tmp_path / "work").exists()


def test_without_an_address_files_are_kept_in_the_working_folder(tmp_path):
    settings = settings_from({"FACTSHEET_WORK": str(tmp_path), "FACTSHEET_FILES_URL": ""})
    assert (settings.files_url, settings.company) == (None, CompanyLimits())
    build_workspace(settings).create("acme")
    assert (tmp_path / "acme" / "company").exists()
