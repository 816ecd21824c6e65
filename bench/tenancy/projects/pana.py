"""Pana's tenancy: the outermost middleware is the unit of work, and the rest below it."""

import os

from bench.tenancy.projects.common import *  # noqa: F403
from bench.tenancy.projects.common import MIDDLEWARE, database

MIDDLEWARE = ["shelters.tenancy.middleware.UnitOfWorkMiddleware", *MIDDLEWARE]
if POOL := int(os.environ.get("BENCH_POOL", "0")):
    DATABASES = database(CONN_MAX_AGE=0, OPTIONS={"pool": {"max_size": POOL}})
if os.environ.get("BENCH_LATER"):
    MIGRATION_MODULES = {"events": "bench.tenancy.later"}


def BENCH_SHELTER_ID(request):
    return request.address.id
