"""Debian's programs: where they are, and which package is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.services.home import CannotStart, Home
from config.services.programs import postgres_programs

LEAST_POSTGRES = 17  # the first with the locale provider that docker-compose.yml asks for
DEBIANS_POSTGRES = Path("/usr/lib/postgresql")
RABBITMQ = Path("/usr/lib/rabbitmq/bin")
MORE_FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS = {
    "pgbouncer": "pgbouncer",
    "redis-server": "redis-server",
    "redis-cli": "redis-tools",
    "epmd": "erlang-base",
    "caddy": "caddy",
    "wget": "wget",
}


@dataclass(frozen=True)
class Programs:
    """`names` says what runs when a command of docker-compose.yml begins with that word."""

    postgres: Path
    is_debians_postgres: bool
    names: dict[str, list[str]]

    def told(self) -> str:
        """Which releases are tried here, in one line."""
        server = _version(str(self.postgres / "postgres"), "--version")
        whose = "Debian's" if self.is_debians_postgres else "of the wheel"
        found = [f"PostgreSQL {server} ({whose})"]
        found.append(f"PgBouncer {_version(self.names['pgbouncer'][0], '--version')}")
        found.append(f"RabbitMQ {_of_debian('rabbitmq-server')}")
        found.append(f"Redis {_version(self.names['valkey-server'][0], '--version')}")
        found.append(f"Caddy {_version(self.names['caddy'][0], 'version')}")
        return ", ".join(found)


def find_programs(home: Home) -> Programs:
    """Raises `CannotStart` with one sentence that says what to install."""
    found = {program: _which(program) for program in PROGRAMS}
    missing = {PROGRAMS[program] for program, path in found.items() if path is None}
    if not (RABBITMQ / "rabbitmq-server").exists():
        missing.add("rabbitmq-server")
    if missing:
        names = " ".join(sorted(missing))
        raise CannotStart(
            f"./dev smoke needs Debian's packages {names}; install them without starting them: "
            f"printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; "
            f"chmod +x /usr/sbin/policy-rc.d; apt-get install -y {names}"
        )
    debians = _debians_postgres()
    postgres = debians or postgres_programs(home)
    return Programs(postgres, debians is not None, _names(found, postgres))


def _names(found: dict[str, str | None], postgres: Path) -> dict[str, list[str]]:
    tools = {name: [str(postgres / name)] for name in ("postgres", "pg_isready", "pg_dump")}
    tools |= {name: [str(postgres / name)] for name in ("psql", "pg_restore", "pg_dumpall")}
    brokers = {
        name: [str(RABBITMQ / name)]
        for name in ("rabbitmq-server", "rabbitmq-diagnostics", "rabbitmqctl")
    }
    ours = {name: [sys.executable, "-m", name] for name in ("celery", "gunicorn")}
    others = {name: [str(found[name])] for name in ("pgbouncer", "caddy", "epmd", "wget")}
    return (
        {"python": [sys.executable], "valkey-server": [str(found["redis-server"])]}
        | {"valkey-cli": [str(found["redis-cli"])]}
        | tools
        | brokers
        | ours
        | others
    )


def _debians_postgres() -> Path | None:
    releases = [path for path in DEBIANS_POSTGRES.glob("[0-9]*") if path.name.isdecimal()]
    newest = max(releases, key=lambda path: int(path.name), default=None)
    if newest is None or int(newest.name) < LEAST_POSTGRES:
        return None
    return newest / "bin" if (newest / "bin/postgres").exists() else None


def _which(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path=MORE_FOLDERS)


def _version(*command: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else "?"


def _of_debian(package: str) -> str:
    asked = ["dpkg-query", "-W", "-f", "${Version}", package]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout or "?"
