"""Asking on the command line for the first person of a host."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.validators import validate_email

from shelters.operations import Newcomer


def add_arguments(parser: ArgumentParser, *, who: str) -> None:
    parser.add_argument("--email", required=True, help=f"address with which the {who} signs in")
    parser.add_argument("--person", required=True, help=f"name of the {who}")
    parser.add_argument(
        "--language", default="ru", choices=[code for code, _ in settings.LANGUAGES]
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password's line from standard input",
    )


def newcomer(options: dict[str, Any]) -> Newcomer:
    """Checked answers; raises `CommandError` with a sentence."""
    try:
        validate_email(options["email"])
        password = sys.stdin.readline().strip() if options["password_stdin"] else _ask_twice()
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return Newcomer(options["email"], options["person"], password, options["language"])


def _ask_twice() -> str:
    if not sys.stdin.isatty():
        raise CommandError("Nobody is there to type a password; use --password-stdin.")
    password = getpass("Password: ")
    if password != getpass("The same again: "):
        raise CommandError("The two passwords differ.")
    return password
