"""Web, worker and beat: how each is started, and what to say when one ends."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.services.home import CHECKOUT, CannotStart, Home
from config.services.processes import Child, start, stop

LOOPBACK = "127.0.0.1"
ANSWER_WITHIN = 60.0
PAUSE = 0.05
CENTRAL_HOST = "pana.localhost"


@dataclass(frozen=True)
class Running:
    name: str
    process: Child
    log: Path

    def refuse_if_ended(self) -> None:
        if self.process.poll() is not None:
            raise CannotStart(f"The {self.name} ended by itself; its log is {self.log}.")


def commands(home: Home, port: int) -> Mapping[str, list[str]]:
    gunicorn = [
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"{LOOPBACK}:{port}",
        "--worker-class",
        "gthread",
    ]
    celery = ["celery", "--app", "config", "--quiet"]
    schedule = str(home.path / "beat.schedule")
    return {
        "web": [*gunicorn, "--workers", "2", "--threads", "4", "--no-control-socket"],
        # Processes, not threads: only these obey time limits and give a lost task back.
        "worker": [
            *celery,
            "worker",
            "--pool",
            "prefork",
            "--concurrency",
            "2",
            "--without-mingle",
        ],
        "beat": [*celery, "beat", "--schedule", schedule, "--pidfile="],
    }


@contextmanager
def children(home: Home, port: int, environment: Mapping[str, str]) -> Iterator[list[Running]]:
    """All of them run inside this block; at its end they are stopped, the pages last."""
    with ExitStack() as stack:
        started = []
        for name, words in commands(home, port).items():
            log = home.logs / f"{name}.log"
            process = _start(words, log, environment)
            stack.callback(stop, process)
            started.append(Running(name, process, log))
        yield started


def wait_for_pages(port: int, running: list[Running]) -> None:
    """Until the login page answers."""
    deadline = time.monotonic() + ANSWER_WITHIN
    while not _answers(port, CENTRAL_HOST):
        for child in running:
            child.refuse_if_ended()
        if time.monotonic() > deadline:
            raise CannotStart(f"The pages did not answer within {ANSWER_WITHIN:.0f} seconds.")
        time.sleep(PAUSE)


def _start(words: list[str], log: Path, environment: Mapping[str, str]) -> Child:
    with log.open("ab") as handle:
        return start([sys.executable, "-m", *words], log=handle, env=environment, cwd=CHECKOUT)


def _answers(port: int, host: str, path: str = "/") -> bool:
    """Whether the page is there, also by way of another (the first page leads to signing in)."""
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        line.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = line.getresponse()
        further = answer.headers.get("Location")
        if further and path == "/":
            return _answers(port, host, urlsplit(further).path)
        return answer.status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()
