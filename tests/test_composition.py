import pytest
from factsheet_service.composition import AppSettings, build_embedder, settings_from
from factsheet_service.core.errors import UsageError


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
