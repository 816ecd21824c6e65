"""Reads by sixteen threads over twenty shelters: with a connection each, from a pool of four, and
by way of PgBouncer, which lends four for one transaction each. How many rows were another's?
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from bench.tenancy.bouncer import POOL, Bouncer, bouncer
from bench.tenancy.cast import HOSTS
from bench.tenancy.sides import side

READS = int(os.environ.get("BENCH_READS", "10000"))
THREADS = 16
SHELTERS = min(20, len(HOSTS))


def measure_sharing() -> Iterator[dict[str, Any]]:
    yield _figure("a connection a thread", _reads("pana"))
    yield _figure(f"a pool of {POOL}", _reads("pana", BENCH_POOL=str(POOL)))
    try:
        with bouncer() as between:
            yield from _bounced(between)
    except FileNotFoundError:
        yield {"name": _name("PgBouncer"), "value": None, "unit": "not installed", "goal": 0}


def _bounced(between: Bouncer) -> Iterator[dict[str, Any]]:
    ours = _reads("pana", DATABASE_URL=between.address("pana"))
    stock = _reads("stock", DATABASE_URL=between.address("stock"))
    told = {"wrong": stock["wrong"], "failed": stock["failed"]}
    way = f"PgBouncer {between.version} in transaction mode, {POOL} connections"
    yield _figure(way, ours) | {"compared with": {"django-tenants 4.0.1": told}}


def _reads(project: str, **more: str) -> dict[str, Any]:
    with side(project, **more) as each:
        hosts = HOSTS[:SHELTERS]
        seen: dict[str, Any] = each.ask(
            "reading.read_by_many", hosts=hosts, threads=THREADS, number=READS
        )
        return seen


def _figure(way: str, seen: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _name(way),
        "value": seen["wrong"],
        "unit": "wrong",
        "goal": 0,
        "failed": seen["failed"],
        "reads a second": round(READS / seen["seconds"]),
    }


def _name(way: str) -> str:
    return f"{READS} reads, {THREADS} threads, {SHELTERS} shelters, {way}"
