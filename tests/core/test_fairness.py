from collections import Counter

import pytest
from factsheet_service.core.fairness import DeficitRoundRobin, Owner
from hypothesis import given
from hypothesis import strategies as st


def drained(queue):
    return [queue.pop() for _ in range(len(queue))]


def test_one_lane_is_first_come_first_served():
    queue = DeficitRoundRobin(10)
    for item in range(5):
        queue.put(("t", "c"), 7, item)

    assert drained(queue) == [0, 1, 2, 3, 4]


def test_a_company_that_comes_late_is_served_in_the_next_round():
    queue = DeficitRoundRobin(10)
    for number in range(6):
        queue.put(("t", "early"), 10, f"early {number}")
    queue.put(("t", "late"), 10, "late")

    assert drained(queue).index("late") <= 2


def test_tenants_share_alike_however_many_companies_they_have():
    queue = DeficitRoundRobin(10)
    for number in range(40):
        queue.put(("big", f"company {number % 10}"), 10, "big")
        queue.put(("small", "company"), 10, "small")

    first = Counter(queue.pop() for _ in range(40))
    assert abs(first["big"] - first["small"]) <= 2


def test_lanes_share_by_cost_and_not_by_number():
    queue = DeficitRoundRobin(10)
    for _ in range(100):
        queue.put(("t", "dear"), 20, 20)
        queue.put(("t", "cheap"), 5, 5)

    spent = Counter()
    for cost in (queue.pop() for _ in range(60)):
        spent[cost] += cost
    assert spent[20] == pytest.approx(spent[5], abs=30)


def test_the_next_cost_is_that_of_the_item_that_comes():
    queue = DeficitRoundRobin(10)
    queue.put(("a", "x"), 25, 25)
    queue.put(("b", "y"), 3, 3)

    for _ in range(2):
        cost = queue.next_cost()
        assert queue.pop() == cost


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 50)), max_size=40
    )
)
def test_all_that_was_put_comes_out_once_and_each_lane_in_order(puts):
    queue = DeficitRoundRobin(10)
    for number, (tenant, company, cost) in enumerate(puts):
        queue.put(Owner(tenant, company).path, cost, (tenant, company, number))
    out = drained(queue)

    assert sorted(number for *_, number in out) == list(range(len(puts)))
    for lane in {(tenant, company) for tenant, company, _ in out}:
        mine = [number for *path, number in out if tuple(path) == lane]
        assert mine == sorted(mine)
