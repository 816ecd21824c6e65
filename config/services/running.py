"""Running a command with the services started and their addresses in its environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.services.broker import Broker
from config.services.home import Home, is_given
from config.services.keeping import Service, using
from config.services.postgres import Postgres, refuse_half_an_address
from config.services.processes import die_with_parent, leave_on_signals, stop
from config.services.programs import postgres_tools

SERVICES: Mapping[str, type[Postgres] | type[Broker]] = {
    "postgres": Postgres,
    "broker": Broker,
}


@contextmanager
def services(home: Home, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Whatever the environment does not name already is started; yields the whole environment."""
    home.prepare()
    needed = [kind(home, durable=durable) for kind in _not_given()]
    with using(needed):
        yield _environment(home, needed)


def run(command: list[str], *, home: Home, durable: bool = True, as_app: bool = False) -> int:
    """The command's exit code. `as_app` keeps the owner's address from it."""
    leave_on_signals(and_ctrl_c=not _at_terminal())
    with services(home, durable=durable) as environment:
        if as_app:
            environment.pop("DATABASE_OWNER_URL", None)
            environment.pop("DATABASE_OWNER_URL_FILE", None)
        child = subprocess.Popen(
            command, env=environment, preexec_fn=die_with_parent(signal.SIGTERM)
        )
        try:
            return _exit_code(child.wait())
        finally:
            stop(child)


def _at_terminal() -> bool:
    """There Ctrl-C reaches the command itself, which may go on (a shell does)."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def _not_given() -> list[type[Postgres] | type[Broker]]:
    refuse_half_an_address()
    kinds: list[type[Postgres] | type[Broker]] = []
    if not is_given("DATABASE_URL"):
        kinds.append(Postgres)
    if not (is_given("BROKER_URL") and is_given("CACHE_URL")):
        kinds.append(Broker)
    return kinds


def _environment(home: Home, needed: Sequence[Service]) -> dict[str, str]:
    """What the caller set wins over what is made here."""
    made = {"PANA_HOME": str(home.path)}
    for service in needed:
        made |= service.environment()
    if not is_given("SECRET_KEY"):
        made["SECRET_KEY_FILE"] = str(home.secret_file("secret_key"))
    if not is_given("PANA_KEK"):
        made["PANA_KEK_FILE"] = str(home.secret_file("kek"))
    tools = [
        str(Path(sys.executable).parent),
        str(postgres_tools()),
        os.environ.get("PATH", ""),
    ]
    return made | os.environ | {"PATH": os.pathsep.join(tools)}


def _exit_code(status: int) -> int:
    return 128 - status if status < 0 else status
