"""django-tenants as its documentation sets it up, with its cheaper setting where asked."""

import os

from bench.tenancy.projects.common import *  # noqa: F403
from bench.tenancy.projects.common import (
    INSTALLED_APPS,
    LOGGING,
    MIDDLEWARE,
    PUBLIC_APPS,
    SHELTER_APPS,
    database,
)

DATABASES = database(ENGINE="django_tenants.postgresql_backend")
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_MODEL = "stock.Tenant"
TENANT_DOMAIN_MODEL = "stock.Domain"
SHARED_APPS = ["django_tenants", "bench.tenancy.stock", *PUBLIC_APPS]
TENANT_APPS = SHELTER_APPS
INSTALLED_APPS = ["django_tenants", "bench.tenancy.stock", *INSTALLED_APPS]
MIDDLEWARE = ["django_tenants.middleware.main.TenantMainMiddleware", *MIDDLEWARE]
SILENCED_SYSTEM_CHECKS = ["auth.W004", "commands.E001"]  # two libraries, two autodetectors
TENANT_LIMIT_SET_CALLS = bool(os.environ.get("BENCH_LIMIT_SET_CALLS"))
QUIET = {"django.request": {"level": "CRITICAL"}}  # its failures are counted, not told
LOGGING = LOGGING | {"loggers": LOGGING["loggers"] | QUIET}


def BENCH_SHELTER_ID(request):
    return request.tenant.shelter_id
