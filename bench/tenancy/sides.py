"""The processes that are measured against each other, and how they are asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.tenancy.databases import environment
from config.services.home import CHECKOUT
from config.services.processes import stop


class Side:
    """One project's process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, do: str, **words: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do} | words) + "\n")
        self.process.stdin.flush()
        answered = self.process.stdout.readline()
        if not answered:
            raise RuntimeError(f"{do} ended the process; what it said is above.")
        return json.loads(answered)


@contextmanager
def side(project: str, *, as_owner: bool = False, **more: str) -> Iterator[Side]:
    """`more` goes into its environment. It ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.tenancy.process"],
        env=environment(project, as_owner=as_owner, **more),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Side(process)
    finally:
        stop(process)


@contextmanager
def sides(wanted: dict[str, tuple[str, dict[str, str]]]) -> Iterator[dict[str, Side]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(side(project, **more))
            for name, (project, more) in wanted.items()
        }
