"""Many threads, few shelters: does anybody ever see what is another's?"""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.tenancy.cast import director_of
from bench.tenancy.requesting import answer_to, environ_of


def read_by_many(hosts: list[str], threads: int, number: int) -> dict[str, Any]:
    """Each thread goes from host to host. Rows of another are `wrong`, no rows are `failed`."""
    turns = list(itertools.islice(itertools.cycle(hosts), number))
    shares = [turns[first::threads] for first in range(threads)]
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        seen = [how for share in pool.map(_read, shares) for how in share]
    return {how: seen.count(how) for how in ("right", "wrong", "failed")} | {
        "seconds": time.perf_counter() - began
    }


def _read(share: list[str]) -> list[str]:
    return [_one(host) for host in share]


def _one(host: str) -> str:
    body = answer_to(environ_of(host))
    own = director_of(host.partition(".")[0]).encode()
    if own in body:
        return "right"
    return "wrong" if b"director@" in body else "failed"
