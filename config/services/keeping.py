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
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn, Protocol

from config.services.home import CHECKOUT, CannotStart, Home
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

    def refuse_what_cannot_work(self) -> None: ...
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
def using(services: Sequence[Service]) -> Iterator[None]:
    """The servers run inside this block. At its end they stop, unless somebody else uses them."""
    try:
        with ExitStack() as users:
            for service in services:
                users.enter_context(_locked(Locks(service).used, fcntl.LOCK_SH))
                _ensure_kept(service)
            for service in services:
                _wait_until_ready(service)
            yield
    finally:
        for service in services:
            _wait_until_stopped(service)


def is_kept(service: Service) -> bool:
    return not _free(Locks(service).kept)


def dismiss(service: Service) -> None:
    """Stop the server whoever uses it."""
    locks = Locks(service)
    with suppress(ProcessLookupError, FileNotFoundError, ValueError):
        if is_kept(service):
            os.kill(int(locks.kept.read_text()), signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while is_kept(service) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def keep(service: Service, lock: int) -> NoReturn:
    """The keeper's whole life. `lock` is the descriptor of `<name>.kept`, locked by the starter."""
    leave_on_signals()
    os.truncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    locks = Locks(service)
    _spare_from_cleaning(service.home.sockets)
    service.prepare()
    server = start(
        service.command(),
        last_word=service.last_word,
        cwd="/",
        **service.home.account.identity,
    )
    try:
        _announce_when_ready(service, locks, server)
        threading.Thread(target=_leave_when_unused, args=(locks,), daemon=True).start()
        sys.exit(server.wait())
    finally:
        locks.ready.unlink(missing_ok=True)
        stop(server, service.stop_signal)


def _spare_from_cleaning(folder: Path) -> None:
    """What tidies /tmp passes over a folder that somebody has locked (systemd-tmpfiles does)."""
    fcntl.flock(os.open(folder, os.O_RDONLY | os.O_CLOEXEC), fcntl.LOCK_SH)


def _ensure_kept(service: Service) -> None:
    locks = Locks(service)
    if is_kept(service) and locks.ready.exists() and not _serves_this_home(service):
        dismiss(service)
    while not _start_if_free(service, locks) and not is_kept(service):
        time.sleep(PAUSE)  # somebody only looked, and that was in the way


def _start_if_free(service: Service, locks: Locks) -> bool:
    """Raises `CannotStart` where the server could not work; one that runs is not asked that."""
    lock = os.open(locks.kept, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        locks.ready.unlink(missing_ok=True)
        service.refuse_what_cannot_work()
        _start_keeper(service, lock)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _serves_this_home(service: Service) -> bool:
    """False when the state folder was removed under a running server and made anew."""
    return Locks(service).ready.read_text() == service.home.secret("id")


def _start_keeper(service: Service, lock: int) -> None:
    words = ["keep", service.name, str(lock), str(service.home.path)]
    words += [] if service.durable else ["--scratch"]
    with _log(service).open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "config.services", *words],
            cwd=CHECKOUT,
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
    locks.ready.write_text(service.home.secret("id"))


def _wait_until_ready(service: Service) -> None:
    locks = Locks(service)
    while not locks.ready.exists():
        if _free(locks.kept):
            raise CannotStart(f"{service.name} did not start; its log is {_log(service)}.")
        time.sleep(PAUSE)


def _wait_until_stopped(service: Service) -> None:
    """Others who use the server keep it; else its keeper now takes the users' lock and goes."""
    locks = Locks(service)
    deadline = time.monotonic() + STOP_WITHIN
    time.sleep(3 * PAUSE)
    while is_kept(service) and not _used_by_others(locks) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _used_by_others(locks: Locks) -> bool:
    return locks.ready.exists() and _free(locks.used)


def _leave_when_unused(locks: Locks) -> None:
    with _locked(locks.used, fcntl.LOCK_EX):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_WITHIN)


def _free(lock: Path) -> bool:
    """Whether nobody holds it alone. Looked at with a shared lock, so that two may look at once."""
    with suppress(BlockingIOError), _locked(lock, fcntl.LOCK_SH | fcntl.LOCK_NB):
        return True
    return False


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
