"""Servers, pages and workers of a test's own, each of which it may end as it likes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from celery import Celery

from config.children import WORKER
from config.services.broker import Broker
from config.services.home import CHECKOUT, Home
from config.services.keeping import dismiss, is_kept
from config.services.postgres import Postgres
from config.services.processes import Child, start, stop, stop_all
from tests.config.homes import forget, launch, run, wait_until, words_of

SETTINGS = "tests.config.outages.settings"
GUNICORN = ["gunicorn", "config.wsgi", "-c", "python:config.serving", "--bind"]
PREPARING = CHECKOUT / "tests/journeys/preparing.py"
SIGN_IN = "/account/login/"
FROM_SAMAL = "Host: samal.localhost\r\nConnection: close\r\nAccept-Language: en\r\n"
KEPT = "import json, os, time; print(json.dumps(dict(os.environ)), flush=True); time.sleep(600)"


@dataclass
class Network:
    home: Home
    surroundings: dict[str, str]
    children: list[Child] = field(default_factory=list)
    usual: dict[str, Child] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.surroundings["PANA_PORT"])

    def start_web(self, **more: str) -> Child:
        """Pages that an earlier test left running, unless they are to be `more` than usual."""
        web = self._started("web", [*GUNICORN, f"127.0.0.1:{self.port}"], more)
        wait_until(lambda: self.is_up("/health/"))
        return web

    def start_worker(self, **more: str) -> Child:
        return self._started("worker", WORKER, more)

    def _started(self, name: str, words: list[str], more: dict[str, str]) -> Child:
        running = self.usual.get(name)
        if running is not None and running.poll() is None:
            if not more:
                return running
            stop(running)
        child = self._start(name, words, more)
        if more:
            self.children.append(child)
        else:
            self.usual[name] = child
        return child

    def _start(self, name: str, words: list[str], more: dict[str, str]) -> Child:
        with self.log(name).open("ab") as log:
            own = self.surroundings | more
            return start([sys.executable, "-m", *words], log=log, env=own, cwd=CHECKOUT)

    def log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"

    def is_up(self, path: str) -> bool:
        try:
            return self.get(path)[0] < 500
        except OSError:
            return False

    def get(self, path: str, host: str = "samal.localhost") -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", path, headers={"Host": host, "Accept-Language": "en"})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def sign_in(self, email: str, password: str) -> tuple[int, str]:
        """As the page of sign-in does it."""
        page = self.say(f"GET {SIGN_IN} HTTP/1.1\r\n{FROM_SAMAL}\r\n")
        token = _found(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        cookie = f"csrf={_found('csrf=([^;]+)', page)}"
        body = urlencode({"login": email, "password": password, "csrfmiddlewaretoken": token})
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        size = f"Content-Length: {len(body)}\r\nCookie: {cookie}\r\n"
        answer = self.say(f"POST {SIGN_IN} HTTP/1.1\r\n{FROM_SAMAL}{kind}{size}\r\n{body}")
        return int(answer.split()[1]), answer

    def say(self, words: str) -> str:
        """Just these words; and all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(words.encode())
            return b"".join(iter(lambda: line.recv(65536), b"")).decode(errors="replace")

    def send(self, task: str, *words: str, shelter: str = "samal") -> None:
        """To whichever worker there is; any Celery may send."""
        with Celery(broker=self.surroundings["BROKER_URL"], set_as_current=False) as app:
            app.send_task(task, args=words, headers={"shelter": shelter})

    def errand(self, *words: str) -> Any:
        """What came of it, and what was said meanwhile."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.config.outages.errand", *words],
            env=self.surroundings,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), done.stderr

    def noted(self, name: str) -> int:
        """How often the page or task did its work."""
        return self._count("SELECT count(*) FROM events_event WHERE subject_id = %s", name)

    def waiting(self) -> int:
        """Deliveries that Samal's outbox still holds."""
        return self._count("SELECT count(*) FROM events_delivery WHERE delivered_at IS NULL")

    def _count(self, sql: str, *values: str) -> int:
        with psycopg.connect(self.surroundings["DATABASE_URL"]) as samal:
            samal.execute("SET ROLE pana_samal; SET search_path = samal")
            found = samal.execute(sql, values).fetchone()
            assert found is not None
            return int(found[0])

    def kill_broker(self) -> None:
        for pid in _servers(self.home, "valkey-server"):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_kept(Broker(self.home)))

    @contextmanager
    def hanging_broker(self) -> Iterator[None]:
        """It takes what is sent and says nothing."""
        pids = _servers(self.home, "valkey-server")
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def stop_database(self) -> None:
        dismiss(Postgres(self.home))

    def start_what_is_away(self) -> None:
        if not (is_kept(Postgres(self.home)) and is_kept(Broker(self.home))):
            run(self.home, "true")

    def forget_logs(self) -> None:
        """Emptied, not removed: those who write there go on."""
        for log in self.home.logs.glob("w*.log"):
            log.write_bytes(b"")

    def stop_children(self) -> None:
        """All but those that the next test may find running."""
        stop_all(self.children)
        self.children.clear()

    def stop_everybody(self) -> None:
        self.children += self.usual.values()
        self.usual.clear()
        self.stop_children()


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[1]


def _servers(home: Home, program: str) -> list[int]:
    found = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    mine = [pid for pid in found if str(home.sockets) in " ".join(words_of(pid))]
    return [pid for pid in mine if program in words_of(pid)[0]]


@contextmanager
def network(place: Path) -> Iterator[Network]:
    """A database with Samal and Tulpar and a broker, in a state folder of their own."""
    home = Home(place)
    runner = launch(home, "--", sys.executable, "-c", KEPT)
    try:
        assert runner.stdout is not None
        made = _prepared(Network(home, _surroundings(json.loads(runner.stdout.readline()))))
        yield made
        made.stop_everybody()
    finally:
        runner.terminate()
        runner.wait(timeout=60)
        forget(home)


def _surroundings(made: dict[str, str]) -> dict[str, str]:
    more = {"DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONPATH": str(CHECKOUT), "PANA_DEMO": "1"}
    return made | more | {"PANA_PORT": str(free_port()), "PANA_LOGS": "json"}


def _prepared(made: Network) -> Network:
    done = subprocess.run(
        [sys.executable, PREPARING], env=made.surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    del made.surroundings["DATABASE_OWNER_URL"]
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(file: Path) -> None:
    wait_until(file.exists)
