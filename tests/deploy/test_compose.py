import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from factsheet_service.commands.serve import GRACE_S
from factsheet_service.settings import settings_from

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
PROFILE = ROOT / "deploy" / "a100-20gb"
FLAGS = yaml.safe_load((PROFILE / "vllm.yaml").read_text("utf-8"))
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines()
    if "=" in line and not line.startswith("#")
)


def filled(text):
    """Compose's interpolation, with the values of .env.example."""
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda match: EXAMPLE[match[1]], text)


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([sm])", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def test_the_compose_file_follows_the_compose_specification():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [*checker, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_dockerfile_passes_its_linter():
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    linted = subprocess.run(
        [str(hadolint), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_compose_starts_vllm_with_the_profiles_file():
    vllm = SERVICES["vllm"]
    option, inside = vllm["command"]
    mounted = [filled(volume) for volume in vllm["volumes"]]
    assert option == "--config"
    assert f"./deploy/a100-20gb/vllm.yaml:{inside}:ro" in mounted


@pytest.mark.parametrize("page", ["deploy/a100-20gb/README.md", "deploy/vllm/README.md"])
def test_the_readmes_start_vllm_with_the_same_file(page):
    text = (ROOT / page).read_text("utf-8")
    assert "vllm serve --config deploy/a100-20gb/vllm.yaml" in text


def test_the_readme_explains_each_flag_with_the_value_that_is_served():
    text = (PROFILE / "README.md").read_text("utf-8")
    said = dict(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \| \S", text, re.MULTILINE))
    assert {flag: yaml.safe_load(value) for flag, value in said.items()} == FLAGS


def test_the_image_and_the_environment_hold_the_same_vllm():
    requirements = (ROOT / "deploy" / "vllm" / "requirements.in").read_text("utf-8")
    (version,) = re.findall(r"^vllm==(\S+)$", requirements, re.MULTILINE)
    assert SERVICES["vllm"]["image"] == f"vllm/vllm-openai:v{version}"


def test_the_model_that_is_fetched_is_the_one_that_is_served():
    assert filled(SERVICES["fetch-model"]["entrypoint"][-1]) == FLAGS["model"]


def test_the_service_asks_for_the_name_that_vllm_serves():
    environment = {k: filled(str(v)) for k, v in SERVICES["factsheet"]["environment"].items()}
    settings = settings_from(
        environment | {"FACTSHEET_VLLM_API_KEY": "k", "FACTSHEET_API_KEY": "k"}
    )
    assert settings.engine == "vllm"
    assert settings.vllm.model == FLAGS["served-model-name"]
    assert settings.vllm.base_url == "http://vllm:8000/v1"
    assert settings.work == Path("/data")
    assert settings.api_key is not None
    assert settings.vllm.api_key is not None


def test_vllm_takes_more_at_once_than_the_service_sends():
    assert FLAGS["max-num-seqs"] >= settings_from({}).vllm.max_in_flight


def test_vllm_is_reached_by_the_service_alone():
    vllm = SERVICES["vllm"]
    assert "ports" not in vllm
    assert [COMPOSE["networks"][name]["internal"] for name in vllm["networks"]] == [True]
    assert set(vllm["networks"]) < set(SERVICES["factsheet"]["networks"])


def test_the_service_is_published_to_this_machine_only_by_default():
    assert filled(SERVICES["factsheet"]["ports"][0]) == "127.0.0.1:8080:8080"


def test_vllm_gets_longer_to_stop_than_it_asks_for():
    assert seconds(SERVICES["vllm"]["stop_grace_period"]) > FLAGS["shutdown-timeout"]


def test_the_service_gets_longer_to_stop_than_it_asks_for():
    assert seconds(SERVICES["factsheet"]["stop_grace_period"]) > GRACE_S


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_gives_up_its_privileges(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_the_service_writes_nowhere_but_to_its_volume_and_a_temporary_folder():
    service = SERVICES["factsheet"]
    assert service["read_only"] is True
    assert service["volumes"] == ["work:/data"]
    assert all(mount.startswith("/tmp:") for mount in service["tmpfs"])


def test_vllm_has_a_gpu_and_says_when_it_is_healthy():
    (device,) = SERVICES["vllm"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
    assert "/health" in SERVICES["vllm"]["healthcheck"]["test"][-1]


def test_shared_memory_holds_what_is_offloaded_to_it():
    (ceiling,) = re.findall(r"^(\d+)gb$", SERVICES["vllm"]["shm_size"])
    assert int(ceiling) > 1.92 * FLAGS["kv-offloading-size"]


def test_the_example_environment_names_every_variable_of_the_compose_file():
    used = re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text("utf-8"))
    assert set(used) == set(EXAMPLE)


def test_the_example_environment_holds_no_key():
    assert EXAMPLE["FACTSHEET_API_KEY"] == EXAMPLE["VLLM_API_KEY"] == ""
