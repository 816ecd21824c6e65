"""python -m bench.tenancy.filling WHAT: fill a database that was just migrated, in its project."""

from __future__ import annotations

import sys
from uuid import UUID, uuid4

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import transaction

from bench.tenancy.cast import DAYS, HOSTS, PASSWORD, SHELTERS, director_of, host_of, schema_of


def plain() -> None:
    """By Django's own command: Pana puts another one in its place."""
    call_command(Migrate(), verbosity=0)
    with transaction.atomic():
        _register(settings.SHELTER_ID, schema_of(0))
        _fill(schema_of(0))


def pana() -> None:
    """By the operation that anybody uses who opens a shelter."""
    from bench.tenancy.rows import make_rows
    from shelters.operations import Newcomer, open_shelter
    from shelters.staff.models import User
    from shelters.tenancy import in_shelter

    for schema in map(schema_of, range(SHELTERS)):
        director = Newcomer(director_of(schema), f"Director of {schema}", PASSWORD)
        shelter = open_shelter(
            name=schema, schema=schema, word=schema, director=director, state_paid_days=DAYS
        )
        with in_shelter(shelter):
            make_rows(User.objects.get())


def stock_first() -> None:
    """By django-tenants' own way; the others are copies of it."""
    from bench.tenancy.stock.models import Domain, Tenant

    shelter_id = uuid4()
    _register(shelter_id, schema_of(0))
    tenant = Tenant(schema_name=schema_of(0), name=schema_of(0), shelter_id=shelter_id)
    tenant.save(verbosity=0)
    Domain.objects.create(domain=host_of(0), tenant=tenant)
    with tenant, transaction.atomic():
        _fill(tenant.schema_name)


def stock_others() -> None:
    from bench.tenancy.stock.models import Domain, Tenant

    with transaction.atomic():
        for number in range(1, SHELTERS):
            shelter_id = uuid4()
            _register(shelter_id, schema_of(number))
            name = schema_of(number)
            tenant = Tenant(schema_name=name, name=name, shelter_id=shelter_id)
            Tenant.objects.bulk_create([tenant])  # `save` would make the schema
            Domain.objects.bulk_create([Domain(domain=HOSTS[number], tenant=tenant)])


def _register(shelter_id: UUID, schema: str) -> None:
    from shelters.models import Shelter, ShelterRecord

    shelter = Shelter.objects.create(id=shelter_id, name=schema, schema=schema)
    ShelterRecord.objects.create(shelter=shelter, state_paid_days=DAYS)


def _fill(schema: str) -> None:
    from bench.tenancy.rows import let_in_director, make_rows

    make_rows(let_in_director(schema))


if __name__ == "__main__":
    django.setup()
    {"plain": plain, "pana": pana, "stock first": stock_first, "stock others": stock_others}[
        sys.argv[1]
    ]()
