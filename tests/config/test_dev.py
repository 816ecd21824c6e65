"""The script ./dev: what it says when it cannot, and everything started and stopped at once."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.services.home import CHECKOUT, Home
from tests.config.homes import (
    environment,
    environment_of,
    forget,
    processes_of,
    wait_until,
    words_of,
)

VERBS = ["up", "down", "test", "check", "bench", "smoke", "manage", "lock"]
NEEDED = ["sh", "readlink", "dirname", "cat", "cksum", "mkdir", "chmod", "rm"]
LONGEST_START = 120  # seconds; beside other tests on a busy machine
SHELL = shutil.which("dash") or "sh"


def dev(
    *words: str, home: Home, script: Path = CHECKOUT / "dev", **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHELL, script, *words],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def bare_path(folder: Path, **programs: str) -> str:
    """A PATH with what any system has, and the given scripts."""
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name) or name)
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_alone_it_lists_its_verbs(home: Home) -> None:
    shown = dev(home=home)

    assert shown.returncode == 0
    assert [line.split()[1] for line in shown.stdout.splitlines() if line[:5] == "./dev"] == VERBS


def test_an_unknown_verb_is_named(home: Home) -> None:
    shown = dev("fly", home=home)

    assert shown.returncode == 2
    assert shown.stderr.startswith("There is no verb 'fly'.\n")


def test_without_python_and_uv_it_says_so_in_one_line(home: Home, tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")

    shown = dev("up", home=home, PATH=path, PANA_VENV=str(tmp_path / "venv"))

    assert shown.returncode == 1
    assert shown.stderr.count("\n") == 1
    assert "needs python3 with venv" in shown.stderr


def test_through_a_link_it_finds_its_folder(home: Home, tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")
    link = tmp_path / "pana"
    link.symlink_to(CHECKOUT / "dev")

    shown = dev("up", home=home, script=link, PATH=path, PANA_VENV=str(tmp_path / "venv"))

    assert shown.stderr.count("\n") == 1
    assert "needs python3 with venv" in shown.stderr


def test_without_a_fitting_python_it_says_so_in_one_line(home: Home, tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin", uv="exit 2", python3="exit 1")

    shown = dev("up", home=home, PATH=path, PANA_VENV=str(tmp_path / "venv"))

    assert shown.returncode == 1
    assert shown.stderr == (
        "Pana needs Python 3.12 or newer; install python3.13, or let uv download one.\n"
    )


def test_locks_name_no_host() -> None:
    for lock in CHECKOUT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_a_taken_port_is_one_sentence(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = launch_up(home, port)
        errors = process.communicate(timeout=60)[1]

    assert process.returncode == 1
    assert errors.startswith(
        f"Port {port} is taken; stop what uses it, or choose another: ./dev up"
    )
    assert errors.count("\n") == 1
    assert processes_of(home) == []


@pytest.mark.parametrize("port", ["0", "70000", "eighty"])
def test_a_port_that_is_none_is_refused(home: Home, port: str) -> None:
    process = launch_up(home, port)

    assert f"{port!r} is no port" in process.communicate(timeout=60)[1]
    assert process.returncode == 2


def launch_up(home: Home, port: int | str, *flags: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.launching", "up", "--port", str(port), *flags],
        cwd=CHECKOUT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A state folder in which the second start finds what the first has made."""
    place = Home(tmp_path_factory.mktemp("dev") / "home")
    yield place
    forget(place)


@pytest.fixture
def everything(lasting: Home) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """An empty Pana that answers on a port."""
    port = free_port()
    with launch_up(lasting, port, "--empty") as process:
        ready = lasting.path / "up.ready"
        wait_until(lambda: ready.exists() or process.poll() is not None, seconds=LONGEST_START)
        assert process.poll() is None, process.communicate()
        yield process, port
        process.terminate()


Everything = tuple[subprocess.Popen[str], int]


def test_up_serves_pages_and_down_leaves_no_process(lasting: Home, everything: Everything) -> None:
    (process, port), home = everything, lasting

    assert login_page(port) == 200
    assert_the_owner_is_unknown_to_what_serves(home)
    assert_starting_again_only_tells(home)
    assert_manage_tells_addresses_that_answer(home, port)
    assert dev("down", home=home).returncode == 0
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert processes_of(home) == []


def login_page(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/account/login/", headers={"Host": f"pana.localhost:{port}"})
    return line.getresponse().status


def assert_the_owner_is_unknown_to_what_serves(home: Home) -> None:
    served = [pid for pid in processes_of(home) if {"gunicorn", "celery"} & set(words_of(pid))]
    known = ["\n".join(environment_of(pid)) for pid in served]

    assert len(known) >= 5
    assert all("DATABASE_URL=" in text for text in known)
    assert [text for text in known if home.secret("owner_password") in text] == []


def assert_starting_again_only_tells(home: Home) -> None:
    again = launch_up(home, free_port())

    assert again.communicate(timeout=60)[0].startswith("Pana is already running.\n")
    assert again.returncode == 0


def assert_manage_tells_addresses_that_answer(home: Home, port: int) -> None:
    assert f"http://pana.localhost:{port}/" in dev("manage", "who", home=home).stdout


@pytest.mark.full
def test_when_the_worker_dies_all_stops_and_its_log_is_named(
    lasting: Home, everything: Everything
) -> None:
    (process, _), home = everything, lasting
    worker = next(pid for pid in processes_of(home) if "worker" in words_of(pid))

    os.kill(worker, signal.SIGKILL)

    errors = process.communicate(timeout=60)[1]
    assert errors == f"The worker ended by itself; its log is {home.logs / 'worker.log'}.\n"
    assert process.returncode == 1
    assert processes_of(home) == []
