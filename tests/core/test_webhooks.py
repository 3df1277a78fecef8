from ipaddress import ip_address

import pytest
from factsheet_schemas.api import Job, JobState, Problem
from factsheet_service.core.errors import UsageError
from factsheet_service.core.webhooks import (
    GIVE_UP_S,
    LONGEST_WAIT_S,
    checked_secret,
    checked_url,
    is_public,
    may_be_reached,
    message_of,
    new_secret,
    wait_after,
)

LOOPBACK = "http://127.0.0.1:9/hook"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.0.0.8", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds tell a machine its secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("198.18.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("2001:db8::1", False),
    ],
)
def test_only_public_addresses_are_posted_to(address, may):
    assert is_public(ip_address(address)) is may


@pytest.mark.parametrize(
    ("address", "may"), [("127.0.0.1", True), ("::1", True), ("10.0.0.8", False)]
)
def test_this_machine_is_posted_to_where_that_is_set(address, may):
    assert may_be_reached(ip_address(address), is_local=True) is may
    assert not may_be_reached(ip_address(address), is_local=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://localhost/hook",
        "ftp://example.com",
        "example.com/hook",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com/#here",
        "https://example.com:99999/",
        "https://[::1",
        "https://[fe80::1]/",
        "https://127.0.0.1/",
        "https://exämple.com/",
        "https://example.com/a b",
        "https://example.com/\r\nHost: other",
        "",
    ],
)
def test_an_address_that_cannot_be_is_refused(url):
    with pytest.raises(UsageError, match=r"body\.url"):
        checked_url(url, is_local=False)


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("https://example.com/hook?from=us", False),
        ("https://93.184.216.34:8443/", False),
        (LOOPBACK, True),
        ("http://localhost:8000/hook", True),
        ("https://127.0.0.1/", True),
    ],
)
def test_an_address_that_may_be_is_taken(url, is_local):
    assert checked_url(url, is_local) == url


def test_without_tls_nothing_leaves_this_machine():
    with pytest.raises(UsageError):
        checked_url("http://example.com/", is_local=True)


@pytest.mark.parametrize(
    ("attempts", "age_s", "chance", "wait_s"),
    [
        (1, 0, 0, 5),
        (2, 10, 0, 10),
        (2, 10, 1, 5),
        (10, 3600, 0, 2560),
        (13, 20_000, 0, LONGEST_WAIT_S),
        (5_000, 80_000, 0, LONGEST_WAIT_S),
        (17, GIVE_UP_S, 0, None),
    ],
)
def test_waits_double_up_to_a_day(attempts, age_s, chance, wait_s):
    assert wait_after(attempts, age_s, chance) == wait_s


@pytest.mark.parametrize("chance", [0, 0.5, 1])
def test_a_message_is_tried_some_twenty_times(chance):
    age, attempts = 0.0, 1
    while (wait := wait_after(attempts, age, chance)) is not None:
        age, attempts = age + wait, attempts + 1
    assert 15 <= attempts <= 25
    assert GIVE_UP_S <= age < GIVE_UP_S + LONGEST_WAIT_S


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_AAAA", "whsec_" + "A" * 33, "whsec_" + "A" * 92]
)
def test_a_secret_that_cannot_sign_is_refused(text):
    with pytest.raises(UsageError):
        checked_secret(text)


def test_secrets_are_good_and_never_the_same():
    assert len({checked_secret(new_secret()) for _ in range(10)}) == 10


def ended(state, **more):
    when = {"created_at": "2030-01-01T00:00:00Z", "finished_at": "2030-01-01T00:01:00Z"}
    return Job(id="j", company="acme", state=state, **when, **more)


def test_a_message_tells_where_to_read_on():
    told = message_of(ended(JobState.PARTIAL, run_id="r")).model_dump(mode="json")
    assert told == {
        "type": "job.partial",
        "timestamp": "2030-01-01T00:01:00Z",
        "data": {
            "job": "j",
            "company": "acme",
            "state": "partial",
            "links": {"job": "/jobs/j", "result": "/jobs/j/result"},
        },
    }


def test_a_message_tells_nothing_of_documents_nor_why_it_failed():
    problem = Problem(title="t", status=500, detail="The Borrower shall", instance="/jobs/j")
    job = ended(JobState.FAILED, problem=problem, documents={"d": "0" * 64})
    told = message_of(job).model_dump_json(exclude_none=True)
    assert "Borrower" not in told
    assert "0" * 64 not in told
    assert "result" not in told
