import pytest
from factsheet_service.api.callers import ANYBODY, MAX_KNOWN, OPERATOR, TRUST_S, Callers, is_key
from factsheet_service.core.access import Caller, Scope
from factsheet_service.core.errors import StoreUnavailable, Unauthorized
from factsheet_service.stores.keys import ApiKey
from pydantic import SecretStr
from support.clock import Clock

READ = frozenset({Scope.READ})


class Keys:
    """Keys by their text, as the database would find them."""

    def __init__(self):
        self.by_text = {}
        self.num_asked = 0

    async def find(self, secret):
        self.num_asked += 1
        return self.by_text.get(secret)

    async def has_any(self):
        self.num_asked += 1
        return bool(self.by_text)


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def callers(keys, clock):
    return Callers(keys, None, clock, clock)


def a_key(**changes):
    given = {"id": "k1", "tenant": "bank", "name": "", "scopes": READ, "created_at": 0.0}
    return ApiKey(**(given | changes))


async def test_a_key_says_who_calls(callers, keys):
    keys.by_text["fs_a"] = a_key()
    assert await callers.caller("fs_a") == Caller("k1", "bank", READ)
    for given in (None, "", "fs_b"):
        with pytest.raises(Unauthorized):
            await callers.caller(given)


async def test_without_any_key_anybody_may_do_all(callers):
    assert await callers.caller(None) == ANYBODY == Caller("anybody")
    assert await callers.caller("fs_x") == ANYBODY


async def test_the_first_key_closes_an_open_service_within_seconds(callers, keys, clock):
    await callers.caller(None)
    keys.by_text["fs_a"] = a_key()
    clock.now += TRUST_S
    with pytest.raises(Unauthorized):
        await callers.caller(None)


async def test_the_operators_key_needs_no_database(clock):
    class Away:
        async def find(self, _):
            raise StoreUnavailable

    callers = Callers(Away(), SecretStr("sesame"), clock, clock)
    assert await callers.caller("sesame") == OPERATOR
    with pytest.raises(Unauthorized):
        await callers.caller(None)
    with pytest.raises(StoreUnavailable):
        await callers.caller("fs_other")


async def test_the_database_is_asked_once_in_a_few_seconds(callers, keys, clock):
    keys.by_text["fs_a"] = a_key()
    for _ in range(100):
        await callers.caller("fs_a")
    assert keys.num_asked == 1


async def test_a_revoked_key_works_a_few_seconds_at_most(callers, keys, clock):
    keys.by_text["fs_a"] = a_key()
    await callers.caller("fs_a")
    keys.by_text["fs_a"] = a_key(revoked_at=clock())
    clock.now += TRUST_S
    with pytest.raises(Unauthorized):
        await callers.caller("fs_a")


async def test_a_key_that_is_known_still_expires_in_time(callers, keys, clock):
    keys.by_text["fs_a"] = a_key(expires_at=clock() + 1)
    await callers.caller("fs_a")
    clock.now += 1
    with pytest.raises(Unauthorized):
        await callers.caller("fs_a")


async def test_guessing_at_keys_fills_no_memory(callers, keys):
    keys.by_text["fs_a"] = a_key()
    for number in range(MAX_KNOWN + 10):
        with pytest.raises(Unauthorized):
            await callers.caller(f"fs_{number}")
    assert len(callers._known) <= MAX_KNOWN


def test_keys_beyond_ascii_compare():
    assert is_key("ключ", SecretStr("ключ"))
    assert not is_key("ключ", SecretStr("kлюч"))
