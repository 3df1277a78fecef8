import pytest
from factsheet_service.core.access import ALL_SCOPES, Scope
from factsheet_service.core.errors import UsageError
from factsheet_service.stores.keys import KeyStore
from sqlalchemy import text
from support.clock import Clock

DAY_S = 86_400
READ = frozenset({Scope.READ})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(database, clock):
    return KeyStore(database, clock)


async def test_a_key_is_found_by_its_text_alone(keys):
    made, secret = await keys.add("bank", "ci", READ)
    found = await keys.find(secret)
    assert (found.id, found.tenant, found.name, found.scopes) == (made.id, "bank", "ci", READ)
    assert await keys.find(secret + "x") is None
    assert await keys.find("") is None


async def test_a_key_has_256_bits_and_no_two_are_alike(keys):
    secrets = {(await keys.add("", "", ALL_SCOPES))[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(secret.startswith("fs_") and len(secret) == 3 + 43 for secret in secrets)


async def test_the_database_does_not_hold_the_text_of_a_key(keys, database):
    _, secret = await keys.add("bank", "ci", READ)
    rows = await database.rows(text("select * from api_keys"))
    assert secret not in repr(rows)
    assert secret.removeprefix("fs_") not in repr(rows)


async def test_a_key_expires(keys, clock):
    _, secret = await keys.add("", "", READ, lives_s=DAY_S)
    assert (await keys.find(secret)).is_good(clock())
    clock.now += DAY_S
    assert not (await keys.find(secret)).is_good(clock())


async def test_a_revoked_key_is_good_no_more_and_cannot_be_revoked_again(keys, clock):
    made, secret = await keys.add("", "", READ)
    await keys.revoke(made.id)
    assert not (await keys.find(secret)).is_good(clock())
    for key_id in (made.id, "nope"):
        with pytest.raises(UsageError, match=key_id):
            await keys.revoke(key_id)


async def test_a_tenants_keys_are_revoked_together(keys, clock):
    secrets = [(await keys.add(tenant, "", READ))[1] for tenant in ("bank", "bank", "rival")]
    assert await keys.revoke_all("bank") == 2
    assert [(await keys.find(secret)).is_good(clock()) for secret in secrets] == [
        False,
        False,
        True,
    ]


async def test_that_a_key_was_used_is_noted_by_the_day(keys, clock):
    _, secret = await keys.add("", "", READ)
    assert (await keys.all())[0].used_on is None
    await keys.find(secret)
    first = (await keys.all())[0].used_on
    clock.now += DAY_S
    await keys.find(secret)
    assert (first, (await keys.all())[0].used_on) == ("1970-01-12", "1970-01-13")


async def test_lists_are_of_one_tenant_or_all_and_a_revoked_key_still_counts(keys, clock):
    assert not await keys.has_any()
    made, _ = await keys.add("bank", "one", READ)
    clock.now += 1
    await keys.add("rival", "two", READ)
    await keys.revoke(made.id)
    assert [key.name for key in await keys.all()] == ["one", "two"]
    assert [key.name for key in await keys.all("rival")] == ["two"]
    assert await keys.has_any()
