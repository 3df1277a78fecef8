import subprocess
import sys
from pathlib import Path

import pytest
from factsheet_service.commands.keys import seconds
from factsheet_service.core.errors import UsageError

FACTSHEET = Path(sys.executable).with_name("factsheet")


def keys(work, *arguments):
    command = [FACTSHEET, "keys", *arguments, "--work", work]
    return subprocess.run(
        command, capture_output=True, text=True, env={"COLUMNS": "200"}, check=False
    )


def test_a_key_is_made_listed_and_revoked(tmp_path):
    made = keys(tmp_path, "add", "--tenant", "acme", "--scopes", "read,erase", "--name", "ci")
    secret, key_id = made.stdout.strip(), made.stderr.split(";")[0].removeprefix("key ")
    assert secret.startswith("fs_")
    listed = keys(tmp_path, "list").stdout
    assert all(word in listed for word in (key_id, "acme", "erase,read", "ci"))
    assert secret not in listed
    assert keys(tmp_path, "list", "--tenant", "rival").stdout.count(key_id) == 0
    assert keys(tmp_path, "revoke", key_id).returncode == 0
    again = keys(tmp_path, "revoke", key_id)
    assert (again.returncode, "no key" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("add", "--scopes", "all"), "read, write, erase, admin"),
        (("add", "--tenant", "../x"), "letters, digits"),
        (("add", "--expires", "soon"), "write 12h, 90d or 4w"),
        (("revoke",), "which key?"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(tmp_path, arguments, remedy):
    done = keys(tmp_path, *arguments)
    assert (done.returncode, remedy in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("written", "read"), [("12h", 43_200), ("90d", 7_776_000), ("1w", 604_800)]
)
def test_spans_of_time_are_read(written, read):
    assert seconds(written) == read


@pytest.mark.parametrize("written", ["", "0d", "-1d", "90", "1y", "999999d"])
def test_other_spans_are_refused(written):
    with pytest.raises(UsageError):
        seconds(written)
