"""An embedded PostgreSQL: on a unix socket only, with passwords, and never as root."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from config.services.home import CHECKOUT, CannotStart, Home, is_given, refuse_full_disk
from config.services.programs import postgres_programs, postgres_tools

ROLES = CHECKOUT / "config/roles.sql"
SUPERUSER = "postgres"
DATABASE = "pana"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_locks_per_transaction": "512",  # a schema per shelter: one migration locks many tables
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_parameter_max_length_on_error": "0",  # what was typed about a client stays out of the log
    "log_min_error_statement": "panic",  # and so does the statement that failed
    "log_error_verbosity": "terse",  # and the row that broke a constraint
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes everything down
    last_word = signal.SIGINT

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable

    @property
    def data(self) -> Path:
        return self.home.data / "postgres"

    def refuse_what_cannot_work(self) -> None:
        """Raises `CannotStart` for data of another PostgreSQL and for a disk without room."""
        if self.data.exists():
            self._refuse_another_version()
        refuse_full_disk(self.home.data)

    def _refuse_another_version(self) -> None:
        theirs = (self.data / "PG_VERSION").read_text().strip()
        ours = _major_version()
        if theirs != ours:
            raise CannotStart(
                f"The database in {self.data} was made by PostgreSQL {theirs}, and this Pana "
                f"brings PostgreSQL {ours}; nothing was changed. Dump it with the Pana that made "
                f"it and load it here, or name another folder in PANA_HOME."
            )

    def prepare(self) -> None:
        self._forget_stale_pid()
        if not self.data.exists():
            self._make_cluster()

    def command(self) -> list[str | Path]:
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        settings["unix_socket_directories"] = str(self.home.sockets)
        flags = [f"--{name}={value}" for name, value in settings.items()]
        return [postgres_programs(self.home) / "postgres", "-D", self.data, *flags]

    def is_ready(self) -> bool:
        program = str(postgres_tools() / "pg_isready")
        asked = subprocess.run([program, "-q", "-h", str(self.home.sockets)], check=False)
        return asked.returncode == 0

    def finish(self) -> None:
        """Make the logins and the database, unless this very script has made them."""
        stamp = self.home.data / "roles.made"
        made = self._made_from()
        if stamp.exists() and stamp.read_text() == made:
            return
        subprocess.run(
            [postgres_tools() / "psql", "-Xqv", "ON_ERROR_STOP=1", "-f", ROLES],
            env=os.environ | self._superuser(),
            check=True,
        )
        stamp.write_text(made)

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._address("pana_app", "app_password"),
            "DATABASE_OWNER_URL": self._address("pana_owner", "owner_password"),
        }

    def _address(self, login: str, secret: str) -> str:
        host = quote(str(self.home.sockets), safe="")
        return f"postgres://{login}:{self.home.secret(secret)}@{host}/{DATABASE}"

    def _superuser(self) -> dict[str, str]:
        return {
            "PGHOST": str(self.home.sockets),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self.home.secret("superuser_password"),
            "PGDATABASE": "postgres",
            "PANA_DATABASE": DATABASE,
            "PANA_OWNER_PASSWORD_FILE": str(self.home.secret_file("owner_password")),
            "PANA_APP_PASSWORD_FILE": str(self.home.secret_file("app_password")),
        }

    def _made_from(self) -> str:
        secrets = [self.home.secret(name) for name in ("id", "owner_password", "app_password")]
        return hashlib.sha256("\n".join([ROLES.read_text(), *secrets]).encode()).hexdigest()

    def _make_cluster(self) -> None:
        """Made beside its place and moved there whole: an initdb cut short leaves nothing."""
        draft = self.data.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.home.account.own(draft)
        (self.home.data / "roles.made").unlink(missing_ok=True)
        with self._password_for_initdb() as password:
            self._initdb(draft, password)
        draft.rename(self.data)

    def _initdb(self, folder: Path, password: Path) -> None:
        words = [
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
        ]
        words += [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        words += ["--locale=C"] if self.durable else ["--locale=C", "--no-sync"]
        subprocess.run(
            [postgres_programs(self.home) / "initdb", "-D", folder, *words],
            cwd="/",
            check=True,
            **self.home.account.identity,
        )

    @contextmanager
    def _password_for_initdb(self) -> Iterator[Path]:
        """The servers' account may not read our secrets; it gets this one for a moment."""
        file = self.home.sockets / "initdb.password"
        file.touch(mode=0o600)
        file.write_text(self.home.secret("superuser_password"))
        self.home.account.own(file)
        try:
            yield file
        finally:
            file.unlink()

    def _forget_stale_pid(self) -> None:
        """After a crash the pid file may name a process of today that is no PostgreSQL.

        PostgreSQL would then refuse to start. A pid file that names its own parent it takes for
        stale, and still looks whether a lost server process holds on to the data.
        """
        for file in (
            self.data / "postmaster.pid",
            self.home.sockets / ".s.PGSQL.5432.lock",
        ):
            if file.exists() and not self._is_our_server(_first_line(file)):
                rest = file.read_text().partition("\n")[2]
                file.write_text(f"{os.getpid()}\n{rest}")

    def _is_our_server(self, pid: str) -> bool:
        asked = ["ps", "-o", "command=", "-p", pid]
        try:
            shown = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        except FileNotFoundError:
            shown = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        return "postgres" in shown and str(self.data) in shown


def _major_version() -> str:
    program = postgres_tools() / "postgres"
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.split()[-1].partition(".")[0]


def _first_line(file: Path) -> str:
    return file.read_text().partition("\n")[0].strip()


def refuse_half_an_address() -> None:
    """One login without the other would leave migrations in one database and pages in another."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    if len([name for name in names if is_given(name)]) == 1:
        raise CannotStart("Set both DATABASE_URL and DATABASE_OWNER_URL, or neither.")
