"""A keeper holds one server for as long as anyone uses it.

Two locks in the folder of the sockets say who is there. `<name>.kept` is held by the keeper and
handed to it already locked, so that two who start together start one. `<name>.used` is shared by
the users; the kernel lets go of it however a user ends, and the keeper, waiting to have it alone,
then stops the server.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from config.services.home import CannotStart, Home
from config.services.processes import leave_on_signals, start, stop

START_WITHIN = 60.0
STOP_WITHIN = 30.0
PAUSE = 0.02


class Service(Protocol):
    name: str
    home: Home
    durable: bool
    stop_signal: signal.Signals
    last_word: signal.Signals

    def prepare(self) -> None: ...
    def command(self) -> list[str | Path]: ...
    def is_ready(self) -> bool: ...
    def finish(self) -> None: ...
    def environment(self) -> dict[str, str]: ...


class Locks:
    def __init__(self, service: Service) -> None:
        place = service.home.sockets
        self.kept = place / f"{service.name}.kept"
        self.used = place / f"{service.name}.used"
        self.ready = place / f"{service.name}.ready"


@contextmanager
def using(service: Service) -> Iterator[None]:
    """The server runs inside this block. At its end it stops, unless somebody else uses it."""
    locks = Locks(service)
    with _locked(locks.used, fcntl.LOCK_SH):
        _ensure_kept(service, locks)
        _wait_until_ready(service, locks)
        yield
    _wait_until_stopped(locks)


def is_kept(service: Service) -> bool:
    return not _free(Locks(service).kept)


def keeper_pid(service: Service) -> int | None:
    text = Locks(service).kept.read_text().strip() if is_kept(service) else ""
    return int(text) if text else None


def keep(service: Service, lock: int) -> None:
    """The keeper's whole life. `lock` is the descriptor of `<name>.kept`, locked by the starter."""
    leave_on_signals()
    os.truncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    locks = Locks(service)
    service.prepare()
    server = start(
        service.command(), last_word=service.last_word, cwd="/", **service.home.account.identity
    )
    try:
        _announce_when_ready(service, locks, server)
        threading.Thread(target=_leave_when_unused, args=(locks,), daemon=True).start()
        sys.exit(server.wait())
    finally:
        locks.ready.unlink(missing_ok=True)
        stop(server, service.stop_signal)


def _ensure_kept(service: Service, locks: Locks) -> None:
    lock = os.open(locks.kept, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        locks.ready.unlink(missing_ok=True)
        _start_keeper(service, lock)
    finally:
        os.close(lock)


def _start_keeper(service: Service, lock: int) -> None:
    durable = [] if service.durable else ["--scratch"]
    words = ["keep", service.name, str(lock), *durable]
    with _log(service).open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "config.services", *words],
            env=os.environ | {"PANA_HOME": str(service.home.path), "PYTHONPATH": _checkout()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,
        )


def _announce_when_ready(service: Service, locks: Locks, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not service.is_ready():
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{service.name} did not start.")
        time.sleep(PAUSE)
    service.finish()
    locks.ready.touch()


def _wait_until_ready(service: Service, locks: Locks) -> None:
    while not locks.ready.exists():
        if _free(locks.kept):
            raise CannotStart(f"{service.name} did not start; its log is {_log(service)}.")
        time.sleep(PAUSE)


def _wait_until_stopped(locks: Locks) -> None:
    """Once it is alone with the lock the keeper is going; others who use the server keep it."""
    deadline = time.monotonic() + STOP_WITHIN
    time.sleep(5 * PAUSE)
    while not _free(locks.kept) and _taken_alone(locks.used) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _leave_when_unused(locks: Locks) -> None:
    with _locked(locks.used, fcntl.LOCK_EX):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_WITHIN)


def _free(lock: Path) -> bool:
    """Whether nobody holds the lock. Looked at with a shared lock, so that two may look at once."""
    with suppress(BlockingIOError), _locked(lock, fcntl.LOCK_SH | fcntl.LOCK_NB):
        return True
    return False


def _taken_alone(lock: Path) -> bool:
    return not _free(lock)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)


def _log(service: Service) -> Path:
    return service.home.logs / f"{service.name}.log"


def _checkout() -> str:
    return str(Path(__file__).resolve().parents[2])
