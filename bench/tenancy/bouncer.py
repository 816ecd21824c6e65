"""Debian's PgBouncer, with the settings of deploy/pgbouncer, between a project and its database."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bench.tenancy.databases import environment, name_of
from config.services.account import server_account
from config.services.home import CHECKOUT
from config.services.processes import start, stop

SETTINGS = CHECKOUT / "deploy/pgbouncer/pgbouncer.ini"
FOLDERS = "/usr/sbin:/usr/bin"
PATIENCE = 10.0
POOL = 4


@dataclass
class Bouncer:
    version: str
    port: int

    def address(self, project: str) -> str:
        """Of this project's database, by way of the bouncer."""
        direct = urlsplit(environment(project)["DATABASE_URL"])
        login = f"{direct.username}:{direct.password}"
        return f"postgres://{login}@127.0.0.1:{self.port}/{name_of(project)}"


def program() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path=FOLDERS)


@contextmanager
def bouncer() -> Iterator[Bouncer]:
    """Raises `FileNotFoundError` where it is not installed."""
    found = program()
    if found is None:
        raise FileNotFoundError("pgbouncer")
    with tempfile.TemporaryDirectory(prefix="pana-bench-") as folder:
        made = Bouncer(_version(found), _free_port())
        _write_settings(Path(folder), made.port)
        with Path(folder, "log").open("wb") as log:
            child = start([found, Path(folder) / "ini"], log=log, **server_account().identity)
        try:
            _wait_for(made.port)
            yield made
        finally:
            stop(child)


def _write_settings(folder: Path, port: int) -> None:
    """As deployed; only names, places and the size of the pool are of this machine."""
    people = {(each.username, each.password) for each in map(_direct, ("pana", "stock"))}
    text = SETTINGS.read_text()
    for pattern, here in {
        r"^pana = .*$": "\n".join(_line(project) for project in ("pana", "stock")),
        r"^(listen_addr) = .*$": r"\1 = 127.0.0.1",
        r"^(listen_port) = .*$": rf"\1 = {port}",
        r"^(auth_file) = .*$": rf"\1 = {folder}/users",
        r"^(default_pool_size) = .*$": rf"\1 = {POOL}",
    }.items():
        text, changed = re.subn(pattern, here, text, flags=re.MULTILINE)
        assert changed == 1, pattern
    (folder / "ini").write_text(text)
    (folder / "users").write_text("".join(f'"{name}" "{word}"\n' for name, word in people))
    for path in (folder, *folder.iterdir()):
        server_account().own(path)


def _line(project: str) -> str:
    direct = _direct(project)
    host = unquote(direct.netloc.rpartition("@")[2].partition(":")[0])
    name = name_of(project)
    return f"{name} = host={host} port={direct.port or 5432} dbname={name}"


def _direct(project: str) -> SplitResult:
    return urlsplit(environment(project)["DATABASE_URL"])


def _version(found: str) -> str:
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    return said.stdout.partition("\n")[0].removeprefix("PgBouncer ")


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
