"""Opening one more shelter and migrating all of them, with the shelters present."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

from bench.tenancy.cast import SHELTERS
from bench.tenancy.databases import forget_later, run
from bench.tenancy.sides import Side, side

ROUNDS = int(os.environ.get("BENCH_OPENINGS", "5"))
NEW = "another{}"
LOOKED_AT = 3


def measure_operations() -> Iterator[dict[str, Any]]:
    with (
        side("pana", as_owner=True, BENCH_ARGON2="1") as pana,
        side("pana", as_owner=True, BENCH_LATER="1") as later,
        side("stock") as stock,
    ):
        yield from _opening(pana, stock)
        yield from _migrating(pana, later, stock)


def _opening(pana: Side, stock: Side) -> Iterator[dict[str, Any]]:
    times: dict[str, list[float]] = {"pana": [], "hash": [], "stock": []}
    for number in range(ROUNDS):
        schema = NEW.format(number)
        times["pana"].append(_opened(pana, "operating", schema))
        times["hash"].append(pana.ask("operating.hash_one"))
        times["stock"].append(_opened(stock, "stock.operating", schema))
    yield {
        "name": f"open a shelter with role, grants, key and first director, {SHELTERS} present",
        "value": _median(times["pana"]),
        "unit": "s",
        "goal": 0.15,
        "of which hashing the director's password": _median(times["hash"]),
        "compared with": {"django-tenants 4.0.1, tables alone": _median(times["stock"])},
    }


def _opened(each: Side, where: str, schema: str) -> float:
    """One that a run cut short has left is forgotten first."""
    each.ask(f"{where}.forget_one", schema=schema)
    try:
        return float(each.ask(f"{where}.open_one", schema=schema))
    finally:
        each.ask(f"{where}.forget_one", schema=schema)


def _migrating(pana: Side, later: Side, stock: Side) -> Iterator[dict[str, Any]]:
    looks = [stock.ask("stock.operating.look_at_one", number=n) for n in range(LOOKED_AT)]
    pana.ask("operating.migrate")
    idle = [pana.ask("operating.migrate") for _ in range(ROUNDS)]
    yield {
        "name": f"migrate {SHELTERS} shelters, nothing to do",
        "value": _median(idle),
        "unit": "s",
        "goal": 1.0,
        "whole command": _command(),
        "compared with": {
            f"django-tenants 4.0.1, {LOOKED_AT} schemas measured": round(
                statistics.median(looks) * SHELTERS, 1
            )
        },
    }
    yield {
        "name": f"migrate {SHELTERS} shelters, add a column and an index",
        "value": _median(list(_changes(later))),
        "unit": "s",
        "goal": 5.0,
    }
    pana.ask("operating.migrate")


def _changes(later: Side) -> Iterator[float]:
    for _ in range(3):
        try:
            yield later.ask("operating.migrate")
        finally:
            forget_later()


def _command() -> float:
    began = time.perf_counter()
    run("pana", "manage.py", "migrate", "-v0", as_owner=True)
    return round(time.perf_counter() - began, 2)


def _median(times: list[float]) -> float:
    return round(statistics.median(times), 3)
