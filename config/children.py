"""Web, worker and beat: how each is started, and what to say when one ends."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.services.home import CHECKOUT, CannotStart, Home
from config.services.processes import Child, start, stop_all

LOOPBACK = "127.0.0.1"
ANSWER_WITHIN = 60.0
PAUSE = 0.05
CENTRAL_HOST = "pana.localhost"
SHOWING = ("web", "worker")
CELERY = ["celery", "--app", "config", "--quiet"]
# Processes, not threads: only these obey time limits and give back the task of one that was lost.
WORKER = [*CELERY, "worker", "--pool", "prefork", "--concurrency", "2", "--without-mingle"]


@dataclass(frozen=True)
class Running:
    name: str
    process: Child
    log: Path

    def refuse_if_ended(self) -> None:
        if self.process.poll() is not None:
            raise CannotStart(f"The {self.name} ended by itself; its log is {self.log}.")


@contextmanager
def children(home: Home, port: int, environment: Mapping[str, str]) -> Iterator[list[Running]]:
    """All of them run inside this block, the pages answering; at its end all are stopped."""
    running: list[Running] = []
    try:
        running.append(_start("web", _web(port), home, environment))
        _wait_for_pages(port, running[0])
        running.append(_start("worker", WORKER, home, environment))
        running.append(_start("beat", _beat(home), home, environment))
        yield running
    finally:
        stop_all([child.process for child in running])


def _web(port: int) -> list[str]:
    return [
        "gunicorn",
        "config.wsgi",
        "-c",
        "python:config.serving",
        "--bind",
        f"{LOOPBACK}:{port}",
    ]


def _beat(home: Home) -> list[str]:
    return [*CELERY, "beat", "--schedule", str(home.path / "beat.schedule"), "--pidfile="]


def _start(name: str, words: list[str], home: Home, environment: Mapping[str, str]) -> Running:
    log = home.logs / f"{name}.log"
    with log.open("ab") as handle:
        command = [sys.executable, "-m", *words]
        own = {**environment, **_figures(name, home, environment)}
        return Running(name, start(command, log=handle, env=own, cwd=CHECKOUT), log)


def _figures(name: str, home: Home, environment: Mapping[str, str]) -> dict[str, str]:
    """Figures of web and worker, where `PANA_METRICS` names a port: at it and at the next one."""
    port = environment.get("PANA_METRICS", "").rpartition(":")[2]
    if not port.isdecimal() or name not in SHOWING:
        return {"PANA_METRICS": ""}
    address = f"{LOOPBACK}:{int(port) + SHOWING.index(name)}"
    folder = home.path / "metrics" / name
    return {"PANA_METRICS": address, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _wait_for_pages(port: int, web: Running) -> None:
    """Until the central host's login page answers: there is one even when no shelter is open."""
    deadline = time.monotonic() + ANSWER_WITHIN
    while not _answers(port, CENTRAL_HOST):
        web.refuse_if_ended()
        if time.monotonic() > deadline:
            raise CannotStart(f"The pages do not answer; their log is {web.log}.")
        time.sleep(PAUSE)


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
