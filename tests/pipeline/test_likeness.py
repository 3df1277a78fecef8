import asyncio

import pytest
from factsheet_schemas import ExtractOptions, Settings
from factsheet_service.composition import build_operations
from factsheet_service.core.errors import EngineUnavailable, UsageError
from factsheet_service.core.progress import StageStarted, silent
from factsheet_service.engines.embedding import Embedder
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.pipeline.likeness import Likeness, field_text
from factsheet_service.settings import AppSettings
from factsheet_service.stores.vectors import VectorLog
from support.build import make_document, make_schema
from support.chat_fixtures import _listening_stub, chat_stub

__all__ = ["_listening_stub", "chat_stub"]

GROUPS = make_schema().groups
DOCUMENT = make_document(
    f"1. Notices. {'Each notice is sent in writing to the address of the party. ' * 3}\n\n"
    "2. Pricing. Margin: Hedged? Hedge rate: Notional: Share:"
)


@pytest.fixture
def compared(chat_stub, tmp_path):
    """Compares with the vectors of the stub, which are kept from call to call."""

    def compare(*documents, progress=silent):
        async def run():
            embedder = Embedder(VllmSettings(base_url=chat_stub.base_url))
            log = VectorLog(tmp_path / "vectors.sqlite")
            try:
                return await Likeness(embedder, log).compared(documents, GROUPS, progress)
            finally:
                log.close()
                await embedder.aclose()

        return asyncio.run(run())

    return compare


def test_the_passage_that_is_most_like_a_field_scores_highest(compared):
    scores = compared(DOCUMENT).similarities[DOCUMENT.id]["margin"]
    assert max(scores, key=scores.__getitem__) == max(scores)  # the last passage


def test_likeness_is_a_cosine(compared):
    text = field_text(GROUPS[0].fields[0], GROUPS[0])
    document = make_document(text)
    scores = compared(document).similarities[document.id]["borrower"]
    assert scores[0] == pytest.approx(1.0)


def test_vectors_are_asked_for_once(compared, chat_stub):
    compared(DOCUMENT)
    first = sum(map(len, chat_stub.embedded))
    amendment = make_document("The Margin shall be 3 per cent a year.", "amendment.txt")
    compared(DOCUMENT, amendment)
    assert sum(map(len, chat_stub.embedded)) == first + 1


def test_the_model_is_told(compared):
    assert compared(DOCUMENT).model == "stub"


def test_a_document_without_text_is_like_nothing(compared):
    empty = make_document(" ")
    assert set(compared(empty).similarities[empty.id]) >= {"borrower", "margin"}


def test_progress_says_how_many_texts_have_vectors(compared):
    events = []
    compared(DOCUMENT, progress=events.append)
    assert events[0] == StageStarted("embed", 12)  # ten fields and two passages


NAMES = ("embedding", "hybrid")


def run(tmp_path, retriever, url, coverage="balanced"):
    endpoint = VllmSettings(base_url=url, probe_attempts=1) if url else None
    operations = build_operations(AppSettings(work=tmp_path / "work", embedding=endpoint))
    file = tmp_path / "agreement.txt"
    file.write_text("The Margin on Facility A is 2 per cent a year. Norrvind AS is the Borrower.")
    settings = Settings(coverage=coverage, retriever=retriever)

    async def extract():
        await operations.ingest("norrvind", [file])
        return await operations.extract("norrvind", ExtractOptions(settings=settings))

    return asyncio.run(extract())


@pytest.mark.parametrize("retriever", NAMES)
@pytest.mark.parametrize("coverage", ["balanced", "bm25"])
def test_a_run_goes_by_vectors_and_says_whose(tmp_path, chat_stub, retriever, coverage):
    record = run(tmp_path, retriever, chat_stub.base_url, coverage)
    assert record.run.engine_details["embedding_model"] == "stub"
    assert chat_stub.embedded


@pytest.mark.parametrize("retriever", NAMES)
def test_a_run_without_an_endpoint_is_refused_with_what_to_do(tmp_path, retriever):
    with pytest.raises(UsageError, match="FACTSHEET_EMBEDDING_URL"):
        run(tmp_path, retriever, None)


def test_a_run_with_a_dead_endpoint_says_what_to_do(tmp_path):
    with pytest.raises(EngineUnavailable, match="--runner pooling"):
        run(tmp_path, "hybrid", "http://127.0.0.1:9/v1")


def test_by_words_no_endpoint_is_asked(tmp_path):
    record = run(tmp_path, "bm25", "http://127.0.0.1:9/v1")
    assert "embedding_model" not in record.run.engine_details


def test_at_full_coverage_no_endpoint_is_asked(tmp_path):
    assert run(tmp_path, "hybrid", None, "full").run.is_complete
