import pytest
from factsheet_service.core.cost import DEFAULT_PROFILE, PROFILES, gpu_profile
from factsheet_service.core.errors import UsageError


def test_an_unknown_profile_is_refused_with_the_list_of_known_ones():
    with pytest.raises(UsageError, match=r"'tpu'.*a100-3g\.20gb"):
        gpu_profile("tpu")


def test_the_default_profile_is_one_of_those_known():
    assert gpu_profile(DEFAULT_PROFILE) is PROFILES[DEFAULT_PROFILE]


@pytest.mark.parametrize(
    ("name", "kv_bytes", "kv_tokens"),
    [
        ("a100-3g.20gb", 196_608, 40_700),
        ("a100-3g.20gb-8b", 147_456, 80_500),
        ("a100-3g.20gb-7b", 57_344, 216_000),
        ("a100-3g.20gb-9b", 32_768, 287_000),
        ("a100-80gb", 196_608, 340_000),
    ],
)
def test_the_cache_takes_what_the_weights_leave(name, kv_bytes, kv_tokens):
    profile = PROFILES[name]
    assert profile.model.kv_bytes == kv_bytes
    assert profile.kv_tokens == pytest.approx(kv_tokens, rel=0.005)
