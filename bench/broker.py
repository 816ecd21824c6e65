"""What Celery keeps when a worker, or the broker itself, is killed with -9.

`PANA_BROKER_PROGRAM` names another server than the bundled one. The visibility timeout is shortened
from the settings' 300 seconds so that redelivery can be waited for; it adds to every redelivery.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery

from config.services.home import CHECKOUT, Home
from config.services.programs import valkey_program

TASKS = 12
TASK_SECONDS = 1.0
VISIBILITY = 5
GIVE_UP_AFTER = 180.0
QUICK = {"unacked_restore_interval": 1, "unacked_restore_throttle": 1}
AS_SHIPPED: dict[str, int] = {}

app = Celery("bench")
app.conf.update(
    broker_url=os.environ.get("BENCH_BROKER_URL", ""),
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": VISIBILITY}
    | (QUICK if os.environ.get("BENCH_QUICK") else AS_SHIPPED),
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
)


@app.task
def work(number: int) -> None:
    note(f"begun {number}")
    time.sleep(TASK_SECONDS)
    note(f"done {number}")


def note(line: str) -> None:
    with Path(os.environ["BENCH_DIARY"]).open("a") as diary:
        diary.write(line + "\n")


def measure() -> Iterator[dict[str, Any]]:
    yield from _start_times()
    yield {"name": "size of the program", "value": program().stat().st_size, "unit": "bytes"}
    for quick in (True, False):
        yield from _worker_killed(quick=quick)
    yield from _broker_killed()


def program() -> Path:
    named = os.environ.get("PANA_BROKER_PROGRAM")
    return Path(named) if named else valkey_program(Home.of_environment())


def _start_times() -> Iterator[dict[str, Any]]:
    times = []
    for _ in range(5):
        with bench_place() as place:
            began = time.monotonic()
            with server(place):
                times.append(time.monotonic() - began)
    yield {"name": "start", "value": round(sorted(times)[2], 3), "unit": "s"}


def _worker_killed(*, quick: bool) -> Iterator[dict[str, Any]]:
    with bench_place() as place, server(place):
        queue_all(place)
        with worker(place, quick=quick) as first:
            wait_until(lambda: len(lines(place, "begun")) >= 4)
            os.killpg(first.pid, signal.SIGKILL)
        cut = set(lines(place, "begun")) - set(lines(place, "done"))
        killed_at = time.monotonic()
        with worker(place, quick=quick):
            wait_until(lambda: cut <= set(lines(place, "done")))
            redelivered = time.monotonic() - killed_at - TASK_SECONDS
            wait_until(lambda: len(set(lines(place, "done"))) == TASKS)
        yield from _figures("worker killed", place, redelivered, quick=quick)


def _broker_killed() -> Iterator[dict[str, Any]]:
    """The append-only file is written through once a second; the sweep makes good for the rest."""
    with bench_place() as place:
        with server(place) as broker:
            queue_all(place)
            time.sleep(1.5)
            broker.kill()
        killed_at = time.monotonic()
        with server(place), worker(place, quick=True):
            wait_until(lambda: len(set(lines(place, "done"))) == TASKS)
            yield from _figures("broker killed", place, time.monotonic() - killed_at, quick=True)


def _figures(what: str, place: Path, seconds: float, *, quick: bool) -> Iterator[dict[str, Any]]:
    options = "restore every second" if quick else "kombu's own intervals"
    done = lines(place, "done")
    lost = TASKS - len(set(done))
    twice = len(done) - len(set(done))
    for name, value, unit in (
        (f"{what}: lost of {TASKS}", lost, "tasks"),
        (f"{what}: done twice", twice, "tasks"),
        (what, round(seconds, 1), "s"),
    ):
        yield {"name": name, "options": options, "value": value, "unit": unit}


@contextmanager
def bench_place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pana-bench-") as folder:
        place = Path(folder)
        (place / "diary").touch()
        yield place


@contextmanager
def server(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ["--port", "0", "--unixsocket", str(place / "socket"), "--dir", str(place)]
    words += ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
    with (place / "server.log").open("ab") as log:
        process = subprocess.Popen([program(), *words], stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(place))
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def worker(place: Path, *, quick: bool) -> Iterator[subprocess.Popen[bytes]]:
    words = ["-A", "bench.broker", "worker", "-c", "2", "--without-mingle", "--without-gossip"]
    with (place / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *words],
            cwd=CHECKOUT,
            env=environment(place, quick=quick),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def environment(place: Path, *, quick: bool) -> dict[str, str]:
    return os.environ | {
        "BENCH_BROKER_URL": f"redis+socket://{place}/socket?virtual_host=0",
        "BENCH_DIARY": str(place / "diary"),
        "BENCH_QUICK": "1" if quick else "",
    }


def queue_all(place: Path) -> None:
    app.conf.broker_url = f"redis+socket://{place}/socket?virtual_host=0"
    with app.connection_for_write() as connection:
        for number in range(TASKS):
            work.apply_async([number], connection=connection)


def lines(place: Path, word: str) -> list[str]:
    diary = (place / "diary").read_text().splitlines()
    return [line.partition(" ")[2] for line in diary if line.startswith(word)]


def answers(place: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(place / "socket"))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until(true: Callable[[], bool]) -> None:
    """Gives up in silence: what is then still missing counts as lost."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
