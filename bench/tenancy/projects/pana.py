"""Pana's tenancy: the outermost middleware is the unit of work, and the rest below it."""

import os

from bench.tenancy.projects.common import *  # noqa: F403
from bench.tenancy.projects.common import MIDDLEWARE, database
from shelters.tenancy import hosts

MIDDLEWARE = ["shelters.tenancy.middleware.UnitOfWorkMiddleware", *MIDDLEWARE]
# Rounds of other projects come between: without this an address would be asked for anew each time
# though the same number of requests, without a pause, takes less than its 15 seconds.
hosts.SECONDS = float(os.environ.get("BENCH_ADDRESSES_KEPT", "3600"))
if POOL := int(os.environ.get("BENCH_POOL", "0")):
    DATABASES = database(CONN_MAX_AGE=0, OPTIONS={"pool": {"max_size": POOL}})
if os.environ.get("BENCH_LATER"):
    MIGRATION_MODULES = {"events": "bench.tenancy.later"}


def BENCH_SHELTER_ID(request):
    return request.address.id
