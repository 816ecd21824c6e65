"""Two hundred people in four shelters at once, with gunicorn, worker and beat as `./dev up` starts
them: how long pages, the API and writing take, and whether each thing saved is there once.

All of it shares the machine: web, database, broker, worker and the load itself, which is a process
of its own. `BENCH_SECONDS` (75) is how long is measured, `BENCH_USERS` (200) how many take part;
`GUNICORN_CMD_ARGS` tries other settings of gunicorn.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.web.cast import DATABASE
from config.children import children
from config.services.home import CHECKOUT, Home


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="pana-bench-") as folder:
        ledger, port = Path(folder) / "ledger", _free_port()
        environment = _environment(port)
        _run("bench.web.filling", environment=environment)
        del environment["DATABASE_OWNER_URL"]
        with children(Home.of_environment(), port, environment) as running:
            web = str(running[0].process.pid)
            yield from _told(_run("bench.web.load", str(port), web, str(ledger)))
            yield from _told(_run("bench.web.checking", str(ledger), environment=environment))


def _environment(port: int) -> dict[str, str]:
    """As `./dev up` has it, with a database of its own, behind one proxy."""
    own = {
        name: urlsplit(os.environ[name])._replace(path=f"/{DATABASE}").geturl()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return os.environ | own | {"PANA_DEMO": "1", "PANA_PORT": str(port), "PANA_PROXIES": "1"}


def _run(module: str, *words: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _told(lines: str) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        yield json.loads(line)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
