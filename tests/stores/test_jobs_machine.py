"""Jobs in the database against a model of them: any steps in any order, by several workers.

`make state` takes many more steps; FACTSHEET_STATE_STEPS says how many on each database.
"""

import asyncio
import os
from dataclasses import dataclass

import pytest
from factsheet_schemas.api import Job, JobState
from factsheet_service.core.errors import Fenced, KeyReused, UnknownJob
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import Asked, Claim, JobStore
from factsheet_service.stores.tables import jobs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from support.clock import Clock

NUM_STEPS = int(os.environ.get("FACTSHEET_STATE_STEPS", "300"))
STEPS_PER_LIFE = 50
LEASE_S = 10.0
TENANTS = ("bank", "rival")
ENDS = [state for state in JobState if state.is_final]
WORKERS = ("w1", "w2", "w3")


@dataclass
class Known:
    """What the model knows of one job."""

    job: Job
    tenant: str
    priority: int
    deadline: float | None
    seq: int
    fence: int = 0
    lease_until: float = 0.0
    is_cancelled: bool = False
    num_vain: int = 0


class Jobs(RuleBasedStateMachine):
    """One life: steps against an empty table; the class is told where, and counts the steps."""

    database: Database
    clock: Clock
    loop: asyncio.Runner
    num_steps = 0

    claims = Bundle("claims")

    def __init__(self):
        super().__init__()
        self.store = JobStore(self.database, LEASE_S)
        self.known: dict[str, Known] = {}
        self.keys: dict[tuple[str, str], tuple[str, str]] = {}  # to fingerprint and job
        self.do(self._empty())

    async def _empty(self):
        await self.database.do(jobs.delete())

    def do(self, work):
        return self.loop.run(work)

    def free(self):
        now = self.clock.now
        return [
            one
            for one in self.known.values()
            if not one.job.state.is_final and (one.lease_until == 0.0 or one.lease_until < now)
        ]

    def unfinished_of(self, tenant):
        return [k for k in self.known.values() if k.tenant == tenant and not k.job.state.is_final]

    def picked(self, number):
        return list(self.known.values())[number % len(self.known)] if self.known else None

    @rule(
        tenant=st.sampled_from(TENANTS),
        key=st.none() | st.sampled_from("kl"),
        fingerprint=st.sampled_from("fg"),
        deadline_s=st.none() | st.sampled_from([5.0, 40.0]),
    )
    def submit(self, tenant, key, fingerprint, deadline_s):
        type(self).num_steps += 1
        job = Job(id=f"j{len(self.known)}", company="acme", created_at="2030")
        asked = Asked(key, fingerprint) if key else None
        earlier = self.keys.get((tenant, key)) if key else None
        if earlier and earlier[0] != fingerprint:
            with pytest.raises(KeyReused):
                self.do(self.store.add(job, tenant, asked, deadline_s))
            return
        priority = -len(self.unfinished_of(tenant))
        told = self.do(self.store.add(job, tenant, asked, deadline_s))
        if earlier:
            assert told == self.known[earlier[1]].job
            return
        assert told == job
        deadline = None if deadline_s is None else self.clock.now + deadline_s
        self.known[job.id] = Known(job, tenant, priority, deadline, len(self.known))
        if key:
            self.keys[tenant, key] = (fingerprint, job.id)

    @rule(target=claims, worker=st.sampled_from(WORKERS), number=st.integers(0, 30))
    def claim(self, worker, number):
        type(self).num_steps += 1
        one = self.picked(number)
        claim = self.do(self.store.claim(one.job.id if one else "never was"))
        if one not in self.free():
            assert claim is None
            return multiple()
        one.fence += 1
        one.lease_until = self.clock.now + LEASE_S
        left = None if one.deadline is None else pytest.approx(one.deadline - self.clock.now)
        expected = Claim(one.job, one.tenant, one.fence, one.is_cancelled, left, one.num_vain)
        assert claim == expected
        one.num_vain += 1
        return (worker, claim)

    def write(self, claim, write, job):
        """What the store says to a write, and the job it may have changed."""
        one = self.known[claim.job.id]
        if write == self.store.finish and (one.fence, one.job.state) == (claim.fence, job.state):
            assert self.do(write(claim, job)) is None  # said again, it changes nothing
            return None, None
        if one.fence != claim.fence or one.job.state.is_final:
            with pytest.raises(Fenced):
                self.do(write(claim, job))
            return None, None
        said = self.do(write(claim, job))
        one.job = job
        return one, said

    @rule(held=claims)
    def renew(self, held):
        type(self).num_steps += 1
        _, claim = held
        moved = claim.job.model_copy(update={"state": JobState.RUNNING, "version": 7})
        one, is_to_be_cancelled = self.write(claim, self.store.renew, moved)
        if one:
            one.lease_until = self.clock.now + LEASE_S
            assert is_to_be_cancelled == one.is_cancelled

    @rule(held=claims, state=st.sampled_from(ENDS))
    def finish(self, held, state):
        type(self).num_steps += 1
        _, claim = held
        one, _ = self.write(claim, self.store.finish, claim.job.model_copy(update={"state": state}))
        if one:
            one.lease_until = 0.0

    @rule(held=claims)
    def let_go(self, held):
        type(self).num_steps += 1
        _, claim = held
        left = claim.job.model_copy(update={"state": JobState.QUEUED})
        one, _ = self.write(claim, self.store.let_go, left)
        if one:
            one.lease_until = 0.0
            one.num_vain -= 1

    @rule(number=st.integers(0, 30), tenant=st.sampled_from(TENANTS))
    def cancel(self, number, tenant):
        type(self).num_steps += 1
        one = self.picked(number)
        if one is None or one.tenant != tenant:
            with pytest.raises(UnknownJob):
                self.do(self.store.cancel(one.job.id if one else "never was", tenant))
            return
        self.do(self.store.cancel(one.job.id, tenant))
        one.is_cancelled = True

    @rule(seconds=st.sampled_from([1.0, LEASE_S - 1, LEASE_S + 1]))
    def time_passes(self, seconds):
        type(self).num_steps += 1
        self.clock.now += seconds

    @invariant()
    def what_is_due_is_what_is_free_in_the_order_of_turns(self):
        turns = sorted(self.free(), key=lambda one: (-one.priority, one.seq))
        assert self.do(self.store.due()) == tuple(one.job.id for one in turns)

    @invariant()
    def what_is_spent_needs_only_be_ended(self):
        now = self.clock.now
        spent = {
            one.job.id
            for one in self.free()
            if one.is_cancelled or (one.deadline is not None and one.deadline < now)
        }
        assert set(self.do(self.store.spent())) == spent

    @invariant()
    def every_job_stands_as_it_was_left_and_is_its_tenants_alone(self):
        for tenant in TENANTS:
            own = [one.job for one in self.known.values() if one.tenant == tenant]
            told = self.do(self.store.page(tenant=tenant, limit=100)).jobs
            assert list(told) == own[::-1]


@pytest.fixture
def machine(database_url):
    clock = Clock()
    with asyncio.Runner() as loop:
        database = Database(database_url, clock)
        loop.run(database.__aenter__())
        try:
            yield type(
                "Jobs",
                (Jobs,),
                {"database": database, "clock": clock, "loop": loop, "num_steps": 0},
            )
        finally:
            loop.run(database.aclose())


@pytest.mark.timeout(3600)
def test_no_order_of_steps_leads_the_jobs_astray(machine):
    while machine.num_steps < NUM_STEPS:
        lives = max(1, (NUM_STEPS - machine.num_steps) // STEPS_PER_LIFE)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=lives, stateful_step_count=STEPS_PER_LIFE, deadline=None
            ),
        )
    print(f"{machine.num_steps} steps")
    assert machine.num_steps >= NUM_STEPS
