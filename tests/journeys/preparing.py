"""A process of its own, with the owner's address: opens the shelters and lets their people in."""

from __future__ import annotations

from datetime import date
from functools import cache

import django
from django.core.management import call_command

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 only with settings

from config.preparing import collect_static_files  # noqa: E402 only now that the apps are loaded
from shelters.operations import Newcomer, add_operator, open_shelter  # noqa: E402
from shelters.staff.models import User  # noqa: E402
from shelters.staff.operations import give_roles  # noqa: E402
from shelters.staff.permissions import Role  # noqa: E402
from shelters.tenancy.migrate import OWNER, as_owner  # noqa: E402
from tests.journeys.people import PASSWORD, PEOPLE, SHELTERS  # noqa: E402

A_LONG_TIME = date(2099, 1, 1)  # for the volunteer, who helps until a date


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("compile_translations", verbosity=0)
    collect_static_files()
    for word, name in SHELTERS.items():
        open_shelter(
            name=name, schema=word, word=word, director=_first_of(word), state_paid_days=183
        )
    add_operator(_first_of("pana"))
    for person in PEOPLE:
        if not person.is_first:
            _let_in(person)
    call_command("practice", verbosity=0)


@cache
def _hashed() -> str:
    """Once for all of them: it is made to cost time."""
    return make_password(PASSWORD)


def _first_of(word: str) -> Newcomer:
    (person,) = [person for person in PEOPLE if person.word == word and person.is_first]
    return Newcomer(person.email, person.name, PASSWORD, person.language)


def _let_in(person) -> None:
    with as_owner("public" if person.word == "pana" else person.word):
        user = User.objects.db_manager(OWNER).create_user(
            person.email, None, name=person.name, language=person.language
        )
        user.password = _hashed()
        user.save(using=OWNER, update_fields=["password"])
        give_roles(user=user, roles=[Role(person.role)], until=A_LONG_TIME, using=OWNER)


main()
