"""The checks, in their order. The first line of each one's docstring is what it shows."""

from __future__ import annotations

from collections.abc import Callable

from smoke.checks import keeping, main_job, outages, pooling, starting, stopping
from smoke.network import Network

Check = Callable[[Network], str]

CHECKS: tuple[Check, ...] = (
    *starting.CHECKS,
    *main_job.CHECKS,
    *pooling.CHECKS,
    *outages.CHECKS,
    *stopping.CHECKS,
    *keeping.CHECKS,
)
