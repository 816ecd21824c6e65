"""A shelter that tests open themselves, and that is gone after each of them."""

from __future__ import annotations

import subprocess

from django.db import connections

from shelters.operations import Newcomer
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import shelter_role
from tests.processes import start_command

DIRECTOR = Newcomer("first@zhuldyz.example", "First Director", "correct-horse-7", "kk")


def start_opening() -> subprocess.Popen[str]:
    """In a process of its own, which knows no migration but those of the checkout."""
    answers = ["--name=Zhuldyz", f"--email={DIRECTOR.email}", "--person=First", "--password-stdin"]
    command = start_command("open_shelter", "zhuldyz", *answers)
    assert command.stdin
    command.stdin.write("correct-horse-7\n")
    command.stdin.close()
    return command


def remove() -> None:
    """Whatever there is of it."""
    role = shelter_role(app_login()[0], "zhuldyz")
    with as_owner() as cursor:
        for table in ("vault_wrappedkey", "vault_sealingkey", "shelters_shelterrecord"):
            cursor.execute(
                f"DELETE FROM {table} WHERE shelter_id IN"
                " (SELECT id FROM shelters_shelter WHERE schema = 'zhuldyz')"
            )
        cursor.execute(
            "DELETE FROM shelters_domain WHERE shelter_id IN"
            " (SELECT id FROM shelters_shelter WHERE schema = 'zhuldyz')"
        )
        cursor.execute("DELETE FROM shelters_shelter WHERE schema = 'zhuldyz'")
        cursor.execute("DROP SCHEMA IF EXISTS zhuldyz CASCADE")
        cursor.execute(f'DROP ROLE IF EXISTS "{role}"')
    connections[OWNER].close()
