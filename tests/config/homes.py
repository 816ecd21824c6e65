"""State folders of the tests' own, and who runs in them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.services.home import CHECKOUT, Home

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CACHE_URL")
OURS = (*GIVEN, "SECRET_KEY", "PANA_KEK", "DJANGO_SETTINGS_MODULE", "PANA_PORT")


def forget(home: Home) -> None:
    """End whatever a test left running, and remove what lies outside pytest's own folder."""
    for pid in processes_of(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(home.sockets, ignore_errors=True)
    if (home.path / "data").is_symlink():
        shutil.rmtree((home.path / "data").readlink())


def environment(home: Home, **more: str) -> dict[str, str]:
    """That of somebody who has just opened a terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {"PANA_HOME": str(home.path)} | more


def launch(home: Home, *words: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.services", "run", "--scratch", *words],
        cwd=CHECKOUT,
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(home: Home, script: str, *flags: str, **more: str) -> str:
    process = launch(home, *flags, "--", "sh", "-c", script, **more)
    shown, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return shown.strip()


def run_until_ready(home: Home) -> subprocess.Popen[str]:
    process = launch(home, "--", "sh", "-c", "echo ready; exec sleep 300")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def processes_of(home: Home) -> list[int]:
    """Everything that was started for this home: it is in the environment of all."""
    mark = f"PANA_HOME={home.path}"
    return [pid for pid in _all_processes() if mark in _read(pid, "environ").split("\0")]


def servers_of(home: Home) -> list[int]:
    """The keepers and servers alone: their command lines name the home or its sockets."""
    names = (str(home.path), str(home.sockets))
    return [pid for pid in _all_processes() if any(n in _read(pid, "cmdline") for n in names)]


def words_of(pid: int) -> list[str]:
    return _read(pid, "cmdline").split("\0")


def environment_of(pid: int) -> list[str]:
    return _read(pid, "environ").split("\0")


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _read(pid: int, what: str) -> str:
    """Nothing of a process that has ended or is someone else's."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text(errors="replace")
    except OSError:
        return ""
