"""What a request costs, in interleaved rounds: each side's hundred after the others' hundred."""

from __future__ import annotations

import itertools
import os
import statistics
from collections.abc import Callable, Iterator
from typing import Any

from bench.tenancy.cast import HOSTS, SHELTERS
from bench.tenancy.sides import Side, sides

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
BLOCK = 100
SIDES: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ("plain", {}),
    "one": ("pana", {}),
    "rotating": ("pana", {}),
    "stock one": ("stock", {}),
    "stock rotating": ("stock", {}),
    "limited one": ("stock", {"BENCH_LIMIT_SET_CALLS": "1"}),
    "limited rotating": ("stock", {"BENCH_LIMIT_SET_CALLS": "1"}),
}
STOCK = {"stock": "django-tenants 4.0.1", "limited": "with TENANT_LIMIT_SET_CALLS"}
ONE = [HOSTS[0]]
Block = dict[str, Any]
Rounds = dict[str, list[Block]]


def measure_costs() -> Iterator[dict[str, Any]]:
    with sides(SIDES) as running:
        for name, each in running.items():
            each.ask("requesting.requests", hosts=[*hosts_of(name), *ONE * BLOCK])
        blocks = _interleaved(running)
        yield from _processor(blocks)
        yield from _slowest(blocks)
        yield from _trips(running)


def hosts_of(name: str) -> list[str]:
    return HOSTS if name.endswith("rotating") else ONE


def _interleaved(running: dict[str, Side]) -> Rounds:
    turns = {name: itertools.cycle(hosts_of(name)) for name in running}
    blocks: Rounds = {name: [] for name in running}
    for number in range(ROUNDS):
        for name in _in_turn(list(running), number):
            hosts = list(itertools.islice(turns[name], BLOCK))
            blocks[name].append(running[name].ask("requesting.requests", hosts=hosts))
    return blocks


def _in_turn(names: list[str], number: int) -> list[str]:
    """Each round begins with another, so that none always follows the same."""
    first = number % len(names)
    return names[first:] + names[:first]


def web(block: Block) -> float:
    return float(block["here"])


def both(block: Block) -> float:
    return float(block["here"]) + float(block["server"])


def over(blocks: Rounds, one: str, other: str, cost: Callable[[Block], float]) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(blocks[one], blocks[other], strict=True)
    return round(statistics.median(cost(this) / cost(that) for this, that in pairs), 3)


def slowest(blocks: Rounds, name: str) -> float:
    """The median of the rounds' 95th of 100, in ms."""
    times = [sorted(block["walls"])[int(0.95 * len(block["walls"]))] for block in blocks[name]]
    return statistics.median(times) * 1000


def _processor(blocks: Rounds) -> Iterator[dict[str, Any]]:
    yield {
        "name": "CPU per request of plain Django, web process / with its server process",
        "value": [_ms(blocks, web), _ms(blocks, both)],
        "unit": "ms",
    }
    many = f"rotating over {SHELTERS} shelters"
    for which, cost in (("web process", web), ("web and server process", both)):
        for word, side, goal in ((many, "rotating", 1.10), ("1 shelter", "one", 1.05)):
            yield {
                "name": f"CPU per request, {word}, {which}",
                "value": over(blocks, side, "plain", cost),
                "unit": "times plain Django",
                "goal": goal,
                "compared with": {
                    title: over(blocks, f"{stock} {side}", "plain", cost)
                    for stock, title in STOCK.items()
                },
            }


def _ms(blocks: Rounds, cost: Callable[[Block], float]) -> float:
    each = [cost(block) / len(block["walls"]) for block in blocks["plain"]]
    return round(statistics.median(each) * 1000, 3)


def _slowest(blocks: Rounds) -> Iterator[dict[str, Any]]:
    yield {
        "name": f"p95 rotating over {SHELTERS} shelters over p95 on one",
        "value": round(slowest(blocks, "rotating") / slowest(blocks, "one"), 2),
        "unit": "times",
        "goal": 1.5,
        "compared with": {
            title: round(slowest(blocks, f"{stock} rotating") / slowest(blocks, f"{stock} one"), 2)
            for stock, title in STOCK.items()
        },
        "ms": {name: round(slowest(blocks, name), 2) for name in blocks},
    }


def _trips(running: dict[str, Side]) -> Iterator[dict[str, Any]]:
    """On the wire, where the host before was another one."""
    counted = {}
    for name, each in running.items():
        each.ask("requesting.requests", hosts=hosts_of(name)[-1:])
        counted[name] = each.ask("requesting.trips", host=HOSTS[0])
    yield {
        "name": "round trips above plain Django per request",
        "value": counted["rotating"] - counted["plain"],
        "unit": "round trips",
        "goal": 2,
        "plain": counted["plain"],
        "compared with": {
            title: counted[f"{stock} rotating"] - counted["plain"] for stock, title in STOCK.items()
        },
    }
