"""What tenancy costs, beside plain Django with one tenant and beside stock django-tenants 4.0.1.

Three projects (`bench.tenancy.projects`) have the same models, view, middleware and rows, each in a
process and a database of its own on the same server. Rounds are interleaved and figures are medians
of the rounds' ratios, so that other work on the machine falls on all alike; a ratio near 1 still
wants a quiet machine.

The databases hold `PANA_BENCH_SHELTERS` (1000) shelters. They are made at the first run, which
takes some minutes and about 5 GB, and kept in the state folder's `bench`; migrations, another
number or other keys have them made anew. `BENCH_ROUNDS`, `BENCH_READS` and `BENCH_OPENINGS` shorten
the rest. `BENCH_PARTS` names some of costs, memory, operations and sharing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from bench.tenancy.costs import measure_costs
from bench.tenancy.databases import make_what_lacks
from bench.tenancy.memory import measure_memory
from bench.tenancy.operations import measure_operations
from bench.tenancy.sharing import measure_sharing

PARTS = {
    "costs": measure_costs,
    "memory": measure_memory,
    "operations": measure_operations,
    "sharing": measure_sharing,
}


def measure() -> Iterator[dict[str, Any]]:
    yield from make_what_lacks()
    for name in os.environ.get("BENCH_PARTS", " ".join(PARTS)).split():
        yield from PARTS[name]()
    yield {"name": "load of the machine", "value": os.getloadavg(), "unit": "1, 5, 15 minutes"}
