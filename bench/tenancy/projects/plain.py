"""One tenant: Django as it comes, all tables in the public schema."""

from uuid import UUID

from bench.tenancy.projects.common import *  # noqa: F403
from bench.tenancy.projects.common import database

DATABASES = database(ENGINE="django.db.backends.postgresql")
DATABASE_ROUTERS = []

SHELTER_ID = UUID(int=1)


def BENCH_SHELTER_ID(request):
    return SHELTER_ID
