import pytest
from factsheet_service.commands.serve import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_addresses_of_this_machine_are_closed_to_others(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.7", "factsheet.internal"])
def test_other_addresses_are_open(host):
    assert not is_loopback(host)
