"""A worker caught in the middle of a task: it waits for a lock that somebody else holds."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from smoke.network import Network
from smoke.stage import wait_until

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE usename = 'pana_app' AND wait_event_type = 'Lock' AND query LIKE '%events_delivery%'
"""
BEFORE_THE_LOCK_TIMES_OUT = 4.0


@contextmanager
def worker_in_a_task(net: Network, code: str) -> Iterator[None]:
    """It is busy with the referral of a client of that code. The lock is released at the end of
    the block, which must come within five seconds.
    """
    case = net.admit("samal", code)
    with net.superuser() as holder, holder.transaction():
        with _held(net.stage.running["worker"].pid):
            net.refer(case)
            holder.execute("LOCK TABLE samal.events_delivery IN ACCESS EXCLUSIVE MODE")
        wait_until(lambda: net.found(WAITING), "the worker waits", BEFORE_THE_LOCK_TIMES_OUT)
        yield


@contextmanager
def _held(worker: int) -> Iterator[None]:
    os.killpg(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker, signal.SIGCONT)
