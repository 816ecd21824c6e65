"""What whoever runs Pana does, timed in a process that has the owner's address."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from bench.tenancy.cast import PASSWORD, director_of
from shelters.operations import Newcomer, open_shelter
from shelters.tenancy.migrate import as_owner
from shelters.tenancy.names import shelter_role

OF_A_SHELTER = ("vault_wrappedkey", "vault_sealingkey", "shelters_domain", "shelters_shelterrecord")
OF_IT = sql.SQL(
    "DELETE FROM {} WHERE shelter_id = (SELECT id FROM shelters_shelter WHERE schema = %s)"
)


def open_one(schema: str) -> float:
    director = Newcomer(director_of(schema), "Director", PASSWORD)
    began = time.perf_counter()
    open_shelter(name=schema, schema=schema, word=schema, director=director)
    return time.perf_counter() - began


def hash_one() -> float:
    began = time.perf_counter()
    make_password(PASSWORD)
    return time.perf_counter() - began


def forget_one(schema: str) -> None:
    """Past every rule: nobody was ever in that shelter."""
    role = shelter_role(connections["default"].settings_dict["NAME"], schema)
    with as_owner() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        for table in OF_A_SHELTER:
            cursor.execute(OF_IT.format(sql.Identifier(table)), [schema])
        cursor.execute("DELETE FROM shelters_shelter WHERE schema = %s", [schema])
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def migrate(**words: Any) -> float:
    began = time.perf_counter()
    call_command("migrate", verbosity=0, **words)
    return time.perf_counter() - began
