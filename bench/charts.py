"""What a picture of a statement costs: its first, the next ones, one that is kept, its weight.

The statement has eight donors and twelve months in all four kinds. Memory is that of the process.
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import brotli
import django

ROUNDS = 20
KINDS = ["Cash, ₸", "Goods, ₸", "Services, ₸", "Salaries paid by others, ₸"]


def measure() -> Iterator[dict[str, Any]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from shelters.charts import keep_drawn
    from shelters.charts.drawing import draw

    charts = _charts()
    before = _megabytes()
    yield _time("first picture of a process, with altair and vl-convert", lambda: draw(charts[0]))
    yield _time("next statement, two pictures of four panels", lambda: [*map(draw, charts)], ROUNDS)
    yield {"name": "memory for it", "value": _megabytes() - before, "unit": "MB"}
    keep_drawn(charts)
    yield _time("the same, kept", partial(keep_drawn, charts), ROUNDS, goal=10)
    yield from _weight("".join(svg for chart in charts for svg in draw(chart)).encode())


def _charts() -> list[Any]:
    from shelters.charts import Bar, Chart, panel_of

    donors = [Bar(f"Қоғамдық қор {n}", Decimal(n * 123457)) for n in range(1, 9)]
    months = [Bar(f"нау. {n}", Decimal(n * 123457)) for n in range(1, 13)]
    by_donor = [panel_of(kind, f"{kind} by donor", donors) for kind in KINDS]
    by_month = [panel_of(kind, f"{kind} by month", months, in_order=True) for kind in KINDS]
    return [Chart("donors", tuple(by_donor)), Chart("months", tuple(by_month), in_order=True)]


def _time(name: str, work: Callable[[], object], rounds: int = 1, **more: object) -> dict[str, Any]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    value = round(statistics.median(taken) * 1000, 1)
    return {"name": name, "value": value, "unit": "ms"} | more


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _weight(drawn: bytes) -> Iterator[dict[str, Any]]:
    yield {"name": "both pictures", "value": len(drawn), "unit": "bytes"}
    wire = len(brotli.compress(drawn, quality=5))
    yield {"name": "both pictures over the wire", "value": wire, "unit": "bytes", "goal": 6000}
