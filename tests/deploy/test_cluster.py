import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from factsheet_service.commands.serve import GRACE_S
from factsheet_service.documents import ReadLimits
from factsheet_service.jobs.shift import STOP_S
from factsheet_service.settings import settings_from

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "deploy" / "cluster"
COMPOSE = yaml.safe_load((CLUSTER / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
ALONE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
OURS = ["api", "worker"]
LASTING = ["api", "worker", "postgres", "vllm", "proxy"]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([sm])", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def megabytes(text):
    number, unit = re.fullmatch(r"(\d+)([mg])", text).groups()
    return int(number) * {"m": 1, "g": 1024}[unit]


def test_the_compose_file_follows_the_compose_specification():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [*checker, str(CLUSTER / "docker-compose.yml")], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_gives_up_its_privileges(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name].get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


@pytest.mark.parametrize("name", ["api", "worker", "postgres", "proxy"])
def test_all_but_the_model_have_a_root_that_cannot_be_written_to(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["tmpfs"]


@pytest.mark.parametrize("name", ["api", "worker", "postgres"])
def test_what_holds_documents_runs_as_nobody_in_particular(name):
    assert int(SERVICES[name]["user"].partition(":")[0]) > 0


@pytest.mark.parametrize("name", LASTING)
def test_every_service_is_bounded_and_has_time_to_stop(name):
    service = SERVICES[name]
    assert service["pids_limit"] <= 4096
    assert "mem_limit" in service or name == "vllm"
    assert seconds(service["stop_grace_period"]) >= 30
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_calls_under_way_may_end_before_a_container_is_killed(name):
    assert seconds(SERVICES[name]["stop_grace_period"]) > GRACE_S + STOP_S


@pytest.mark.parametrize("name", OURS)
def test_memory_holds_what_is_read_at_the_same_time(name):
    limits = ReadLimits()
    read_mb = limits.parallel * limits.memory_bytes / 2**20
    (scratch,) = SERVICES[name]["tmpfs"]
    scratch_mb = megabytes(re.search(r"size=(\d+[mg])", scratch)[1])
    assert megabytes(SERVICES[name]["mem_limit"]) >= read_mb + scratch_mb + 1024


def test_only_the_api_and_the_proxy_are_published():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["api", "proxy"]
    assert SERVICES["api"]["ports"] == ["${FACTSHEET_PUBLISH:-127.0.0.1:8080}:8080"]


@pytest.mark.parametrize("name", ["vllm", "postgres", "worker"])
def test_the_model_the_database_and_the_workers_reach_no_other_network(name):
    networks = SERVICES[name]["networks"]
    assert all(COMPOSE["networks"][network]["internal"] for network in networks)


def test_the_proxy_reaches_the_api_alone():
    (network,) = SERVICES["proxy"]["networks"]
    fellows = {name for name in LASTING if network in SERVICES[name]["networks"]}
    assert fellows == {"proxy", "api"}


def test_the_database_is_reached_by_ours_alone():
    fellows = {name for name in LASTING if "database" in SERVICES[name]["networks"]}
    assert fellows == {"postgres", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_ours_are_a_cluster_with_their_secrets_as_files(name, tmp_path):
    environment = dict(SERVICES[name]["environment"])
    (tmp_path / "database_url").write_text("postgresql://factsheet:p@postgres/factsheet", "utf-8")
    for setting, path in list(environment.items()):
        if setting.endswith("_FILE"):
            secret = Path(path).name
            assert secret in SERVICES[name]["secrets"]
            (tmp_path / secret).touch()
            environment[setting] = str(tmp_path / secret)
    settings = settings_from(environment)
    assert (settings.queue, settings.engine) == ("cluster", "vllm")
    assert settings.database_url == "postgresql://factsheet:p@postgres/factsheet"
    assert settings.vllm.base_url == "http://vllm:8000/v1"


@pytest.mark.parametrize("name", LASTING)
def test_no_secret_is_in_the_environment(name):
    named = SERVICES[name].get("environment", {})
    assert not [
        key
        for key in named
        if re.search("KEY|PASSWORD|SECRET|URL", key)
        and not key.endswith("_FILE")
        and key != "FACTSHEET_VLLM_URL"
    ]


def test_each_secret_is_a_file_that_the_script_makes():
    script = (CLUSTER / "make-secrets.sh").read_text("utf-8")
    made = set(re.findall(r"^make_secret (\w+) ", script, re.MULTILINE))
    assert {name: one["file"] for name, one in COMPOSE["secrets"].items()} == {
        name: f"./secrets/{name}" for name in made
    }


def test_the_script_makes_keys_of_256_bits_and_keeps_those_that_are_there(tmp_path):
    script = tmp_path / "make-secrets.sh"
    script.write_text((CLUSTER / "make-secrets.sh").read_text("utf-8"), "utf-8")
    made = [_secrets_of(script, tmp_path / "secrets") for _ in range(2)]
    assert made[0] == made[1]
    password = made[0]["database_password"]
    assert re.fullmatch(r"[0-9a-f]{64}", password)
    assert made[0]["database_url"] == f"postgresql://factsheet:{password}@postgres/factsheet"
    assert len(set(made[0].values())) == len(COMPOSE["secrets"])
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def _secrets_of(script, folder):
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_secrets_are_never_committed():
    assert "secrets/" in (CLUSTER / ".gitignore").read_text("utf-8").splitlines()


def test_vllm_runs_as_it_does_alone():
    differing = {"entrypoint", "environment", "secrets", "volumes"}
    here, there = (
        {key: value for key, value in service.items() if key not in differing}
        for service in (SERVICES["vllm"], ALONE["vllm"])
    )
    assert here == there
    environment = dict(ALONE["vllm"]["environment"])
    environment.pop("VLLM_API_KEY")
    assert SERVICES["vllm"]["environment"] == environment


def test_ours_wait_for_the_database_and_not_for_the_model():
    for name in OURS:
        waits = {key: value["condition"] for key, value in SERVICES[name]["depends_on"].items()}
        assert waits == {"postgres": "service_healthy", "vllm": "service_started"}


def test_the_proxy_speaks_tls_for_the_api_and_hides_what_operators_read():
    text = (CLUSTER / "Caddyfile").read_text("utf-8")
    assert "443:443" in SERVICES["proxy"]["ports"]
    assert re.search(r"^\{\$FACTSHEET_DOMAIN\} \{$", text, re.MULTILINE)
    assert "reverse_proxy api:8080" in text
    assert re.search(r"@internal path .*/metrics", text)
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in SERVICES["proxy"]["volumes"]


def test_base_images_are_pinned_to_one_tag():
    images = {service["image"] for service in SERVICES.values()}
    assert all(re.fullmatch(r"[\w./-]+:v?\d+\.\d+[\w.-]*", image) for image in images)
