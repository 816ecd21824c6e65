"""What the images do that docker-compose.yml does not say, and what sharing one machine needs.

Kept as small as it can be: whatever is here is not tried as it will run.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING

from config.services.account import server_account
from config.services.home import CHECKOUT
from config.services.processes import Child, start

if TYPE_CHECKING:
    from smoke.stage import Stage

FILES = {"pgbouncer": {"/etc/pana/pgbouncer.ini": CHECKOUT / "deploy/pgbouncer/pgbouncer.ini"}}
ROLES = CHECKOUT / "config/roles.sql"
CONSTANT = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}  # of our Dockerfile


def command_of(stage: Stage, name: str) -> list[str]:
    words = stage.here.words(stage.service(name).command)
    return words + (_WORDS[name](stage) if name in _WORDS else [])


def more_environment(stage: Stage, name: str) -> dict[str, str]:
    return _ENVIRONMENTS.get(name, _of_our_image)(stage)


def at_start(stage: Stage, name: str) -> None:
    """What an entry point does before it starts the server."""
    if name == "postgres" and not (data_of(stage, name) / "PG_VERSION").exists():
        _make_cluster(stage)
    if name == "broker" and "epmd" not in stage.running:
        stage.running["epmd"] = _epmd(stage)
    if name == "caddy":
        _tell_caddy_its_ports(stage)
    if name == "pgbouncer":
        _narrow_the_pool(stage)


def data_of(stage: Stage, name: str) -> Path:
    return stage.root / "data" / name


# --- postgres ------------------------------------------------------------------------------------


def _make_cluster(stage: Stage) -> None:
    """POSTGRES_INITDB_ARGS and POSTGRES_PASSWORD_FILE mean this to the image's entry point."""
    environment = stage.environment_of("postgres")
    words = [str(stage.programs.postgres / "initdb"), "-D", str(data_of(stage, "postgres"))]
    words += ["--username=postgres", f"--pwfile={environment['POSTGRES_PASSWORD_FILE']}"]
    words += [*shlex.split(environment["POSTGRES_INITDB_ARGS"]), "--no-sync"]
    with stage.log("initdb").open("ab") as log:
        subprocess.run(
            words,
            cwd="/",
            check=True,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdout=log,
            stderr=log,
            **server_account().identity,
        )


def _words_of_postgres(stage: Stage) -> list[str]:
    port = str(stage.here.ports["5432"])
    words = ["-D", str(data_of(stage, "postgres")), "-p", port]
    return [*words, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]


# --- the others ----------------------------------------------------------------------------------


def _words_of_cache(stage: Stage) -> list[str]:
    port, place = str(stage.here.ports["6379"]), str(data_of(stage, "cache"))
    return ["--port", port, "--bind", "127.0.0.1", "--dir", place]


def _of_broker(stage: Stage) -> dict[str, str]:
    place = data_of(stage, "broker")
    configuration = stage.here.place("/etc/rabbitmq/conf.d/50-pana.conf")
    return {
        "HOME": str(place),  # where Erlang keeps its cookie
        "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
        "RABBITMQ_LOG_BASE": str(place / "log"),
        "RABBITMQ_CONFIG_FILE": str(configuration.with_suffix("")),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_DIST_PORT": str(stage.port_of("erlang")),
        "ERL_EPMD_PORT": str(stage.port_of("epmd")),
    }


def _epmd(stage: Stage) -> Child:
    """Erlang's directory of nodes: started by Erlang it would stay behind."""
    with stage.log("epmd").open("ab") as log:
        return start(
            [str(stage.root / "bin/epmd")],
            log=log,
            env=stage.environment_of("broker"),
            cwd="/",
            **server_account().identity,
        )


def _tell_caddy_its_ports(stage: Stage) -> None:
    file = stage.here.place("/etc/caddy/Caddyfile")
    text = file.read_text()
    ports = f"\thttp_port {stage.here.ports['80']}\n\thttps_port {stage.here.ports['443']}\n"
    if "http_port" not in text:
        file.write_text(text.replace("{\n", "{\n" + ports, 1))


def _narrow_the_pool(stage: Stage) -> None:
    """Few connections for many who ask: what one left behind, the next would find."""
    file = stage.here.place("/etc/pana/pgbouncer.ini")
    text = file.read_text()
    file.write_text(text.replace("default_pool_size = 20", f"default_pool_size = {stage.pool}"))


def _of_our_image(stage: Stage) -> dict[str, str]:
    return CONSTANT | {"PANA_HOME": str(stage.here.place("/srv/pana")), "HOSTNAME": gethostname()}


def _of_worker(stage: Stage) -> dict[str, str]:
    """In containers web and worker each have a port 9100 and a folder /tmp of their own."""
    address = f"127.0.0.1:{stage.port_of('figures of the worker')}"
    folder = str(stage.here.place("/tmp/figures-of-the-worker"))
    more = {"PANA_METRICS": address, "PROMETHEUS_MULTIPROC_DIR": folder}
    return _of_our_image(stage) | more


def _nothing_more(stage: Stage) -> dict[str, str]:
    return {}


_WORDS: dict[str, Callable[[Stage], list[str]]] = {
    "postgres": _words_of_postgres,
    "cache": _words_of_cache,
}
_ENVIRONMENTS: dict[str, Callable[[Stage], dict[str, str]]] = {
    "broker": _of_broker,
    "worker": _of_worker,
    **dict.fromkeys(("postgres", "pgbouncer", "cache", "caddy"), _nothing_more),
}
