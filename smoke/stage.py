"""The services of docker-compose.yml as child processes, each to be stopped, killed and started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.services.account import server_account
from config.services.compose_secrets import make_secrets_of_compose
from config.services.home import CHECKOUT, Home
from config.services.processes import Child, start, stop
from smoke.certificate import write_certificate
from smoke.compose import Service, service
from smoke.here import Here, free_port
from smoke.images import FILES, at_start, command_of, more_environment
from smoke.packages import Programs, find_programs

DOMAIN = "pana.example"
SERVERS = ("postgres", "pgbouncer", "broker", "cache", "caddy")  # as the servers' account
OURS = ("web", "worker", "beat")
IN_ORDER = ("postgres", "pgbouncer", "broker", "cache", *OURS, "caddy")
READY_WITHIN = 120.0
PAUSE = 0.1


NOTHING: Mapping[str, str] = MappingProxyType({})
Options = dict[str, Any]


class Failed(Exception):
    """A sentence: what was expected and what came instead."""


@dataclass
class Stage:
    root: Path
    programs: Programs
    here: Here
    running: dict[str, Child] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=lambda: {"PANA_DOMAIN": DOMAIN})
    pool: int = 4  # connections of PgBouncer: few, so that what one left the next would find

    # --- files -----------------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        return (self.root / "run/secrets" / name).read_text().strip()

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def make_folder(self, kind: str, name: str) -> None:
        folder = self.root / kind / name
        folder.mkdir(mode=0o700)
        if name in SERVERS:
            server_account().own(folder)

    def port_of(self, name: str) -> int:
        """Of what only this machine needs: chosen once."""
        return self.here.ports.setdefault(name, free_port())

    @property
    def mail(self) -> Path:
        return self.root / "srv/pana/mail"

    # --- services --------------------------------------------------------------------------------

    def service(self, name: str) -> Service:
        return service(name, self.values)

    def start(self, *names: str) -> None:
        """In this order, each healthy before the next."""
        for name in names:
            with self.log(name).open("ab") as log:
                at_start(self, name)
                self.running[name] = start(
                    command_of(self, name),
                    log=log,
                    env=self.environment_of(name),
                    **self._options_of(name),
                )
            self.wait_until_healthy(name)

    def start_what_is_away(self) -> None:
        for name in IN_ORDER:
            child = self.running.get(name)
            if child is None or child.poll() is not None:
                self.start(name)

    def stop(self, name: str) -> int:
        """As `docker compose stop` does it: asked, and given its time. Its exit code."""
        child = self.running.pop(name)
        child.send_signal(self.service(name).stop_signal)
        try:
            return child.wait(self.service(name).stop_within)
        except subprocess.TimeoutExpired:
            self._kill(child)
            raise Failed(f"{name} did not stop within its stop_grace_period") from None

    def kill(self, name: str) -> None:
        """With its children and at once."""
        self._kill(self.running.pop(name))

    def close(self) -> None:
        for name in reversed(IN_ORDER):
            if child := self.running.pop(name, None):
                stop(child, self.service(name).stop_signal)
        for child in self.running.values():  # Erlang's directory
            stop(child)

    @staticmethod
    def _kill(child: Child) -> None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def wait_until_healthy(self, name: str) -> None:
        """By the service's own health check."""
        deadline = time.monotonic() + READY_WITHIN
        while (said := self.health(name)).returncode != 0:
            child = self.running[name]
            if child.poll() is not None:
                raise Failed(f"{name} ended with {child.returncode}: {self._last_words(name)}")
            if time.monotonic() > deadline:
                raise Failed(f"{name} is not healthy: {said.stdout} {self._last_words(name)}")
            time.sleep(PAUSE)

    def health(self, name: str) -> subprocess.CompletedProcess[str]:
        return self.run(name, self.here.words(self.service(name).health_check), timeout=30)

    def _last_words(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-1500:]

    # --- commands --------------------------------------------------------------------------------

    def run(
        self,
        name: str,
        words: list[str],
        *,
        said: str = "",
        more: Mapping[str, str] = NOTHING,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """A command in the service's surroundings, as `docker compose run` or `exec`."""
        try:
            return subprocess.run(
                words,
                env={**self.environment_of(name), **more},
                **self._whose(name),
                input=said,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 124, f"no answer in {timeout:.0f} s")

    @staticmethod
    def _whose(name: str) -> Options:
        """Who asks RabbitMQ must be allowed to read Erlang's cookie."""
        return {"cwd": "/", **server_account().identity} if name == "broker" else {"cwd": CHECKOUT}

    def must(
        self, name: str, words: list[str], *, said: str = "", more: Mapping[str, str] = NOTHING
    ) -> str:
        """What it says; raises `Failed` when it does not end well."""
        done = self.run(name, words, said=said, more=more)
        if done.returncode != 0:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-1500:]}")
        return done.stdout

    def environment_of(self, name: str) -> dict[str, str]:
        """What compose says, what the image adds, and a path on which our programs come first."""
        asked = self.here.environment(self.service(name).environment)
        path = f"{self.root}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        plain = {"PATH": path, "LANG": "C.UTF-8", "HOME": str(self.root / "homes" / name)}
        return plain | asked | more_environment(self, name)

    def _options_of(self, name: str) -> Options:
        if name not in SERVERS:
            return {"cwd": CHECKOUT}
        last_word = self.service(name).stop_signal
        return {"cwd": "/", "last_word": last_word, **server_account().identity}


@contextmanager
def stage() -> Iterator[Stage]:
    """A scratch folder with the secrets, the certificate, the files and the programs in place."""
    root = Path(tempfile.mkdtemp(prefix="pana-smoke-", dir="/tmp"))
    try:
        made = _laid_out(root)
        try:
            yield made
        finally:
            made.close()
    finally:
        if "PANA_SMOKE_KEEP" not in os.environ:
            shutil.rmtree(root, ignore_errors=True)


def _laid_out(root: Path) -> Stage:
    root.chmod(0o711)
    for folder in ("bin", "logs", "homes", "tmp", "data", "run/secrets", "srv/pana/mail"):
        (root / folder).mkdir(parents=True)
    home = Home(root / "wheels")
    home.path.mkdir()
    made = Stage(root, find_programs(home), Here(root))
    write_certificate(root / "run/secrets", DOMAIN)
    write_secrets(made)
    _write_programs(made)
    for name in (*SERVERS, *OURS):
        _write_files(made, name)
    return made


def write_secrets(made: Stage) -> None:
    """Those that whoever runs Pana makes, with this machine's ports in the addresses."""
    folder = made.root / "run/secrets"
    make_secrets_of_compose(folder)
    for file in folder.iterdir():
        text = file.read_text()
        file.chmod(0o600)
        file.write_text(made.here.turned(text))
        file.chmod(0o444)
    server_account().own(folder)
    folder.chmod(0o700)


def _write_programs(made: Stage) -> None:
    for name, words in made.programs.names.items():
        file = made.root / "bin" / name
        file.write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n')
        file.chmod(0o755)


def _write_files(made: Stage, name: str) -> None:
    for path, source in (made.service(name).mounted_files | FILES.get(name, {})).items():
        target = made.here.place(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made.here.turned(source.read_text()))
    for folder in ("homes", "data"):
        made.make_folder(folder, name)


def wait_until(true: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds:.0f} s in vain until {what}")
        time.sleep(PAUSE)
