import pytest
from factsheet_service.composition import AppSettings, build_embedder, settings_from
from factsheet_service.core.errors import UsageError
from factsheet_service.stores.jobs import LEASE_S


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
