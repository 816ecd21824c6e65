"""The same with django-tenants, its own way."""

from __future__ import annotations

import time
from uuid import uuid4

from django.core.management import call_command

from bench.tenancy.cast import schema_of
from bench.tenancy.stock.models import Tenant


def open_one(schema: str) -> float:
    """A schema with its tables; without a person in it, a role or keys."""
    began = time.perf_counter()
    Tenant(schema_name=schema, name=schema, shelter_id=uuid4()).save(verbosity=0)
    return time.perf_counter() - began


def forget_one(schema: str) -> None:
    for tenant in Tenant.objects.filter(schema_name=schema):
        tenant.delete(force_drop=True)


def look_at_one(number: int) -> float:
    """What `migrate_schemas` does for each schema, where nothing is to be migrated."""
    began = time.perf_counter()
    call_command("migrate_schemas", schema_name=schema_of(number), verbosity=0)
    return time.perf_counter() - began
