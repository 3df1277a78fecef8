import pytest
from factsheet_schemas import Budget
from factsheet_service.api.settings import ApiSettings, api_limits_from
from factsheet_service.core.errors import UsageError
from factsheet_service.core.webhooks import Webhooks


def test_without_a_word_the_defaults_hold():
    assert api_limits_from({}) == ApiSettings()


def test_the_environment_sets_limits():
    assert api_limits_from(
        {
            "FACTSHEET_MAX_UPLOAD_MB": "1.5",
            "FACTSHEET_MAX_UPLOAD_FILES": "3",
            "FACTSHEET_MAX_RUNNING": "4",
            "FACTSHEET_MAX_QUEUED": "5",
            "FACTSHEET_MAX_QUEUED_PER_TENANT": "6",
            "FACTSHEET_RATE_PER_KEY": "50/second",
            "FACTSHEET_METRICS": "key",
            "FACTSHEET_WEBHOOKS": "on",
            "FACTSHEET_MAX_CALLS": "100",
            "FACTSHEET_MAX_MINUTES": "2.5",
        }
    ) == ApiSettings(
        max_upload_bytes=1536 * 1024,
        max_upload_files=3,
        max_jobs_running=4,
        max_jobs_queued=5,
        max_queued_per_tenant=6,
        rate_per_key="50/second",
        has_open_metrics=False,
        webhooks=Webhooks.ON,
        max_budget=Budget(calls=100, minutes=2.5),
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("FACTSHEET_MAX_UPLOAD_MB", "much"),
        ("FACTSHEET_MAX_UPLOAD_MB", "0"),
        ("FACTSHEET_MAX_QUEUED", "-1"),
        ("FACTSHEET_RATE_PER_KEY", "fast"),
        ("FACTSHEET_METRICS", "no"),
        ("FACTSHEET_WEBHOOKS", "yes"),
        ("FACTSHEET_MAX_CALLS", "0"),
        ("FACTSHEET_MAX_TOKENS", "1e6"),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, written):
    with pytest.raises(UsageError, match=name):
        api_limits_from({name: written})
