import pytest
from factsheet_schemas.api import Job, JobState
from factsheet_service.core.errors import KeyReused
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.requests import (
    asked_with,
    earlier_job,
    num_unfinished_of,
    unfinished_by_state,
)


def a_job(number):
    return Job(id=f"job-{number}", company="acme", created_at="2030-01-01T00:00:00")


def test_a_request_is_known_by_what_it_says_not_by_how():
    same = [
        asked_with("k", "acme", {"a": 1, "b": [2]}),
        asked_with("k", "acme", {"b": [2], "a": 1}),
    ]
    assert same[0] == same[1]
    others = [asked_with("k", "other", {"a": 1, "b": [2]}), asked_with("k", "acme", {"a": 1})]
    assert len({same[0].fingerprint, *(other.fingerprint for other in others)}) == 3


async def test_the_job_of_an_earlier_request_is_found_by_its_tenant_alone(database):
    asked = asked_with("k", "acme", {})
    await JobStore(database).add(a_job(1), "bank", asked)
    assert await earlier_job(database, asked, "bank") == a_job(1)
    assert await earlier_job(database, asked, "rival") is None
    assert await earlier_job(database, asked_with("new", "acme", {}), "bank") is None
    with pytest.raises(KeyReused):
        await earlier_job(database, asked_with("k", "acme", {"preset": "fast"}), "bank")


async def test_unfinished_jobs_are_counted_by_tenant_and_by_state(database):
    store = JobStore(database)
    for number, tenant in enumerate(["bank", "bank", "bank", "rival"]):
        await store.add(a_job(number), tenant)
    for number, state in ((0, JobState.FAILED), (1, JobState.RUNNING)):
        claim = await store.claim(f"job-{number}")
        moved = claim.job.model_copy(update={"state": state})
        await (store.let_go(claim, moved) if state.is_final else store.renew(claim, moved))
    assert [await num_unfinished_of(database, one) for one in ("bank", "rival", "nobody")] == [
        2,
        1,
        0,
    ]
    assert await unfinished_by_state(database) == {"queued": 2, "running": 1}
