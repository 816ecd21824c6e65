"""What one connection's server process keeps of a thousand shelters, and what it costs to forget.

Recycling (CONN_MAX_AGE, PgBouncer's server_lifetime) bounds the memory; each shelter's first
request on a new connection then pays for a cold catalog cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.tenancy.cast import HOSTS, SHELTERS
from bench.tenancy.sides import Side, side

GOAL = 160
LAPS = 3


def measure_memory() -> Iterator[dict[str, Any]]:
    with side("pana") as pana, side("stock") as stock, side("plain") as plain:
        after = {}
        for name, each in (("stock", stock), ("plain", plain)):
            each.ask("requesting.requests", hosts=HOSTS if name == "stock" else HOSTS[:1] * 100)
            after[name] = each.ask("backend.memory")
        pana.ask("requesting.requests", hosts=HOSTS)
        yield {
            "name": f"private memory of a connection after {SHELTERS} shelters, this page",
            "value": pana.ask("backend.memory"),
            "unit": "MB",
            "goal": GOAL,
            "compared with": {
                "plain Django": after["plain"],
                "django-tenants 4.0.1": after["stock"],
            },
        }
        yield _every_table(pana)
        yield _cold(pana)


def _every_table(pana: Side) -> dict[str, Any]:
    """More than any connection will see: every table of every shelter."""
    tables = pana.ask("backend.touch", hosts=HOSTS)
    return {
        "name": f"the same, all {tables} tables of each read",
        "value": pana.ask("backend.memory"),
        "unit": "MB",
        "goal": GOAL,
    }


def _cold(pana: Side) -> dict[str, Any]:
    cold, warm = [], []
    for _ in range(LAPS):
        pana.ask("backend.recycle")
        pana.ask("requesting.requests", hosts=HOSTS[:1])
        cold.append(pana.ask("requesting.requests", hosts=HOSTS[1:]))
        warm.append(pana.ask("requesting.requests", hosts=HOSTS[1:]))
    return {
        "name": "a shelter's first request on a new connection over its next",
        "value": round(_cpu(cold) / _cpu(warm), 2),
        "unit": "times CPU of web and server process",
        "ms": {"first": round(_cpu(cold), 2), "next": round(_cpu(warm), 2)},
        "ms until answered": {"first": round(_wall(cold), 2), "next": round(_wall(warm), 2)},
    }


def _cpu(laps: list[dict[str, Any]]) -> float:
    return median((lap["here"] + lap["server"]) / len(lap["walls"]) for lap in laps) * 1000


def _wall(laps: list[dict[str, Any]]) -> float:
    return median(median(lap["walls"]) for lap in laps) * 1000
