"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
PATIENCE = 20.0
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def die_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the kernel sends `sign` when the parent is gone, even by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), sign)

    return ask


def start(command: Sequence[str | Path], *, log: IO[Any] | None = None, **options: Any) -> Child:
    """A child in a group of its own: Ctrl-C reaches only us, and we choose the order."""
    options.setdefault("process_group", 0)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent(options.pop("last_word", signal.SIGTERM)),
        **options,
    )


Child = subprocess.Popen[Any]


def stop(child: Child, sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask, wait, and at the end insist."""
    if child.poll() is not None:
        return
    child.send_signal(sign)
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def stop_all(children: Sequence[Child]) -> None:
    """Ask all before waiting for one."""
    for child in children:
        child.terminate()
    for child in children:
        stop(child)


def leave_on_signals(*, and_ctrl_c: bool = True) -> None:
    """Turn signals that end us into SystemExit, so that every `with` and `finally` is run."""
    for sign in ENDING:
        signal.signal(sign, _leave)
    if not and_ctrl_c:
        signal.signal(signal.SIGINT, _disregard)


def _leave(number: int, frame: Any) -> None:
    for sign in ENDING:
        signal.signal(sign, _disregard)
    sys.exit(128 + number)


def _disregard(number: int, frame: Any) -> None:
    """A function and not SIG_IGN, which children would inherit."""
