"""Opening a shelter: all of it, or nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from shelters.models import Domain, Shelter, ShelterRecord
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.staff.operations import give_roles
from shelters.staff.permissions import Role
from shelters.tenancy import hosts
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import is_schema_name
from shelters.tenancy.provisioning import (
    SomebodyElseIsAtIt,
    is_free,
    make_schema,
    wait_for_others,
)
from shelters.vault.keys import create_keys

LONGEST_NAME = 80
POSSIBLE_DAYS = range(1, 3651)
WORD = re.compile(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?")


class BadSchemaName(Refusal):
    message = _(
        "A schema's name has 2 to 30 small Latin letters, digits or _, and starts with a letter."
    )
    field = "schema"


class BadWord(Refusal):
    message = _("The word of the address has small Latin letters, digits and hyphens only.")
    field = "word"


class BadName(Refusal):
    message = _("A shelter's name has 1 to 80 characters.")
    field = "name"


class BadDays(Refusal):
    message = _("The days that the state pays for a stay are a number from 1 to 3650.")
    field = "state_paid_days"


class NameTaken(Refusal):
    message = _("There is already a shelter of this name, schema or address.")


class SchemaTaken(Refusal):
    message = _("The database has a schema or a role of this name already, of no shelter.")
    field = "schema"


class Busy(Refusal):
    message = _("Another shelter is being opened, or tables are being changed; try again later.")


@dataclass(frozen=True)
class Newcomer:
    """The first person of a host, who lets in the others."""

    email: str
    name: str
    password: str
    language: str = "ru"


def open_shelter(
    *,
    name: str,
    schema: str,
    word: str,
    director: Newcomer,
    state_paid_days: int | None = None,
    practice: bool = False,
) -> Shelter:
    """Make a shelter with its address `<word>.<domain>`, role, keys and first director.

    One for practice has the same pages, each of them marked; no other shelter and nobody on the
    central host sees any of it.

    Runs as the owner and outside any unit, in one transaction: a refusal or a crash half-way
    leaves nothing behind. The director's password is hashed beside it, in a thread, because that
    takes longer than all the rest. `word` should be neutral: a host name leaks through DNS and TLS.
    """
    host = f"{word}.{settings.BASE_DOMAIN}"
    _check_names(name, schema, word, host)
    _check_days(state_paid_days)
    with ThreadPoolExecutor(max_workers=1) as beside, as_owner() as cursor:
        hashed = beside.submit(make_password, director.password)
        take_turns(cursor)
        _check_free(cursor, name, schema, host)
        make_schema(schema)
        shelter = _register(name, schema, host, practice=practice)
        ShelterRecord.objects.using(OWNER).create(shelter=shelter, state_paid_days=state_paid_days)
        create_keys(shelter=shelter, using=OWNER)
        with as_owner(schema):
            _let_in(director, Role.DIRECTOR, hashed=hashed.result())
    hosts.forget()
    return shelter


def add_operator(operator: Newcomer) -> User:
    """The first person of the central host; runs as the owner."""
    with as_owner():
        if User.objects.using(OWNER).filter(email__iexact=operator.email).exists():
            raise NameTaken(_("There is already a person with this address."))
        hashed = make_password(operator.password)
        return _let_in(operator, Role.NETWORK_OPERATOR, hashed=hashed)


def _check_names(name: str, schema: str, word: str, host: str) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise BadName
    if not is_schema_name(schema):
        raise BadSchemaName
    if WORD.fullmatch(word) is None:
        raise BadWord
    if host == settings.CENTRAL_HOST:
        raise NameTaken


def _check_days(days: int | None) -> None:
    if days is not None and days not in POSSIBLE_DAYS:
        raise BadDays


def take_turns(cursor: Any) -> None:
    """Hold the lock of whoever opens, changes or closes shelters; raises `Busy`."""
    try:
        wait_for_others(cursor)
    except SomebodyElseIsAtIt as error:
        raise Busy from error


def _check_free(cursor: Any, name: str, schema: str, host: str) -> None:
    """Asked for a clear answer; the database holds to it."""
    shelters = Shelter.objects.using(OWNER)
    if shelters.filter(name=name).exists() or shelters.filter(schema=schema).exists():
        raise NameTaken
    if Domain.objects.using(OWNER).filter(host=host).exists():
        raise NameTaken
    if not is_free(cursor, schema):
        raise SchemaTaken


def _register(name: str, schema: str, host: str, *, practice: bool) -> Shelter:
    state = Shelter.State.PRACTICE if practice else Shelter.State.OPEN
    shelter = Shelter.objects.using(OWNER).create(
        name=name, schema=schema, state=state, is_practice=practice
    )
    Domain.objects.using(OWNER).create(host=host, shelter=shelter)
    return shelter


def _let_in(newcomer: Newcomer, role: Role, *, hashed: str) -> User:
    user = User.objects.db_manager(OWNER).create_user(
        newcomer.email, name=newcomer.name, language=newcomer.language
    )
    user.password = hashed
    user.save(using=OWNER, update_fields=["password"])
    give_roles(user=user, roles=[role], using=OWNER)
    return user
