"""How long the demo takes to load: `manage demo` in a database of its own, migrated before."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg

GOAL = 30.0
DATABASE = "bench_demo"


def measure() -> Iterator[dict[str, object]]:
    _forget()
    with _server() as server:
        server.execute(f"CREATE DATABASE {DATABASE}")
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = _environment(home)
            _manage("migrate", environment)
            began = time.perf_counter()
            _manage("demo", environment)
            seconds = time.perf_counter() - began
    finally:
        _forget()
    yield {"name": "demo.load", "value": round(seconds, 1), "unit": "s", "goal": GOAL}


def _manage(command: str, environment: dict[str, str]) -> None:
    words = [sys.executable, "manage.py", command, "-v0"]
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)


def _environment(home: str) -> dict[str, str]:
    addresses = {
        name: urlsplit(os.environ[name])._replace(path=f"/{DATABASE}").geturl()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return os.environ | addresses | {"PANA_HOME": home, "PANA_DEMO": "1"}


def _forget() -> None:
    """With the roles that belong to it, which are the cluster's."""
    with _server() as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        found = server.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{DATABASE}_"]
        )
        for (role,) in found.fetchall():
            server.execute(f'DROP ROLE "{role}"')


def _server() -> psycopg.Connection[tuple[object, ...]]:
    owner = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path="/postgres").geturl()
    return psycopg.connect(owner, autocommit=True)
