"""A shelter that tests open themselves, and that is gone after each of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from shelters.operations import Newcomer
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import shelter_role
from tests.processes import started_command

DIRECTOR = Newcomer("first@zhuldyz.example", "First Director", "correct-horse-7", "kk")

OF_SHELTERS = (
    "vault_wrappedkey",
    "vault_sealingkey",
    "shelters_shelterrecord",
    "shelters_sweepreport",
    "shelters_domain",
)


@contextmanager
def started_opening() -> Iterator[subprocess.Popen[str]]:
    """In a process of its own, which knows no migration but those of the checkout."""
    answers = ["--name=Zhuldyz", f"--email={DIRECTOR.email}", "--person=First", "--password-stdin"]
    with started_command("open_shelter", "zhuldyz", *answers) as command:
        assert command.stdin
        command.stdin.write("correct-horse-7\n")
        command.stdin.close()
        yield command


def remove(schema: str = "zhuldyz") -> None:
    """Whatever there is of it."""
    role = shelter_role(app_login()[0], schema)
    of_it = "shelter_id IN (SELECT id FROM shelters_shelter WHERE schema = %s)"
    with as_owner() as cursor:
        cursor.execute("TRUNCATE funding_donor, funding_claim, referrals_referral CASCADE")
        for table in OF_SHELTERS:
            cursor.execute(f"DELETE FROM {table} WHERE {of_it}", [schema])
        cursor.execute("DELETE FROM shelters_shelter WHERE schema = %s", [schema])
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f'DROP ROLE IF EXISTS "{role}"')
    connections[OWNER].close()
