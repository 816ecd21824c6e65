"""Many people of four shelters over the four connections that PgBouncer has for them."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor

from smoke.browser import Browser
from smoke.network import SHELTERS, Network
from smoke.stage import Failed

THREADS = 16
REQUESTS = 400
MARK = re.compile(r"Zq([a-z]+) \d")
PATHS = ("/clients/", "/api/cases/")
CLIENTS = 3
SERVED = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pana_app'"


def nobody_sees_anothers_rows(net: Network) -> str:
    """Over few pooled connections nobody ever sees another shelter's client"""
    for schema, number in itertools.product(SHELTERS, range(CLIENTS)):
        net.admit(schema, f"Zq{schema} {number}")
    schemas = itertools.islice(itertools.cycle(SHELTERS), REQUESTS)
    turns = list(zip(schemas, itertools.cycle(PATHS), range(REQUESTS), strict=False))
    shares = [turns[first::THREADS] for first in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        seen = list(threads.map(lambda share: _asked(net, share), shares))
    rows = sum(seen)
    served = net.found(SERVED)
    if served > net.stage.pool:
        raise Failed(f"{served} connections are open, and the pool has {net.stage.pool}")
    return f"{REQUESTS} requests, {THREADS} threads, {served} connections, {rows} rows, 0 of others"


def _asked(net: Network, share: list[tuple[str, str, int]]) -> int:
    """How many clients were shown; each thread goes from shelter to shelter."""
    people = {schema: net.director(schema) for schema in SHELTERS}
    return sum(_own_rows(people[schema], schema, path, turn) for schema, path, turn in share)


def _own_rows(person: Browser, schema: str, path: str, turn: int) -> int:
    if turn % 10 == 9:
        donor = {"name": f"Zq{schema} {turn}", "kind": "intl_foundation"}
        person.send("/api/funding/donors/", donor)
    marks = MARK.findall(person.page(path).text)
    if set(marks) != {schema}:
        raise Failed(f"{schema} was shown {sorted(set(marks))} at {path}")
    return len(marks)


CHECKS = (nobody_sees_anothers_rows,)
