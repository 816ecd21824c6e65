"""docker-compose.yml and what lies beside it, read as they are written; no engine runs here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.services.compose_secrets import make_secrets_of_compose
from config.services.home import CHECKOUT
from smoke import images, stage
from smoke.compose import Service, service, written
from smoke.here import Here

SERVICES = {
    "postgres": "postgres:18",
    "pgbouncer": "pana-pgbouncer",
    "broker": "rabbitmq:4",
    "cache": "valkey/valkey:9",
    "migrate": "pana",
    "web": "pana",
    "worker": "pana",
    "beat": "pana",
    "caddy": "caddy:2",
}
OURS = ("migrate", "web", "worker", "beat")
LASTING = tuple(name for name in SERVICES if name != "migrate")
OURS_TO_MAKE = {"tls_certificate", "tls_key"}  # whoever runs Pana brings them


def of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = written()["services"][name]
    return found


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    make_secrets_of_compose(tmp_path / "secrets")
    return tmp_path / "secrets"


# --- services ------------------------------------------------------------------------------------


def test_there_are_these_services_and_no_others():
    assert {name: each["image"] for name, each in written()["services"].items()} == SERVICES


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_a_health_check_and_comes_back(name):
    assert of(name)["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert of(name)["restart"] == "unless-stopped"
    assert of(name)["logging"]["options"]["max-size"]


def test_the_pages_are_asked_whether_they_are_ready():
    assert of("web")["healthcheck"]["test"] == ["CMD", "python", "-m", "config.asking", "8000"]


def test_migrating_ends_and_the_app_waits_for_it():
    assert of("migrate")["restart"] == "no"
    assert "healthcheck" not in of("migrate")
    for name in ("web", "worker", "beat"):
        needs = of(name)["depends_on"]
        assert needs["migrate"] == {"condition": "service_completed_successfully"}
        assert {needs[each]["condition"] for each in ("pgbouncer", "broker", "cache")} == {
            "service_healthy"
        }


@pytest.mark.parametrize("name", OURS)
def test_the_app_may_change_nothing_of_its_container(name):
    assert of(name)["read_only"] is True
    assert of(name)["cap_drop"] == ["ALL"]
    assert of(name)["tmpfs"] == ["/tmp"]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_gains_rights(name):
    assert of(name)["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in of(name)
    assert of(name).get("user") in {None, "rabbitmq"}


@pytest.mark.parametrize("folder", ["", "deploy/pgbouncer"])
def test_our_images_run_as_nobody_in_particular(folder):
    lines = (CHECKOUT / folder / "Dockerfile").read_text().splitlines()

    user = [line.split()[1] for line in lines if line.startswith("USER ")][-1]
    (made,) = [line for line in lines if re.search(rf"useradd .* {user}$", line)]
    assert int(re.findall(r"--uid (\d+)", made)[0]) >= 10000


def test_the_image_holds_the_static_files_and_no_secret():
    assert "collectstatic" in (CHECKOUT / "Dockerfile").read_text()
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert {"secrets", ".env", "**/*.age", ".pana", ".git"} <= set(ignored)


# --- doors ---------------------------------------------------------------------------------------


def test_only_the_proxy_is_open_to_the_world():
    assert [name for name in SERVICES if "ports" in of(name)] == ["caddy"]
    assert of("caddy")["ports"] == ["80:80", "443:443", "443:443/udp"]


def test_servers_are_in_a_network_without_a_way_out():
    assert written()["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "pgbouncer", "broker", "cache", "migrate"):
        assert of(name)["networks"] == ["inside"]
    assert of("caddy")["networks"] == ["outside"]


def test_the_proxy_knows_the_pages_and_not_the_figures():
    written_there = (CHECKOUT / "deploy/Caddyfile").read_text()

    assert re.findall(r"reverse_proxy (.*)", written_there) == ["web:8000"]
    assert "auto_https disable_certs" in written_there
    assert "9100" not in written_there


# --- secrets -------------------------------------------------------------------------------------


def test_only_who_migrates_knows_the_owner():
    knowing = {name for name in SERVICES if "database_owner_url" in of(name).get("secrets", [])}
    told = {
        name for name in SERVICES if "DATABASE_OWNER_URL_FILE" in of(name).get("environment", {})
    }

    assert knowing == told == {"migrate"}
    assert {name for name in SERVICES if "owner_password" in of(name)["secrets"]} == {"postgres"}


def test_the_app_goes_through_pgbouncer_and_the_owner_does_not(secrets):
    assert "@pgbouncer:6432/pana" in (secrets / "database_url").read_text()
    assert "@postgres:5432/pana" in (secrets / "database_owner_url").read_text()
    users = (secrets / "pgbouncer_users").read_text()
    assert re.findall(r'^"(\w+)"', users, re.MULTILINE) == ["pana_app"]


def test_every_secret_is_made_and_used(secrets):
    listed = {name: each["file"] for name, each in written()["secrets"].items()}

    assert listed == {name: f"secrets/{name}" for name in listed}
    assert set(listed) - OURS_TO_MAKE <= {file.name for file in secrets.iterdir()}
    assert {name for each in SERVICES for name in of(each)["secrets"]} == set(listed)


def test_secrets_are_closed_to_others_in_a_folder_that_was_open(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    make_secrets_of_compose(folder)

    assert folder.stat().st_mode & 0o077 == 0


def test_a_service_names_only_secrets_it_has():
    for name in SERVICES:
        text = json.dumps(of(name))
        assert set(re.findall(r"/run/secrets/(\w+)", text)) <= set(of(name)["secrets"]), name


def test_no_value_looks_like_a_password():
    assert [found for name in SERVICES for found in _secrets_in(service_of(name))] == []


def service_of(name: str) -> Service:
    return service(name, {"PANA_DOMAIN": "pana.example"})


def _secrets_in(found: Service) -> Iterator[str]:
    for name, value in found.environment.items():
        named = re.search(r"PASS|SECRET|KEY|KEK|TOKEN|URL|USER$", name)
        if named and not name.endswith("_FILE") and value:
            yield f"{name}={value}"
        if re.search(r"://[^/]*:[^/]*@", value) or re.fullmatch(r"[\w-]{20,}={0,2}", value):
            yield f"{name}={value}"
    if re.search(
        r"(?i)(password|requirepass|secret)[= ](?!encryption)\S*\w{8}", " ".join(found.command)
    ):
        yield " ".join(found.command)


def test_rabbitmq_knows_one_user_by_a_hash_and_makes_none_of_its_own(secrets):
    definitions = json.loads((secrets / "broker_definitions").read_text())
    password = (secrets / "broker_password").read_text().strip()

    assert [user["name"] for user in definitions["users"]] == ["pana"]
    assert password not in (secrets / "broker_definitions").read_text()
    assert (
        "load_definitions = /run/secrets/broker_definitions"
        in (CHECKOUT / "deploy/rabbitmq.conf").read_text()
    )


def test_the_cache_lets_nobody_in_without_a_name(secrets):
    assert (secrets / "cache_users").read_text().startswith("user default off\n")
    assert "--aclfile /run/secrets/cache_users" in of("cache")["command"]


def test_a_removed_password_is_made_anew_with_all_that_follows(secrets):
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    (secrets / "app_password").unlink()

    make_secrets_of_compose(secrets)

    after = {file.name: file.read_text() for file in secrets.iterdir()}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"app_password", "database_url", "pgbouncer_users"}


# --- pooling -------------------------------------------------------------------------------------


def test_pgbouncer_lends_connections_for_a_transaction_and_takes_no_password_in_clear():
    lines = (CHECKOUT / "deploy/pgbouncer/pgbouncer.ini").read_text().splitlines()
    told = dict(line.split(" = ", 1) for line in lines if " = " in line)

    assert told["pool_mode"] == "transaction"
    assert told["auth_type"] == "scram-sha-256"
    assert int(told["query_wait_timeout"]) <= 5
    assert "ignore_startup_parameters" not in told
    assert not {"admin_users", "stats_users", "auth_query"} & set(told)


def test_nothing_of_the_app_outlives_a_transaction(settings):
    database = settings.DATABASES["default"]

    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert "prepare_threshold" not in database.get("OPTIONS", {})
    assert "options" not in database.get("OPTIONS", {})


# --- ./dev smoke ---------------------------------------------------------------------------------


def test_smoke_starts_the_very_commands_of_compose():
    assert {*stage.SERVERS, *stage.OURS} == set(LASTING)
    assert set(images._WORDS) == {"postgres", "cache"}  # which get a port and a folder besides


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def test_smoke_turns_ports_folders_and_hosts_and_nothing_else(here):
    port = {each: str(here.ports[each]) for each in here.ports}

    assert here.turned("postgres://pana_app:a-80-443b@pgbouncer:6432/pana") == (
        f"postgres://pana_app:a-80-443b@127.0.0.1:{port['6432']}/pana"
    )
    assert here.turned("pana = host=postgres port=5432") == (
        f"pana = host=127.0.0.1 port={port['5432']}"
    )
    assert here.words(["--bind", "0.0.0.0:8000"]) == ["--bind", f"127.0.0.1:{port['8000']}"]
    assert here.turned("cat /run/secrets/kek") == f"cat {here.root}/run/secrets/kek"
    assert here.turned("find /tmp -name beat") == f"find {here.root}/tmp -name beat"
    for same in ("postgres -c max_locks_per_transaction=512", "web", "/etc/passwd", "128mb"):
        assert here.turned(same) == same


def test_smoke_fills_in_what_compose_leaves_open():
    asked = service_of("web").environment

    assert (asked["PANA_DOMAIN"], asked["PANA_MAIL_PORT"]) == ("pana.example", "587")
    assert asked["PANA_MAIL_HOST"] == ""
    assert service_of("worker").health_check[-1].endswith("celery@$HOSTNAME")
    with pytest.raises(LookupError, match="say the domain"):
        service("web", {}).environment  # noqa: B018


def test_smoke_tries_the_files_that_are_mounted():
    mounted = {name: service_of(name).mounted_files for name in SERVICES}

    assert {name: list(files.values()) for name, files in mounted.items() if files} == {
        "postgres": [CHECKOUT / "config/roles.sql"],
        "broker": [CHECKOUT / "deploy/rabbitmq.conf"],
        "caddy": [CHECKOUT / "deploy/Caddyfile"],
    }
    copied = (CHECKOUT / "deploy/pgbouncer/Dockerfile").read_text()
    assert "COPY pgbouncer.ini /etc/pana/pgbouncer.ini" in copied
    assert of("pgbouncer")["command"] == ["pgbouncer", "/etc/pana/pgbouncer.ini"]
