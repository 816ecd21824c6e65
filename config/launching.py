"""`./dev up` and `./dev down`: everything at once, watched by one process.

Like the services, this module may not import Django. The preparing is a process of its own, and
the owner's address ends with it: web, worker and beat get the app's address only.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from config.children import LOOPBACK, Running, children
from config.letterbox import Letterbox
from config.services.broker import Broker
from config.services.home import CHECKOUT, CannotStart, Home
from config.services.keeping import dismiss, is_kept
from config.services.postgres import Postgres
from config.services.processes import leave_on_signals, start, stop
from config.services.running import services

LOOK_EVERY = 0.5
PAUSE = 0.05
STOP_WITHIN = 60.0
PORTS = range(1, 65536)
LAST_WORDS = 4000


@dataclass(frozen=True)
class Asked:
    port: int
    empty: bool
    practice: bool
    detach: bool
    apart: bool


class Notes:
    """What one `up` leaves in the state folder for the next one and for `down`."""

    def __init__(self, home: Home) -> None:
        self.held = home.path / "up.held"  # locked while it runs; says its process
        self.ready = home.path / "up.ready"  # there while its pages answer
        self.port = home.path / "up.port"  # stays after it: `manage` tells addresses with it
        self.who = home.path / "up.who"  # addresses, people, passwords
        self.log = home.logs / "up.log"


def main() -> int:
    words = vars(_parser().parse_args())
    verb = words.pop("verb")
    home = Home.of_environment()
    try:
        return down(home) if verb == "down" else up(home, Asked(**words))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
    except OSError as reason:
        print(f"Cannot start: {reason}", file=sys.stderr)
    return 1


def up(home: Home, asked: Asked) -> int:
    leave_on_signals()
    home.prepare()
    if _is_up(home):
        return _say_again(home, asked)
    _refuse_taken_port(asked.port)
    if asked.detach:
        return _start_detached(home, asked)
    print("Starting Pana.", flush=True)
    with _held(home), services(home) as environment:
        _run_everything(home, asked, environment)
    return 0


def down(home: Home) -> int:
    """Also ends what a lost `up` may have left."""
    home.prepare()
    if _is_up(home):
        with suppress(ProcessLookupError):
            os.kill(_holder(home), signal.SIGTERM)
        _wait(lambda: not _is_up(home), STOP_WITHIN)
    for service in (Postgres(home), Broker(home)):
        if is_kept(service):
            dismiss(service)
    print("Pana is stopped; its data are kept.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev")
    verbs = parser.add_subparsers(dest="verb", required=True)
    upwards = verbs.add_parser("up", help="start everything")
    upwards.add_argument("--port", type=_port, default=os.environ.get("PANA_PORT") or "8000")
    upwards.add_argument("--empty", action="store_true", help="without the demo")
    upwards.add_argument("--practice", action="store_true", help="a shelter for training")
    upwards.add_argument("--detach", action="store_true", help="leave it running and come back")
    upwards.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    verbs.add_parser("down", help="stop everything")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; choose from 1024 to 65535")
    return int(text)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise CannotStart(f"Port {port} needs more rights; try: ./dev up --port 8000") from None
        except OSError:
            raise CannotStart(
                f"Port {port} is taken; stop what uses it, or choose another: "
                f"./dev up --port {port + 1 if port + 1 in PORTS else 8000}"
            ) from None


def _run_everything(home: Home, asked: Asked, environment: dict[str, str]) -> None:
    environment |= {"PANA_DEMO": "1", "PANA_PORT": str(asked.port)}
    _prepare(home, asked, environment)
    environment.pop("DATABASE_OWNER_URL", None)
    with children(home, asked.port, environment) as running, _announced(home, asked):
        _watch(home, running)


def _prepare(home: Home, asked: Asked, environment: dict[str, str]) -> None:
    words = ["-m", "config.preparing", "--who", str(Notes(home).who)]
    words += _contents(asked)
    log = home.logs / "preparing.log"
    with log.open("wb") as handle:
        process = start([sys.executable, *words], log=handle, env=environment, cwd=CHECKOUT)
    try:
        process.wait()
    finally:
        stop(process)
    if process.returncode != 0:
        sys.stderr.write(log.read_text()[-LAST_WORDS:])
        raise CannotStart(f"Pana could not be prepared; the whole log is {log}.")


def _contents(asked: Asked) -> list[str]:
    """What is wanted in the database, as words for another process."""
    wanted = {"--empty": asked.empty, "--practice": asked.practice}
    return [word for word, is_wanted in wanted.items() if is_wanted]


@contextmanager
def _announced(home: Home, asked: Asked) -> Iterator[None]:
    notes = Notes(home)
    notes.port.write_text(str(asked.port))
    print(notes.who.read_text())
    way = "./dev down" if asked.apart else "Ctrl-C"
    print(f"{way} stops all of it; the data stay.", flush=True)
    notes.ready.touch()
    try:
        yield
    finally:
        notes.ready.unlink(missing_ok=True)


def _watch(home: Home, running: list[Running]) -> None:
    """Until a signal comes; shows mail. Whatever ends by itself ends all, with a word about why."""
    embedded = [service for service in (Postgres(home), Broker(home)) if is_kept(service)]
    letterbox = Letterbox(home.path / "mail")
    while True:
        for child in running:
            child.refuse_if_ended()
        for service in embedded:
            if not is_kept(service):
                raise CannotStart(f"{service.name} ended by itself; its log is in {home.logs}.")
        if mail := letterbox.new_mail():
            print(mail, flush=True)
        time.sleep(LOOK_EVERY)


def _start_detached(home: Home, asked: Asked) -> int:
    """Start an `up` apart from this terminal, show what it says, and come back when it is ready."""
    notes = Notes(home)
    words = ["up", "--apart", "--port", str(asked.port), *_contents(asked)]
    notes.ready.unlink(missing_ok=True)
    with notes.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.launching", *words],
            cwd=CHECKOUT,
            env=os.environ | {"PANA_HOME": str(home.path)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(lambda: notes.ready.exists() or process.poll() is not None, None)
    except SystemExit:
        stop(process)
        raise
    print(notes.log.read_text().strip())
    return process.poll() or 0


def _say_again(home: Home, asked: Asked) -> int:
    notes = Notes(home)
    _wait(lambda: notes.ready.exists() or not _is_up(home), None)
    if not notes.ready.exists():
        raise CannotStart("Another ./dev up was just starting and failed; try again.")
    print(f"Pana is already running.\n\n{notes.who.read_text()}")
    if asked.practice:
        print("If the shelter for practice is not among them: ./dev manage practice")
    return 0


@contextmanager
def _held(home: Home) -> Iterator[None]:
    """At most one `up` runs in a home; the file says which process it is."""
    with Notes(home).held.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart("Another ./dev up has just started; see what it says.") from None
        Notes(home).ready.unlink(missing_ok=True)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _is_up(home: Home) -> bool:
    with Notes(home).held.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _holder(home: Home) -> int:
    return int(Notes(home).held.read_text())


def _wait(until: Callable[[], bool], seconds: float | None) -> None:
    deadline = time.monotonic() + (seconds or float("inf"))
    while not until() and time.monotonic() < deadline:
        time.sleep(PAUSE)


if __name__ == "__main__":
    sys.exit(main())
