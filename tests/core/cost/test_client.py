from factsheet_service.core.cost import Call, Visit
from factsheet_service.core.cost.client import Client


def visit(*sizes):
    """A visit with rounds of so many calls; suffixes tell the rounds apart."""
    return Visit(
        tuple(tuple(Call((), n, 1) for _ in range(size)) for n, size in enumerate(sizes, 1))
    )


def taken(client):
    return list(client.take())


def test_no_more_calls_are_in_flight_than_allowed():
    client = Client([visit(5)], in_flight=3)
    first = taken(client)
    assert len(first) == 3
    client.answered(first[0][1])
    assert len(taken(client)) == 1


def test_only_so_many_windows_are_open_at_a_time():
    client = Client([visit(2), visit(3), visit(4)], windows_in_flight=2)
    first = taken(client)
    assert len(first) == 5
    for _, its in first[:2]:
        client.answered(its)
    assert len(taken(client)) == 4


def test_a_round_waits_for_all_answers_of_the_one_before():
    client = Client([visit(2, 1)])
    first = taken(client)
    client.answered(first[0][1])
    assert taken(client) == []
    client.answered(first[1][1])
    assert [call.suffix_tokens for call, _ in taken(client)] == [2]


def test_empty_rounds_and_visits_are_passed_over():
    client = Client([visit(0), visit(0, 1)], windows_in_flight=1)
    assert len(taken(client)) == 1
